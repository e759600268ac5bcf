"""RAR archives written by hand: there is no free program that makes them."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence


def rar5(files: Sequence[tuple[str, bytes]], *, locked: bool = False) -> bytes:
    """Return a RAR 5 archive of stored files. locked: said to be encrypted."""

    def number(value: int) -> bytes:
        out = b""
        while True:
            value, low = value >> 7, value & 0x7F
            out += bytes([low | (0x80 if value else 0)])
            if not value:
                return out

    def block(body: bytes, data: bytes = b"") -> bytes:
        sized = number(len(body)) + body
        return struct.pack("<I", zlib.crc32(sized)) + sized + data

    out = b"Rar!\x1a\x07\x01\x00" + block(number(1) + number(0) + number(0))
    for name, data in files:
        path = name.encode()
        # An encryption record: version, flags, count of the key's rounds, salt, initial vector.
        record = number(1) + number(0) + number(0) + b"\x0f" + b"s" * 16 + b"i" * 16
        extra = number(len(record)) + record if locked else b""
        body = (
            number(2)
            + (number(3) + number(len(extra)) if locked else number(2))
            + number(len(data))
            + number(4)
            + number(len(data))
            + number(0o100644)
        )
        body += struct.pack("<I", zlib.crc32(data)) + number(0) + number(1) + number(len(path)) + path
        out += block(body + extra, data)
    return out + block(number(5) + number(0) + number(0))
