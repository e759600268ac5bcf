"""One case in every state, led there by the table itself, and events of every kind to meet it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache

from inbox_daemon.order.case import decide
from inbox_daemon.order.identity import OF_A_HOLDER, Person, entry_meant
from inbox_daemon.order.practice import Practice
from registry_store.records import (
    OPEN_STATES,
    CalendarChanged,
    Case,
    CaseKind,
    Category,
    ClerkApproved,
    ClerkClosed,
    ClerkDecidedContacts,
    ClerkIncluded,
    ClerkJoined,
    ClerkRecast,
    ClerkRefused,
    ClerkReplied,
    ClerkRevoked,
    ClerkSawFilled,
    ClerkSentRework,
    ClerkSetAddress,
    ClerkSetField,
    ClerkSetRegion,
    ClerkSettledLetter,
    ClerkStopped,
    ClerkTookOut,
    ClerkTranslated,
    ClerkUndid,
    Event,
    Holder,
    LeadDayCame,
    LetterAccepted,
    LetterFailed,
    LetterKind,
    LetterLeavesLate,
    LetterOwedAgain,
    LetterReported,
    MailFound,
    ReviewTermPassed,
    ReviewWarned,
    Sheet,
    Standing,
    State,
    Step,
    StopAsked,
    TermPassed,
    Text,
    Wrote,
)
from tests.order.build import IIN, SENDER, at, case_mail, complete, day, days, filed, look, new_case, sheet, with_gap

# A filing of Friday 23 October 2026: review due 2 November, lead day 30 October 09:00, accepted then: rework
# due 4 November, refusal on 5 November.
RECEIVED = at("2026-10-23 10:00")
LEAD_DAY = at("2026-10-30 09:00")
ACCEPTED = at("2026-10-30 09:00:05")
IN_TERM = at("2026-11-03 15:00")
TERM_OVER = at("2026-11-05 00:00")
LATE = at("2026-11-05 08:00")
REFUSAL_HOUR = at("2026-11-05 09:00")
REVIEW_OVER = at("2026-11-03 00:00")

BY_CLERK = Practice(inclusion="clerk")
AT_ONCE = Practice(rework_send="at_once")
CLERK_REFUSES = Practice(refusal="clerk")
REWORK_ID = "<vr-2026-000417.2.1@ministry.example>"


def step(case: Case, event: Event, practice: Practice | None = None) -> Step:
    """What the Order says, with the Message-ID of a rework letter filled in as the door does it."""
    done = decide(case, known(case, event), days(), practice)
    rework = done.case.rework
    if rework is not None and not rework.message_id:
        message_id = REWORK_ID.replace(".2.1", f".{done.case.version}.1")
        done = replace(done, case=replace(done.case, rework=replace(rework, message_id=message_id)))
    return done


# Who all these lives are of, as the register has them; and by what a person is told where no number is known.
HOLDER = Holder(15, "volunteer", IIN, Text("Қыдырова Сәуле"), (SENDER,), Standing.LISTED)
PERSON = Person(frozenset(), ("Қыдырова Сәуле",), frozenset({SENDER}))


def known(case: Case, event: Event) -> Event:
    """The event with whom the register has in its entry, as the door looks it up: the applicant of all these lives."""
    number = entry_meant(case, event)
    if number is None or not isinstance(event, OF_A_HOLDER) or event.holder is not None:
        return event
    return replace(event, holder=replace(HOLDER, entry=number))


def led(case: Case, *events: Event, practice: Practice | None = None) -> Case:
    for event in events:
        case = step(case, event, practice).case
    return case


def lead_day() -> LeadDayCame:
    return LeadDayCame(at=LEAD_DAY, noticed=LEAD_DAY)


def accepted(letter: LetterKind = LetterKind.REWORK, message_id: str = REWORK_ID) -> LetterAccepted:
    return LetterAccepted(ACCEPTED, letter, message_id, "250 ok")


def failed(
    letter: LetterKind = LetterKind.REWORK, message_id: str = REWORK_ID, *, uncertain: bool = False
) -> LetterFailed:
    return LetterFailed(ACCEPTED, letter, message_id, "550 no", uncertain=uncertain)


def reported(action: str, letter: LetterKind = LetterKind.REWORK, message_id: str = REWORK_ID) -> LetterReported:
    return LetterReported(at("2026-11-03 10:00"), letter, message_id, action, "dd" * 32)


def term_passed(**changes: object) -> TermPassed:
    plain = TermPassed(at=TERM_OVER, look=look(at("2026-11-05 00:01")), noticed=REFUSAL_HOUR)
    return replace(plain, **changes)  # type: ignore[arg-type]  # the fields of TermPassed by name


def wrote() -> Wrote:
    return Wrote(IN_TERM, case_mail(IN_TERM, 8, forms=False), Category.QUESTION)


def asked_to_stop(**changes: object) -> StopAsked:
    plain = StopAsked(IN_TERM, IN_TERM, case_mail(IN_TERM, 9, forms=False), decided_on=None, trusted=True, entry=15)
    return replace(plain, **changes)  # type: ignore[arg-type]  # the fields of StopAsked by name


def joined(moment: datetime = IN_TERM, *sheets: Sheet) -> ClerkJoined:
    """Another case's mail and forms come to this one."""
    mail = case_mail(moment, 6, sender="saule@office.example")
    forms = tuple(replace(s, mail=mail.mail) for s in sheets or with_gap("ru"))
    why = "he wrote from his office"
    number = "VR-2026-000418"
    return ClerkJoined(LATE, "clerk", "the same person", number, moment, (mail,), forms, other_person_why=why)


