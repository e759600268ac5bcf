"""What a form's choice has as its answer: the options found in the document, and the words about them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from parsers.align import Anchor
from parsers.catalogue import Field
from parsers.category import category_of, named_in
from parsers.labels import Element
from parsers.layout import Layout, Piece
from parsers.lines import BOX_EMPTY, BOX_TICKED, PICTURE, same_row
from parsers.marks import Chosen, Seen, chosen
from parsers.out_of_order import interleaved
from parsers.readings import Mark
from parsers.unusual import WRAPPED_AT, is_question, without_own_label
from parsers.values.blank import without_instruction
from parsers.wording import key

IN_ONE_LINE = 3  # options named in one line that make it the printed list itself

_PRINTED_NUMBER = re.compile(r"\s*\d{1,2}\s*[.)]?\s*")


def choice_of(asked: Field, element: Element, options: Sequence[Element], layout: Layout) -> Chosen:
    """Return what was chosen. element: the question; options: its printed options, in order."""
    asking = layout.anchors_of(element)
    pieces = [without_own_label(element, asking, p) for p in layout.of(element) if p.where not in ("before", "left")]
    anchors = {o.option.number: layout.anchors_of(o) for o in options if o.option is not None}
    anchors = {number: found for number, found in anchors.items() if found}
    if len({a.line.number for found in anchors.values() for a in found}) <= 1:
        listed = _listed_in_one_line(asked, pieces, [a for found in anchors.values() for a in found])
        if listed is not None:
            return listed
    reading = _Options(asked, layout, anchors)
    for option in options:
        if option.option is not None:
            reading.take(option.option.number, layout.of(option))
    shared = [*(piece.text for piece in pieces), *reading.shared]
    complete = not _strays_near(element, options, layout)
    answer = chosen(asked.options, tuple(reading.seen.values()), shared, complete=complete)
    why = answer.doubt or _doubt(asked, answer, pieces, reading)
    if why is None:
        beside = [p for option in options for p in layout.of(option) if p.where in ("right", "below")]
        if interleaved(layout.anchors, asked) or any(is_question(element, piece) for piece in (*pieces, *beside)):
            why = "the options do not stand in their order"
    return replace(answer, doubt=why)


def _doubt(asked: Field, answer: Chosen, pieces: Sequence[Piece], reading: _Options) -> str | None:
    """Return why words that were taken for the applicant's own may be none."""
    if answer.own_words and _something_below(asked, pieces):
        return "the line below may belong to something else"
    if reading.doubtful(answer):
        return "words apart from the options"
    if answer.own_words and reading.anchors and any(_is_remark(asked, piece) for piece in pieces):
        return "words behind the question"
    return None


def _listed_in_one_line(asked: Field, pieces: Sequence[Piece], anchors: Sequence[Anchor]) -> Chosen | None:
    """Read «1) …; 2) …; 3) …» printed in one line as the four categories of the application are."""
    lines = [Piece(anchor.line, 0, len(anchor.line.text), "inline") for anchor in anchors]
    whole = [*pieces, *lines]
    if len(asked.options) > 6 or not any(len(named_in(asked, piece.text)) >= IN_ONE_LINE for piece in whole):
        return None
    return category_of(asked, whole)


def _something_below(asked: Field, pieces: Sequence[Piece]) -> bool:
    """Say whether a sentence of its own stands under words that were written beside the question."""
    before: Piece | None = None
    for piece in pieces:
        text = piece.text.strip()
        worded = any(len(word) > 2 and word.isalpha() for word in key(text))
        if before is not None and piece.where == "below" and worded and not piece.line.cells:
            ended = len(before.text.rstrip()) < WRAPPED_AT and before.text.rstrip()[-1:] not in ":;,–-("
            if ended and text[0].isupper() and not _names_option(asked, text):
                return True
        before = piece if worded else before
    return False


