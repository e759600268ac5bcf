"""Outlook's saved mails (.msg, MS-OXMSG): an OLE file whose streams are named after MAPI properties."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

import olefile

from parsers.charsets import text_of
from parsers.outlook import (
    BODY,
    CODE_PAGE,
    DISPLAY_NAME,
    FILE_DATA,
    FILE_LONG,
    FILE_SHORT,
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

DEEPEST = 5  # items within items
FILES_AT_MOST = 300
_FAULTS = (OSError, ValueError, IndexError, TypeError, KeyError, AttributeError, struct.error, RecursionError)
_UNICODE, _CODED, _BINARY, _OBJECT = "001F", "001E", "0102", "000D"


def read_msg(data: bytes) -> OutlookItem:
    """Return what a .msg holds; raises NotOutlook when it is damaged."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as storage:
            if not storage.exists("__properties_version1.0"):
                raise NotOutlook("no properties")
            return _Storage(storage, ()).item(32)
    except _FAULTS as fault:
        raise NotOutlook(type(fault).__name__) from fault


class _Storage:
    """A folder of the OLE file: the mail itself, an attachment, or a mail within."""

    def __init__(self, storage: olefile.OleFileIO, path: tuple[str, ...]) -> None:
        self.storage, self.path = storage, path
        self.codec = ""

    def item(self, head: int) -> OutlookItem:
        page = self._number(CODE_PAGE, head)
        self.codec = f"cp{page}" if page and page != 65001 else "utf-8"
        words, kind = best_words(self.text(BODY), self._bytes(HTML, _BINARY) or b"", self._bytes(RTF, _BINARY) or b"")
        return OutlookItem(self.text(SUBJECT), words, kind, tuple(self._files()))

    def text(self, tag: int) -> str:
        """Return a property of words, "" when there is none."""
        wide = self._bytes(tag, _UNICODE)
        if wide is not None:
            return wide.decode("utf-16-le", "replace").rstrip("\0")
        coded = self._bytes(tag, _CODED)
        return "" if coded is None else text_of(coded, self.codec or None).rstrip("\0")

    def _files(self) -> Iterator[OutlookFile]:
        folders = {
            entry[len(self.path)]
            for entry in self.storage.listdir(streams=True, storages=False)
            if tuple(entry[: len(self.path)]) == self.path and len(entry) > len(self.path)
        }
        names = sorted(name for name in folders if name.lower().startswith("__attach_version1.0_"))
        for name in names[:FILES_AT_MOST]:
            yield _Storage(self.storage, (*self.path, name)).as_file(self.codec)

    def as_file(self, codec: str) -> OutlookFile:
        """Return this folder as an attachment."""
        self.codec = codec
        named = (self.text(tag) for tag in (FILE_LONG, DISPLAY_NAME, FILE_SHORT))
        name = next((one for one in named if one.strip()), "attachment")
        hidden = bool(self._number(HIDDEN, 8))
        inner = (*self.path, f"__substg1.0_{FILE_DATA:04X}{_OBJECT}")
        if self.storage.exists("/".join((*inner, "__properties_version1.0"))):
            deep = len(self.path) // 2 >= DEEPEST
            item = OutlookItem() if deep else _Storage(self.storage, inner).item(24)
            return OutlookFile(item.subject or name, "message/rfc822", b"", item, hidden)
        return OutlookFile(name, self.text(FILE_TYPE).lower(), self._bytes(FILE_DATA, _BINARY) or b"", None, hidden)

    def _bytes(self, tag: int, kind: str) -> bytes | None:
        place = "/".join((*self.path, f"__substg1.0_{tag:04X}{kind}"))
        if not self.storage.exists(place):
            return None
        with self.storage.openstream(place) as stream:
            data: bytes = stream.read()
        return data

    def _number(self, tag: int, head: int) -> int:
        """Return a number or yes/no from the folder's table of fixed properties, 0 when it is not there."""
        place = "/".join((*self.path, "__properties_version1.0"))
        if not self.storage.exists(place):
            return 0
        with self.storage.openstream(place) as stream:
            table: bytes = stream.read()
        for at in range(head, len(table) - 15, 16):
            kind, one = struct.unpack_from("<HH", table, at)
            if one == tag:
                value: int = struct.unpack_from("<I", table, at + 8)[0]
                return value & 0xFFFF if kind == 0x000B else value
        return 0
