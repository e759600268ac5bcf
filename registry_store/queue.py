"""The cases as a person works through them: what is due first, filtered, searched, counted, page by page."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from sqlalchemy import ColumnElement, null, tuple_
from sqlmodel import Session, and_, col, func, select

from .payloads import load
from .reading import Reads
from .records import OPEN_STATES, Case, CaseKind, CaseNumber, State
from .tables import CaseKeyRow, CaseRow, TaskRow

# sqlmodel's own types do not let a column that may be null be selected or compared with None left out.
_QUEUE_DAY, _CAME_ON, _DECIDED_ON = (
    cast("ColumnElement[date]", column) for column in (CaseRow.queue_day, CaseRow.came_on, CaseRow.decided_on)
)
_NO_DAY = cast("ColumnElement[date]", null())
# As a range, so that the index of open cases is the way in, and not that of all cases by state.
_OPEN = date.max >= _QUEUE_DAY
RARE = 200  # cases with a word: above it they are too many to be looked up and sorted for each page
AFTER_ALL = "\U0010ffff"  # after every word with the same beginning


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases. ended: those too that are decided; then the newest number comes first.

    states: none means all. ask: a reason why a person is needed. doubt, language: of the forms, as the caller names
    them. due_from, due_before: only what is due from the first day on, and before the second. number: its
    beginning. identifier: IIN or BIN. words: beginnings of words of what was said, all of them.
    """

    ended: bool = False
    states: frozenset[State] = frozenset()
    kind: CaseKind | None = None
    applicant: str | None = None
    region: str | None = None
    ask: str | None = None
    doubt: str | None = None
    language: str | None = None
    due_from: date | None = None
    due_before: date | None = None
    number: str | None = None
    identifier: str | None = None
    address: str | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: the next one begins after it. day: None among ended cases."""

    number: CaseNumber
    day: date | None = None


class QueueReads(Reads):
    def queue(self, wanted: Wanted, after: Place | None, limit: int) -> tuple[tuple[Case, ...], Place | None]:
        """Return one page of cases and where the next one begins, None when this is the last."""
        day, number = _QUEUE_DAY, col(CaseRow.number)
        with self._session() as session:
            rare = tuple(_is_rare(session, *key) for key in _keys(wanted))
        conditions = _conditions(wanted, rare)
        found = select(number, day).where(*conditions)
        if wanted.ended:
            found = select(number, _NO_DAY).where(*conditions).order_by(number.desc())
            if after is not None:
                found = found.where(number < after.number)
        else:
            found = found.order_by(day, number)
            if after is not None and after.day is not None:
                found = found.where(tuple_(day, number) > tuple_(after.day, after.number))
        with self._session() as session:
            rows = session.exec(found.limit(limit + 1)).all()
            page, more = rows[:limit], len(rows) > limit
            numbers = [one for one, _ in page]
            payloads = dict(session.exec(select(CaseRow.number, CaseRow.payload).where(number.in_(numbers))).all())
        cases = tuple(load(Case, payloads[one]) for one in numbers)
        return cases, Place(page[-1][0], page[-1][1]) if more else None

    def open_by_state(self) -> Mapping[State, int]:
        """Return how many cases are open in each state."""
        query = (
            select(CaseRow.state, func.count()).where(col(CaseRow.state).in_(OPEN_STATES)).group_by(col(CaseRow.state))
        )
        with self._session() as session:
            return {State(state): count for state, count in session.exec(query)}

    def open_by_ask(self) -> Mapping[str, int]:
        """Return for how many open cases a person is needed, by reason; a case may have several."""
        query = select(CaseKeyRow.value, func.count()).where(CaseKeyRow.kind == "ask").group_by(col(CaseKeyRow.value))
        with self._session() as session:
            return dict(session.exec(query).all())

    def open_by_due(self, until: date, states: Collection[State] = OPEN_STATES) -> Mapping[date, int]:
        """Return how many open cases in these states are due on each day up to `until`, past days too."""
        day = _QUEUE_DAY
        query = (
            select(day, func.count())
            .where(day <= until, col(CaseRow.state).in_(sorted(states)))
            .group_by(day)
            .order_by(day)
        )
        with self._session() as session:
            return {due: count for due, count in session.exec(query)}

    def came_by_day(self, first: date, last: date) -> Mapping[date, int]:
        """Return how many cases came on each day, both ends included."""
        return self._by_day(_CAME_ON, first, last)

    def decided_by_day(self, first: date, last: date) -> Mapping[date, int]:
        """Return how many cases were decided on each day, both ends included."""
        return self._by_day(_DECIDED_ON, first, last)

    def open_by(self, what: str) -> Mapping[str, int]:
        """Return how many cases are open by "kind", "applicant" or "region"; those without one left out."""
        column = {"kind": col(CaseRow.kind), "applicant": col(CaseRow.applicant), "region": col(CaseRow.region)}[what]
        query = select(column, func.count()).where(_OPEN, column.is_not(None)).group_by(column)
        with self._session() as session:
            return {str(value): count for value, count in session.exec(query)}

    def count_open_tasks(self) -> int:
        """Return how many tasks wait for a person."""
        with self._session() as session:
            return session.exec(select(func.count()).where(col(TaskRow.done_at).is_(None))).one()

    def _by_day(self, column: ColumnElement[date], first: date, last: date) -> Mapping[date, int]:
        query = select(column, func.count()).where(column.between(first, last)).group_by(column)
        with self._session() as session:
            return {day: count for day, count in session.exec(query)}


def _conditions(wanted: Wanted, rare: Sequence[bool]) -> list[ColumnElement[bool]]:
    row = CaseRow
    conditions: list[ColumnElement[bool]] = []
    if not wanted.ended:
        conditions.append(_OPEN)
    if len(wanted.states) == 1:
        conditions += [col(row.state) == state for state in wanted.states]
    elif wanted.states:  # not as a way in: open cases are walked by their due day
        conditions.append(col(row.state).concat("").in_(sorted(wanted.states)))
    for column, value in (
        (col(row.kind), wanted.kind),
        (col(row.applicant), wanted.applicant),
        (col(row.region), wanted.region),
    ):
        if value is not None:
            conditions.append(column == value)
    if wanted.due_from is not None:
        conditions.append(col(row.queue_day) >= wanted.due_from)
    if wanted.due_before is not None:
        conditions.append(col(row.queue_day) < wanted.due_before)
    if wanted.number is not None:
        conditions.append(and_(col(row.number) >= wanted.number, col(row.number) < wanted.number + AFTER_ALL))
    conditions += [_has_key(few or wanted.ended, *key) for key, few in zip(_keys(wanted), rare, strict=True)]
    return conditions


def _keys(wanted: Wanted) -> list[tuple[str, str, str]]:
    """Return the keys that a case must have: kind, the first value and the last."""
    exact = ("ask", "doubt", "language", "identifier", "address")
    values = ((kind, getattr(wanted, kind)) for kind in exact)
    words = [("word", word, word + AFTER_ALL) for word in wanted.words]
    return [(kind, value, value) for kind, value in values if value is not None] + words


def _is_rare(session: Session, kind: str, first: str, last: str) -> bool:
    """Whether so few cases have a key that looking them up is the shorter way."""
    value = col(CaseKeyRow.value)
    found = select(CaseKeyRow.case).where(CaseKeyRow.kind == kind, value.between(first, last))
    return len(session.exec(found.limit(RARE + 1)).all()) <= RARE


def _has_key(look_up: bool, kind: str, first: str, last: str) -> ColumnElement[bool]:
    """look_up: the cases with the key are looked up. Else open cases are walked in their order and asked whether
    they have it; the empty text keeps the database from turning the second way into the first."""
    key, value = CaseKeyRow, col(CaseKeyRow.value)
    match = value == first if first == last else value.between(first, last)
    number = col(CaseRow.number) if look_up else col(CaseRow.number).concat("")
    return number.in_(select(key.case).where(key.kind == kind, match))
