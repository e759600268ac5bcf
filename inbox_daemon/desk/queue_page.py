"""The queue: open cases by their legal due day, filtered and searched."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from inbox_daemon.desk.asking import Asking, listed
from inbox_daemon.desk.labels import applicant_name, title_of
from inbox_daemon.desk.words import LANGUAGES
from inbox_daemon.finding import BOTH, Doubt
from inbox_daemon.order.asks import FOR_A_PERSON, FOR_THE_APPLICANT, Ask
from inbox_daemon.order.entries import IDENTITIES
from inbox_daemon.order.terms import due_day, is_due_unknown
from inbox_daemon.order.workdays import CalendarEnds, WorkingDays, almaty_day
from parsers.regions import region_by_code, regions
from registry_store.folded import words_of
from registry_store.queue import Place, Wanted
from registry_store.records import OPEN_STATES, Case, CaseKind, State

PAGE = 50  # cases
NUMBER = re.compile(r"VR-\d{4}-\d{6}")
FILTERS = ("q", "who", "due", "state", "kind", "ask", "doubt", "language", "applicant", "region", "ended")
WHO: Mapping[str, frozenset[State]] = {"person": FOR_A_PERSON, "applicant": FOR_THE_APPLICANT, "all": frozenset()}
DUE = ("overdue", "today", "soon")
FILED_IN = (*LANGUAGES, BOTH)
# Views that are there for everybody: a name, and where it leads.
READY: Mapping[str, str] = {
    "today": "/queue?due=today",
    "overdue": "/queue?due=overdue",
    "doubts": "/queue?doubt=any",
    "yes": "/letters?shelf=parked",
    "stuck": "/letters?shelf=stuck",
}
DAY = timedelta(days=1)

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Line:
    """One case in the list. left: working days until it is due, today not counted; below 0 when that is over.
    region: where a list tells it.
    due_unknown: a term runs whose last day lies beyond the calendar."""

    case: Case
    name: str
    due: date | None
    left: int | None
    due_unknown: bool = False
    region: str = ""


def queue(asking: Asking) -> Response:
    """One page of cases."""
    query = {name: value for name, value in asking.query.items() if name in FILTERS and value}
    asked = query.get("q", "").strip()
    if NUMBER.fullmatch(asked.upper()):
        return RedirectResponse(f"/cases/{asked.upper()}", 303)
    today = almaty_day(asking.now)
    days = asking.parts.casework.days
    wanted = wanted_of(query, today, days)
    cases, following = asking.parts.store.queue(wanted, place_of(asking.query.get("after", "")), PAGE)
    if asked:
        asking.note("search", detail=asked)
    else:
        asking.note("list", detail=listed("queue", known(wanted, query), len(cases)))
    lines = [line_of(case, today, days) for case in cases]
    more = None if following is None else f"/queue?{urlencode({**query, **after_place(following)})}"
    return asking.page(
        "queue.html",
        lines=lines,
        asked=query,
        here=urlencode(query),
        ready=READY,
        views=asking.parts.store.views(asking.user.name),
        who=_who(query),
        whoever=list(WHO),
        dues=DUE,
        doubts=list(Doubt),
        filed_in=FILED_IN,
        more=more,
        first=not asking.query.get("after"),
        by_state=asking.parts.store.open_by_state(),
        states=[s for s in State if s in OPEN_STATES] if not wanted.ended else list(State),
        kinds=list(CaseKind),
        asks=list(Ask),
        by_ask=asking.parts.store.open_by("ask"),
        applicants=[(kind, title_of(kind, asking.language)) for kind in IDENTITIES],
        regions=[(one.iso, one.kk if asking.language == "kk" else one.ru) for one in regions()],
        today=today,
    )


def wanted_of(query: Mapping[str, str], today: date, days: WorkingDays) -> Wanted:
    """Return what the filters ask for; what makes no sense is left out."""
    state, due = _one_of(State, query.get("state")), query.get("due")
    wanted = Wanted(
        ended=bool(query.get("ended")),
        states=WHO[_who(query)] if state is None else frozenset({state}),
        kind=_one_of(CaseKind, query.get("kind")),
        ask=_one_of(Ask, query.get("ask")),
        applicant=query.get("applicant"),
        region=query.get("region"),
        doubt=_one_of(Doubt, query.get("doubt")),
        language=query.get("language") if query.get("language") in FILED_IN else None,
        due_from=today if due in ("today", "soon") else None,
        due_before=_before(due, today, days),
    )
    return searched(wanted, query.get("q", ""))


def known(wanted: Wanted, query: Mapping[str, str]) -> dict[str, str]:
    """Return those filters of an address that mean something to us: nothing that somebody typed."""
    chosen = {
        "who": _who(query),
        "state": query.get("state") if _one_of(State, query.get("state")) else None,
        "due": query.get("due") if query.get("due") in DUE else None,
        "kind": wanted.kind,
        "ask": wanted.ask,
        "doubt": wanted.doubt,
        "language": wanted.language,
        "applicant": wanted.applicant if wanted.applicant in IDENTITIES else None,
        "region": wanted.region if region_by_code(wanted.region or "") else None,
        "ended": "1" if wanted.ended else None,
    }
    return {name: str(value) for name, value in chosen.items() if value}


def _who(query: Mapping[str, str]) -> str:
    """Return whose move is asked for: a person's, unless somebody looks for a case, wherever it stands."""
    anywhere = "all" if query.get("q") or query.get("ended") else "person"
    return query["who"] if query.get("who") in WHO else anywhere


