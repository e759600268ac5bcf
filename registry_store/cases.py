"""Cases, their journal, and the tasks of the clerk."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, literal
from sqlmodel import Session, col, delete, select, update

from . import counters
from .counts import Counted, counted, counted_before, keep_counts, recount
from .errors import CaseChanged, CaseUnknown, NotStored
from .payloads import dump, dump_named, load, load_event, load_named
from .reading import Reads, Within
from .records import (
    OPEN_STATES,
    AskClerk,
    Case,
    CaseKind,
    CaseNumber,
    Effect,
    Event,
    JournalLine,
    LetterState,
    State,
    Step,
    Task,
    Withdraw,
)
from .tables import CaseKeyRow, CaseRow, JournalRow, LetterRow, TaskRow

ALMATY = ZoneInfo("Asia/Almaty")  # days of the records are days there


class CaseReads(Reads):
    def case(self, number: CaseNumber) -> Case:
        """Return the case as its last step left it. CaseUnknown: there is none."""
        with self._session() as session:
            payload = session.exec(select(CaseRow.payload).where(CaseRow.number == number)).first()
        if payload is None:
            raise CaseUnknown(number)
        return load(Case, payload)

    def cases(
        self,
        states: Collection[State] | None = None,
        kinds: Collection[CaseKind] | None = None,
        limit: int | None = None,
    ) -> tuple[Case, ...]:
        """Return cases, the one that is due first before the others, those without a due day last."""
        query = select(CaseRow.payload).order_by(col(CaseRow.due).is_(None), col(CaseRow.due), col(CaseRow.number))
        if states is not None:
            query = query.where(col(CaseRow.state).in_(states))
        if kinds is not None:
            query = query.where(col(CaseRow.kind).in_(kinds))
        with self._session() as session:
            return tuple(load(Case, payload) for payload in session.exec(query.limit(limit)))

    def refused_since(self, day: date) -> tuple[Case, ...]:
        """Return the cases that were refused on this day or later, and still are."""
        query = select(CaseRow.payload).where(CaseRow.state == State.REFUSED, col(CaseRow.decided_on) >= day)
        with self._session() as session:
            return tuple(load(Case, payload) for payload in session.exec(query.order_by(col(CaseRow.number))))

    def cases_joined_to_themselves(self) -> tuple[CaseNumber, ...]:
        """Return the cases that an act of earlier versions joined to themselves: closed, and going on nowhere."""
        ground = literal('%"ground":"joined to ').concat(col(CaseRow.number)).concat('"%')
        query = select(CaseRow.number).where(CaseRow.state == State.CLOSED, col(CaseRow.payload).like(ground))
        with self._session() as session:
            return tuple(session.exec(query.order_by(col(CaseRow.number))))

    def cases_to_wake(self, now: datetime) -> tuple[CaseNumber, ...]:
        """Return the cases whose wake_at has come, earliest first."""
        query = (
            select(CaseRow.number)
            .where(col(CaseRow.wake_at) <= now)
            .order_by(col(CaseRow.wake_at), col(CaseRow.number))
        )
        with self._session() as session:
            return tuple(session.exec(query))

    def case_before(self, number: CaseNumber) -> Case | None:
        """Return the case as it was before its last step, None when that step cannot be taken back."""
        with self._session() as session:
            payload = session.exec(select(CaseRow.undo).where(CaseRow.number == number)).first()
        return None if payload is None else load(Case, payload)

    def due_of(self, number: CaseNumber) -> date | None:
        """Return the due day under which a case was last recorded. CaseUnknown: there is none."""
        with self._session() as session:
            row = session.get(CaseRow, number)
            if row is None:
                raise CaseUnknown(number)
            return row.due

    def cases_by_key(self, kind: str, value: str) -> tuple[CaseNumber, ...]:
        """Return the cases whose last step was recorded with this key, oldest number first."""
        query = select(CaseKeyRow.case).where(CaseKeyRow.kind == kind, CaseKeyRow.value == value)
        with self._session() as session:
            return tuple(session.exec(query.order_by(col(CaseKeyRow.case))))

    def case_numbers(self, before: CaseNumber | None, limit: int) -> tuple[CaseNumber, ...]:
        """Return the numbers of cases, the newest first. before: only those that stand after this one then."""
        query = select(CaseRow.number).order_by(col(CaseRow.number).desc()).limit(limit)
        if before is not None:
            query = query.where(col(CaseRow.number) < before)
        with self._session() as session:
            return tuple(session.exec(query))

    def journal(self, number: CaseNumber) -> tuple[JournalLine, ...]:
        """Return every step of the case in order; empty for an unknown case."""
        query = select(JournalRow).where(JournalRow.case == number).order_by(col(JournalRow.version))
        with self._session() as session:
            return tuple(_line(row) for row in session.exec(query))

    def tasks(
        self, open_only: bool = True, case: CaseNumber | None = None, limit: int | None = None, after: int = 0
    ) -> tuple[Task, ...]:
        """Return what waits for a person beside the state of a case, oldest first. case: of this one only.
        after: only those that came after the task of this id."""
        query = select(TaskRow).where(col(TaskRow.id) > after).order_by(col(TaskRow.id)).limit(limit)
        if case is not None:
            query = query.where(TaskRow.case == case)
        if open_only:
            query = query.where(col(TaskRow.done_at).is_(None))
        with self._session() as session:
            return tuple(_task(row) for row in session.exec(query))

    def task(self, id: int) -> Task:
        """Return one task. NotStored: there is none."""
        with self._session() as session:
            row = session.get(TaskRow, id)
            if row is None:
                msg = f"task {id}"
                raise NotStored(msg)
            return _task(row)


class CaseWrites(Within, CaseReads):
    def new_case_number(self, year: int) -> CaseNumber:
        """Return the next case number of `year`, e.g. "VR-2026-000417": without gaps among what is committed."""
        return f"VR-{year:04d}-{counters.draw(self._own, f'case {year}'):06d}"

    def record(
        self,
        before_version: int,
        step: Step,
        event: Event,
        *,
        at: datetime,
        keys: Collection[tuple[str, str]],
        wake_at: datetime | None,
        due: date | None,
        region: str | None = None,
        undo: Case | None = None,
    ) -> None:
        """Write one step: the case, its journal line, and `keys` in place of the keys it had (kind, value).

        Of the effects AskClerk (a task) and Withdraw (letters of earlier versions that wait or are parked)
        are carried out here; the others are the caller's. A step from version 0 opens the case. region: the
        ISO 3166-2 code by which the case is found. undo: the case before a step that can be taken back.
        CaseChanged: the case is not, or no longer, at `before_version`. ValueError: the step does not
        lead to the version after it.
        """
        case = step.case
        if case.version != before_version + 1:
            msg = f"{case.number}: a step from version {before_version} cannot lead to version {case.version}"
            raise ValueError(msg)
        derived = {"wake_at": wake_at, "due": due, "region": region, "undo": None if undo is None else dump(undo)}
        self._write_case(case, before_version, derived)
        line = JournalRow(
            case=case.number,
            version=case.version,
            state=case.state,
            noted_at=at,
            event=dump_named([event]),
            effects=dump_named(step.effects),
        )
        self._own.add(line)
        self.put_keys(case.number, keys)
        self._carry_out(step.effects, case, at)
        self._own.flush()

    def recount(self) -> None:
        """Count all cases anew: for who puts them in or mends them by other means."""
        recount(self._own)

    def add_task(self, case: CaseNumber | None, code: str, detail: str, at: datetime) -> int:
        """Ask a person for something that no step of a case asks for; return the task's id."""
        row = TaskRow(case=case, code=code, detail=detail, at=at, done_at=None)
        self._own.add(row)
        self._own.flush()
        return _given(row.id)

    def task_done(self, id: int, at: datetime) -> None:
        """Note that a person has seen to it. The first moment stands. NotStored: there is no such task."""
        row = self._own.get(TaskRow, id)
        if row is None:
            msg = f"task {id}"
            raise NotStored(msg)
        row.done_at = row.done_at or at
        self._own.flush()

    def tasks_done(self, code: str, detail: str, at: datetime, case: CaseNumber | None = None) -> None:
        """Note that a person has seen to all open tasks of this code and detail. case: to those of this one only."""
        query = update(TaskRow).where(
            col(TaskRow.code) == code, col(TaskRow.detail) == detail, col(TaskRow.done_at).is_(None)
        )
        self._own.exec((query if case is None else query.where(col(TaskRow.case) == case)).values(done_at=at))

    def _write_case(self, case: Case, before_version: int, derived: dict[str, Any]) -> None:
        values: dict[str, Any] = {
            "version": case.version,
            "kind": case.kind,
            "state": case.state,
            **derived,
            "queue_day": (derived["due"] or date.max) if case.state in OPEN_STATES else None,
            "applicant": None if case.verdict is None else case.verdict.applicant,
            "came_on": None if case.received is None else case.received.astimezone(ALMATY).date(),
            "decided_on": None if case.decided_at is None else case.decided_at.astimezone(ALMATY).date(),
            "payload": dump(case),
        }
        keep_counts(self._own, counted_before(self._own, case.number), counted(values))
        if before_version == 0:
            if self._own.get(CaseRow, case.number) is not None:
                raise CaseChanged(case.number)
            self._own.add(CaseRow(number=case.number, **values))
            self._own.flush()
            return
        written = self._own.exec(
            update(CaseRow)
            .where(col(CaseRow.number) == case.number, col(CaseRow.version) == before_version)
            .values(**values)
        )
        if written.rowcount != 1:
            raise CaseChanged(case.number)

    def put_keys(self, number: CaseNumber, given: Collection[tuple[str, str]]) -> None:
        """Let a case be found by these keys (kind, value) and by no others."""
        keys = {(kind, value) for kind, value in given if value}
        had = set(self._own.exec(select(CaseKeyRow.kind, CaseKeyRow.value).where(CaseKeyRow.case == number)))
        for kind, value in had - keys:
            self._own.exec(
                delete(CaseKeyRow).where(
                    col(CaseKeyRow.case) == number, col(CaseKeyRow.kind) == kind, col(CaseKeyRow.value) == value
                )
            )
        asked, asks = (Counted(key for key in some if key[0] == "ask") for some in (had, keys))
        keep_counts(self._own, asked, asks)
        if new := sorted(keys - had):
            rows = [{"case": number, "kind": kind, "value": value} for kind, value in new]
            self._own.exec(insert(CaseKeyRow), params=rows)

    def _carry_out(self, effects: tuple[Effect, ...], case: Case, at: datetime) -> None:
        for effect in effects:
            if isinstance(effect, AskClerk):
                self.add_task(case.number, effect.code, effect.detail, at)
            elif isinstance(effect, Withdraw):
                withdraw(self._own, case.number, effect, before_version=case.version)


def withdraw(session: Session, case: CaseNumber, effect: Withdraw, before_version: int) -> None:
    """Take back the letters of earlier versions that have not left; the step's own letters stay."""
    session.exec(
        update(LetterRow)
        .where(
            col(LetterRow.case) == case,
            col(LetterRow.kind).in_(effect.letters),
            col(LetterRow.version) >= effect.since,
            col(LetterRow.version) < before_version,
            col(LetterRow.state).in_((LetterState.WAITING, LetterState.PARKED)),
        )
        .values(state=LetterState.WITHDRAWN)
    )


def _line(row: JournalRow) -> JournalLine:
    return JournalLine(
        case=row.case,
        version=row.version,
        event=load_event(row.event),
        effects=load_named(row.effects),
        state=State(row.state),
        noted_at=row.noted_at,
    )


def _task(row: TaskRow) -> Task:
    return Task(id=_given(row.id), case=row.case, code=row.code, detail=row.detail, at=row.at, done_at=row.done_at)


def _given(id: int | None) -> int:
    assert id is not None, "a flushed row has its id"
    return id
