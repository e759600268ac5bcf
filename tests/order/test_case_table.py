"""The life of a case: every line of the rules, every row of the table, and what cannot happen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, get_args

import pytest

from inbox_daemon.errors import NotAllowed, NotForeseen
from inbox_daemon.order.asks import Ask
from inbox_daemon.order.case import BY_KEY, TABLE, Row, decide
from inbox_daemon.order.practice import Practice
from inbox_daemon.order.terms import due_day, due_event, wake_at
from registry_store.records import (
    Amend,
    AskClerk,
    CalendarChanged,
    Case,
    CaseKind,
    Category,
    ClerkApproved,
    ClerkClosed,
    ClerkIncluded,
    ClerkRecast,
    ClerkRefused,
    ClerkRevoked,
    ClerkSawFilled,
    ClerkSentRework,
    ClerkSetAddress,
    ClerkSetField,
    ClerkSettledLetter,
    ClerkStopped,
    ClerkTookOut,
    ClerkUndid,
    ComposeAnew,
    Effect,
    Enter,
    Event,
    LeadDayCame,
    LetterKind,
    MailFound,
    ReviewTermPassed,
    ReviewWarned,
    Send,
    State,
    Step,
    StopEntry,
    TermPassed,
    UndoEntry,
    Withdraw,
    Wrote,
)
from registry_store.records import State as S
from tests.order import lives
from tests.order.build import (
    IIN,
    OTHER_IIN,
    PERSON,
    application,
    at,
    case_mail,
    complete,
    day,
    days,
    filed,
    look,
    new_case,
    said,
    sheet,
    with_gap,
)
from tests.order.lives import (
    ACCEPTED,
    AT_ONCE,
    BY_CLERK,
    CLERK_REFUSES,
    IN_TERM,
    LATE,
    LEAD_DAY,
    RECEIVED,
    REFUSAL_HOUR,
    REVIEW_OVER,
    REWORK_ID,
    step,
)

L = LetterKind
UNSURE = (application("volunteer"), sheet("volunteer", answers={"iin": said(IIN, doubt="smudged")}))
TRAINING = Practice(supervised=frozenset(LetterKind) - {L.RECEIPT})
LOOKED = look(at("2026-11-05 00:01"))


@dataclass(frozen=True)
class Then:
    """One line of the rules: state × event → state, with the letters that are owed and why a person is asked."""

    case: Callable[[], Case]
    event: Event
    state: State
    letters: tuple[LetterKind, ...] = ()
    asks: tuple[str, ...] | None = None
    tasks: tuple[str, ...] = ()
    practice: Practice | None = None


YEAR_ADDED = CalendarChanged(at("2026-10-27 12:00"), "another", None, day("2026-11-02"))


def dates_unknown(case: Case) -> Case:
    """The rework letter's last day lay beyond the calendar."""
    return replace(case, state=S.WITH_CLERK, asks=(Ask.DATES_UNKNOWN,))


def settled_letter(left_at: datetime | None) -> ClerkSettledLetter:
    return ClerkSettledLetter(at("2026-11-02 12:00"), "clerk", "the log of the server", L.REWORK, REWORK_ID, left_at)


def change_filed(**changes: Any) -> Event:
    usual = {"category": Category.CHANGE, "entry": 15, "trusted": True}
    return filed(RECEIVED, sheet("volunteer"), **{**usual, **changes})


def programme_filed(*without: str, **changes: Any) -> Event:
    usual = {"category": Category.PROGRAMME, "entry": 15, "trusted": True}
    return filed(RECEIVED, sheet("programme", *without), **{**usual, **changes})


def new_change() -> Case:
    return new_case(CaseKind.CHANGE)


def new_programme() -> Case:
    return new_case(CaseKind.PROGRAMME)


def new_stop() -> Case:
    return new_case(CaseKind.TERMINATION)


def awaiting_change() -> Case:
    return lives.led(lives.incomplete_change(), lives.lead_day(), lives.accepted())


def asked_in_term() -> Case:
    """Awaiting rework, then a question: with the clerk."""
    return lives.led(lives.awaiting(), lives.wrote())


def answered() -> Case:
    """Awaiting rework, and an answer in time that still has a gap."""
    return lives.led(lives.awaiting(), filed(IN_TERM, *with_gap(), n=2))


def asked_again() -> Case:
    """An answer in time had a gap, the clerk sent a second letter, and a server took it."""
    case = lives.led(answered(), lives.term_passed(), ClerkSentRework(at("2026-10-30 08:00"), "clerk"))
    assert case.rework is not None
    return lives.led(case, lives.accepted(message_id=case.rework.message_id))


def unknown_change() -> Case:
    """A questionnaire without an application, of somebody who is not in the register."""
    event = filed(RECEIVED, sheet("volunteer"), category=Category.CHANGE, doubts=("?",))
    return lives.led(new_change(), event)


def no_residence() -> Case:
    """Awaiting rework of a form without a place of residence."""
    event = filed(RECEIVED, application("volunteer"), sheet("volunteer", "residence"))
    return lives.led(new_case(), event, lives.lead_day(), lives.accepted())


def no_residence_in_change() -> Case:
    event = change_filed(sheets=(sheet("volunteer", "residence"),))
    return lives.led(new_change(), event, lives.lead_day(), lives.accepted())


def gap_in_newer_copy(change: bool = False) -> Case:
    """Awaiting rework because of a second copy, which is perhaps somebody else's."""
    sheets = (sheet("volunteer"), sheet("volunteer", "iin"))
    first = change_filed(sheets=sheets) if change else filed(RECEIVED, *sheets, application("volunteer"))
    case = new_change() if change else new_case()
    return lives.led(case, first, lives.lead_day(), lives.accepted())


def two_people() -> Case:
    other = sheet("volunteer", language="ru", answers={"iin": OTHER_IIN})
    return lives.led(new_case(), filed(RECEIVED, *complete(), other))


def saw_filled(field: str) -> ClerkSawFilled:
    return ClerkSawFilled(IN_TERM, "clerk", field)


def undid(before: Case) -> ClerkUndid:
    return ClerkUndid(LATE, "clerk", "a slip of the hand", "ClerkIncluded", before)


def took_out(*sheets: int) -> ClerkTookOut:
    return ClerkTookOut(IN_TERM, "clerk", "two people", sheets, (), "VR-2026-000418")


def set_field(field: str, value: str, text: str = "") -> ClerkSetField:
    return ClerkSetField(IN_TERM, "clerk", field, value, text or value)


