"""A letter as it would leave now: composed from the stored case, and nothing is stored or sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from inbox_daemon.casework import Casework, with_holder
from inbox_daemon.errors import NotAllowed, NotForeseen
from inbox_daemon.order.case import decide
from inbox_daemon.order.paragraphs import next_office_moment, p10_last_day_if_sent
from inbox_daemon.order.workdays import almaty_day, known
from inbox_daemon.tracing.look import look_for
from registry_store.records import (
    NOTHING_SAID,
    Case,
    CaseNumber,
    ClerkApproved,
    ClerkClosed,
    ClerkIncluded,
    ClerkRefused,
    ClerkReplied,
    ClerkSentRework,
    ClerkStopped,
    Entry,
    EntryNumber,
    Event,
    LetterKind,
    Look,
    NewLetter,
    Said,
    Send,
    Stop,
)
from registry_store.store import Rehearsal

NOBODY = "rehearsal"  # who the event is by; it is never stored


@dataclass(frozen=True, slots=True)
class Planned:
    """The letter, and why it would not leave now, empty when it would."""

    letter: NewLetter
    why_not: str = ""


def letter_now(
    kind: LetterKind,
    number: CaseNumber,
    casework: Casework,
    now: datetime,
    said: Said = NOTHING_SAID,
    *,
    entry: EntryNumber | None = None,
    decided_on: date | None = None,
    other_person_why: str = "",
    reason: str = "not_application",
) -> Planned:
    """Return the letter of a kind about a case, as a clerk's yes would send it now. said: their own words in it.
    entry: the register entry that is chosen for a change, programme or stop; decided_on: the day of a stop;
    other_person_why: as the act would say it. reason: for which a case is closed.

    Where the Order or the state of the case forbids it, the letter is composed all the same and the reason
    given. Raises CaseUnknown, EntryUnknown, and LetterError when the letter lacks a fact.
    """
    case = casework.store.case(number)
    event = _yes(kind, case, casework, now, said, reason)
    if isinstance(event, ClerkIncluded | ClerkStopped):
        event = replace(event, entry=entry, other_person_why=other_person_why)
    if isinstance(event, ClerkStopped):
        event = replace(event, decided_on=decided_on)
    if entry is not None:  # for the letter that is composed though it may not go
        case = replace(case, entry=entry, stop_decided_on=decided_on or case.stop_decided_on)
    if kind is LetterKind.CLOSED:
        case = replace(case, ground=reason)
    if event is None:
        return Planned(_composed(kind, case, casework, now))
    try:
        made = _carried(event, number, casework, now)
    except (NotAllowed, NotForeseen) as error:
        return Planned(_composed(kind, case, casework, now), str(error))
    letter = next((one for one in made if one.kind is kind), None)
    if letter is None:
        return Planned(_composed(kind, case, casework, now), f"{number}: this would send no {kind.value} letter")
    return Planned(letter)


def why_not(event: Event, case: Case, casework: Casework) -> NotAllowed | NotForeseen | None:
    """Return what the Order would say to an act now, None when it allows it. Nothing is carried."""
    try:
        decide(case, with_holder(event, case, casework.store), casework.days, casework.practice)
    except (NotAllowed, NotForeseen) as error:
        return error
    return None


def reply_now(event: ClerkReplied, number: CaseNumber, casework: Casework, now: datetime) -> NewLetter:
    """Return a clerk's answer as it would leave. Raises CaseUnknown, NotAllowed, and NotAllowed too where the one
    who wrote has no address that can be answered."""
    for letter in _carried(event, number, casework, now):
        if letter.kind is LetterKind.REPLY:
            return letter
    message = "whoever wrote has no address that could be answered"
    raise NotAllowed(message, "address")


def _yes(kind: LetterKind, case: Case, casework: Casework, now: datetime, said: Said, reason: str) -> Event | None:
    """Return the clerk's act that sends the letter; None for letters that no clerk sends."""
    match kind:
        case LetterKind.REWORK:
            return ClerkSentRework(now, NOBODY, said=said)
        case LetterKind.INCLUSION | LetterKind.CHANGE:
            return ClerkIncluded(now, NOBODY)
        case LetterKind.REFUSAL:
            nothing = Look(datetime.min.replace(tzinfo=UTC), complete=False)
            return ClerkRefused(now, NOBODY, "", look_for(case, casework.store) or nothing)
        case LetterKind.STOP:
            return ClerkStopped(now, NOBODY, "")
        case LetterKind.CLOSED:
            return ClerkClosed(now, NOBODY, "", reason, said=said)
        case LetterKind.STILL_INCOMPLETE | LetterKind.UNREADABLE:
            return ClerkApproved(now, NOBODY, kind)
        case LetterKind.RECEIPT | LetterKind.HOW_TO_APPLY | LetterKind.REPLY:
            return None


def _carried(event: Event, number: CaseNumber, casework: Casework, now: datetime) -> list[NewLetter]:
    made: list[NewLetter] = []

    def compose(send: Send, case: Case, *, now: datetime, n: int, entry: Entry | None) -> NewLetter:
        made.append(casework.compose(send, case, now=now, n=n, entry=entry))
        return made[-1]

    replace(casework, store=Rehearsal(casework.store), compose=compose).carry(event, number, now=now)
    return made


def _composed(kind: LetterKind, case: Case, casework: Casework, now: datetime) -> NewLetter:
    """Compose the letter from the case as it stands, whether it may leave or not."""
    at_once = kind is LetterKind.RECEIPT
    leaves = now if at_once else next_office_moment(now, casework.days, casework.practice)
    last_day = _last_day(leaves, casework) if kind is LetterKind.REWORK else None
    look = look_for(case, casework.store) if kind is LetterKind.REFUSAL else None
    entry = None if case.entry is None else casework.store.entry(case.entry)
    if kind is LetterKind.STOP and entry is not None and entry.stop is None:
        entry = replace(entry, stop=Stop(case.stop_decided_on or almaty_day(case.received or now), case.number))
    send = Send(kind, leaves, last_day=last_day, any_hour=at_once, look=look)
    return casework.compose(send, case, now=now, n=1, entry=entry)


def _last_day(leaves: datetime, casework: Casework) -> date:
    term = known(lambda: p10_last_day_if_sent(almaty_day(leaves), casework.days))
    if term is None:
        message = f"the last day to answer by is not known yet: the calendar ends on {casework.days.last}"
        raise NotAllowed(message, "dates_unknown", str(casework.days.last))
    return term.last
