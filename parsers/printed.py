"""Options of a form misread by a letter or two on paper → as they are printed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from rapidfuzz import fuzz, process

from parsers.catalogue import catalogue
from parsers.readings import Block, Document, Inline, Paragraph, Row, Run, Table

LIKE = 80  # of a hundred
SHORT = 40  # letters: longer ones are found by the words that they share

_NUMBER = re.compile(r"\s*\d{1,2}\s*[.)]\s*")


def with_printed_options(document: Document) -> Document:
    """Return the document with short options that are almost as printed in the printed words."""
    return replace(document, blocks=tuple(map(_block, document.blocks)))


def _block(block: Block) -> Block:
    if isinstance(block, Table):
        rows = (
            tuple(replace(cell, blocks=tuple(map(_block, cell.blocks))) for cell in row.cells) for row in block.rows
        )
        return Table(tuple(map(Row, rows)))
    return Paragraph(tuple(_inlines(block.inlines)))


def _inlines(inlines: Iterable[Inline]) -> Iterable[Inline]:
    for inline in inlines:
        number = _NUMBER.match(inline.text) if isinstance(inline, Run) else None
        if isinstance(inline, Run) and number is not None:
            words = inline.text[number.end() :].rstrip()
            likest = process.extractOne(words, _options(), scorer=fuzz.ratio, score_cutoff=LIKE) if words else None
            if likest is not None and len(words) <= SHORT:
                rest = inline.text[number.end() + len(words) :]
                yield Run(number[0] + likest[0] + rest, inline.marks)
                continue
        yield inline


@cache
def _options() -> tuple[str, ...]:
    forms = catalogue().forms.values()
    options = (option.words for form in forms for field in form.fields for option in field.options)
    return tuple(dict.fromkeys(text for words in options for text in (*words.kk, *words.ru) if len(text) <= SHORT))
