"""Where an answer was read is said in the language of the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from inbox_daemon.desk.places import PlaceShown, place_shown
from inbox_daemon.mailbox.noted import answer_of
from inbox_daemon.order.practice import Practice
from parsers.form import forms_in
from parsers.fragments import PLACE
from parsers.readings import Source, Value
from tests.desk.browser import open_office
from tests.desk.test_pages import case_of
from tests.order.build import application, said, sheet
from tests.parsers.written_forms import written_form


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ("", None),
        ("форма.docx: table 2, row 14, column 3", PlaceShown("форма.docx", cell=(2, 14, 3))),
        ("body: line 7", PlaceShown("body", line=7)),
        ("a: b.docx: line 7", PlaceShown("a: b.docx", line=7)),
        ("a.docx: attached electronic signature", PlaceShown("a.docx", code="signature")),
        ("clerk", PlaceShown("clerk")),
        ("a.docx: somewhere else", PlaceShown("a.docx")),
    ],
)
def test_a_place_is_taken_apart(place: str, shown: PlaceShown | None) -> None:
    assert place_shown(place) == shown


@pytest.mark.parametrize("seed", range(2, 200, 20))
def test_every_place_that_the_reader_names_has_words_in_both_languages(seed: int) -> None:
    document = written_form(seed).document
    values = [value for form in forms_in(document, signed=True) for value in form.fields.values()]
    values.append(Value("x", "x", Source("body", PLACE)))
    for value in values:
        shown = place_shown(answer_of(value).place)
        assert shown is not None
        assert shown.part == value.source.part
        assert shown.cell or shown.line or shown.code, value.source.place


@pytest.mark.parametrize(
    ("language", "words"),
    [("kk", "форма.docx: 1-кесте, 4-жол, 2-баған"), ("ru", "форма.docx: таблица 1, строка 4, столбец 2")],
)
def test_the_page_says_where_a_doubtful_answer_stands(tmp_path: Path, language: str, words: str) -> None:
    office = open_office(tmp_path, Practice(inclusion="clerk"))
    doubtful = said("Ким Аида", doubt="two names", place="форма.docx: table 1, row 4, column 2")
    case = case_of(office, application("volunteer"), sheet("volunteer", answers={"full_name": doubtful}))
    page = office.signed_in(language=language).get(f"/cases/{case.number}").text
    assert words in " ".join(page.split())
    assert "column 2" not in page
