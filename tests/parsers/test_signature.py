"""The foot of the application, where ink lies over its captions."""

from __future__ import annotations

import pytest

from parsers.lines import PICTURE, lines_of
from parsers.readings import Document, Paragraph, Run
from parsers.signature import foot_of


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
