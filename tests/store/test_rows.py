from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from registry_store.records import Contacts, Programme, Stop, Text
from registry_store.release.appendix import appendix
from registry_store.release.identifiers import holds_identifier
from registry_store.release.rows import Held, Row, row

from .samples import IIN, action, an_entry

DAY = date(2026, 10, 28)
FORM = appendix()
BOTH = Text(kk="Қайырымдылық", ru="Благотворительность")


def made(day: date = DAY, **changes: Any) -> Row:
    made = row(an_entry(7, **changes), day, FORM)
    assert isinstance(made, Row)
    return made


def test_appendix_1_has_eleven_columns_in_both_languages() -> None:
    assert [len(FORM.headings("kk")), len(FORM.headings("ru"))] == [11, 11]
    assert all(c.heading.kk and c.heading.ru for c in FORM.columns)
    assert FORM.headings("ru")[10] == "Сведения о прекращении волонтерской деятельности"


@pytest.mark.parametrize(
    ("kind", "column"), [("volunteer", 2), ("group", 3), ("organization", 4), ("coordinator", 5), ("organizer", 5)]
)
def test_the_name_stands_in_the_column_of_its_category_alone(kind: str, column: int) -> None:
    cells = made(kind=kind).kk
    assert [n for n, cell in enumerate(cells, 1) if cell == "Серікқызы Әйгерім"] == [column]
    assert [n for n, cell in enumerate(cells, 1) if cell] == [1, column, 6]


def test_words_in_one_language_stand_in_both() -> None:
    assert made(name=Text(ru="Ким Виктор")).kk[1] == "Ким Виктор"
    assert made(name=BOTH).ru[1] == "Благотворительность"


def test_contacts_and_region_share_a_cell_that_no_spreadsheet_calculates() -> None:
    contacts = Contacts(
        phone=("+77010000001", "+4930000001"),
        email=("a@example.kz", "b@example.kz"),
        website=("example.kz",),
        instagram=("@zhasyl",),
        whatsapp=("+77010000002",),
    )
    assert made(contacts=contacts).ru[5].splitlines() == [
        "тел. +7 701 000 00 01, +4930000001",
        "e-mail: a@example.kz, b@example.kz",
        "web-сайт: example.kz",
        "Instagram: @zhasyl",
        "WhatsApp: +7 701 000 00 02",
        "регион: город Алматы",
    ]
    assert made(contacts=Contacts(), region=None).kk[5] == ""


def test_programmes_and_actions_have_one_running_number_across_four_cells() -> None:
    programme = Programme("programme", BOTH, Text(kk="Астана\n 2027  жыл "), Text())
    cells = made(programmes=(action("Жасыл аула"), programme, action("Таза су"))).ru
    assert cells[6:10] == (
        "2. Благотворительность",
        "1. Жасыл аула\n3. Таза су",
        "1. Алматы, 1 мамыр\n2. Астана\n2027 жыл\n3. Алматы, 1 мамыр",
        "1. 16 жастан бастап\n3. 16 жастан бастап",
    )


def test_a_stopped_entry_keeps_its_row_and_gets_the_mark_of_p13() -> None:
    cells = made(stop=Stop(date(2026, 11, 3), "VR-2026-000002"))
    assert cells.kk[10] == "03.11.2026, өз бастамасы бойынша (Қағидалардың 13-тармағы)"
    assert cells.ru[10] == "03.11.2026, по собственной инициативе (пункт 13 Правил)"
    assert cells.kk[1] == "Серікқызы Әйгерім"


def test_an_undone_entry_has_no_row() -> None:
    with pytest.raises(ValueError, match="undone"):
        made(undone=True)


@pytest.mark.parametrize(
    ("day", "decision", "shown"),
    [
        (date(2026, 12, 31), None, False),
        (date(2026, 12, 31), False, False),
        (date(2026, 12, 31), True, True),
        (date(2027, 1, 1), None, True),
        (date(2027, 1, 1), False, True),
    ],
)
def test_contacts_of_a_minor_wait_for_the_clerk(day: date, decision: bool | None, shown: bool) -> None:
    cell = made(day, minor_until=date(2026, 12, 31), contacts_public=decision).ru[5]
    assert ("aigerim@example.kz" in cell) is shown
    assert "город Алматы" in cell


def test_nothing_but_appendix_1_is_published() -> None:
    said = "".join(made().kk + made().ru)
    for secret in (IIN, "1896", "VR-2026-000001", "2026-10-28", "28.10.2026"):
        assert secret not in said


@pytest.mark.parametrize(
    ("changes", "columns"),
    [
        ({"name": Text(kk="Ахмет", ru=f"Ахмет {IIN}")}, ("volunteer_name",)),
        ({"contacts": Contacts(website=(f"example.kz/{IIN}",))}, ("contacts_region",)),
        ({"programmes": (action("ЖСН 910723 600012"),)}, ("action",)),
        ({"key": "123456789012", "programmes": (action("123456789012"),)}, ("action",)),
    ],
)
def test_a_row_with_an_iin_in_it_is_held_back(changes: dict[str, Any], columns: tuple[str, ...]) -> None:
    assert row(an_entry(7, **changes), DAY, FORM) == Held(7, columns)


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("960315101801", True),
        ("ЖСН:960315101801.", True),
        ("9603 1510 1801", True),
        ("960315-101801", True),
        ("тел. 87010000001, 910723600012", True),
        ("2026 960315101801 2027", True),
        ("960315101802", False),
        ("9603151018010", False),
        ("1960315101801", False),
        ("96031510180", False),
        ("960315\n101801", False),
        ("+7 701 000 00 01, +7 701 000 00 02", False),
        ("960315102600", False),  # both weights give 10: never issued
        ("", False),
    ],
)
def test_an_iin_is_found_by_its_check_digit(text: str, held: bool) -> None:
    assert holds_identifier(text) is held


def test_signs_that_no_file_can_carry_or_that_turn_the_text_are_left_out() -> None:
    assert made(name=Text(kk="\u202eАх\x00мет\t\ud800 \x0bҰлы\r\n")).kk[1] == "Ах мет Ұлы"