def _before(due: str | None, today: date, days: WorkingDays) -> date | None:
    match due:
        case "overdue":
            return today
        case "today":
            return today + DAY
        case "soon":  # by the next working day: silence would be a refusal
            return next_working(today, days) + DAY
        case _:
            return None


def next_working(today: date, days: WorkingDays) -> date:
    """Return the next working day; the last known day where the calendar ends before it."""
    try:
        return days.next_after(today)
    except CalendarEnds as end:
        return max(today, end.last)


def searched(wanted: Wanted, words: str) -> Wanted:
    """Tell what somebody types into the one search field: a number, an IIN or BIN, an address, or a name."""
    words = words.strip()
    if not words:
        return wanted
    bare = words.replace(" ", "")
    if re.fullmatch(r"\d{12}", bare):
        return replace(wanted, identifier=bare)
    if "@" in words:
        return replace(wanted, address=words.lower())
    if re.fullmatch(r"(?i)vr-[\d-]*", words):
        return replace(wanted, number=words.upper())
    return replace(wanted, words=words_of(words)[:6])


def line_of(case: Case, today: date, days: WorkingDays) -> Line:
    due = due_day(case, days) if case.state in OPEN_STATES else None
    left = None if due is None else working_days_left(today, due, days)
    return Line(case, applicant_name(case), due, left, is_due_unknown(case, days))


def working_days_left(today: date, due: date, days: WorkingDays) -> int:
    """Return how many working days remain after today up to and with the due day; negative when it is over. Days
    beyond the calendar are not counted: nothing is known of them."""
    first, last = sorted((today, due))
    between = (date.fromordinal(n) for n in range(first.toordinal() + 1, min(last, days.last).toordinal() + 1))
    worked = sum(days.is_working(day) for day in between if day >= days.first)
    return worked if due >= today else -worked or -1


def _one_of(kind: type[E], value: str | None) -> E | None:
    return kind(value) if value in {one.value for one in kind} else None


def place_of(after: str) -> Place | None:
    """Return the place that stands in an address; None for nothing, and for what is no place."""
    day, _, number = after.partition(" ")
    if not NUMBER.fullmatch(number):
        return None
    try:
        return Place(number, date.fromisoformat(day) if day != "-" else None)
    except ValueError:
        return None


def after_place(place: Place) -> dict[str, str]:
    """Return how a place stands in an address."""
    return {"after": f"{'-' if place.day is None else place.day.isoformat()} {place.number}"}
