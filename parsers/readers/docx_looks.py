"""How a run of a .docx looks once its styles are applied, and the numbers that Word prints by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from parsers.readers.colors import is_colored
from parsers.readers.counting import written
from parsers.readers.numerals import whole
from parsers.readers.package import Element
from parsers.readings import Mark

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

DEEPEST = 8  # the last of Word's nine levels of a list
_OFF = frozenset({"0", "false", "off", "none"})
# The background of the gaps in the forms that we give back: it marks nothing that the applicant has chosen.
GAP_FILL = "ffff00"
_WHITE = frozenset({"auto", "ffffff", "fefefe"})
_SWITCHES = {W + "strike": Mark.STRIKE, W + "dstrike": Mark.STRIKE, W + "b": Mark.BOLD, W + "i": Mark.ITALIC}

Looks = Mapping[Mark | str, bool]  # marks, and "hidden": switched on or off; absent: inherited


def looks_of(properties: Element | None) -> dict[Mark | str, bool]:
    """Return what a w:rPr switches on or off."""
    found: dict[Mark | str, bool] = {}
    if properties is None:
        return found
    for one in properties:
        tag, value = one.tag, one.get(W + "val", "").lower()
        if tag in _SWITCHES:
            mark = _SWITCHES[tag]
            found[mark] = value not in _OFF or found.get(mark, False)
        elif tag == W + "u":
            found[Mark.UNDERLINE] = value not in _OFF
        elif tag == W + "highlight":
            found[Mark.HIGHLIGHT] = value not in _OFF and value != "white"
        elif tag == W + "shd":
            fill = one.get(W + "fill", "auto").lower()
            found.setdefault(Mark.HIGHLIGHT, fill not in _WHITE)
        elif tag == W + "color":
            found[Mark.COLOR] = is_colored(value)
        elif tag in (W + "vanish", W + "webHidden"):
            found["hidden"] = value not in _OFF
    return found


def is_shaded(cell: Element) -> bool:
    """Whether a table cell has a background of its own."""
    shading = cell.find(f"{W}tcPr/{W}shd")
    return shading is not None and shading.get(W + "fill", "auto").lower() not in {*_WHITE, GAP_FILL}


class Styles:
    """The styles of one document, inheritance resolved; `numbering` of a paragraph style likewise."""

    def __init__(self, root: Element | None) -> None:
        self._own: dict[str, dict[Mark | str, bool]] = {}
        self._parent: dict[str, str] = {}
        self._font: dict[str, str] = {}
        self._numbering: dict[str, tuple[str, int]] = {}
        self._default: str | None = None
        self._known: dict[str, dict[Mark | str, bool]] = {}
        if root is None:
            return
        for style in root.iter(W + "style"):
            name = style.get(W + "styleId", "")
            self._own[name] = looks_of(style.find(W + "rPr"))
            based = style.find(W + "basedOn")
            if based is not None:
                self._parent[name] = based.get(W + "val", "")
            fonts = style.find(f"{W}rPr/{W}rFonts")
            if fonts is not None:
                self._font[name] = fonts.get(W + "ascii", "")
            numbered = style.find(f"{W}pPr/{W}numPr")
            if numbered is not None:
                self._numbering[name] = number_of(numbered)
            if style.get(W + "type") == "paragraph" and style.get(W + "default") in ("1", "true"):
                self._default = name

    def looks(self, name: str | None) -> Looks:
        """Return what a style and those it is based on switch on or off."""
        name = name or self._default
        if name is None:
            return {}
        if name not in self._known:
            whole: dict[Mark | str, bool] = {}
            for one in reversed(self._line(name)):
                whole |= self._own.get(one, {})
            self._known[name] = whole
        return self._known[name]

    def font(self, name: str | None) -> str:
        return next((self._font[one] for one in self._line(name or "") if one in self._font), "")

    def numbering(self, name: str | None) -> tuple[str, int] | None:
        return next((self._numbering[one] for one in self._line(name or "") if one in self._numbering), None)

    def _line(self, name: str) -> list[str]:
        line: list[str] = []
        while name and name not in line and len(line) < 20:
            line.append(name)
            name = self._parent.get(name, "")
        return line


def number_of(numbered: Element) -> tuple[str, int]:
    """Return (list, level) of a w:numPr; list "0" or "" means none."""
    number, level = numbered.find(W + "numId"), numbered.find(W + "ilvl")
    depth = level.get(W + "val", "0") if level is not None else "0"
    return (number.get(W + "val", "") if number is not None else "", whole(depth))


@dataclass(frozen=True, slots=True)
class _Level:
    form: str
    pattern: str
    start: int


class Numbering:
    """Counts automatic lists and says what is printed before a paragraph."""

    def __init__(self, root: Element | None) -> None:
        self._levels: dict[tuple[str, int], _Level] = {}
        self._list_of: dict[str, str] = {}
        self._restart: dict[tuple[str, int], int] = {}
        self._count: dict[tuple[str, int], int] = {}
        self._seen: set[str] = set()
        if root is None:
            return
        for abstract in root.iter(W + "abstractNum"):
            for level in abstract.iter(W + "lvl"):
                depth = whole(level.get(W + "ilvl"))
                if depth <= DEEPEST:
                    self._levels[abstract.get(W + "abstractNumId", ""), depth] = _Level(
                        _value(level, "numFmt", "decimal"),
                        _value(level, "lvlText", ""),
                        whole(_value(level, "start", "1"), 1),
                    )
        for num in root.iter(W + "num"):
            own = num.get(W + "numId", "")
            self._list_of[own] = _value(num, "abstractNumId", "")
            for override in num.iter(W + "lvlOverride"):
                start = whole(_value(override, "startOverride", ""), -1)
                if start >= 0:
                    self._restart[own, whole(override.get(W + "ilvl"))] = start

    def printed(self, own: str, depth: int) -> str:
        """Return the number printed before the next paragraph of this list, "" for bullets and no list."""
        of = self._list_of.get(own)
        if of is None or (of, depth) not in self._levels:
            return ""
        if own not in self._seen:
            self._seen.add(own)
            for (number, at), start in self._restart.items():
                if number == own:
                    self._count[of, at] = start - 1
        level = self._levels[of, depth]
        self._count[of, depth] = self._count.get((of, depth), level.start - 1) + 1
        for deeper in range(depth + 1, 10):
            self._count.pop((of, deeper), None)
        if level.form in ("bullet", "none"):
            return ""
        text = level.pattern
        for n in range(depth + 1):
            shown = self._levels.get((of, n), level)
            text = text.replace(f"%{n + 1}", written(self._count.get((of, n), shown.start), shown.form))
        return text


def _value(parent: Element, name: str, otherwise: str) -> str:
    child = parent.find(W + name)
    return otherwise if child is None else child.get(W + "val", otherwise)