RULES: dict[str, Then] = {
    # the plain way
    "received × read, complete": Then(
        lives.received, filed(RECEIVED, *complete()), S.INCLUDED, (L.RECEIPT, L.INCLUSION), ()
    ),
    "received × read, incomplete": Then(lives.received, filed(RECEIVED, *with_gap()), S.INCOMPLETE, (L.RECEIPT,), ()),
    "received × read, unsure": Then(
        lives.received, filed(RECEIVED, *UNSURE), S.WITH_CLERK, (L.RECEIPT,), (Ask.UNSURE,)
    ),
    "received × a file that cannot be opened": Then(
        lives.received,
        filed(RECEIVED, *complete(), unreadable=("a.pdf: encrypted",)),
        S.WITH_CLERK,
        (L.RECEIPT, L.UNREADABLE),
        (Ask.UNREADABLE,),
    ),
    "received × read, but whose is in doubt": Then(
        lives.received, filed(RECEIVED, *complete(), doubts=("?",)), S.WITH_CLERK, (L.RECEIPT,), (Ask.WHOSE,)
    ),
    "received × read, automatic mail gets no receipt and waits": Then(
        lives.received, filed(RECEIVED, *complete(), automatic=True), S.COMPLETE, (), (Ask.CONFIRM_INCLUSION,)
    ),
    "received × read, the ministry wants a person's yes": Then(
        lives.received,
        filed(RECEIVED, *complete()),
        S.COMPLETE,
        (L.RECEIPT,),
        (Ask.CONFIRM_INCLUSION,),
        practice=BY_CLERK,
    ),
    "received × read long after review was due": Then(
        lives.received, filed(RECEIVED, *complete(), read_at=LATE), S.WITH_CLERK, (L.RECEIPT,), (Ask.OVERDUE,)
    ),
    "received × read, rework at once": Then(
        lives.received, filed(RECEIVED, *with_gap()), S.REWORK_SENT, (L.RECEIPT, L.REWORK), (), practice=AT_ONCE
    ),
    "received × change from an address on file": Then(
        new_change, change_filed(), S.CARRIED_OUT, (L.RECEIPT, L.CHANGE), ()
    ),
    "received × change, not on file": Then(
        new_change, change_filed(trusted=False), S.COMPLETE, (L.RECEIPT,), (Ask.NOT_ON_FILE,)
    ),
    "received × change of an unknown entry": Then(
        new_change, change_filed(entry=None), S.COMPLETE, (L.RECEIPT,), (Ask.ENTRY_UNKNOWN,)
    ),
    "received × programme from an address on file": Then(
        new_programme, programme_filed(), S.CARRIED_OUT, (L.RECEIPT, L.CHANGE), ()
    ),
    "received × programme with a gap": Then(new_programme, programme_filed("goal"), S.INCOMPLETE, (L.RECEIPT,), ()),
    "received × stop that begins later": Then(
        new_stop, lives.asked_to_stop(decided_on=date(2030, 1, 1)), S.WITH_CLERK, (), (Ask.CONFIRM_STOP,)
    ),
    "received × stop of a group": Then(
        new_stop, lives.asked_to_stop(holder=replace(lives.HOLDER, kind="group")), S.WITH_CLERK, (), (Ask.CONFIRM_STOP,)
    ),
    "received × stop of several under one's own letter": Then(
        new_stop, lives.asked_to_stop(several=True), S.WITH_CLERK, (), (Ask.CONFIRM_STOP,)
    ),
    "received × stop from an address on file": Then(new_stop, lives.asked_to_stop(), S.CARRIED_OUT, (L.STOP,), ()),
    "received × stop, not on file": Then(
        new_stop, lives.asked_to_stop(trusted=False), S.WITH_CLERK, (), (Ask.NOT_ON_FILE,)
    ),
    "received × stop by automatic mail": Then(
        new_stop, lives.asked_to_stop(automatic=True), S.WITH_CLERK, (), (Ask.NOT_ON_FILE,)
    ),
    "received × stop that may mean somebody else": Then(
        new_stop, lives.asked_to_stop(plain=False), S.WITH_CLERK, (), (Ask.CONFIRM_STOP,)
    ),
    "received × stop of an unknown entry": Then(
        new_stop, lives.asked_to_stop(entry=None), S.WITH_CLERK, (), (Ask.ENTRY_UNKNOWN,)
    ),
    "received × stop, whose is in doubt": Then(
        new_stop, lives.asked_to_stop(doubts=("?",)), S.WITH_CLERK, (), (Ask.WHOSE,)
    ),
    "incomplete × lead day": Then(lives.incomplete, lives.lead_day(), S.REWORK_SENT, (L.REWORK,), ()),
    "incomplete × lead day, noticed after review was due": Then(
        lives.incomplete, LeadDayCame(LEAD_DAY, noticed=LATE), S.WITH_CLERK, (), (Ask.OVERDUE,)
    ),
    "incomplete × lead day, noticed in the last evening": Then(
        lives.incomplete, LeadDayCame(LEAD_DAY, noticed=at("2026-11-02 18:30:01")), S.WITH_CLERK, (), (Ask.OVERDUE,)
    ),
    "incomplete × the clerk sends the letter": Then(
        lives.incomplete, ClerkSentRework(at("2026-10-24 22:00"), "clerk"), S.REWORK_SENT, (L.REWORK,), ()
    ),
    "rework sent × accepted": Then(lives.rework_sent, lives.accepted(), S.AWAITING_REWORK, (), ()),
    "rework sent × another letter accepted": Then(
        lives.rework_sent, lives.accepted(L.RECEIPT, "<other@example.kz>"), S.REWORK_SENT, (), ()
    ),
    "awaiting × complete answer": Then(
        lives.awaiting, filed(IN_TERM, *complete(), n=2), S.INCLUDED, (L.RECEIPT, L.INCLUSION), ()
    ),
    "awaiting × complete answer, the ministry wants a person's yes": Then(
        lives.awaiting,
        filed(IN_TERM, *complete(), n=2),
        S.COMPLETE,
        (L.RECEIPT,),
        (Ask.CONFIRM_INCLUSION,),
        practice=BY_CLERK,
    ),
    "awaiting × incomplete answer": Then(
        lives.awaiting, filed(IN_TERM, *with_gap(), n=2), S.AWAITING_REWORK, (L.RECEIPT, L.STILL_INCOMPLETE), ()
    ),
    "awaiting × incomplete answer in the last evening": Then(
        lives.awaiting,
        filed(at("2026-11-04 22:00"), *with_gap(), n=2),
        S.WITH_CLERK,
        (L.RECEIPT,),
        (Ask.TERM_OVER_AFTER_ANSWER,),
    ),
    "awaiting × term passed in silence": Then(lives.awaiting, lives.term_passed(), S.REFUSED, (L.REFUSAL,), ()),
    "awaiting × term passed after an answer": Then(
        answered, lives.term_passed(), S.WITH_CLERK, (), (Ask.TERM_OVER_AFTER_ANSWER,)
    ),
    "awaiting × term passed, a mail is in doubt": Then(
        lives.awaiting,
        lives.term_passed(look=look(at("2026-11-05 00:01"), "ef" * 32)),
        S.WITH_CLERK,
        (),
        (Ask.MAIL_IN_DOUBT,),
        tasks=(Ask.MAIL_IN_DOUBT,),
    ),
    "awaiting × term passed, a task is open": Then(
        lives.awaiting,
        lives.term_passed(look=replace(look(at("2026-11-05 00:01")), tasks=(Ask.LETTER_BOUNCED,))),
        S.WITH_CLERK,
        (),
        (Ask.TASK_OPEN,),
    ),
    "awaiting × a new address": Then(
        lives.awaiting,
        ClerkSetAddress(IN_TERM, "clerk", "saule@office.example", "by telephone"),
        S.REWORK_SENT,
        (L.REWORK,),
        (),
    ),
    "awaiting × the same address": Then(
        lives.awaiting,
        ClerkSetAddress(IN_TERM, "clerk", "Saule@post.example", "by telephone"),
        S.AWAITING_REWORK,
        (),
        (),
    ),
    "refused × words of the term that were found later": Then(
        lives.refused, lives.wrote(), S.WITH_CLERK, (), (Ask.REVOKE_REFUSAL,)
    ),
    "refused × a day of the term declared off later": Then(
        lambda: replace(lives.refused(), decided_at=at("2026-11-04 12:00")),
        CalendarChanged(LATE, "another", None, day("2026-11-05")),
        S.WITH_CLERK,
        (),
        (Ask.REVOKE_REFUSAL,),
    ),
    "refused × words that came later": Then(
        lives.refused,
        Wrote(LATE, case_mail(LATE, 8, forms=False), Category.QUESTION),
        S.REFUSED,
        (),
        (),
        tasks=(Ask.WROTE,),
    ),
    "refused × a mail of the term that may be theirs": Then(
        lives.refused,
        MailFound(IN_TERM, "ee" * 32, LATE),
        S.WITH_CLERK,
        (),
        (Ask.REVOKE_REFUSAL,),
        tasks=(Ask.MAIL_IN_DOUBT,),
    ),
    "awaiting × term passed, the look is too old": Then(
        lives.awaiting, lives.term_passed(look=look(at("2026-11-04 23:59:59"))), S.AWAITING_REWORK, (), ()
    ),
    "awaiting × term passed, Junk was not read": Then(
        lives.awaiting, lives.term_passed(look=look(LATE, complete=False)), S.AWAITING_REWORK, (), ()
    ),
    "awaiting × term passed, a person refuses": Then(
        lives.awaiting,
        lives.term_passed(),
        S.WITH_CLERK,
        (),
        (Ask.CONFIRM_REFUSAL,),
        practice=CLERK_REFUSES,
    ),
    "awaiting × term passed, a change is never refused": Then(
        awaiting_change, lives.term_passed(), S.WITH_CLERK, (), (Ask.NOT_CARRIED_OUT,)
    ),
    # the lines of the table
    "incomplete × more forms": Then(
        lives.incomplete,
        filed(IN_TERM, *complete(), n=2, read_at=at("2026-11-02 10:00")),
        S.INCLUDED,
        (L.RECEIPT, L.INCLUSION),
        (),
    ),
    "incomplete × more forms with gaps": Then(
        lives.incomplete, filed(at("2026-10-27 10:00"), *with_gap(), n=2), S.INCOMPLETE, (L.RECEIPT,), ()
    ),
    "incomplete × more forms, unsure": Then(
        lives.incomplete, filed(at("2026-10-27 10:00"), *UNSURE, n=2), S.WITH_CLERK, (L.RECEIPT,), (Ask.UNSURE,)
    ),
    "incomplete × more forms, rework at once": Then(
        lives.incomplete,
        filed(at("2026-10-27 10:00"), *with_gap(), n=2),
        S.REWORK_SENT,
        (L.RECEIPT, L.REWORK),
        (),
        practice=AT_ONCE,
    ),
    "incomplete change × more forms": Then(
        lives.incomplete_change,
        change_filed(at=at("2026-10-27 10:00"), read_at=at("2026-10-27 10:00")),
        S.CARRIED_OUT,
        (L.RECEIPT, L.CHANGE),
        (),
    ),
    "with clerk × more forms, now readable": Then(
        lives.with_clerk, filed(at("2026-10-27 10:00"), *complete(), n=2), S.INCLUDED, (L.RECEIPT, L.INCLUSION), ()
    ),
    "with clerk × more forms, the ministry wants a person's yes": Then(
        lives.with_clerk,
        filed(at("2026-10-27 10:00"), *complete(), n=2),
        S.COMPLETE,
        (L.RECEIPT,),
        (Ask.CONFIRM_INCLUSION,),
        practice=BY_CLERK,
    ),
    "rework sent × complete answer": Then(
        lives.rework_sent, filed(LEAD_DAY, *complete(), n=2), S.INCLUDED, (L.RECEIPT, L.INCLUSION), ()
    ),
    "rework sent × incomplete answer": Then(
        lives.rework_sent, filed(LEAD_DAY, *with_gap(), n=2), S.AWAITING_REWORK, (L.RECEIPT, L.STILL_INCOMPLETE), ()
    ),
    "rework sent × uncertain": Then(
        lives.rework_sent, lives.failed(uncertain=True), S.WITH_CLERK, (), (Ask.REWORK_NOT_ACCEPTED,)
    ),
    "uncertain × the clerk says that it left": Then(
        lives.uncertain, settled_letter(ACCEPTED), S.AWAITING_REWORK, (), ()
    ),
    "uncertain × the clerk has it sent once more": Then(lives.uncertain, settled_letter(None), S.REWORK_SENT, (), ()),
    "uncertain × a report says that it was delivered": Then(
        lives.uncertain, lives.reported("delivered"), S.AWAITING_REWORK, (), ()
    ),
    "uncertain × a report says that it is delayed": Then(
        lives.uncertain, lives.reported("delayed"), S.AWAITING_REWORK, (), (), (Ask.LETTER_DELAYED,)
    ),
    "uncertain × it came back": Then(
        lives.uncertain, lives.reported("failed"), S.WITH_CLERK, (), (Ask.REWORK_BOUNCED,)
    ),
    "uncertain × complete answer": Then(
        lives.uncertain, filed(IN_TERM, *complete(), n=2), S.INCLUDED, (L.RECEIPT, L.INCLUSION), ()
    ),
    "questionnaire of somebody unknown × the application to it": Then(
        unknown_change,
        filed(at("2026-10-27 10:00"), application("volunteer"), n=2),
        S.INCLUDED,
        (L.RECEIPT, L.INCLUSION),
        (),
    ),
    "questionnaire of somebody unknown × the clerk takes it for an application": Then(
        unknown_change, ClerkRecast(IN_TERM, "clerk", "", CaseKind.APPLICATION), S.WITH_CLERK, (), ()
    ),
    "refused × late, the refusal stands": Then(
        lambda: lives.led(lives.refused(), filed(LATE, sheet("volunteer"), n=2)),
        ClerkClosed(at("2026-11-06 11:00"), "clerk", "too late", "refusal_stands"),
        S.REFUSED,
        (),
        (),
    ),
    "awaiting × delayed until the term is over": Then(
        lambda: lives.led(lives.awaiting(), lives.reported("delayed")),
        lives.term_passed(),
        S.WITH_CLERK,
        (),
        (Ask.LETTER_DELAYED,),
    ),
    "awaiting a second time × silence after an answer to the first letter": Then(
        asked_again, lives.term_passed(), S.WITH_CLERK, (), (Ask.CONFIRM_REFUSAL,)
    ),
    "rework sent × 5xx": Then(lives.rework_sent, lives.failed(), S.WITH_CLERK, (), (Ask.REWORK_NOT_ACCEPTED,)),
    "rework sent × still 4xx at review due": Then(
        lives.rework_sent, ReviewTermPassed(REVIEW_OVER, REVIEW_OVER), S.WITH_CLERK, (), (Ask.OVERDUE,)
    ),
    "rework sent × another letter failed": Then(
        lives.rework_sent,
        lives.failed(L.RECEIPT, "<other@example.kz>"),
        S.REWORK_SENT,
        (),
        (),
        (Ask.LETTER_FAILED,),
    ),
    "awaiting × answer that needs the clerk": Then(
        lives.awaiting, filed(IN_TERM, *UNSURE, n=2), S.WITH_CLERK, (L.RECEIPT,), (Ask.UNSURE,)
    ),
    "awaiting × answer, whose is in doubt": Then(
        lives.awaiting, filed(IN_TERM, *complete(), n=2, doubts=("?",)), S.WITH_CLERK, (L.RECEIPT,), (Ask.WHOSE,)
    ),
    "awaiting × question or plea for time": Then(lives.awaiting, lives.wrote(), S.WITH_CLERK, (), (Ask.WROTE,)),
    "awaiting × late answer": Then(
        lives.awaiting, filed(LATE, *complete(), n=2), S.WITH_CLERK, (L.RECEIPT,), (Ask.LATE_ANSWER,)
    ),
    "awaiting × answer delayed on its way, but stamped in time by our own server": Then(
        lives.awaiting,
        filed(LATE, *complete(), n=2, submitted=at("2026-11-04 23:59:59")),
        S.INCLUDED,
        (L.RECEIPT, L.INCLUSION),
        (),
    ),
    "awaiting × clerk says it was filled": Then(
        lives.awaiting, set_field("volunteer.iin", IIN), S.INCLUDED, (L.INCLUSION,), ()
    ),
    "awaiting × change, the clerk fills the gap": Then(
        awaiting_change, set_field("volunteer.iin", IIN), S.CARRIED_OUT, (L.CHANGE,), ()
    ),
    "awaiting × bounce of the rework letter": Then(
        lives.awaiting, lives.reported("failed"), S.WITH_CLERK, (), (Ask.REWORK_BOUNCED,)
    ),
    "awaiting × delay": Then(
        lives.awaiting, lives.reported("delayed"), S.AWAITING_REWORK, (), (), (Ask.LETTER_DELAYED,)
    ),
    "awaiting × delivered": Then(lives.awaiting, lives.reported("delivered"), S.AWAITING_REWORK, (), ()),
    "awaiting × bounce of the receipt": Then(
        lives.awaiting,
        lives.reported("failed", L.RECEIPT, "<other@example.kz>"),
        S.AWAITING_REWORK,
        (),
        (),
        (Ask.LETTER_BOUNCED,),
    ),
    "rework sent × bounce": Then(lives.rework_sent, lives.reported("failed"), S.WITH_CLERK, (), (Ask.REWORK_BOUNCED,)),
    "refused × in-time answer found later": Then(
        lives.refused,
        filed(LATE, *complete(), n=2, submitted=IN_TERM),
        S.WITH_CLERK,
        (L.RECEIPT,),
        (Ask.REVOKE_REFUSAL,),
    ),
    "refused × late answer without all forms": Then(
        lives.refused, filed(LATE, sheet("volunteer"), n=2), S.WITH_CLERK, (L.RECEIPT,), (Ask.LATE_ANSWER,)
    ),
    "refused × bounce of the rework letter": Then(
        lives.refused, lives.reported("failed"), S.WITH_CLERK, (), (Ask.REVOKE_REFUSAL,)
    ),
    "refused × delivery reported so late that the term had not ended": Then(
        lives.refused,
        replace(lives.reported("delivered"), at=at("2026-11-05 12:00")),
        S.WITH_CLERK,
        (),
        (Ask.REVOKE_REFUSAL,),
    ),
    "refused × delivery reported in time": Then(
        lives.refused, replace(lives.reported("delivered"), at=at("2026-10-30 12:00")), S.REFUSED, (), ()
    ),
    "refused × bounce of the refusal": Then(
        lives.refused,
        lives.reported("failed", L.REFUSAL, "<other@example.kz>"),
        S.REFUSED,
        (),
        (),
        (Ask.LETTER_BOUNCED,),
    ),
    "included × bounce of the inclusion letter": Then(
        lives.included,
        lives.reported("failed", L.INCLUSION, "<other@example.kz>"),
        S.INCLUDED,
        (),
        (),
        (Ask.LETTER_BOUNCED,),
    ),
    "included × the inclusion letter refused by the server": Then(
        lives.included, lives.failed(L.INCLUSION, "<other@example.kz>"), S.INCLUDED, (), (), (Ask.LETTER_FAILED,)
    ),
    "incomplete × stop message": Then(lives.incomplete, lives.asked_to_stop(), S.WITH_CLERK, (), (Ask.WITHDRAWN,)),
    "awaiting × stop message": Then(lives.awaiting, lives.asked_to_stop(), S.WITH_CLERK, (), (Ask.WITHDRAWN,)),
    "complete × review due": Then(
        lives.is_complete,
        ReviewTermPassed(REVIEW_OVER, REVIEW_OVER),
        S.WITH_CLERK,
        (),
        (Ask.CONFIRM_INCLUSION, Ask.OVERDUE),
    ),
    # the clerk
    "incomplete × not an application": Then(
        lives.incomplete, ClerkClosed(IN_TERM, "clerk", "an advertisement"), S.CLOSED, (L.CLOSED,), ()
    ),
    "incomplete change × not carried out": Then(
        lives.incomplete_change,
        ClerkClosed(IN_TERM, "clerk", "no answer", "not_carried_out"),
        S.NOT_CARRIED_OUT,
        (L.CLOSED,),
        (),
    ),
    "complete × the clerk's yes": Then(
        lives.is_complete, ClerkIncluded(IN_TERM, "clerk"), S.INCLUDED, (L.INCLUSION,), ()
    ),
    "stop × the clerk carries it out": Then(
        lives.stopping, ClerkStopped(IN_TERM, "clerk", "known by voice", entry=15), S.CARRIED_OUT, (L.STOP,), ()
    ),
    "refused × overruled by the clerk": Then(
        lambda: lives.led(lives.refused(), filed(LATE, *complete(), n=2, submitted=IN_TERM)),
        ClerkIncluded(at("2026-11-10 11:00"), "clerk", "the answer was in time"),
        S.INCLUDED,
        (L.INCLUSION,),
        (),
    ),
    "with clerk × the clerk refuses after silence": Then(
        asked_in_term, ClerkRefused(REFUSAL_HOUR, "clerk", "silence", LOOKED), S.REFUSED, (L.REFUSAL,), ()
    ),
    "incomplete × the clerk fills the gap": Then(
        lives.incomplete, set_field("volunteer.iin", IIN), S.COMPLETE, (), (Ask.CONFIRM_INCLUSION,)
    ),
    "incomplete × the clerk fills another gap": Then(
        lives.incomplete, set_field("volunteer.residence", "Алматы"), S.INCOMPLETE, (), ()
    ),
    "complete × the clerk takes an answer out": Then(
        lives.is_complete, set_field("volunteer.iin", ""), S.INCOMPLETE, (), ()
    ),
    "rework sent × the clerk sees another field filled": Then(
        lives.rework_sent, ClerkSawFilled(IN_TERM, "clerk", "volunteer.residence"), S.REWORK_SENT, (), ()
    ),
    "rework sent × the clerk fills another gap": Then(
        lives.rework_sent, set_field("volunteer.residence", "Алматы"), S.REWORK_SENT, (), ()
    ),
    "awaiting × the clerk fills another gap": Then(
        lives.awaiting, set_field("volunteer.residence", "Алматы"), S.AWAITING_REWORK, (), ()
    ),
    "incomplete × the clerk sees another field filled": Then(
        lives.incomplete, saw_filled("volunteer.residence"), S.INCOMPLETE, (), ()
    ),
    "awaiting × the clerk sees another field filled": Then(
        lives.awaiting, saw_filled("volunteer.residence"), S.AWAITING_REWORK, (), ()
    ),
    "awaiting × the clerk sees the gap filled": Then(
        no_residence, saw_filled("volunteer.residence"), S.INCLUDED, (L.INCLUSION,), ()
    ),
    "awaiting change × the clerk sees the gap filled": Then(
        no_residence_in_change, saw_filled("volunteer.residence"), S.CARRIED_OUT, (L.CHANGE,), ()
    ),
    "awaiting change × complete answer": Then(
        awaiting_change,
        change_filed(at=IN_TERM, submitted=IN_TERM, read_at=IN_TERM),
        S.CARRIED_OUT,
        (L.RECEIPT, L.CHANGE),
        (),
    ),
    "change not on file × the clerk's yes": Then(
        lambda: lives.led(new_change(), change_filed(trusted=False)),
        ClerkIncluded(IN_TERM, "clerk"),
        S.CARRIED_OUT,
        (L.CHANGE,),
        (),
    ),
    "change of an unknown entry × the clerk names it": Then(
        lambda: lives.led(new_change(), change_filed(entry=None)),
        ClerkIncluded(IN_TERM, "clerk", entry=15),
        S.CARRIED_OUT,
        (L.CHANGE,),
        (),
    ),
    "rework sent × delay": Then(
        lives.rework_sent, lives.reported("delayed"), S.REWORK_SENT, (), (), (Ask.LETTER_DELAYED,)
    ),
    "incomplete × lead day, letters still need a yes": Then(
        lives.incomplete, lives.lead_day(), S.INCOMPLETE, (), (Ask.CONFIRM_REWORK,), practice=TRAINING
    ),
    "received × read, letters still need a yes": Then(
        lives.received,
        filed(RECEIVED, *complete()),
        S.COMPLETE,
        (L.RECEIPT,),
        (Ask.CONFIRM_INCLUSION,),
        practice=TRAINING,
    ),
    "received × stop, letters still need a yes": Then(
        new_stop, lives.asked_to_stop(), S.WITH_CLERK, (), (Ask.CONFIRM_STOP,), practice=TRAINING
    ),
    "awaiting × term passed, letters still need a yes": Then(
        lives.awaiting, lives.term_passed(), S.WITH_CLERK, (), (Ask.CONFIRM_REFUSAL,), practice=TRAINING
    ),
    "waiting for a yes to the rework letter × complete forms": Then(
        lambda: lives.led(lives.incomplete(), lives.lead_day(), practice=TRAINING),
        filed(at("2026-11-02 10:00"), *complete(), n=2),
        S.INCLUDED,
        (L.RECEIPT, L.INCLUSION),
        (),
    ),
    "with clerk × warned two working days before": Then(
        lives.with_clerk,
        ReviewWarned(at("2026-10-29 09:00"), at("2026-10-29 09:00"), 2),
        S.WITH_CLERK,
        (),
        (Ask.UNREADABLE,),
        (Ask.DEEMED_REFUSAL,),
    ),
    "refused × revoked": Then(lives.refused, ClerkRevoked(LATE, "clerk", "a ruling"), S.WITH_CLERK, (), (Ask.REVOKED,)),
    "included × revoked": Then(
        lives.included, ClerkRevoked(LATE, "clerk", "a ruling"), S.WITH_CLERK, (), (Ask.REVOKED,)
    ),
    "rework sent × taken back": Then(lives.rework_sent, undid(lives.incomplete()), S.INCOMPLETE, (), ()),
    "included × taken back": Then(lives.included, undid(lives.is_complete()), S.COMPLETE, (), (Ask.CONFIRM_INCLUSION,)),
    "included out of the term × taken back": Then(lives.included, undid(lives.awaiting()), S.AWAITING_REWORK, (), ()),
    "included after a refusal × taken back": Then(lives.included, undid(lives.refused()), S.REFUSED, (), ()),
    "complete by a correction × taken back": Then(lives.is_complete, undid(lives.incomplete()), S.INCOMPLETE, (), ()),
    "a correction while the letter waits × taken back": Then(
        lives.rework_sent, undid(lives.rework_sent()), S.REWORK_SENT, (), ()
    ),
    "a correction that took a letter back × taken back": Then(
        lives.is_complete,
        replace(undid(lives.rework_sent()), taken_back=(L.REWORK,)),
        S.WITH_CLERK,
        (),
        (Ask.UNDONE,),
    ),
    "included, a mail moved away × taken back": Then(lives.included, undid(lives.included()), S.INCLUDED, (), ()),
    "carried out, a mail moved away × taken back": Then(lives.change, undid(lives.change()), S.CARRIED_OUT, (), ()),
    "not carried out, a mail moved away × taken back": Then(
        lives.not_carried_out, undid(lives.not_carried_out()), S.NOT_CARRIED_OUT, (), ()
    ),
    "opened by a split × taken back": Then(lives.incomplete, undid(new_case()), S.CLOSED, (), ()),
    "a correction in the term × taken back": Then(lives.awaiting, undid(answered()), S.AWAITING_REWORK, (), ()),
    "rework sent × split, something else is missing": Then(
        lives.rework_sent,
        replace(took_out(0), at=at("2026-10-30 12:00")),
        S.REWORK_SENT,
        (L.REWORK,),
        (),
    ),
    "rework sent × split, and review was due": Then(lives.rework_sent, took_out(0), S.WITH_CLERK, (), (Ask.OVERDUE,)),
    "rework sent × another address": Then(
        lives.rework_sent,
        ClerkSetAddress(at("2026-10-30 12:00"), "clerk", "saule@office.example", "by telephone"),
        S.REWORK_SENT,
        (L.REWORK,),
        (),
    ),
    "awaiting × join, an answer that is complete": Then(
        lives.awaiting, lives.joined(IN_TERM, *complete()), S.INCLUDED, (L.INCLUSION,), ()
    ),
    "awaiting change × join": Then(
        awaiting_change, lives.joined(IN_TERM, sheet("volunteer")), S.CARRIED_OUT, (L.CHANGE,), ()
    ),
    "incomplete × join, now complete": Then(
        lives.incomplete,
        lives.joined(IN_TERM, *complete()),
        S.COMPLETE,
        (),
        (Ask.CONFIRM_INCLUSION,),
    ),
    "with clerk × split": Then(two_people, took_out(2), S.COMPLETE, (), (Ask.CONFIRM_INCLUSION,)),
    "with clerk for the calendar's end × the year is added": Then(
        lambda: dates_unknown(lives.incomplete()), YEAR_ADDED, S.INCOMPLETE, (), ()
    ),
    "with clerk for the calendar's end × the year is added, at once": Then(
        lambda: dates_unknown(lives.incomplete()), YEAR_ADDED, S.REWORK_SENT, (L.REWORK,), (), practice=AT_ONCE
    ),
    "with clerk for the calendar's end × the year is added, completed meanwhile": Then(
        lambda: dates_unknown(lives.is_complete()), YEAR_ADDED, S.COMPLETE, (), (Ask.CONFIRM_INCLUSION,)
    ),
    "with clerk for the calendar's end × more forms": Then(
        lambda: dates_unknown(lives.incomplete()),
        filed(at("2026-10-27 10:00"), *complete(), n=2),
        S.INCLUDED,
        (L.RECEIPT, L.INCLUSION),
        (),
    ),
    "with clerk × all forms are another's": Then(two_people, took_out(0, 1, 2), S.CLOSED, (), ()),
    "awaiting × split, now complete": Then(gap_in_newer_copy, took_out(1), S.INCLUDED, (L.INCLUSION,), ()),
    "awaiting change × split, now complete": Then(
        lambda: gap_in_newer_copy(change=True), took_out(1), S.CARRIED_OUT, (L.CHANGE,), ()
    ),
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_line_of_the_rules(rule: Then) -> None:
    before = rule.case()

    done = step(before, rule.event, rule.practice)

    assert done.case.state is rule.state
    assert letters_of(done) == rule.letters
    assert tasks_of(done) == rule.tasks
    assert rule.asks is None or done.case.asks == rule.asks
    assert done.case.version == before.version + 1


def letters_of(done: Step) -> tuple[LetterKind, ...]:
    return tuple(e.letter for e in done.effects if isinstance(e, Send))


def tasks_of(done: Step) -> tuple[str, ...]:
    return tuple(e.code for e in done.effects if isinstance(e, AskClerk) and e.code != Ask.REGION_MISSING)


def effects_of(done: Step, kind: type[Effect]) -> list[Any]:
    return [e for e in done.effects if isinstance(e, kind)]


# ---------------------------------------------------------------- what the lines say beside the state


def test_more_forms_leave_the_first_receipts_clock_running() -> None:
    more = step(lives.incomplete(), filed(at("2026-10-29 10:00"), *with_gap(), n=2)).case

    assert more.received == RECEIVED
    assert due_day(more, days()) == day("2026-11-02")
    assert len(more.mails) == 2


def test_an_answer_before_acceptance_counts_as_accepted_and_the_term_is_open() -> None:
    case = step(lives.rework_sent(), filed(LEAD_DAY, *with_gap(), n=2)).case

    assert case.rework is not None
    assert case.rework.accepted_at == LEAD_DAY
    assert due_day(case, days()) == day("2026-11-04")


def test_an_incomplete_answer_is_told_by_the_next_office_hour_with_the_same_last_day() -> None:
    evening = at("2026-11-03 22:00")

    (letter,) = [
        e for e in step(lives.awaiting(), filed(evening, *with_gap(), n=2)).effects if _is(e, L.STILL_INCOMPLETE)
    ]

    assert isinstance(letter, Send)
    assert letter.not_before == at("2026-11-04 09:00")
    assert letter.last_day == day("2026-11-04")
    assert not letter.any_hour


def _is(effect: Effect, letter: LetterKind) -> bool:
    return isinstance(effect, Send) and effect.letter is letter


def test_the_review_clock_of_an_answer_that_needs_the_clerk_runs_from_that_answer() -> None:
    case = step(lives.awaiting(), filed(IN_TERM, *UNSURE, n=2)).case

    assert due_day(case, days()) == day("2026-11-10")
    assert not case.overdue


def test_an_answer_in_time_ends_the_way_to_refusal_whatever_comes_after() -> None:
    late = step(answered(), filed(LATE, *with_gap(), n=3)).case

    assert late.state is S.WITH_CLERK
    with pytest.raises(NotAllowed, match="submitted in time"):
        step(late, ClerkRefused(REFUSAL_HOUR, "clerk", "late", LOOKED))


def test_an_answer_in_time_is_one_even_while_a_question_waits_for_the_clerk() -> None:
    case = step(asked_in_term(), filed(IN_TERM, *with_gap(), n=2)).case

    assert case.state is S.WITH_CLERK
    assert [answer.in_time for answer in case.answers] == [True]
    with pytest.raises(NotAllowed, match="submitted in time"):
        step(case, ClerkRefused(REFUSAL_HOUR, "clerk", "silence", LOOKED))


def test_after_an_answer_no_second_rework_letter_goes_by_itself() -> None:
    unsure = step(lives.awaiting(), filed(IN_TERM, *UNSURE, n=2)).case

    case = step(unsure, filed(at("2026-11-04 10:00"), *with_gap(), n=3)).case

    assert case.state is S.WITH_CLERK
    assert step(case, ClerkSentRework(at("2026-11-04 11:00"), "clerk")).case.state is S.REWORK_SENT


def test_a_second_rework_letter_is_a_persons_decision_after_a_revocation_too() -> None:
    revoked = step(lives.refused(), ClerkRevoked(at("2026-11-09 10:00"), "clerk", "a ruling")).case
    filled = step(revoked, set_field("volunteer.iin", IIN)).case
    incomplete = step(filled, set_field("volunteer.iin", "")).case
    lead_day = LeadDayCame(at("2026-11-13 09:00"), at("2026-11-13 09:00"))

    done = step(incomplete, lead_day)

    assert incomplete.state is S.INCOMPLETE
    assert letters_of(done) == ()
    assert (done.case.state, done.case.asks) == (S.WITH_CLERK, (Ask.REVOKED, Ask.CONFIRM_REWORK))


def test_a_letter_by_hand_leaves_at_any_hour_and_one_by_itself_in_office_hours_until_review_is_due() -> None:
    night = at("2026-10-24 22:00")
    by_hand = effects_of(step(lives.incomplete(), ClerkSentRework(night, "clerk")), Send)[0]
    by_itself = effects_of(step(lives.incomplete(), LeadDayCame(LEAD_DAY, noticed=at("2026-10-30 20:00"))), Send)[0]

    assert (by_hand.not_before, by_hand.any_hour, by_hand.not_after) == (night, True, None)
    assert (by_itself.not_before, by_itself.any_hour, by_itself.not_after) == (
        at("2026-11-02 09:00"),
        False,
        day("2026-11-02"),
    )
    assert by_itself.last_day == day("2026-11-05")


def test_a_letter_by_hand_after_review_was_due_is_recorded_as_late_and_the_three_days_run() -> None:
    overdue = step(lives.incomplete(), ReviewTermPassed(REVIEW_OVER, REVIEW_OVER)).case

    case = step(overdue, ClerkSentRework(at("2026-11-10 11:00"), "clerk")).case

    assert overdue.overdue
    assert case.rework is not None
    assert case.rework.late
    assert case.rework.last_day_printed == day("2026-11-13")


def test_the_rework_letter_of_a_filing_with_automatic_headers_waits_for_a_yes() -> None:
    filing = step(lives.received(), filed(RECEIVED, *with_gap(), automatic=True)).case

    waiting = step(filing, lives.lead_day())

    assert letters_of(waiting) == ()
    assert waiting.case.state is S.INCOMPLETE
    assert waiting.case.asks == (Ask.CONFIRM_REWORK,)
    assert wake_at(waiting.case, days(), Practice()) == at("2026-10-29 09:00")  # the warnings go on
    by_hand = step(waiting.case, ClerkSentRework(at("2026-11-02 10:00"), "clerk"))
    assert letters_of(by_hand) == (L.REWORK,)


def test_a_late_delivery_moves_the_term_and_a_delay_holds_the_refusal() -> None:
    moved = step(lives.awaiting(), lives.reported("delivered")).case
    held = step(lives.awaiting(), lives.reported("delayed")).case

    assert due_day(moved, days()) == day("2026-11-06")
    assert step(held, lives.term_passed()).case.state is S.WITH_CLERK
    with pytest.raises(NotAllowed, match="reported delayed"):
        step(step(held, lives.term_passed()).case, ClerkRefused(REFUSAL_HOUR, "clerk", "silence", LOOKED))
    assert step(step(held, lives.reported("delivered")).case, lives.term_passed()).case.state is S.AWAITING_REWORK


def test_a_refusal_waits_for_the_office_hours_of_the_first_working_day() -> None:
    night = lives.term_passed(noticed=at("2026-11-05 00:02"))

    (letter,) = effects_of(step(lives.awaiting(), night), Send)

    assert letter.not_before == at("2026-11-05 09:00")
    assert wake_at(lives.awaiting(), days(), Practice()) == at("2026-11-05 09:00")


def test_a_clerk_cannot_refuse_where_the_applicant_never_got_the_letter() -> None:
    for case in (
        lives.incomplete(),
        lives.with_clerk(),
        lives.rework_sent(),
        step(lives.rework_sent(), lives.failed(uncertain=True)).case,
        step(lives.awaiting(), lives.reported("failed")).case,
    ):
        with pytest.raises((NotAllowed, NotForeseen)):
            step(case, ClerkRefused(REFUSAL_HOUR, "clerk", "silence", LOOKED))


def test_a_clerk_cannot_include_what_is_incomplete_nor_ask_for_what_is_there() -> None:
    with pytest.raises(NotAllowed, match=r"still missing: volunteer\.iin"):
        step(lives.incomplete(), ClerkIncluded(IN_TERM, "clerk"))
    with pytest.raises(NotAllowed, match=r"nothing .*is missing"):
        step(
            step(lives.is_complete(), ReviewTermPassed(REVIEW_OVER, REVIEW_OVER)).case,
            ClerkSentRework(IN_TERM, "clerk"),
        )


@pytest.mark.parametrize("field", ["volunteer.nothing", "nothing.iin", "iin", "volunteer.", "group.leader_iin"])
def test_a_clerk_cannot_set_a_field_that_nobody_filed(field: str) -> None:
    with pytest.raises(NotAllowed):
        step(lives.incomplete(), set_field(field, "1"))


def test_a_change_of_an_unknown_entry_can_be_filled_in_and_then_carried_out_by_naming_it() -> None:
    event = filed(RECEIVED, sheet("volunteer", "residence"), category=Category.CHANGE)
    waiting = lives.led(new_change(), event, lives.lead_day(), lives.accepted())

    filled = step(waiting, set_field("volunteer.residence", "Алматы")).case
    done = step(filled, ClerkIncluded(IN_TERM, "clerk", entry=15))

    assert filled.state is S.COMPLETE
    assert [e.entry for e in effects_of(done, Amend)] == [15]


def test_what_is_included_is_in_the_register_once() -> None:
    done = step(lives.awaiting(), filed(IN_TERM, *complete(), n=2))

    (entry,) = effects_of(done, Enter)
    assert entry.on == IN_TERM.date()
    assert entry.facts.key == IIN
    assert done.case.decided_at == IN_TERM
    assert done.case.ground == "§12"


def test_a_programme_with_gaps_waits_and_the_applicant_is_included_in_time() -> None:
    with_programme = (*complete(), sheet("programme", "goal"), sheet("action"))

    done = step(lives.received(), filed(RECEIVED, *with_programme))

    (entry,) = effects_of(done, Enter)
    assert done.case.state is S.INCLUDED
    assert [p.kind for p in entry.programmes] == ["action"]
    assert tasks_of(done) == (Ask.PROGRAMME_WAITS,)


def test_a_stop_bears_the_day_of_the_decision_else_of_its_receipt() -> None:
    stated = step(new_stop(), lives.asked_to_stop(decided_on=day("2026-10-20")))
    silent = step(new_stop(), lives.asked_to_stop())
    by_clerk = step(lives.stopping(), ClerkStopped(LATE, "clerk", "by voice", entry=15))

    assert effects_of(stated, StopEntry) == [StopEntry(15, day("2026-10-20"))]
    assert effects_of(silent, StopEntry) == [StopEntry(15, IN_TERM.date())]
    assert effects_of(by_clerk, StopEntry) == [StopEntry(15, IN_TERM.date())]


def test_a_slip_of_the_clerk_stops_nobody_through_a_case_that_is_no_stop() -> None:
    with pytest.raises(NotAllowed, match="only a message that asks to stop"):
        step(lives.with_clerk(), ClerkStopped(LATE, "clerk", "by mistake", entry=1))


def test_letters_that_ask_for_something_are_taken_back_as_soon_as_the_case_moves_on() -> None:
    for case, event in (
        (lives.rework_sent(), filed(LEAD_DAY, *complete(), n=2)),
        (lives.rework_sent(), ClerkClosed(IN_TERM, "clerk", "an advertisement")),
        (lives.rework_sent(), ReviewTermPassed(REVIEW_OVER, REVIEW_OVER)),
        (lives.rework_sent(), lives.asked_to_stop()),
        (answered(), filed(IN_TERM, *complete(), n=3)),
        (lives.awaiting(), lives.term_passed()),
        (lives.with_clerk(), filed(at("2026-10-27 10:00"), *complete(), n=2)),
    ):
        taken_back = {kind for e in effects_of(step(case, event), Withdraw) for kind in e.letters}
        assert {L.REWORK, L.STILL_INCOMPLETE, L.UNREADABLE} <= taken_back


def test_a_case_without_anybody_to_name_is_not_entered() -> None:
    nobody = (application("coordinator_organizer"), sheet("organizer", *PERSON, answers={"org_name": "Үлгі"}))
    case = step(lives.received(), filed(RECEIVED, *nobody)).case
    for field in ("registration_date", "bin"):
        case = step(case, ClerkSawFilled(IN_TERM, "clerk", f"organizer.{field}")).case

    with pytest.raises(NotAllowed, match="IIN or BIN"):
        step(case, ClerkIncluded(IN_TERM, "clerk"))


def test_forms_joined_from_another_case_are_an_answer_in_time() -> None:
    case = step(lives.awaiting(), lives.joined(IN_TERM)).case

    assert case.state is S.AWAITING_REWORK
    assert [(a.at, a.in_time) for a in case.answers] == [(IN_TERM, True)]
    assert step(case, lives.term_passed()).case.state is S.WITH_CLERK


def test_the_earlier_receipt_wins_when_cases_are_joined() -> None:
    earlier = at("2026-10-22 10:00")

    assert step(lives.incomplete(), lives.joined(earlier)).case.received == earlier
    assert step(lives.incomplete(), lives.joined(IN_TERM)).case.received == RECEIVED


def test_a_revoked_inclusion_takes_the_entry_out_and_a_revoked_refusal_takes_nothing() -> None:
    inclusion = step(lives.included(), ClerkRevoked(LATE, "clerk", "a ruling"))
    refusal = step(lives.refused(), ClerkRevoked(LATE, "clerk", "a ruling"))

    assert effects_of(inclusion, UndoEntry) == [UndoEntry(15)]
    assert inclusion.case.entry is None
    assert effects_of(refusal, UndoEntry) == []
    assert due_day(refusal.case, days()) == day("2026-11-12")


def test_what_a_letter_that_waits_would_say_wrongly_is_composed_anew() -> None:
    noon = at("2026-10-30 12:00")
    other_gap = replace(set_field("volunteer.residence", ""), at=noon)
    same = replace(set_field("volunteer.residence", "Алматы"), at=noon)

    anew = step(lives.rework_sent(), other_gap)

    assert letters_of(anew) == (L.REWORK,)
    assert anew.case.rework is not None
    assert anew.case.rework.message_id != REWORK_ID
    assert letters_of(step(lives.rework_sent(), same)) == ()
    assert effects_of(step(lives.awaiting(), other_gap), ComposeAnew) == [
        ComposeAnew((L.STILL_INCOMPLETE, L.UNREADABLE))
    ]
    to_another = ClerkSetAddress(noon, "clerk", "saule@office.example", "by telephone")
    (addressed,) = effects_of(step(lives.included(), to_another), ComposeAnew)
    assert L.INCLUSION in addressed.letters


def test_a_letter_of_a_decision_that_did_not_arrive_may_be_sent_again_and_one_that_did_may_not() -> None:
    yes = ClerkApproved(LATE, "clerk", L.INCLUSION, "to the new address")
    came_back = step(lives.included(), lives.reported("failed", L.INCLUSION, "<other@example.kz>")).case

    again = step(came_back, yes)

    assert letters_of(again) == (L.INCLUSION,)
    assert again.case.state is S.INCLUDED
    for case in (lives.included(), again.case):
        with pytest.raises(NotAllowed, match="by deciding the case"):
            step(case, yes)


def test_an_uncertain_letter_that_left_in_time_was_in_time_though_the_clerk_says_so_later() -> None:
    overdue = step(lives.uncertain(), ReviewTermPassed(REVIEW_OVER, REVIEW_OVER)).case
    said_late = replace(settled_letter(ACCEPTED), at=LATE)

    case = step(overdue, said_late).case

    assert overdue.overdue
    assert (case.state, case.overdue) == (S.AWAITING_REWORK, False)
    assert due_day(case, days()) == day("2026-11-04")
    with pytest.raises(NotAllowed, match="in the future"):
        step(overdue, settled_letter(LATE))


def test_an_uncertain_letter_sent_once_more_after_review_was_due_is_late_and_waits_for_no_review() -> None:
    overdue = step(lives.uncertain(), ReviewTermPassed(REVIEW_OVER, REVIEW_OVER)).case

    case = step(overdue, replace(settled_letter(None), at=LATE)).case

    assert case.rework is not None
    assert (case.state, case.rework.late, case.rework.message_id) == (S.REWORK_SENT, True, REWORK_ID)
    assert due_event(case, LATE, None, days(), Practice()) is None


def test_a_late_letter_by_hand_is_not_taken_back_by_the_clock() -> None:
    forgotten = lives.incomplete()

    case = step(forgotten, ClerkSentRework(REVIEW_OVER, "clerk")).case

    assert due_event(case, at("2026-11-06 09:00"), None, days(), Practice()) is None
    assert case.rework is not None
    assert case.rework.late


def test_nothing_but_a_receipt_answers_an_unreadable_file_after_review_was_due() -> None:
    unread = filed(RECEIVED, *complete(), unreadable=("a.pdf: damaged",))

    in_time, late = step(lives.received(), unread), step(lives.received(), replace(unread, read_at=LATE))

    assert letters_of(in_time) == (L.RECEIPT, L.UNREADABLE)
    assert letters_of(late) == (L.RECEIPT,)
    assert late.case.overdue
    assert [e.not_after for e in effects_of(in_time, Send) if e.letter is L.UNREADABLE] == [day("2026-11-02")]


def test_the_mail_that_came_first_starts_the_clock_though_it_was_found_later() -> None:
    earlier = at("2026-10-22 18:00")

    assert step(lives.incomplete(), filed(earlier, *with_gap(), n=2, read_at=IN_TERM)).case.received == earlier


@pytest.mark.parametrize("letter", [L.REWORK, L.INCLUSION, L.REFUSAL, L.RECEIPT])
def test_a_letter_that_carries_a_decision_is_approved_by_deciding(letter: LetterKind) -> None:
    with pytest.raises(NotAllowed, match="by deciding the case"):
        step(lives.with_clerk(), ClerkApproved(IN_TERM, "clerk", letter))


def test_a_letter_that_waited_for_its_yes_is_taken_back_and_leaves_anew_with_the_same_last_day() -> None:
    told = step(answered(), ClerkApproved(at("2026-11-03 20:00"), "clerk", L.STILL_INCOMPLETE))

    (letter,) = effects_of(told, Send)
    assert letter.last_day == letter.not_after == day("2026-11-04")
    assert letter.any_hour
    assert effects_of(told, Withdraw) == [Withdraw((L.STILL_INCOMPLETE,))]


def test_a_changed_calendar_is_told_and_a_letter_that_has_not_left_is_composed_anew() -> None:
    moved = CalendarChanged(at("2026-10-29 12:00"), "another", day("2026-11-02"), day("2026-11-03"))
    waiting = step(lives.incomplete(), LeadDayCame(LEAD_DAY, noticed=LEAD_DAY)).case
    assert waiting.rework is not None
    other_day = replace(waiting, rework=replace(waiting.rework, last_day_printed=day("2026-11-03")))

    same, anew = step(waiting, replace(moved, at=LEAD_DAY)), step(other_day, replace(moved, at=LEAD_DAY))

    assert tasks_of(same) == tasks_of(anew) == (Ask.CALENDAR_CHANGED,)
    assert letters_of(same) == ()
    assert letters_of(anew) == (L.REWORK,)
    assert step(lives.awaiting(), moved).case.state is S.AWAITING_REWORK


# ---------------------------------------------------------------- days that come by themselves


@pytest.mark.parametrize(
    ("case", "now", "expected"),
    [
        (lives.incomplete, "2026-10-30 08:59:59", None),
        (lives.incomplete, "2026-10-30 09:00:00", LeadDayCame),
        (lives.incomplete, "2026-11-02 23:59:59", LeadDayCame),
        (lives.incomplete, "2026-11-03 00:00:00", ReviewTermPassed),
        (lives.is_complete, "2026-10-29 08:59:59", None),
        (lives.is_complete, "2026-10-29 09:00:00", ReviewWarned),
        (lives.is_complete, "2026-11-02 23:59:59", ReviewWarned),
        (lives.is_complete, "2026-11-03 00:00:00", ReviewTermPassed),
        (lives.with_clerk, "2026-11-03 00:00:00", ReviewTermPassed),
        (lives.rework_sent, "2026-11-03 00:00:00", ReviewTermPassed),
        (lives.awaiting, "2026-11-05 08:59:59", None),
        (lives.awaiting, "2026-11-05 09:00:00", TermPassed),
        (lives.included, "2027-06-01 09:00:00", None),
        (lives.refused, "2027-06-01 09:00:00", None),
        (lives.closed, "2027-06-01 09:00:00", None),
        (lives.stopping, "2026-11-11 00:00:00", ReviewTermPassed),
    ],
)
def test_the_clock_says_what_is_due(case: Callable[[], Case], now: str, expected: type | None) -> None:
    said_ = due_event(case(), at(now), LOOKED, days(), Practice())

    assert type(said_) is (expected or type(None))


def test_the_clerk_is_warned_thrice_and_of_warnings_slept_through_once() -> None:
    case, heard = lives.with_clerk(), []
    for now in ("2026-10-29 09:00", "2026-10-29 17:00", "2026-10-30 09:00", "2026-11-02 09:00", "2026-11-02 18:00"):
        event = due_event(case, at(now), LOOKED, days(), Practice())
        if event is not None:
            assert isinstance(event, ReviewWarned)
            heard.append((now, event.working_days_left))
            case = step(case, event).case
    late = due_event(lives.with_clerk(), at("2026-11-02 18:00"), LOOKED, days(), Practice())

    assert heard == [("2026-10-29 09:00", 2), ("2026-10-30 09:00", 1), ("2026-11-02 09:00", 0)]
    assert isinstance(late, ReviewWarned)
    assert late.working_days_left == 0


def test_a_daemon_that_slept_writes_the_legal_moment() -> None:
    event = due_event(lives.awaiting(), at("2026-11-20 12:00"), LOOKED, days(), Practice())

    assert isinstance(event, TermPassed)
    assert event.at == at("2026-11-05 00:00")
    assert event.noticed == at("2026-11-20 12:00")


@pytest.mark.parametrize("seen", [None, look(at("2026-11-04 23:59:59"))])
def test_a_mailbox_that_was_not_read_after_the_term_wakes_nobody(seen: Any) -> None:
    assert due_event(lives.awaiting(), at("2026-11-20 12:00"), seen, days(), Practice()) is None


def test_an_overdue_case_is_not_woken_again() -> None:
    overdue = step(lives.with_clerk(), ReviewTermPassed(REVIEW_OVER, REVIEW_OVER)).case

    assert overdue.overdue
    assert wake_at(overdue, days(), Practice()) is None


# ---------------------------------------------------------------- the table as a whole

ROWS: tuple[Row[Any], ...] = TABLE
PAIRS = [(state, event) for state in State for event in get_args(Event)]


@pytest.mark.parametrize(("state", "event"), PAIRS, ids=[f"{s}-{e.__name__}" for s, e in PAIRS])
def test_in_every_state_every_event_is_carried_or_changes_nothing(state: State, event: type) -> None:
    case = lives.IN_STATE[state]()
    assert case.state is state
    (met,) = [e for e in lives.one_of_each(case) if type(e) is event]

    if (state, event) in BY_KEY:
        try:
            done = decide(case, lives.known(case, met), days())
        except NotAllowed:
            return
        assert done.case.state in BY_KEY[state, event].targets(state)
        assert done.case.version == case.version + 1
    else:
        with pytest.raises(NotForeseen, match=f"{event.__name__} is not foreseen while the case is {state}"):
            decide(case, lives.known(case, met), days())


def test_a_refused_act_has_changed_nothing() -> None:
    case = lives.incomplete()
    copy = replace(case)

    with pytest.raises(NotAllowed):
        decide(case, ClerkIncluded(IN_TERM, "clerk"), days())

    assert case == copy


def test_no_state_and_event_stand_in_two_rows() -> None:
    keys = [(state, row.event) for row in ROWS for state in row.when]

    assert len(keys) == len(set(keys)) == len(BY_KEY)


def test_every_row_names_its_paragraph_and_takes_every_event() -> None:
    assert all(row.ground.startswith(("§", "APC art. ", "rules, section ")) for row in ROWS)
    assert {row.event for row in ROWS} == set(get_args(Event))
    assert {t for row in ROWS for s in row.when for t in row.targets(s)} == set(State) - {S.RECEIVED}


def test_every_row_reaches_every_state_that_it_names() -> None:
    reached: set[tuple[str, State]] = set()
    for rule in RULES.values():
        before = rule.case()
        after = step(before, rule.event, rule.practice).case
        reached.add((BY_KEY[before.state, type(rule.event)].rule.__name__, after.state))
    for state, make in lives.IN_STATE.items():
        for event in lives.one_of_each(make()):
            if (state, type(event)) in BY_KEY:
                try:
                    after = decide(make(), lives.known(make(), event), days()).case
                except NotAllowed:
                    continue
                reached.add((BY_KEY[state, type(event)].rule.__name__, after.state))

    named = {(row.rule.__name__, t) for row in ROWS for s in row.when for t in row.targets(s)}
    assert named - reached == set()


def test_the_moments_of_a_life_are_what_they_seem() -> None:
    """The calendar may be corrected; then these lives must be, too."""
    assert due_day(lives.incomplete(), days()) == day("2026-11-02")
    assert wake_at(lives.incomplete(), days(), Practice()) == LEAD_DAY
    assert due_day(lives.awaiting(), days()) == day("2026-11-04")
    assert lives.awaiting().rework is not None
    assert lives.awaiting().rework.accepted_at == ACCEPTED  # type: ignore[union-attr]  # asserted above
