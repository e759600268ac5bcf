"""Made-up records to store: no real people, numbers of the unused centuries, example domains."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

from registry_store.records import (
    Answer,
    Case,
    CaseKind,
    CaseMail,
    Category,
    Contacts,
    Entry,
    EntryFacts,
    Filed,
    LetterKind,
    NewLetter,
    Programme,
    Region,
    Sheet,
    Step,
    Text,
)
from registry_store.release.package import PublicOffice
from registry_store.store import Store

ALMATY = timezone(timedelta(hours=5))
MORNING = datetime(2026, 10, 27, 10, 0, tzinfo=ALMATY)
IIN = "960315101801"  # right check digit, born 1896
MAIL = "ab" * 32


def hours(n: float) -> datetime:
    """`n` hours after MORNING, in UTC."""
    return (MORNING + timedelta(hours=n)).astimezone(UTC)


def endless(seed: str = "") -> str:
    """Kilobytes of letters and digits that no database can press into less."""
    return "".join(sha256(f"{seed} {n}".encode()).hexdigest() for n in range(200))


def case_mail(mail: str = MAIL) -> CaseMail:
    return CaseMail(mail, MORNING, "<1@example.kz>", "aigerim@example.kz", brought_forms=True)


def sheet() -> Sheet:
    answers = {
        "full_name": Answer("Серікқызы Әйгерім", "Серікқызы Әйгерім", "table 1, row 1"),
        "iin": Answer(IIN, IIN, flaws=("checksum",)),
        "birth_year": Answer(1896, "1896 ж."),
        "signature": Answer(True, "ӘС", doubt="a picture", by="clerk"),
        "activity_kinds": Answer([1, 13], "☑"),
        "members": Answer(["Ахметов А.", "Ким В."], "…"),
        "contacts": Answer({"phone": ["+77010000001"], "email": []}, "…"),
        "digits": Answer("2026", "2026"),
    }
    return Sheet("volunteer", "kk", "Сауалнама.docx", MAIL, answers, unsure_blank=("experience",))


def filed(at: datetime = MORNING) -> Filed:
    return Filed(at=at, submitted=at, read_at=at, mail=case_mail(), category=Category.APPLICATION, sheets=(sheet(),))


def a_case(number: str, **changes: Any) -> Case:
    case = Case(number, CaseKind.APPLICATION, version=1, received=MORNING, mails=(case_mail(),), sheets=(sheet(),))
    return replace(case, **changes)


def open_case(store: Store, *, due: date | None = None, wake_at: datetime | None = None, **changes: Any) -> Case:
    """Store a new case at version 1 and return it."""
    with store.writing() as w:
        case = a_case(w.new_case_number(2026), **changes)
        w.record(0, Step(case), filed(), at=MORNING, keys=[("address", "aigerim@example.kz")], wake_at=wake_at, due=due)
    return case


def letter(n: int | str = 1, **changes: Any) -> NewLetter:
    new = NewLetter(
        LetterKind.RECEIPT, f"<{n}@registry.example.kz>", ("aigerim@example.kz",), b"Subject: hi\r\n\r\nhi\r\n", MORNING
    )
    return replace(new, **changes)


def an_entry(number: int, **changes: Any) -> Entry:
    """A volunteer's entry; `changes` are fields of Entry or of its facts."""
    facts = EntryFacts(
        kind="volunteer",
        key=IIN,
        name=Text(kk="Серікқызы Әйгерім", ru="Серикқызы Айгерим"),
        contacts=Contacts(phone=("+77010000001",), email=("aigerim@example.kz",)),
        region=Region("KZ-75", Text(kk="Алматы қаласы", ru="город Алматы")),
    )
    of_facts = {name: changes.pop(name) for name in tuple(changes) if name in EntryFacts.__slots__}
    facts = replace(facts, **of_facts)
    return replace(Entry(number, 1, "VR-2026-000001", date(2026, 10, 28), facts), **changes)


def action(name: str) -> Programme:
    return Programme("action", Text(kk=name), Text(kk="Алматы, 1 мамыр"), Text(kk="16 жастан бастап"))


OFFICE = PublicOffice(
    ministry=Text(kk="Мәдениет және ақпарат министрлігі", ru="Министерство культуры и информации"),
    officer=Text(kk="Сәкен Қызметкер", ru="Сакен Служащий"),
    contacts=Text(kk="тел. +7 7172 00 00 00"),
    mailbox="volunteer@example.kz",
)
