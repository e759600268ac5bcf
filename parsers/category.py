"""Which of the four words in the sentence «… тізіліміне қосуды сұраймын (волонтер, …)» the applicant means."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from parsers.catalogue import Field
from parsers.layout import Piece
from parsers.lines import BOX_EMPTY, BOX_TICKED
from parsers.marks import Chosen, Seen, chosen
from parsers.wording import key, words

_BOXES = {BOX_TICKED: True, "☑": True, "☒": True, BOX_EMPTY: False, "☐": False, "□": False}
_NUMBER_BEHIND = re.compile(r"\W*[):–—-]\W*(?:№\s*)?(\d)\W*\Z")
_BREAK = re.compile(r"[,;\n]|\s/\s")


@dataclass(frozen=True, slots=True)
class Named:
    number: int
    start: int
    end: int


def category_of(field: Field, pieces: Sequence[Piece]) -> Chosen:
    """Return which categories are marked; all four untouched: none; only some left of the four: those."""
    seen: list[Seen] = []
    shared: list[str] = []
    whispered: set[int] = set()
    for piece in pieces:
        named = named_in(field, piece.text)
        whispered |= _said_once_more(field, piece.text, named)
        if not named:
            if piece.where not in ("before", "left"):
                shared.append(piece.text.strip(" ().,:"))
            continue
        seen.extend(_seen(piece, named))
    together: dict[int, Seen] = {}
    for one in seen:  # the sentence in both languages: one option, seen twice
        known = together.get(one.number)
        together[one.number] = one if known is None else _both(known, one)
    answer = chosen(field.options, tuple(together.values()), (), complete=True)
    if not answer.numbers and whispered:
        doubt = "named once more, by number or in capitals: perhaps the choice"
        return Chosen(tuple(sorted(whispered)), "", answer.doubt or doubt)
    return answer if answer.numbers or not shared else chosen(field.options, (), shared, complete=True)


def _said_once_more(field: Field, text: str, named: Sequence[Named]) -> set[int]:
    """Return the options that stand out in a sentence that names all of them: behind the others, or in capitals."""
    if len({one.number for one in named}) < len(field.options):
        return set()
    capitals = {one.number for one in named if text[one.start : one.end].isupper()}
    rest = text[named[len(field.options) - 1].end :]
    again = {one.number for one in named[len(field.options) :]} if len(named) < 2 * len(field.options) else set()
    number = _NUMBER_BEHIND.match(rest)
    return (
        (capitals if len(capitals) < len(field.options) else set())
        | again
        | ({int(number[1])} if number is not None and int(number[1]) <= len(field.options) else set())
    )


def named_in(field: Field, text: str) -> list[Named]:
    """Return the options named in a text, the longest names first taken, in the order of the text."""
    spoken = words(text)
    taken: set[int] = set()
    found: list[Named] = []
    wanted = [(option.number, key(name)) for option in field.options for name in (*option.words.kk, *option.words.ru)]
    begins: dict[str, list[int]] = defaultdict(list)  # where words stand, by what `_alike` never lets differ
    for n, word in enumerate(spoken):
        begins[word.text[:3]].append(n)
    for number, name in sorted(wanted, key=lambda entry: -len(entry[1])):
        for n in begins.get(name[0][:3], ()):
            here = range(n, n + len(name))
            part = spoken[n : n + len(name)]
            if len(part) < len(name) or not all(map(_alike, (w.text for w in part), name)):
                continue
            if taken.isdisjoint(here) and _BREAK.search(text[part[0].start : part[-1].end]) is None:
                taken.update(here)
                found.append(Named(number, part[0].start, part[-1].end))
    return sorted(found, key=lambda one: one.start)


def _alike(word: str, wanted: str) -> bool:
    """Say whether a word is another case form of the wanted one: «волонтера», not «волонтерская»."""
    beginning = wanted[: max(3, len(wanted) - 2)]
    return word == wanted or (word.startswith(beginning) and abs(len(word) - len(wanted)) <= 2)


def _seen(piece: Piece, named: Sequence[Named]) -> list[Seen]:
    text = piece.text
    gaps = [0, *(one.end for one in named)], [*(one.start for one in named), len(text)]
    between = [text[start:end] for start, end in zip(*gaps, strict=True)]
    boxes_lead = any(sign in between[0] for sign in _BOXES)
    seen = []
    for n, one in enumerate(named):
        before, after = between[n], between[n + 1]
        if n:
            before = _BREAK.split(before)[-1]
        after = _BREAK.split(after)[0] if n + 1 < len(named) else re.split(r"[);,.]", after)[0]
        box_text = between[n] if boxes_lead else after
        box = next((state for sign, state in _BOXES.items() if sign in box_text), None)
        marks = piece.line.marks_between(piece.start + one.start, piece.start + one.end)
        beside = [re.sub(r"\d{1,2}\s*[.)]|[()«»\"]", " ", side) for side in (before, after)]
        seen.append(Seen(one.number, marks, box, tuple(_signs_only(side) for side in beside)))
    return seen


def _signs_only(text: str) -> str:
    """Return the mark in a gap between two names; conjunctions and other words of the sentence are none."""
    text = "".join(" " if letter in _BOXES else letter for letter in text)
    return text if len(key(text)) <= 1 and len(text.strip()) <= 5 else ""


def _both(one: Seen, other: Seen) -> Seen:
    box = one.box or other.box if None not in (one.box, other.box) else (other.box if one.box is None else one.box)
    return Seen(one.number, one.label | other.label, box, one.beside + other.beside)
