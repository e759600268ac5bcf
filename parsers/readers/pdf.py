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
from itertools import pairwise
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
from parsers.readers.pdf_grid import TOUCH, Grid, GridCell, rules_of
from parsers.readers.pdf_ink import Box, Ink, Thing, ink_of
from parsers.readers.pdf_lines import Column, Line, farthest_edge, goes_on, lines_of, paragraphs, step_of
from parsers.readers.pdf_marks import mark
from parsers.readings import Block, Cell, Document, Paragraph, Row, Run, Table

PAGES_AT_MOST = 60
LETTERS_FOR_TEXT = 40  # fewer on all pages together: the text is in the pictures
PAD = 5.4  # points from a cell's rule to its words, as Word and LibreOffice have it
SLIVER = 9.0  # points: a column no wider than this that holds nothing is the edge of a table within a cell
MARGIN = 0.09  # of the page's height: where page numbers and running heads stand

LONGEST_SIGN = 3  # letters: «v», «да», «иә»

_NEW_ITEM = re.compile(r"\S{0,3}\s*\(?\d{1,2}\s*[.)]")
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


_Edges = dict[int, list[float]]  # by the identity of a grid


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
    cells = _cell_width(pages)
    columns = _columns(pages, cells)
    edges = _common_edges(pages)
    blocks: list[Block] = []
    before: _Page | None = None
    for page in pages:
        column = columns[round(page.ink.width)]
        new = list(_in_region(page.body, column, cells, edges))
        if new and blocks and before is not None:
            joined = _over_the_break(blocks[-1], new[0], before, page, column)
            if joined is not None:
                blocks[-1:] = joined
                del new[0]
        blocks.extend(new)
        before = page
    return blocks


def _over_the_break(last: Block, first: Block, before: _Page, page: _Page, column: Column) -> list[Block] | None:
    """Return what a page's last and the next one's first block are together; None when they are two things."""
    if isinstance(last, Table) and isinstance(first, Table) and _go_on(before, page):
        return [_continued(last, first)]
    if isinstance(last, Paragraph) and isinstance(first, Paragraph) and before.body.lines and page.body.lines:
        line = before.body.lines[-1]
        below = replace(page.body.lines[0], base=line.base + line.size)
        if _mid_sentence(below.text.lstrip()) and goes_on(line, below, column, line.text):
            return [Paragraph((*last.inlines, Run(" "), *first.inlines))]
    return None


def _in_region(region: _Region, column: Column, cells: Column, edges: _Edges) -> Iterator[Block]:
    """Yield the blocks of a region from top to bottom."""
    tops = [table.grid.box.top for table in region.tables]
    for n in range(len(tops) + 1):
        above = tops[n - 1] if n else float("-inf")
        below = tops[n] if n < len(tops) else float("inf")
        yield from paragraphs([line for line in region.lines if above <= line.base < below], column)
        if n < len(tops):
            yield _table(region.tables[n], cells, edges)


def _table(here: _TableHere, cells: Column, edges: _Edges) -> Table:
    grid = here.grid
    shared = edges.get(id(grid), grid.edges)
    above = {(cell.row + r, cell.column): cell for cell in grid.cells for r in range(1, cell.high)}
    by_place = {(cell.row, cell.column): (cell, own) for cell, own in zip(grid.cells, here.cells, strict=True)}
    rows: list[Row] = []
    for row in range(grid.rows):
        out: list[Cell] = []
        column = 0
        while column < grid.columns:
            cell, own = by_place.get((row, column), (above.get((row, column)), None))
            if cell is None:
                column += 1
                continue
            blocks = () if own is None else tuple(_in_region(own, _cell_column(own, cells), cells, edges))
            span = _columns_between(shared, cell.box)
            if not blocks and cell.box.width < SLIVER and out:
                out[-1] = Cell(out[-1].blocks, out[-1].span + span)
            else:
                out.append(Cell(blocks or ((Paragraph(()),) if own is not None else ()), span))
            column += cell.wide
        if len(out) > 1 and _is_sliver(by_place.get((row, 0)), out[0]):
            out[:2] = [Cell(out[1].blocks, out[0].span + out[1].span)]
        rows.append(Row(tuple(out)))
    return Table(tuple(rows))


