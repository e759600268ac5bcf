"""Made-up cases, one or more for each kind of letter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache

from inbox_daemon.calendar import load_calendar
from inbox_daemon.letters.compose import compose, compose_answer
from inbox_daemon.letters.office import Office
from inbox_daemon.order.practice import Practice
from inbox_daemon.order.workdays import ALMATY, WorkingDays
from registry_store.records import (
    Answer,
    Case,
    CaseKind,
    CaseMail,
    Contacts,
    Entry,
    EntryFacts,
    FileSeen,
    Judgement,
    LetterKind,
    NewLetter,
    Resubmission,
    Rework,
    Send,
    Sheet,
    State,
    Stop,
    Text,
    Verdict,
)

OFFICE = Office(
    mailbox="volunteer@ministry.example",
    ministry=Text(
        "Қазақстан Республикасының Мәдениет және ақпарат министрлігі",
        "Министерство культуры и информации Республики Казахстан",
    ),
    officer=Text("Үлгі Айжан Нұрланқызы", "Үлгі Айжан Нұрланқызы"),
    contacts=Text("тел. +7 7172 00-00-00, 101-кабинет", "тел. +7 7172 00-00-00, кабинет 101"),
    register_page="https://www.ministry.example/volunteers/register",
    appeal=Text(
        "Мәдениет және ақпарат министрлігі, 010000, Астана қ., Үлгі көшесі, 1-үй",
        "Министерство культуры и информации, 010000, г. Астана, ул. Үлгі, д. 1",
    ),
)
PRACTICE = Practice()
NUMBER = "VR-2026-000417"
MAIL = "a3" * 32
IIN = "050515109998"
SECRETS = (IIN, "Қыдырова Сәуле", "+77000001122", "Астана, Үлгі көшесі, 7")


@cache
def days() -> WorkingDays:
    return load_calendar()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ALMATY)


def mail(moment: str, n: int = 1, forms: bool = True) -> CaseMail:
    return CaseMail(f"{n:02}" * 32, at(moment), f"<letter-{n}@post.example>", "saule@post.example", forms)


def answer(value: str) -> Answer:
    return Answer(value, value)


SHEETS = (
    Sheet(
        "application", "kk", "арыз.docx", MAIL, {"email": answer("saule@office.example"), "phone": answer(SECRETS[2])}
    ),
    Sheet(
        "volunteer",
        "kk",
        "сауалнама.docx",
        MAIL,
        {"iin": answer(IIN), "full_name": answer(SECRETS[1]), "residence": answer(SECRETS[3])},
    ),
)
RECEIVED = Case(
    number=NUMBER,
    kind=CaseKind.APPLICATION,
    version=1,
    received=at("2026-10-23T10:00"),
    mails=(mail("2026-10-23T10:00"),),
    files=(FileSeen("Арыз Қыдырова.docx", "ab" * 32), FileSeen("сауалнама.docx", "cd" * 32)),
    sheets=SHEETS,
    reply_to="saule@post.example",
)
MISSING = Verdict(
    Judgement.INCOMPLETE,
    "volunteer",
    missing=("application.signature", "volunteer.birth_year", "volunteer.iin", "volunteer.activity_other"),
)
INCOMPLETE = replace(RECEIVED, version=2, state=State.INCOMPLETE, verdict=MISSING)
ONE_MISSING = replace(INCOMPLETE, verdict=replace(MISSING, missing=("volunteer.contacts",)))
FORM_MISSING = replace(
    INCOMPLETE,
    verdict=replace(MISSING, missing=("application", "volunteer.iin"), programme_missing=("programme.goal", "action")),
    unreadable=("скан.pdf: encrypted",),
)
REWORK = Rework("<vr-2026-000417.2.1@ministry.example>", date(2026, 11, 2), accepted_at=at("2026-10-28T09:00:05"))
AWAITING = replace(INCOMPLETE, version=3, state=State.AWAITING_REWORK, rework=REWORK)
ANSWERED = replace(
    AWAITING,
    version=4,
    mails=(mail("2026-10-23T10:00"), mail("2026-10-30T16:00", 2)),
    answers=(Resubmission(at("2026-10-30T16:00"), MAIL, Judgement.INCOMPLETE, True),),
    review_from=at("2026-10-30T16:00"),
)
INCLUDED = replace(
    RECEIVED, state=State.INCLUDED, decided_at=at("2026-10-27T11:00"), verdict=Verdict(Judgement.COMPLETE, "volunteer")
)
CHANGED = replace(INCLUDED, kind=CaseKind.CHANGE, state=State.CARRIED_OUT, entry=15)
STOPPING = Case(
    number=NUMBER,
    kind=CaseKind.TERMINATION,
    state=State.CARRIED_OUT,
    version=1,
    received=at("2026-10-23T10:00"),
    mails=(mail("2026-10-23T10:00", forms=False),),
    reply_to="saule@post.example",
    entry=15,
)
ENTRY = Entry(15, 1, NUMBER, date(2026, 10, 27), EntryFacts("volunteer", IIN, Text(SECRETS[1], None), Contacts(), None))
STOPPED = replace(ENTRY, version=2, stop=Stop(date(2026, 10, 20), NUMBER))


@dataclass(frozen=True, slots=True)
class Sample:
    kind: LetterKind
    case: Case
    leaves: str
    entry: Entry | None = None
    last_day: date | None = None


SAMPLES = {
    "receipt": Sample(LetterKind.RECEIPT, RECEIVED, "2026-10-23T10:01"),
    "receipt-on-saturday": Sample(
        LetterKind.RECEIPT,
        replace(RECEIVED, received=at("2026-10-24T12:00"), mails=(mail("2026-10-24T12:00"),)),
        "2026-10-24T12:01",
    ),
    "receipt-of-more": Sample(LetterKind.RECEIPT, ANSWERED, "2026-10-30T16:01"),
    "receipt-overdue": Sample(LetterKind.RECEIPT, replace(RECEIVED, overdue=True), "2026-11-20T10:00"),
    "receipt-change": Sample(LetterKind.RECEIPT, replace(RECEIVED, kind=CaseKind.CHANGE), "2026-10-23T10:01"),
    "receipt-programme": Sample(LetterKind.RECEIPT, replace(RECEIVED, kind=CaseKind.PROGRAMME), "2026-10-23T10:01"),
    "receipt-stop": Sample(LetterKind.RECEIPT, STOPPING, "2026-10-23T10:01"),
    "receipt-with-key": Sample(
        LetterKind.RECEIPT, replace(RECEIVED, files=(FileSeen("AUTH_RSA.p12", "ef" * 32),)), "2026-10-23T10:01"
    ),
    "receipt-unconfirmed": Sample(
        LetterKind.RECEIPT,
        replace(RECEIVED, received=at("2027-03-01T10:00"), mails=(mail("2027-03-01T10:00"),)),
        "2027-03-01T10:01",
    ),
    "rework": Sample(LetterKind.REWORK, INCOMPLETE, "2026-10-28T09:00", last_day=date(2026, 11, 2)),
    "rework-one": Sample(LetterKind.REWORK, ONE_MISSING, "2026-10-28T09:00", last_day=date(2026, 11, 2)),
    "rework-form": Sample(LetterKind.REWORK, FORM_MISSING, "2026-10-28T09:00", last_day=date(2026, 11, 2)),
    "rework-change": Sample(
        LetterKind.REWORK, replace(ONE_MISSING, kind=CaseKind.CHANGE), "2026-10-28T09:00", last_day=date(2026, 11, 2)
    ),
    "rework-programme": Sample(
        LetterKind.REWORK,
        replace(
            INCOMPLETE, kind=CaseKind.PROGRAMME, verdict=Verdict(Judgement.INCOMPLETE, None, ("programme.objectives",))
        ),
        "2026-10-28T09:00",
        last_day=date(2026, 11, 2),
    ),
    "still-incomplete": Sample(LetterKind.STILL_INCOMPLETE, ANSWERED, "2026-10-30T16:05", last_day=date(2026, 11, 2)),
    "inclusion": Sample(LetterKind.INCLUSION, INCLUDED, "2026-10-27T11:00", ENTRY),
    "inclusion-programme-waits": Sample(
        LetterKind.INCLUSION,
        replace(INCLUDED, verdict=Verdict(Judgement.COMPLETE, "volunteer", programme_missing=("action.place",))),
        "2026-10-27T11:00",
        ENTRY,
    ),
    "refusal": Sample(LetterKind.REFUSAL, replace(AWAITING, state=State.REFUSED), "2026-11-03T09:00"),
    "change": Sample(LetterKind.CHANGE, CHANGED, "2026-10-27T11:00", ENTRY),
    "change-programme": Sample(LetterKind.CHANGE, replace(CHANGED, kind=CaseKind.PROGRAMME), "2026-10-27T11:00", ENTRY),
    "stop": Sample(LetterKind.STOP, STOPPING, "2026-10-26T10:00", STOPPED),
    "unreadable": Sample(
        LetterKind.UNREADABLE, replace(RECEIVED, unreadable=("анкета.docx: damaged",)), "2026-10-23T10:05"
    ),
    "unreadable-two": Sample(
        LetterKind.UNREADABLE, replace(RECEIVED, unreadable=("анкета.docx: damaged", "x: y.bin")), "2026-10-23T10:05"
    ),
    "how-to-apply": Sample(LetterKind.HOW_TO_APPLY, RECEIVED, "2026-10-23T10:05"),
}


def letter(name: str) -> NewLetter:
    """Compose a sample."""
    sample = SAMPLES[name]
    return composed(sample)


def composed(sample: Sample) -> NewLetter:
    send = Send(sample.kind, at(sample.leaves), last_day=sample.last_day)
    return compose(
        send,
        sample.case,
        office=OFFICE,
        days=days(),
        practice=PRACTICE,
        now=at(sample.leaves),
        n=1,
        entry=sample.entry,
    )


def how_to_apply(to: str = "asks@post.example", answers: str | None = "<q1@post.example>") -> NewLetter:
    moment = at("2026-10-23T10:05")
    send = Send(LetterKind.HOW_TO_APPLY, moment)
    return compose_answer(send, mail=MAIL, to=to, answers=answers, office=OFFICE, days=days(), now=moment)
