"""Working days are counted from a table, and never guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from inbox_daemon.order.workdays import CalendarEnds, almaty, almaty_day
from tests.order.build import at, day, days


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        # UTC+6 until 29 February 2024, UTC+5 from 1 March 2024
        ("2024-02-28T17:59:59+00:00", "2024-02-28"),
        ("2024-02-28T18:00:00+00:00", "2024-02-29"),
        ("2024-03-05T18:00:00+00:00", "2024-03-05"),
        ("2024-03-05T18:59:59+00:00", "2024-03-05"),
        ("2024-03-05T19:00:00+00:00", "2024-03-06"),
        ("2026-10-23T23:59:59+05:00", "2026-10-23"),
        ("2026-10-24T00:00:00+05:00", "2026-10-24"),
        ("2026-10-24T00:00:00+06:00", "2026-10-23"),
        ("2026-10-23T12:00:00-12:00", "2026-10-24"),
    ],
)
def test_a_moment_lies_on_a_day_of_almaty(moment: str, expected: str) -> None:
    assert almaty_day(datetime.fromisoformat(moment)) == day(expected)


def test_the_clock_of_almaty_was_set_back_an_hour_on_1_march_2024() -> None:
    before = datetime(2024, 2, 29, 17, 59, 59, tzinfo=UTC)
    after = before + timedelta(seconds=1)

    assert almaty(before).utcoffset() == timedelta(hours=6)
    assert almaty(after).utcoffset() == timedelta(hours=5)
    # The last hour of 29 February was lived twice: a day is a day all the same.
    assert almaty_day(before) == almaty_day(after) == date(2024, 2, 29)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        almaty_day(datetime(2026, 10, 23, 10, 0))  # noqa: DTZ001  the very thing that is refused


@pytest.mark.parametrize(
    ("which", "worked"),
    [
        ("2024-05-04", True),  # a Saturday worked for 8 May
        ("2024-05-08", False),
        ("2025-01-05", True),  # a Sunday worked for 3 January
        ("2025-01-03", False),
        ("2024-05-11", False),  # a plain Saturday
        ("2024-06-16", False),  # Kurban Ait on a Sunday: no day off is moved
        ("2024-06-17", True),
        ("2025-06-06", False),
        ("2026-05-27", False),
        ("2026-10-26", False),  # for the holiday on a Sunday
        ("2026-10-27", True),
        ("2026-08-31", True),  # no Constitution Day in 2026, whatever old calendars say
        ("2027-03-15", False),  # from 2027 it is on 15 March
        ("2025-01-07", False),
        ("2027-01-04", False),
    ],
)
def test_a_day_is_worked_or_not(which: str, worked: bool) -> None:
    assert days().is_working(day(which)) is worked
    assert (days().why_off(day(which)) is None) is worked


@pytest.mark.parametrize("which", ["2026-10-24", "2026-10-25", "2026-10-26", "2024-05-08", "2026-12-16"])
def test_a_day_off_says_why_in_three_languages(which: str) -> None:
    why = days().why_off(day(which))

    assert why is not None
    assert why.kk
    assert why.ru
    assert why.en
    assert why.kk != why.ru


def test_a_count_names_every_day_that_it_counted_and_skipped() -> None:
    term = days().count(5, after=day("2026-10-23"), ground="§10")

    assert [d.day for d in term.counted] == [27, 28, 29, 30, 2]
    assert [d.isoformat() for d, _ in term.skipped] == [
        "2026-10-24",
        "2026-10-25",
        "2026-10-26",
        "2026-10-31",
        "2026-11-01",
    ]
    assert term.last == day("2026-11-02")
    assert term.after == day("2026-10-23")
    assert not term.unconfirmed


@pytest.mark.parametrize(
    ("after", "number", "last"),
    [
        ("2024-05-03", 1, "2024-05-04"),  # the worked Saturday counts
        ("2024-05-03", 3, "2024-05-10"),
        ("2025-01-04", 1, "2025-01-05"),  # and so does the worked Sunday
        ("2024-12-31", 2, "2025-01-06"),
    ],
)
def test_a_worked_weekend_counts_as_a_day(after: str, number: int, last: str) -> None:
    assert days().count(number, after=day(after), ground="").last == day(last)


@pytest.mark.parametrize(
    ("after", "unconfirmed"), [("2026-12-23", False), ("2026-12-28", True), ("2027-05-01", True), ("2024-01-01", False)]
)
def test_a_count_that_touches_a_year_without_confirmed_transfers_says_so(after: str, unconfirmed: bool) -> None:
    assert days().count(5, after=day(after), ground="").unconfirmed is unconfirmed


@pytest.mark.parametrize(
    ("number", "of", "expected"),
    [
        (0, "2026-11-02", "2026-11-02"),
        (1, "2026-11-02", "2026-10-30"),
        (4, "2026-11-02", "2026-10-27"),
        (5, "2026-11-02", "2026-10-23"),
        (1, "2024-05-06", "2024-05-04"),
    ],
)
def test_working_days_are_counted_backwards_too(number: int, of: str, expected: str) -> None:
    assert days().before(number, day(of)) == day(expected)


@pytest.mark.parametrize("which", ["2023-12-31", "2028-01-01"])
def test_a_date_outside_the_table_is_an_error_and_no_guess(which: str) -> None:
    with pytest.raises(CalendarEnds) as ends:
        days().is_working(day(which))

    assert ends.value.day == day(which)
    assert "2024-01-01 to 2027-12-31" in str(ends.value)


def test_a_count_that_leaves_the_table_is_an_error() -> None:
    assert days().count(1, after=day("2027-12-30"), ground="").last == day("2027-12-31")
    with pytest.raises(CalendarEnds):
        days().count(2, after=day("2027-12-30"), ground="")
    with pytest.raises(CalendarEnds):
        days().before(1, day("2024-01-03"))


def test_the_zone_of_a_moment_does_not_matter() -> None:
    same = at("2026-10-23 23:30")

    assert almaty(same.astimezone(UTC)) == same
    assert almaty_day(same.astimezone(timezone(timedelta(hours=-8)))) == day("2026-10-23")
