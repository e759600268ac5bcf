"""Where an answer was read: the reader's own few words, taken apart, so that a page says them in its language."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CELL = re.compile(r"table (\d+), row (\d+), column (\d+)")
_LINE = re.compile(r"line (\d+)")
# The places that are neither a cell nor a line, and the codes of their sentences.
NAMED = {"attached electronic signature": "signature", "the words of the mail": "words"}


@dataclass(frozen=True, slots=True)
class PlaceShown:
    """part: the file, or "body". cell: table, row and column; line: from 1; code: what has neither. At most one of
    the three is there; where none is, the part alone is known."""

    part: str
    cell: tuple[int, int, int] | None = None
    line: int | None = None
    code: str = ""


def place_shown(place: str) -> PlaceShown | None:
    """Return a place of an `Answer` ("form.docx: table 1, row 4, column 2") taken apart; None for none."""
    if not place:
        return None
    part, _, where = place.rpartition(": ")
    if cell := _CELL.fullmatch(where):
        table, row, column = map(int, cell.groups())
        return PlaceShown(part, cell=(table, row, column))
    if line := _LINE.fullmatch(where):
        return PlaceShown(part, line=int(line[1]))
    return PlaceShown(part or where, code=NAMED.get(where, "") if part else "")
