"""One picture of a sheet → the blocks that stand on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from parsers.readers.scans import looks, seen, shapes, spelling, tesseract
from parsers.readers.scans.flow import Piece, TextLine, paragraphs, years_joined
from parsers.readers.scans.letters import Blob, Strip, Written, strips_of, written_on
from parsers.readers.scans.pictures import Pixels
from parsers.readers.scans.rules import Box, Grid, Rule, Ruled, rules_of, without_rules
from parsers.readers.scans.straighten import LETTER, Sheet, as_pixels, straightened, turned
from parsers.readings import Block, Cell, CheckBox, Mark, Paragraph, Picture, Row, Run, Table

WORDS_AT_LEAST = 3  # trusted words of three letters and more on a sheet that is a text at all
TRUSTED = 60.0
SURE = 88.0
DOUBTED = 45.0  # mean trust below which the sheet is looked at the other way round
SAMPLE = 10  # strips that tell which way round a sheet is
MANY, MANY_SAMPLE = 200, 15  # strips, more than a form has: so many of the longest tell whether it is noise
STRIPS_AT_MOST = 600
_RULE = "______"


@dataclass(frozen=True, slots=True)
class PageRead:
    """What stands on a sheet. edges: the upright rules of its first and last table as shares of the width,
    empty where another thing stands first or last. trust: 0 … 100, of the words. low: words not trusted."""

    blocks: tuple[Block, ...]
    first_edges: tuple[float, ...]
    last_edges: tuple[float, ...]
    trust: float


def read_page(pixels: Pixels) -> PageRead | None:
    """Return what stands on a picture, None when it is no page of text. Raises OnlyPicture without Tesseract."""
    page = _recognised(pixels)
    seen.remember(pixels, None if page is None else page.shown())
    return None if page is None else page.read()


def words_on(pixels: Pixels) -> seen.SheetSeen | None:
    """Return the sheet as it was straightened, and the words on it with their boxes in its pixels, region by region.

    None when it is no page of text; raises OnlyPicture without Tesseract. For showing where something was read.
    """
    known = seen.remembered(pixels)
    if known is not None:
        return known[0]
    return None if (page := _recognised(pixels)) is None else page.shown()


def _recognised(pixels: Pixels) -> _Page | None:
    sheet = straightened(pixels)
    if sheet is None:
        return None
    page = _Page(sheet)
    page.recognise(MANY_SAMPLE if len(page.strips) > MANY else STRIPS_AT_MOST)
    if page.trust < DOUBTED:  # of noise no more is read than its sample
        trust, over = page.trust, page.sample(upside_down=True)
        best = page if page.worded >= WORDS_AT_LEAST else None
        del page  # a sheet looked at takes 100 MB: no more than two at a time
        return _other_way_round(sheet, trust, over) or best
    if len(page.strips) > MANY:
        page.recognise()
    return page if page.worded >= WORDS_AT_LEAST else None


def _other_way_round(sheet: Sheet, trust: float, over: float) -> _Page | None:
    """Return the sheet turned by one, two or three quarters, where that can be trusted more; over: by two."""
    enough = max(TRUSTED, trust)
    quarters = 2
    if over <= enough:
        lying = _Page(turned(sheet, 1))
        found = {1: lying.sample(), 3: lying.sample(upside_down=True)}
        del lying  # as above
        quarters = max(found, key=lambda one: found[one])
        if found[quarters] <= enough:
            return None
    page = _Page(turned(sheet, quarters))
    page.recognise()
    return page if page.worded >= WORDS_AT_LEAST else None


@dataclass(slots=True)
class _Region:
    """A cell, or the sheet between its tables, with the lines in it."""

    box: Box
    but: tuple[Box, ...] = ()  # the tables in it
    lines: list[list[Strip]] = field(default_factory=list)

    def holds(self, x: float, y: float) -> bool:
        return self.box.holds(x, y) and not any(table.holds(x, y) for table in self.but)


class _Page:
    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.ruled: Ruled = rules_of(sheet.ink)
        self.grey, self.ink = without_rules(sheet.grey, sheet.ink, self.ruled)
        self.written: Written = written_on(self.ink)
        self.boxes: dict[Blob, bool] = {}
        self.letters: list[Blob] = []
        for blob in self.written.letters:
            state = shapes.box_state(blob, self.ink, self.written)
            if state is None:
                self.letters.append(blob)
            else:
                self.boxes[blob] = state
        if self.boxes:  # a tick inside a box is no letter
            self.letters = [b for b in self.letters if not any(_inside(b, box) for box in self.boxes)]
        self._absorb_scrawls()
        self.rules = [r for r in self.ruled.free if not any(_flourishes(r, scrawl) for scrawl in self.written.scrawls)]
        self.strips: list[Strip] = []
        self.cells = [[_Region(cell.box) for cell in row] for grid in self.ruled.grids for row in grid.rows]
        self.between = _between(self.ruled.grids, sheet.grey.shape[1], sheet.grey.shape[0])
        self._share_out()
        self.words: dict[int, list[tesseract.Word]] = {}
        self.trust = 0.0
        self.worded = 0

    def recognise(self, at_most: int = STRIPS_AT_MOST) -> None:
        """Read the words of the sheet, or of so many of its longest strips."""
        strips = self.strips
        if len(strips) > at_most:
            strips = sorted(strips, key=lambda strip: strip.box.left - strip.box.right)[:at_most]
        self.words = dict(zip(map(id, strips), self._recognised(strips), strict=True))
        trusts = [word.trust for some in self.words.values() for word in some if len(word.text) > 2]
        self.trust = float(np.mean(trusts)) if trusts else 0.0
        self.worded = sum(trust >= TRUSTED for trust in trusts)

    def sample(self, *, upside_down: bool = False) -> float:
        """Return the trust in the words of a few strips, read as they are or the other way round."""
        strips = sorted(self.strips, key=lambda strip: strip.box.left - strip.box.right)[:SAMPLE]
        cuts = list(map(self._cut, strips))
        found = tesseract.words_of(
            [as_pixels(cv2.rotate(cut, cv2.ROTATE_180)) for cut in cuts] if upside_down else cuts
        )
        trusts = [word.trust for some in found for word in some if len(word.text) > 2]
        return float(np.mean(trusts)) if trusts else 0.0

    def shown(self) -> seen.SheetSeen:
        """Return the sheet and its words with their boxes, region by region from the top."""
        regions = [one for one in (*(cell for row in self.cells for cell in row), *self.between) if one.lines]
        regions.sort(key=lambda region: region.lines[0][0].box.top)
        strips = [strip for region in regions for line in region.lines for strip in line]
        words = [word for strip in strips for word in self.words.get(id(strip), [])]
        return self.sheet.grey, [(spelling.right_letters(word.text), word.box) for word in words]

    # ------------------------------------------------------------ ink to strips

    def _absorb_scrawls(self) -> None:
        """A signature comes in pieces: what stands in the upper part of its box is part of it, no letter."""
        if not self.letters:
            return
        reach = round(0.5 * LETTER)
        x, y = np.array([b.middle for b in self.letters]).T  # at once: a page of dust has thousands of both
        free = np.ones(len(x), dtype=bool)
        for scrawl in self.written.scrawls:
            upper = scrawl.top + round(0.6 * scrawl.height)
            aside = (x < scrawl.left) | (x >= scrawl.right)
            free &= aside | (y < scrawl.top - reach) | (y >= upper)
        self.letters = [b for b, kept in zip(self.letters, free, strict=True) if kept]

    def _share_out(self) -> None:
        rest = [(*blob.middle, blob) for blob in self.letters]
        for region in [*(cell for row in self.cells for cell in row), *self.between]:
            box, inside, outside = region.box, list[Blob](), list[tuple[float, float, Blob]]()
            for placed in rest:
                x, y, blob = placed
                if box.holds(x, y) and region.holds(x, y):
                    inside.append(blob)
                else:
                    outside.append(placed)
            rest = outside
            region.lines = strips_of(inside)
            self.strips.extend(strip for line in region.lines for strip in line)

    def _recognised(self, strips: Sequence[Strip]) -> list[list[tesseract.Word]]:
        found = tesseract.words_of([self._cut(strip) for strip in strips])
        placed = []
        for strip, words in zip(strips, found, strict=True):
            x, y = strip.box.left - 3, strip.box.top - 3
            placed.append(
                [replace(w, box=Box(w.box.left + x, w.box.top + y, w.box.right + x, w.box.bottom + y)) for w in words]
            )
        return placed

    def _cut(self, strip: Strip) -> Pixels:
        """Return the strip's picture with nothing on it but its own letters."""
        box = strip.box
        rows, columns = slice(max(0, box.top - 3), box.bottom + 3), slice(max(0, box.left - 3), box.right + 3)
        own = np.isin(self.written.labels[rows, columns], [blob.label for blob in strip.blobs])
        shown = cv2.dilate(own.astype(np.uint8), np.ones((5, 5), np.uint8))
        return as_pixels(np.where(shown > 0, self.grey[rows, columns], np.uint8(255)))

    # ------------------------------------------------------------ strips to lines

    def read(self) -> PageRead:
        strokes = looks.Strokes(self.ink)
        depths = [strokes.thickness(word.box) for some in self.words.values() for word in some if len(word.text) > 2]
        self._strokes, self._usual = strokes, looks.usual(depths)
        width = self.sheet.grey.shape[1]
        placed: list[tuple[int, list[Block], tuple[float, ...]]] = []
        rows = iter(self.cells)
        for grid in self.ruled.grids:
            table = self._table(grid, [next(rows) for _ in grid.rows])
            edges = tuple(edge / width for edge in grid.edges)
            placed.append((grid.box.top, [table], edges))
        lines = [(region, self._lines(region)) for region in self.between]
        right = max((line.right for _, some in lines for line in some), default=0)
        left = min((line.left for _, some in lines for line in some), default=0)
        for _, some in lines:
            if some:
                placed.append((some[0].top, list(paragraphs(some, left, right)), ()))
        placed.sort(key=lambda entry: entry[0])
        blocks = tuple(block for _, blocks, _ in placed for block in blocks)
        first, last = (placed[0][2], placed[-1][2]) if placed else ((), ())
        return PageRead(blocks, first, last, self.trust)

    def _table(self, grid: Grid, regions: Sequence[Sequence[_Region]]) -> Table:
        rows = []
        for row, cells in zip(grid.rows, regions, strict=True):
            out: list[Cell] = []
            column = 0
            for cell, region in zip(row, cells, strict=True):
                while column < cell.column:
                    out.append(Cell(()))
                    column += 1
                lines = self._lines(region)
                left = min((line.left for line in lines), default=cell.box.left)
                pad = min(max(left - cell.box.left, round(0.3 * LETTER)), LETTER)
                blocks: tuple[Block, ...] = tuple(paragraphs(lines, left, cell.box.right - round(pad)))
                out.append(Cell(blocks or (Paragraph(()),), cell.span))
                column += cell.span
            rows.append(Row(tuple(out)))
        return Table(tuple(rows))

    def _lines(self, region: _Region) -> list[TextLine]:
        """Return the region's lines with its boxes, pictures and ruled gaps put in."""
        free = [rule for rule in self.rules if region.holds((rule.start + rule.end) / 2, rule.at)]
        lines: list[TextLine] = []
        used: set[Rule] = set()
        for strips in region.lines:
            blobs = [blob for strip in strips for blob in strip.blobs]
            base = int(np.median([b.bottom for b in blobs if b.height > 0.4 * LETTER] or [b.bottom for b in blobs]))
            pieces = []
            for strip in strips:
                pieces.extend(self._pieces(strip, base, free, alone=len(strips) == 1))
            near = [rule for rule in free if base - LETTER <= rule.at <= base + 0.8 * LETTER]
            used.update(near)
            pieces += _gaps(near, pieces)
            if pieces:
                top = min(b.top for b in blobs)
                lines.append(TextLine(top, base, tuple(sorted(pieces, key=lambda piece: piece.left))))
        for rule in free:
            if rule not in used:
                piece = Piece(rule.start, rule.end, Run(_RULE))
                _put(lines, piece, rule.at - round(LETTER), rule.at)
        for blob, ticked in self.boxes.items():
            if region.holds(*blob.middle):
                _put(lines, Piece(blob.left, blob.right, CheckBox(ticked)), blob.top, blob.bottom)
        for blob in (*self.written.scrawls, *self.written.stamps):
            if region.holds(*blob.middle):
                _put_picture(lines, Piece(blob.left, blob.right, Picture()), blob)
        return lines

    def _pieces(self, strip: Strip, base: int, rules: Sequence[Rule], *, alone: bool) -> list[Piece]:
        words = self.words.get(id(strip), [])
        box = strip.box
        if box.right - box.left < 2.6 * LETTER and len(strip.blobs) <= 3:
            text = self._sign(strip, words)
            return [Piece(box.left, box.right, Run(text))] if text else []
        shapes_at_ends = self._signs_at_ends(strip)
        pieces = [Piece(left, right, Run(sign)) for left, right, sign in shapes_at_ends]
        for word in words:
            middle = (word.box.left + word.box.right) / 2
            if any(left - 3 <= middle <= right + 3 for left, right, _ in shapes_at_ends) or self._under_scrawl(word):
                continue
            text = spelling.right_letters(word.text)
            if spelling.is_dust(text) and (word is words[0] or word is words[-1]):
                continue
            if word is words[-1] and len(words) > 1:
                text = spelling.lone_sign(text)
            marks = set(looks.drawn_on(text, word.box, base, rules))
            if looks.on_ground(word.box, self.sheet):
                marks.add(Mark.HIGHLIGHT)
            if self._strokes.thickness(word.box) > looks.BOLDER * self._usual:
                marks.add(Mark.BOLD)
            pieces.append(Piece(word.box.left, word.box.right, Run(text, frozenset(marks))))
        return years_joined(sorted(pieces, key=lambda piece: piece.left))

    def _signs_at_ends(self, strip: Strip) -> list[tuple[int, int, str]]:
        """Return the ticks and pluses that stand before or behind the words of a strip: (left, right, sign)."""
        blobs = strip.blobs
        found = []
        if len(blobs) > 3:
            for blob, neighbour in ((blobs[0], blobs[1]), (blobs[-1], blobs[-2])):
                gap = max(blob.left, neighbour.left) - min(blob.right, neighbour.right)
                sign = shapes.sign_of([blob], self.written) if gap > 0.3 * LETTER else None
                if sign in (shapes.TICK, shapes.PLUS):
                    found.append((blob.left, blob.right, sign))
        return found

    def _under_scrawl(self, word: tesseract.Word) -> bool:
        """Say whether a signature runs through the word, so that what was read is not what is printed."""
        box = word.box
        for scrawl in self.written.scrawls:
            wide = min(box.right, scrawl.right) - max(box.left, scrawl.left)
            high = min(box.bottom, scrawl.bottom) - max(box.top, scrawl.top)
            if wide > 0.25 * (box.right - box.left) and high > 0.1 * (box.bottom - box.top) and word.trust < SURE:
                return True
        return False

    def _sign(self, strip: Strip, words: Sequence[tesseract.Word]) -> str:
        """Return what one or two signs standing alone are: a mark, a number, or a very short word."""
        text = " ".join(word.text for word in words)
        trust = min((word.trust for word in words), default=0.0)
        shape = shapes.sign_of(strip.blobs, self.written)
        if shape is not None:
            return shape
        if text and trust >= TRUSTED and any(letter.isalnum() for letter in text):
            return spelling.lone_sign(text)
        high = strip.box.bottom - strip.box.top
        if high < 0.45 * LETTER:
            return text if trust >= TRUSTED else ""
        return spelling.lone_sign(text) if any(c.isdigit() for c in text) else shapes.TICK


