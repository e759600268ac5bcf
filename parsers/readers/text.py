"""Plain text, line by line → Document: .txt files and the words of a mail's body."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from parsers.readings import Document, Mark, Paragraph, Run

LINES_AT_MOST = 20_000
NARROWEST, WIDEST = 55, 100  # letters of a line at which mail programs break it
FULL_LINES = 3  # so many lines near the width show that the text was broken

_QUOTE_SIGNS = re.compile(r"\s{0,3}(?:>\s?)+")
_OWN_LINE = re.compile(r"\s*(?:(?:\w{1,3}\s+)?\d{1,2}\s*[.)]|[-–—•*+✓√☐☑☒]|\[.?\]|[^\W\d_][^:]{1,60}:(?:\s|$)|$)")

_STARRED = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*]{2,400})(?<=\S)\*(?![\w*])")
_OPTION = re.compile(r"\W*(?:\w{1,3}\W+)?\d{1,2}\)")


def document_of(text: str, part: str) -> Document:
    """Return the text as a document, one paragraph a line.

    The signs of quoting are taken off; lines that a mail program broke for their length are joined again.
    """
    lines = [_QUOTE_SIGNS.sub("", line, count=1).rstrip("\r\n") for line in text.splitlines()[:LINES_AT_MOST]]
    return Document(part, "text", tuple(Paragraph(tuple(_runs(line))) for line in _unbroken(lines)))


def _runs(line: str) -> Iterator[Run]:
    """Yield the runs of a line; «*ЖСН:* 8903…» is how mail programs type what was bold."""
    at = 0
    for match in _STARRED.finditer(line):
        if match.start() > at:
            yield Run(line[at : match.start()])
        yield Run(match[1], frozenset({Mark.BOLD}))
        at = match.end()
    if at < len(line):
        yield Run(line[at:])


def _unbroken(lines: Sequence[str]) -> Iterator[str]:
    width = max((len(line.rstrip()) for line in lines), default=0)
    full = sum(1 for line in lines if len(line.rstrip()) > width - 12)
    if not NARROWEST <= width <= WIDEST or full < FULL_LINES:
        yield from lines
        return
    whole = lines[0]
    for before, line in pairwise(lines):
        if before.strip() and _was_broken(whole, before, line, width):
            whole = f"{whole.rstrip()} {line.strip()}"
        else:
            yield whole
            whole = line
    yield whole


def _was_broken(whole: str, before: str, line: str, width: int) -> bool:
    """A line was broken where the next word would not have gone in; what opens a line of its own was not.

    A capital letter opens one too, unless a numbered option goes on with a name.
    """
    word = line.split(maxsplit=1)[0] if line.strip() else ""
    if not word or len(before.rstrip()) + 1 + len(word) <= width:
        return False
    if word[0].isupper() and not _OPTION.match(whole):
        return False
    return _OWN_LINE.match(line) is None or before.rstrip().endswith(",")
