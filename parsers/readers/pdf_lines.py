"""Letters at places → lines → paragraphs: which lines ended only because the column did.

A line goes on in the next one when the next word had no room left on it, and nothing else (a gap, another
size, another margin, the sign of a list) says that something new begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from parsers.readers.pdf_ink import Thing
from parsers.readers.pdf_marks import without_ruled_lines
from parsers.readings import Inline, Mark, Paragraph, Picture, Run

STEP = 1.38  # usual distance of the lines of a paragraph in letter sizes, where the text does not tell

_ONLY_NUMBER = re.compile(r"\(?\d{1,2}\s*[.)]")
_SHORT_WORDS = (
    "г|с|п|д|к|р|қ|а|ж|м|ш|ул|пр|пл|кв|стр|обл|респ|мкр|пос|пер|им|тел|моб|эл|көш|даң|ауд|ықш|бульв|просп|жоғ"
)
_ABBREVIATED = re.compile(rf"(?:^|[\s,(])(?:{_SHORT_WORDS})\.$", re.IGNORECASE)
_UNFINISHED = re.compile(r"(?:,|\S[-‐/]|/|[(«])$")
_SIGNS = frozenset("✓✔√+☑☒✗●")
_LIST = re.compile(
    r"\s*(?:\[.?\]|[–—•▪■●○\-*✓☐☑☒]|(?:(?:[xх+v√]|да|иә)\s+)?\(?\d{1,2}\s*[.)](?!\d)|[а-яёa-z]\))\s*", re.IGNORECASE
)
_NUMBERED_NAME = re.compile(r"(?:^|[\s:])\d{1,2}[.)]\s+[^\d:;.]+$")
_BREAK_INSIDE = re.compile(r"[^\W\d_][-‐/]$|[/@_.]$")
_OPEN = re.compile(r"[^\s.:;!?)»”\"]\s*$")


@dataclass(slots=True)
class Line:
    """Letters on one base line, blanks put in between words."""

    things: list[Thing]
    x0: float
    x1: float
    base: float
    size: float
    top: float
    bottom: float

    @property
    def text(self) -> str:
        return "".join(thing.inline.text for thing in self.things if isinstance(thing.inline, Run))

    @property
    def first_word(self) -> float:
        """The width of the first word, up to where a line may be broken."""
        end = self.x0
        for thing in self.things:
            text = thing.inline.text if isinstance(thing.inline, Run) else ""
            if text.isspace():
                break
            end = thing.box.x1
            if text in ("-", "‐"):
                break
        return end - self.x0


@dataclass(frozen=True, slots=True)
class Column:
    """The width that lines had, from `left` to `right`; step: distance of a paragraph's lines in letter sizes."""

    left: float
    right: float
    farthest: float = 0.0  # where it may have ended as well: longer lines were not seen, shorter ones had no room
    step: float = STEP
    is_cell: bool = False


def lines_of(things: Sequence[Thing]) -> list[Line]:
    """Return things in lines from top to bottom."""
    groups: list[list[Thing]] = []
    pictures = [thing for thing in things if isinstance(thing.inline, Picture)]
    letters = [thing for thing in things if not isinstance(thing.inline, Picture)]
    for thing in sorted(letters, key=lambda one: (one.base, one.box.x0)):
        home = next((group for group in reversed(groups[-4:]) if _on_line(thing, group)), None)
        if home is None:
            groups.append([thing])
        else:
            home.append(thing)
    for picture in pictures:
        _beside(picture, groups)
    groups.sort(key=lambda group: group[0].base)
    return [line for group in groups if (line := _line(group)) is not None]


def _on_line(thing: Thing, group: Sequence[Thing]) -> bool:
    return abs(thing.base - group[0].base) <= 0.35 * min(thing.size, group[0].size)


def _beside(picture: Thing, groups: list[list[Thing]]) -> None:
    """Put a picture on the line that it stands beside; on a line of its own where there is none."""
    middle = picture.middle[1]
    near = [
        group
        for group in groups
        if picture.box.top - 1 <= group[0].base - 0.3 * group[0].size <= picture.box.bottom + 1
        and any(isinstance(one.inline, Run) and one.inline.text.strip() for one in group)
    ]
    if near:
        min(near, key=lambda group: abs(group[0].base - middle)).append(picture)
    else:
        groups.append([picture])


