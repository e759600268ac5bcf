"""The clock of the Order computed a second time, from a list of special days alone, and compared on every day.

Nothing of the first computation is used here: no calendar library, no zone database, no counting of days one
by one. The list was written by hand from official sources.
"""

from __future__ import annotations

import csv
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from inbox_daemon.order.paragraphs import (
    apc64_registered_on,
    p10_last_day_if_sent,
    p10_review_due,
    p10_rework_due,
    p10_rework_letter_on,
    p11_refusal_on,
)
from inbox_daemon.order.practice import Practice
from inbox_daemon.order.workdays import almaty_day
from registry_store.records import Rework
from tests.order.build import days

FILE = Path(__file__).parent / "calendar-2024-2027.csv"
FIRST, LAST = date(2024, 1, 1), date(2027, 11, 30)
TIMES = ("00:00:00", "08:59:59", "09:00:00", "13:00:00", "18:30:00", "18:30:01", "23:59:59")
FIVE = datetime(2024, 2, 29, 18, 0, tzinfo=UTC)  # from here the clock of Almaty is five hours before UTC, not six


@cache
def special() -> dict[date, str]:
    with FILE.open(encoding="utf-8") as rows:
        return {date.fromisoformat(row["date"]): row["kind"] for row in csv.DictReader(rows)}


@cache
def worked() -> list[date]:
    """All working days of the four years, ascending."""
    found = []
    for n in range((date(2027, 12, 31) - FIRST).days + 1):
        day = FIRST + timedelta(days=n)
        kind = special().get(day, "ordinary_day_note")
        plain = day.isoweekday() <= 5
        if kind == "working_weekend" or (kind == "ordinary_day_note" and plain):
            found.append(day)
    return found


def nth_after(day: date, n: int) -> date:
    return worked()[bisect_right(worked(), day) + n - 1]


@dataclass(frozen=True)
class Received:
    registered_on: date
    review_due: date
    rework_letter_on: date


@dataclass(frozen=True)
class Accepted:
    rework_due: date
    refusal_on: date


def local(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None) + timedelta(hours=5 if moment >= FIVE else 6)


def received(moment: datetime) -> Received:
    here = local(moment)
    first = here.date() + timedelta(days=1) if here.strftime("%H%M%S") > "183000" else here.date()
    due = bisect_right(worked(), here.date()) + 4
    return Received(
        registered_on=worked()[bisect_left(worked(), first)],
        review_due=worked()[due],
        rework_letter_on=worked()[due - 1],
    )


def accepted(moment: datetime) -> Accepted:
    due = nth_after(local(moment).date(), 3)
    return Accepted(due, nth_after(due, 1))


def every_moment() -> Iterator[datetime]:
    """Several moments of every day from 1 January 2024 to 30 November 2027, by the clock of Almaty."""
    for n in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=n)
        for time in TIMES:
            wall = datetime.fromisoformat(f"{day}T{time}")
            six = wall.replace(tzinfo=UTC) - timedelta(hours=6)
            yield six if six < FIVE else wall.replace(tzinfo=UTC) - timedelta(hours=5)


def test_the_list_of_special_days_covers_four_years() -> None:
    assert {day.year for day in special()} == {2024, 2025, 2026, 2027}
    assert set(special().values()) == {
        "public_holiday",
        "day_off_religious",
        "day_off_religious_estimated",
        "substitute_day_off",
        "transferred_day_off",
        "working_weekend",
        "ordinary_day_note",
    }


def test_both_calendars_work_on_the_same_days() -> None:
    every = [FIRST + timedelta(days=n) for n in range((date(2027, 12, 31) - FIRST).days + 1)]

    assert [day for day in every if days().is_working(day)] == worked()


def test_both_computations_agree_on_what_follows_receipt_on_every_day() -> None:
    practice, differ, seen = Practice(), [], 0
    for moment in every_moment():
        first = Received(
            apc64_registered_on(moment, days(), practice),
            p10_review_due(moment, days()).last,
            p10_rework_letter_on(moment, days(), practice),
        )
        if first != (second := received(moment)):
            differ.append((moment.isoformat(), first, second))
        seen += 1

    assert not differ
    assert seen == 1430 * len(TIMES)


def test_both_computations_agree_on_what_follows_acceptance_on_every_day() -> None:
    differ = []
    for moment in every_moment():
        printed = p10_last_day_if_sent(almaty_day(moment), days()).last
        term = p10_rework_due(Rework("", printed, accepted_at=moment), days())
        assert term is not None
        first = Accepted(term.last, p11_refusal_on(term.last, days()))
        if first != (second := accepted(moment)):
            differ.append((moment.isoformat(), first, second))

    assert not differ


def test_the_second_computation_knows_the_dates_of_the_rules_by_name() -> None:
    friday = received(datetime(2026, 10, 23, 5, 0, tzinfo=UTC))
    saturday = received(datetime(2026, 10, 24, 5, 0, tzinfo=UTC))
    tuesday = received(datetime(2026, 10, 27, 5, 0, tzinfo=UTC))

    assert friday == Received(date(2026, 10, 23), date(2026, 11, 2), date(2026, 10, 30))
    assert saturday == Received(date(2026, 10, 27), date(2026, 11, 2), date(2026, 10, 30))
    assert tuesday.review_due == date(2026, 11, 3)
