"""The one door to `decide()`: load, decide, compose, commit. Nothing else changes a case or settles a mail.

The case, its journal line, the finished letters, the register entry and the outcome of the mail are
written in one transaction; letters are sent and mails moved afterwards, by whoever finds them owed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from inbox_daemon.errors import InboxError, NotAllowed
from inbox_daemon.finding import finding_keys, region_of_case
from inbox_daemon.into_register import into_register
from inbox_daemon.letters.errors import LetterError, UnusableAddress
from inbox_daemon.letters.owed import NO_BRAKES, Brakes, Composer, brake_task, owed_letters, taken_back
from inbox_daemon.order.case import decide
from inbox_daemon.order.going_on import JOINED
from inbox_daemon.order.identity import OF_A_HOLDER, entry_meant
from inbox_daemon.order.practice import Practice
from inbox_daemon.order.terms import due_day, wake_at
from inbox_daemon.order.workdays import WorkingDays, almaty
from inbox_daemon.tasks import answered, tasks_answered, tasks_undone
from registry_store.entries import EntryReads
from registry_store.errors import CaseChanged, CaseUnknown, EntryExists
from registry_store.records import (
    AskClerk,
    Case,
    CaseKind,
    CaseNumber,
    ClerkApproved,
    ClerkClosed,
    ClerkIncluded,
    ClerkJoined,
    ClerkRefused,
    ClerkReplied,
    ClerkSawFilled,
    ClerkSentRework,
    ClerkSetField,
    ClerkStopped,
    ClerkTookOut,
    ClerkUndid,
    EntryNumber,
    Event,
    Filed,
    Holder,
    LetterFailed,
    LetterKind,
    LetterState,
    MailId,
    NewLetter,
    Outcome,
    OutcomeKind,
    Send,
    Step,
)
from registry_store.store import Store, Writing

log = logging.getLogger(__name__)

RETRIES = 5
NO_TIME = timedelta()
NOT_LEFT = frozenset({LetterState.WAITING, LetterState.PARKED, LetterState.WITHDRAWN})
# Acts of a clerk that can be taken back; those that concern two cases are taken back in both.
UNDOABLE = (
    ClerkIncluded,
    ClerkSentRework,
    ClerkRefused,
    ClerkClosed,
    ClerkStopped,
    ClerkSetField,
    ClerkSawFilled,
    ClerkJoined,
    ClerkTookOut,
)


class CaseBusy(InboxError):
    """Others changed the case each time we tried; try again."""


class CaseMoved(InboxError):
    """Somebody else took a step with the case since it was looked at. Nothing has changed; look again."""


class AnswerComposer(Protocol):
    """Makes a finished answer to a mail that belongs to no case. n: which answer to that mail it is."""

    def __call__(
        self, send: Send, *, mail: MailId, to: str, answers: str | None, now: datetime, n: int = 1
    ) -> NewLetter: ...


@dataclass(frozen=True, slots=True)
class Settles:
    """The mail that a step settles, and what else its outcome says."""

    arrival: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class LetterMark:
    """What became of a letter, committed with the step that it causes. tried: it was handed to a server.
    by_hand: a person sends it now, at any hour."""

    id: int
    state: LetterState
    reply: str
    accepted_at: datetime | None = None
    tried: bool = True
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Casework:
    """The door. All parts are values or the store; it keeps no state of its own.

    training: how many letters of each kind need the clerk's yes before that kind goes by itself; 0: none.
    """

    store: Store
    days: WorkingDays
    practice: Practice
    compose: Composer
    compose_answer: AnswerComposer
    brakes: Brakes = field(default_factory=Brakes)
    training: int = 0

    def carry(
        self,
        event: Event,
        number: CaseNumber | None,
        *,
        now: datetime,
        kind: CaseKind = CaseKind.APPLICATION,
        settles: Settles | None = None,
        letter: LetterMark | None = None,
        seen: int | None = None,
        hold: timedelta = NO_TIME,
    ) -> Step:
        """Carry an event into a case; `number` None opens a new one of `kind`. Return the step that was stored.

        seen: the version that a clerk decided on. hold: how long letters of the step wait before they may leave.
        Raises NotForeseen and NotAllowed (nothing has changed), CaseMoved, CaseBusy after too many clashes.
        """
        for _ in range(RETRIES):
            try:
                with self.store.writing() as writing:
                    check_seen(writing, number, seen)
                    return self.within(writing, event, number, now, kind, settles, letter, hold)
            except CaseChanged:
                continue
            except EntryExists as error:
                # Somebody with this IIN or BIN is in the register already (rules, section 4): a person decides.
                if not isinstance(event, Filed) or str(error) in event.doubts:
                    raise
                event = replace(event, doubts=(*event.doubts, str(error)))
        message = f"{number}: changed by others {RETRIES} times while we tried; try again"
        raise CaseBusy(message)

    def carry_together(
        self, events: Sequence[Event], number: CaseNumber, *, now: datetime, seen: int | None = None
    ) -> tuple[Step, ...]:
        """Carry all events of one click into a case, or none of them; none of them can be undone by itself.

        Raises NotForeseen, NotAllowed, CaseMoved: nothing has changed.
        """
        with self.store.writing() as writing:
            check_seen(writing, number, seen)
            kind = writing.case(number).kind
            return tuple(self.within(writing, event, number, now, kind, None, None) for event in events)

    def within(
        self,
        writing: Writing,
        event: Event,
        number: CaseNumber | None,
        now: datetime,
        kind: CaseKind,
        settles: Settles | None,
        letter: LetterMark | None,
        hold: timedelta = NO_TIME,
    ) -> Step:
        """Carry an event inside a transaction that carries others too; as `carry`, but nothing is tried again."""
        if number is None:
            case = Case(number=writing.new_case_number(almaty(now).year), kind=kind)
        else:
            case = writing.case(number)
        event = with_holder(event, case, writing)
        step = decide(case, event, self.days, self._practice_now(writing))
        step = _held(step, now + hold) if hold else step
        step, entry = into_register(writing, step, event, now)
        # The brake is against machines: a person who says yes to a letter is none.
        brakes = NO_BRAKES if isinstance(event, (ClerkApproved, ClerkReplied)) else self.brakes
        owed = owed_letters(writing, step, entry, now, self.compose, brakes)
        step = owed.step
        writing.record(
            case.version,
            step,
            event,
            at=now,
            keys=finding_keys(step.case),
            wake_at=wake_at(step.case, self.days, self.practice),
            due=due_day(step.case, self.days),
            region=region_of_case(step.case),
            undo=case if _can_be_undone(event) else None,
        )
        _tell_uncertain(writing, case, step.case)
        tasks_answered(writing, event, step.case.number, now)
        if isinstance(event, ClerkReplied):
            answered(writing, event.mail, now, step.case.number)
        for new in owed.letters:
            writing.put_letter(new, step.case.number, step.case.version, now)
        if letter is not None:
            writing.mark_letter(
                letter.id,
                letter.state,
                reply=letter.reply,
                accepted_at=letter.accepted_at,
                tried=letter.tried,
                by_hand=letter.by_hand,
            )
        if settles is not None:
            outcome = replace(settles.outcome, cases=(*settles.outcome.cases, step.case.number))
            writing.settle(settles.arrival, outcome, now)
        log.info(
            "%s: %s led to %s (version %d)", step.case.number, type(event).__name__, step.case.state, step.case.version
        )
        if LetterKind.REWORK in owed.unaddressed:  # it can never be accepted: a person is needed now, not at review due
            failed = LetterFailed(now, LetterKind.REWORK, "", "there is no address that it could be sent to")
            return self.within(writing, failed, step.case.number, now, kind, None, None)
        return step

    def undo(self, number: CaseNumber, *, by: str, why: str, now: datetime, seen: int | None = None) -> Step:
        """Take a clerk's last act back while none of its letters has left; return the step. An act that concerned two
        cases is taken back in both.

        Raises NotAllowed when something else has happened since, or a letter has left; CaseMoved.
        """
        with self.store.writing() as writing:
            check_seen(writing, number, seen)
            before = writing.case_before(number)
            if before is None:
                raise _undo_gone(number)
            event = writing.journal(number)[-1].event
            there = event.there if isinstance(event, ClerkJoined | ClerkTookOut) else None
            if there is not None:
                if writing.case(there.number).version != there.version + 1:
                    raise _undo_gone(there.number)
                self._undo_in(writing, there.number, there, by, why, now)
            return self._undo_in(writing, number, before, by, why, now)

    def _undo_in(self, writing: Writing, number: CaseNumber, before: Case, by: str, why: str, now: datetime) -> Step:
        case, letters, journal = writing.case(number), writing.letters(number), writing.journal(number)
        if any(letter.state not in NOT_LEFT for letter in letters if letter.version == case.version):
            message = f"{number}: the letter has left; the decision can only be revoked"
            raise NotAllowed(message, "letter_left")
        undone = type(journal[-1].event).__name__
        event = ClerkUndid(now, by, why, undone, before, taken_back(letters, journal))
        tasks_undone(writing, journal[-1], now)
        return self.within(writing, event, number, now, case.kind, None, None)

    def _practice_now(self, writing: Writing) -> Practice:
        """Training mode (rules, section 7): the first letters of each kind but receipts wait for a yes."""
        if not self.training:
            return self.practice
        learnt = writing.kinds_accepted(self.training)
        return replace(self.practice, supervised=frozenset(LetterKind) - learnt - {LetterKind.RECEIPT})

    def settle(self, settles: Settles, *, now: datetime, ask: AskClerk | None = None) -> None:
        """Give a mail that concerns no case its outcome."""
        self.settle_asking(settles, () if ask is None else ((None, ask),), now=now)

    def settle_asking(
        self, settles: Settles, asks: Iterable[tuple[CaseNumber | None, AskClerk]], *, now: datetime
    ) -> None:
        """Give a mail that moves no case its outcome, and the clerk a task for each case that it may concern."""
        with self.store.writing() as writing:
            writing.settle(settles.arrival, settles.outcome, now)
            for case, ask in asks:
                writing.add_task(case, ask.code, ask.detail, now)

    def answer(
        self, send: Send, settles: Settles, *, mail: MailId, to: str, answers: str | None, now: datetime
    ) -> None:
        """Answer a question that belongs to no case, and settle its mail in the same transaction.

        Where the brake is closed or the address is of no use, the mail stays in the tray.
        """
        with self.store.writing() as writing:
            try:
                letter = self.compose_answer(send, mail=mail, to=to, answers=answers, now=now)
            except LetterError as error:
                no_address = isinstance(error, UnusableAddress)
                why = "its address cannot be answered" if no_address else "its answer cannot be written"
                log.error("an answer cannot be written: %s", type(error).__name__)
                tray = replace(settles.outcome, kind=OutcomeKind.TRAY, why=why)
                writing.settle(settles.arrival, tray, now)
                return
            if why := self.brakes.why_closed(writing, letter, now):
                for task in brake_task(writing, letter.recipients[0]):
                    writing.add_task(None, task.code, task.detail, now)
                tray = replace(settles.outcome, kind=OutcomeKind.TRAY, why=f"the brake on answers is closed: {why}")
                writing.settle(settles.arrival, tray, now)
                return
            needs_yes = send.letter in self._practice_now(writing).supervised
            writing.put_letter(replace(letter, needs_yes=needs_yes), None, 0, now)
            writing.settle(settles.arrival, settles.outcome, now)


def with_holder(event: Event, case: Case, register: EntryReads) -> Event:
    """Return the event with whom the register has in the entry that it may be carried out on (rules, section 4).

    Raises EntryUnknown where a clerk names an entry that there is not."""
    number = entry_meant(case, event)
    if number is None or not isinstance(event, OF_A_HOLDER):
        return event
    return replace(event, holder=holder_in(register, number))


def holder_in(register: EntryReads, number: EntryNumber) -> Holder:
    """Return whom the register has in an entry. Raises EntryUnknown."""
    entry = register.entry(number)
    facts, addresses = entry.facts, register.addresses_of_entry(number)
    return Holder(number, facts.kind, facts.key, facts.name, addresses, entry.standing)


def _tell_uncertain(writing: Writing, before: Case, after: Case) -> None:
    """A rework letter whose end nobody saw has shown itself (an answer, a report): its row in the outbox says so."""
    if before.rework is None or after.rework is None or not before.rework.uncertain or after.rework.uncertain:
        return
    letter = writing.letter_by_message_id(before.rework.message_id)
    accepted_at = after.rework.accepted_at
    if letter is not None and letter.state is LetterState.UNCERTAIN and accepted_at is not None:
        words = "it left: the applicant answered, or a server reported of it"
        writing.mark_letter(letter.id, LetterState.ACCEPTED, reply=words, accepted_at=accepted_at)


def _can_be_undone(event: Event) -> bool:
    return isinstance(event, UNDOABLE) and not (isinstance(event, ClerkClosed) and event.reason.startswith(JOINED))


def _undo_gone(number: CaseNumber) -> NotAllowed:
    message = f"{number}: the last step cannot be taken back: it was no decision, or more has happened since"
    return NotAllowed(message, "undo_gone")


def known_case(writing: Writing, number: CaseNumber) -> Case:
    """Return the case that a clerk names. Raises NotAllowed where there is none."""
    try:
        return writing.case(number)
    except CaseUnknown as error:
        message = f"there is no case {number}"
        raise NotAllowed(message, "no_such_case", number) from error


def check_seen(writing: Writing, number: CaseNumber | None, seen: int | None) -> None:
    """Raise CaseMoved when the case is not at the version that a clerk decided on; None asks for none."""
    if number is not None and seen is not None and writing.case(number).version != seen:
        message = f"{number}: somebody was faster; look at the case again"
        raise CaseMoved(message)


def _held(step: Step, until: datetime) -> Step:
    """Let the letters of a step wait, so that a click can be undone."""
    effects = tuple(
        replace(one, not_before=max(one.not_before, until)) if isinstance(one, Send) else one for one in step.effects
    )
    return replace(step, effects=effects)
