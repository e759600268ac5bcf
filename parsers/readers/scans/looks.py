"""How words stand out on paper: ruled under, struck out, on a coloured ground, in heavier letters."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from parsers.readers.scans.rules import Box, Rule
from parsers.readers.scans.straighten import LETTER, Sheet
from parsers.readings import Mark

GROUND = 232  # brightness of the paper between the letters below which it is coloured (white paper: 250)
COLOURED = 60
BOLDER = 1.15  # times the usual thickness of a stroke (measured: plain letters to 1.06, bold from 1.2)


def drawn_on(text: str, box: Box, base: float, rules: Sequence[Rule]) -> frozenset[Mark]:
    """Return the marks that free strokes make on a word; base: the y on which its line's letters stand.

    A stroke goes from the word's one end to the other: bars of heavy letters that hang together do not.
    """
    marks = set()
    sign = 0.9 * LETTER if text[-1:] in ",;.):" else 0.45 * LETTER
    for rule in rules:
        if rule.start > box.left + (0.9 if text[:1] == "(" else 0.35) * LETTER or rule.end < box.right - sign:
            continue
        if base - 0.15 * LETTER <= rule.at <= base + 0.8 * LETTER:
            marks.add(Mark.UNDERLINE)
        elif base - 0.95 * LETTER <= rule.at < base - 0.15 * LETTER:
            marks.add(Mark.STRIKE)
    return frozenset(marks)


def on_ground(box: Box, sheet: Sheet) -> bool:
    """Say whether the word stands on a marker's colour."""
    rows, columns = slice(max(0, box.top), box.bottom), slice(max(0, box.left), box.right)
    if not sheet.ink[rows, columns].size:  # Tesseract put the word beside the sheet
        return False
    paper = cv2.dilate(sheet.ink[rows, columns], np.ones((7, 7), np.uint8)) == 0  # clear of the letters' soft edges
    if int(paper.sum()) < 60:
        return False
    if sheet.colour is not None and float(np.median(sheet.colour[rows, columns][paper])) > COLOURED:
        return True
    return float(np.median(sheet.grey[rows, columns][paper])) < GROUND


class Strokes:
    """The thickness of strokes over a whole sheet."""

    def __init__(self, ink: np.ndarray[tuple[int, int], np.dtype[np.uint8]]) -> None:
        self._depth = np.asarray(cv2.distanceTransform(ink, cv2.DIST_L2, 3))

    def thickness(self, box: Box) -> float:
        """Return the mean depth of the ink in a box, in pixels; 0 where there is none."""
        part = self._depth[box.top : box.bottom, box.left : box.right]
        part = part[part > 0]
        return float(part.mean()) if part.size > 30 else 0.0


def usual(thicknesses: Sequence[float]) -> float:
    """Return the thickness that most words have."""
    some = [one for one in thicknesses if one > 0]
    return float(np.median(some)) if some else 0.0
