"""Structure alone: which stretches of a document's lines could be a printed question. Knows no wording.

A question is a whole block: a line, lines of one cell that wrap, or what stands before a separator. A line is cut
only at a separator (colon, question mark, dash, ruled line, tab, bracket, a change of style, the first figure).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from parsers.lines import Line
from parsers.marks import mark_words
from parsers.wording import key

Cut = Literal["whole", "wrapped", "separator", "ruled", "style", "figure", "bracket", "listed"]

# What stands before it: its line's beginning, a separator, a bracket (or it begins with one), a comma of a list.
Begin = Literal["line", "separator", "bracket", "listed"]

MOST_WRAPPED = 4  # lines of one cell or paragraph that may make one printed question
LONGEST = 900  # letters of a printed line of the forms
MOST_CUTS = 20  # cuts of one line that are looked at

# A sign: no letter, digit, blank or punctuation of a sentence. The applicant's, wherever it stands.
_SIGN = re.compile(r"[^\w\s.,;:()«»\"“”„'’‘`/?!\-–—%№\[\]…|\\&@#§]")
_SIGNS = _SIGN.pattern
_SEPARATOR = re.compile(
    rf"\s*(?::|\?|\s/\s|\t+|\s[–—-]\s|\s{{3,}}|;|\s[–—-](?=\S)|\s\[|(?:{_SIGNS})+|\s[+*]+(?=\s|$))\s*"
)
_RULED = re.compile(r"_{2,}|\.{4,}|…+|(?:\. ){3,}")
_FIGURE = re.compile(r"(?<![\w(])[+\d«\"“(]|(?<=\s)[^\s@:]+@[^\s@]+")
_LISTED = re.compile(r"\s*(?:[,;(/]|\)\.?)\s*")
_BRACKET = re.compile(r"\s*\([^()]*(?:\([^()]*\)[^()]*)*\)?")
# A printed number, and a mark before it: «x 4)», «[v] 12.», «да 3)».
_NUMBER = re.compile(r"[^\w:(]{0,4}(?:[^\W\d_]{1,9}[^\w:]{1,3})?(?:№\s*)?(\d{1,2})\s*[.)](?!\d)\s*")
# A mark behind a printed thing is the applicant's: «менеджер ✓», «… [v]», «… +».
_TRAILING = re.compile(rf"(?:\s*(?:\[[^\]]?\]|{_SIGNS}|\(\s*{_SIGNS}\s*\)|(?<=\s)[vVxXхХ]))+[\s).,;]*$")
_LEAD = re.compile(rf"(?:[\s_…]|\[[^\]]?\]|{_SIGNS})*")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A candidate for a printed thing: text from `start` on `line` to `end` on `last`.

    number: the printed number before it, 0 without one. before: where its line's own words begin (a box, a mark or
    a number may stand before `start`). cut: what bounds it.
    """

    line: Line
    start: int
    last: Line
    end: int
    text: str
    cut: Cut
    number: int = 0
    begins: Begin = "line"


def stretches(lines: Sequence[Line]) -> Iterator[Stretch]:
    """Yield every stretch of the lines that could be a printed thing, in order of where it begins."""
    for at, line in enumerate(lines):
        if not any(map(str.isalpha, line.text)):
            continue
        yield from _of_line(line)
        text, last = line.text, line
        for more in lines[at + 1 : at + MOST_WRAPPED]:
            if more.cells != line.cells or not any(map(str.isalpha, more.text)) or _NUMBER.match(more.text):
                break
            text, last = f"{text.rstrip()} {more.text.lstrip()}", more
            if len(text) > LONGEST:
                break
            number, start = _begin(line.text)
            yield Stretch(line, start, last, len(more.text.rstrip()), text[start:].strip(), "wrapped", number)
            end = _first_cut(more.text)
            if end is not None:
                kept = f"{text[: len(text) - len(more.text.lstrip())]}{more.text[:end].strip()}"
                yield Stretch(line, start, last, end, kept[start:].strip(), "wrapped", number)


