"""The foot of the application: signature, the signatory's name, stamp. Captions under, behind or before what they
explain; a picture or a short typed name in the place of the signature is a signature, the whole name is none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz

from parsers.layout import Piece
from parsers.lines import PICTURE
from parsers.readings import Source, Value
from parsers.understanding.evidence import kinds_of
from parsers.understanding.places import Places
from parsers.values.blank import is_blank, without_rule
from parsers.wording import key, one_line, words

SAME_NAME = 80.0  # of 100: how like a word of the signature must be to one of the signatory's names

_RULE = re.compile(r"_{2,}|\.{3,}|…")
_AROUND = " /|:;,()"


class Foot:
    """What stands at the foot. labels_first: the form's answers stand under or beside their questions."""

    def __init__(
        self, places: Places, questions: Mapping[str, Sequence[int]], part: str, *, labels_first: bool
    ) -> None:
        self.places, self.questions, self.part, self.labels_first = places, questions, part, labels_first

    def signature(self) -> Value | None:
        for n in self.questions.get("signature", ()):
            piece = self._at(n)
            if piece is not None and not _is_whole_name_behind(piece):
                text = one_line(without_rule(piece.text.replace(PICTURE, " "))).strip(_AROUND)
                return Value(True, text, Source(self.part, piece.line.place), self._why_no_signature(piece, text))
        return None

    def signatory(self) -> Value | None:
        for n in self.questions.get("signatory_name", ()):
            piece = self._at(n)
            text = "" if piece is None else one_line(without_rule(piece.text.replace(PICTURE, " "))).strip(_AROUND)
            if piece is not None and not is_blank(text):
                return Value(text, text, Source(self.part, piece.line.place))
        if not self.questions.get("signatory_name"):
            for n in self.questions.get("signature", ()):
                for piece in self.places.of(n):
                    text = one_line(without_rule(piece.text)).strip(_AROUND)
                    if piece.where == "inline" and "name" in kinds_of(text):
                        return Value(text, text, Source(self.part, piece.line.place))
        return None

    def stamp(self) -> Value | None:
        for n in self.questions.get("stamp", ()):
            over = self.places.above(n)
            near = any(PICTURE in piece.text for piece in self.places.of(n))
            if near or (over is not None and over.line.text.count(PICTURE) > 1):
                return Value(True, "", Source(self.part, self.places.anchors[n].line.place))
        return None

    def _at(self, n: int) -> Piece | None:
        """Return what stands in the place that a caption names, None where it was left empty."""
        anchor, pieces = self.places.anchors[n], self.places.of(n)
        ahead = [p for p in pieces if p.where in ("before", "left")]
        behind = [p for p in pieces if p.where in ("inline", "right")]
        below = [p for p in pieces if p.where == "below"]
        over = self.places.above(n)
        above = [] if over is None or self.places.is_owned_elsewhere(over, n) else [over]
        ruled = any(_RULE.search(p.text) for p in ahead) and all(_nothing(p) for p in ahead)
        if ruled and anchor.field_id == "signature":
            return None
        first_behind = self.labels_first or not anchor.is_caption
        order = [*behind, *below, *ahead, *above] if first_behind else [*ahead, *above, *behind, *below]
        return next((piece for piece in order if not _nothing(piece)), None)

    def _why_no_signature(self, piece: Piece, text: str) -> str | None:
        """Words that are not the signatory's name are no sure signature."""
        signatory = self.signatory()
        if PICTURE in piece.text or signatory is None:
            return None
        full = [word.text for word in words(text) if len(word.text) > 3]
        names = [word for word in key(signatory.text) if len(word) > 1]
        if full and not any(fuzz.ratio(word, name) >= SAME_NAME for word in full for name in names):
            return "words that are not the signatory's name in the place of the signature"
        if len(full) >= 2 and key(text) == key(signatory.text):
            return "the full name in the place of the signature"
        return None


def _nothing(piece: Piece) -> bool:
    return PICTURE not in piece.text and is_blank(piece.text)


def _is_whole_name_behind(piece: Piece) -> bool:
    """A whole name behind the caption of the signature is the signatory's name."""
    text = one_line(without_rule(piece.text)).strip(_AROUND)
    long = sum(len(word.text) > 2 for word in words(text))
    return piece.where == "inline" and piece.start > 0 and "name" in kinds_of(text) and long > 1
