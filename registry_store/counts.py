"""How many cases there are of each kind, kept in the transaction that changes a case: nobody counts them for a page.

What is counted: of open cases "state", "kind", "applicant", "region", "ask" (a case may have several) and "due" (its
value is the day and the state); of all cases the days on which they "came" and were "decided".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from .reading import Reads
from .records import OPEN_STATES, State
from .tables import CaseCountRow, CaseRow

Counted = Counter[tuple[str, str]]

OF_OPEN_CASES = ("state", "kind", "applicant", "region")
_COUNTED = (CaseRow.state, CaseRow.kind, CaseRow.applicant, CaseRow.region)
_DAYS = (CaseRow.queue_day, CaseRow.came_on, CaseRow.decided_on)
_GROW = text(
    "INSERT INTO case_counts (what, value, n) VALUES (:what, :value, :n)"
    " ON CONFLICT (what, value) DO UPDATE SET n = case_counts.n + excluded.n"
)
_RECOUNT = (
    "DELETE FROM case_counts",
    *(
        f"INSERT INTO case_counts (what, value, n) SELECT '{one}', {one}, count(*) FROM cases"
        f" WHERE queue_day IS NOT NULL AND {one} IS NOT NULL GROUP BY {one}"
        for one in OF_OPEN_CASES
    ),
    "INSERT INTO case_counts (what, value, n) SELECT 'due', CAST(queue_day AS TEXT) || ' ' || state, count(*)"
    " FROM cases WHERE queue_day IS NOT NULL GROUP BY queue_day, state",
    *(
        f"INSERT INTO case_counts (what, value, n) SELECT '{what}', CAST({day} AS TEXT), count(*) FROM cases"
        f" WHERE {day} IS NOT NULL GROUP BY {day}"
        for what, day in (("came", "came_on"), ("decided", "decided_on"))
    ),
    "INSERT INTO case_counts (what, value, n) SELECT 'ask', value, count(*) FROM case_keys"
    " WHERE kind = 'ask' GROUP BY value",
)


class CountReads(Reads):
    def open_by(self, what: str) -> Mapping[str, int]:
        """Return how many cases are open by "state", "kind", "applicant", "region" or "ask" (of these a case may have
        several); those without one left out."""
        query = select(CaseCountRow.value, CaseCountRow.n).where(CaseCountRow.what == what, CaseCountRow.n != 0)
        with self._session() as session:
            return dict(session.exec(query.order_by(col(CaseCountRow.value))).all())

    def open_by_state(self) -> Mapping[State, int]:
        """Return how many cases are open in each state."""
        return {State(state): n for state, n in self.open_by("state").items()}

    def open_by_due(self, until: date, states: frozenset[State] = OPEN_STATES) -> Mapping[date, int]:
        """Return how many open cases in these states are due on each day up to `until`, past days too."""
        found: Counter[date] = Counter()
        for value, n in self._between("due", "", f"{until.isoformat()} ~"):
            day, _, state = value.partition(" ")
            if State(state) in states:
                found[date.fromisoformat(day)] += n
        return found

    def came_by_day(self, first: date, last: date) -> Mapping[date, int]:
        """Return how many cases came on each day, both ends included."""
        return self._by_day("came", first, last)

    def decided_by_day(self, first: date, last: date) -> Mapping[date, int]:
        """Return how many cases were decided on each day, both ends included."""
        return self._by_day("decided", first, last)

    def _by_day(self, what: str, first: date, last: date) -> Mapping[date, int]:
        return {date.fromisoformat(day): n for day, n in self._between(what, first.isoformat(), last.isoformat())}

    def _between(self, what: str, first: str, last: str) -> list[tuple[str, int]]:
        row = CaseCountRow
        query = select(row.value, row.n).where(row.what == what, row.n != 0, col(row.value).between(first, last))
        with self._session() as session:
            return sorted(session.exec(query).all())


def counted(values: Mapping[str, Any]) -> Counted:
    """Return what a row of the cases counts as; its asks are counted with its keys."""
    found = Counted()
    if values["queue_day"] is not None:
        found.update((what, values[what]) for what in OF_OPEN_CASES if values[what] is not None)
        found["due", f"{values['queue_day'].isoformat()} {values['state']}"] += 1
    for what in ("came", "decided"):
        if (day := values[f"{what}_on"]) is not None:
            found[what, day.isoformat()] += 1
    return found


def counted_before(session: Session, number: str) -> Counted:
    """Return what a case counts as until now."""
    columns = (*_COUNTED, *_DAYS)
    row = session.execute(select(*columns).where(col(CaseRow.number) == number)).mappings().first()  # type: ignore[call-overload]
    return Counted() if row is None else counted(dict(row))


def keep_counts(session: Session, before: Counted, after: Counted) -> None:
    """Let the counts follow a change. They are touched in one order by all, so that no two wait for each other."""
    changed = Counted(after)
    changed.subtract(before)
    rows = [{"what": what, "value": value, "n": n} for (what, value), n in sorted(changed.items()) if n]
    if rows:
        session.execute(_GROW, rows)


def recount(session: Session) -> None:
    """Count all cases anew: for who puts them in or mends them by other means."""
    for statement in _RECOUNT:
        session.execute(text(statement))
