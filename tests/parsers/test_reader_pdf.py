"""PDF files with letters, printed by LibreOffice: what is read is what was written."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from parsers.form import forms_in
from parsers.office.convert import shared
from parsers.readers import docx, pdf
from parsers.readings import Cell, Document, FilledForm, Paragraph, Row, Run, Table
from tests.parsers.files import as_docx
from tests.parsers.written_forms import written_form


def _printed(document: Document) -> Document:
    return pdf.read(shared().convert(as_docx(document), "docx", "pdf"), "form.pdf")


def _said(forms: Sequence[FilledForm]) -> list[object]:
    return [(form.form, {name: value.value for name, value in form.fields.items()}) for form in forms]


# 50031: the page ends before «v 12) …», which is no rest of what stands above it
@pytest.mark.parametrize("seed", [3, 11, 50_031])
def test_forms_read_from_a_pdf_are_those_of_the_docx_it_was_printed_from(seed: int) -> None:
    document = written_form(seed).document
    read = forms_in(docx.read(as_docx(document), "form.docx"), signed=False)
    assert _said(forms_in(_printed(document), signed=False)) == _said(read) != []


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(lambda n: (f"v {n % 90}) қызмет түрі", "____"), id="the sign before the number"),
        pytest.param(lambda n: ("v", f"{n % 90}) қызмет түрі"), id="the sign in a cell of its own"),
        pytest.param(lambda n: ("v" if n % 2 else "", f"{n % 90}) вид деятельности"), id="some without a sign"),
    ],
)
def test_a_page_break_runs_no_two_rows_of_a_list_together(row: Callable[[int], tuple[str, str]]) -> None:
    rows = [row(n) for n in range(1, 121)]
    cells = tuple(Row(tuple(Cell((Paragraph((Run(text),)),)) for text in texts)) for texts in rows)
    blocks = _printed(Document("a.docx", "docx", (Table(cells),))).blocks
    tables = [block for block in blocks if isinstance(block, Table)]
    read = [tuple(_text(cell) for cell in row.cells) for table in tables for row in table.rows]
    assert read == rows


def _text(cell: Cell) -> str:
    return " ".join(block.text for block in cell.blocks if isinstance(block, Paragraph)).strip()
