"""Working days of the Republic of Kazakhstan, as a value: counted, never guessed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

ALMATY = ZoneInfo("Asia/Almaty")
SATURDAY = 5
T = TypeVar("T")
DAY = timedelta(days=1)
# So long before the table ends the clerk and the administrator are warned (rules, section 2): three months.
WARNED_AHEAD = timedelta(days=92)


class CalendarEnds(Exception):
    """A date lies outside the calendar table; a longer table is needed, a guess is not allowed."""

    def __init__(self, day: date, first: date, last: date) -> None:
        super().__init__(
            f"{day} is outside the calendar, which knows {first} to {last}: add the year to the calendar file"
        )
        self.day, self.first, self.last = day, first, last


def known(count: Callable[[], T]) -> T | None:
    """Return what `count` counts; None where it leads out of the calendar: a date that is not known yet.

    It is counted when the year is added to the table. Nothing that harms anybody follows from an unknown date.
    """
    try:
        return count()
    except CalendarEnds:
        return None


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a day is off, or why a weekend is worked, in three languages."""

    kk: str
    ru: str
    en: str


WEEKEND = Ground("демалыс күні", "выходной день", "weekend")


@dataclass(frozen=True, slots=True)
class Deadline:
    """A counted term. after: day zero. last: its last day. counted: the working days, in order.

    skipped: the days that did not count and why. ground: the paragraph. unconfirmed: it touches a year
    whose transfers of days off are not confirmed yet.
    """

    after: date
    last: date
    counted: tuple[date, ...]
    skipped: tuple[tuple[date, Ground], ...]
    ground: str
    unconfirmed: bool


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Which days are worked. off: days off beside weekends; work: weekends that are worked.

    first, last: what the table knows. unconfirmed: years without confirmed transfers. version: names
    the table in every explanation.
    """

    first: date
    last: date
    off: Mapping[date, Ground]
    work: Mapping[date, Ground]
    unconfirmed: frozenset[int]
    version: str

    def ends_soon(self, today: date) -> bool:
        """Whether the table ends within three months: a year should be added before terms lead out of it."""
        return self.last - today <= WARNED_AHEAD

    def why_off(self, day: date) -> Ground | None:
        """Return why `day` is not worked, None when it is. Raises CalendarEnds outside the table."""
        if not self.first <= day <= self.last:
            raise CalendarEnds(day, self.first, self.last)
        if day in self.work:
            return None
        if day in self.off:
            return self.off[day]
        return WEEKEND if day.weekday() >= SATURDAY else None

    def is_working(self, day: date) -> bool:
        """Whether `day` is a working day. Raises CalendarEnds outside the table."""
        return self.why_off(day) is None

    def count(self, number: int, *, after: date, ground: str) -> Deadline:
        """Return the term whose last day is the `number`-th working day after `after`, itself day zero.

        Raises CalendarEnds when the count leaves the table.
        """
        counted: list[date] = []
        skipped: list[tuple[date, Ground]] = []
        day = after
        while len(counted) < number:
            day += DAY
            why = self.why_off(day)
            if why is None:
                counted.append(day)
            else:
                skipped.append((day, why))
        years = {d.year for d in counted} | {d.year for d, _ in skipped}
        return Deadline(after, day, tuple(counted), tuple(skipped), ground, bool(years & self.unconfirmed))

    def next_after(self, day: date) -> date:
        """Return the first working day after `day`."""
        return self.count(1, after=day, ground="").last

    def at_or_after(self, day: date) -> date:
        """Return `day` if it is worked, else the next working day."""
        return day if self.is_working(day) else self.next_after(day)

    def before(self, number: int, day: date) -> date:
        """Return the `number`-th working day before `day`; `day` itself for 0."""
        while number > 0:
            day -= DAY
            if self.is_working(day):
                number -= 1
        return day


def almaty(moment: datetime) -> datetime:
    """Return the moment on the clock of Asia/Almaty. Raises ValueError for a naive datetime."""
    if moment.tzinfo is None:
        message = f"a moment without a time zone: {moment.isoformat()}"
        raise ValueError(message)
    return moment.astimezone(ALMATY)


def almaty_day(moment: datetime) -> date:
    """Return the calendar day of the moment in Asia/Almaty."""
    return almaty(moment).date()
