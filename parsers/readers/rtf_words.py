"""The signs of RTF: how its bytes fall into tokens, its code pages, its control words that mean a letter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto

from parsers.readings import Mark

LETTERS = {
    "tab": "\t", "~": "\N{NO-BREAK SPACE}", "_": "\N{NON-BREAKING HYPHEN}", "emdash": "—", "endash": "–",
    "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "emspace": " ",
    "enspace": " ", "qmspace": " ", "\\": "\\", "{": "{", "}": "}",
}  # fmt: skip

_UNDERLINES = """ul uld uldash uldashd uldashdd uldb ulhwave ulldash ulth ulthd ulthdash ulthdashd ulthdashdd
ulthldash ululdbwave ulw ulwave"""
UNDERLINES = frozenset(_UNDERLINES.split())
SWITCHES = {"b": Mark.BOLD, "i": Mark.ITALIC, "strike": Mark.STRIKE, "striked": Mark.STRIKE}

# Fonts: \fcharsetN → code page (RTF 1.9.1, "Font Table").
_PAGES = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gbk", 136: "big5", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250", 
    254: "cp437", 255: "cp850",
}  # fmt: skip

_TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n\0]+)|[\r\n\0]+|\\", re.S
)


class Kind(Enum):
    """What a token is: braces, a control word or sign, one letter by its number, plain letters."""

    OPEN = auto()
    CLOSE = auto()
    WORD = auto()
    BYTE = auto()
    LETTERS = auto()


Token = tuple[Kind, str, int | None]  # the word or the letters, one a byte; the number behind a word


def tokens(data: str) -> Iterator[Token]:
    r"""Yield the tokens of an RTF file given one letter a byte; \bin data are jumped over."""
    at = 0
    while match := _TOKEN.match(data, at):
        at = match.end()
        word, number, byte, sign, brace, text = match.groups()
        if word is not None:
            if word == "bin" and number is not None:
                at += max(0, int(number))
            else:
                yield Kind.WORD, word, None if number is None else int(number)
        elif text is not None:
            yield Kind.LETTERS, text, None
        elif byte is not None:
            yield Kind.BYTE, chr(int(byte, 16)), None
        elif brace is not None:
            yield Kind.OPEN if brace == "{" else Kind.CLOSE, brace, None
        elif sign is not None:
            yield Kind.WORD, sign, None


def code_page(charset: int | None, default: str) -> str:
    """Return the encoding of a font's letters; "Western" (0) is what programs write that do not know."""
    return default if charset in (None, 0, 1, 2) else _PAGES.get(charset or 0, default)


def decoded(letters: str, page: str) -> str:
    """Return letters that stand for one byte each, read in a code page."""
    try:
        return letters.encode("latin-1").decode(page, "replace")
    except LookupError:
        return letters.encode("latin-1").decode("cp1251", "replace")
