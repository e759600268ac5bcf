"""A form typed into a mail ends where the letter does: «С уважением, …» below it is no answer."""

from __future__ import annotations

from dataclasses import replace

from parsers.labels import find
from parsers.lines import lines_of
from parsers.quotes import closes
from parsers.readings import Document, Paragraph
from parsers.signature import has_caption

LINES_BELOW = 25  # that a sender's name, address and a firm's warning fill at most
LABEL = 0.9


def without_closing(document: Document) -> Document:
    """Return the document of a mail's body without what stands below its form, if no form goes on there."""
    blocks = document.blocks
    for at in range(max(0, len(blocks) - LINES_BELOW), len(blocks)):
        block = blocks[at]
        if not isinstance(block, Paragraph) or not closes(block.text):
            continue
        below = lines_of(replace(document, blocks=blocks[at:]))
        if not any(has_caption(line) or any(f.like >= LABEL for f in find(line.text)) for line in below):
            return replace(document, blocks=blocks[:at])
    return document