class _Options:
    """The options as they are found, with what stands beside each and what belongs to all."""

    def __init__(self, asked: Field, layout: Layout, anchors: dict[int, list[Anchor]]) -> None:
        self.asked = asked
        self.layout = layout
        self.anchors = anchors
        self.seen: dict[int, Seen] = {}
        self.shared: list[str] = []
        self.alone = _options_alone(anchors)
        self.apart = self.loose = False  # words in a row, or a line, of their own: perhaps another question

    def take(self, number: int, pieces: Sequence[Piece]) -> None:
        """Take one option and the pieces around it."""
        anchors = self.anchors.get(number, [])
        alone = number in self.alone
        beside: list[str] = []
        for piece in pieces:
            if piece.where == "before":
                beside.append(_mark_before(piece.text))
            elif piece.where == "left" and _PRINTED_NUMBER.fullmatch(piece.text):
                continue  # in a column of its own
            elif piece.where == "inline" or (piece.where in ("right", "left") and alone):
                beside.append(_mark_only(piece.text))
            elif alone and any(piece.line.cells == anchor.line.cells for anchor in anchors):
                beside.append(piece.text)  # under the option in its own cell
            else:
                self._take_shared(piece, anchors)
        if anchors:
            marks = frozenset[Mark]().union(*map(_looks, anchors))
            texts = [piece.text for piece in pieces if piece.where in ("before", "inline") or alone]
            in_part = frozenset[Mark]().union(*(a.line.marks_on_words(a.start, a.end) for a in anchors)) - marks
            self.seen[number] = Seen(number, marks, _box(texts), tuple(beside), in_part)

    def _take_shared(self, piece: Piece, anchors: Sequence[Anchor]) -> None:
        self.shared.append(piece.text)
        if not any(letter.isalpha() for letter in piece.text):
            return
        if not piece.line.cells and piece.text.lstrip().startswith("*"):
            self.apart = True  # a note under the form
        elif piece.line.cells:
            self.apart = self.apart or not any(same_row(piece.line, anchor.line) for anchor in anchors)
        else:
            self.loose = self.loose or not _names_option(self.asked, piece.text)

    def doubtful(self, answer: Chosen) -> bool:
        """Say whether words that were taken for the applicant's own may belong to something else."""
        asks_for_words = any(option.own_words and option.number in answer.numbers for option in self.asked.options)
        return self.apart or bool(self.loose and answer.numbers and answer.own_words and not asks_for_words)


def _looks(anchor: Anchor) -> frozenset[Mark]:
    """Return how an option's words look, and its printed number before them: some mark nothing but the number."""
    before = anchor.line.text[: anchor.start]
    marks = anchor.line.marks_between(anchor.start, anchor.end)
    return marks | anchor.line.marks_between(0, anchor.start) if any(map(str.isdigit, before)) else marks


def _options_alone(anchors: dict[int, list[Anchor]]) -> set[int]:
    """Return the options that have a table row of their own: what stands beside them is theirs alone."""
    rows: dict[tuple[int, int], set[int]] = {}
    for number, found in anchors.items():
        for anchor in found:
            if anchor.line.cell is not None:
                rows.setdefault((anchor.line.cell.table, anchor.line.cell.row), set()).add(number)
    return {number for numbers in rows.values() if len(numbers) == 1 for number in numbers}


def _strays_near(element: Element, options: Sequence[Element], layout: Layout) -> bool:
    orders = {element.order, *(option.order for option in options)}
    before = min((a.line.number for a in layout.anchors if a.element.order in orders), default=0)
    after = min((a.line.number for a in layout.anchors if a.element.order > max(orders)), default=10**9)
    return any(before < line.number < after and len(key(line.text)) > 2 for line in layout.strays)


def _box(texts: Sequence[str]) -> bool | None:
    together = "".join(texts)
    if BOX_TICKED in together:
        return True
    return False if BOX_EMPTY in together else None


def _mark_before(text: str) -> str:
    """Return the sign before an option's number: «V 3) …», «☒ 3) …»."""
    rest = text.rstrip()
    while rest and (rest[-1].isdigit() or rest[-1] in ".) \t"):
        rest = rest[:-1]
    return rest


def _mark_only(text: str) -> str:
    """Return what stands behind an option, without the form's own request to name the kind."""
    rest = without_instruction(text.replace(PICTURE, ""))
    return "" if rest.strip() == "?" else rest


def _is_remark(asked: Field, piece: Piece) -> bool:
    """Say whether words go on behind the question, and no colon, that begin with none of its options."""
    worded = sum(map(str.isalpha, piece.text)) > 2 and ":" not in piece.line.text[: piece.start]
    if piece.where != "inline" or not worded:
        return False
    spoken = key(piece.text)
    return not any(spoken[: len(option)] == option for option in _options_said(asked))


def _names_option(asked: Field, text: str) -> bool:
    spoken = key(text)
    return any(option[0] in spoken for option in _options_said(asked))


def _options_said(asked: Field) -> Iterator[tuple[str, ...]]:
    """Yield the wordings of all options, as compared."""
    return (key(word) for option in asked.options for word in (*option.words.kk, *option.words.ru))
