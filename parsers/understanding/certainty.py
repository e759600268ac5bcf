"""How certain a reading is: why a value may not be meant so, and why a question without an answer may have one.

A value is unsure where its question is hardly like one, or its words are like a printed thing. A field may be called
missing only where its question was found, surely, or where nothing in the form is left unexplained.
"""

from __future__ import annotations

from collections.abc import Sequence

from parsers.catalogue import Field
from parsers.instead import why_hardly
from parsers.layout import Piece
from parsers.understanding.evidence import kinds_of
from parsers.understanding.meanings import wordings
from parsers.understanding.places import Anchor, Places
from parsers.values.blank import is_blank
from parsers.wording import key

PROBABLE = 0.3  # likeness of a question below which only its place tells what it asks
PRINTED = 0.62  # likeness of an answer to a printed thing from which it may be one
TELLING = frozenset({"iin", "twelve", "email", "phone", "date", "name"})  # kinds of value that say what they are
LONGEST_PRINTED = 120  # letters of an answer that are compared


def why_doubted(asked: Field, text: str, anchors: Sequence[Anchor]) -> str | None:
    """Return why words read as the answer to a question may be none, None where nothing speaks against them."""
    if asked.kind not in ("text", "people_list"):
        return None
    if anchors and max(anchor.likeness for anchor in anchors) < PROBABLE:
        return "the label is only probable"
    if is_like_printed(text):
        return "words like a question of the form"
    return why_hardly(asked, text) if asked.kind == "text" else None


def is_like_printed(text: str) -> bool:
    """Whether a text is nearly a question, a heading or a title of some form."""
    if len(text) > LONGEST_PRINTED or len(key(text)) < 2:
        return False
    index = wordings()
    like = index.likeness(text).max(axis=0)
    return any(like[n] >= PRINTED for n, e in enumerate(index.all) if e.kind in ("field", "heading", "title"))


def may_be_filled(asked: Field, anchors: Sequence[Anchor], places: Places) -> bool:
    """Whether a field without an answer may have one that was not found."""
    if not anchors:
        return any(map(unexplained, places.unowned))
    if max(anchor.likeness for anchor in anchors) < PROBABLE:
        return True
    near = {anchor.last.number for anchor in anchors}
    return any(unexplained(piece) and _is_next(piece, near) for piece in places.unowned)


def unexplained(piece: Piece) -> bool:
    """Whether somebody wrote something there that belongs to no question."""
    if is_blank(piece.text):
        return False
    worded = [word for word in key(piece.text) if len(word) > 1 and not word.isdigit()]
    return len(worded) > 1 or bool(kinds_of(piece.text) & TELLING)


def _is_next(piece: Piece, near: set[int]) -> bool:
    return any(0 < piece.line.number - number <= 2 for number in near)
