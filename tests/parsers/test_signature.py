"""The foot of the application, where ink lies over its captions."""

from __future__ import annotations

import pytest

from parsers.lines import PICTURE, lines_of
from parsers.readings import Document, Paragraph, Run
from parsers.signature import foot_of
from parsers.understand import understand_file
from tests.parsers.files import as_xlsx
from tests.parsers.written_forms import written_form


@pytest.mark.parametrize("caption", ["(подпись)", "(под сь", "(подпсь)", "(по пись", "(қолы)", "(қо лы)"])
def test_a_caption_that_the_signature_runs_over_is_known_and_not_taken_for_the_name(caption: str) -> None:
    rows = (f"{PICTURE}   Муканов Мирас Галымович", f"{caption}   Ф.И.О. (при его наличии)")
    document = Document("a.jpg", "scan", tuple(Paragraph((Run(row),)) for row in rows))
    foot = foot_of(lines_of(document), None)
    assert foot.name is not None
    assert foot.name.text == "Муканов Мирас Галымович"
    assert foot.signature is not None
    assert foot.signature.picture


@pytest.mark.parametrize("name", ["(Колесников П. И.)", "(Подольская Анна)"])
def test_a_name_in_brackets_is_no_caption(name: str) -> None:
    rows = (f"Колесников   {name}", "(подпись)   Ф.И.О. (при его наличии)")
    document = Document("a.docx", "docx", tuple(Paragraph((Run(row),)) for row in rows))
    foot = foot_of(lines_of(document), None)
    assert foot.name is not None
    assert foot.name.text in name


def test_a_signature_alone_in_its_row_of_a_sheet_is_no_missing_one() -> None:
    written = written_form(30792)
    reading = understand_file(as_xlsx(written.document), "form.xlsx")
    signed = "signature" in reading.forms[0].fields or "signature" in reading.forms[0].unsure_blank
    assert signed
    assert reading.forms[0].doubts
