"""A PDF with a text layer → Document: tables by their rules, lines by their letters, marks by what is drawn.

A PDF knows letters and strokes at places on a page. Letters between the rules of a table are its cells,
the others are lines; a stroke under letters underlines them, one through them strikes them out, a coloured
ground highlights them. Lines that ended only because the column ended are joined again.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfminer.psparser import PSException
from pdfplumber.utils.exceptions import PdfminerException

from parsers.readers.errors import Damaged, Encrypted, OnlyPicture, TooLarge
from parsers.readings import Block, Cell, CheckBox, Document, Inline, Mark, Paragraph, Picture, Row, Run, Table

PAGES_AT_MOST = 60
LETTERS_FOR_TEXT = 40  # fewer on all pages together: the text is in the pictures
_LIST_START = ("–", "-", "•", "—", "*")


@dataclass(slots=True)
class _Item:
    """A letter, a picture or a form field's answer at its place."""

    x0: float
    x1: float
    top: float
    bottom: float
    inline: Inline
    size: float


@dataclass(slots=True)
class _Line:
    items: list[_Item]

    @property
    def x0(self) -> float:
        return self.items[0].x0

    @property
    def x1(self) -> float:
        return max(item.x1 for item in self.items)

    @property
    def top(self) -> float:
        return min(item.top for item in self.items)

    @property
    def bottom(self) -> float:
        return max(item.bottom for item in self.items if not isinstance(item.inline, Picture) or len(self.items) == 1)

    @property
    def text(self) -> str:
        return "".join(item.inline.text for item in self.items if isinstance(item.inline, Run))


def read(data: bytes, part: str) -> Document:
    """Return the document of a .pdf; raises Damaged, Encrypted, TooLarge, and OnlyPicture for a scan."""
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
    except (PDFException, PSException, ValueError, TypeError, KeyError, IndexError, AttributeError, OSError) as fault:
        raise Damaged(type(fault).__name__) from fault
    except (RecursionError, AssertionError, ZeroDivisionError, OverflowError) as fault:
        raise Damaged(type(fault).__name__) from fault


def _document(pdf: Any, part: str) -> Document:
    blocks: list[Block] = []
    letters = pictures = 0
    edges: list[float] = []
    for page in pdf.pages:
        letters += sum(1 for char in page.chars if char["text"].strip())
        pictures += len(page.images)
        page_blocks, first_edges, last_edges = _page(page)
        last = blocks[-1] if blocks else None
        first = page_blocks[0] if page_blocks else None
        if isinstance(last, Table) and isinstance(first, Table) and _same(edges, first_edges):
            blocks[-1] = _continued(last, first)
            page_blocks = page_blocks[1:]
        blocks.extend(page_blocks)
        edges = last_edges
        page.close()
    if letters < LETTERS_FOR_TEXT:
        raise OnlyPicture("a scan") if pictures else Damaged("no letters")
    return Document(part, "pdf", tuple(blocks))


def _page(page: Any) -> tuple[list[Block], list[float], list[float]]:
    """Return the blocks of a page, and the column edges of its first and last table."""
    tables = [t for t in page.find_tables() if len(t.cells) > 1 or _area(t.bbox) < 0.5 * page.width * page.height]
    tables.sort(key=lambda table: table.bbox[1])
    items = _items(page, [cell for table in tables for cell in table.cells])
    placed: list[tuple[float, list[Block], list[float]]] = []
    for table in tables:
        block, edges = _table(table, items)
        placed.append((table.bbox[1], [block], edges))
    free = _lines(items)
    right = max((line.x1 for line in free), default=0.0)
    left = min((line.x0 for line in free), default=0.0)
    groups = _between(free, [table.bbox[1] for table in tables])
    placed += [(group[0].top, list(_paragraphs(group, left, right)), []) for group in groups]
    placed.sort(key=lambda entry: entry[0])
    blocks = [block for _, some, _ in placed for block in some]
    first = placed[0][2] if placed else []
    last = placed[-1][2] if placed else []
    return blocks, first, last


# ---------------------------------------------------------------- letters and what is drawn about them


def _items(page: Any, cells: Sequence[Sequence[float]]) -> list[_Item]:
    strokes = [s for s in _strokes(page) if not _is_border(s, cells)]
    grounds = [r for r in page.rects if r.get("fill") and _coloured(r.get("non_stroking_color"))]
    items = []
    for char in page.chars:
        marks = _marks(char, strokes, grounds)
        run = Run(char["text"], marks)
        items.append(_Item(char["x0"], char["x1"], char["top"], char["bottom"], run, char["size"]))
    for image in page.images:
        if _area((image["x0"], image["top"], image["x1"], image["bottom"])) < 0.5 * page.width * page.height:
            bottom = image["bottom"]
            items.append(_Item(image["x0"], image["x1"], bottom - 10, bottom, Picture(), 10))
    items.extend(_answers(page))
    return items


