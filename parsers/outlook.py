"""What Outlook's two own formats have in common: an item with words in up to three shapes, and attachments."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

SUBJECT, BODY, RTF, HTML = 0x0037, 0x1000, 0x1009, 0x1013
FILE_DATA, FILE_SHORT, FILE_LONG, FILE_TYPE, DISPLAY_NAME, HIDDEN = 0x3701, 0x3704, 0x3707, 0x370E, 0x3001, 0x7FFE
CODE_PAGE = 0x3FFD

LARGEST_RTF = 20_000_000  # bytes, unpacked

# What every compressed RTF begins from (MS-OXRTFCP 2.1.2.1).
_BEFORE = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0"
    b"\\fs20\\b\\i\\u\\tab\\tx"
)
_WINDOW = 4096


class NotOutlook(Exception):
    """Bytes that are not, or not to their end, what Outlook writes."""


@dataclass(frozen=True, slots=True)
class OutlookFile:
    """An attachment: bytes, or an item within the item."""

    name: str
    declared_type: str
    data: bytes
    item: OutlookItem | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class OutlookItem:
    """A mail or note. words: its text in the best shape that it has, with the kind: "html", "rtf", "txt", ""."""

    subject: str = ""
    words: bytes = b""
    kind: str = ""
    files: tuple[OutlookFile, ...] = field(default_factory=tuple)


def best_words(text: str, html: bytes, packed_rtf: bytes) -> tuple[bytes, str]:
    """Return the words in the shape that keeps most of tables and marks."""
    if html.strip():
        return html, "html"
    if packed_rtf:
        rtf = unpacked_rtf(packed_rtf)
        if rtf.strip():
            return rtf, "rtf"
    return (text.encode("utf-8", "replace"), "txt") if text.strip() else (b"", "")


def unpacked_rtf(data: bytes) -> bytes:
    """Return the RTF of a compressed RTF property (MS-OXRTFCP); b"" where it is none. Bounded by LARGEST_RTF."""
    if len(data) < 16:
        return b""
    _, size, magic = struct.unpack_from("<III", data)
    if magic == 0x414C454D:  # "MELA": not compressed
        return data[16 : 16 + size]
    if magic != 0x75465A4C or size > LARGEST_RTF:
        return b""
    window = bytearray(_BEFORE.ljust(_WINDOW, b"\0"))
    at = len(_BEFORE)
    out = bytearray()
    place = 16
    while place < len(data) and len(out) < size:
        control = data[place]
        place += 1
        for bit in range(8):
            if control >> bit & 1:
                if place + 1 >= len(data):
                    return bytes(out)
                word = data[place] << 8 | data[place + 1]
                place += 2
                offset, length = word >> 4, (word & 15) + 2
                if offset == at:
                    return bytes(out)
                piece = [(offset + n) % _WINDOW for n in range(length)]
            else:
                if place >= len(data):
                    return bytes(out)
                window[at] = data[place]
                out.append(data[place])
                place += 1
                at = (at + 1) % _WINDOW
                continue
            for source in piece:
                letter = window[source]
                window[at] = letter
                out.append(letter)
                at = (at + 1) % _WINDOW
    return bytes(out[:size])
