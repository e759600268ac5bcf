"""The list of a RAR's files as its headers tell it (RAR 4 and 5): which are locked, and their check sums.

libarchive unpacks RAR, but gives out the bytes of a locked file as if they were its text, and does not look at
check sums of stored files. So both are looked at here.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

RAR4, RAR5 = b"Rar!\x1a\x07\x00", b"Rar!\x1a\x07\x01\x00"
BLOCKS_AT_MOST = 20_000
_HEADER_CRYPT, _FILE, _SERVICE, _END = 4, 2, 3, 5  # kinds of blocks in RAR 5


@dataclass(frozen=True, slots=True)
class RarList:
    """locked: some file, or the list itself, asks for a password. whole: the headers end where they should.
    sums: (size, CRC-32) of files that are not locked."""

    locked: bool
    whole: bool
    sums: frozenset[tuple[int, int]]

    def tells_against(self, size: int, crc: int) -> bool:
        """Say whether a file of this size has another check sum than the list gives."""
        return (size, crc) not in self.sums and any(size == one for one, _ in self.sums)


def list_of(data: bytes) -> RarList:
    """Return what the headers tell. Never raises."""
    locked = whole = False
    sums = set()
    try:
        for kind, is_locked, size, crc in _rar5(data) if data.startswith(RAR5) else _rar4(data):
            locked = locked or is_locked
            if kind == "end":
                whole = True
            elif not is_locked and crc is not None:
                sums.add((size, crc))
    except (IndexError, struct.error):
        whole = False
    return RarList(locked, whole, frozenset(sums))


_Block = tuple[str, bool, int, "int | None"]  # "file", "list", "end"; locked; size; check sum


def _rar5(data: bytes) -> Iterator[_Block]:
    at = len(RAR5)
    for _ in range(BLOCKS_AT_MOST):
        size, start = _number(data, at + 4)
        kind, place = _number(data, start)
        flags, place = _number(data, place)
        extra = body = 0
        if flags & 1:
            extra, place = _number(data, place)
        if flags & 2:
            body, place = _number(data, place)
        end = start + size
        if kind == _HEADER_CRYPT:
            yield "list", True, 0, None
            return
        if kind == _END:
            yield "end", False, 0, None
            return
        if kind == _FILE:
            yield _file5(data, place, end - extra, end)
        at = end + body
        if at > len(data):
            raise IndexError


def _file5(data: bytes, place: int, extra: int, end: int) -> _Block:
    flags, place = _number(data, place)
    size, place = _number(data, place)
    _, place = _number(data, place)  # the file's attributes
    place += 4 if flags & 2 else 0  # its time
    crc = struct.unpack_from("<I", data, place)[0] if flags & 4 else None
    while extra < end:
        length, start = _number(data, extra)
        record, _ = _number(data, start)
        if record == 1:  # how it is encrypted
            return "file", True, size, None
        extra = start + max(1, length)
    return "file", False, size, crc


def _number(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for n in range(10):
        value |= (data[at + n] & 0x7F) << (7 * n)
        if not data[at + n] & 0x80:
            return value, at + n + 1
    raise IndexError


def _rar4(data: bytes) -> Iterator[_Block]:
    at = len(RAR4)
    for _ in range(BLOCKS_AT_MOST):
        if at == len(data):
            yield "end", False, 0, None  # old programs wrote no block for the end
            return
        kind, flags, size = struct.unpack_from("<BHH", data, at + 2)
        body = struct.unpack_from("<I", data, at + 7)[0] if flags & 0x8000 or kind in (0x74, 0x7A) else 0
        if kind == 0x7B:
            yield "end", False, 0, None
            return
        if kind == 0x73 and flags & 0x80:
            yield "list", True, 0, None
            return
        if kind == 0x74:
            length, _, crc = struct.unpack_from("<IBI", data, at + 11)
            # A file that goes on in another volume has the sum of its part only.
            yield "file", bool(flags & 4), length, None if flags & 3 else crc
        at += max(7, size) + body
        if at > len(data):
            raise IndexError
