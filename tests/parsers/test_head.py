"""Whom an application is from, where people write it above the title."""

from __future__ import annotations

import pytest

from parsers.form import forms_in
from parsers.head import NOT_SURE
from parsers.readings import Document, FilledForm, Paragraph, Run

FOOT = (
    "Даю согласие на сбор и обработку моих персональных данных, составляющих охраняемую законом тайну, "
    "необходимых для включения в реестр учета волонтерской деятельности.",
    "Контактный телефон: +7 701 011 22 33",
    "Электронная почта: saule@example.com",
    "Дата заполнения: 19.11.2026",
    "Ибраева С.М.",
    "(подпись)",
    "Ибраева Сауле Маратовна",
    "Ф.И.О. (при его наличии)",
)
ASKS = "Прошу включить в реестр учета волонтерской деятельности: волонтер"
LONG = "Заявление о включении в реестр учета волонтерской деятельности"


def application(*head: str, title: str = LONG) -> FilledForm:
    lines = (*head, title, ASKS, *FOOT)
    (form,) = forms_in(Document("a.docx", "docx", tuple(Paragraph((Run(line),)) for line in lines)), signed=False)
    return form


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (("Министерство культуры и информации", "от Ибраевой Сауле Маратовны"), "Ибраевой Сауле Маратовны"),
        (("В Министерство культуры и информации", "от:", "Ибраевой С.М.,", "ИИН 1"), "Ибраевой С.М."),
        (("Министру культуры", "от Ибраевой С., проживающей: г. Астана"), "Ибраевой С."),
        (("Министерство культуры", "Ибраева Сауле Маратовна", "(Ф.И.О. физического лица)"), "Ибраева Сауле Маратовна"),
        (("Министерство культуры", "ОФ «Қамқор»", "(наименование юридического лица)"), "ОФ «Қамқор»"),
        (("Мәдениет және ақпарат министрлігіне", "Ибраева Сәуле Маратқызынан"), "Ибраева Сәуле Маратқызынан"),
        (("Мәдениет және ақпарат министрлігіне", "«Қамқор» қоғамдық қорынан"), "«Қамқор» қоғамдық қорынан"),
        (("Мәдениет және ақпарат министрлігіне", "Өтініш беруші: Ибраева Сәуле"), "Ибраева Сәуле"),
    ],
)
@pytest.mark.parametrize("title", [LONG, "ЗАЯВЛЕНИЕ"])
def test_the_applicant_above_the_title_is_taken(head: tuple[str, ...], name: str, title: str) -> None:
    form = application(*head, title=title)

    assert form.fields["applicant_name"].value == name
    assert form.fields["applicant_name"].doubt is None
    assert form.fields["addressee"].value == head[0]
    assert form.doubts == ()


@pytest.mark.parametrize("line", ["Ибраева Сауле Маратовна", "ученица 9 класса"])
def test_what_only_its_place_tells_is_in_doubt(line: str) -> None:
    form = application("Министерство культуры и информации", line)

    assert form.fields["applicant_name"].value == line
    assert form.fields["applicant_name"].doubt == NOT_SURE


def test_a_caption_is_nobodys_name() -> None:
    form = application("Министерство культуры и информации", "(полное наименование органа)")

    assert "applicant_name" not in form.fields
    assert form.fields["addressee"].value == "Министерство культуры и информации"


FREE = (
    "Министру культуры и информации",
    "от Ибраевой Сауле Маратовны,",
    "ЗАЯВЛЕНИЕ",
    "Прошу Вас включить меня в реестр в качестве волонтера.",
    "Согласна на сбор и обработку моих персональных данных.",
    "19.11.2026 г.                Ибраева С.М.",
)


def read(*lines: str) -> tuple[FilledForm, ...]:
    return forms_in(Document("a.docx", "docx", tuple(Paragraph((Run(line),)) for line in lines)), signed=False)


def test_an_application_in_words_of_its_own_is_neither_missed_nor_judged() -> None:
    (form,) = read(*FREE)

    assert form.form == "application"
    assert "in words of its own" in form.doubts
    assert form.fields["applicant_name"].value == "Ибраевой Сауле Маратовны"
    assert {"phone", "email"} <= set(form.unsure_blank)


@pytest.mark.parametrize("left_out", ["ЗАЯВЛЕНИЕ", "Согласна на сбор и обработку моих персональных данных."])
def test_a_letter_that_asks_for_the_entry_is_no_application(left_out: str) -> None:
    assert read(*(line for line in FREE if line != left_out)) == ()
