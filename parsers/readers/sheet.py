"""What spreadsheets have in common, whichever program wrote them."""

from __future__ import annotations

from parsers.readings import Block, Paragraph, Row, Table


def lost_zero(digits: str) -> bool:
    """Say whether a number may be an IIN or BIN whose leading zero a spreadsheet has swallowed.

    Eleven digits that begin with 8 7 or 7 are a telephone.
    """
    return len(digits) in (10, 11) and digits.isdigit() and not digits.startswith(("87", "7"))


def sheet_blocks(table: Table) -> list[Block]:
    """Return a sheet as blocks: rows of one line before and behind the rest are no table."""
    alone = [_only_line(row) for row in table.rows]
    wide = [n for n, one in enumerate(alone) if one is None]
    if not wide:
        return [block for one in alone if one is not None for block in one]
    first, last = wide[0], wide[-1] + 1
    before = [block for one in alone[:first] if one is not None for block in one]
    behind = [block for one in alone[last:] if one is not None for block in one]
    return [*before, Table(table.rows[first:last]), *behind]


def _only_line(row: Row) -> tuple[Block, ...] | None:
    """Return the line that a row's only filled cell holds; None where there are several cells or lines."""
    filled = [cell.blocks for cell in row.cells if cell.blocks]
    if len(filled) > 1 or any(len(blocks) > 1 or not isinstance(blocks[0], Paragraph) for blocks in filled):
        return None
    return filled[0] if filled else (Paragraph(()),)
