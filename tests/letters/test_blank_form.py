"""The forms of Appendix 2 as files: blank, and given back with gaps marked."""

from __future__ import annotations

import io
import zipfile

import pytest
from docx import Document
from docx.document import Document as DocxDocument
from docx.oxml.ns import qn

from inbox_daemon.letters.blank_form import blank_form, file_name, filled_form
from inbox_daemon.letters.filling import Filling
from inbox_daemon.letters.render import LANGUAGES
from parsers.catalogue import FORM_ORDER, Heading, catalogue
from parsers.readings import FormId, Language
from registry_store.records import Answer

ALL = [(form, language) for form in FORM_ORDER for language in LANGUAGES]


def opened(data: bytes) -> DocxDocument:
    return Document(io.BytesIO(data))


def lines(document: DocxDocument) -> list[str]:
    """Every paragraph as it stands in the file, those of cells included."""
    return ["".join(t.text or "" for t in p.iter(qn("w:t"))).strip() for p in document.element.body.iter(qn("w:p"))]


def cells(document: DocxDocument) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in document.tables[-1].rows]


def yellow(document: DocxDocument) -> list[str]:
    """The first cell of every row with a yellow cell."""
    return [
        row.cells[0].text
        for row in document.tables[-1].rows
        if any(shade.get(qn("w:fill")) == "FFFF00" for shade in row._tr.iter(qn("w:shd")))
    ]


@pytest.mark.parametrize(("form", "language"), ALL)
def test_a_blank_form_prints_every_line_of_the_order_in_its_order(form: FormId, language: Language) -> None:
    printed = lines(opened(blank_form(form, language)))
    wanted = [
        line.words.printed(language)
        for line in catalogue().forms[form].lines
        if isinstance(line, Heading) or line.within is None
    ]
    at = 0
    for label in wanted:
        at = next(n for n in range(at, len(printed)) if printed[n].startswith(label)) + 1
    assert catalogue().forms[form].title.printed(language) in printed


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_each_activity_kind_has_a_narrow_cell_for_its_mark(language: Language) -> None:
    kinds = catalogue().field("volunteer", "activity_kinds").options
    rows = opened(blank_form("volunteer", language)).tables[0].rows
    found = [row for row in rows if row.cells[0].text.startswith(tuple(f"{o.number}) " for o in kinds))]
    by_text = {row.cells[0].text: row for row in found}
    for option in kinds:
        row = by_text[f"{option.number}) {option.words.printed(language)}"]
        words, mark = row._tr.tc_lst
        assert mark.width is not None
        assert words.width is not None
        assert mark.width < words.width / 5
        assert row.cells[-1].text == ""


@pytest.mark.parametrize(("form", "language"), ALL)
def test_a_blank_form_is_a4_in_times_new_roman_and_always_the_same_bytes(form: FormId, language: Language) -> None:
    data = filled_form(form, language, Filling())
    assert data == blank_form(form, language)
    section = opened(data).sections[0]
    assert section.page_width is not None
    assert section.page_height is not None
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert opened(data).styles["Normal"].font.name == "Times New Roman"
    assert len(data) < 20_000


def test_the_sixteen_files_have_sixteen_names() -> None:
    names = {file_name(form, language) for form, language in ALL}
    assert len(names) == 16
    assert all(name.endswith(".docx") and not set(name) & set('/\\:*?"<>|') for name in names)


def test_nothing_of_the_machine_stands_in_a_form() -> None:
    with zipfile.ZipFile(io.BytesIO(blank_form("group", "kk"))) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert package.namelist()[0] == "[Content_Types].xml"
        assert b"2025-03-31" in package.read("docProps/core.xml")


def test_a_questionnaire_given_back_keeps_answers_and_marks_gaps_in_yellow() -> None:
    filling = Filling(
        answers={
            "full_name": Answer("Үлгі Сәуле", "Үлгі Сәуле"),
            "activity_kinds": Answer([1, 13], "1, 13"),
            "volunteer_role": Answer([2], "2"),
        },
        gaps={"iin": "12", "activity_other": "", "residence": ""},
    )
    data = filled_form("volunteer", "ru", filling)
    assert data == filled_form("volunteer", "ru", filling)
    document = opened(data)
    rows = {row[0]: row[-1] for row in cells(document)}
    kinds = catalogue().field("volunteer", "activity_kinds").options
    marked = [o.number for o in kinds if rows[f"{o.number}) {o.words.printed('ru')}"] == "+"]
    assert rows["Ф.И.О. (при его наличии)"] == "Үлгі Сәуле"
    assert rows["ИИН"] == ""
    assert marked == [1, 13]
    assert yellow(document) == ["Место жительства", "ИИН", f"13) {kinds[12].words.printed('ru')}"]
    assert [comment.text for comment in document.comments] == ["12"]


def test_a_list_of_people_grows_with_the_people() -> None:
    people = [f"Үлгі {n}" for n in range(1, 6)]
    document = opened(filled_form("group", "kk", Filling({"members": Answer(people, "")})))
    assert [row[-1] for row in cells(document) if row[0] in ("1.", "2.", "3.", "4.", "5.")] == people


def test_an_application_given_back_underlines_the_category_and_marks_the_signature() -> None:
    filling = Filling(
        answers={
            "register_category": Answer(["group"], ""),
            "phone": Answer("+77000001122", "8 700 000 11 22"),
            "filled_date": Answer("2026-10-23", "23 октября 2026 года"),
        },
        gaps={"signature": "", "email": ""},
    )
    document = opened(filled_form("application", "ru", filling))
    underlined = [run.text for p in document.paragraphs for run in p.runs if run.underline]
    highlighted = [p.text for p in document.paragraphs for run in p.runs if run.font.highlight_color]
    assert underlined == ["группа волонтеров"]
    assert highlighted == ["Электронная почта \t"]
    assert "Контактный телефон 8 700 000 11 22\t" in [p.text for p in document.paragraphs]
    assert "Дата заполнения: 23 октября 2026 года" in [p.text for p in document.paragraphs]
    assert len(yellow(document)) == 1