def _line(group: list[Thing]) -> Line | None:
    things = without_ruled_lines(sorted(group, key=lambda one: one.box.x0))
    seen = [thing for thing in things if not isinstance(thing.inline, Run) or thing.inline.text.strip()]
    if not seen:
        return None
    letters = [thing for thing in seen if isinstance(thing.inline, Run)] or seen
    size = median(thing.size for thing in letters)
    top, bottom = min(thing.box.top for thing in letters), max(thing.box.bottom for thing in letters)
    base = median(thing.base for thing in letters)
    return Line(_spaced(things), seen[0].box.x0, max(thing.box.x1 for thing in seen), base, size, top, bottom)


def _spaced(things: Sequence[Thing]) -> list[Thing]:
    """Return the things of a line with blanks where they stand apart: one between words, three at a gap."""
    spaced: list[Thing] = []
    end: float | None = None  # of the last thing that can be seen
    blanks = 0
    for thing in things:
        text = thing.inline.text if isinstance(thing.inline, Run) else "x"
        if not text.strip():
            blanks += len(text)
            continue
        if end is not None:
            gap = thing.box.x0 - end
            wide = max(1.0, thing.size)
            wanted = 3 if gap > 1.4 * wide else 1 if gap > 0.19 * wide else 0
            count = max(wanted, min(blanks, 3) if gap > 0.05 * wide or blanks else 0)
            if count:
                spaced.append(Thing(thing.box, thing.base, thing.size, Run(" " * count, _between(spaced[-1], thing))))
        spaced.append(thing)
        end, blanks = thing.box.x1 if end is None else max(end, thing.box.x1), 0
    return spaced


def _between(one: Thing, other: Thing) -> frozenset[Mark]:
    if isinstance(one.inline, Run) and isinstance(other.inline, Run):
        return one.inline.marks & other.inline.marks
    return frozenset()


# ---------------------------------------------------------------- paragraphs


def step_of(lines: Sequence[Line], column: Column) -> float | None:
    """Return the distance of lines that surely belong together, in letter sizes; None when there are none."""
    steps = [
        (line.base - before.base) / before.size
        for before, line in pairwise(lines)
        if _needed(before, line) > column.right - 1.5
        and _aligned(before, line, column)
        and line.text.lstrip()[:1].islower()
        and line.base - before.base < 2.6 * before.size
        and abs(line.size - before.size) < 0.6
    ]
    return median(steps) if steps else None


def paragraphs(lines: Sequence[Line], column: Column) -> Iterator[Paragraph]:
    """Yield lines as paragraphs, those that go on in one another joined."""
    open_things: list[Thing] = []
    said = ""
    before: Line | None = None
    for line in lines:
        if before is not None and goes_on(before, line, column, said):
            if not _inside_word(before, line, column):
                blank = Run(" ", _between(open_things[-1], line.things[0]))
                open_things.append(Thing(line.things[0].box, line.base, line.size, blank))
            open_things.extend(line.things)
            said = f"{said} {line.text}"
        else:
            if open_things:
                yield _paragraph(open_things)
            open_things, said = list(line.things), line.text
        before = line
    if open_things:
        yield _paragraph(open_things)


def goes_on(before: Line, line: Line, column: Column, said: str) -> bool:
    """Say whether a line is the rest of the one before it. said: the paragraph so far."""
    step = line.base - before.base
    if step > column.step * before.size * 1.14 + 0.7 or step < 0.6 * before.size:
        return False
    if abs(line.size - before.size) > 0.6 or not line.text.strip() or not before.text.strip():
        return False
    if not _aligned(before, line, column):
        return False
    likely = _likely(before, line, said, is_cell=column.is_cell)
    return likely is not None and _needed(before, line) > (column.right if likely else column.farthest) - 1.5


