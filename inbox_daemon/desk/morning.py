"""The morning: what needs a person, how everything stands, and how it went these weeks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from starlette.responses import Response

from inbox_daemon.desk.asking import Asking
from inbox_daemon.desk.labels import title_of
from inbox_daemon.desk.queue_page import next_working
from inbox_daemon.letters.by_hand import why_stopped
from inbox_daemon.order.asks import FOR_A_PERSON
from inbox_daemon.order.workdays import almaty_day
from parsers.regions import regions
from registry_store.records import LetterState, State
from registry_store.release.publish import PublishError, current_release

DAY = timedelta(days=1)
PAST_DAYS, DAYS_AHEAD = 28, 14
WIDTH, HEIGHT, FOOT = 360, 110, 14
SHARE = 100  # the longest bar of a chart by kinds
STALE = timedelta(hours=1)  # a service that has not looked for so long does not run


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart in its own units. second: of the second row of numbers."""

    x: float
    y: float
    width: float
    height: float
    title: str
    second: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars, the highest number, and what stands under the first and the last."""

    bars: tuple[Bar, ...]
    most: int
    first: date
    last: date
    table: tuple[tuple[date, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class Share:
    """One line of a chart: what is counted, the code to ask the queue for it, how many, and how long its bar is."""

    name: str
    code: str
    n: int
    width: float


def morning(asking: Asking) -> Response:
    """The first page."""
    store, days = asking.parts.store, asking.parts.casework.days
    today = almaty_day(asking.now)
    soon = min(today + DAY * DAYS_AHEAD, days.last)
    due = store.open_by_due(soon, FOR_A_PERSON)
    by_state = store.open_by_state()
    first = today - DAY * (PAST_DAYS - 1)
    came, decided = store.came_by_day(first, today), store.decided_by_day(first, today)
    past = [first + DAY * n for n in range(PAST_DAYS)]
    ahead = [today + DAY * n for n in range(DAYS_AHEAD + 1)]
    soon_due = next_working(today, days)
    names = {one.iso: one.kk if asking.language == "kk" else one.ru for one in regions()}
    look = next(iter(store.looks(1)), None)
    try:
        release = current_release(asking.parts.public)
    except PublishError:
        release = None
    return asking.page(
        "morning.html",
        today=today,
        open=sum(by_state.values()),
        by_state=by_state,
        with_person=sum(by_state.get(s, 0) for s in (State.WITH_CLERK, State.COMPLETE, State.INCOMPLETE)),
        overdue=sum(count for day, count in due.items() if day < today),
        due_today=due.get(today, 0),
        in_danger=sum(count for day, count in due.items() if today <= day <= soon_due),
        came_today=came.get(today, 0),
        decided_today=decided.get(today, 0),
        tasks=store.count_open_tasks(),
        asked_of_me=store.notes_to(asking.user.name),
        mails=store.count_for_a_person(),
        parked=store.count_letters_in((LetterState.PARKED,)),
        stuck=store.count_letters_in((LetterState.UNCERTAIN, LetterState.FAILED)),
        waiting=store.count_letters_in((LetterState.WAITING, LetterState.SENDING)),
        look=look,
        stale=look is not None and asking.now - look.began > STALE,
        complete_look=None if look is None or look.complete else store.last_complete_look(),
        stopped=why_stopped(store),
        days=days,
        calendar_ends=days.ends_soon(today),
        unconfirmed=sorted(year for year in days.unconfirmed if year >= today.year),
        release=release,
        same=release is not None and release.manifest.register_stamp == store.register_stamp(),
        past=chart(past, (came, decided)),
        ahead=chart(ahead, (due,)),
        applicants=shares((title_of(one, asking.language), one, n) for one, n in store.open_by("applicant").items()),
        regions=shares((names.get(iso, iso), iso, n) for iso, n in store.open_by("region").items()),
    )


def shares(rows: Iterable[tuple[str, str, int]]) -> tuple[Share, ...]:
    """Return (name, code, number) as bars, the longest first."""
    most_first = sorted(rows, key=lambda row: (-row[2], row[0]))
    most = most_first[0][2] if most_first else 0
    return tuple(Share(name, code, n, round(SHARE * n / most, 1)) for name, code, n in most_first)


def chart(days: Sequence[date], rows: Sequence[Mapping[date, int]]) -> Chart:
    """Return bars for each day, one row of numbers beside the other; the table says the same in figures."""
    most = max((row.get(day, 0) for row in rows for day in days), default=0)
    step = WIDTH / len(days)
    width = step * 0.8 / len(rows)
    bars = []
    for n, day in enumerate(days):
        for place, row in enumerate(rows):
            height = (HEIGHT - FOOT) * row.get(day, 0) / most if most else 0
            x = n * step + place * width
            bars.append(
                Bar(
                    round(x, 1),
                    round(HEIGHT - FOOT - height, 1),
                    round(width, 1),
                    round(height, 1),
                    f"{day:%d.%m.}: {row.get(day, 0)}",
                    place > 0,
                )
            )
    table = tuple((day, tuple(row.get(day, 0) for row in rows)) for day in days)
    return Chart(tuple(bars), most, days[0], days[-1], table)
