"""Ruling lines on a straight sheet, and the tables that they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from parsers.readers.scans.pictures import Pixels
from parsers.readers.scans.straighten import LETTER, as_pixels

FLAT_AT_LEAST = round(2.6 * LETTER)  # pixels: an underlined word of two letters
UPRIGHT_AT_LEAST = round(2.2 * LETTER)  # higher than any letter
THICKEST = 0.6 * LETTER
NEAR = round(0.55 * LETTER)  # rules that nearly touch do touch
SOLID = 0.9  # share of a stroke's length that must be ink
THERE = 0.6  # share of a cell's side that must be ruled
ROWS_AT_MOST, COLUMNS_AT_MOST = 400, 40


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight stroke: from `start` to `end` along it, `at` across it."""

    start: int
    end: int
    at: int
    thick: int

    @property
    def length(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the sheet."""

    left: int
    top: int
    right: int
    bottom: int

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x < self.right and self.top <= y < self.bottom


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell: the first column that it stands in, how many columns it is wide, and where it lies."""

    column: int
    span: int
    box: Box


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of rules. edges: the x of its upright rules; rows: the cells that begin in each row."""

    box: Box
    edges: tuple[int, ...]
    rows: tuple[tuple[GridCell, ...], ...]


@dataclass(frozen=True, slots=True)
class Ruled:
    """Everything ruled on a sheet. free: flat strokes of no table; mask: 255 where a rule is."""

    grids: tuple[Grid, ...]
    free: tuple[Rule, ...]
    mask: Pixels


def rules_of(ink: Pixels) -> Ruled:
    """Return the tables and free strokes of a straight sheet."""
    flat_mask, flat = _strokes(ink, FLAT_AT_LEAST, flat=True)
    flat = [rule for rule in flat if rule.length > 12 * LETTER or _is_drawn(ink, rule)]
    upright_mask, upright = _strokes(ink, UPRIGHT_AT_LEAST, flat=False)
    groups = _touching(flat, upright)
    grids, used = [], set[Rule]()
    for some_flat, some_upright in groups:
        grid = _grid(some_flat, some_upright)
        if grid is not None:
            grids.append(grid)
            used.update(some_flat)
    grids.sort(key=lambda grid: grid.box.top)
    grids = [grid for grid in grids if not any(_within(grid.box, other.box) for other in grids if other is not grid)]
    free = tuple(rule for rule in flat if rule not in used)
    kept = np.zeros_like(ink)
    for rule in flat:
        _copy(kept, flat_mask, Box(rule.start, rule.at - rule.thick, rule.end + 1, rule.at + rule.thick + 1))
    for grid in grids:
        box = Box(grid.box.left - NEAR, grid.box.top - NEAR, grid.box.right + NEAR, grid.box.bottom + NEAR)
        for rule in upright:
            if box.holds(rule.at, rule.start) or box.holds(rule.at, rule.end):
                _copy(kept, upright_mask, Box(rule.at - rule.thick, rule.start, rule.at + rule.thick + 1, rule.end + 1))
    return Ruled(tuple(grids), free, kept)


def without_rules(grey: Pixels, ink: Pixels, ruled: Ruled) -> tuple[Pixels, Pixels]:
    """Return grey and ink without the rules; strokes of letters that cross a rule stay whole."""
    left = cv2.subtract(ink, ruled.mask)
    thick = max([rule.thick for rule in ruled.free if rule.thick < THICKEST], default=0)
    crossing = cv2.morphologyEx(left, cv2.MORPH_CLOSE, np.ones((thick + 5, 1), np.uint8)) if thick else left
    kept = cv2.bitwise_and(cv2.bitwise_or(left, cv2.bitwise_and(crossing, ruled.mask)), ink)
    gone = cv2.dilate(cv2.subtract(ruled.mask, kept), np.ones((5, 3), np.uint8))
    gone = cv2.subtract(gone, cv2.dilate(kept, np.ones((1, 3), np.uint8)))
    return as_pixels(np.where(gone > 0, np.uint8(255), grey)), as_pixels(kept)


def _copy(target: Pixels, source: Pixels, box: Box) -> None:
    rows, columns = slice(max(0, box.top), box.bottom), slice(max(0, box.left), box.right)
    target[rows, columns] = np.maximum(target[rows, columns], source[rows, columns])


# ---------------------------------------------------------------- strokes


def _strokes(ink: Pixels, shortest: int, *, flat: bool) -> tuple[Pixels, list[Rule]]:
    """Return where the strokes are and what they are; pieces of one stroke are joined."""

    def along(length: int, thick: int) -> Pixels:
        return np.ones((thick, length) if flat else (length, thick), np.uint8)

    steady = cv2.dilate(ink, along(1, 3))  # a stroke that steps from one pixel row to the next stays one
    mask = cv2.morphologyEx(steady, cv2.MORPH_OPEN, along(shortest, 1))
    mask = cv2.dilate(cv2.bitwise_and(mask, cv2.dilate(ink, along(3, 1))), along(5, 1))
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    found = []
    for n in range(1, count):
        left, top, wide, high = (int(value) for value in stats[n, :4])
        part = ink[top : top + high, left : left + wide] > 0
        if flat and high - 2 <= THICKEST and part.any(axis=0).mean() > SOLID:
            found.append(Rule(left, left + wide - 1, top + high // 2, high))
        elif not flat and wide - 2 <= THICKEST and part.any(axis=1).mean() > SOLID:
            found.append(Rule(top, top + high - 1, left + wide // 2, wide))
    return as_pixels(mask), _joined(found)


def _is_drawn(ink: Pixels, rule: Rule) -> bool:
    """Tell a short stroke from the bars and feet of letters that hang together.

    Measured on scans of 150 dpi: a stroke covers its row by 0.98 and more (a short one by 0.94), and a third to
    all of its columns hold nothing but the stroke; what letters make up covers 0.85 to 0.96 with few such columns.
    """
    reach = round(1.2 * LETTER)
    around = ink[max(0, rule.at - reach) : rule.at + reach, rule.start : rule.end] > 0
    middle = min(rule.at, reach)
    row = float(around[max(0, middle - 2) : middle + 3].mean(axis=1).max(initial=0.0))
    there = around[max(0, middle - 1) : middle + 2].any(axis=0)
    above = _run(around[:middle][::-1])
    below = _run(around[middle:])
    thin = float((above + below <= rule.thick + 2)[there].mean()) if there.any() else 0.0
    return thin >= 0.6 or (row >= 0.975 and thin >= 0.3) or (row >= 0.93 and thin >= 0.46)


def _run(half: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return how far the ink goes on in each column, from the first row on."""
    ends = ~np.vstack((half, np.zeros((1, half.shape[1]), dtype=bool)))
    return np.asarray(ends.argmax(axis=0))


def _joined(rules: list[Rule]) -> list[Rule]:
    """Join strokes that go on where another ended."""
    rules = sorted(rules, key=lambda rule: (rule.start, rule.at))
    joined: list[Rule] = []
    for rule in rules:
        for n, other in enumerate(joined):
            if abs(other.at - rule.at) <= max(4, NEAR // 3) and rule.start - other.end <= NEAR:
                longer = other if other.length >= rule.length else rule
                joined[n] = Rule(other.start, max(other.end, rule.end), longer.at, max(other.thick, rule.thick))
                break
        else:
            joined.append(rule)
    return joined


def _touching(flat: Sequence[Rule], upright: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Return the strokes in groups that hang together."""
    home = list(range(len(flat) + len(upright)))

    def root(n: int) -> int:
        while home[n] != n:
            home[n] = home[home[n]]
            n = home[n]
        return n

    for i, f in enumerate(flat):
        for j, u in enumerate(upright):
            across = f.start - NEAR <= u.at <= f.end + NEAR and u.start - NEAR <= f.at <= u.end + NEAR
            if across:
                home[root(i)] = root(len(flat) + j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for i, f in enumerate(flat):
        groups.setdefault(root(i), ([], []))[0].append(f)
    for j, u in enumerate(upright):
        groups.setdefault(root(len(flat) + j), ([], []))[1].append(u)
    return [group for group in groups.values() if len(group[0]) >= 2 and len(group[1]) >= 2]


# ---------------------------------------------------------------- cells


def _grid(flat: Sequence[Rule], upright: Sequence[Rule]) -> Grid | None:
    xs = _clusters([u.at for u in upright])
    left, right = xs[0], xs[-1]
    # An underlined word that touches nothing but one side is no row.
    long = [f for f in flat if f.length >= 0.9 * _narrowest(xs)]
    ys = _clusters([f.at for f in long])
    if len(xs) < 2 or len(ys) < 2 or len(ys) > ROWS_AT_MOST or len(xs) > COLUMNS_AT_MOST:
        return None
    if right - left < 4 * LETTER or ys[-1] - ys[0] < 1.2 * LETTER:
        return None
    above = [[_covered(long, y, x0, x1) for x0, x1 in pairwise(xs)] for y in ys]
    beside = [[_covered(upright, x, y0, y1) for x in xs] for y0, y1 in pairwise(ys)]
    rows: list[tuple[GridCell, ...]] = []
    for r in range(len(ys) - 1):
        cells = []
        column = 0
        while column < len(xs) - 1:
            last = column
            while last + 1 < len(xs) - 1 and not beside[r][last + 1]:
                last += 1
            begins = r == 0 or any(above[r][column : last + 1])
            if begins:
                bottom = r
                while bottom + 1 < len(ys) - 1 and not any(above[bottom + 1][column : last + 1]):
                    bottom += 1
                box = Box(xs[column], ys[r], xs[last + 1], ys[bottom + 1])
                cells.append(GridCell(column, last + 1 - column, box))
            column = last + 1
        rows.append(tuple(cells))
    if sum(len(row) for row in rows) < 2:
        return None
    return Grid(Box(left, ys[0], right, ys[-1]), tuple(xs), tuple(row for row in rows if row))


def _narrowest(xs: Sequence[int]) -> int:
    return min((b - a for a, b in pairwise(xs)), default=0)


def _clusters(places: Sequence[int]) -> list[int]:
    """Return the places with those that lie close together as one."""
    groups: list[list[int]] = []
    for place in sorted(places):
        if groups and place - groups[-1][-1] <= NEAR:
            groups[-1].append(place)
        else:
            groups.append([place])
    return [round(sum(group) / len(group)) for group in groups]


def _covered(rules: Sequence[Rule], at: int, start: int, end: int) -> bool:
    length = sum(
        max(0, min(rule.end, end) - max(rule.start, start)) for rule in rules if abs(rule.at - at) <= NEAR * 1.5
    )
    return length >= THERE * (end - start)


def _within(inner: Box, outer: Box) -> bool:
    return (
        outer.left <= inner.left
        and outer.top <= inner.top
        and inner.right <= outer.right
        and inner.bottom <= outer.bottom
        and inner != outer
    )
