"""Ticks and boxes that Word keeps as letters of a picture font."""

from __future__ import annotations

TICK, CROSS, BOX, TICKED, CROSSED = "✓", "✗", "☐", "☑", "☒"

_WINGDINGS = {
    0xFC: TICK, 0xFB: CROSS, 0xFE: TICKED, 0xFD: CROSSED, 0x78: CROSSED,
    0xA8: BOX, 0x6F: BOX, 0x71: BOX, 0x72: BOX, 0xA1: "○", 0x9F: "•", 0x6C: "●", 0x6E: "■", 0xA7: "▪",
    0xD8: "➢", 0xE0: "→",
}  # fmt: skip
_WINGDINGS_2 = {
    0x50: TICK, 0x4F: CROSS, 0x52: TICKED, 0x53: CROSSED, 0x54: CROSSED, 0x51: CROSSED, 0xA3: BOX, 0x2A: BOX, 0x97: "●",
}  # fmt: skip
_WEBDINGS = {0x61: TICK, 0x72: CROSS, 0x63: BOX, 0x67: "■"}
_SYMBOL = {0xD6: "√", 0xB7: "•", 0xA8: "♦", 0x2D: "-"}

_FONTS = {"wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2, "webdings": _WEBDINGS, "symbol": _SYMBOL}


def is_picture_font(font: str) -> bool:
    """Say whether the letters of this font are pictures."""
    return font.casefold() in _FONTS


def plain(text: str, font: str) -> str:
    """Return the text with the picture letters of `font` as ordinary signs; unknown ones become a dot."""
    table = _FONTS.get(font.casefold(), {})
    out = []
    for letter in text:
        code = ord(letter)
        code = code - 0xF000 if 0xF000 <= code <= 0xF0FF else code
        if code in table:
            out.append(table[code])
        else:
            out.append(letter if letter.isspace() or letter == "_" else "•")
    return "".join(out)
