"""Colours of letters: some people mark what they choose in red."""

from __future__ import annotations

import re

_HEX = re.compile(r"#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})", re.IGNORECASE)
_SHORT = re.compile(r"#([0-9a-f])([0-9a-f])([0-9a-f])", re.IGNORECASE)
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})", re.IGNORECASE)
_NAMED = frozenset(("red", "blue", "green", "darkred", "crimson", "magenta", "orange", "purple", "lime", "teal"))
COLORED = 0x60  # between the strongest and the weakest of red, green and blue: greys and Word's dark inks have less


def is_colored(color: str) -> bool:
    """Say whether letters of this colour (RRGGBB, #rgb, rgb(…), a name) are neither black nor grey nor white."""
    color = color.strip()
    if hexadecimal := _HEX.fullmatch(color):
        parts = [int(part, 16) for part in hexadecimal.groups()]
    elif short := _SHORT.fullmatch(color):
        parts = [int(part * 2, 16) for part in short.groups()]
    elif numbers := _RGB.match(color):
        parts = [int(part) for part in numbers.groups()]
    else:
        return color.lower() in _NAMED
    return max(parts) - min(parts) >= COLORED
