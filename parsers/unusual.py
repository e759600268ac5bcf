"""What makes free words doubtful though they stand where an answer may: text is anything, so only its place tells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from parsers.align import Anchor
from parsers.labels import Element, find, labels, said_at_start
from parsers.layout import Layout, Piece, Where
from parsers.values.blank import is_blank
from parsers.wording import key

WRAPPED_AT = 55  # letters of a line that may have been broken for its length
ELSEWHERE = 2  # simple questions answered beside or under their labels, where one answered behind its own is doubtful
SIMPLE = ("text", "year", "date", "number", "iin", "bin", "phone", "email")
ASKED_LIKE, ASKED_WORDS = 0.95, 2  # of a line that is a question of this form and no answer
PRINTED_WORDS = 5  # of a printed wording with which a line begins that goes on

_ANNOUNCED = re.compile(r"([^:\n]{2,300}?)\s*(?::|\s[–—-]\s)\s*")
_EXAMPLE = re.compile(
    r"\s*[(*]?\s*(?:мысал\w*|например|образец|үлгі|ескерту|примечани\w+|пример)\s*(?:[:–—-]|\Z)|\s*(?:мысалы|например),",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\s*\([^()]*\)[\s.:]*")
_HALF = re.compile(r"\s*[,;)]|[^(\n]*[^\d\s(][^(\n]*\)")  # «, как в паспорте)»: cut out of a longer line


def without_own_label(element: Element, anchors: Sequence[Anchor], piece: Piece) -> Piece:
    """Return what stands beside or under a label without the same question said again: «ЖСН | ЖСН: 8903…»."""
    announced = _ANNOUNCED.match(piece.text)
    if piece.where not in ("right", "below") or announced is None:
        return piece
    asked = key(announced[1])
    again = any(asked == key(a.line.text[a.start : a.end]) for a in anchors if a.line is a.last)
    told = None if again else said_at_start(element, piece.text)
    if again or (told is not None and told[0] == announced.end()):
        return replace(piece, start=piece.start + announced.end())
    return piece


def unusual(layout: Layout, elements: Sequence[Element], element: Element, pieces: Sequence[Piece]) -> str | None:
    """Return why the free words of these pieces may be no answer to the element, None where nothing speaks against."""
    written = [p for p in pieces if p.where not in ("before", "left") and not is_blank(p.text)]
    if layout.answers_apart(element) or layout.answered_twice(element):
        return "words in several cells"
    told = next(filter(None, (unlikely(piece.text) for piece in written)), None)
    if told is not None:
        return told
    if any(is_question(element, piece) for piece in written):
        return "a question of the form among the words"
    return _unusual_place(layout, elements, element, written)


def unlikely(line: str) -> str | None:
    """Return why a line of free words is hardly an answer wherever it stands, None where nothing speaks against it."""
    if _EXAMPLE.match(line):
        return "an example or a remark"
    return "words in brackets" if _BRACKETS.fullmatch(line) or _HALF.match(line) else None


def is_question(element: Element, piece: Piece) -> bool:
    """Say whether a piece that belongs to an element is itself, as a whole, something that its form prints.

    A choice answered in the words of its options is answered, unless their numbers stand before them.
    """
    of, chooses = labels().of[element.form], element.field is not None and element.field.kind == "choice"
    for found in find(piece.text):
        printed = of.get(found.wording, ())
        own = chooses and not found.numbered and all(other.field is element.field for other in printed)
        surely = found.words >= (ASKED_WORDS if found.whole else PRINTED_WORDS) and found.like >= ASKED_LIKE
        if surely and printed and not own:
            return True
    return False


def _unusual_place(layout: Layout, elements: Sequence[Element], element: Element, written: list[Piece]) -> str | None:
    near = [p for p in written if p.where in ("inline", "right")]
    in_brackets = bool(written) and written[0].line.text[: written[0].start].rstrip()[-1:] in ("(", "[")
    if not in_brackets and layout.behind_label(element) and _elsewhere(layout, elements) >= ELSEWHERE:
        return "behind its label, unlike the other answers"
    own_cells = [anchor.line.cells for anchor in layout.anchors_of(element)]
    below = [p for p in written if p.where == "below"]
    below = [p for p in below if not p.line.cells or p.line.cells not in own_cells]
    if not below:
        return None
    if not near:
        return "under its label, unlike the other answers" if _beside_is_usual(layout, elements) else None
    before = near[-1].text.strip()
    for piece in below:
        if piece.line.cells:
            continue
        text = piece.text.strip()
        goes_on = before[-1:] in ":;,–-" or not text[0].isupper() or len(before) >= WRAPPED_AT
        if not goes_on or (text[0] == "*" and before[:1] != "*"):
            return "the line below may belong to something else"
        before = text
    return None


def _beside_is_usual(layout: Layout, elements: Sequence[Element]) -> bool:
    wheres = _places(layout, elements, ("choice", "contacts", "people_list", *SIMPLE))
    return sum(bool({"inline", "right"} & where) for where in wheres) > sum(where == {"below"} for where in wheres)


def _elsewhere(layout: Layout, elements: Sequence[Element]) -> int:
    """Return how many simple questions are answered beside or under their label, none of it behind it."""
    return sum(bool(where) and "inline" not in where for where in _places(layout, elements, SIMPLE))


def _places(layout: Layout, elements: Sequence[Element], kinds: Sequence[str]) -> list[set[Where]]:
    asking = (e for e in elements if e.kind == "field" and e.field is not None and e.field.kind in kinds)
    return [{p.where for p in layout.of(element) if not is_blank(p.text)} for element in asking]
