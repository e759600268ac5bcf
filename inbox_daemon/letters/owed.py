"""The letters that a step owes: those that wait and say something stale, composed anew; all of them composed; the
brake on those that machines could multiply."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from inbox_daemon.letters.errors import UnusableAddress
from inbox_daemon.order.asks import Ask
from inbox_daemon.order.workdays import almaty_day
from registry_store.records import (
    AskClerk,
    Braked,
    Case,
    ComposeAnew,
    Effect,
    Entry,
    JournalLine,
    Letter,
    LetterKind,
    LetterState,
    NewLetter,
    Send,
    Step,
    Withdraw,
)
from registry_store.store import Writing

log = logging.getLogger(__name__)

# The letters that a loop of automatic mail could multiply; the others are never dropped.
BRAKED = (LetterKind.RECEIPT, LetterKind.HOW_TO_APPLY, LetterKind.UNREADABLE)
# The letters that name a register entry.
OF_AN_ENTRY = (LetterKind.INCLUSION, LetterKind.CHANGE, LetterKind.STOP)
WAITS = (LetterState.WAITING, LetterState.PARKED)
DAY = timedelta(days=1)
QUARTER = timedelta(minutes=15)


class Composer(Protocol):
    """Makes a finished letter of an effect; `letters.compose` bound to the office, calendar and practice."""

    def __call__(self, send: Send, case: Case, *, now: datetime, n: int, entry: Entry | None) -> NewLetter: ...


@dataclass(frozen=True, slots=True)
class Brakes:
    """How many letters of the braked kinds there may be: written to one address in 24 hours; sent in 15 minutes to
    addresses that had such a letter before (`pace.py`, which makes them wait and drops none)."""

    per_address_a_day: int = 3
    all_in_15_minutes: int = 30

    def why_closed(self, writing: Writing, letter: NewLetter, now: datetime) -> str:
        """Rules, section 7: receipts and answers are counted, so that two machines cannot write to each other. So are,
        by themselves, the letters that answer an incomplete answer: a machine may send our own form back for ever.

        Only the brake for one address drops a letter, and only one that is no first of the day: whoever writes today
        for the first time is answered. Return what was counted where it is closed, empty where it is not.
        """
        if letter.kind is LetterKind.STILL_INCOMPLETE:
            told = writing.count_letters((letter.kind,), now - DAY, letter.recipients[0])
            return self._too_many_a_day() if told >= self.per_address_a_day else ""
        if letter.kind not in BRAKED:
            return ""
        if writing.count_letters(BRAKED, now - DAY, letter.recipients[0]) >= self.per_address_a_day:
            return self._too_many_a_day()
        return ""

    def _too_many_a_day(self) -> str:
        return f"{self.per_address_a_day} such letters to one address in 24 hours"


NO_BRAKES = Brakes(sys.maxsize, sys.maxsize)


@dataclass(frozen=True, slots=True)
class Owed:
    """The step with what else it owes now; its letters; the kinds that have no usable address, or that cannot go."""

    step: Step
    letters: tuple[NewLetter, ...]
    unaddressed: tuple[LetterKind, ...]


def owed_letters(
    writing: Writing, step: Step, entry: Entry | None, now: datetime, compose: Composer, brakes: Brakes
) -> Owed:
    """Compose every letter that a step owes. One that cannot be addressed, or is braked, becomes a task."""
    step, anew = _with_letters_anew(writing, step, now)
    letters: list[NewLetter] = []
    tasks: list[Effect] = []
    unaddressed: list[LetterKind] = []
    for n, send in enumerate((e for e in step.effects if isinstance(e, Send)), 1):
        if entry is None and send.letter in OF_AN_ENTRY and step.case.entry is not None:
            entry = writing.entry(step.case.entry)  # a letter that is composed again
        try:
            letter = compose(send, step.case, now=now, n=n, entry=entry)
        except UnusableAddress:
            tasks.append(AskClerk(Ask.LETTER_FAILED, send.letter))
            unaddressed.append(send.letter)
            continue
        if send not in anew and (why := brakes.why_closed(writing, letter, now)):
            log.warning("%s: the brake holds back a letter (%s): %s", step.case.number, send.letter, why)
            tasks += [Braked(send.letter, why), *brake_task(writing, letter.recipients[0])]
            continue
        if letter.needs_yes and not send.needs_yes:
            log.error("%s: a letter (%s) is held: %s", step.case.number, send.letter, letter.explanation.split("\n")[0])
            tasks.append(AskClerk(Ask.LETTER_HELD, send.letter))
            if send.letter is LetterKind.REWORK:  # its case waits for no yes but for a letter anew
                unaddressed.append(send.letter)
                continue
            if send.letter not in step.case.undelivered:
                step = replace(step, case=replace(step.case, undelivered=(*step.case.undelivered, send.letter)))
        if send.letter is LetterKind.REWORK and step.case.rework is not None:
            rework = replace(step.case.rework, message_id=letter.message_id)
            step = replace(step, case=replace(step.case, rework=rework))
        letters.append(letter)
    step = replace(step, effects=(*step.effects, *tasks))
    return Owed(step, tuple(letters), tuple(unaddressed))


def brake_task(writing: Writing, address: str) -> list[AskClerk]:
    """The clerk is called once for an address; while that task is open a storm adds no more of them. The journal of
    each case says what it did not get."""
    told = any(task.code == Ask.BRAKE and task.detail == address for task in writing.tasks())
    return [] if told else [AskClerk(Ask.BRAKE, address)]


def taken_back(letters: Iterable[Letter], journal: Sequence[JournalLine]) -> tuple[LetterKind, ...]:
    """Return the kinds of letters that had not left and that the last step of a case took back for good."""
    last = journal[-1]
    anew = {kind for effect in last.effects if isinstance(effect, ComposeAnew) for kind in effect.letters}
    kinds = _withdrawn_by(last) - anew
    found = [
        letter.kind
        for letter in letters
        if letter.state is LetterState.WITHDRAWN and letter.kind in kinds and letter.version < last.version
        if not any(
            letter.kind in _withdrawn_by(line) for line in journal if letter.version < line.version < last.version
        )
    ]
    return tuple(dict.fromkeys(found))


def _withdrawn_by(line: JournalLine) -> set[LetterKind]:
    return {kind for effect in line.effects if isinstance(effect, Withdraw) for kind in effect.letters}


def _with_letters_anew(writing: Writing, step: Step, now: datetime) -> tuple[Step, tuple[Send, ...]]:
    """Put the letters that are to be composed anew among what the step owes; they are returned too."""
    effects: list[Effect] = []
    anew: list[Send] = []
    for effect in step.effects:
        effects.append(effect)
        if isinstance(effect, ComposeAnew):
            again = list(_again(writing, step.case, effect, now))
            effects += [e for send in again for e in (Withdraw((send.letter,)), send)]
            anew += again
    return replace(step, effects=tuple(effects)), tuple(anew)


def _again(writing: Writing, case: Case, effect: ComposeAnew, now: datetime) -> Iterator[Send]:
    """The letters of a case that have not left, owed as they were, with what has changed since."""
    waiting: dict[LetterKind, Letter] = {}
    for letter in writing.letters(case.number):
        over = letter.not_after is not None and letter.not_after < almaty_day(now)
        if letter.kind in effect.letters and letter.state in WAITS and not over:
            waiting[letter.kind] = letter
    journal = {line.version: line for line in writing.journal(case.number)} if waiting else {}
    for kind, letter in waiting.items():
        owed = [e for e in journal[letter.version].effects if isinstance(e, Send) and e.letter is kind]
        for send in owed[:1]:
            last_day = effect.last_day or send.last_day
            # A rework letter goes by itself until review is due; what tells the rest of a term, until its last day.
            own = kind is LetterKind.REWORK or effect.last_day is None
            not_after = send.not_after if own else effect.last_day
            yield replace(
                send,
                not_before=max(send.not_before, now),
                not_after=not_after if letter.not_after is not None else None,
                last_day=last_day,
                any_hour=letter.any_hour,
                needs_yes=letter.state is LetterState.PARKED,
            )