def _answers(page: Any) -> Iterator[_Item]:
    """The answers of a fillable form (AcroForm): they are no letters of the page."""
    for note in page.annots:
        data = note.get("data") or {}
        kind = _name(data.get("FT") or (data.get("Parent") or {}).get("FT") if isinstance(data, dict) else None)
        inline: Inline
        if kind == "Btn":
            inline = CheckBox(_name(data.get("AS") or data.get("V")) not in ("Off", "None", ""))
        elif kind in ("Tx", "Ch"):
            text = _decoded(data.get("V"))
            if not text.strip():
                continue
            inline = Run(text.replace("\r", " "))
        else:
            continue
        middle = (note["top"] + note["bottom"]) / 2
        yield _Item(note["x0"], note["x1"], middle - 5, middle + 5, inline, 10)


def _name(value: Any) -> str:
    return str(getattr(value, "name", value))


def _decoded(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-16", "replace") if value[:2] in (b"\xfe\xff", b"\xff\xfe") else value.decode("cp1251")
    return "" if value is None else str(value)


def _strokes(page: Any) -> list[tuple[float, float, float]]:
    """Return the horizontal strokes of a page: (left, right, height on the page)."""
    found = [(s["x0"], s["x1"], (s["top"] + s["bottom"]) / 2) for s in page.lines if abs(s["top"] - s["bottom"]) < 1]
    found += [(r["x0"], r["x1"], (r["top"] + r["bottom"]) / 2) for r in page.rects if r["height"] < 1.6 < r["width"]]
    return found


def _is_border(stroke: tuple[float, float, float], cells: Sequence[Sequence[float]]) -> bool:
    left, right, y = stroke
    return any(
        min(abs(y - top), abs(y - bottom)) < 1.5 and left < x1 and right > x0 and right - left > 0.8 * (x1 - x0)
        for x0, top, x1, bottom in cells
    )


def _marks(char: Any, strokes: Sequence[tuple[float, float, float]], grounds: Sequence[Any]) -> frozenset[Mark]:
    marks: set[Mark] = set()
    font = str(char.get("fontname", "")).lower()
    if "bold" in font or "black" in font or "heavy" in font:
        marks.add(Mark.BOLD)
    if "italic" in font or "oblique" in font:
        marks.add(Mark.ITALIC)
    middle, height = (char["x0"] + char["x1"]) / 2, max(1.0, char["bottom"] - char["top"])
    for left, right, y in strokes:
        if left - 0.5 <= middle <= right + 0.5:
            share = (y - char["top"]) / height
            if 0.74 < share < 1.2:
                marks.add(Mark.UNDERLINE)
            elif 0.35 < share <= 0.74:
                marks.add(Mark.STRIKE)
    for ground in grounds:
        inside = ground["x0"] <= middle <= ground["x1"]
        if inside and ground["top"] - 2 <= (char["top"] + char["bottom"]) / 2 <= ground["bottom"] + 2:
            marks.add(Mark.HIGHLIGHT)
    return frozenset(marks)


def _coloured(colour: Any) -> bool:
    """Say whether a ground is a marker's colour; white and grey are not."""
    if not isinstance(colour, tuple | list) or len(colour) < 3:
        return False
    numbers = [float(part) for part in colour[:3]]
    return max(numbers) - min(numbers) > 0.15


# ---------------------------------------------------------------- lines


def _lines(items: Sequence[_Item]) -> list[_Line]:
    """Return the items in lines from top to bottom, blanks put in where letters stand apart."""
    lines: list[_Line] = []
    for item in sorted(items, key=lambda one: ((one.top + one.bottom) / 2, one.x0)):
        middle = (item.top + item.bottom) / 2
        home = next(
            (line for line in reversed(lines[-3:]) if line.items[0].top - 1 <= middle <= line.items[0].bottom + 1), None
        )
        if home is None:
            lines.append(_Line([item]))
        else:
            home.items.append(item)
    for line in lines:
        line.items = _spaced(sorted(line.items, key=lambda one: one.x0))
    return [line for line in lines if any(not isinstance(i.inline, Run) or i.inline.text.strip() for i in line.items)]


def _spaced(items: list[_Item]) -> list[_Item]:
    spaced: list[_Item] = []
    for item in items:
        last = spaced[-1] if spaced else None
        if last is not None:
            gap = item.x0 - last.x1
            blanks = 1 if 0.2 * item.size < gap <= 1.5 * item.size else 3 if gap > 1.5 * item.size else 0
            ended = isinstance(last.inline, Run) and last.inline.text.endswith(" ")
            if blanks and not (ended and blanks == 1):
                marks = last.inline.marks if isinstance(last.inline, Run) and blanks == 1 else frozenset[Mark]()
                spaced.append(_Item(last.x1, item.x0, item.top, item.bottom, Run(" " * blanks, marks), item.size))
        spaced.append(item)
    return spaced


def _paragraphs(lines: Sequence[_Line], left: float, right: float) -> Iterator[Paragraph]:
    """Yield the lines as paragraphs: a line that was full goes on in the next one."""
    open_line: list[_Item] = []
    before: _Line | None = None
    pitch = 0.0
    for line in lines:
        if before is not None and _goes_on(before, line, left, right, pitch):
            pitch = line.top - before.top
            open_line = [*open_line, _Item(0, 0, 0, 0, Run(" "), 1), *line.items]
        else:
            if open_line:
                yield _paragraph(open_line)
            open_line, pitch = list(line.items), 0.0
        before = line
    if open_line:
        yield _paragraph(open_line)


def _goes_on(before: _Line, line: _Line, left: float, right: float, pitch: float) -> bool:
    first = line.text.lstrip()[:1]
    if line.x0 > left + 12 or not first or first in _LIST_START or _numbered(line.text):
        return False
    if before.text.rstrip()[-1:] in (".", ":", ";") and first.isupper():
        return False
    step = line.top - before.top
    if step > 2.2 * (before.bottom - before.top) or (pitch and step > 1.35 * pitch):
        return False
    word = line.text.split()[0] if line.text.split() else ""
    width = (line.x1 - line.x0) / max(1, len(line.text.rstrip())) * len(word)
    return before.x1 + width + 2 > right - 4


def _numbered(text: str) -> bool:
    head = text.lstrip()[:4]
    digits = len(head) - len(head.lstrip("0123456789"))
    return 0 < digits <= 2 and head[digits : digits + 1] in (")", ".")


def _paragraph(items: Sequence[_Item]) -> Paragraph:
    inlines: list[Inline] = []
    for item in items:
        last = inlines[-1] if inlines else None
        if isinstance(item.inline, Run) and isinstance(last, Run) and last.marks == item.inline.marks:
            inlines[-1] = Run(last.text + item.inline.text, last.marks)
        else:
            inlines.append(item.inline)
    return Paragraph(tuple(inlines))


def _between(lines: Sequence[_Line], tops: Sequence[float]) -> list[list[_Line]]:
    """Return the free lines in groups: before the first table, between the tables, behind the last."""
    groups: dict[int, list[_Line]] = {}
    for line in lines:
        groups.setdefault(sum(1 for top in tops if top < line.top), []).append(line)
    return list(groups.values())


# ---------------------------------------------------------------- tables


def _table(table: Any, items: list[_Item]) -> tuple[Table, list[float]]:
    """Return a table with the items inside its rules, which are taken out of `items`; and its column edges."""
    edges: list[float] = []
    for x0, _, _, _ in sorted(table.cells):
        if not edges or x0 - edges[-1] > 4:
            edges.append(x0)
    rows = []
    for row in table.rows:
        cells: list[Cell] = []
        column = 0
        for box in row.cells:
            if box is None:
                continue
            start = max(0, sum(1 for edge in edges if edge <= box[0] + 4) - 1)
            while column < start:
                cells.append(Cell(()))
                column += 1
            span = max(1, sum(1 for edge in edges if box[0] - 4 < edge < box[2] - 4))
            inside = [item for item in items if _inside(item, box)]
            items[:] = [item for item in items if not _inside(item, box)]
            lines = _lines(inside)
            left = min((line.x0 for line in lines), default=box[0])
            pad = max(2.0, left - box[0])
            blocks: tuple[Block, ...] = tuple(_paragraphs(lines, left, box[2] - min(pad, 8.0)))
            cells.append(Cell(blocks or (Paragraph(()),), span))
            column += span
        rows.append(Row(tuple(cells)))
    return Table(tuple(rows)), edges


def _inside(item: _Item, box: Sequence[float]) -> bool:
    x, y = (item.x0 + item.x1) / 2, (item.top + item.bottom) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _area(box: Sequence[float]) -> float:
    return float((box[2] - box[0]) * (box[3] - box[1]))


def _same(one: Sequence[float], other: Sequence[float]) -> bool:
    return bool(one) and len(one) == len(other) and all(abs(a - b) < 4 for a, b in zip(one, other, strict=True))


def _continued(upper: Table, lower: Table) -> Table:
    """Return one table out of two that a page break parted; a row cut in two becomes one again."""
    if not upper.rows or not lower.rows:
        return upper if upper.rows else lower
    last, first = upper.rows[-1], lower.rows[0]
    opening = next((t for cell in first.cells for t in (_opening(cell),) if t), "")
    if opening[:1].islower() and len(last.cells) == len(first.cells):
        joined = Row(tuple(_joined(a, b) for a, b in zip(last.cells, first.cells, strict=True)))
        return Table((*upper.rows[:-1], joined, *lower.rows[1:]))
    return Table((*upper.rows, *lower.rows))


def _opening(cell: Cell) -> str:
    return next((b.text.strip() for b in cell.blocks if isinstance(b, Paragraph) and b.text.strip()), "")


def _joined(upper: Cell, lower: Cell) -> Cell:
    last = upper.blocks[-1] if upper.blocks else None
    first = lower.blocks[0] if lower.blocks else None
    if isinstance(last, Paragraph) and isinstance(first, Paragraph) and last.inlines and _opening(lower)[:1].islower():
        line = Paragraph((*last.inlines, Run(" "), *first.inlines))
        return Cell((*upper.blocks[:-1], line, *lower.blocks[1:]), upper.span)
    return Cell((*upper.blocks, *lower.blocks), upper.span)
