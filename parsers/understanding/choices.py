"""What a choice has as its answer: the printed options with what stands beside each, and words about all of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from parsers.catalogue import Field
from parsers.lines import BOX_EMPTY, BOX_TICKED, PICTURE
from parsers.marks import Chosen, Seen, chosen
from parsers.readings import Language
from parsers.understanding.places import Places
from parsers.wording import key

WHOLE_OPTION = 0.9  # likeness of one option alone
_SHORT_SIGN = re.compile(r"[1-9]|[*]|[^\W\d_]")  # whichever sign stands beside an option alone in its row
_NO_SIGN = frozenset("-–—_.,;:☐□…/|" + BOX_EMPTY + BOX_TICKED + PICTURE)


class Choice:
    """One question with options. here: its question's anchors; options: those of its options; of `places.anchors`."""

    def __init__(self, asked: Field, here: Sequence[int], options: Sequence[int], places: Places) -> None:
        self.asked, self.here, self.places = asked, here, places
        self.anchors = places.anchors
        self.in_sentence = asked.id == "register_category"  # the options stand in one sentence
        self.shared, self.options = self._said_again(options)
        self.boxes_lead = (
            self.in_sentence
            and bool(options)
            and any(_box([p.text]) is not None for p in places.of(options[0]) if p.where in ("left", "before"))
        )

    def answer(self) -> Chosen:
        """Return what was chosen."""
        if not (self.in_sentence and self.options):
            for n in self.here:
                self.shared.extend(p.text for p in self.places.of(n) if p.where not in ("before", "left"))
        seen: dict[int, Seen] = {}
        for n in self.options:
            new = self._seen(n)
            old = seen.get(new.number)
            seen[new.number] = new if old is None else _both(old, new)
        answer = chosen(self.asked.options, tuple(seen.values()), self.shared, complete=True)
        if answer.numbers or answer.own_words or len(seen) < 2:
            return answer
        # The mark is whatever sets some options apart from the others.
        signed = {number for number, one in seen.items() if any(map(_is_sign, one.beside))}
        if 0 < len(signed) < len(seen):
            return Chosen(tuple(sorted(signed)), "", answer.doubt)
        capitals = {self._number(n) for n in self.options if self._words(n).isupper()}
        if self.in_sentence and 0 < len(capitals) < len(seen):
            return Chosen(tuple(sorted(capitals)), "", None)
        return answer

    def _seen(self, n: int) -> Seen:
        anchor, number = self.anchors[n], self._number(n)
        alone = self._is_alone(n)
        beside: list[str] = []
        for piece in self.places.of(n):
            text = piece.text
            if self.in_sentence and piece.where in ("before", "inline", "left"):
                if (piece.where == "inline") == self.boxes_lead:
                    continue
                text = _sign_only(text)
            elif piece.where == "before":
                text = re.sub(rf"(?<!\d){number}\s*[.)]?\s*$", "", text)
            elif piece.where in ("inline", "left"):
                if text.lstrip().startswith("/"):
                    continue  # the option in the other language
            elif not alone or (piece.where == "below" and not piece.line.cells):
                self.shared.append(text)
                continue
            sign = alone and piece.where in ("right", "inline") and _SHORT_SIGN.fullmatch(text.strip()) is not None
            beside.append("+" if sign else text)
        marks = anchor.line.marks_between(anchor.start, anchor.end)
        if any(map(str.isdigit, anchor.line.text[: anchor.start])):
            marks |= anchor.line.marks_between(0, anchor.start)
        in_part = anchor.line.marks_on_words(anchor.start, anchor.end) - marks
        return Seen(number, marks, _box(beside), tuple(beside), in_part)

    def _is_alone(self, n: int) -> bool:
        """Whether an option has its row of a table, or its line, to itself: what stands beside it is its own."""
        cell = self.anchors[n].line.cell
        if cell is None:
            return True
        rows = ((self.anchors[m].line.cell, self._number(m)) for m in self.options)
        return len({number for c, number in rows if c and (c.table, c.row) == (cell.table, cell.row)}) == 1

    def _said_again(self, options: Sequence[int]) -> tuple[list[str], list[int]]:
        """Return the words in which options are written out behind the printed list, and the printed ones."""
        spoken: dict[Language, set[int]] = {"kk": set(), "ru": set()}
        for n in options:
            spoken[self.anchors[n].language].add(self._number(n))
        both = min(map(len, spoken.values())) * 2 >= max(map(len, spoken.values()))
        printed: dict[tuple[int, str], int] = {}
        again: list[int] = []
        beside: list[int] = []  # the other language in the same line
        for n in options:
            place = (self._number(n), self.anchors[n].language if both else "")
            first = printed.setdefault(place, n)
            if first != n:
                (beside if self.anchors[first].line is self.anchors[n].line else again).append(n)
        if len({number for number, _ in printed}) <= len(again):
            return [], list(options)
        firsts: dict[int, int] = defaultdict(lambda: -1, {number: n for (number, _), n in printed.items()})
        said = [self._in_printed_words(n, firsts[self._number(n)]) for n in again]
        return said, sorted([*printed.values(), *beside])

    def _in_printed_words(self, n: int, first: int) -> str:
        """Return a line in which an option is written once more, with the Order's words for it."""
        anchor, text = self.anchors[n], self.anchors[n].line.text
        alike = key(self._words(n)) == key(self._words(first))
        option = anchor.element.option
        if option is None or (not alike and (anchor.likeness < WHOLE_OPTION or anchor.last is not anchor.line)):
            return text  # perhaps several options in one line
        return f"{text[: anchor.start]}{option.words.printed(anchor.language)}{text[anchor.end :]}"

    def _words(self, n: int) -> str:
        return self.anchors[n].line.text[self.anchors[n].start : self.anchors[n].end]

    def _number(self, n: int) -> int:
        option = self.anchors[n].element.option
        return option.number if option is not None else 0


def _both(one: Seen, other: Seen) -> Seen:
    box = one.box if other.box is None else other.box
    return Seen(one.number, one.label | other.label, box, one.beside + other.beside, other.in_part)


def _is_sign(text: str) -> bool:
    """Whether one sign stands beside an option, whichever it is."""
    sign = text.strip(" ()[]")
    return 0 < len(sign) <= 2 and not any(map(str.isalnum, sign)) and not _NO_SIGN.issuperset(sign)


def _sign_only(text: str) -> str:
    """The mark beside a name in a sentence; commas, brackets and other words of the sentence are none."""
    text = text.strip(" ,;.()«»:/")
    return text if len(key(text)) <= 1 and len(text) <= 5 else ""


def _box(texts: Sequence[str]) -> bool | None:
    for text in texts:
        if BOX_TICKED in text:
            return True
        if BOX_EMPTY in text or "☐" in text or "□" in text:
            return False
    return None
