"""An answer to a rework letter that carries only the missing value, in the words of the mail."""

from __future__ import annotations

import pytest

from parsers.fragments import Wanted, values_in

IIN = "960315101801"
VOLUNTEER: tuple[Wanted, ...] = (("volunteer", "iin"), ("volunteer", "birth_year"), ("application", "email"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"ИИН: {IIN}", {"iin": IIN}),
        (f"Сәлеметсіз бе!\n\nЖСН – {IIN}\nРахмет", {"iin": IIN}),
        (f"Извините, забыл. Мой ИИН {IIN}.", {"iin": IIN}),
        (
            "Год рождения: 1996\nЭлектронная почта: someone@mail.example",
            {"birth_year": 1996, "email": "someone@mail.example"},
        ),
        (f"ЖСН:\n{IIN}\nТуған жылы: 1996 ж.", {"iin": IIN, "birth_year": 1996}),
        ("ИИН: 960315101802", {}),  # a wrong check digit is for a person
        ("ИИН: 96031510180", {}),  # eleven digits
        (f"ИИН {IIN} или 881102200012?", {}),  # which one?
        ("ИИН: ____", {}),
        ("Здравствуйте, можно ли прислать позже?", {}),
    ],
)
def test_what_is_surely_said_in_words_is_taken_and_nothing_else(text: str, found: dict[str, object]) -> None:
    values = values_in(text, VOLUNTEER)

    assert {field: value.value for (_, field), value in values.items()} == found


def test_a_label_that_two_wanted_fields_share_tells_neither() -> None:
    wanted: tuple[Wanted, ...] = (("volunteer", "iin"), ("coordinator", "iin"))

    assert values_in(f"ИИН: {IIN}", wanted) == {}


def test_only_what_was_asked_for_is_looked_for() -> None:
    assert values_in(f"ИИН: {IIN}", (("volunteer", "birth_year"),)) == {}
