"""Plain text, line by line → Document: .txt files and the words of a mail's body."""

from __future__ import annotations

import re

from parsers.readings import Document, Paragraph, Run

LINES_AT_MOST = 20_000

_QUOTE_SIGNS = re.compile(r"\s{0,3}(?:>\s?)+")


def document_of(text: str, part: str) -> Document:
    """Return the text as a document, one paragraph a line, the signs of quoting taken off."""
    lines = [_QUOTE_SIGNS.sub("", line, count=1) for line in text.splitlines()[:LINES_AT_MOST]]
    return Document(part, "text", tuple(Paragraph((Run(line),) if line else ()) for line in lines))
