"""Specks of ink → lines of writing, and what is no writing: a signature's strokes, a stamp, a box to tick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import nsmallest

import cv2
import numpy as np
from numpy.typing import NDArray

from parsers.readers.scans.pictures import Pixels
from parsers.readers.scans.rules import Box
from parsers.readers.scans.straighten import LETTER

SPECK = 0.13 * LETTER  # smaller in both directions: dust
TALL = 2.6 * LETTER  # higher than a capital with a hook
SCRAWL_WIDTH = 4.5 * LETTER  # letters do not hang together so far
SCRAWL_SPARSE = 0.24  # share of ink in the box around a scrawl: letters are denser
STAMP = 6.0 * LETTER
COLUMN_GAP = 3.2 * LETTER  # words farther apart stand in different places of the line


@dataclass(frozen=True, slots=True)
class Blob:
    """A connected piece of ink; `label` is its number in the picture of labels."""

    label: int
    left: int
    top: int
    right: int
    bottom: int
    area: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


@dataclass(slots=True)
class Strip:
    """A stretch of writing on one line without a wide gap."""

    blobs: list[Blob] = field(default_factory=list)

    @property
    def box(self) -> Box:
        return Box(
            min(b.left for b in self.blobs),
            min(b.top for b in self.blobs),
            max(b.right for b in self.blobs),
            max(b.bottom for b in self.blobs),
        )


@dataclass(frozen=True, slots=True)
class Written:
    """All ink of a sheet. labels: for each pixel the number of its blob."""

    labels: NDArray[np.int32]
    letters: tuple[Blob, ...]
    scrawls: tuple[Blob, ...]
    stamps: tuple[Blob, ...]


def written_on(ink: Pixels) -> Written:
    """Return the ink of a sheet from which the rules have been taken, sorted by what it is."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    letters, scrawls, stamps = list[Blob](), list[Blob](), list[Blob]()
    height, width = ink.shape
    for n in range(1, len(stats)):
        left, top, wide, high, area = (int(value) for value in stats[n])
        if wide < SPECK and high < SPECK:
            continue
        blob = Blob(n, left, top, left + wide, top + high, area)
        at_edge = left <= 2 or top <= 2 or left + wide >= width - 2 or top + high >= height - 2
        if at_edge and (high > 2 * LETTER or wide > 2 * LETTER or min(wide, high) < SPECK):
            continue  # the scanner's black margin
        if wide > STAMP and high > STAMP and 0.7 < wide / high < 1.4:
            stamps.append(blob)
        elif _is_scrawl(blob):
            scrawls.append(blob)
        else:
            letters.append(blob)
    return Written(np.asarray(labels, dtype=np.int32), tuple(letters), tuple(scrawls), tuple(stamps))


def _is_scrawl(blob: Blob) -> bool:
    share = blob.area / max(1, blob.width * blob.height)
    if blob.height > TALL:
        return blob.width > 0.5 * LETTER or share < 0.5
    return blob.width > SCRAWL_WIDTH and blob.height > 0.8 * LETTER and share < SCRAWL_SPARSE


def strips_of(blobs: Sequence[Blob]) -> list[list[Strip]]:
    """Return the lines of writing among the blobs from top to bottom, each as its strips from left to right."""
    if not blobs:
        return []
    seeds = [b for b in blobs if b.height >= 0.5 * LETTER and b.height <= 2.2 * LETTER]
    lines = _bands(seeds or list(blobs))
    if seeds:
        _give_to_lines([blob for blob in blobs if not 0.5 * LETTER <= blob.height <= 2.2 * LETTER], lines)
    return [_parted(line) for line in lines]


def _bands(seeds: list[Blob]) -> list[list[Blob]]:
    """Group the letters by the bands in which their middles lie."""
    size = max(b.bottom for b in seeds) + 1
    filled = np.zeros(size + 1, dtype=np.int64)
    for b in seeds:
        middle, reach = (b.top + b.bottom) / 2, max(1.0, 0.2 * min(b.height, 1.5 * LETTER))
        filled[max(0, int(middle - reach)) : int(middle + reach) + 1] += b.width
    rows = np.concatenate(([0], (filled > 0).astype(np.int8), [0]))
    starts, ends = np.nonzero(np.diff(rows) == 1)[0], np.nonzero(np.diff(rows) == -1)[0]
    lines: list[list[Blob]] = [[] for _ in starts]
    for b in seeds:
        n = int(np.searchsorted(starts, (b.top + b.bottom) / 2, side="right")) - 1
        lines[max(0, n)].append(b)
    return _whole([line for line in lines if line], list(zip(starts, ends, strict=True)))


def _whole(lines: list[list[Blob]], bands: Sequence[tuple[int, int]]) -> list[list[Blob]]:
    """Join bands that are parts of one line: a comma's band below, a hook's above."""
    joined: list[list[Blob]] = []
    for line in lines:
        last = joined[-1] if joined else None
        if last is not None:
            gap = _centre(line) - _centre(last)
            if gap < 0.75 * LETTER or (gap < 1.1 * LETTER and min(len(line), len(last)) <= 2 and _beside(last, line)):
                last.extend(line)
                continue
        joined.append(line)
    return joined


def _centre(line: Sequence[Blob]) -> float:
    return float(np.median([(b.top + b.bottom) / 2 for b in line]))


def _beside(one: Sequence[Blob], other: Sequence[Blob]) -> bool:
    """Say whether the smaller group stands in the height of the larger."""
    small, large = (one, other) if len(one) < len(other) else (other, one)
    top = float(np.median([b.top for b in large]))
    bottom = float(np.median([b.bottom for b in large]))
    return all(b.bottom > top and b.top < bottom for b in small)


def _give_to_lines(small: Sequence[Blob], lines: list[list[Blob]]) -> None:
    """Add each small sign to the line that it belongs to."""
    heights = [(min(b.top for b in line), max(b.bottom for b in line)) for line in lines]
    for blob in small:
        n = _nearest(blob, lines, heights)
        lines[n].append(blob)
        heights[n] = min(heights[n][0], blob.top), max(heights[n][1], blob.bottom)


def _nearest(blob: Blob, lines: list[list[Blob]], heights: Sequence[tuple[int, int]]) -> int:
    """Return the number of the line that a small sign belongs to: the one whose letters near it are nearest.

    heights: the top and bottom of each line; one that lies farther off as a whole is not looked at, which makes
    a page of dust bearable.
    """
    x, y = blob.middle
    off = [max(0.0, top - y, y - bottom) for top, bottom in heights]
    best, least = 0, float("inf")
    for n in sorted(range(len(lines)), key=off.__getitem__):
        if off[n] > least:
            break
        near = nsmallest(5, lines[n], key=lambda b: abs((b.left + b.right) / 2 - x))
        top, bottom = min(b.top for b in near), max(b.bottom for b in near)
        away = max(0.0, top - y, y - bottom)
        aside = max(0.0, min(abs(near[0].left - x), abs(near[0].right - x)) - 2 * LETTER)
        distance = away + 0.05 * aside + 0.001 * abs(y - (top + bottom) / 2)
        if distance < least:
            best, least = n, distance
    return best


def _parted(line: list[Blob]) -> list[Strip]:
    line = sorted(line, key=lambda b: b.left)
    strips = [Strip()]
    end = line[0].left
    for blob in line:
        if strips[-1].blobs and blob.left - end > COLUMN_GAP:
            strips.append(Strip())
        strips[-1].blobs.append(blob)
        end = max(end, blob.right)
    return strips
