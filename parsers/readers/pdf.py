"""A PDF with a text layer → Document.

What is on a page is gathered (`pdf_ink.py`, `pdf_fields.py`), rules make tables (`pdf_grid.py`), strokes
marks (`pdf_marks.py`), letters lines and paragraphs (`pdf_lines.py`); here the pages become one document.
"""

from __future__ import annotations

import io
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.psparser import PSException
from pdfplumber.utils.exceptions import PdfminerException

from parsers.readers.errors import Damaged, Encrypted, OnlyPicture, TooLarge, Unsupported
from parsers.readers.pdf_fields import put_on
from parsers.readers.pdf_grid import Grid, rules_of
from parsers.readers.pdf_ink import Box, Ink, Thing, ink_of
from parsers.readers.pdf_lines import Column, Line, goes_on, lines_of, paragraphs, step_of
from parsers.readers.pdf_marks import mark
from parsers.readings import Block, Cell, Document, Paragraph, Row, Run, Table

PAGES_AT_MOST = 60
LETTERS_FOR_TEXT = 40  # fewer on all pages together: the text is in the pictures
PAD = 5.4  # points from a cell's rule to its words, as Word and LibreOffice have it
MARGIN = 0.09  # of the page's height: where page numbers and running heads stand

_NUMBER_OF_PAGE = re.compile(
    r"\W*(?:(?:стр|страница|бет|page|с)\.?\s*)?\d{1,3}(?:\s*(?:из|/|of|-)\s*\d{1,3})?(?:\s*-?\s*бет)?\W*", re.IGNORECASE
)
_FAULTS = (PDFException, PSException, ValueError, TypeError, KeyError, IndexError, AttributeError, OSError)
_WORSE = (RecursionError, AssertionError, ArithmeticError, NotImplementedError, zlib.error)


def read(data: bytes, part: str) -> Document:
    """Return the document of a .pdf; raises Damaged, Encrypted, TooLarge, and OnlyPicture for a scan."""
    if b"startxref" not in data.rstrip(b"\0 \r\n\t")[-4096:]:
        raise Damaged("the end is missing")
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            if len(pdf.pages) > PAGES_AT_MOST:
                raise TooLarge("pages")
            return _document(pdf, part)
    except (PDFPasswordIncorrect, PDFEncryptionError) as fault:
        raise Encrypted("pdf") from fault
    except PdfminerException as fault:
        cause = fault.args[0] if fault.args else fault
        if isinstance(cause, PDFPasswordIncorrect | PDFEncryptionError):
            raise Encrypted("pdf") from fault
        raise Damaged("pdf") from fault
    except (*_FAULTS, *_WORSE) as fault:
        raise Damaged(type(fault).__name__) from fault


def _document(pdf: Any, part: str) -> Document:
    remarks: dict[str, None] = {}
    pages = []
    letters = 0
    for page in pdf.pages:
        _whole(page)
        ink = ink_of(page)
        put_on(page, ink.things)
        page.close()
        count = sum(1 for thing in ink.things if isinstance(thing.inline, Run) and thing.inline.text.strip())
        letters += count
        remarks |= ink.remarks
        if ink.covered > 0.8 and count:
            remarks["text_over_picture"] = None
        pages.append(_Page(ink))
    if letters < LETTERS_FOR_TEXT:
        if pdf.doc.catalog.get("AcroForm") is not None and resolve1(pdf.doc.catalog["AcroForm"]).get("XFA"):
            raise Unsupported("XFA form")
        raise OnlyPicture("a scan") if any(page.ink.covered for page in pages) else Damaged("no letters")
    _drop_running_heads(pages)
    return Document(part, "pdf", tuple(_blocks(pages)), tuple(remarks))


def _whole(page: Any) -> None:
    """Raise zlib.error when the page's own drawing is cut off: half a form must not be taken for the whole."""
    for content in page.page_obj.contents:
        stream = resolve1(content)
        if isinstance(stream, PDFStream) and stream.rawdata is not None:
            filters = stream.get_filters()
            if len(filters) == 1 and getattr(filters[0][0], "name", "") in ("FlateDecode", "Fl"):
                raw = stream.rawdata
                if stream.decipher and stream.objid is not None and stream.genno is not None:
                    raw = stream.decipher(stream.objid, stream.genno, raw, stream.attrs)
                unpacker = zlib.decompressobj()
                unpacker.decompress(raw, 100_000_000)
                if not unpacker.eof:
                    raise zlib.error


# ---------------------------------------------------------------- one page


