"""The words that a person typed into a mail, out of its text parts."""

from __future__ import annotations

import re
from unicodedata import normalize

from parsers.charsets import text_of
from parsers.mime.flowed import unflowed
from parsers.mime.html_text import html_lines, meta_charset
from parsers.mime.parts import Leaf

LONGEST = 2_000_000  # letters of one text part that are kept

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_WORD = re.compile(r"\w+")


class Bodies:
    """Collects the text parts of one mail in reading order.

    Of the two shapes of one text (multipart/alternative) the plain one is taken, unless it says much less
    than the HTML: some mailers put nothing, or "your program shows no HTML", into the plain part.
    """

    def __init__(self) -> None:
        self._groups: dict[int, list[tuple[str, str]]] = {}
        self._alone = 0
        self.html: list[str] = []

    def add(self, leaf: Leaf) -> None:
        """Take in a text part."""
        if leaf.content_type.value == "text/html":
            text = text_of(leaf.data, leaf.content_type.get("charset") or meta_charset(leaf.data))
            text = _CONTROLS.sub("", text[: 2 * LONGEST])
            self.html.append(text)
            shape = ("html", html_lines(text))
        else:
            shape = ("plain", plain_text(leaf))
        self._alone -= 1
        self._groups.setdefault(leaf.group or self._alone, []).append(shape)

    def text(self) -> str:
        """Return all text, one part under the other."""
        chosen = (_better(shapes) for shapes in self._groups.values())
        return normalize("NFC", "\n".join(text for text in chosen if text.strip())).strip("\n")


def plain_text(leaf: Leaf) -> str:
    """Return a text/plain part with its own line breaks as newlines."""
    text = text_of(leaf.data, leaf.content_type.get("charset"))[:LONGEST]
    text = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if (leaf.content_type.get("format") or "").lower() == "flowed":
        delete_space = (leaf.content_type.get("delsp") or "").lower() == "yes"
        text = unflowed(text, delete_space=delete_space)
    return text


def _better(shapes: list[tuple[str, str]]) -> str:
    plain = "\n".join(text for kind, text in shapes if kind == "plain")
    html = "\n".join(text for kind, text in shapes if kind == "html")
    plain_words, html_words = len(_WORD.findall(plain)), len(_WORD.findall(html))
    return html if html_words > 2 * plain_words + 5 or not plain_words else plain
