"""What explains a question beside its label is no answer: «Место жительства (область, город) | г. Костанай»."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from parsers.asking import bracket, is_request
from parsers.catalogue import Field
from parsers.layout import Piece
from parsers.values.blank import is_blank
from parsers.values.people import looks_like_a_name

IN_BRACKETS = "in brackets behind the label: an answer or a hint"


def without_hints(
    asked: Field, pieces: Sequence[Piece], has_cell_beside: Callable[[Piece], bool]
) -> tuple[list[Piece], str | None]:
    """Return the pieces that may be the answer, and a doubt where a hint could not be told from an answer.

    has_cell_beside: whether a cell for the answer stands to the right of a piece's own.
    """
    kept: list[Piece] = []
    doubt = None
    if asked.kind in ("contacts", "people_list"):
        return list(pieces), None
    for n, piece in enumerate(pieces):
        if piece.where in ("before", "left") or is_blank(piece.text):
            kept.append(piece)
            continue
        if piece.where == "inline":
            elsewhere = any(o.where in ("right", "below") and not is_blank(o.text) for o in pieces[n + 1 :])
            rest, why = _behind_label(asked, piece, elsewhere=elsewhere, beside=has_cell_beside(piece))
        else:
            rest, why = _without_request(piece), None
        kept.extend([] if rest is None else [rest])
        doubt = doubt or why
    return kept, doubt


def _behind_label(asked: Field, piece: Piece, *, elsewhere: bool, beside: bool) -> tuple[Piece | None, str | None]:
    found = bracket(piece.text)
    if found is None or not is_blank(piece.text[found[1] :]):
        return _without_request(piece), None
    if elsewhere or is_request(found[0]):
        return None, None
    start = piece.start + piece.text.index(found[0])
    inside = replace(piece, start=start, end=start + len(found[0]))
    if asked.kind != "text" or (asked.name and looks_like_a_name(found[0].strip())):
        return inside, None
    return inside, IN_BRACKETS if beside else None


def _without_request(piece: Piece) -> Piece | None:
    """Return the piece without the form's own request in brackets at its beginning; None where that is all."""
    found = bracket(piece.text)
    if found is None or not is_request(found[0]):
        return piece
    return None if is_blank(piece.text[found[1] :]) else replace(piece, start=piece.start + found[1])
