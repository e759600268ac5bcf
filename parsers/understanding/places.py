"""Which of the applicant's words stand in whose place: what is left of a form's lines when the printed things are
taken out, shared out by geometry alone. Behind a question on its line, to its right, under it; above a caption."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from parsers.labels import Element
from parsers.layout import Piece, Where
from parsers.lines import CellPlace, Line
from parsers.readings import Language
from parsers.understanding.assignment import Placed
from parsers.values.blank import is_blank
from parsers.wording import words

WRAPPED_AT = 60  # letters of a line that may go on in the next
_LISTED = re.compile(r"\s*(?:[-–—•*·]|\d{1,2}[.)])\s*\S")
_GAP = re.compile(r"[ ]{2,}|\t+|\s+[/|]\s+|(?<=\S)\s*_{3,}\s*(?=\S)")
_AFTER_LABEL = re.compile(r"[\s.?»\"”)\]]*(?:[:\t–—-]+)?[\s]*")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A printed thing in its place. It begins on `line` at `start` and ends on `last` at `end`."""

    element: Element
    line: Line
    start: int
    last: Line
    end: int
    language: Language
    likeness: float
    worth: float
    number: int

    @property
    def field_id(self) -> str:
        return self.element.field.id if self.element.field is not None else ""

    @property
    def is_caption(self) -> bool:
        """Whether it explains what stands above or before it."""
        asked = self.element.field
        return asked is not None and asked.caption and not self.last.text[self.end :].lstrip(" )").startswith(":")


def anchors_of(placed: Sequence[Placed]) -> list[Anchor]:
    """Return the printed things, those of one element that touch each other as one."""
    found: list[Anchor] = []
    for one in placed:
        s = one.stretch
        new = Anchor(one.element, s.line, s.start, s.last, s.end, one.language, one.likeness, one.worth, s.number)
        old = found[-1] if found else None
        if old is not None and old.element is new.element and _touch(old, new):
            found[-1] = replace(
                old,
                last=new.last,
                end=new.end,
                likeness=max(old.likeness, new.likeness),
                worth=max(old.worth, new.worth),
            )
        else:
            found.append(new)
    return found


def _touch(old: Anchor, new: Anchor) -> bool:
    if old.last is new.line:
        return not old.last.text[old.end : new.start].strip(" (,/;:–—-")
    return (
        old.line.cells == new.line.cells
        and new.line.number == old.last.number + 1
        and is_blank(old.last.text[old.end :])
        and bool(old.line.cells)
    )


