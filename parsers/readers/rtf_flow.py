"""Paragraphs and tables of an RTF text taking shape: cells are ended by signs, not enclosed by groups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from parsers.readers.errors import TooLarge
from parsers.readers.gather import Gather
from parsers.readings import Block, Cell, Inline, Paragraph, Row, Table

CELLS_AT_MOST = 30_000
NESTED_AT_MOST = 20  # tables within tables
SAME_EDGE = 60  # twips that two cell edges of one column may differ


@dataclass(slots=True)
class _Column:
    """One cell as a row's definition tells it: its right edge in twips, whether it is a rest of a merged cell."""

    edge: int
    follows_left: bool = False
    follows_above: bool = False


@dataclass(slots=True)
class RowShape:
    """What \\trowd … \\cellx say about the row that the next \\row ends."""

    columns: list[_Column] = field(default_factory=list)
    follows_left: bool = False
    follows_above: bool = False
    deleted: bool = False

    def edge(self, at: int) -> None:
        self.columns.append(_Column(at, self.follows_left, self.follows_above))
        self.follows_left = self.follows_above = False


@dataclass(slots=True)
class _Level:
    """An open table: finished rows, the cells of the row being read, the blocks of the cell being read."""

    rows: list[tuple[list[tuple[Block, ...]], list[_Column]]] = field(default_factory=list)
    cells: list[tuple[Block, ...]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


class Flow:
    """One stream of text: the document, a header, a text box."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.line = Gather()
        self.shape = RowShape()
        self._levels: list[_Level] = []
        self._cells = 0

    def add(self, inline: Inline) -> None:
        self.line.add(inline)

    def paragraph(self, level: int) -> None:
        """End a paragraph that stands in so many tables."""
        self._open(level)
        self._place()

    def cell(self, level: int) -> None:
        """End a cell of the table at this level (from 1)."""
        self._open(max(1, level))
        self._place(keep_empty=False)
        table = self._levels[-1]
        table.cells.append(tuple(table.blocks))
        table.blocks = []
        self._cells += 1
        if self._cells > CELLS_AT_MOST:
            raise TooLarge("cells")

    def row(self, level: int) -> None:
        """End a row of the table at this level; its definition may stand before or behind its cells."""
        self._open(max(1, level))
        table = self._levels[-1]
        if not self.shape.deleted:
            table.rows.append((table.cells, list(self.shape.columns)))
        table.cells = []

    def end(self) -> list[Block]:
        """Return all blocks; the flow is over."""
        if any(self.line.lines) or self.line.after:
            self._place()
        self._open(0)
        return self.blocks

    def _place(self, *, keep_empty: bool = True) -> None:
        """Put the paragraph being read where the reading is."""
        into = self._levels[-1].blocks if self._levels else self.blocks
        blocks = list(self.line.blocks())
        if keep_empty or blocks != [Paragraph(())]:
            into.extend(blocks)
        self.line = Gather()

    def _open(self, level: int) -> None:
        level = min(level, NESTED_AT_MOST)
        while len(self._levels) < level:
            self._levels.append(_Level())
        while len(self._levels) > level:
            done = self._levels.pop()
            into = self._levels[-1].blocks if self._levels else self.blocks
            if done.cells or done.blocks:  # a row that was never ended
                done.rows.append(([*done.cells, tuple(done.blocks)], list(self.shape.columns)))
            if done.rows:
                into.append(_table(done.rows))


def _table(rows: list[tuple[list[tuple[Block, ...]], list[_Column]]]) -> Table:
    grid = _grid(column.edge for _, columns in rows for column in columns)
    made = []
    for cells, columns in rows:
        out: list[Cell] = []
        left = 0
        for n, blocks in enumerate(cells):
            column = columns[n] if n < len(columns) else None
            right = left + 1 if column is None else max(left + 1, _place_in(grid, column.edge) + 1)
            if column is not None and column.follows_left and out:
                out[-1] = Cell((*out[-1].blocks, *blocks), out[-1].span + right - left)
            elif column is not None and column.follows_above:
                out.append(Cell((), right - left))
            else:
                out.append(Cell(blocks, right - left))
            left = right
        made.append(Row(tuple(out)))
    return Table(tuple(made))


def _grid(edges: Iterable[int]) -> list[int]:
    """Return the right edges of the table's columns; edges a hair apart are one."""
    grid: list[int] = []
    for edge in sorted(set(edges)):
        if not grid or edge - grid[-1] > SAME_EDGE:
            grid.append(edge)
    return grid


def _place_in(grid: list[int], edge: int) -> int:
    return max((n for n, known in enumerate(grid) if known <= edge), default=0)