def _is_sliver(first: tuple[GridCell, _Region] | None, cell: Cell) -> bool:
    return first is not None and first[0].box.width < SLIVER and cell.blocks == (Paragraph(()),)


def _columns_between(edges: Sequence[float], box: Box) -> int:
    return max(1, sum(1 for edge in edges if box.x0 - TOUCH < edge < box.x1 - TOUCH))


# ---------------------------------------------------------------- how one table goes on over pages


def _go_on(before: _Page, page: _Page) -> bool:
    """Say whether the table that ends one page and the one that begins the next are one."""
    if not before.body.tables or not page.body.tables:
        return False
    upper, lower = before.body.tables[-1].grid.box, page.body.tables[0].grid.box
    between = any(line.base > upper.bottom for line in before.body.lines)
    between = between or any(line.base < lower.top for line in page.body.lines)
    return not between and abs(upper.x0 - lower.x0) < 4 and abs(upper.x1 - lower.x1) < 4


def _common_edges(pages: Sequence[_Page]) -> _Edges:
    """Return for each grid that goes on over pages the column edges of all its parts together."""
    found: _Edges = {}
    chain: list[Grid] = []
    for before, page in pairwise(pages):
        if not _go_on(before, page):
            chain = []
            continue
        chain = [*(chain or [before.body.tables[-1].grid]), page.body.tables[0].grid]
        edges: list[float] = []
        for edge in sorted(edge for grid in chain for edge in grid.edges):
            if not edges or edge - edges[-1] > TOUCH:
                edges.append(edge)
        found |= {id(grid): edges for grid in chain}
        if len(page.body.tables) > 1:
            chain = []
    return found


# ---------------------------------------------------------------- how wide the lines were


def _columns(pages: Sequence[_Page], cells: Column) -> dict[int, Column]:
    """Return by the pages' width where the lines of the body begin and end, and how far they stand apart."""
    found: dict[int, Column] = {}
    for width in {round(page.ink.width) for page in pages}:
        bodies = [page.body for page in pages if round(page.ink.width) == width]
        lines = [line for body in bodies for line in body.lines]
        tables = [table.grid.box for body in bodies for table in body.tables]
        reach = max((line.x1 for line in lines), default=0.0)
        reach = max(reach, max((box.x1 - cells.left for box in tables), default=0.0))
        farthest = farthest_edge([body.lines for body in bodies], reach)
        column = Column(min((line.x0 for line in lines), default=0), reach, farthest)
        steps = [step for body in bodies if (step := step_of(body.lines, column)) is not None]
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
    return Column(max(0.5, pad), 0.0, step=median(steps)) if steps else Column(max(0.5, pad), 0.0)


def _cell_column(region: _Region, cells: Column) -> Column:
    left = min((line.x0 for line in region.lines), default=region.box.x0)
    right = region.box.x1 - cells.left
    return Column(left, right, right, cells.step, is_cell=True)


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
    openings = [(_words(above), _words(below)) for above, below in zip(last.cells, first.cells, strict=True)]
    said = next((below for _, below in openings if below), "")
    if _mid_sentence(said):
        return True
    # Nothing under the label of the row above: its answer goes on.
    return bool(openings[0][0]) and not openings[0][1] and bool(said) and not _NEW_ITEM.match(said)


def _mid_sentence(text: str) -> bool:
    """Say whether words go on with what a page break cut; «v», «да» and «v 12) …» begin a row of a list."""
    return text[:1].islower() and len(text) > LONGEST_SIGN and _NEW_ITEM.match(text) is None


def _words(cell: Cell) -> str:
    return next((b.text.strip() for b in cell.blocks if isinstance(b, Paragraph) and b.text.strip()), "")


def _joined(upper: Cell, lower: Cell) -> Cell:
    last = upper.blocks[-1] if upper.blocks else None
    first = lower.blocks[0] if lower.blocks else None
    if not _words(lower):
        return upper
    if isinstance(last, Paragraph) and isinstance(first, Paragraph) and last.inlines and _mid_sentence(_words(lower)):
        line = Paragraph((*last.inlines, Run(" "), *first.inlines))
        return Cell((*upper.blocks[:-1], line, *lower.blocks[1:]), upper.span)
    return Cell((*upper.blocks, *lower.blocks), upper.span)
