"""The two worlds in which any life is led: one of memory, one with the real store, door, outbox and clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count

from inbox_daemon.letters.errors import UnusableAddress
from inbox_daemon.letters.postman import Accepted, Deferred, Uncertain
from inbox_daemon.order.case import decide
from inbox_daemon.order.paragraphs import in_office_hours
from inbox_daemon.order.practice import Practice
from inbox_daemon.order.terms import due_event
from inbox_daemon.order.workdays import almaty_day
from inbox_daemon.tracing.look import look_for
from registry_store.records import (
    AskClerk,
    Case,
    CaseKind,
    CaseNumber,
    Enter,
    Event,
    JournalLine,
    Letter,
    LetterAccepted,
    LetterFailed,
    LetterKind,
    LetterState,
    Look,
    NewLetter,
    Send,
    Step,
    UndoEntry,
    Withdraw,
)
from registry_store.store import Store
from tests.order.build import days
from tests.story.desk import ANSWERS, desk_on, plain_letter

TAKEN_BACK = (LetterState.WAITING, LetterState.PARKED)


class StoreWorld:
    """All of it as it runs in the ministry, but for the words of the letters."""

    def __init__(self, store: Store, practice: Practice) -> None:
        self.practice = practice
        self._store = store
        self._desk = desk_on(store, practice)
        self.case, self.journal, self.letters = store.case, store.journal, store.letters

    def carry(self, event: Event, number: CaseNumber | None, now: datetime) -> CaseNumber:
        return self._desk.casework.carry(event, number, now=now).case.number

    def work(self, now: datetime, answers: list[str]) -> None:
        self._desk.timers.tick(now)
        self._desk.postman.answers.extend(ANSWERS[how] for how in answers)
        self._desk.outbox.send_due(lambda: now)
        del answers[: len(answers) - len(self._desk.postman.answers)]
        self._desk.postman.answers.clear()

    def looked(self, now: datetime, complete: bool) -> None:
        with self._store.writing() as writing:
            writing.end_look(writing.begin_look(now), now, complete, {"INBOX": 0})

    def look(self, number: CaseNumber) -> Look | None:
        return look_for(self._store.case(number), self._store)

    def entries(self, number: CaseNumber, key: str) -> tuple[tuple[int, bool], ...]:
        found = [e for e in self._store.entries_by_key(None, key) if e.case == number]
        return tuple(sorted((e.number, e.active) for e in found))


@dataclass
class MemoryWorld:
    """The same order of things kept in lists: a second, small writing of door, clock and outbox."""

    practice: Practice
    _case: Case | None = None
    _journal: list[JournalLine] = field(default_factory=list)
    _letters: list[Letter] = field(default_factory=list)
    _entries: list[tuple[int, bool]] = field(default_factory=list)
    _look: Look | None = None
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def carry(self, event: Event, number: CaseNumber | None, now: datetime) -> CaseNumber:
        before = self._case or Case("VR-2026-000001", CaseKind.APPLICATION)
        step = decide(before, event, days(), self.practice)
        unsent = self._carry_out(step, event, now)
        if unsent:
            self.carry(LetterFailed(now, LetterKind.REWORK, "", "no address"), number, now)
        return before.number

    def _carry_out(self, step: Step, event: Event, now: datetime) -> bool:
        """Do what is owed and note it; whether a rework letter could not be addressed."""
        case, unsent = step.case, False
        tasks: list[AskClerk] = []
        new: list[Letter] = []
        for effect in step.effects:
            if isinstance(effect, Enter):
                case = replace(case, entry=next(self._numbers))
                self._entries.append((case.entry or 0, True))
            if isinstance(effect, UndoEntry):
                self._entries = [(n, active and n != effect.entry) for n, active in self._entries]
            if isinstance(effect, Withdraw):
                self._letters = [
                    replace(x, state=LetterState.WITHDRAWN) if x.kind in effect.letters and x.state in TAKEN_BACK else x
                    for x in self._letters
                ]
        for n, send in enumerate((e for e in step.effects if isinstance(e, Send)), 1):
            try:
                letter = plain_letter(send, case, now=now, n=n, entry=None)
            except UnusableAddress:
                tasks.append(AskClerk("letter_failed", send.letter))
                unsent = unsent or send.letter is LetterKind.REWORK
                continue
            if send.letter is LetterKind.REWORK and case.rework is not None:
                case = replace(case, rework=replace(case.rework, message_id=letter.message_id))
            new.append(self._row(letter, case, now, len(self._letters) + len(new)))
        self._case = case
        self._letters += new
        self._journal.append(JournalLine(case.number, case.version, event, (*step.effects, *tasks), case.state, now))
        return unsent

    def _row(self, new: NewLetter, case: Case, now: datetime, id_: int) -> Letter:
        return Letter(
            id=id_,
            case=case.number,
            version=case.version,
            kind=new.kind,
            message_id=new.message_id,
            sha256="",
            recipients=new.recipients,
            raw=new.raw,
            state=LetterState.PARKED if new.needs_yes else LetterState.WAITING,
            created_at=now,
            not_before=new.not_before,
            not_after=new.not_after,
            any_hour=new.any_hour,
            tries=0,
            next_try=None,
            accepted_at=None,
            reply="",
            explanation="",
        )

    def work(self, now: datetime, answers: list[str]) -> None:
        if self._case is not None:
            due = due_event(self._case, now, self._look, days(), self.practice)
            if due is not None:
                self.carry(due, self._case.number, now)
        for n in range(len(self._letters)):
            self._send(n, now, answers)

    def _send(self, n: int, now: datetime, answers: list[str]) -> None:
        letter = self._letters[n]
        if letter.state is not LetterState.WAITING or letter.not_before > now:
            return
        if letter.not_after is not None and almaty_day(now) > letter.not_after:
            self._letters[n] = replace(letter, state=LetterState.PARKED)
            return
        if not (letter.any_hour or in_office_hours(now, days(), self.practice)):
            return
        delivery = ANSWERS[answers.pop(0)] if answers else ANSWERS["accepted"]
        event: Event = LetterFailed(now, letter.kind, letter.message_id, "", uncertain=isinstance(delivery, Uncertain))
        state = LetterState.UNCERTAIN if isinstance(delivery, Uncertain) else LetterState.FAILED
        if isinstance(delivery, Deferred):
            return
        if isinstance(delivery, Accepted):
            event = LetterAccepted(now, letter.kind, letter.message_id, "")
            state = LetterState.ACCEPTED
        accepted_at = now if isinstance(delivery, Accepted) else None
        self._letters[n] = replace(letter, state=state, accepted_at=accepted_at)
        self.carry(event, letter.case, now)

    def looked(self, now: datetime, complete: bool) -> None:
        if complete:
            self._look = Look(now, complete)

    def look(self, number: CaseNumber) -> Look | None:
        return self._look

    def case(self, number: CaseNumber) -> Case:
        assert self._case is not None
        return self._case

    def journal(self, number: CaseNumber) -> tuple[JournalLine, ...]:
        return tuple(self._journal)

    def letters(self, number: CaseNumber) -> tuple[Letter, ...]:
        return tuple(self._letters)

    def entries(self, number: CaseNumber, key: str) -> tuple[tuple[int, bool], ...]:
        return tuple(self._entries)