class Places:
    """The lines of one form, shared out among its printed things.

    of(n): the pieces of the n-th anchor, in order of text. unowned: pieces that belong to nothing that asks.
    """

    def __init__(self, lines: Sequence[Line], anchors: Sequence[Anchor]) -> None:
        self.lines = lines
        self.anchors = list(anchors)
        self.at = {line.number: n for n, line in enumerate(lines)}
        self._pieces: dict[int, list[Piece]] = defaultdict(list)
        self.unowned: list[Piece] = []
        self._on_line: dict[int, list[int]] = defaultdict(list)
        self._covered: set[int] = set()
        self._rows: dict[tuple[int, int], list[int]] = defaultdict(list)
        self._cells: dict[tuple[CellPlace, ...], list[int]] = defaultdict(list)
        for n, anchor in enumerate(self.anchors):
            first, last = self.at[anchor.line.number], self.at[anchor.last.number]
            for line in lines[first : last + 1]:
                self._on_line[line.number].append(n)
            if anchor.line.cell is not None and anchor.element.kind != "hint":
                for cell in anchor.line.cells:
                    self._rows[cell.table, cell.row].append(n)
                self._cells[anchor.line.cells].append(n)
        for line in lines:
            self._share(line)
        over = {p.line.number for n, a in enumerate(self.anchors) if a.is_caption and (p := self.above(n)) is not None}
        self.unowned = [piece for piece in self.unowned if piece.line.number not in over]

    def of(self, n: int) -> list[Piece]:
        return self._pieces[n]

    def _share(self, line: Line) -> None:
        here = self._on_line[line.number]
        at = 0
        previous: int | None = None
        for n in here:
            anchor = self.anchors[n]
            start = anchor.start if anchor.line is line else 0
            end = anchor.end if anchor.last is line else len(line.text)
            self._give(line, at, start, previous, n if anchor.element.kind != "hint" else None)
            at = max(at, end)
            if anchor.element.kind != "hint":
                previous = n
        self._give(line, at, len(line.text), previous, None)

    def _give(self, line: Line, start: int, end: int, before: int | None, after: int | None) -> None:
        if start >= end or not line.text[start:end].strip(" "):
            return
        if before is not None:
            skipped = _AFTER_LABEL.match(line.text, start, end)
            start = skipped.end() if skipped is not None else start
            if start >= end:
                return
            self._pieces[before].append(Piece(line, start, end, "inline"))
            if after is not None:
                self._pieces[after].append(Piece(line, start, end, "left"))
        elif after is not None:
            self._pieces[after].append(Piece(line, start, end, "before"))
        else:
            owner = self._owner(line)
            if owner is None:
                self.unowned.append(Piece(line, start, end, "below"))
            else:
                self._pieces[owner[0]].append(Piece(line, start, end, owner[1]))

    def _owner(self, line: Line) -> tuple[int, Where] | None:
        """Return the printed thing that a line without one answers, and where it stands to that."""
        if line.cell is None:
            earlier = self._before(line)
            if not earlier or self.anchors[earlier[-1]].line.cell is not None or self._has_ended(earlier[-1], line):
                return None
            return earlier[-1], "below"
        own = [n for n in self._cells[line.cells] if self.anchors[n].last.number < line.number]
        if own:
            return own[-1], "below"
        for cell in reversed(line.cells):
            left = [
                (c.column, -n)
                for n in self._rows[cell.table, cell.row]
                if (c := self._cell_in(n, cell.table)) is not None and c.column < cell.column
            ]
            if left:
                column = max(left)[0]
                return -max(n for c, n in left if c == column), "right"
            under = self._over_it(line, cell)
            if under is not None:
                return under, "below"
        return None

    def _over_it(self, line: Line, cell: CellPlace) -> int | None:
        """Return the question in a row above that a cell stands under: its column's, or any where its row asks none."""
        asks = bool(self._rows[cell.table, cell.row])
        for n in reversed(self._before(line)):
            place = self._cell_in(n, cell.table)
            if place is None:
                return None
            if place.row == cell.row:
                continue
            in_column = place.column <= cell.column < place.column + place.span
            if in_column or (not asks and place.column <= cell.column):
                return None if self._is_answered_beside(n) else n
            if asks:
                return None
        return None

    def _cell_in(self, n: int, table: int) -> CellPlace | None:
        """Return the cell of a table in which a printed thing stands, at whatever depth."""
        return next((c for c in self.anchors[n].line.cells if c.table == table), None)

    def _has_ended(self, n: int, line: Line) -> bool:
        """Whether an answer typed behind its question ended before a line: what stands there is something else."""
        asked = self.anchors[n].element.field
        pieces = [p for p in self._pieces[n] if p.where in ("inline", "below") and p.text.strip()]
        if asked is None or asked.kind in ("people_list", "choice", "contacts") or is_blank(line.text):
            return False
        if not pieces or all(is_blank(p.text) for p in pieces):
            return False
        if pieces[0].where == "below":  # answers in lines of their own: up to an empty line
            above = self.at[line.number] - 1
            return above >= 0 and not self.lines[above].text.strip()
        last = pieces[-1]
        wrapped = len(last.line.text) >= WRAPPED_AT or last.text.rstrip()[-1:] in ":;,–-"
        return not (wrapped or _LISTED.match(line.text) or line.text.lstrip()[:1].islower())

    def _is_answered_beside(self, n: int) -> bool:
        """Whether a question of one answer has it to its right: what stands in a row below is something else."""
        asked = self.anchors[n].element.field
        lists = asked is None or asked.kind in ("people_list", "choice", "contacts")
        return not lists and any(p.where == "right" and not is_blank(p.text) for p in self._pieces[n])

    def _before(self, line: Line) -> list[int]:
        return [
            n
            for n, anchor in enumerate(self.anchors)
            if anchor.last.number < line.number and anchor.element.kind != "hint"
        ]

    # ------------------------------------------------------------ captions

    def above(self, n: int) -> Piece | None:
        """Return what stands over a caption: the same part of the line above, or the cell above."""
        anchor = self.anchors[n]
        line = anchor.line
        cell = line.cell
        if cell is None or any(x.cells == line.cells and x.number < line.number for x in self.lines):
            number = self.at[line.number] - 1
            while number >= 0 and not self.lines[number].text.strip():
                number -= 1
            if number < 0 or self.lines[number].cells != line.cells:
                return None
            return self._part_above(self.lines[number], n)
        over = [
            x
            for x in self.lines
            if x.cell is not None
            and x.cell.table == cell.table
            and x.cell.row == cell.row - 1
            and x.cell.column <= cell.column < x.cell.column + x.cell.span
            and not self._on_line[x.number]
        ]
        return Piece(over[-1], 0, len(over[-1].text), "inline") if over else None

    def _part_above(self, above: Line, n: int) -> Piece | None:
        if self._on_line[above.number]:
            return None
        same = [m for m in self._on_line[self.anchors[n].line.number] if self.anchors[m].is_caption]
        parts = parts_of(above.text)
        if len(same) > 1 and len(parts) == len(same):
            start, end = parts[same.index(n)]
            return Piece(above, start, end, "inline")
        if len(same) > 1 and same.index(n) > 0:
            return None
        return Piece(above, 0, len(above.text), "inline")

    def is_owned_elsewhere(self, piece: Piece, n: int) -> bool:
        """Whether a line belongs beside another question (on its line or in its row)."""
        for m, pieces in self._pieces.items():
            for one in pieces:
                if m != n and one.line is piece.line and one.where in ("inline", "right"):
                    return True
        return False


def parts_of(text: str) -> list[tuple[int, int]]:
    """Return where the parts of a line stand that wide gaps, tabs or ruled lines set apart."""
    found, at = [], 0
    for gap in [*_GAP.finditer(text), None]:
        end = gap.start() if gap is not None else len(text)
        if text[at:end].strip():
            found.append((at, end))
        at = gap.end() if gap is not None else end
    if len(found) == 1:
        start, end = found[0]
        cut = _signed_and_named(text[start:end])
        if cut is not None:
            return [(start, start + cut), (start + cut, end)]
    return found


def _signed_and_named(text: str) -> int | None:
    """Return where the name begins in «Г. Мұқанова Мұқанова Гүлнәр»: a short signature, then the same person whole."""
    spoken = words(text)
    for size in range(len(spoken) - 2, 0, -1):
        left, right = spoken[:size], spoken[size:]
        long = {w.text for w in left if len(w.text) > 2}
        if size <= len(right) and long & {w.text for w in right[:3] if len(w.text) > 2}:
            return right[0].start
    return None
