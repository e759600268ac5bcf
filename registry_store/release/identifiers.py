"""IIN and BIN in running text: the last look before something is published."""

from __future__ import annotations

import re

# Twelve digits, together or in groups; an overlapping search, so that a number beside them hides nothing.
_TWELVE = re.compile(r"(?<!\d)(?=(\d(?:[ \u00a0\u2007\u2009\u202f.\-‐‑–]?\d){11})(?!\d))")
_FIRST = range(1, 12)
_SECOND = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)


def holds_identifier(text: str, own: str = "") -> bool:
    """Is there a valid IIN or BIN in `text`, or the number `own`, valid or not?

    Only the check digit is looked at: better to hold a row back for nothing than to publish an IIN.
    """
    found = ("".join(c for c in match.group(1) if c.isdigit()) for match in _TWELVE.finditer(text))
    return any(digits == own or valid(digits) for digits in found)


def valid(digits: str) -> bool:
    """Is the last of twelve digits their check digit (weights 1…11, then 3…11, 1, 2 when that gives 10)?"""
    numbers = [int(d) for d in digits]
    for weights in (_FIRST, _SECOND):
        check = sum(weight * number for weight, number in zip(weights, numbers, strict=False)) % 11
        if check < 10:
            return check == numbers[11]
    return False
