"""Small filings, mails and cases built by hand. Nobody here is real: IINs of the unused centuries, example domains."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any

from inbox_daemon.calendar import load_calendar
from inbox_daemon.order.completeness import check
from inbox_daemon.order.workdays import ALMATY, WorkingDays
from registry_store.records import (
    Answer,
    Case,
    CaseKind,
    CaseMail,
    Category,
    FieldValue,
    Filed,
    Look,
    Sheet,
    State,
    Verdict,
)

IIN = "960315101801"  # right check digit, born 1896
OTHER_IIN = "770411200334"
BIN = "310740009904"
SENDER = "saule@post.example"
NUMBER = "VR-2026-000417"

CONTACTS: FieldValue = {"phone": ["+77000001122"], "email": ["saule@post.example"]}

FILLED: dict[str, dict[str, FieldValue]] = {
    "application": {
        "addressee": "Мәдениет және ақпарат министрлігі",
        "applicant_name": "Қыдырова Сәуле",
        "register_category": ["volunteer"],
        "personal_data_consent": True,
        "phone": "+77000001122",
        "email": "saule@post.example",
        "filled_date": "2026-10-22",
        "signature": True,
        "signatory_name": "Қыдырова С.",
    },
    "volunteer": {
        "full_name": "Қыдырова Сәуле",
        "birth_year": 1995,
        "residence": "Астана, Үлгі көшесі, 7",
        "iin": IIN,
        "volunteering_experience": "жоқ",
        "contacts": CONTACTS,
        "activity_kinds": [1, 2],
        "volunteer_role": [1],
        "preferred_time": [2],
    },
    "group": {
        "leader_name": "Қыдырова Сәуле",
        "leader_birth_year": 1995,
        "leader_residence": "Астана",
        "leader_iin": IIN,
        "leader_experience": "2 жыл",
        "members": ["Ахметов А.", "Ким В."],
        "contacts": CONTACTS,
        "activity_kinds": [5],
    },
    "organization": {
        "org_name": "Үлгі",
        "registration_date": "2031-07-01",
        "bin": BIN,
        "contacts": CONTACTS,
        "head_name": "Қыдырова Сәуле",
        "volunteers_count": 12,
        "activity_kinds": [6],
    },
    "coordinator": {
        "full_name": "Қыдырова Сәуле",
        "birth_year": 1995,
        "residence": "Астана",
        "iin": IIN,
        "volunteering_experience": "3 жыл",
        "coordinator_experience": "нет",
        "contacts": CONTACTS,
        "activity_kinds": [7],
        "coordinated_volunteers_count": 8,
    },
    "organizer": {
        "full_name": "Қыдырова Сәуле",
        "birth_year": 1995,
        "residence": "Астана",
        "iin": IIN,
        "contacts": CONTACTS,
        "activity_kinds": [8],
    },
    "programme": {
        "name": "Таза өзен",
        "organizer": "Үлгі",
        "goal": "мақсат",
        "objectives": "міндеттер",
        "methods": "әдістер",
        "expected_results": "нәтиже",
        "target_group": "жастар",
        "participants_count": 30,
        "implementation_period": "2026 жыл",
        "place_and_time": "Астана, қараша",
        "requirements": "16 жастан",
        "offered_work": "жинау",
    },
    "action": {
        "name": "Таза өзен күні",
        "organizer": "Үлгі",
        "goal": "мақсат",
        "objectives": "міндеттер",
        "expected_results": "нәтиже",
        "target_group": "жастар",
        "volunteers_count": 30,
        "date_and_time": "7 қараша, 10:00",
        "place": "Астана",
        "requirements": "16 жастан",
        "duration_periodicity": "бір рет, 3 сағат",
        "offered_work": "жинау",
    },
}
LEGAL_ENTITY: dict[str, FieldValue] = {"org_name": "Үлгі ЖШС", "registration_date": "2031-07-01", "bin": BIN}
PERSON = ("full_name", "birth_year", "residence", "iin")


@cache
def days() -> WorkingDays:
    """The calendar that the daemon ships with."""
    return load_calendar()


def at(text: str) -> datetime:
    """A moment on the clock of Asia/Almaty, from "2026-10-23 10:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=ALMATY)


def day(text: str) -> date:
    return date.fromisoformat(text)


def said(value: FieldValue, **other: Any) -> Answer:
    """An answer, read surely unless `other` says more."""
    return Answer(value, str(value), **other)


def sheet(
    form: str,
    *without: str,
    language: str = "kk",
    mail: str = "ab" * 32,
    answers: dict[str, Any] | None = None,
    **other: Any,
) -> Sheet:
    """A form with every required field filled, but `without`; `answers` (values or Answers) come on top."""
    given = {name: said(value) for name, value in FILLED[form].items() if name not in without}
    for name, value in (answers or {}).items():
        given[name] = value if isinstance(value, Answer) else said(value)
    return Sheet(form, language, f"{form}.{language}.docx", mail, given, **other)


def blank(form: str, language: str = "kk", **other: Any) -> Sheet:
    """A form that nobody filled in: the printed sentences alone were read."""
    printed = {"personal_data_consent": said(True)} if form == "application" else {}
    return Sheet(form, language, f"{form}.{language}.docx", "ab" * 32, printed, **other)


def application(category: str, *without: str, **other: Any) -> Sheet:
    """An application that marks this category."""
    return sheet(
        "application", *without, **{**other, "answers": {"register_category": [category], **other.get("answers", {})}}
    )


def judged(
    *sheets: Sheet,
    category: Category = Category.APPLICATION,
    unreadable: tuple[str, ...] = (),
    languages: str = "either",
) -> Verdict:
    """The verdict on a filing of 23 October 2026."""
    return check(sheets, category=category, unreadable=unreadable, on=date(2026, 10, 23), languages=languages)


# ---------------------------------------------------------------- events


def case_mail(moment: datetime, n: int = 1, *, forms: bool = True, sender: str = SENDER) -> CaseMail:
    return CaseMail(f"{n:064x}", moment, f"<letter-{n}@post.example>", sender, forms)


def filed(moment: datetime, *sheets: Sheet, n: int = 1, **other: Any) -> Filed:
    """A mail with forms that came at `moment` and was read at once."""
    mail = case_mail(moment, n, sender=other.pop("sender", SENDER))
    plain = Filed(
        at=moment,
        submitted=moment,
        read_at=moment,
        mail=mail,
        category=Category.APPLICATION,
        sheets=tuple(replace(s, mail=mail.mail) for s in sheets),
    )
    return replace(plain, **other)


def complete(language: str = "kk") -> tuple[Sheet, Sheet]:
    """A volunteer's filing with everything in it."""
    return application("volunteer", language=language), sheet("volunteer", language=language)


def with_gap(language: str = "kk") -> tuple[Sheet, Sheet]:
    """A volunteer's filing without the IIN."""
    return application("volunteer", language=language), sheet("volunteer", "iin", language=language)


def new_case(kind: CaseKind = CaseKind.APPLICATION) -> Case:
    return Case(NUMBER, kind, State.RECEIVED)


def look(began: datetime, *in_doubt: str, complete: bool = True) -> Look:
    return Look(began, complete, in_doubt)
