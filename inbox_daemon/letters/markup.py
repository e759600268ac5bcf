"""The few marks of a letter's body, and how they become text and HTML parts of the same words.

The marks (`templates/letters/__init__.py` lists them) count only where they stand in a template: before
Jinja sees the template, each becomes a private-use character that no inserted value can hold. So a file
named "**- # x" is printed as it is named, in both parts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from jinja2.ext import Extension

SpanKind = Literal["plain", "strong", "code", "link"]
BlockKind = Literal["title", "part", "notice", "items", "lines", "paragraph"]

LINE_MARKS: dict[str, tuple[str, BlockKind]] = {
    "#": ("\ue001", "title"),
    "##": ("\ue002", "part"),
    "!": ("\ue003", "notice"),
    "-": ("\ue004", "items"),
    "|": ("\ue005", "lines"),
}
SPAN_MARKS: dict[SpanKind, tuple[str, str]] = {
    "strong": ("\ue011", "\ue012"),
    "code": ("\ue013", "\ue014"),
    "link": ("\ue015", "\ue016"),
}
MARK_OF = {mark: kind for mark, kind in LINE_MARKS.values()}
SPAN = re.compile("|".join(f"{on}(?P<{kind}>.*?){off}" for kind, (on, off) in SPAN_MARKS.items()))
LINE_MARK_IN_SOURCE = re.compile(r"^[ \t]*(##|[#!|-]) ", re.MULTILINE)
STRONG_IN_SOURCE = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
BEFORE_LINE_MARK = re.compile(f"(?=[{''.join(MARK_OF)}])")
TAG = re.compile(r"\{%.*?%\}|\{#.*?#\}")
TAG_AT_END = re.compile(r"(?P<before>.*)(?:\{%[^%]*?|\{#[^#]*?)(?P<close>(?<![-+])[%#]\})[ \t]*")
# What no finished words hold: our own marks and other private-use characters, controls, half characters.
NOT_WORDS = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff\ud800-\udfff\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd]")

LONGEST_VALUE = 1000  # characters; no fact of a letter is longer


@dataclass(frozen=True, slots=True)
class Span:
    """Words of one look. A link's text is its address."""

    text: str
    kind: SpanKind = "plain"

    @property
    def href(self) -> str:
        """Where a link leads: an address of mail or of the web."""
        return self.text if self.text.startswith("https://") else f"mailto:{self.text}"


@dataclass(frozen=True, slots=True)
class Block:
    """A title, paragraph or list. rows: its lines or items; a paragraph has one."""

    kind: BlockKind
    rows: tuple[tuple[Span, ...], ...]


class Marked(str):
    """A value that carries marks of ours, its own words already cleaned."""

    __slots__ = ()


class LetterMarks(Extension):
    """Turn the marks of a template into private-use characters before it is compiled.

    A tag takes the end of its line away (trim_blocks) only where it stands without words: "- {{ name }}{% endif %}"
    is a line of the letter, and what follows it is another.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        source = "\n".join(map(_with_its_end, source.split("\n")))
        on, off = SPAN_MARKS["strong"]
        source = STRONG_IN_SOURCE.sub(rf"{on}\1{off}", source)
        return LINE_MARK_IN_SOURCE.sub(lambda found: LINE_MARKS[found[1]][0], source)


def _with_its_end(line: str) -> str:
    """Return a template's line that keeps its end although a tag closes it, where words stand in it too."""
    found = TAG_AT_END.fullmatch(line)
    if found is None or not TAG.sub("", line).strip():
        return line
    return f"{line[: found.start('close')]}+{found['close']}"


def clean(value: str) -> str:
    """Return a value as one line: no control, format, surrogate or private-use characters, not endless."""
    line = " ".join("".join(_kept(c) for c in value).split())
    return line if len(line) <= LONGEST_VALUE else line[: LONGEST_VALUE - 1] + "…"


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf":  # soft hyphens, joiners, and the marks that turn the direction of writing
        return ""
    return " " if category[0] == "C" or category in ("Zl", "Zp") else character


def finalize(value: object) -> str:
    """Make every inserted value harmless; a value that is no word and no number is a template's mistake."""
    if isinstance(value, Marked):
        return value
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    message = f"a letter cannot print {type(value).__name__}"
    raise TypeError(message)


def not_words(text: str) -> str:
    """Return by its number the first character that no finished letter may hold ("U+E004"), empty for none."""
    found = NOT_WORDS.search(text)
    return "" if found is None else f"U+{ord(found[0]):04X}"


def marked(value: str, kind: SpanKind) -> Marked:
    """Return the value with a look of its own."""
    on, off = SPAN_MARKS[kind]
    return Marked(f"{on}{clean(value)}{off}")


def blocks(rendered: str) -> tuple[Block, ...]:
    """Take a rendered body apart; every word of it stands in exactly one block."""
    found: list[Block] = []
    for kind, text in _lines(rendered):
        row = _spans(text)
        if kind in ("items", "lines") and found and found[-1].kind == kind:
            found[-1] = Block(kind, (*found[-1].rows, row))
        else:
            found.append(Block(kind, (row,)))
    return tuple(found)


def as_text(body: tuple[Block, ...]) -> str:
    """Return the plain text: one line for each paragraph, an empty one between blocks."""
    return "\n\n".join(_block_as_text(block) for block in body)


def _block_as_text(block: Block) -> str:
    bullet = "- " if block.kind == "items" else ""
    return "\n".join(bullet + "".join(span.text for span in row) for row in block.rows)


def _lines(rendered: str) -> Iterator[tuple[BlockKind, str]]:
    """Join source lines to logical ones: a mark begins a new one, an empty line ends one."""
    kind: BlockKind = "paragraph"
    words: list[str] = []
    for raw in (part for whole in rendered.split("\n") for part in BEFORE_LINE_MARK.split(whole)):
        line = raw.strip()
        begins = MARK_OF.get(line[:1])
        if words and (begins or not line):
            yield kind, " ".join(words)
            words = []
        if begins:
            kind, words = begins, [line[1:].strip()]
        elif line:
            kind = kind if words else "paragraph"
            words.append(line)
    if words:
        yield kind, " ".join(words)


def _spans(text: str) -> tuple[Span, ...]:
    spans: list[Span] = []
    end = 0
    for found in SPAN.finditer(text):
        if before := text[end : found.start()]:
            spans.append(Span(before))
        kind: SpanKind = next(k for k in SPAN_MARKS if found[k] is not None)
        spans.append(Span(found[kind], kind))
        end = found.end()
    if rest := text[end:]:
        spans.append(Span(rest))
    return tuple(spans)
