"""winmail.dat (TNEF, MS-OXTNEF): what Exchange makes of a mail for those who have no Outlook."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from parsers.charsets import text_of
from parsers.outlook import (
    BODY,
    FILE_DATA,
    FILE_LONG,
    FILE_TYPE,
    HIDDEN,
    HTML,
    RTF,
    SUBJECT,
    NotOutlook,
    OutlookFile,
    OutlookItem,
    best_words,
)

SIGNATURE = b"\x78\x9f\x3e\x22"
DEEPEST = 5  # items within items
PROPERTIES_AT_MOST = 5_000  # of one block
_SUBJECT, _BODY, _PROPERTIES, _PAGE = 0x8004, 0x800C, 0x9003, 0x9007
_NEW_FILE, _TITLE, _DATA, _FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
# kind of property → bytes of a value; the others have their length before them
_FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = frozenset((0x0D, 0x1E, 0x1F, 0x102))
_CODED, _WIDE, _OBJECT, _MANY = 0x1E, 0x1F, 0x0D, 0x1000

_Properties = dict[int, tuple[int, bytes]]  # tag → kind, value


@dataclass(slots=True)
class _File:
    title: bytes = b""
    data: bytes = b""
    properties: _Properties = field(default_factory=dict)


def read_tnef(data: bytes, depth: int = 0) -> OutlookItem:
    """Return what a winmail.dat holds; raises NotOutlook when it is damaged or cut off."""
    if not data.startswith(SIGNATURE):
        raise NotOutlook("no TNEF")
    codec = ""
    subject = body = b""
    properties: _Properties = {}
    files: list[_File] = []
    for name, value in _attributes(data):
        if name == _PAGE and len(value) >= 4:
            codec = f"cp{struct.unpack_from('<I', value)[0]}"
        elif name == _SUBJECT:
            subject = value
        elif name == _BODY:
            body = value
        elif name == _PROPERTIES:
            properties = _read_properties(value)
        elif name == _NEW_FILE:
            files.append(_File())
        elif files and name == _TITLE:
            files[-1].title = value
        elif files and name == _DATA:
            files[-1].data = value
        elif files and name == _FILE_PROPERTIES:
            files[-1].properties = _read_properties(value)
    text = _words(properties, BODY, codec) or _coded(body, codec)
    words, kind = best_words(text, properties.get(HTML, (0, b""))[1], properties.get(RTF, (0, b""))[1])
    title = _words(properties, SUBJECT, codec) or _coded(subject, codec)
    return OutlookItem(title, words, kind, tuple(_file(one, codec, depth) for one in files))


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 6
    while at < len(data):
        if at + 9 > len(data):
            raise NotOutlook("cut off")
        _, name, size = struct.unpack_from("<BII", data, at)
        at += 9
        if at + size + 2 > len(data):
            raise NotOutlook("cut off")
        yield name & 0xFFFF, data[at : at + size]
        at += size + 2


def _read_properties(data: bytes) -> _Properties:
    """Return the properties of a block; those behind a damaged one are left out."""
    found: _Properties = {}
    try:
        (count,) = struct.unpack_from("<I", data)
        at = 4
        for _ in range(min(count, PROPERTIES_AT_MOST)):
            kind, tag = struct.unpack_from("<HH", data, at)
            at += 4
            if tag >= 0x8000:
                at = _behind_name(data, at)
            several = kind & _MANY or kind in _VARIABLE
            kind &= ~_MANY
            (values,) = struct.unpack_from("<I", data, at) if several else (1,)
            at += 4 if several else 0
            for n in range(min(values, PROPERTIES_AT_MOST)):
                size = _FIXED.get(kind)
                if size is None:
                    (size,) = struct.unpack_from("<I", data, at)
                    at += 4
                if n == 0:
                    found.setdefault(tag, (kind, data[at : at + size]))
                at += (size + 3) // 4 * 4
    except struct.error:
        return found
    return found


def _behind_name(data: bytes, at: int) -> int:
    (by_words,) = struct.unpack_from("<I", data, at + 16)
    if not by_words:
        return at + 24
    (size,) = struct.unpack_from("<I", data, at + 20)
    return int(at + 24 + (size + 3) // 4 * 4)


def _file(one: _File, codec: str, depth: int) -> OutlookFile:
    name = _words(one.properties, FILE_LONG, codec) or _coded(one.title, codec) or "attachment"
    declared = _words(one.properties, FILE_TYPE, codec).lower()
    hidden = one.properties.get(HIDDEN, (0, b"\0"))[1][:1] == b"\1"
    kind, value = one.properties.get(FILE_DATA, (0, b""))
    if kind == _OBJECT:
        value = value[16:]  # the interface's identifier stands before it
        if value.startswith(SIGNATURE) and depth < DEEPEST:
            item = read_tnef(value, depth + 1)
            return OutlookFile(item.subject or name, "message/rfc822", b"", item, hidden)
    return OutlookFile(name, declared, one.data or value, None, hidden)


def _words(properties: _Properties, tag: int, codec: str) -> str:
    kind, value = properties.get(tag, (0, b""))
    if kind == _WIDE:
        return value.decode("utf-16-le", "replace").rstrip("\0")
    return _coded(value, codec) if kind == _CODED else ""


def _coded(value: bytes, codec: str) -> str:
    value = value.rstrip(b"\0")
    return text_of(value, codec or None) if value else ""
