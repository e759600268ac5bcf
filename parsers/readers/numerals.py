"""Whole numbers in the attributes of a file: whatever stands there, the answer is a small number or none."""

from __future__ import annotations

MOST_DIGITS = 9  # what counts cells, lists and signs; int() refuses thousands of digits, and «²» is a digit to Python


def whole(text: str | None, otherwise: int = 0) -> int:
    """Return the number, `otherwise` where there is none, where it is no plain number or past 999,999,999."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > MOST_DIGITS:
        return otherwise
    return int(text)
