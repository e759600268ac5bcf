"""Several questions in one line: «Контактный телефон: 8 701 …, Электронная почта: …», «ФИО: …; ИИН: …».

Such a line is taken apart before its label, so that each question has a line of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from parsers.labels import Element, Found, find, labels
from parsers.lines import Line

SURE = 0.93  # likeness of a label in the middle of a line: no less than its very words
CAPTIONED = ("addressee", "applicant_name")
LONGEST = 2_000  # letters of a line that is looked through
LOOKED_AT = 200  # letters behind a gap
GAPS_AT_MOST = 40  # of a line, behind which a label is looked for
GAPS_IN_ALL = 4_000  # of a document: no form has more

_BEFORE_BRACKET = re.compile(r"(?<=\S)\s+(?=\()")
_GAP = re.compile(r"[;,.]\s+|\s{2,}|\t|_{2,}\s*")
_ANNOUNCING = re.compile(r".*(?:[:=\t]\s*|\s[–—-]\s+)\Z", re.DOTALL)
_VALUE = re.compile(r"\s*(?:[\d+_(«\"]|\S+@)")


def taken_apart(lines: Sequence[Line]) -> Sequence[Line]:
    """Return the lines, those outside of tables that hold several questions as one line for each."""
    apart: list[Line] = []
    left = GAPS_IN_ALL
    for line in lines:
        gaps: list[tuple[int, int]] = []
        if left > 0 and not line.cells and len(line.text) <= LONGEST:
            left -= len(_GAP.findall(line.text)) + line.text.count("(")
            gaps = _gaps_before_labels(line)
        if not gaps:
            apart.append(line)
        else:
            starts, ends = [0, *(end for _, end in gaps)], [*(start for start, _ in gaps), len(line.text)]
            apart.extend(line.stretch(start, end) for start, end in zip(starts, ends, strict=True))
    if len(apart) == len(lines):
        return lines
    return [replace(line, number=n, part_of=line.part_of or line.number) for n, line in enumerate(apart, start=1)]


def _gaps_before_labels(line: Line) -> list[tuple[int, int]]:
    brackets = islice(_BEFORE_BRACKET.finditer(line.text), GAPS_AT_MOST)
    caption = next((gap.span() for gap in brackets if _is_caption(line.text[gap.end() : gap.end() + LOOKED_AT])), None)
    if caption is not None:
        return [caption]
    asked = _asked(find(line.text)) if _GAP.search(line.text) else []
    gaps: list[tuple[int, int]] = []
    for gap in islice(_GAP.finditer(line.text), GAPS_AT_MOST) if asked else ():
        rest = line.text[gap.end() : gap.end() + LOOKED_AT]
        if not labels().may_begin(rest):
            continue
        here = _asked([one for one in find(rest) if one.start == 0 and _announces(one, rest)])
        # Only questions of the form that the line begins with, and others than those asked already.
        following = [e for e in here if any(e.form == a.form and e.order > a.order for a in asked)]
        if following:
            gaps.append((gap.start() + (gap[0][0] == "."), gap.end()))
            asked = following
    return gaps


def _is_caption(text: str) -> bool:
    """Say whether a text is what is printed under the applicant's name, or the office's: here it stands behind it."""
    return labels().may_begin(text) and any(
        one.like >= SURE and one.whole and element.field is not None and element.field.id in CAPTIONED
        for one in find(text)
        for element in labels().of["application"].get(one.wording, ())
    )


def _announces(found: Found, text: str) -> bool:
    """Say whether a label is one: a sign behind it, or, where it has more than a word, a number or an address."""
    return bool(_ANNOUNCING.match(text[: found.end]) or (found.words > 1 and _VALUE.match(text[found.end :])))


def _asked(found: Sequence[Found]) -> list[Element]:
    """Return the questions of one line that the wordings found at its beginning may be."""
    return [
        element
        for one in found
        if one.like >= SURE and not one.numbered
        for form in labels().of.values()
        for element in form.get(one.wording, ())
        if element.kind == "field" and element.field is not None and element.field.kind not in ("statement", "choice")
    ]
