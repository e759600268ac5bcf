"""Sheets after each other as one document: a table that a page break parted becomes one again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

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
        upper, lower = _columns(edges, page.first_edges), _columns(page.first_edges, edges)
        whole = max(edges, page.first_edges, key=len)
        edges = page.last_edges
        if isinstance(last, Table) and isinstance(first, Table) and (upper or lower):
            blocks[-1] = _continued(_widened(last, upper), _widened(first, lower))
            more = more[1:]
            edges = edges if more else whole
        blocks.extend(more)
    return tuple(blocks)


def _columns(few: Sequence[float], many: Sequence[float]) -> tuple[int, ...]:
    """Return how many columns of the one table each column of the other covers; nothing when they are no two parts
    of one: the upright rules stand in the same places, the sheets lying a little aside, but some may be missing
    where only wide cells stand."""
    if len(few) < 2 or (len(few) < 3 and len(many) != len(few)):
        return ()
    places = [n for a in few for n, b in enumerate(many) if abs((a - few[0]) - (b - many[0])) < _SAME]
    if len(places) != len(few) or places[0] != 0 or places[-1] != len(many) - 1:
        return ()
    return tuple(behind - place for place, behind in pairwise(places))


def _widened(table: Table, columns: Sequence[int]) -> Table:
    """Return the table with each column so many columns wide; as it is where nothing is said of them."""
    if not columns or max(columns) == 1:
        return table
    rows = []
    for row in table.rows:
        at, cells = 0, list[Cell]()
        for cell in row.cells:
            cells.append(replace(cell, span=max(1, sum(columns[at : at + cell.span]))))
            at += cell.span
        rows.append(Row(tuple(cells)))
    return Table(tuple(rows))


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