def _inside(inner: Blob, outer: Blob) -> bool:
    return Box(outer.left, outer.top, outer.right, outer.bottom).holds(*inner.middle)


def _flourishes(rule: Rule, scrawl: Blob) -> bool:
    """Say whether a straight stroke is part of a signature: it nowhere reaches beyond it."""
    return scrawl.left <= rule.start and rule.end <= scrawl.right and scrawl.top <= rule.at <= scrawl.bottom


def _between(grids: Sequence[Grid], width: int, height: int) -> list[_Region]:
    """Return the stretches of the sheet above, between and below its tables; what stands beside one counts above."""
    regions = []
    boxes = tuple(grid.box for grid in grids)
    top = 0
    for grid in grids:
        regions.append(_Region(Box(0, top, width, max(top, grid.box.bottom)), boxes))
        top = max(top, grid.box.bottom)
    regions.append(_Region(Box(0, top, width, height), boxes))
    return regions


def _gaps(rules: Sequence[Rule], pieces: Sequence[Piece]) -> list[Piece]:
    """Return the stretches of the rules under a line on which nothing is written."""
    found = []
    for rule in rules:
        start = rule.start
        for piece in sorted(pieces, key=lambda piece: piece.left):
            if piece.right < rule.start or piece.left > rule.end:
                continue
            if piece.left - start > 3 * LETTER:
                found.append(Piece(start, piece.left - 1, Run(_RULE)))
            start = max(start, piece.right)
        if rule.end - start > 3 * LETTER:
            found.append(Piece(start, rule.end, Run(_RULE)))
    return found


