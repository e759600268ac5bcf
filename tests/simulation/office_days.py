"""Working days and office hours once more, from the hand-written list of special days alone.

Nothing of the daemon's own calendar is used here. Almaty is five hours before UTC in all years simulated.
"""

from __future__ import annotations

import csv
from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from pathlib import Path

ALMATY = timezone(timedelta(hours=5))
LIST = Path(__file__).parent.parent / "order" / "calendar-2024-2027.csv"
FIRST, LAST = date(2024, 3, 1), date(2027, 12, 31)
OPENS, CLOSES = time(9, 0, 0), time(18, 30, 0)


@cache
def _worked() -> tuple[date, ...]:
    with LIST.open(encoding="utf-8") as rows:
        special = {date.fromisoformat(row["date"]): row["kind"] for row in csv.DictReader(rows)}
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    plain = (None, "ordinary_day_note")
    return tuple(
        day
        for day in days
        if special.get(day) == "working_weekend" or (special.get(day) in plain and day.isoweekday() <= 5)
    )


@cache
def is_worked(day: date) -> bool:
    return day in frozenset(_worked())


def nth_after(day: date, n: int) -> date:
    """The n-th working day after `day`."""
    return _worked()[bisect_right(_worked(), day) + n - 1]


def nth_before(day: date, n: int) -> date:
    return _worked()[bisect_left(_worked(), day) - n]


def local(moment: datetime) -> datetime:
    return moment.astimezone(ALMATY)


def day_of(moment: datetime) -> date:
    return local(moment).date()


def at(day: date, clock: str = "00:00:00") -> datetime:
    """A moment by the clock of Almaty."""
    return datetime.combine(day, time.fromisoformat(clock), ALMATY)


def in_office_hours(moment: datetime) -> bool:
    clock = local(moment).time().replace(microsecond=0)
    return OPENS <= clock <= CLOSES and is_worked(day_of(moment))


def over(day: date) -> datetime:
    """The first moment after a day."""
    return at(day + timedelta(days=1))


def moment(text: str) -> datetime:
    """A moment as it stands in the database: UTC, with or without saying so."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
