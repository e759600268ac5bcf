"""A question's words that go on behind what the catalogue knows of it: never the answer, never proof of none."""

from __future__ import annotations

import pytest

from parsers.form import forms_in
from parsers.readings import Document, FilledForm, Row, Table
from tests.parsers.written_forms import cell, p

NAME = "Ким Әсел Нұрланұлы"
OTHERS = (
    ("Туған жылы", "12.05.1951"),
    ("Тұратын мекенжайы", "Түркістан облысы, Кентау қ."),
    ("Үйлестірушілік тәжірибесі", "3 жыл"),
    ("Телефоны, электрондық поштасы", "8 705 056 37 86"),
)
GOES_ON = (
    "Т.А.Ә. / Ф.щ.О.",
    "Т.А.Ә. / басқаша",
    "Т.А.Ә. (екінші парақтағыдай)",
    "Аты-жөні * міндетті",
    "Тегі, аты, әкесінің аты (болған жағдайда) жеке куәліктегідей",
)


HINTS = ("Аты-жөні *", "Т.А.Ә. (жеке куәлік бойынша)", "Т.А.Ә. [толық]", "Т.А.Ә. (болған жағдайда)")


def read(label: str, answer: str) -> FilledForm:
    rows = tuple(Row((cell(p(one)), cell(p(other)))) for one, other in ((label, answer), *OTHERS))
    (form,) = forms_in(
        Document("f", "docx", (p("Волонтерлерді үйлестірушінің сауалнамасы"), Table(rows))), signed=False
    )
    return form


@pytest.mark.parametrize("label", GOES_ON)
def test_the_answer_beside_a_longer_question_is_the_answer_alone(label: str) -> None:
    name = read(label, NAME).fields["full_name"]
    assert (name.value, name.doubt) == (NAME, None)


@pytest.mark.parametrize("label", GOES_ON)
def test_a_longer_question_without_an_answer_is_asked_of_the_clerk(label: str) -> None:
    form = read(label, "")
    assert "full_name" not in form.fields
    assert form.unsure_blank == ("full_name",)


@pytest.mark.parametrize("label", HINTS)
def test_how_to_fill_a_place_in_is_neither_its_answer_nor_a_doubt(label: str) -> None:
    assert read(label, NAME).fields["full_name"].value == NAME
    empty = read(label, "")
    assert "full_name" not in empty.fields
    assert empty.unsure_blank == ()


@pytest.mark.parametrize("answer", [NAME, ""])
def test_words_behind_the_question_that_may_be_either_are_doubted(answer: str) -> None:
    assert read("Аты-жөні - міндетті өріс", answer).fields["full_name"].doubt is not None


def test_a_name_behind_a_colon_is_the_answer_though_a_cell_stands_empty_beside_it() -> None:
    name = read(f"Аты-жөні: {NAME}", "").fields["full_name"]
    assert (name.value, name.doubt) == (NAME, None)