# ---------------------------------------------------------------- a case in every state


def received() -> Case:
    return new_case()


@cache
def incomplete() -> Case:
    return led(new_case(), filed(RECEIVED, *with_gap()))


@cache
def is_complete() -> Case:
    return led(new_case(), filed(RECEIVED, *complete()), practice=BY_CLERK)


@cache
def with_clerk() -> Case:
    return led(new_case(), filed(RECEIVED, *with_gap(), unreadable=("скан.pdf: damaged",)))


@cache
def rework_sent() -> Case:
    return led(incomplete(), lead_day())


@cache
def awaiting() -> Case:
    return led(rework_sent(), accepted())


@cache
def uncertain() -> Case:
    """Nobody knows whether the rework letter left: with the clerk."""
    return led(rework_sent(), failed(uncertain=True))


@cache
def included() -> Case:
    return replace(led(new_case(), filed(RECEIVED, *complete())), entry=15)


@cache
def refused() -> Case:
    return led(awaiting(), term_passed())


@cache
def change() -> Case:
    """A complete change from an address on file; it is carried out by itself."""
    event = filed(RECEIVED, sheet("volunteer"), category=Category.CHANGE, entry=15, trusted=True)
    return led(new_case(CaseKind.CHANGE), event)


@cache
def incomplete_change() -> Case:
    event = filed(RECEIVED, sheet("volunteer", "iin"), category=Category.CHANGE, entry=15, trusted=True)
    return led(new_case(CaseKind.CHANGE), event)


@cache
def not_carried_out() -> Case:
    return led(incomplete_change(), ClerkClosed(IN_TERM, "clerk", "no answer", "not_carried_out"))


@cache
def closed() -> Case:
    return led(incomplete(), ClerkClosed(IN_TERM, "clerk", "an advertisement"))


@cache
def stopping() -> Case:
    """A stop from an unknown sender: with the clerk."""
    return led(new_case(CaseKind.TERMINATION), asked_to_stop(entry=None, trusted=False))


IN_STATE: dict[State, Callable[[], Case]] = {
    State.RECEIVED: received,
    State.INCOMPLETE: incomplete,
    State.COMPLETE: is_complete,
    State.WITH_CLERK: with_clerk,
    State.REWORK_SENT: rework_sent,
    State.AWAITING_REWORK: awaiting,
    State.INCLUDED: included,
    State.REFUSED: refused,
    State.CARRIED_OUT: change,
    State.NOT_CARRIED_OUT: not_carried_out,
    State.CLOSED: closed,
}


def one_of_each(case: Case) -> tuple[Event, ...]:
    """An event of every kind, as it may meet this case."""
    message_id = REWORK_ID if case.rework is None else case.rework.message_id
    return (
        filed(IN_TERM, *complete(), n=7),
        asked_to_stop(),
        wrote(),
        MailFound(IN_TERM, "ee" * 32, LATE),
        accepted(message_id=message_id),
        failed(message_id=message_id),
        LetterLeavesLate(IN_TERM, LetterKind.REWORK, message_id),
        LetterOwedAgain(IN_TERM, LetterKind.RECEIPT),
        reported("failed", message_id=message_id),
        lead_day(),
        ReviewTermPassed(at=REVIEW_OVER, noticed=REVIEW_OVER),
        term_passed(),
        ClerkIncluded(LATE, "clerk"),
        ClerkSentRework(IN_TERM, "clerk"),
        ClerkRefused(REFUSAL_HOUR, "clerk", "silence", look(at("2026-11-05 00:01"))),
        ClerkSetField(IN_TERM, "clerk", "volunteer.iin", "960315101801", "960315101801"),
        ClerkSawFilled(IN_TERM, "clerk", "volunteer.iin"),
        ClerkClosed(IN_TERM, "clerk", "an advertisement"),
        ClerkStopped(IN_TERM, "clerk", "asked by telephone", entry=15),
        ReviewWarned(at("2026-10-29 09:00"), at("2026-10-29 09:00"), 2),
        CalendarChanged(at("2026-10-28 12:00"), "another", day("2026-11-02"), day("2026-11-03")),
        ClerkRevoked(LATE, "clerk", "a court's ruling"),
        ClerkSetAddress(IN_TERM, "clerk", "saule@office.example", "said so by telephone"),
        ClerkApproved(IN_TERM, "clerk", LetterKind.UNREADABLE),
        ClerkSettledLetter(LATE, "clerk", "the log of the server", LetterKind.REWORK, message_id, ACCEPTED),
        ClerkRecast(IN_TERM, "clerk", "nobody of the register", CaseKind.APPLICATION),
        joined(),
        ClerkTookOut(IN_TERM, "clerk", "two people", (0,) if case.state in OPEN_STATES else (), (), "VR-2026-000418"),
        ClerkReplied(IN_TERM, "clerk", case.mails[-1].mail if case.mails else "ff" * 32, Text(ru="Yes.")),
        ClerkTranslated(IN_TERM, "clerk", "Қыдырова Сәуле", "ru", "Кыдырова Сауле"),
        ClerkSetRegion(IN_TERM, "clerk", "KZ-79"),
        ClerkDecidedContacts(IN_TERM, "clerk", "the parents wrote", 15, public=True),
        ClerkUndid(
            IN_TERM,
            "clerk",
            "a slip of the hand",
            "ClerkSetField",
            case if case.state is State.AWAITING_REWORK else with_clerk(),
        ),
    )
