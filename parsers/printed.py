"""What is printed on a form, misread on paper by some letters → as it is printed.

An option that was struck out is hardly legible under the stroke; its number and what is left of its words
tell which one it was. Nothing that an applicant writes is touched: only lines that begin like an option, and
cells with nothing but a label of two to four letters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from rapidfuzz import fuzz, process

from parsers.catalogue import catalogue
from parsers.readings import Block, Document, Inline, Mark, Paragraph, Picture, Row, Run, Table

LIKE_OPTION, LIKE_LONG, LIKE_NUMBERED = 80, 72, 64  # of a hundred
LONG = 30  # letters
LIKE_SHORT = 75
OPENING, LIKE_OPENING = 18, 88  # letters of a label that tell it; of a hundred
SHORT = 4  # letters of «ЖСН»
HEAVY = 0.7  # share of an option's letters that must be heavy: of words in heavy letters some seem plain

# «[x] 5) …», «[ ] 3) …», and what Tesseract makes of the latter: «[] 3) …», «[ 13) …», «{ 110) …»
_BRACKETS = re.compile(r"\s*(?:\[\s*(?P<sign>[^\s\]]{0,2})\s*\]|[\[({]\s*[1lI|])\s*(?P<number>\d{1,2})\s*[.)]\s*")
_GAP = re.compile(r"\s+")
_NUMBER = re.compile(r"\W{0,3}(?P<number>\w{1,2})\s*[.)}\]]\s*")


def as_printed(document: Document) -> Document:
    """Return the document with its options and shortest labels in the printed words."""
    return replace(document, blocks=tuple(map(_block, document.blocks)))


def _block(block: Block) -> Block:
    if isinstance(block, Table):
        rows = (
            tuple(replace(cell, blocks=tuple(map(_block, cell.blocks))) for cell in row.cells) for row in block.rows
        )
        return Table(tuple(map(Row, rows)))
    label = _short_label(block)
    if label is not None:
        return label
    return Paragraph(tuple(map(_inline, _runs_joined(block.inlines))))


def _short_label(paragraph: Paragraph) -> Paragraph | None:
    text = paragraph.text.strip()
    if not 2 <= len(text) <= SHORT + 2 or not text.isalpha() or any(isinstance(i, Picture) for i in paragraph.inlines):
        return None
    likest = process.extractOne(text.casefold(), _short(), scorer=fuzz.ratio, score_cutoff=LIKE_SHORT)
    return None if likest is None else Paragraph((Run(likest[0].upper()),))


def _runs_joined(inlines: Sequence[Inline]) -> list[Inline]:
    """Join runs to a numbered one before them that differ in weight alone: what most letters are, all are."""
    joined: list[Inline] = []
    heavy = 0  # letters of the last run
    for inline in inlines:
        last = joined[-1] if joined else None
        weight = len(inline.text) if isinstance(inline, Run) and Mark.BOLD in inline.marks else 0
        if not isinstance(last, Run) or not isinstance(inline, Run):
            joined.append(inline)
            heavy = weight
        elif _NUMBER.match(last.text) and last.marks ^ inline.marks <= {Mark.BOLD}:
            heavy += weight
            text = last.text + inline.text
            marks = (last.marks | {Mark.BOLD}) if heavy >= HEAVY * len(text) else last.marks - {Mark.BOLD}
            joined[-1] = Run(text, marks)
        else:
            joined.append(inline)
            heavy = weight
    return joined


def _inline(inline: Inline) -> Inline:
    if not isinstance(inline, Run):
        return inline
    brackets = _BRACKETS.match(inline.text)
    start = brackets or _NUMBER.match(inline.text)
    if start is None:
        return inline
    words = inline.text[start.end() :]
    best = _likest(start["number"], words.strip())
    if best is None:
        return inline
    number, printed, behind = best
    before = f"[{brackets['sign'] or ' '}] " if brackets else ""
    behind = f" {behind}" if behind else ""
    rest = " " if words.endswith(" ") else ""
    return Run(f"{before}{number}) {printed}{behind}{rest}", inline.marks)


def _likest(number: str, words: str) -> tuple[int, str, str] | None:
    """Return the option, by number and words, that the words are most like, and what stands behind its words.

    None when they are like none.
    """
    if len(words) < 4:
        return None
    best, like = None, 0.0
    for option, printed in _options():
        same = str(option) == number
        for end in _ends(words, len(printed)):
            spoken = words[:end]
            cut = printed[: end + 3] if end > LONG and end == len(words) else printed
            enough = LIKE_NUMBERED if same and end > LONG else LIKE_LONG if end > LONG else LIKE_OPTION
            here = fuzz.ratio(spoken, cut, score_cutoff=enough)
            here += same and here > 0  # of like ones the one with the number
            if here > like and (end > LONG or same):
                meant = _whole_words(printed, end) if len(cut) < len(printed) - 12 else printed
                best, like = (option, meant, words[end:].strip()), here
    return best


def _whole_words(printed: str, length: int) -> str:
    """Return the beginning of an option, cut between words where a line of about so many letters ended."""
    ends = [m.start() for m in _GAP.finditer(printed)]
    return printed[: min(ends, key=lambda end: abs(end - length), default=length)]


def _ends(words: str, length: int) -> list[int]:
    """Return where the words of an option of this length may end: a sign or words of one's own may stand behind.

    The end of a line comes first: what is as like with it as without it is misread, not added.
    """
    about = max(4, length // 8)
    gaps = (m.start() for m in _GAP.finditer(words))
    return [len(words), *(end for end in gaps if abs(end - length) <= about and end >= 4)]


@cache
def _options() -> tuple[tuple[int, str], ...]:
    forms = catalogue().forms.values()
    fields = [field for form in forms for field in form.fields if field.id != "register_category"]
    options = [option for field in fields for option in field.options]
    told = [(option.number, text) for option in options for text in (*option.words.kk, *option.words.ru)]
    return tuple(dict.fromkeys(told))


def begins_label(text: str) -> bool:
    """Say whether a line begins as some label of the catalogue does, so that it goes on with nothing before it."""
    opening = text.lstrip()[:OPENING].casefold()
    if len(opening) < OPENING:
        return False
    return process.extractOne(opening, _openings(), scorer=fuzz.ratio, score_cutoff=LIKE_OPENING) is not None


@cache
def _openings() -> tuple[str, ...]:
    forms = catalogue().forms.values()
    labels = (text for form in forms for field in form.fields for text in (*field.words.kk, *field.words.ru))
    return tuple(dict.fromkeys(label.casefold()[:OPENING] for label in labels if len(label) >= OPENING))


@cache
def _short() -> tuple[str, ...]:
    forms = catalogue().forms.values()
    labels = (text for form in forms for field in form.fields for text in (*field.words.kk, *field.words.ru))
    return tuple(dict.fromkeys(label.casefold() for label in labels if len(label) <= SHORT and label.isalpha()))
