"""How a run of an OpenDocument looks once its styles are applied, and the numbers of its lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from parsers.readers.counting import written
from parsers.readers.numerals import whole
from parsers.readers.package import Element
from parsers.readings import Mark

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
LOEXT = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"

_WHITE = frozenset({"transparent", "#ffffff", "#fefefe"})
_LINES = {"text-underline": Mark.UNDERLINE, "text-line-through": Mark.STRIKE}
DEEPEST = 10  # levels of a list (OpenDocument 1.3, 16.31)
_PLACE = re.compile(r"%(\d+)%")

Looks = Mapping[Mark | str, bool]  # marks, and "hidden": switched on or off; absent: inherited


def _looks_of(style: Element) -> dict[Mark | str, bool]:
    """Return what a style itself switches on or off."""
    found: dict[Mark | str, bool] = {}
    ground = style.find(STYLE + "paragraph-properties")
    if ground is not None and ground.get(FO + "background-color", "transparent") not in _WHITE:
        found[Mark.HIGHLIGHT] = True
    for properties in style.findall(STYLE + "text-properties"):
        for name, mark in _LINES.items():
            drawn = [properties.get(f"{STYLE}{name}-{part}") for part in ("style", "type")]
            if any(drawn):
                found[mark] = "none" not in drawn
        ground_color = properties.get(FO + "background-color")
        if ground_color is not None:
            found[Mark.HIGHLIGHT] = ground_color not in _WHITE
        weight = properties.get(FO + "font-weight")
        if weight is not None:
            found[Mark.BOLD] = weight == "bold" or (whole(weight) >= 600)
        slant = properties.get(FO + "font-style")
        if slant is not None:
            found[Mark.ITALIC] = slant in ("italic", "oblique")
        shown = properties.get(TEXT + "display")
        if shown is not None:
            found["hidden"] = shown == "none"
    return found


class Styles:
    """The styles of one document by family and name, inheritance resolved."""

    def __init__(self, *roots: Element | None) -> None:
        self._style: dict[tuple[str, str], Element] = {}
        self._known: dict[tuple[str, str], dict[Mark | str, bool]] = {}
        self._typeface: dict[str, str] = {}
        for root in roots:
            if root is None:
                continue
            for face in root.iter(STYLE + "font-face"):
                self._typeface[face.get(STYLE + "name", "")] = face.get(SVG + "font-family", "").strip("'\"")
            for style in root.iter(STYLE + "style"):
                self._style[style.get(STYLE + "family", ""), style.get(STYLE + "name", "")] = style

    def looks(self, family: str, name: str | None) -> Looks:
        """Return what a style and those it is based on switch on or off."""
        if name is None:
            return {}
        if (family, name) not in self._known:
            whole: dict[Mark | str, bool] = {}
            for style in reversed(list(self._line(family, name))):
                whole |= _looks_of(style)
            self._known[family, name] = whole
        return self._known[family, name]

    def font(self, family: str, name: str | None) -> str:
        """Return the typeface that a style sets, "" when it sets none."""
        for style in self._line(family, name):
            for properties in style.findall(STYLE + "text-properties"):
                face = properties.get(STYLE + "font-name", "")
                family_name = properties.get(FO + "font-family", "").strip("'\"")
                if face or family_name:
                    return self._typeface.get(face) or family_name or face
        return ""

    def hidden(self, family: str, name: str | None) -> bool:
        """Say whether a table, row, column or section is not shown."""
        for style in self._line(family, name):
            for properties in style:
                if properties.get(TABLE + "display") == "false" or properties.get(TEXT + "display") == "none":
                    return True
        return False

    def _line(self, family: str, name: str | None) -> Iterator[Element]:
        for _ in range(20):
            style = self._style.get((family, name or ""))
            if style is None:
                return
            yield style
            name = style.get(STYLE + "parent-style-name")


@dataclass(frozen=True, slots=True)
class _Level:
    form: str
    pattern: str  # «%1%.%2%)», "" for bullets
    start: int


class Numbering:
    """Counts the lists of one document and says what is printed before an item."""

    def __init__(self, *roots: Element | None) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._by_id: dict[str, dict[int, int]] = {}
        self._by_style: dict[str, dict[int, int]] = {}
        for root in roots:
            for style in root.iter(TEXT + "list-style") if root is not None else ():
                self._levels[style.get(STYLE + "name", "")] = {depth: level for depth, level in _levels(style)}

    def counts(self, style: str, element: Element) -> dict[int, int]:
        """Return the counters of an outermost list: new ones, or those of the list it goes on with."""
        before = element.get(TEXT + "continue-list")
        continued = self._by_id.get(before) if before else None
        if continued is None and element.get(TEXT + "continue-numbering") == "true":
            continued = self._by_style.get(style)
        counts = {} if continued is None else continued
        own = element.get("{http://www.w3.org/XML/1998/namespace}id")
        if own:
            self._by_id[own] = counts
        self._by_style[style] = counts
        return counts

    def printed(self, style: str, depth: int, counts: dict[int, int], start: str | None) -> str:
        """Return the number printed before the next item at this depth (from 1), "" for bullets."""
        levels = self._levels.get(style, {})
        level = levels.get(depth)
        if level is None:
            return ""
        counts[depth] = counts.get(depth, level.start - 1) + 1
        if start is not None and start.isdigit():
            counts[depth] = whole(start, 1)
        for deeper in range(depth + 1, 11):
            counts.pop(deeper, None)

        def number(place: re.Match[str]) -> str:
            at = whole(place[1])
            shown = levels.get(at, level)
            return written(counts.get(at, shown.start), shown.form)

        return _PLACE.sub(number, level.pattern)


def _levels(style: Element) -> Iterator[tuple[int, _Level]]:
    for level in style:
        depth = whole(level.get(TEXT + "level"))
        if not 1 <= depth <= DEEPEST:
            continue
        form = level.get(STYLE + "num-format", "")
        pattern = ""
        if level.tag != TEXT + "list-level-style-bullet" and form:
            first = depth - whole(level.get(TEXT + "display-levels"), 1) + 1
            places = ".".join(f"%{n}%" for n in range(max(1, first), depth + 1))
            pattern = level.get(LOEXT + "num-list-format") or (
                level.get(STYLE + "num-prefix", "") + places + level.get(STYLE + "num-suffix", "")
            )
        yield depth, _Level(form, pattern, whole(level.get(TEXT + "start-value"), 1))
