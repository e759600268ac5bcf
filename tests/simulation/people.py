"""Made-up people and their forms, as a reader would return them. Nobody is real (see tests/order/build.py)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

from parsers.readings import FieldValue, FilledForm, FormId, Language, QuestionnaireId, Source, Value
from parsers.values.identifiers import check_digit_right
from tests.order.build import FILLED

FIRST_BIRTHDAY = date(1870, 1, 1)  # their century digit is 1: nobody living has it
DAYS_OF_BIRTH = 10_000
SURNAMES = ("Әбенов", "Ысқақова", "Төлеубай", "Шмидт", "Ким", "Жұмағұлов", "Ізбасарова", "Петренко", "Гордеева", "Ли")
GIVEN = ("Әсел", "Мирас", "Қайрат", "Гүлнәр", "Ольга", "Дмитрий", "Дана", "Ұлпан", "Наталья", "Инжу", "Ерлан")
TOWNS = ("Астана, Үлгі көшесі, 7", "г. Алматы, пр. Абая, 10", "Шымкент, Тәуке хан 5", "Көкжиде ауылы")

CATEGORY: dict[QuestionnaireId, str] = {
    "volunteer": "volunteer",
    "group": "group",
    "organization": "organization",
    "coordinator": "coordinator_organizer",
    "organizer": "coordinator_organizer",
}
NUMBER_FIELD: dict[FormId, str] = {
    "volunteer": "iin",
    "group": "leader_iin",
    "organization": "bin",
    "coordinator": "iin",
    "organizer": "iin",
}


@dataclass(frozen=True, slots=True)
class Person:
    """address: where they write from; other_address: where they write from now and then."""

    n: int
    name: str
    iin: str
    bin: str
    address: str
    other_address: str
    birth_year: int
    town: str

    def number_of(self, kind: FormId) -> str:
        """The IIN or BIN by which the register knows them."""
        return self.bin if kind == "organization" else self.iin


def person(n: int) -> Person:
    names = [f"{surname} {given}" for surname, given in product(SURNAMES, GIVEN)]
    birthday = FIRST_BIRTHDAY + timedelta(days=n % DAYS_OF_BIRTH)
    foundation = date(2030, 1, 1) + timedelta(days=n % DAYS_OF_BIRTH)
    return Person(
        n=n,
        name=f"{names[n % len(names)]} {n}",
        iin=_checked(f"{birthday:%y%m%d}1", n // DAYS_OF_BIRTH),
        bin=_checked(f"{foundation:%y%m}40", n // DAYS_OF_BIRTH * 31 + foundation.day),
        address=f"p{n}@post.example",
        other_address=f"p{n}@work.example",
        birth_year=2010 if n % 50 == 0 else 1960 + n % 45,
        town=TOWNS[n % len(TOWNS)],
    )


def _checked(start: str, serial: int) -> str:
    """The first number that begins so and has a right check digit."""
    rest = 11 - len(start)
    for more in range(40):
        stem = f"{start}{serial * 40 + more:0{rest}}"
        for digit in range(10):
            if check_digit_right(f"{stem}{digit}"):
                return f"{stem}{digit}"
    raise AssertionError(start)


def form(
    who: Person,
    kind: FormId,
    *,
    without: Collection[str] = (),
    doubtful: Collection[str] = (),
    language: Language = "kk",
    category: QuestionnaireId = "volunteer",
    blank: bool = False,
) -> FilledForm:
    """One form of this person. without: fields left empty; doubtful: fields that were read unsurely."""
    values = {} if blank else {**FILLED[kind], **_personal(who, kind, category)}
    part = f"{kind}.{language}.docx"
    return FilledForm(
        part=part,
        form=kind,
        language=language,
        fields={
            name: Value(value, str(value), Source(part, "row"), doubt="smudged" if name in doubtful else None)
            for name, value in values.items()
            if name not in without
        },
    )


def _personal(who: Person, kind: FormId, category: QuestionnaireId) -> dict[str, FieldValue]:
    contacts: FieldValue = {"phone": [f"+7700{who.n % 10_000_000:07}"], "email": [who.address]}
    match kind:
        case "application":
            return {
                "applicant_name": who.name,
                "signatory_name": who.name,
                "email": who.address,
                "register_category": [CATEGORY[category]],
            }
        case "group":
            return {
                "leader_name": who.name,
                "leader_iin": who.iin,
                "leader_birth_year": who.birth_year,
                "leader_residence": who.town,
                "contacts": contacts,
            }
        case "organization":
            return {"org_name": f"Бірлестік {who.n}", "head_name": who.name, "bin": who.bin, "contacts": contacts}
        case "programme" | "action":
            return {}
        case _:
            return {
                "full_name": who.name,
                "iin": who.iin,
                "birth_year": who.birth_year,
                "residence": who.town,
                "contacts": contacts,
            }
