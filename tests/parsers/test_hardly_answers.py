"""What stands where an answer should and is none: hints, requests, pointers, other questions' answers."""

from __future__ import annotations

import pytest

from parsers.readings import FilledForm
from tests.parsers.test_other_habits import label, read, sure, table, with_choices


def answered(name: str, answer: str, *, labelled: str = "") -> FilledForm:
    """Return the form with one answer, and perhaps its label, put otherwise."""
    given = {
        "full_name": "Сейтқали Айгерім",
        "birth_year": "1994",
        "residence": "Қостанай қ., Гоголь к-сі 14",
        "iin": "740530100012",
        "volunteering_experience": "2 жыл",
    }
    html = with_choices("2, 6")
    old = table((label(name), given[name])).removeprefix("<table>").removesuffix("</table>")
    assert old in html
    new = table((labelled or label(name), answer)).removeprefix("<table>").removesuffix("</table>")
    return read(html.replace(old, new))


@pytest.mark.parametrize(
    ("name", "behind", "answer"),
    [
        ("residence", " (область, город/район, улица, дом)", "г. Костанай"),
        ("residence", " (толық көрсетіңіз)", "Қостанай қ."),
        ("volunteering_experience", " (если нет, укажите «нет»)", "2 года"),
        ("full_name", " (как в удостоверении личности)", "Ким Дана"),
    ],
)
def test_a_hint_behind_the_label_is_no_answer(name: str, behind: str, answer: str) -> None:
    assert sure(answered(name, answer, labelled=label(name) + behind))[name] == answer
    blank = answered(name, "", labelled=label(name) + behind)
    assert name not in blank.fields or blank.fields[name].doubt


def test_a_request_left_before_the_answer_is_no_part_of_it() -> None:
    assert sure(answered("residence", "(укажите адрес) г. Костанай"))["residence"] == "г. Костанай"
    assert "residence" not in answered("residence", "(укажите адрес)").fields


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("volunteering_experience", "см. приложение"),
        ("volunteering_experience", "қосымшада"),
        ("volunteering_experience", "н/д"),
        ("volunteering_experience", "?"),
        ("volunteering_experience", "8 701 011 22 33, dana@post.example"),
        ("residence", "там же"),
        ("residence", "не указано"),
        ("residence", "740530100012"),
        ("full_name", "1989"),
    ],
)
def test_words_that_are_hardly_the_answer_are_shown_to_a_person(name: str, answer: str) -> None:
    assert answered(name, answer).fields[name].doubt


@pytest.mark.parametrize("answer", ["жоқ", "нет опыта", "5", "с 2019 года", "2019-2020-2021", "есть, 2 года в приюте"])
def test_short_answers_are_answers(answer: str) -> None:
    assert sure(answered("volunteering_experience", answer))["volunteering_experience"] == answer


def test_words_in_brackets_behind_the_label_and_an_empty_cell_are_shown_to_a_person() -> None:
    form = answered("residence", "", labelled=label("residence") + " (г. Костанай)")
    assert form.fields["residence"].value == "г. Костанай"
    assert form.fields["residence"].doubt
    form = answered("full_name", "", labelled=label("full_name") + " (Ким Дана)")
    assert sure(form)["full_name"] == "Ким Дана"
