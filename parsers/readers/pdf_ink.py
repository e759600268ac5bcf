"""What is on a page of a PDF, turned upright: letters, strokes, coloured grounds, pictures, drawings.

A PDF knows neither words nor underlining nor tables; what these are is told by where the ink is
(`pdf_grid.py`, `pdf_marks.py`, `pdf_lines.py`).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from parsers.readers.symbols import is_picture_font, plain
from parsers.readings import Inline, Mark, Picture, Run

STROKES_AT_MOST = 6_000  # of a page: a drawing with more is a picture
THIN = 2.2  # points: what is no higher than this and longer is a stroke
BROKEN = "\N{REPLACEMENT CHARACTER}"

_CID = re.compile(r"\(cid:(\d+)\)")
# Letters that neither Kazakh nor Russian has and that stand for Kazakh ones where a font lies about itself.
_LIARS = frozenset("ЌќЋћЏџЂђЃѓЅѕЉљЊњ")
_DINGBATS = {"3": "✓", "4": "✔", "5": "✗", "6": "✗", "7": "✗", "8": "✗", "l": "●", "n": "■", "o": "☐", "q": "☐"}


class Box(NamedTuple):
    """left, top, right, bottom in points from the upper left corner."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def holds(self, x: float, y: float) -> bool:
        return self.x0 <= x <= self.x1 and self.top <= y <= self.bottom


class Stroke(NamedTuple):
    """A straight line along the page or down it: from, to, and at which height or distance."""

    start: float
    end: float
    at: float


@dataclass(slots=True)
class Thing:
    """A letter, a box to tick, a picture or an answer at its place; `base` is the line it stands on."""

    box: Box
    base: float
    size: float
    inline: Inline

    @property
    def middle(self) -> tuple[float, float]:
        return (self.box.x0 + self.box.x1) / 2, (self.box.top + self.box.bottom) / 2


@dataclass(slots=True)
class Ink:
    """The ink of one page. covered: how much of the page its largest picture takes, 0 to 1."""

    width: float
    height: float
    things: list[Thing] = field(default_factory=list)
    across: list[Stroke] = field(default_factory=list)
    down: list[Stroke] = field(default_factory=list)
    grounds: list[Box] = field(default_factory=list)
    drawn: list[Box] = field(default_factory=list)  # pieces of freehand drawing
    covered: float = 0.0
    remarks: dict[str, None] = field(default_factory=dict)


def ink_of(page: Any) -> Ink:
    """Return what is on a page of pdfplumber, turned so that most of its letters stand upright."""
    return _Page(page).ink


