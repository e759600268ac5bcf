"""Words on pages + answers among lines → boxes on the pages. Pure.

The lines of the document are found again among the letters of the pages, in order; an answer has the boxes of
the words that its letters belong to. What is not found again has no box: the document beside the page shows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from parsers.lines import lines_of
from parsers.readings import DocumentRead, Spot
from parsers.shown.spans import Span, letters, spans_of

LETTERS_TO_LOOK_BACK = 10  # of a line, so that it is looked for on the pages before too
PAD = 0.002  # of the page, around the words


@dataclass(frozen=True, slots=True)
class PageWord:
    """A word or letter on a page (counted from 0), its box in shares of the page."""

    page: int
    text: str
    left: float
    top: float
    right: float
    bottom: float


def spots_of(read: DocumentRead, words: Sequence[PageWord]) -> Mapping[int, tuple[Spot, ...]]:
    """Return page → the spots on it. words: of all pages, in reading order."""
    written, owners = _written(words)
    lines = lines_of(read.document)
    spans = spans_of(read, lines)
    found: dict[int, list[Spot]] = {}
    after = 0
    for line in lines:
        small, places = letters(line.text)
        start = written.find(small, after) if small else -1
        if start < 0 and len(small) >= LETTERS_TO_LOOK_BACK:
            start = written.find(small)
        if start >= 0:
            after = start + len(small)
        for span in spans.get(line.number, ()):
            inside = [n for n, place in enumerate(places) if span.start <= place < span.end]
            own = small[inside[0] : inside[-1] + 1] if inside else ""
            at = start + inside[0] if start >= 0 and inside else _alone(written, own)
            if own and at >= 0:
                _mark(found, span, [words[owner] for owner in owners[at : at + len(own)]])
    return {page: tuple(spots) for page, spots in found.items()}


def _written(words: Sequence[PageWord]) -> tuple[str, list[int]]:
    text = ""
    owners: list[int] = []
    for n, word in enumerate(words):
        small = letters(word.text)[0]
        text += small
        owners.extend([n] * len(small))
    return text, owners


def _alone(written: str, own: str) -> int:
    """Return where letters stand that stand nowhere else; -1 where they are too few to be sure."""
    at = written.find(own) if len(own) >= 6 else -1
    return at if at >= 0 and written.find(own, at + 1) < 0 else -1


def _mark(found: dict[int, list[Spot]], span: Span, words: Sequence[PageWord]) -> None:
    """Add the boxes of the words, one for each stretch that stands on one line of the page."""
    group: list[PageWord] = []
    for word in dict.fromkeys(words):
        if group and not _beside(group[-1], word):
            _add(found, span, group)
            group = []
        group.append(word)
    if group:
        _add(found, span, group)


def _beside(one: PageWord, other: PageWord) -> bool:
    middle = (other.top + other.bottom) / 2
    return one.page == other.page and one.top <= middle <= one.bottom and other.left >= one.left


def _add(found: dict[int, list[Spot]], span: Span, words: Sequence[PageWord]) -> None:
    left, right = min(word.left for word in words) - PAD, max(word.right for word in words) + PAD
    top, bottom = min(word.top for word in words) - PAD, max(word.bottom for word in words) + PAD
    box = max(0.0, left), max(0.0, top), min(1.0, right), min(1.0, bottom)
    found.setdefault(words[0].page, []).extend(
        Spot(field, *box, span.language, span.doubt, span.blank) for field in span.fields
    )