def _likely(before: Line, line: Line, said: str, *, is_cell: bool) -> bool | None:
    """Say whether a line reads like the rest of another; False: perhaps, None: surely not."""
    above, first = before.text.strip(), line.text.strip()
    if first[0] in _SIGNS and (len(first) == 1 or first[1] in ",;.)"):
        return True  # a tick that had no room behind its option
    if first[0] in "☐☑☒" and any(box in said[1:] for box in "☐☑☒"):
        return True  # boxes within a sentence
    if _LIST.match(first) and not above.endswith(("№", "-")):
        return None
    if _NUMBERED_NAME.search(above) and _all_names(first) and len(first.split()) < 3:
        return True  # «2. Сүлейменов Абылайхан» / «Нұрланұлы»
    if above[-1] in ":;":
        return False
    captions = (above[0] == "(" and above[-1] in ").") or (first[0] == "(" and first[-1] in ").,")
    if above[-1] == "?" or (captions and not is_cell):
        return None
    if _ONLY_NUMBER.fullmatch(above) or not first[0].isupper():
        return True
    if _UNFINISHED.search(above) or above.count("(") > above.count(")") or _ABBREVIATED.search(above):
        return True
    if above[-1] in ".)" or (_all_names(above) and _all_names(first) and len(first.split()) > 1):
        return None
    # A name in the middle of a sentence, or something new: in a cell the former, after «Label: value» the latter.
    return True if is_cell else None if ":" in said or ":" in first else False


def _all_names(text: str) -> bool:
    return all(word[0].isupper() for word in text.split() if word[0].isalpha())


def _needed(before: Line, line: Line) -> float:
    """Return how far the line before would have reached with the next word on it."""
    blank = 0.0 if _BREAK_INSIDE.search(before.text.rstrip()) else 0.22 * line.size
    return before.x1 + blank + line.first_word


def farthest_edge(bodies: Sequence[Sequence[Line]], at_least: float) -> float:
    """Return where lines had to end at last: short of what surely had no room.

    at_least: as far as the longest line and the tables reach.
    """
    needed = [
        reach
        for lines in bodies
        for before, line in pairwise(lines)
        if (line.text.lstrip()[:1].islower() or line.text.lstrip()[:1] == "(")
        and line.base - before.base < 1.6 * before.size
        and abs(line.size - before.size) < 0.6
        and _likely(before, line, before.text, is_cell=False)
        and (reach := _needed(before, line)) > at_least
    ]
    return max(at_least, min(needed) - 1.0) if needed else at_least


def _aligned(before: Line, line: Line, column: Column) -> bool:
    if abs(line.x0 - before.x0) < 2.5:
        return True
    if abs((line.x0 + line.x1) - (before.x0 + before.x1)) < 6:
        return True  # centred
    if abs(line.x1 - before.x1) < 2.5:
        return True  # along the right edge
    if line.x0 < before.x0:
        return abs(line.x0 - column.left) < 3  # only the first line is indented
    return _LIST.match(before.text) is not None and line.x0 - before.x0 < 4 * line.size


def _inside_word(before: Line, line: Line, column: Column) -> bool:
    """Say whether a line was broken where no blank stands: behind a hyphen, or in a word longer than the column."""
    text = before.text.rstrip()
    if text[-1:] in "-‐/" and _BREAK_INSIDE.search(text):
        return text[-1] != "/" or not line.text.lstrip()[:1].isupper()
    letter = line.things[0].box.x1 - line.things[0].box.x0
    last = text.split()[-1] if text.split() else ""
    crowded = before.x1 + letter > column.right + 0.3
    return (
        crowded and (last == text or len(last) > 24) and _OPEN.search(text) is not None and not line.text[:1].isupper()
    )


def _paragraph(things: Sequence[Thing]) -> Paragraph:
    inlines: list[Inline] = []
    for thing in things:
        last = inlines[-1] if inlines else None
        inline = thing.inline
        if isinstance(inline, Run) and isinstance(last, Run) and last.marks == inline.marks:
            inlines[-1] = Run(last.text + inline.text, last.marks)
        else:
            inlines.append(inline)
    return Paragraph(tuple(inlines))
