"""Rules on a page → tables: which cells they enclose, which are merged, which squares are boxes to tick."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from parsers.readers.pdf_ink import Box, Stroke

TOUCH = 3.0  # points between two rules that meet
SAME = 1.6  # points between two rules that are one
TICK_BOX = (4.5, 20.0)  # points: the sides of a box to tick
FIELDS_AT_MOST = 20_000  # smallest fields of one grid


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell: where it is, its first row and column, how many columns wide and rows high."""

    box: Box
    row: int
    column: int
    wide: int
    high: int


@dataclass(slots=True)
class Grid:
    box: Box
    columns: int
    cells: list[GridCell]
    edges: list[float]

    @property
    def rows(self) -> int:
        return max(cell.row + cell.high for cell in self.cells)


@dataclass(slots=True)
class Rules:
    """What the strokes of a page make: tables, boxes to tick, and strokes that are neither."""

    grids: list[Grid] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    free: list[Stroke] = field(default_factory=list)  # those across, which may underline or strike out


def rules_of(across: Sequence[Stroke], down: Sequence[Stroke]) -> Rules:
    """Return the tables and boxes that strokes along the page and down it enclose."""
    level, upright = _merged(across), _merged(down)
    parent = list(range(len(level) + len(upright)))

    def root(n: int) -> int:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    for n, wall in enumerate(upright, start=len(level)):
        for m, rule in enumerate(level):
            meets = rule.start - TOUCH <= wall.at <= rule.end + TOUCH
            if meets and wall.start - TOUCH <= rule.at <= wall.end + TOUCH:
                parent[root(n)] = root(m)
    groups: dict[int, tuple[list[Stroke], list[Stroke]]] = defaultdict(lambda: ([], []))
    for n, rule in enumerate(level):
        groups[root(n)][0].append(rule)
    for n, wall in enumerate(upright, start=len(level)):
        groups[root(n)][1].append(wall)
    rules = Rules()
    for rows, walls in groups.values():
        _take(rows, walls, rules)
    return rules


def _take(rows: list[Stroke], walls: list[Stroke], rules: Rules) -> None:
    if not walls or len(rows) < 2:
        rules.free.extend(rows)
        return
    xs = _places([wall.at for wall in walls], [x for row in rows for x in (row.start, row.end)])
    ys = _places([row.at for row in rows], [y for wall in walls for y in (wall.start, wall.end)])
    if len(xs) < 2 or len(ys) < 2:
        rules.free.extend(rows)
        return
    box = Box(xs[0], ys[0], xs[-1], ys[-1])
    if max(box.width, box.height) <= TICK_BOX[1]:
        if min(box.width, box.height) >= TICK_BOX[0]:
            rules.boxes.append(box)
        return
    if (len(xs) - 1) * (len(ys) - 1) <= FIELDS_AT_MOST:
        rules.grids.append(Grid(box, len(xs) - 1, _cells(xs, ys, rows, walls), xs))


def _cells(xs: list[float], ys: list[float], rows: list[Stroke], walls: list[Stroke]) -> list[GridCell]:
    """Return the cells of a grid: its smallest fields, those without a rule between them as one."""
    wide, high = len(xs) - 1, len(ys) - 1
    home = list(range(wide * high))

    def root(n: int) -> int:
        while home[n] != n:
            home[n] = home[home[n]]
            n = home[n]
        return n

    by_y, by_x = _by_place(rows, ys), _by_place(walls, xs)
    for r in range(high):
        for c in range(wide):
            here = r * wide + c
            if c + 1 < wide and not _covers(by_x[c + 1], ys[r], ys[r + 1]):
                home[root(here + 1)] = root(here)
            if r + 1 < high and not _covers(by_y[r + 1], xs[c], xs[c + 1]):
                home[root(here + wide)] = root(here)
    fields: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for r in range(high):
        for c in range(wide):
            fields[root(r * wide + c)].append((r, c))
    cells = []
    for own in fields.values():
        top, bottom = min(r for r, _ in own), max(r for r, _ in own) + 1
        left, right = min(c for _, c in own), max(c for _, c in own) + 1
        cells.append(GridCell(Box(xs[left], ys[top], xs[right], ys[bottom]), top, left, right - left, bottom - top))
    return sorted(cells, key=lambda cell: (cell.row, cell.column))


def _merged(strokes: Iterable[Stroke]) -> list[Stroke]:
    """Return strokes that go on in one another as one."""
    merged: list[Stroke] = []
    for stroke in sorted(strokes, key=lambda one: (round(one.at / SAME), one.start)):
        last = next(
            (n for n in range(len(merged) - 1, max(-1, len(merged) - 40), -1) if _goes_on(merged[n], stroke)), None
        )
        if last is None:
            merged.append(stroke)
        else:
            known = merged[last]
            merged[last] = Stroke(min(known.start, stroke.start), max(known.end, stroke.end), known.at)
    return merged


def _goes_on(one: Stroke, other: Stroke) -> bool:
    return abs(one.at - other.at) <= SAME and other.start <= one.end + TOUCH and one.start <= other.end + TOUCH


def _places(sure: Iterable[float], ends: Iterable[float]) -> list[float]:
    """Return where a grid is divided; where its rules stick out, a side is open and divides too."""
    places: list[float] = []
    for place in sorted(sure):
        if not places or place - places[-1] > TOUCH:
            places.append(place)
    ends = list(ends)
    if places and min(ends) < places[0] - 8:
        places.insert(0, min(ends))
    if places and max(ends) > places[-1] + 8:
        places.append(max(ends))
    return places


def _by_place(strokes: Sequence[Stroke], places: Sequence[float]) -> list[list[Stroke]]:
    return [[stroke for stroke in strokes if abs(stroke.at - place) <= TOUCH] for place in places]


def _covers(strokes: Sequence[Stroke], start: float, end: float) -> bool:
    covered = sum(max(0.0, min(end, stroke.end) - max(start, stroke.start)) for stroke in strokes)
    return covered >= 0.5 * (end - start)
