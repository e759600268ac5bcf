"""What a person does with one letter of the outbox: settle one whose end nobody saw, send one again, say yes to
one that waits, drop one that belongs to no case; and the switch that stops all letters while the daemon runs."""

from __future__ import annotations

import logging
from datetime import datetime

from inbox_daemon.casework import Casework, LetterMark
from inbox_daemon.errors import NotAllowed
from inbox_daemon.order.workdays import almaty
from registry_store.records import (
    CaseNumber,
    ClerkApproved,
    ClerkSettledLetter,
    Letter,
    LetterKind,
    LetterState,
)
from registry_store.store import Store

log = logging.getLogger(__name__)

STOPPED = "letters stopped"  # a note: who stopped them, when and why; empty when they go
DID_NOT_ARRIVE = (LetterState.FAILED, LetterState.BOUNCED)


def has_left(casework: Casework, id: int, left_at: datetime, *, by: str, why: str, now: datetime) -> Letter:
    """Note that a letter left at that moment, though nobody saw its end. A rework letter's three days then count
    from there. Raises LetterUnknown, NotAllowed."""
    letter = _uncertain(casework.store.letter(id))
    reply = f"left {almaty(left_at):%Y-%m-%d %H:%M:%S}, says {by}: {why}"
    mark = LetterMark(id, LetterState.ACCEPTED, reply, accepted_at=left_at, tried=False)
    return _settled(casework, letter, mark, left_at, by, why, now)


def send_again(casework: Casework, id: int, *, by: str, why: str, now: datetime) -> Letter:
    """Send a letter once more. One whose end nobody saw: the same bytes with the same Message-ID, so that a second
    copy is known as one. One that did not arrive: composed anew, to the address that the case has now.

    Return the letter that leaves; this one where none could be addressed (a task of the case says so).
    Raises LetterUnknown, NotAllowed.
    """
    letter = casework.store.letter(id)
    if letter.state in DID_NOT_ARRIVE and letter.case is not None:
        return _anew(casework, letter, letter.case, by, why, now)
    mark = LetterMark(id, LetterState.WAITING, f"once more, says {by}: {why}", tried=False, by_hand=True)
    return _settled(casework, _uncertain(letter), mark, None, by, why, now)


def say_yes(casework: Casework, id: int, *, by: str, why: str, now: datetime) -> Letter:
    """Let a letter go that waits for a person's yes. One of a case is composed anew; one that carries a decision
    is approved by deciding the case. Raises LetterUnknown, NotAllowed."""
    letter = casework.store.letter(id)
    if letter.state is not LetterState.PARKED:
        message = f"letter {id} is {letter.state}: it does not wait for a yes"
        raise NotAllowed(message, "letter_not_parked")
    if letter.case is not None:
        return _anew(casework, letter, letter.case, by, why, now)
    with casework.store.writing() as writing:
        writing.mark_letter(id, LetterState.WAITING, by_hand=True, if_state=LetterState.PARKED)
    log.info("letter %d may leave, says %s", id, by)
    return casework.store.letter(id)


def drop(casework: Casework, id: int, *, by: str, why: str, now: datetime) -> Letter:
    """Take back a letter that no decision hangs on and that has not left: one of no case, or a clerk's reply.
    Raises LetterUnknown, NotAllowed."""
    letter = casework.store.letter(id)
    of_a_decision = letter.case is not None and letter.kind is not LetterKind.REPLY
    if of_a_decision or letter.state not in (LetterState.PARKED, LetterState.WAITING):
        message = f"letter {id} is {letter.state}: only a reply or a letter of no case is dropped, before it leaves"
        raise NotAllowed(message, "letter_not_dropped")
    with casework.store.writing() as writing:
        writing.mark_letter(id, LetterState.WITHDRAWN, reply=f"dropped by {by}: {why}", if_state=letter.state)
    log.info("letter %d was dropped by %s", id, by)
    return casework.store.letter(id)


# ------------------------------------------------------------ the switch


def stop_all(store: Store, *, by: str, why: str, now: datetime) -> None:
    """Stop all letters of a running daemon; they wait in the outbox."""
    with store.writing() as writing:
        writing.put_note(STOPPED, f"{almaty(now):%Y-%m-%d %H:%M} by {by}: {why}")
    log.warning("all letters were stopped by %s", by)


def let_all_go(store: Store, *, by: str) -> None:
    """Let letters go again; those whose last day is over by then are the clerk's."""
    with store.writing() as writing:
        writing.put_note(STOPPED, "")
    log.warning("letters may go again, says %s", by)


def why_stopped(store: Store) -> str:
    """Return who stopped all letters, when and why; empty when they go."""
    return store.note(STOPPED) or ""


# ------------------------------------------------------------ what both ways of settling share


def _anew(casework: Casework, letter: Letter, case: CaseNumber, by: str, why: str, now: datetime) -> Letter:
    step = casework.carry(ClerkApproved(now, by, letter.kind, why), case, now=now)
    composed = (one for one in casework.store.letters(case) if one.version == step.case.version)
    return next(composed, casework.store.letter(letter.id))


def _uncertain(letter: Letter) -> Letter:
    if letter.state is not LetterState.UNCERTAIN:
        message = f"letter {letter.id} is {letter.state}: only one whose end nobody saw is settled so"
        raise NotAllowed(message, "letter_certain")
    return letter


def _settled(
    casework: Casework,
    letter: Letter,
    mark: LetterMark,
    left_at: datetime | None,
    by: str,
    why: str,
    now: datetime,
) -> Letter:
    if letter.case is None:
        with casework.store.writing() as writing:
            writing.mark_letter(
                letter.id,
                mark.state,
                reply=mark.reply,
                accepted_at=mark.accepted_at,
                by_hand=mark.by_hand,
                if_state=LetterState.UNCERTAIN,
            )
    else:
        event = ClerkSettledLetter(now, by, why, letter.kind, letter.message_id, left_at)
        casework.carry(event, letter.case, now=now, letter=mark)
    log.info("letter %d was settled as %s", letter.id, mark.state)
    return casework.store.letter(letter.id)