@dataclass(slots=True)
class _Region:
    """A page's body or a cell: the lines in it that stand in no table, and the tables."""

    box: Box
    lines: list[Line]
    tables: list[_TableHere]


@dataclass(slots=True)
class _TableHere:
    grid: Grid
    cells: list[_Region]


class _Page:
    def __init__(self, ink: Ink) -> None:
        self.ink = ink
        rules = rules_of(ink.across, ink.down)
        mark(ink, rules)
        whole = Box(0, 0, ink.width, ink.height)
        grids = [grid for grid in rules.grids if len(grid.cells) > 1 or not _is_page_frame(grid.box, whole)]
        grids.sort(key=lambda grid: -grid.box.width * grid.box.height)
        self.body = _region(whole, ink.things, grids)


def _is_page_frame(box: Box, page: Box) -> bool:
    return box.width * box.height > 0.5 * page.width * page.height


def _region(box: Box, things: Sequence[Thing], grids: Sequence[Grid], depth: int = 0) -> _Region:
    """Return what is in a box; grids: those inside it, large ones first."""
    tables: list[_TableHere] = []
    rest, grids = list(things), list(grids)
    while grids and depth < 6:
        grid = grids.pop(0)
        inner = [other for other in grids if grid.box.holds(*_middle(other.box))]
        grids = [other for other in grids if not any(other is one for one in inner)]
        inside = [thing for thing in rest if grid.box.holds(*thing.middle)]
        rest = [thing for thing in rest if not grid.box.holds(*thing.middle)]
        cells = []
        for cell in grid.cells:
            own = [thing for thing in inside if cell.box.holds(*thing.middle)]
            held = {id(thing) for thing in own}
            inside = [thing for thing in inside if id(thing) not in held]
            within = [other for other in inner if cell.box.holds(*_middle(other.box))]
            cells.append(_region(cell.box, own, within, depth + 1))
        rest.extend(inside)
        tables.append(_TableHere(grid, cells))
    tables.sort(key=lambda table: table.grid.box.top)
    return _Region(box, lines_of(rest), tables)


def _middle(box: Box) -> tuple[float, float]:
    return (box.x0 + box.x1) / 2, (box.top + box.bottom) / 2


def _drop_running_heads(pages: Sequence[_Page]) -> None:
    """Take out page numbers, and what stands on several pages at the edge, but for its first time."""
    said: Counter[tuple[str, int]] = Counter()
    for page in pages:
        height = page.ink.height
        kept = []
        for line in page.body.lines:
            at_edge = line.base < MARGIN * height or line.base > (1 - MARGIN) * height
            text = line.text.strip()
            place = (text, round(line.base / 4))
            if at_edge and (_NUMBER_OF_PAGE.fullmatch(text) or said[place]):
                continue
            said[place] += at_edge
            kept.append(line)
        page.body.lines = kept


# ---------------------------------------------------------------- all pages


def _blocks(pages: Sequence[_Page]) -> list[Block]:
    columns = _columns(pages)
    cells = _cell_width(pages)
    blocks: list[Block] = []
    last_table: _TableHere | None = None
    last_line: Line | None = None
    for page in pages:
        column = columns[round(page.ink.width)]
        new = list(_in_region(page.body, column, cells))
        first_table = page.body.tables[0] if page.body.tables else None
        first_line = page.body.lines[0] if page.body.lines else None
        if new and blocks:
            before, first = blocks[-1], new[0]
            if isinstance(before, Table) and isinstance(first, Table) and _same(last_table, first_table):
                blocks[-1] = _continued(before, first)
                del new[0]
            elif isinstance(before, Paragraph) and isinstance(first, Paragraph) and last_line and first_line:
                below = replace(first_line, base=last_line.base + last_line.size)
                if first_line.text.lstrip()[:1].islower() and goes_on(last_line, below, column):
                    blocks[-1] = Paragraph((*before.inlines, Run(" "), *first.inlines))
                    del new[0]
        blocks.extend(new)
        last_table = page.body.tables[-1] if page.body.tables else None
        last_line = page.body.lines[-1] if page.body.lines else None
    return blocks


def _in_region(region: _Region, column: Column, cells: Column) -> Iterator[Block]:
    """Yield the blocks of a region from top to bottom."""
    tops = [table.grid.box.top for table in region.tables]
    for n in range(len(tops) + 1):
        above = tops[n - 1] if n else float("-inf")
        below = tops[n] if n < len(tops) else float("inf")
        yield from paragraphs([line for line in region.lines if above <= line.base < below], column)
        if n < len(tops):
            yield _table(region.tables[n], cells)


