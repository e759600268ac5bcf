"""A document as one sequence of lines, each knowing the table cells it stands in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from parsers.readings import Block, CheckBox, Document, Inline, Mark, Paragraph, Picture
from parsers.wording import tidy

BOX_TICKED, BOX_EMPTY, PICTURE = "\ue001", "\ue002", "\ue003"  # stand in `Line.text` for what has no letters
LETTERS_OF_A_WORD = 5
NO_MARKS: frozenset[Mark] = frozenset()


@dataclass(frozen=True, slots=True)
class CellPlace:
    """A cell: table (counted through the document), row, first column, its width in columns."""

    table: int
    row: int
    column: int
    span: int


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph in its place. `text` is tidied; boxes and pictures are single private letters in it.

    cells: the cells around the line, outermost first; in_cell: its number among the cell's lines.
    """

    number: int
    text: str
    marks: tuple[tuple[int, int, frozenset[Mark]], ...]
    cells: tuple[CellPlace, ...] = ()
    in_cell: int = 0
    first_in_row: bool = True
    part_of: int = 0  # the document's line that this is a stretch of, where that one was taken apart

    @property
    def cell(self) -> CellPlace | None:
        return self.cells[-1] if self.cells else None

    @property
    def words_only(self) -> str:
        """The text without boxes and pictures."""
        return self.text.translate(_NO_SIGNS)

    def marks_between(self, start: int, end: int) -> frozenset[Mark]:
        """Return the marks that most letters of text[start:end] carry."""
        letters: dict[Mark, int] = {}
        total = 0
        for first, last, marks in self.marks:
            count = sum(map(str.isalnum, self.text[max(first, start) : min(last, end)]))
            total += count
            for mark in marks:
                letters[mark] = letters.get(mark, 0) + count
        return frozenset(mark for mark, count in letters.items() if total and count * 2 > total)

    def marks_on_words(self, start: int, end: int) -> frozenset[Mark]:
        """Return the marks that a word or more of text[start:end] carries."""
        found = (
            marks
            for first, last, marks in self.marks
            if sum(map(str.isalpha, self.text[max(first, start) : min(last, end)])) >= LETTERS_OF_A_WORD
        )
        return frozenset[Mark]().union(*found)

    def unstruck(self, start: int, end: int) -> str:
        """Return text[start:end] without what is struck out in it."""
        text = self.text[start:end]
        for a, b, marks in reversed(self.marks):
            if Mark.STRIKE in marks and max(a, start) < min(b, end):
                text = text[: max(a, start) - start] + text[min(b, end) - start :]
        return text

    @property
    def place(self) -> str:
        """Where a person finds the line."""
        if self.cells:
            return ", ".join(f"table {c.table}, row {c.row}, column {c.column}" for c in self.cells[-1:])
        return f"line {self.part_of or self.number}"

    def stretch(self, start: int, end: int) -> Line:
        """Return a part of the line as a line."""
        marks = ((max(a, start) - start, min(b, end) - start, m) for a, b, m in self.marks if a < end and b > start)
        return replace(self, text=self.text[start:end], marks=tuple(marks), part_of=self.part_of or self.number)


_NO_SIGNS = {ord(BOX_TICKED): None, ord(BOX_EMPTY): None, ord(PICTURE): None}


@dataclass(slots=True)
class _Counter:
    lines: int = 0
    tables: int = 0
    rows_with_text: set[tuple[int, int]] = field(default_factory=set)


def lines_of(document: Document) -> tuple[Line, ...]:
    """Return the lines of a document in reading order, empty ones included (they hold places)."""
    return tuple(_walk(document.blocks, (), _Counter()))


def _walk(blocks: Iterable[Block], cells: tuple[CellPlace, ...], counter: _Counter) -> Iterator[Line]:
    in_cell = 0
    for block in blocks:
        if isinstance(block, Paragraph):
            yield _line(block.inlines, cells, in_cell, counter)
            in_cell += 1
            continue
        counter.tables += 1
        table = counter.tables
        for n, row in enumerate(block.rows, start=1):
            column = 1
            for cell in row.cells:
                place = CellPlace(table, n, column, cell.span)
                yield from _walk(cell.blocks, (*cells, place), counter)
                column += cell.span


def _line(inlines: tuple[Inline, ...], cells: tuple[CellPlace, ...], in_cell: int, counter: _Counter) -> Line:
    text = ""
    marks: list[tuple[int, int, frozenset[Mark]]] = []
    for inline in inlines:
        if isinstance(inline, CheckBox):
            text += BOX_TICKED if inline.checked else BOX_EMPTY
        elif isinstance(inline, Picture):
            text += PICTURE
        else:
            new = tidy(inline.text)
            if inline.marks:
                marks.append((len(text), len(text) + len(new), inline.marks))
            else:
                marks.append((len(text), len(text) + len(new), NO_MARKS))
            text += new
    counter.lines += 1
    first = True
    if cells:
        row = (cells[-1].table, cells[-1].row)
        wordy = sum(map(str.isalpha, text)) > 1
        first = row not in counter.rows_with_text or cells[-1].column == 1
        if wordy and in_cell == 0:
            counter.rows_with_text.add(row)
    return Line(counter.lines, text, tuple(marks), cells, in_cell, first)


def same_row(one: Line, other: Line) -> bool:
    """Say whether two lines stand in the same row of some table."""
    rows = {(cell.table, cell.row) for cell in one.cells}
    return any((cell.table, cell.row) in rows for cell in other.cells)
