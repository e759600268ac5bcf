"""The register as a workbook for people: one sheet a language, ready to print on A4.

Cells are text, never formulas; where a cell begins with a formula's sign it is marked as quoted, so that
it stays text when somebody edits it. The words themselves are not changed: what is read is what was said.
The same rows and the same moment give the same bytes.
"""

from __future__ import annotations

import math
import shutil
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import ExcelWriter

from ..records import Text
from .appendix import LANGUAGES, Appendix, Language
from .rows import Row
from .text_formats import is_formula

Sheet = Any  # openpyxl's stubs know only half of what a write-only sheet has

_LONGEST = 32_767  # characters that a cell of a workbook can hold
_FONT = "Calibri"
_LINE = 15.0  # points that a line of text is high
_HIGHEST = 409.0  # points that a row can be high
_FILLED = 0.75  # of a column's width in digits is what Cyrillic letters, broken at words, fill
_HEADER_ROWS = 4  # title, as-of and officer, headings, numbers
_THIN = Side(style="thin", color="808080")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_WRAPPED = Alignment(wrap_text=True, vertical="top")


def write_workbook(path: Path, rows: Iterable[Row], as_of: datetime, about: Text, form: Appendix) -> None:
    """Write the workbook. about: the line under the title (as-of time and officer); as_of: also the file's date."""
    book = Workbook(write_only=True)
    sheets = {language: _sheet(book, language, about, form) for language in LANGUAGES}
    cells = {language: _Cells(sheet, len(form.columns)) for language, sheet in sheets.items()}
    for n, row in enumerate(rows, _HEADER_ROWS + 1):
        for language, sheet in sheets.items():
            texts = row.cells(language)
            _append(sheet, n, cells[language].fill(texts), _height(texts, form))
    book.properties.title = form.title.in_language("kk")
    book.properties.creator = ""
    book.properties.created = book.properties.modified = as_of.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    with _TimelessZip(path, "w", zipfile.ZIP_DEFLATED) as archive:
        ExcelWriter(book, archive).write_data()


def _sheet(book: Workbook, language: Language, about: Text, form: Appendix) -> Sheet:
    """Return a new sheet with its header rows, widths, frozen header and print setup."""
    sheet: Sheet = book.create_sheet(language)
    for n, column in enumerate(form.columns, 1):
        sheet.column_dimensions[get_column_letter(n)].width = column.width
    sheet.freeze_panes = f"B{_HEADER_ROWS + 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{_HEADER_ROWS - 1}:{_HEADER_ROWS}"
    sheet.oddFooter.center.text = form.page_of.in_language(language).format(page="&P", pages="&N")
    headings = form.headings(language)
    _append(
        sheet, 1, [_cell(sheet, form.title.in_language(language), Font(name=_FONT, bold=True, size=14))], 1.5 * _LINE
    )
    _append(sheet, 2, [_cell(sheet, about.in_language(language), Font(name=_FONT, italic=True))], _LINE)
    _append(sheet, 3, [_heading(sheet, heading) for heading in headings], _height(headings, form))
    _append(sheet, 4, [_heading(sheet, n) for n in range(1, len(form.columns) + 1)], _LINE)
    return sheet


def _append(sheet: Sheet, row: int, cells: list[Cell], height: float) -> None:
    sheet.row_dimensions[row].height = height
    sheet.append(cells)
    del sheet.row_dimensions[row]  # written; a register of many rows must not gather here


def _height(texts: Sequence[str], form: Appendix) -> float:
    """Return a height in points at which the wrapped texts can be read: not every program finds it by itself."""
    lines = (
        sum(max(1, math.ceil(len(line) / (column.width * _FILLED))) for line in text.split("\n"))
        for column, text in zip(form.columns, texts, strict=True)
    )
    return min(_HIGHEST, _LINE * max(lines))


def _cell(sheet: Sheet, value: str, font: Font) -> Cell:
    cell = WriteOnlyCell(sheet, value)
    cell.font = font
    return cell


def _heading(sheet: Sheet, value: str | int) -> Cell:
    cell = WriteOnlyCell(sheet, value)
    cell.font = Font(name=_FONT, bold=True)
    cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
    cell.fill = PatternFill("solid", fgColor="E7EEF7")
    cell.border = _BORDER
    return cell


class _Cells:
    """The cells of one row, filled anew for each: making styled cells takes longer than writing them."""

    def __init__(self, sheet: Sheet, count: int) -> None:
        self._plain = [self._styled(sheet, quoted=False) for _ in range(count)]
        self._quoted = [self._styled(sheet, quoted=True) for _ in range(count)]

    def fill(self, texts: Sequence[str]) -> list[Cell]:
        filled = []
        for n, text in enumerate(texts):
            cell = (self._quoted if is_formula(text) else self._plain)[n]
            if n == 0:
                cell.value = int(text)
            else:
                cell.value = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
                cell.data_type = "s"  # whatever it looks like: "=1+1", "#N/A"
            filled.append(cell)
        return filled

    @staticmethod
    def _styled(sheet: Sheet, *, quoted: bool) -> Cell:
        cell = WriteOnlyCell(sheet)
        cell.alignment = _WRAPPED
        cell.border = _BORDER
        cell.quotePrefix = quoted
        return cell


class _TimelessZip(zipfile.ZipFile):
    """A zip whose members bear no time of making."""

    def writestr(self, name: str, data: str | bytes, *_: object) -> None:  # type: ignore[override]
        super().writestr(_member(name), data)

    def write(self, filename: str, arcname: str) -> None:  # type: ignore[override]
        with Path(filename).open("rb") as source, self.open(_member(arcname), "w", force_zip64=True) as target:
            shutil.copyfileobj(source, target)


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    return member