def _of_line(line: Line) -> Iterator[Stretch]:
    text = line.text
    number, start = _begin(text)
    trailing = _TRAILING.search(text, start)
    ends: dict[int, Cut] = {trailing.start() if trailing is not None else len(text.rstrip()): "whole"}
    starts: dict[int, tuple[int, Begin]] = {start: (number, "line")}

    def begin(at: int, how: Begin) -> None:
        if at < len(text):
            found, begins = _begin(text[at:])
            starts.setdefault(at + begins, (found, how))

    said = _SAID.search(text, start)
    if said is not None and "".join(key(said[1])) in mark_words():
        ends.setdefault(said.start(), "separator")
    closed = [(m.start(), m.end()) for m in _BRACKET.finditer(text) if m[0].endswith(")")]
    for pattern, cut in _CUTS:
        for match in pattern.finditer(text, start):
            if (
                cut == "separator"
                and _SIGN.search(match[0]) is None
                and any(a < match.start() and match.end() < b for a, b in closed)
            ):
                continue  # within brackets
            if match.start() > start:
                ends.setdefault(match.start(), cut)
            if cut in ("separator", "ruled"):
                begin(match.end(), "separator")
            elif cut == "bracket":
                ends.setdefault(match.end(), cut)
                starts.setdefault(match.end() - len(match[0].lstrip()), (0, "bracket"))
                begin(match.end(), "bracket")
            elif cut == "listed":
                again = _OVER.match(text, match.end())
                begin(again.end() if again is not None else match.end(), "listed")
    opened = _OPENED.search(text, start) if text.count("(") > text.count(")") else None
    if opened is not None:
        starts.setdefault(opened.start(), (0, "bracket"))
        ends.setdefault(opened.start(), "bracket")
        ends.setdefault(opened.end(), "bracket")
        begin(opened.end(), "bracket")
    for _, b, _ in line.marks:
        if start < b < len(text):
            ends.setdefault(b, "style")
            begin(b, "separator" if not text[:b].rstrip().endswith((",", "(", "/")) else "listed")
    order = sorted(ends)[:MOST_CUTS]
    for at in sorted(starts)[:MOST_CUTS]:
        found, how = starts[at]
        for end in order:
            piece = text[at:end].strip()
            if end > at and len(piece) <= LONGEST and sum(map(str.isalpha, piece)) > 1 and not _WRITTEN.search(piece):
                cut = "separator" if at != start and ends[end] == "whole" else ends[end]
                yield Stretch(line, at, line, end, piece, cut, found, how)


_OVER = re.compile(rf"(?:[\s,;()]|{_SIGNS})*")
_OPENED = re.compile(r"\(\w+(?=\s[^()]*$)")  # a bracket that is never closed: its first word
_WRITTEN = re.compile(r"@|\d{6}|https?:")  # an address or a number: never in a printed thing
_SAID = re.compile(r"[\s–—-]+([^\W\d_]+)[\s.;,]*$")  # the last word: «менеджер да»
_CUTS: tuple[tuple[re.Pattern[str], Cut], ...] = (
    (_SEPARATOR, "separator"),
    (_RULED, "ruled"),
    (_FIGURE, "figure"),
    (_BRACKET, "bracket"),
    (_LISTED, "listed"),
)


def _begin(text: str) -> tuple[int, int]:
    """Return the printed number that a text begins with (0: none) and where its words begin."""
    match = _NUMBER.match(text)
    at = match.end() if match is not None else 0
    lead = _LEAD.match(text, at)
    start = lead.end() if lead is not None else at
    return (int(match[1]) if match is not None else 0), start if start < len(text) else at


def _first_cut(text: str) -> int | None:
    found = [m.start() for p in (_SEPARATOR, _RULED) if (m := p.search(text)) is not None and m.start() > 0]
    return min(found, default=None)