def _table(here: _TableHere, cells: Column) -> Table:
    rows: list[Row] = []
    by_place = {(cell.row, cell.column): n for n, cell in enumerate(here.grid.cells)}
    taken = {
        (cell.row + r, cell.column): cell for cell in here.grid.cells for r in range(1, cell.high)
    }  # where a cell goes on from the row above
    for row in range(here.grid.rows):
        out: list[Cell] = []
        column = 0
        while column < here.grid.columns:
            n = by_place.get((row, column))
            above = taken.get((row, column))
            if n is not None:
                cell = here.grid.cells[n]
                inner = _cell_column(here.cells[n], cells)
                out.append(Cell(tuple(_in_region(here.cells[n], inner, cells)) or (Paragraph(()),), cell.wide))
                column += cell.wide
            elif above is not None:
                out.append(Cell((), above.wide))
                column += above.wide
            else:
                column += 1
        rows.append(Row(tuple(out)))
    return Table(tuple(rows))


# ---------------------------------------------------------------- how wide the lines were


def _columns(pages: Sequence[_Page]) -> dict[int, Column]:
    """Return by the pages' width where the lines of the body begin and end, and how far they stand apart."""
    found: dict[int, Column] = {}
    for width in {round(page.ink.width) for page in pages}:
        bodies = [page.body.lines for page in pages if round(page.ink.width) == width]
        lines = [line for body in bodies for line in body]
        column = Column(min((line.x0 for line in lines), default=0), max((line.x1 for line in lines), default=0))
        steps = [step for body in bodies if (step := step_of(body, column)) is not None]
        found[width] = replace(column, step=median(steps)) if steps else column
    return found


def _cells_of(region: _Region) -> Iterator[_Region]:
    for table in region.tables:
        for cell in table.cells:
            yield cell
            yield from _cells_of(cell)


def _cell_width(pages: Sequence[_Page]) -> Column:
    """Return the usual pad of a cell (as `left`) and the usual distance of its lines."""
    regions = [cell for page in pages for cell in _cells_of(page.body) if cell.lines]
    pads = [min(line.x0 for line in cell.lines) - cell.box.x0 for cell in regions]
    pad = min(median(pads), 8.0) if pads else PAD
    steps = [
        step
        for cell in regions
        if (step := step_of(cell.lines, Column(cell.box.x0 + pad, cell.box.x1 - pad))) is not None
    ]
    return Column(max(0.5, pad), 0.0, median(steps)) if steps else Column(max(0.5, pad), 0.0)


def _cell_column(region: _Region, cells: Column) -> Column:
    left = min((line.x0 for line in region.lines), default=region.box.x0)
    return Column(left, region.box.x1 - cells.left, cells.step)


# ---------------------------------------------------------------- tables over several pages


def _same(upper: _TableHere | None, lower: _TableHere | None) -> bool:
    if upper is None or lower is None or len(upper.grid.edges) != len(lower.grid.edges):
        return False
    return all(abs(a - b) < 4 for a, b in zip(upper.grid.edges, lower.grid.edges, strict=True))


def _continued(upper: Table, lower: Table) -> Table:
    """Return one table out of two that a page break parted; a row cut in two becomes one again."""
    if not upper.rows or not lower.rows:
        return upper if upper.rows else lower
    last, first = upper.rows[-1], lower.rows[0]
    if len(last.cells) == len(first.cells) and _is_rest(last, first):
        joined = Row(tuple(_joined(a, b) for a, b in zip(last.cells, first.cells, strict=True)))
        return Table((*upper.rows[:-1], joined, *lower.rows[1:]))
    return Table((*upper.rows, *lower.rows))


def _is_rest(last: Row, first: Row) -> bool:
    """Say whether the first row on a page is the rest of the last one on the page before."""
    openings = [_words(cell)[:1] for cell in first.cells]
    if not any(openings):
        return False
    if not openings[0]:
        return bool(_words(last.cells[0]))
    return openings[0].islower()


def _words(cell: Cell) -> str:
    return next((b.text.strip() for b in cell.blocks if isinstance(b, Paragraph) and b.text.strip()), "")


def _joined(upper: Cell, lower: Cell) -> Cell:
    last = upper.blocks[-1] if upper.blocks else None
    first = lower.blocks[0] if lower.blocks else None
    if not _words(lower):
        return upper
    if isinstance(last, Paragraph) and isinstance(first, Paragraph) and last.inlines and _words(lower)[:1].islower():
        line = Paragraph((*last.inlines, Run(" "), *first.inlines))
        return Cell((*upper.blocks[:-1], line, *lower.blocks[1:]), upper.span)
    return Cell((*upper.blocks, *lower.blocks), upper.span)
