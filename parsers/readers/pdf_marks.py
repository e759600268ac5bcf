"""Strokes, grounds and drawings → what they do to the letters: underline, strike out, highlight, tick, sign."""

from __future__ import annotations

from collections.abc import Sequence

from parsers.readers.pdf_grid import Rules
from parsers.readers.pdf_ink import Box, Ink, Stroke, Thing, letters_of
from parsers.readings import CheckBox, Mark, Picture, Run

_TICKS = frozenset("✓✔√vVхХxX+×✗✘☑☒●■*•4")
SMALL = 20.0  # points: a drawing no larger than this is a tick, a larger one a signature


def mark(ink: Ink, rules: Rules) -> None:
    """Give the letters of a page their marks, and put in the boxes, ticks and signatures that are drawn."""
    _boxes(ink, rules.boxes)
    _drawings(ink)
    strokes = sorted(rules.free, key=lambda stroke: stroke.at)
    for stroke in strokes:
        _stroke(ink.things, stroke)
    for ground in ink.grounds:
        for thing in letters_of(ink.things):
            if ground.holds(*thing.middle) and ground.height < 2.4 * thing.size:
                _add(thing, Mark.HIGHLIGHT)


def _stroke(things: Sequence[Thing], stroke: Stroke) -> None:
    """Mark the letters over or under a stroke, unless it is a rule to write on."""
    under: list[Thing] = []
    through: list[Thing] = []
    for thing in things:
        if not isinstance(thing.inline, Run) or not _overlaps(thing.box, stroke):
            continue
        above_base = (thing.base - stroke.at) / max(thing.size, 1.0)
        if -0.32 < above_base < 0.06:
            under.append(thing)
        elif 0.1 < above_base < 0.5:
            through.append(thing)
    for found, meaning in ((under, Mark.UNDERLINE), (through, Mark.STRIKE)):
        if not found:
            continue
        size = max(thing.size for thing in found)
        left, right = min(thing.box.x0 for thing in found), max(thing.box.x1 for thing in found)
        if meaning is Mark.UNDERLINE and (left - stroke.start > size or stroke.end - right > size):
            continue  # it goes on where nothing is written
        for thing in found:
            _add(thing, meaning)


def _overlaps(box: Box, stroke: Stroke) -> bool:
    common = min(box.x1, stroke.end) - max(box.x0, stroke.start)
    return common > 0.5 * box.width


def _add(thing: Thing, meaning: Mark) -> None:
    if isinstance(thing.inline, Run):
        thing.inline = Run(thing.inline.text, thing.inline.marks | {meaning})


def _boxes(ink: Ink, boxes: Sequence[Box]) -> None:
    """Put boxes to tick where small squares are drawn; what is in them makes them ticked."""
    for box in boxes:
        inside = [thing for thing in letters_of(ink.things) if box.holds(*thing.middle)]
        words = "".join(thing.inline.text for thing in inside if isinstance(thing.inline, Run)).strip()
        drawn = [piece for piece in ink.drawn if _crosses(piece, box)]
        if words and not (len(words) <= 1 or all(letter in _TICKS for letter in words)):
            continue  # a framed number or word
        ink.things = [thing for thing in ink.things if not any(thing is one for one in inside)]
        ink.drawn = [piece for piece in ink.drawn if not any(piece is one for one in drawn)]
        base = box.bottom - 0.1 * box.height
        ink.things.append(Thing(box, base, max(box.height, 8.0), CheckBox(bool(words or drawn))))


def _crosses(piece: Box, box: Box) -> bool:
    """Say whether most of a drawn piece lies in a box or over it."""
    wide = min(piece.x1, box.x1) - max(piece.x0, box.x0)
    high = min(piece.bottom, box.bottom) - max(piece.top, box.top)
    return wide > 0.3 * piece.width and high > 0.3 * piece.height and piece.width < 3 * box.width


def _drawings(ink: Ink) -> None:
    """Tell freehand drawings: a ring around words marks them, a small one is a tick, another a signature."""
    for box in _clusters(ink.drawn):
        size = max((thing.size for thing in letters_of(ink.things)), default=10.0)
        held = [thing for thing in letters_of(ink.things) if box.holds(*thing.middle)]
        words = "".join(thing.inline.text for thing in held if isinstance(thing.inline, Run))
        if any(letter.isalnum() for letter in words) and box.height < 4 * size:
            for thing in held:
                _add(thing, Mark.UNDERLINE)
        elif max(box.width, box.height) <= SMALL and min(box.width, box.height) >= 2:
            ink.things.append(Thing(box, box.bottom, max(box.height, 8.0), Run("✓")))
        elif box.width > SMALL and box.height > 6:
            ink.things.append(Thing(box, box.bottom, 12.0, Picture(b"", "drawing")))


def _clusters(pieces: Sequence[Box]) -> list[Box]:
    clusters: list[Box] = []
    for piece in sorted(pieces, key=lambda one: one.x0):
        for n in range(len(clusters) - 1, -1, -1):
            known = clusters[n]
            near = piece.x0 <= known.x1 + 4 and piece.top <= known.bottom + 4 and piece.bottom >= known.top - 4
            if near:
                clusters[n] = Box(
                    min(known.x0, piece.x0),
                    min(known.top, piece.top),
                    max(known.x1, piece.x1),
                    max(known.bottom, piece.bottom),
                )
                break
        else:
            clusters.append(piece)
    return clusters


def without_ruled_lines(things: list[Thing]) -> list[Thing]:
    """Return things without the underscores that somebody has typed over in a program for filling in PDFs."""
    rules = [t for t in things if isinstance(t.inline, Run) and t.inline.text == "_"]
    if not rules:
        return things
    others = [t for t in letters_of(things) if isinstance(t.inline, Run) and t.inline.text.strip("_")]
    gone = {id(rule) for rule in rules if any(_covered(rule.box, other.box) for other in others)}
    return [thing for thing in things if id(thing) not in gone]


def _covered(rule: Box, other: Box) -> bool:
    common = min(rule.x1, other.x1) - max(rule.x0, other.x0)
    return common > 0.5 * rule.width and other.top < rule.bottom and other.bottom > rule.top
