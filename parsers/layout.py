"""Which of the applicant's words belong to which printed line.

Whatever the layout: behind the label on its line, under it, in the cell to the right, in the row below
a heading row, or, for captions, above it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from parsers.align import Anchor
from parsers.labels import Element
from parsers.lines import CellPlace, Line
from parsers.values.blank import is_blank
from parsers.wording import key

_QUESTION = re.compile(r"\s*(?:\d{1,2}[.)]\s*)?[^\W\d_][^:]{2,60}:(?:\s|$)")
_ONLY_NUMBER = re.compile(r"\s*(?:№\s*)?\d{0,3}\s*[.)]?\s*")
_GOES_ON = re.compile(r"\s*[/|\\(\[*]")  # «Т.А.Ә. / Ф.И.О. (толық)»: still the question
_ASKS_ON = re.compile(r"\s*[/|\\][^:\d]*\Z")  # the same where no cell is beside it: no answer begins so

CAPTIONS_AT_LEAST = 3  # questions in brackets that show how a form without a table is filled in

Where = Literal["before", "inline", "right", "below", "left"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the applicant's words: text[start:end] of a line, and where it stands to the label."""

    line: Line
    start: int
    end: int
    where: Where

    @property
    def text(self) -> str:
        return self.line.text[self.start : self.end]

    @property
    def unstruck(self) -> str:
        """The text without what is struck out in it."""
        return self.line.unstruck(self.start, self.end)