class _Page:
    def __init__(self, page: Any) -> None:
        self.page = page
        chars = page.chars
        self.quarter = _quarter(chars)
        width, height = float(page.width), float(page.height)
        self.ink = Ink(*((height, width) if self.quarter in (1, 3) else (width, height)))
        self.size = (width, height)
        grounds = [r for r in page.rects if r.get("fill") and not _is_white(r.get("non_stroking_color"))]
        self.dark = [self.box(r) for r in grounds if not _is_colored(r.get("non_stroking_color"))]
        self.letters(chars)
        self.strokes()
        self.pictures()

    def box(self, thing: Any) -> Box:
        return turned(Box(thing["x0"], thing["top"], thing["x1"], thing["bottom"]), self.quarter, *self.size)

    # ------------------------------------------------------------ letters

    def letters(self, chars: Sequence[Any]) -> None:
        seen: set[tuple[str, int, int]] = set()
        for char in chars:
            box = self.box(char)
            if _angle(char) != self.quarter or char["size"] < 1.5:
                continue
            place = (char["text"], round(box.x0), round(box.top))
            if place in seen:
                continue  # drawn twice to look bold
            seen.add(place)
            if _is_white(char.get("non_stroking_color")) and not any(d.holds(*_middle(box)) for d in self.dark):
                if char["text"].strip():
                    self.ink.remarks["hidden_text"] = None
                continue
            text = self.text(char)
            if text:
                self.ink.things.append(Thing(box, self.base(char, box), box.height, Run(text, _font_marks(char))))

    def text(self, char: Any) -> str:
        text, font = str(char["text"]), str(char.get("fontname", "")).rpartition("+")[2]
        name = re.sub(r"[^a-z]", "", font.lower())
        picture_font = next(
            (one for one in ("wingdings 2", "wingdings", "webdings") if one.replace(" ", "") in name), ""
        )
        code = _CID.fullmatch(text)
        if "dingbats" in name or name == "zadb":
            sign = chr(int(code[1])) if code and int(code[1]) < 256 else text
            return _DINGBATS.get(sign, sign)
        if picture_font and is_picture_font(picture_font):
            return plain(text, picture_font) if code is None else "•"
        if code or text == BROKEN or any(letter in _LIARS or 0xE000 <= ord(letter) < 0xF900 for letter in text):
            if name.startswith("symbol") or (code is None and 0xF000 <= ord(text[0]) < 0xF100):
                return plain(text, "wingdings") if code is None else "•"
            self.ink.remarks["broken_letters"] = None
            return BROKEN if code else text
        if not text and box_width(char) > 1:
            self.ink.remarks["broken_letters"] = None
            return BROKEN
        return "\N{NO-BREAK SPACE}" if text in ("\r", "\n", "\t") else text

    def base(self, char: Any, box: Box) -> float:
        if self.quarter == 0:
            return box.bottom - float(char["matrix"][5] - char["y0"])
        return box.bottom - 0.21 * box.height

    # ------------------------------------------------------------ strokes and grounds

    def strokes(self) -> None:
        page, ink = self.page, self.ink
        if len(page.lines) + len(page.rects) + len(page.curves) > STROKES_AT_MOST:
            ink.remarks["marks_unsure"] = None
            return
        for line in page.lines:
            if not _is_white(line.get("stroking_color")):
                self.line(self.box(line), line)
        for rect in page.rects:
            self.rect(rect)
        for curve in page.curves:
            self.curve(curve)

    def line(self, box: Box, line: Any) -> None:
        if box.height <= THIN and box.width > box.height:
            self.ink.across.append(Stroke(box.x0, box.x1, (box.top + box.bottom) / 2))
        elif box.width <= THIN:
            self.ink.down.append(Stroke(box.top, box.bottom, (box.x0 + box.x1) / 2))
        else:
            self.ink.drawn.append(box)

    def rect(self, rect: Any) -> None:
        box = self.box(rect)
        inked = rect.get("fill") and not _is_white(rect.get("non_stroking_color"))
        lined = rect.get("stroke") and not _is_white(rect.get("stroking_color"))
        if not (inked or lined):
            return
        if min(box.width, box.height) <= THIN:
            self.line(box, rect)
            return
        if inked and _is_colored(rect.get("non_stroking_color")):
            self.ink.grounds.append(box)
        elif inked and max(box.width, box.height) < 14:
            self.ink.drawn.append(box)  # a black square: the inside of a box, or a tick
        if lined:
            self.frame(box)

    def frame(self, box: Box) -> None:
        self.ink.across += [Stroke(box.x0, box.x1, box.top), Stroke(box.x0, box.x1, box.bottom)]
        self.ink.down += [Stroke(box.top, box.bottom, box.x0), Stroke(box.top, box.bottom, box.x1)]

    def curve(self, curve: Any) -> None:
        """Follow a path: its straight pieces are strokes, a closed one without bends a frame, the rest a drawing."""
        color = curve.get("stroking_color") if curve.get("stroke") else curve.get("non_stroking_color")
        box = self.box(curve)
        if _is_white(color) or not (curve.get("stroke") or curve.get("fill")):
            return
        if min(box.width, box.height) <= THIN:
            self.line(box, curve)
            return
        points = [turned(Box(x, y, x, y), self.quarter, *self.size) for x, y in curve.get("pts") or ()]
        pieces = [
            Box(min(a.x0, b.x0), min(a.top, b.top), max(a.x0, b.x0), max(a.top, b.top)) for a, b in pairwise(points)
        ]
        straight = [piece for piece in pieces if min(piece.width, piece.height) <= 1.0]
        if curve.get("fill") and not curve.get("stroke") and _is_colored(color) and len(straight) == len(pieces):
            self.ink.grounds.append(box)
        elif pieces and len(straight) == len(pieces):
            for piece in straight:
                self.line(piece, curve)
        else:
            self.ink.drawn.append(box)

    # ------------------------------------------------------------ pictures

    def pictures(self) -> None:
        whole = max(1.0, self.ink.width * self.ink.height)
        for image in self.page.images:
            box = self.box(image)
            share = box.width * box.height / whole
            self.ink.covered = max(self.ink.covered, share)
            if share < 0.5 and box.width > 3 and box.height > 3:
                self.ink.things.append(Thing(box, box.bottom - 1, min(12.0, box.height), Picture(b"", "pdf")))


