"""A group's members as people list them."""

from __future__ import annotations

import pytest

from parsers.readings import FilledForm
from parsers.understand import understand
from tests.parsers.raw_mails import HEAD
from tests.parsers.test_other_habits import table

NAMES = ["Әбенов Мирас Асқарұлы", "Ким Виктория", "Өтегенов Бауыржан Ерланұлы"]
LABEL = "Волонтерлік топ тізімі (Т.А.Ә. көрсетіңіз (бар болған кезде)"


def group(members: str) -> FilledForm:
    rows = (
        ("Волонтерлік тобы басшысының Т.А.Ә. (бар болған кезде)", "Сейтқали Ерлан"),
        ("Туған жылы", "1985"),
        ("ЖСН", "740530100012"),
        (LABEL, members),
        ("Телефон, электрондық пошта, Web-сайт, Instagram, WhatsApp (бар болған кезде)", "8 701 011 22 33"),
    )
    html = f"<p>Волонтерлік топтың сауалнамасы</p>{table(*rows)}"
    (form,) = understand(HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + html.encode()).forms
    return form


@pytest.mark.parametrize(
    "rows",
    [
        [("№", "Т.А.Ә.", "Туған жылы"), *((str(n), name, str(1990 + n)) for n, name in enumerate(NAMES, 1))],
        [("р/с", "Аты-жөні", "Рөлі"), *((f"{n}.", name, "фотограф") for n, name in enumerate(NAMES, 1))],
        [(str(n), name, f"8 701 011 00 0{n}") for n, name in enumerate(NAMES, 1)],
        [("№", "Қатысушы", "ЖСН"), *((str(n), name, "740530100012") for n, name in enumerate(NAMES, 1))],
        [("Тегі", "Аты", "Әкесінің аты"), *([*name.split(), ""][:3] for name in NAMES)],
    ],
)
def test_names_in_a_table_of_several_columns_are_the_members(rows: list[tuple[str, ...]]) -> None:
    members = group(table(*rows)).fields["members"]
    assert (members.value, members.doubt) == (NAMES, None)


@pytest.mark.parametrize(
    "rows",
    [
        [("әбенов мирас", "фотограф"), ("Ким Виктория", "жүргізуші")],  # the first row is no heading
        [("1", "Ким Виктория", "Пак Вера"), ("2", "Ли Анна", "Тен Олег")],  # whose mother is the other?
        [("Ким Виктория", "фотограф"), ("", "жүргізуші")],  # somebody has no name
    ],
)
def test_a_table_that_may_be_read_otherwise_is_shown_to_a_person(rows: list[tuple[str, ...]]) -> None:
    members = group(table(*rows)).fields["members"]
    assert members.doubt or members.value == ["Ким Виктория", "Пак Вера", "Ли Анна", "Тен Олег"]