class Layout:
    """The lines of one form, shared out.

    of(element): the pieces of every anchor of that element, in order. above(anchor): the free lines
    right before an anchor. strays: lines that belong to nothing that asks. tails: the anchors, by index, with
    words behind their label that go on asking.
    """

    def __init__(self, lines: Sequence[Line], anchors: Sequence[Anchor]) -> None:
        self.lines = lines
        self.anchors = anchors
        self.strays: list[Line] = []
        self.tails: set[int] = set()
        self._pieces: dict[int, list[Piece]] = defaultdict(list)  # by index of the anchor
        self._answered: set[int] = set()  # anchors with words beside them
        self._by_row: dict[tuple[int, int], list[int]] = defaultdict(list)
        self._covered = {n for a in anchors for n in range(a.line.number, a.last.number + 1)}
        for n, anchor in enumerate(anchors):
            for cell in anchor.line.cells:
                self._by_row[cell.table, cell.row].append(n)
            if anchor.start > 0:
                self._pieces[n].append(Piece(anchor.line, 0, anchor.start, "before"))
        self._lines_of_row: dict[tuple[int, int], list[Line]] = defaultdict(list)
        self._widths: dict[int, int] = defaultdict(int)  # of the tables, in columns
        self._last_column: dict[tuple[int, int], int] = defaultdict(int)  # of a row
        self._last_filled: dict[tuple[int, int], int] = defaultdict(int)  # … with words in it
        for line in lines:
            if line.cells:
                cell = line.cells[-1]
                self._widths[cell.table] = max(self._widths[cell.table], cell.column + cell.span - 1)
                self._lines_of_row[_row(line.cells[-1])].append(line)
            for cell in line.cells:
                self._last_column[_row(cell)] = max(self._last_column[_row(cell)], cell.column)
                if not is_blank(line.text):
                    self._last_filled[_row(cell)] = max(self._last_filled[_row(cell)], cell.column)
        for n, anchor in enumerate(anchors):
            if anchor.end < len(anchor.last.text):
                piece = Piece(anchor.last, anchor.end, len(anchor.last.text), "inline")
                if self._goes_on(n, piece):
                    self.tails.add(n)
                else:
                    self._put(n, piece)
        self._rows_of_labels = self._label_rows()
        self._covered |= self._unknown_labels(lines)
        self._covered |= self._label_columns(lines)
        explained = self._explained()
        last: int | None = None
        upcoming = 0
        for line in lines:
            while upcoming < len(anchors) and anchors[upcoming].line.number <= line.number:
                last = upcoming
                upcoming += 1
            if line.number in self._covered or not line.text.strip():
                continue
            host, where = (explained[line.number], "inline") if line.number in explained else self._host(line, last)
            if host is None:
                self.strays.append(line)
            else:
                self._put(host, Piece(line, 0, len(line.text), where))

    def _put(self, n: int, piece: Piece) -> None:
        self._pieces[n].append(piece)
        if piece.where in ("inline", "right") and n not in self._answered and not is_blank(piece.text):
            self._answered.add(n)

    def _goes_on(self, n: int, piece: Piece) -> bool:
        cells = self.anchors[n].line.cells
        if is_blank(piece.text) or self.anchors[n].element.kind != "field":
            return False
        if _ASKS_ON.match(piece.text) is not None:
            return True
        if not self._asks(n) or _GOES_ON.match(piece.text) is None:
            return False
        return any(self._last_column[_row(cell)] > cell.column for cell in cells)

    def behind_label(self, element: Element) -> bool:
        """Say whether the answer begins on its label's line behind no colon: it may still be the question."""
        for n, anchor in enumerate(self.anchors):
            where = {p.where for p in self._pieces[n] if not is_blank(p.text)}
            if anchor.element is element and "inline" in where and "right" not in where:
                return ":" not in anchor.last.text[: anchor.end]
        return False

    def asks_on(self, element: Element) -> bool:
        """Say whether words that go on asking stand behind a label of the element: they might be its answer."""
        return any(self.anchors[n].element is element for n in self.tails)

    def answered_twice(self, element: Element) -> bool:
        """Say whether words stand behind a label, in its cell, and also to its right or behind its other language."""
        several = (self._pieces[n] for n, anchor in enumerate(self.anchors) if anchor.element is element)
        wheres = [{p.where for p in some if not is_blank(p.text)} for some in several]
        return sum("inline" in where for where in wheres) > 1 or {"inline", "right"} <= set[Where]().union(*wheres)

    def of(self, element: Element) -> list[Piece]:
        """Return the pieces that belong to an element, in reading order of its anchors."""
        return [piece for n, a in enumerate(self.anchors) if a.element is element for piece in self._pieces[n]]

    def of_anchor(self, anchor: Anchor) -> list[Piece]:
        """Return the pieces that belong to one of an element's anchors."""
        return self._pieces[self.anchors.index(anchor)]

    def anchors_of(self, element: Element) -> list[Anchor]:
        return [anchor for anchor in self.anchors if anchor.element is element]

    def _label_columns(self, lines: Sequence[Line]) -> set[int]:
        """Return lines that are the label in the other language, in a wording that we do not know.

        They stand under the label in a cell that has the answer's cell to its right, or in a column that
        holds labels in the other rows.
        """
        columns: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        rows: dict[int, set[int]] = defaultdict(set)
        for anchor in self.anchors:
            if anchor.element.kind == "field" and anchor.line.cells:
                cell = anchor.line.cells[-1]
                columns[cell.table][cell.column] += 1
                rows[cell.table].add(cell.row)
        found = set()
        for line in lines:
            if not line.cells or line.number in self._covered or is_blank(line.text):
                continue
            cell = line.cells[-1]
            labels = [self._place(n, *_row(cell)) for n in self._by_row.get(_row(cell), []) if self._asks(n)]
            if not labels or self._last_filled[_row(cell)] <= cell.column:
                continue
            under = any(label.column == cell.column for label in labels)
            beside = columns[cell.table][cell.column] * 2 > len(rows[cell.table]) > 2
            if under or (beside and all(label.column < cell.column for label in labels)):
                found.add(line.number)
        return found

    def _asks(self, n: int) -> bool:
        field = self.anchors[n].element.field
        return (
            self.anchors[n].element.kind == "field" and field is not None and field.kind not in ("choice", "statement")
        )

    def strays_behind(self, element: Element) -> list[Line]:
        """Return the lines that belong to nothing between an element and what is printed next."""
        ends = [n for n, anchor in enumerate(self.anchors) if anchor.element is element]
        if not ends or ends[-1] + 1 >= len(self.anchors):
            return []
        first, last = self.anchors[ends[-1]].last.number, self.anchors[ends[-1] + 1].line.number
        return [line for line in self.strays if first < line.number < last and key(line.text)]

    def loose_lines(self) -> list[Line]:
        """Return the lines that stand neither on a label's line nor beside one."""
        loose = [p.line for some in self._pieces.values() for p in some if p.where == "below" and not is_blank(p.text)]
        loose += [p.line for some in self._pieces.values() for p in some if p.where == "left" and _worded(p.text)]
        loose += [line for n in self._pieces if self._asks(n) for line in self.far_to_the_right(n)]
        return [*loose, *(line for line in self.strays if key(line.text))]

    def far_to_the_right(self, n: int) -> list[Line]:
        """Return the lines to the right of an anchor that do not stand in the first cell behind it."""
        anchor = self.anchors[n]
        rows = {_row(cell) for cell in anchor.line.cells}
        beside = [p.line for p in self._pieces[n] if p.where == "right" and not is_blank(p.text)]
        beside = [line for line in beside if line.cells and _row(line.cells[-1]) in rows]
        if not beside:
            return []
        cell = beside[0].cells[-1]
        free = [x.cells[-1].column for x in self._lines_of_row[_row(cell)] if x.number not in self._covered]
        label = anchor.line.cells[-1]
        first = min((column for column in free if column > label.column or cell.table != label.table), default=0)
        return [line for line in beside if line.cells[-1].column > first]

    def answers_apart(self, element: Element) -> bool:
        """Say whether the answer to a question stands in several cells side by side."""
        return any(self.far_to_the_right(n) for n, anchor in enumerate(self.anchors) if anchor.element is element)

    def has_cell_beside(self, piece: Piece) -> bool:
        """Say whether the table goes on to the right of a piece's cell, be it with an empty cell."""
        return any(cell.column + cell.span <= self._widths[cell.table] for cell in piece.line.cells[-1:])

    def free_before(self, anchor: Anchor) -> list[Line]:
        """Return the free lines between the anchor before and this one, with the nearest last."""
        n = self.anchors.index(anchor)
        first = self.anchors[n - 1].last.number if n else 0
        return [line for line in self.lines if first < line.number < anchor.line.number and line.text.strip()]

    def _explained(self) -> dict[int, int]:
        """Return line number → anchor where the questions are captions in brackets under their answers.

        «Искаков Қайрат», below it «(Ф.И.О.)»: the form is filled in so when something stands over its first caption.
        """
        asked = [n for n, anchor in enumerate(self.anchors) if self._asks(n) and not anchor.line.cells]
        captions = [n for n in asked if self._in_brackets(self.anchors[n])]
        if len(captions) < CAPTIONS_AT_LEAST or len(captions) * 2 < len(asked):
            return {}
        over = {n: [x for x in self.free_before(self.anchors[n]) if x.number not in self._covered] for n in captions}
        last = captions[-1] + 1
        until = self.anchors[last].line.number if last < len(self.anchors) else 10**9
        behind = [x for x in self.lines if self.anchors[last - 1].last.number < x.number < until and key(x.text)]
        if behind or not over[captions[0]]:
            return {}
        return {line.number: n for n in captions for line in over[n] if not line.cells}

    @staticmethod
    def _in_brackets(anchor: Anchor) -> bool:
        return anchor.line.text.lstrip().startswith("(") and is_blank(anchor.last.text[anchor.end :])

    def _host(self, line: Line, last: int | None) -> tuple[int | None, Where]:
        for cell in reversed(line.cells):
            in_row = self._by_row.get((cell.table, cell.row), [])
            if _row(cell) in self._rows_of_labels:
                return None, "right"  # a label of unknown wording
            if in_row:
                return self._host_in_row(line, cell, in_row)
            if (cell.table, cell.row - 1) in self._rows_of_labels:
                return self._under_heading(cell), "right"
        if last is None:
            return None, "below"
        anchor = self.anchors[last]
        if anchor.element.field is None or anchor.element.kind == "hint" or anchor.element.field.kind == "statement":
            return None, "below"
        if anchor.line.cells and not _shares_table(anchor.line.cells, line.cells):
            return None, "below"  # behind the table: nobody's answer
        if self._is_another_question(line, last):
            return None, "below"
        return last, "below"

    def _host_in_row(self, line: Line, cell: CellPlace, in_row: Iterable[int]) -> tuple[int | None, Where]:
        left: list[tuple[int, int]] = []
        right: list[int] = []
        for n in in_row:
            column = self._place(n, cell.table, cell.row).column
            if column < cell.column or (column == cell.column and self.anchors[n].line.number < line.number):
                left.append((column, n))
            else:
                right.append(n)
        if left:
            column, host = max(left)
            return host, "below" if column == cell.column else "right"
        return (right[0], "left") if right else (None, "left")

    def _under_heading(self, cell: CellPlace) -> int | None:
        """Return the label that stands over this cell in a row of labels; None when its wording is unknown."""
        columns = {self._place(n, cell.table, cell.row - 1).column: n for n in self._by_row[cell.table, cell.row - 1]}
        return columns.get(cell.column)

    def _label_rows(self) -> set[tuple[int, int]]:
        """Return the rows that hold labels alone, their answers in the row below."""
        found = set()
        for (table, row), in_row in self._by_row.items():
            asked = {self._place(n, table, row).column: self.anchors[n].element.field for n in in_row if self._asks(n)}
            below = self._lines_of_row.get((table, row + 1), [])
            if len(asked) < 2 or len({field.id for field in asked.values() if field}) < 2:
                continue
            under = any(line.cells[-1].column in asked and line.text.strip() for line in below)
            if under and not self._by_row.get((table, row + 1)):
                found.add((table, row))
        return found

    def _is_another_question(self, line: Line, last: int) -> bool:
        """Say whether a line that has no label in its row asks something that the form does not know.

        What is taken for an answer by mistake would make an empty field look filled: a row of its own
        belongs to the question above only as its first row, or where it stands in the answer's column.
        """
        anchor = self.anchors[last]
        field = anchor.element.field
        if field is None or field.kind == "contacts":
            return False
        if field.kind == "people_list":  # a heading goes over the whole width, a person does not
            return bool(line.cells) and line.cells[-1].span > 1 and len(self._lines_of_row[_row(line.cells[-1])]) == 1
        if field.kind == "choice":
            return self._is_beyond_options(line, anchor)
        answered = last in self._answered
        if not line.cells:
            return answered and _QUESTION.match(line.text) is not None
        if not anchor.line.cells:  # a frame drawn under the label
            return answered or line.cells[-1].row > 1 or len(self._wordy(line.cells[-1])) > 1
        cell, label = line.cells[-1], anchor.line.cells[-1]
        if cell.column > label.column and self._left_is_empty(cell):
            return answered and self._is_numbered(cell)
        if answered or cell.table != label.table or cell.row != label.row + 1:
            return True
        beside = [other for other in self._lines_of_row[_row(label)] if not is_blank(other.text)]
        alone = all(other.cells[-1].column == label.column for other in beside)
        return not alone or len(self._wordy(cell)) > 1

    def _is_beyond_options(self, line: Line, anchor: Anchor) -> bool:
        """Say whether words behind the options stand apart from them; numbers and signs may do so."""
        if not line.cells:
            return _QUESTION.match(line.text) is not None
        row = self._lines_of_row[_row(line.cells[-1])]
        worded = any(len(word) > 3 for x in row if not x.text.lstrip()[:1].isdigit() for word in key(x.text))
        printed = any(a.element.kind == "option" and a.element.field is anchor.element.field for a in self.anchors)
        return printed and worded

    def _left_is_empty(self, cell: CellPlace) -> bool:
        row = self._lines_of_row[_row(cell)]
        return all(_ONLY_NUMBER.fullmatch(other.text) for other in row if other.cells[-1].column < cell.column)

    def _is_numbered(self, cell: CellPlace) -> bool:
        row = self._lines_of_row[_row(cell)]
        return any(other.cells[-1].column < cell.column and not is_blank(other.text) for other in row)

    def _wordy(self, cell: CellPlace) -> list[Line]:
        row = self._lines_of_row[_row(cell)]
        return [other for other in row if not is_blank(other.text) and not _ONLY_NUMBER.fullmatch(other.text)]

    def _unknown_labels(self, lines: Sequence[Line]) -> set[int]:
        """Return the lines right above options whose question has a wording that we do not know."""
        labelled = {a.element.field.id for a in self.anchors if a.element.kind == "field" and a.element.field}
        found: set[int] = set()
        for anchor in self.anchors:
            field = anchor.element.field
            if anchor.element.kind == "option" and field is not None and field.id not in labelled:
                labelled.add(field.id)
                before = [x for x in lines if x.number < anchor.line.number and x.text.strip()]
                if before and before[-1].number not in self._covered and len(key(before[-1].text)) > 1:
                    found.add(before[-1].number)
        return found

    def _place(self, n: int, table: int, row: int) -> CellPlace:
        return next(c for c in self.anchors[n].line.cells if (c.table, c.row) == (table, row))


def _worded(text: str) -> bool:
    return any(len(word) > 2 and not word.isdigit() for word in key(text))


def _row(cell: CellPlace) -> tuple[int, int]:
    return cell.table, cell.row


def _shares_table(one: Sequence[CellPlace], other: Sequence[CellPlace]) -> bool:
    tables = {cell.table for cell in one}
    return any(cell.table in tables for cell in other)
