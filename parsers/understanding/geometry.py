"""Where the answer to a question could stand: behind it on its line, in the cell to its right, below, or above."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from parsers.lines import Line
from parsers.understanding.blocks import Stretch


class Geometry:
    """The lines of a document by table row and column, and in order."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.at = {line.number: n for n, line in enumerate(lines)}
        self.rows: dict[tuple[int, int], list[Line]] = defaultdict(list)
        for line in lines:
            if line.cell is not None:
                self.rows[line.cell.table, line.cell.row].append(line)

    def is_beside(self, stretch: Stretch) -> bool:
        """Whether words stand in a cell to the left in its row: no title stands so."""
        cell = stretch.line.cell
        return cell is not None and any(
            line.cell is not None and line.cell.column < cell.column and sum(map(str.isalpha, line.text)) > 1
            for line in self.rows[cell.table, cell.row]
        )

    def behind(self, stretch: Stretch) -> str:
        """The rest of its line."""
        return stretch.last.text[stretch.end :]

    def right(self, stretch: Stretch) -> list[Line]:
        """The lines of the nearest cell to the right with anything in it, else those of the cell to the right."""
        cell = stretch.line.cell
        if cell is None:
            return []
        cells: dict[int, list[Line]] = defaultdict(list)
        for line in self.rows[cell.table, cell.row]:
            if line.cell is not None and line.cell.column >= cell.column + cell.span:
                cells[line.cell.column].append(line)
        return cells[min(cells)] if cells else []

    def below(self, stretch: Stretch) -> list[Line]:
        """The lines under it in its own cell, or the cell under it where nothing is to the right, or the next line."""
        at, cell = self.at[stretch.last.number], stretch.line.cell
        own = []
        for line in self.lines[at + 1 : at + 7]:
            if line.cells != stretch.line.cells:
                break
            own.append(line)
            if cell is None:
                break
        if own or cell is None:
            return own
        under = [x for x in self.rows.get((cell.table, cell.row + 1), ()) if x.cell is not None]
        return [x for x in under if x.cell is not None and x.cell.column == cell.column]