def _put_picture(lines: list[TextLine], piece: Piece, blob: Blob) -> None:
    """Put a signature on the ruled line that it is written over; else where it stands."""
    for n, line in enumerate(lines):
        ruled = [p for p in line.pieces if isinstance(p.inline, Run) and p.inline.text == _RULE]
        over = any(min(p.right, blob.right) - max(p.left, blob.left) > 0.4 * blob.width for p in ruled)
        if over and blob.top - LETTER < line.base < blob.bottom + LETTER:
            pieces = tuple(sorted((*(p for p in line.pieces if p not in ruled), piece), key=lambda one: one.left))
            lines[n] = replace(line, pieces=pieces)
            return
    for n, line in enumerate(lines):
        if blob.top < line.base < blob.bottom + 0.5 * LETTER:
            lines[n] = replace(line, pieces=tuple(sorted((*line.pieces, piece), key=lambda one: one.left)))
            return
    _put(lines, piece, blob.top, blob.bottom)


def _put(lines: list[TextLine], piece: Piece, top: int, bottom: int) -> None:
    """Put a piece into the line that it stands on, or a line of its own in its place."""
    for n, line in enumerate(lines):
        if top < line.base and bottom > line.top and bottom <= line.base + 1.5 * LETTER:
            pieces = sorted((*line.pieces, piece), key=lambda one: one.left)
            lines[n] = replace(line, pieces=tuple(pieces))
            return
    lines.append(TextLine(top, bottom, (piece,)))
    lines.sort(key=lambda line: line.base)
