"""IIN and BIN: twelve digits, the last a check digit.

The check: digits 1–11 by weights 1 … 11, modulo 11; on 10 once more by weights 3 … 11, 1, 2; on 10 again
the number is never issued.
"""

from __future__ import annotations

import re
from typing import Literal

_FIRST = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
# Digits that belong together may be spaced: «860 220 244 961», «3608 41 988078».
_SPACED = re.compile(r"\d(?:[ \t.\-–—_]{0,3}\d)*")

IdentifierKind = Literal["iin", "bin"]


def twelve_digits(text: str) -> str | None:
    """Return the one number of twelve digits in the text, or None: another count is as good as not filled."""
    runs = [re.sub(r"\D", "", run) for run in _SPACED.findall(text)]
    whole = [run for run in runs if len(run) == 12]
    if len(set(whole)) == 1:
        return whole[0]
    # Digits in twelve boxes or split by other signs; letters among them are no digits.
    together = "".join(runs)
    return together if not whole and len(together) == 12 and not re.search(r"\d[^\W\d_]+\d", text) else None


def check_digit_right(number: str) -> bool:
    """Say whether twelve digits can have been issued as far as their check digit tells."""
    if len(number) != 12 or not number.isascii() or not number.isdigit() or len(set(number)) == 1:
        return False
    digits = [int(digit) for digit in number]
    for weights in (_FIRST, _SECOND):
        rest = sum(digit * weight for digit, weight in zip(digits, weights, strict=False)) % 11
        if rest < 10:
            return rest == digits[11]
    return False


def is_valid(number: str, kind: IdentifierKind) -> bool:
    """Say whether a number is a well-formed IIN or BIN: check digit, month, and the fifth digit (4–6: BIN)."""
    if not check_digit_right(number) or not 1 <= int(number[2:4]) <= 12:
        return False
    legal_entity = number[4] in "456"
    return legal_entity if kind == "bin" else not legal_entity and 1 <= int(number[4:6]) <= 31
