"""Sends what is owed. A letter is claimed before the first byte leaves, tried once, and what the server said is
committed together with the step it causes. A letter whose end nobody saw is never sent again blindly."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from inbox_daemon.casework import CaseBusy, Casework, LetterMark
from inbox_daemon.errors import NotAllowed, NotForeseen
from inbox_daemon.letters.by_hand import why_stopped
from inbox_daemon.letters.dropped import owe_again
from inbox_daemon.letters.message import has_fault
from inbox_daemon.letters.pace import PACED_IN_15_MINUTES, Pace
from inbox_daemon.letters.postman import Accepted, Deferred, Postman, Refused, Uncertain
from inbox_daemon.logs import where
from inbox_daemon.order.asks import Ask
from inbox_daemon.order.leaving import TELLS_A_LAST_DAY, says_another_day
from inbox_daemon.order.paragraphs import in_office_hours
from inbox_daemon.order.standing import TELLS_OF, may_be_told
from inbox_daemon.order.workdays import CalendarEnds, almaty_day
from registry_store.errors import StoreError
from registry_store.records import (
    CaseNumber,
    ClerkSettledLetter,
    Letter,
    LetterAccepted,
    LetterFailed,
    LetterKind,
    LetterLeavesLate,
    LetterState,
)
from registry_store.store import Store

log = logging.getLogger(__name__)

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Outbox:
    """Carries waiting letters to the postman. stopped: the switch of the configuration that stops all letters;
    a clerk or administrator has another one while the daemon runs. paced: letters of the kinds that are never
    braked in 15 minutes."""

    store: Store
    casework: Casework
    postman: Postman
    envelope_from: str
    stopped: bool = False
    paced: int = PACED_IN_15_MINUTES

    def recover(self, now: datetime) -> int:
        """Mark letters whose sending was broken off as uncertain; return how many.

        Only one process sends, and one letter at a time: between two letters nothing can rightly be in that state.
        """
        cut = self.store.letters_in((LetterState.SENDING,))
        for letter in cut:
            self._failed(letter, LetterState.UNCERTAIN, "the daemon stopped while it was being sent", now)
        return len(cut)

    def send_due(self, clock: Callable[[], datetime]) -> int:
        """Send every letter whose time has come; return how many were accepted.

        clock: asked for each letter anew, since the three days of §10 count from the server's own answer,
        for which it may take minutes.
        """
        if self.stopped:
            return 0
        self.recover(clock())
        owe_again(self.store, self.casework, clock())
        pace = Pace(self.store, self.casework.brakes, self.paced).look_up(clock())
        sent = 0
        for id in self.store.due_letters(clock()):
            if why_stopped(self.store):
                break
            sent += self._send(id, clock, pace)
        return sent

    def is_stopped(self) -> bool:
        """Whether a switch holds all letters back."""
        return self.stopped or bool(why_stopped(self.store))

    def would_send(self, now: datetime) -> tuple[Letter, ...]:
        """Return the letters that would leave now if nothing stopped them."""
        days, practice = self.casework.days, self.casework.practice
        due = [self.store.letter(id) for id in self.store.due_letters(now)]
        in_time = [one for one in due if one.not_after is None or almaty_day(now) <= one.not_after]
        in_time = [one for one in in_time if not self._is_void(one)]
        return tuple(one for one in in_time if one.any_hour or in_office_hours(now, days, practice))

    def _send(self, id: int, clock: Callable[[], datetime], pace: Pace) -> bool:
        letter = self.store.letter(id)
        now = clock()
        if self._is_void(letter):
            self._withdraw(letter)
            return False
        if letter.not_after is not None and almaty_day(now) > letter.not_after:
            self._park(letter, now)
            return False
        if not (letter.any_hour or in_office_hours(now, self.casework.days, self.casework.practice)):
            return False
        if not pace.may_leave(letter, now):
            return False
        now_says = self._as_of(letter, now)
        claimed = None if now_says is None else self.store.claim_letter(now_says, TELLS_OF.get(letter.kind))
        if claimed is None:
            return False
        delivery = self.postman.send(claimed.raw, self.envelope_from, claimed.recipients)
        id, now = claimed.id, clock()
        match delivery:
            case Accepted():
                pace.left(claimed, now)
                self._accepted(claimed, delivery, now)
                return True
            case Deferred():
                pause = min(FIRST_PAUSE * 2 ** min(claimed.tries, 10), LONGEST_PAUSE)
                with self.store.writing() as writing:
                    writing.mark_letter(id, LetterState.WAITING, reply=delivery.reply, next_try=now + pause, tried=True)
                log.warning("letter %d waits for another try", id)
            case Refused():
                self._failed(claimed, LetterState.FAILED, delivery.reply, now)
            case Uncertain():
                self._failed(claimed, LetterState.UNCERTAIN, delivery.reply, now)
        return False

    def _is_void(self, letter: Letter) -> bool:
        """Whether a letter tells of a decision that no longer stands."""
        return letter.case is not None and not may_be_told(letter.kind, self.store.case(letter.case).state)

    def _withdraw(self, letter: Letter) -> None:
        with self.store.writing() as writing:
            writing.mark_letter(
                letter.id, LetterState.WITHDRAWN, reply="its case has moved on: it tells what is no more"
            )
        log.warning("letter %d (%s) is taken back: its case has moved on", letter.id, letter.kind)

    def _as_of(self, letter: Letter, now: datetime) -> int | None:
        """Return the id of the letter as it is to leave now: this one, or the one that was composed in its place
        since it leaves on another day than planned; None when nothing can leave."""
        if letter.case is None:
            return letter.id
        try:
            if not self._is_stale(letter, letter.case, now):
                return letter.id
            late = LetterLeavesLate(now, letter.kind, letter.message_id)
            step = self.casework.carry(late, letter.case, now=now)
        except (
            CalendarEnds,
            NotAllowed,
        ):  # a last day that cannot be counted is not told: the letter waits for the year's table
            log.warning("letter %d waits: its last day lies beyond the calendar", letter.id)
            return None
        except (StoreError, CaseBusy) as error:  # of this moment: the next round tries again
            log.warning("letter %d waits: %s", letter.id, type(error).__name__)
            return None
        except Exception as error:
            log.error("letter %d could not be composed anew: %s", letter.id, where(error))
            self._failed(letter, LetterState.FAILED, "it came to leave late and could not be composed anew", now)
            return None
        new = (one for one in self.store.letters(letter.case) if one.version == step.case.version)
        anew = next((one for one in new if one.kind is letter.kind and one.state is LetterState.WAITING), None)
        if anew is None:  # the case has another letter now, or none: this one is never asked about again
            if self.store.letter(letter.id).state is LetterState.WAITING:
                self._withdraw(letter)
            return None
        log.info("letter %d leaves late: letter %d takes its place", letter.id, anew.id)
        return anew.id

    def _is_stale(self, letter: Letter, number: CaseNumber, now: datetime) -> bool:
        """Whether what stands in the letter is no longer so, or was written with a fault that is mended since."""
        planned, leaves = almaty_day(max(letter.created_at, letter.not_before)), almaty_day(now)
        case = self.store.case(number)
        if says_another_day(case, letter.kind, planned, leaves, self.casework.days):
            return letter.kind in TELLS_A_LAST_DAY or not self._is_sent_again(letter, number)
        return letter.kind is not LetterKind.REPLY and has_fault(letter.raw)

    def _is_sent_again(self, letter: Letter, number: CaseNumber) -> bool:
        """Whether a person sends the same letter once more: a second copy is known by its Message-ID."""
        events = (line.event for line in self.store.journal(number))
        return any(isinstance(e, ClerkSettledLetter) and e.message_id == letter.message_id for e in events)

    def _park(self, letter: Letter, now: datetime) -> None:
        """Its last day is over: nothing goes by itself any more, the case is the clerk's."""
        with self.store.writing() as writing:
            writing.mark_letter(letter.id, LetterState.PARKED, reply="its last day to leave by itself is over")

    def _accepted(self, letter: Letter, delivery: Accepted, now: datetime) -> None:
        mark = LetterMark(letter.id, LetterState.ACCEPTED, delivery.reply, accepted_at=now)
        event = LetterAccepted(now, letter.kind, letter.message_id, delivery.reply)
        self._carry(letter, event, mark, now)
        log.info("letter %d (%s) accepted", letter.id, letter.kind)

    def _failed(self, letter: Letter, state: LetterState, reply: str, now: datetime) -> None:
        mark = LetterMark(letter.id, state, reply)
        uncertain = state is LetterState.UNCERTAIN
        event = LetterFailed(now, letter.kind, letter.message_id, reply, uncertain=uncertain)
        self._carry(letter, event, mark, now)
        log.warning("letter %d (%s) is %s", letter.id, letter.kind, state)

    def _carry(self, letter: Letter, event: LetterAccepted | LetterFailed, mark: LetterMark, now: datetime) -> None:
        """What the server said must be kept, whatever the table says to it."""
        if letter.case is not None:
            try:
                self.casework.carry(event, letter.case, now=now, letter=mark)
                return
            except NotForeseen:
                log.error("letter %d: %s is not foreseen for its case", letter.id, type(event).__name__)
        with self.store.writing() as writing:
            writing.mark_letter(mark.id, mark.state, reply=mark.reply, accepted_at=mark.accepted_at, tried=True)
            if isinstance(event, LetterFailed):
                writing.add_task(letter.case, Ask.LETTER_FAILED, letter.kind, now)
