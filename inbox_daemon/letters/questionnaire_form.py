"""The questionnaires, the programme and the action: a title over a table of two columns (Appendix 2)."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any, cast

from docx.document import Document as DocxDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.table import CT_Row
from docx.shared import Length, Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from inbox_daemon.letters.docx_page import remark, shade, write
from inbox_daemon.letters.filling import Filling
from parsers.catalogue import Field, Form, Heading
from parsers.readings import Language

# Three columns of the grid make two kinds of rows: label and wide answer, or long text and narrow mark.
LABEL, MIDDLE, MARK = Mm(80), Mm(72), Mm(18)
FULL = (Length(LABEL + MIDDLE + MARK), 3)
LABEL_AND_ANSWER = (LABEL, 1), (Length(MIDDLE + MARK), 2)
KIND_AND_MARK = (Length(LABEL + MIDDLE), 2), (MARK, 1)
PADDING = Pt(3)
MARK_SIGN = "+"
SIZE = 12


def write_questionnaire(document: DocxDocument, form: Form, language: Language, filling: Filling) -> None:
    """Write the form into an empty document."""
    title = document.add_paragraph()
    write(title, form.title.printed(language), bold=True, align=WD_ALIGN_PARAGRAPH.CENTER)
    title.paragraph_format.space_after = Pt(8)
    table = document.add_table(rows=0, cols=3, style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, (LABEL, MIDDLE, MARK), strict=True):
        column.width = width
    sheet = _Sheet(document, table, language, filling)
    for line in form.lines:
        if isinstance(line, Heading):
            sheet.across(line.words.printed(language))
        elif line.within is None:
            sheet.ask(line)


class _Sheet:
    """The table while it is written, row by row."""

    def __init__(self, document: DocxDocument, table: Table, language: Language, filling: Filling) -> None:
        self.document, self.table, self.language, self.filling = document, table, language, filling

    def ask(self, field: Field) -> None:
        """Write one question in the shape that the Order gives it."""
        label = field.words.printed(self.language)
        if field.rows:
            self._list(field, label)
        elif field.id == "activity_kinds":
            self._kinds(field, label)
        elif field.options:
            self._choice(field, label)
        else:
            left, right = self._row(*LABEL_AND_ANSWER)
            self._label(left, label, field)
            self._answer(right, self.filling.words(field.id), field)

    def across(self, words: str, field: Field | None = None) -> None:
        """Write a row of one cell."""
        (cell,) = self._row(FULL)
        run = write(cell.paragraphs[0], words, size=SIZE, bold=True, align=WD_ALIGN_PARAGRAPH.CENTER)
        cell.paragraphs[0].paragraph_format.keep_with_next = True
        if field is not None:
            self._remark(run, field.id)

    def _list(self, field: Field, label: str) -> None:
        self.across(label, field)
        people = self.filling.people(field.id)
        for n in range(max(field.rows, len(people))):
            left, right = self._row(*LABEL_AND_ANSWER)
            write(left.paragraphs[0], f"{n + 1}.", size=SIZE)
            self._answer(right, people[n] if n < len(people) else "", field)

    def _kinds(self, field: Field, label: str) -> None:
        self.across(label, field)
        chosen = self.filling.chosen(field.id)
        for option in field.options:
            left, right = self._row(*KIND_AND_MARK)
            printed = write(left.paragraphs[0], f"{option.number}) {option.words.printed(self.language)}", size=SIZE)
            self._answer(right, MARK_SIGN if option.number in chosen else "", field)
            right.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
            if (own := option.own_words) is not None:
                self._own_words(left, own, printed)

    def _own_words(self, cell: _Cell, own: str, printed: Run) -> None:
        """What the applicant names in words stands behind the printed ones; so that cell is yellow where it is not."""
        if named := self.filling.words(own):
            write(cell.paragraphs[0], f" {named}", size=SIZE)
        if own in self.filling.gaps:
            shade(cell)
        self._remark(printed, own)

    def _choice(self, field: Field, label: str) -> None:
        self.across(label, field)
        left, right = self._row(*LABEL_AND_ANSWER)
        for n, option in enumerate(field.options):
            paragraph = left.paragraphs[0] if n == 0 else self._line_below(left)
            write(paragraph, f"{option.number}) {option.words.printed(self.language)}", size=SIZE)
        chosen = sorted(n for n in self.filling.chosen(field.id) if isinstance(n, int))
        own = self.filling.words(field.or_else) if field.or_else else ""
        numbers = ", ".join(map(str, chosen))
        self._answer(right, numbers or own, field)
        if numbers and own:  # in a line of their own: words that begin with a number are no choice
            write(self._line_below(right), own, size=SIZE)

    def _row(self, *columns: tuple[Length, int]) -> list[_Cell]:
        """Add a row of cells, each given by its width and how many columns of the grid it spans."""
        row = copy.deepcopy(_empty_row(columns))
        self.table._tbl.append(row)
        return [_Cell(tc, self.table) for tc in row.tc_lst]

    def _line_below(self, cell: _Cell) -> Paragraph:
        """Add a line to a cell, close to the one above."""
        cell.paragraphs[-1].paragraph_format.space_after = Pt(0)
        line: Paragraph = cell.add_paragraph()
        line.paragraph_format.space_after = PADDING
        return line

    def _label(self, cell: _Cell, words: str, field: Field) -> None:
        self._remark(write(cell.paragraphs[0], words, size=SIZE), field.id)

    def _answer(self, cell: _Cell, words: str, field: Field) -> None:
        write(cell.paragraphs[0], words, size=SIZE)
        if field.id in self.filling.gaps:
            shade(cell)

    def _remark(self, run: Run, field_id: str) -> None:
        if words := self.filling.remark(field_id):
            remark(self.document, run, words, self.document.core_properties.author)


@cache
def _empty_row(columns: tuple[tuple[Length, int], ...]) -> CT_Row:
    """A row of one shape, to be copied: the library takes long to make one."""
    row = cast(CT_Row, OxmlElement("w:tr"))
    row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for width, span in columns:
        tc = row.add_tc()
        tc.width, tc.grid_span = width, span
        spacing = _Cell(tc, cast(Any, None)).paragraphs[0].paragraph_format
        spacing.space_before = spacing.space_after = PADDING
    return row
