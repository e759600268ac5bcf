"""How a cell of a workbook looks: marks of its font and fill, and numbers and dates as Excel shows them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from parsers.readers.numerals import whole
from parsers.readers.package import Element
from parsers.readings import Mark

M = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

_OFF = frozenset(("0", "false", "none"))
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))  # ECMA-376 18.8.30
_BUILT_IN = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 14: "dd.mm.yyyy", 17: "mmm-yy", 18: "h:mm", 20: "h:mm"}
_NOT_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h|m|s)[^\]]*\]', re.IGNORECASE)
_ZEROS = re.compile(r"^[\s#?,]*(0{2,})(?:\.(0+))?")
_GREYS = frozenset((0, 1, 8, 9, 22, 23, 55, 63, 64, 65))  # of the indexed colours: white, black, greys, system
_EMPTY: frozenset[Mark] = frozenset()


def marks_of(properties: Element | None) -> frozenset[Mark]:
    """Return the marks that a font or the properties of a run (rPr) set."""
    if properties is None:
        return _EMPTY
    names = (("b", Mark.BOLD), ("i", Mark.ITALIC), ("u", Mark.UNDERLINE), ("strike", Mark.STRIKE))
    found = ((mark, properties.find(M + name)) for name, mark in names)
    return frozenset(mark for mark, one in found if one is not None and one.get("val", "1") not in _OFF)


@dataclass(frozen=True, slots=True)
class _Format:
    code: str
    is_date: bool
    marks: frozenset[Mark]


class Looks:
    """The cell formats of one workbook by number."""

    def __init__(self, root: Element | None, *, since_1904: bool) -> None:
        self.start = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 - a day on paper
        self._formats: list[_Format] = []
        if root is None:
            return
        fonts = [marks_of(font) for font in root.findall(f"{M}fonts/{M}font")]
        fills = [_is_colored(fill) for fill in root.findall(f"{M}fills/{M}fill")]
        codes = {one.get("numFmtId", ""): one.get("formatCode", "") for one in root.findall(f"{M}numFmts/{M}numFmt")}
        for cell in root.findall(f"{M}cellXfs/{M}xf"):
            number, font, fill = (whole(cell.get(name)) for name in ("numFmtId", "fontId", "fillId"))
            code = codes.get(str(number), _BUILT_IN.get(number, ""))
            plain = _NOT_CODE.sub("", code.split(";")[0]).lower()
            is_date = number in _DATE_FORMATS if str(number) not in codes else re.search("[dyhs]", plain) is not None
            marks = fonts[font] if font < len(fonts) else _EMPTY
            if fill < len(fills) and fills[fill]:
                marks |= {Mark.HIGHLIGHT}
            self._formats.append(_Format(plain, is_date and "general" not in plain, marks))

    def marks(self, style: str | None) -> frozenset[Mark]:
        """Return the marks of a cell as a whole."""
        found = self._of(style)
        return _EMPTY if found is None else found.marks

    def shown(self, value: str, style: str | None) -> str:
        """Return a number as Excel shows it; whole numbers with all their digits, dates as 05.10.2026."""
        try:
            number = float(value)
        except ValueError:
            return value
        if not math.isfinite(number):
            return value
        found = self._of(style)
        if found is not None and found.is_date and 0 <= number < 2_958_466:
            return self._day(number, found.code)
        zeros = _ZEROS.match(found.code) if found is not None else None
        if zeros and number >= 0:
            return f"{number:0{len(zeros[1]) + (1 + len(zeros[2]) if zeros[2] else 0)}.{len(zeros[2] or '')}f}"
        if found is not None and "%" in found.code:
            return f"{number * 100:g}%"
        return str(int(number)) if number == int(number) and abs(number) < 1e18 else f"{number:.10g}"

    def _of(self, style: str | None) -> _Format | None:
        n = whole(style)
        return self._formats[n] if n < len(self._formats) else None

    def _day(self, number: float, code: str) -> str:
        when = self.start + timedelta(days=number)
        if not re.search("[dy]", code) and code:
            return when.strftime("%H:%M")
        if "d" in code or not code:
            return when.strftime("%d.%m.%Y")
        return when.strftime("%m.%Y" if "m" in code else "%Y")


def _is_colored(fill: Element) -> bool:
    """Say whether a fill stands out: greys and white are a table's dress, a colour is a mark."""
    pattern = fill.find(M + "patternFill")
    if pattern is None or pattern.get("patternType", "none") in ("none", "gray125", "gray0625"):
        return False
    color = pattern.find(M + "fgColor")
    if color is None:
        return False
    rgb, theme, indexed = color.get("rgb"), color.get("theme"), color.get("indexed")
    if rgb is not None and len(rgb) >= 6:
        red, green, blue = rgb[-6:-4], rgb[-4:-2], rgb[-2:]
        return not (red.lower() == green.lower() == blue.lower())
    if theme is not None:
        return whole(theme) >= 4  # 0 to 3 are the paper's and the text's own colours
    return indexed is not None and whole(indexed) not in _GREYS
