"""Several questions in one line."""

from __future__ import annotations

from time import process_time

import pytest

from parsers.form import forms_in
from parsers.lines import lines_of
from parsers.readers.text import document_of
from parsers.readings import FilledForm
from parsers.run_together import taken_apart

HEAD = """Заявление о включении в реестр учета волонтерской деятельности
Ким Дана
(полное наименование юридического лица либо Ф.И.О. (при его наличии) физического лица)
прошу включить в реестр учета волонтерской деятельности (волонтер).
"""


def only(text: str) -> FilledForm:
    forms = forms_in(document_of(text, "body"), signed=False)
    assert len(forms) == 1
    return forms[0]


@pytest.mark.parametrize(
    "line",
    [
        "Контактный телефон 8 701 011 22 33, Электронная почта dana@post.example",
        "Контактный телефон: 8 701 011 22 33   Электронная почта: dana@post.example   Дата заполнения: 12.11.2026",
        "Контактный телефон _8 701 011 22 33_ ____ Электронная почта _dana@post.example_",
    ],
)
def test_telephone_and_mail_in_one_line_are_two_answers(line: str) -> None:
    fields = only(HEAD + line).fields
    assert (fields["phone"].value, fields["email"].value) == ("+77010112233", "dana@post.example")
    assert fields["email"].source.place == "line 5"


def test_a_questionnaire_told_in_sentences_is_read() -> None:
    fields = only(
        "Анкета волонтера\n1. Ф.И.О.: Ким Дана; год рождения: 1994; место жительства: г. Костанай, ул. Мира, 2; "
        "ИИН: 740530100012.\n2. Опыт волонтерской деятельности: 2 года\n3. Контакты: 8 701 011 22 33"
    ).fields
    assert {name: (value.value, value.doubt) for name, value in fields.items()} == {
        "full_name": ("Ким Дана", None),
        "birth_year": (1994, None),
        "residence": ("г. Костанай, ул. Мира, 2", None),
        "iin": ("740530100012", None),
        "volunteering_experience": ("2 года", None),
        "contacts": ({"phone": ["+77010112233"]}, None),
    }


def test_contacts_named_one_by_one_stay_one_answer() -> None:
    fields = only(
        "Анкета волонтера\nФ.И.О.: Ким Дана\nИИН: 740530100012\n"
        "Телефон, электронная почта, Web-сайт, Instagram, WhatsApp: Телефон: 8 701 011 22 33, "
        "Электронная почта: dana@post.example, WhatsApp: 8 701 011 22 44"
    ).fields
    assert fields["contacts"].value == {
        "phone": ["+77010112233"],
        "email": ["dana@post.example"],
        "whatsapp": ["+77010112244"],
    }


@pytest.mark.parametrize("line", ["ИИН: " + "a, " * 600, "ИИН: ФИО, " * 150, "Ф.И.О.: (заявитель) " * 90])
def test_looking_for_questions_in_long_lines_is_bounded(line: str) -> None:
    lines = lines_of(document_of("\n".join(f"{line}{n}" for n in range(2_000)), "body"))
    began = process_time()
    taken_apart(lines)
    assert process_time() - began < 4.0
