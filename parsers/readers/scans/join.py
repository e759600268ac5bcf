"""Sheets after each other as one document: a table that a page break parted becomes one again."""

from __future__ import annotations

from collections.abc import Sequence

from parsers.readers.scans.page import PageRead
from parsers.readings import Block, Cell, Paragraph, Row, Run, Table

_SAME = 0.02  # of the sheet's width


def blocks_of(pages: Sequence[PageRead]) -> tuple[Block, ...]:
    """Return the blocks of the pages in order."""
    blocks: list[Block] = []
    edges: tuple[float, ...] = ()
    for page in pages:
        more = list(page.blocks)
        last, first = (blocks[-1] if blocks else None), (more[0] if more else None)
        if isinstance(last, Table) and isinstance(first, Table) and _same(edges, page.first_edges):
            blocks[-1] = _continued(last, first)
            more = more[1:]
        blocks.extend(more)
        edges = page.last_edges
    return tuple(blocks)


def _same(one: Sequence[float], other: Sequence[float]) -> bool:
    """Say whether two tables have their upright rules in the same places, the sheets lying a little aside."""
    if not one or len(one) != len(other):
        return False
    return all(abs((a - one[0]) - (b - other[0])) < _SAME for a, b in zip(one, other, strict=True))


def _continued(upper: Table, lower: Table) -> Table:
    last, first = upper.rows[-1], lower.rows[0]
    opening = next((text for cell in first.cells for text in (_opening(cell),) if text), "")
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
        end, start = last.inlines[-1], first.inlines[0]
        marks = end.marks & start.marks if isinstance(end, Run) and isinstance(start, Run) else frozenset()
        line = Paragraph((*last.inlines, Run(" ", marks), *first.inlines))
        return Cell((*upper.blocks[:-1], line, *lower.blocks[1:]), upper.span)
    return Cell((*upper.blocks, *lower.blocks), upper.span)
