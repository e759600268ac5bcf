"""Where the words of a sheet stand, remembered while one mail is laid open: it is read first and shown afterwards.

Looking at a sheet takes two to four seconds, so it is done once for both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from parsers.readers.scans.pictures import Pixels
from parsers.readers.scans.rules import Box

SheetSeen = tuple[Pixels, list[tuple[str, Box]]]  # as it was straightened; the words with their boxes on it

_seen: ContextVar[dict[bytes, SheetSeen | None] | None] = ContextVar("_seen", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Remember each sheet that is read, five to ten megabytes each, until this ends."""
    token = _seen.set({})
    try:
        yield
    finally:
        _seen.reset(token)


def remember(pixels: Pixels, sheet: SheetSeen | None) -> None:
    """Keep what was seen on a picture, None where it is no page of text; nothing is kept outside of `remembering`."""
    seen = _seen.get()
    if seen is not None:
        seen[_name(pixels)] = sheet


def remembered(pixels: Pixels) -> tuple[SheetSeen | None] | None:
    """Return what was kept of this very picture, in a tuple; None where it was not looked at."""
    seen = _seen.get()
    if not seen:
        return None
    name = _name(pixels)
    return (seen[name],) if name in seen else None


def _name(pixels: Pixels) -> bytes:
    return hashlib.sha256(repr(pixels.shape).encode() + pixels.tobytes()).digest()
