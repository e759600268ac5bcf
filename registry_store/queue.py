"""The cases as a person works through them: what is due first, filtered, searched, counted, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from sqlalchemy import ColumnElement, null, tuple_
from sqlmodel import Session, and_, col, func, select

from .counts import CountReads
from .payloads import load
from .records import Case, CaseKind, CaseNumber, State
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


class QueueReads(CountReads):
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

    def count_open_tasks(self) -> int:
        """Return how many tasks wait for a person."""
        with self._session() as session:
            return session.exec(select(func.count()).where(col(TaskRow.done_at).is_(None))).one()


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
    conditions += [_has_key(few, *key) for key, few in zip(_keys(wanted), rare, strict=True)]
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


def _has_key(few: bool, kind: str, first: str, last: str) -> ColumnElement[bool]:
    """few: the cases with the key are looked up. Else the cases are walked in their order, and each is asked whether
    it has the key, until the page is full: a list of all that have it would be made for each page."""
    key, value = CaseKeyRow, col(CaseKeyRow.value)
    match = value == first if first == last else value.between(first, last)
    if few:
        return col(CaseRow.number).in_(select(key.case).where(key.kind == kind, match))
    return select(key.case).where(key.case == CaseRow.number, key.kind == kind, match).exists()
