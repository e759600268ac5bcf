"""The words of a header line: RFC 2047 in every sloppy form, and raw bytes where no form was kept at all.

Header values come from the `email` package under its compat32 policy, as `str` with bytes beyond ASCII
kept as surrogates; the decoders of `email` themselves raise on hostile values, so they are not used.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import NamedTuple
from unicodedata import normalize

from parsers.charsets import text_of
from parsers.mime.transfer import from_base64

MOST = 64_000  # letters of one header value that are read

_FOLD = re.compile(r"\r?\n[ \t]*|\r")
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_BLANKS = re.compile(r"\s+")


class _Piece(NamedTuple):
    charset: str | None  # None: words outside of any encoded word
    encoding: str
    text: str


def as_bytes(value: str) -> bytes:
    """Return the bytes of a header value as they were mailed."""
    return value.encode("utf-8", "surrogateescape")


def unfolded(value: str) -> str:
    """Return a header value on one line (RFC 5322 §2.2.3), cut where it is senselessly long."""
    return _FOLD.sub(" ", value[:MOST]).strip()


def header_text(value: str) -> str:
    """Return the words of a header value on one line, NFC, without control characters. Never raises."""
    words = _CONTROLS.sub(" ", decoded_words(unfolded(value)))
    return normalize("NFC", _BLANKS.sub(" ", words).strip())


def decoded_words(value: str) -> str:
    """Return a value with its encoded words (RFC 2047) and raw bytes read; blanks stay as they are."""
    out: list[str] = []
    for charset, pieces in groupby(_pieces(value), key=lambda piece: piece.charset):
        texts = list(pieces)
        if charset is None:
            out.extend(text_of(as_bytes(piece.text)) for piece in texts)
        else:
            # A letter may be cut in two between words of one charset: their bytes are put together first.
            out.append(text_of(_bytes(texts), charset))
    return "".join(out)


def _pieces(value: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    end = 0
    for word in _WORD.finditer(value):
        between = value[end : word.start()]
        if between.strip() or (between and not pieces) or (between and pieces[-1].charset is None):
            pieces.append(_Piece(None, "", between))
        charset, encoding, text = word.groups()
        # RFC 2231 §5 puts a language behind an asterisk.
        pieces.append(_Piece(charset.split("*")[0].lower(), encoding.lower(), text))
        end = word.end()
    if value[end:]:
        pieces.append(_Piece(None, "", value[end:]))
    return pieces


def _bytes(pieces: list[_Piece]) -> bytes:
    out = bytearray()
    waiting = ""  # base64 cut without regard to its groups of four
    for piece in pieces:
        if piece.encoding == "q":
            out += from_base64(waiting.encode()) if waiting else b""
            waiting = ""
            out += _from_q(piece.text)
            continue
        waiting += re.sub(r"\s", "", piece.text)
        if len(waiting) % 4 == 0 or waiting.endswith("="):
            out += from_base64(waiting.encode("utf-8", "surrogateescape"))
            waiting = ""
    out += from_base64(waiting.encode("utf-8", "surrogateescape")) if waiting else b""
    return bytes(out)


def _from_q(text: str) -> bytes:
    """The Q encoding; not binascii's, which eats blanks at the end."""
    data = as_bytes(text.replace("_", " "))
    return re.sub(rb"=([0-9A-Fa-f]{2})", lambda code: bytes((int(code[1], 16),)), data)