def turned(box: Box, quarter: int, width: float, height: float) -> Box:
    """Return a box on the page turned by so many quarters against the turn of its letters."""
    if quarter == 1:  # letters run upwards
        return Box(height - box.bottom, box.x0, height - box.top, box.x1)
    if quarter == 2:
        return Box(width - box.x1, height - box.bottom, width - box.x0, height - box.top)
    if quarter == 3:  # letters run downwards
        return Box(box.top, width - box.x1, box.bottom, width - box.x0)
    return box


def _quarter(chars: Sequence[Any]) -> int:
    counted = Counter(_angle(char) for char in chars if char["text"].strip())
    return counted.most_common(1)[0][0] if counted else 0


def _angle(char: Any) -> int:
    a, b = char["matrix"][0], char["matrix"][1]
    return round(math.atan2(b, a) / (math.pi / 2)) % 4


def _middle(box: Box) -> tuple[float, float]:
    return (box.x0 + box.x1) / 2, (box.top + box.bottom) / 2


def box_width(char: Any) -> float:
    return float(char["x1"] - char["x0"])


def _font_marks(char: Any) -> frozenset[Mark]:
    font = str(char.get("fontname", "")).lower()
    marks = set()
    if "bold" in font or "black" in font or "heavy" in font:
        marks.add(Mark.BOLD)
    if "italic" in font or "oblique" in font:
        marks.add(Mark.ITALIC)
    return frozenset(marks)


def _rgb(color: Any) -> tuple[float, float, float] | None:
    """Return a colour as red, green, blue of 0 to 1; None where it is a pattern or not told."""
    parts = [color] if isinstance(color, int | float) else list(color) if isinstance(color, tuple | list) else []
    if not parts or not all(isinstance(part, int | float) for part in parts):
        return None
    numbers = [float(part) for part in parts]
    if len(numbers) == 1:
        return numbers[0], numbers[0], numbers[0]
    if len(numbers) == 3:
        return numbers[0], numbers[1], numbers[2]
    if len(numbers) == 4:
        cyan, magenta, yellow, black = numbers
        return (1 - cyan) * (1 - black), (1 - magenta) * (1 - black), (1 - yellow) * (1 - black)
    return None


def _is_white(color: Any) -> bool:
    rgb = _rgb(color)
    return rgb is not None and min(rgb) > 0.96


def _is_colored(color: Any) -> bool:
    """Say whether a ground is a marker's colour; white and grey are not."""
    rgb = _rgb(color)
    return rgb is not None and max(rgb) - min(rgb) > 0.15


def letters_of(things: Sequence[Thing]) -> Iterator[Thing]:
    return (thing for thing in things if isinstance(thing.inline, Run) and thing.inline.text.strip())
