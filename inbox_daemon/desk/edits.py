"""What was taken out of a text and what was put in, word by word. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

WORDS = re.compile(r"\s+|[^\s,;()«»“”\"]+|[,;()«»“”\"]")
# A longer stretch without a common beginning or end, or one in which more words could be paired with their likes, is
# told as a whole: who writes one word ten thousand times must not stop the desk.
LONGEST = 600  # words and what stands between them
MOST_PAIRS = 10_000


class Did(StrEnum):
    """What happened to a piece of a text."""

    KEPT = "kept"
    TAKEN_OUT = "taken_out"
    PUT_IN = "put_in"


@dataclass(frozen=True, slots=True)
class Edit:
    """One piece: it stands in both texts, in the old one only, or in the new one only."""

    did: Did
    text: str


def words(text: str) -> tuple[str, ...]:
    """Take a text apart into words, signs and spaces; joined they are the text again."""
    return tuple(WORDS.findall(text))


def edits(old: Sequence[str], new: Sequence[str]) -> tuple[Edit, ...]:
    """Return how `old` becomes `new`. Of two equal texts there is at most one piece, a kept one."""
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    before, after = old[start : len(old) - end], new[start : len(new) - end]
    pieces = [Edit(Did.KEPT, "".join(old[:start])), *_middle(before, after)]
    return _joined([*pieces, Edit(Did.KEPT, "".join(old[len(old) - end :]))])


def taken_out(pieces: Iterable[Edit]) -> tuple[Edit, ...]:
    """Return the old text: what was kept of it and what was taken out."""
    return _joined(one for one in pieces if one.did is not Did.PUT_IN)


def put_in(pieces: Iterable[Edit]) -> tuple[Edit, ...]:
    """Return the new text: what was kept and what was put in."""
    return _joined(one for one in pieces if one.did is not Did.TAKEN_OUT)


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _pairs(old: Sequence[str], new: Sequence[str]) -> int:
    before, after = Counter(old), Counter(new)
    return sum(count * after[word] for word, count in before.items() if not word.isspace())


def _middle(old: Sequence[str], new: Sequence[str]) -> Iterator[Edit]:
    blocks = [("replace", 0, len(old), 0, len(new))]
    if max(len(old), len(new)) <= LONGEST and _pairs(old, new) <= MOST_PAIRS:
        blocks = list(SequenceMatcher(str.isspace, old, new, autojunk=False).get_opcodes())
    for n, (kind, i, j, k, m) in enumerate(blocks):
        gone, came = "".join(old[i:j]), "".join(new[k:m])
        # A lone space or comma between two changes would only tear a changed phrase into bits.
        if kind == "equal" and (len(gone.strip()) > 1 or n in (0, len(blocks) - 1)):
            yield Edit(Did.KEPT, gone)
        else:
            yield Edit(Did.TAKEN_OUT, gone)
            yield Edit(Did.PUT_IN, came)


def _joined(pieces: Iterable[Edit]) -> tuple[Edit, ...]:
    """Return the pieces without empty ones, each change told once: what was taken out, then what was put in."""
    made: list[Edit] = []
    gone = came = ""
    for one in pieces:
        if one.did is Did.TAKEN_OUT:
            gone += one.text
        elif one.did is Did.PUT_IN:
            came += one.text
        elif one.text:
            made += [Edit(Did.TAKEN_OUT, gone), Edit(Did.PUT_IN, came)]
            gone = came = ""
            if made and made[-1].did is Did.KEPT:
                made[-1] = Edit(Did.KEPT, made[-1].text + one.text)
            else:
                made.append(one)
    return tuple(one for one in (*made, Edit(Did.TAKEN_OUT, gone), Edit(Did.PUT_IN, came)) if one.text)
