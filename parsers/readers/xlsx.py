"""A workbook (.xlsx) → Document: every sheet a table, as printed."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime, time
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock

from parsers.readers.errors import Damaged
from parsers.readers.package import Package
from parsers.readings import Cell, Document, Inline, Mark, Paragraph, Picture, Row, Run, Table

ROWS_AT_MOST, COLUMNS_AT_MOST = 3_000, 60

_ZEROS = re.compile(r"0{2,}")


def read(data: bytes, part: str) -> Document:
    """Return the document of an .xlsx; raises Damaged, Encrypted, TooLarge."""
    package = Package(data)
    for name in package.names:
        if name.endswith(".xml") and (name.startswith("xl/worksheets/") or name == "xl/sharedStrings.xml"):
            package.read(name)  # the bounds of a package hold for openpyxl too
    try:
        book = load_workbook(io.BytesIO(data), rich_text=True, data_only=True)
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, zipfile.BadZipFile) as fault:
        raise Damaged(type(fault).__name__) from fault
    seen = tuple(_sheet(sheet) for sheet in book.worksheets if sheet.sheet_state == "visible")
    return Document(part, "xlsx", seen)


def _sheet(sheet: Any) -> Table:
    covered: dict[tuple[int, int], bool] = {}  # (row, column) → covered by the cell to its left
    spans: dict[tuple[int, int], int] = {}
    for area in sheet.merged_cells.ranges:
        spans[area.min_row, area.min_col] = area.max_col - area.min_col + 1
        for row in range(area.min_row, min(area.max_row, ROWS_AT_MOST) + 1):
            for column in range(area.min_col, min(area.max_col, COLUMNS_AT_MOST) + 1):
                covered[row, column] = column > area.min_col
        del covered[area.min_row, area.min_col]
    pictures = {(p.anchor._from.row + 1, p.anchor._from.col + 1) for p in sheet._images if hasattr(p.anchor, "_from")}
    rows = []
    last_column = min(sheet.max_column, COLUMNS_AT_MOST)
    for n in range(1, min(sheet.max_row, ROWS_AT_MOST) + 1):
        if sheet.row_dimensions[n].hidden:
            continue
        cells = []
        for column in range(1, last_column + 1):
            if covered.get((n, column)):
                continue
            shown = () if (n, column) in covered else tuple(_lines(sheet.cell(n, column), (n, column) in pictures))
            cells.append(Cell(shown, spans.get((n, column), 1)))
        rows.append(Row(tuple(cells)))
    return Table(tuple(rows))


def _lines(cell: Any, picture: bool) -> list[Paragraph]:
    lines: list[list[Inline]] = [[Picture()] if picture else []]
    base = _marks(cell.font)
    fill = cell.fill
    if (
        fill is not None
        and fill.fill_type == "solid"
        and str(fill.fgColor.rgb)[-6:].upper() not in ("FFFFFF", "000000")
    ):
        base |= {Mark.HIGHLIGHT}
    pieces = cell.value if isinstance(cell.value, CellRichText) else [cell.value]
    for piece in pieces:
        if isinstance(piece, TextBlock):
            text, marks = str(piece.text), _marks(piece.font)
        else:
            text, marks = _words(piece, cell.number_format), base
        for n, line in enumerate(text.split("\n")):
            if n:
                lines.append([])
            if line:
                lines[-1].append(Run(line, marks))
    return [Paragraph(tuple(line)) for line in lines]


def _marks(font: Any) -> frozenset[Mark]:
    if font is None:
        return frozenset()
    looks = {
        Mark.UNDERLINE: getattr(font, "u", None) not in (None, "none", False),
        Mark.STRIKE: bool(getattr(font, "strike", False)),
        Mark.BOLD: bool(getattr(font, "b", False)),
        Mark.ITALIC: bool(getattr(font, "i", False)),
    }
    return frozenset(mark for mark, on in looks.items() if on)


def _words(value: Any, shape: str) -> str:
    """Return a value as the sheet shows it: dates as dates, identifiers with the zeros of their format."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "+" if value else ""
    if isinstance(value, datetime | date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value)
    return text.zfill(len(shape)) if isinstance(value, int) and _ZEROS.fullmatch(shape) else text
