"""A photo or scan of a sheet → the sheet lying straight: even light, no turn, no slant, no keystone."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from parsers.readers.scans.pictures import Pixels

LETTER = 22.0  # pixels that a small letter is brought to: Tesseract reads it best so
SIDE_AT_MOST = 4_200
TEXT_STANDS_OUT = 3.5  # measured: pages of text 10 to 40, noise below 2
LETTERS_AT_LEAST = 10  # pieces of ink of a letter's size on anything that may be a page of text
STEEPEST = 0.08  # slope of what was a rule or a line of text, after the turn
INK_AT_LEAST, LARGE_SHAPES = 0.0007, 0.12  # of a sheet's area
GRAINY, SMOOTHING = 18.0, 0.8  # spread of the paper's brightness (scans 1, fair photos 10, dust from 20 on); pixels
PAPER_AT_LEAST = 215  # mean brightness of evenly lit paper without writing
_WHITE = 255

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A straightened sheet. grey: even light, paper white. colour: how colourful each pixel is, None for a
    grey picture. ink: 255 where there is ink."""

    grey: Pixels
    ink: Pixels
    colour: Pixels | None


def straightened(pixels: Pixels) -> Sheet | None:
    """Return the sheet, None when nothing on the picture looks like lines of text."""
    grey = as_pixels(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)) if pixels.ndim == 3 else pixels
    colour = _colourfulness(pixels) if pixels.ndim == 3 else None
    corners = _paper(grey)
    if corners is not None:
        grey = _cut_out(grey, corners)
        colour = None if colour is None else _cut_out(colour, corners)
    if min(grey.shape) < 100:
        return None
    even = _calm(_even_light(grey))
    angle = _turn(even)
    if angle is None:
        return None
    even = _rotated(even, angle, _WHITE)
    colour = None if colour is None else _rotated(colour, angle, 0)
    ink = inked(even)
    letter = _letter_height(ink)
    if letter is None:
        return None
    bend = _keystone(ink, letter)
    scale = min(max(LETTER / letter, 0.4), 3.2, SIDE_AT_MOST / max(even.shape))
    size = (round(even.shape[1] * scale), round(even.shape[0] * scale))
    bend = np.diag([scale, scale, 1.0]) @ bend
    even = _bent(even, bend, size, _WHITE)
    colour = None if colour is None else _bent(colour, bend, size, 0)
    return Sheet(even, inked(even), colour)


def may_be_paper(pixels: Pixels) -> bool:
    """Say whether a picture shows a sheet of paper with something on it: bright, colourless, no large shapes."""
    grey = as_pixels(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)) if pixels.ndim == 3 else pixels
    colour = _colourfulness(pixels) if pixels.ndim == 3 else np.zeros_like(grey)
    corners = _paper(grey)
    if corners is not None:
        grey, colour = _cut_out(grey, corners), _cut_out(colour, corners)
    share = min(1.0, 300 / max(grey.shape))
    grey = as_pixels(cv2.resize(grey, None, fx=share, fy=share, interpolation=cv2.INTER_AREA))
    colour = as_pixels(cv2.resize(colour, None, fx=share, fy=share, interpolation=cv2.INTER_AREA))
    ground = float(np.percentile(grey, 90))
    if float((grey < 0.75 * ground).mean()) < INK_AT_LEAST:
        return False  # the empty back of a sheet
    other = ((grey < 0.6 * ground) | (colour > 60)).astype(np.uint8)
    shapes = cv2.morphologyEx(other, cv2.MORPH_OPEN, np.ones((13, 13), np.uint8))
    return ground > 100 and float(other.mean()) < 0.5 and float(shapes.mean()) < LARGE_SHAPES


def turned(sheet: Sheet, quarters: int) -> Sheet:
    """Return the sheet turned by so many quarters of a circle."""

    def rotated(image: Pixels) -> Pixels:
        return np.ascontiguousarray(np.rot90(image, quarters))

    return Sheet(rotated(sheet.grey), rotated(sheet.ink), None if sheet.colour is None else rotated(sheet.colour))


def as_pixels(image: object) -> Pixels:
    """OpenCV's word for a picture in ours."""
    return np.asarray(image, dtype=np.uint8)


def inked(even: Pixels) -> Pixels:
    """Return 255 where there is ink, on an evenly lit picture."""
    level, _ = cv2.threshold(even, 0, _WHITE, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    level = min(max(level, 110.0), 200.0)
    _, ink = cv2.threshold(even, level, _WHITE, cv2.THRESH_BINARY_INV)
    return as_pixels(ink)


# ---------------------------------------------------------------- light and paper


def _colourfulness(pixels: Pixels) -> Pixels:
    return as_pixels(pixels.max(axis=2) - pixels.min(axis=2))


def _even_light(grey: Pixels) -> Pixels:
    """Divide by the paper's own brightness, taken over about two centimetres around."""
    share = 400 / max(grey.shape)
    small = cv2.resize(grey, None, fx=min(1.0, share), fy=min(1.0, share), interpolation=cv2.INTER_AREA)
    paper = cv2.dilate(small, np.ones((5, 5), np.uint8))
    paper = cv2.medianBlur(paper, 31)
    paper = cv2.GaussianBlur(paper, (0, 0), 6)
    paper = cv2.resize(paper, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    return as_pixels(cv2.divide(grey, paper, scale=250))


def _calm(even: Pixels) -> Pixels:
    """Smooth a grainy picture, so that its grains become no dust: a photo in the dark, a scan of a grey copy."""
    return as_pixels(cv2.GaussianBlur(even, (0, 0), SMOOTHING)) if _grain(even) > GRAINY else even


def _grain(even: Pixels) -> float:
    """Return how much the brightness of the blank paper varies from pixel to pixel."""
    small = even.astype(np.float32)
    mean, squares = cv2.blur(small, (9, 9))[::9, ::9], cv2.blur(np.square(small), (9, 9))[::9, ::9]
    spread = np.sqrt(np.maximum(squares - np.square(mean), 0.0))[mean > PAPER_AT_LEAST]
    return float(np.percentile(spread, 30)) if spread.size else 0.0


def _paper(grey: Pixels) -> Floats | None:
    """Return the corners of a sheet that lies on something darker; None when the sheet fills the picture."""
    share = 600 / max(grey.shape)
    small = cv2.resize(grey, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    small = cv2.medianBlur(cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)), 7)
    _, bright = cv2.threshold(small, 0, _WHITE, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    inside, outside = small[bright > 0], small[bright == 0]
    if not outside.size or not inside.size or float(np.median(inside)) - float(np.median(outside)) < 45:
        return None
    outlines, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    outline = max(outlines, key=cv2.contourArea)
    area = cv2.contourArea(outline) / small.size
    if not 0.25 < area < 0.985:
        return None
    hull = cv2.convexHull(outline)
    for bend in (0.02, 0.03, 0.05):
        corners = cv2.approxPolyDP(hull, bend * cv2.arcLength(hull, True), True)
        if len(corners) == 4:
            break
    else:
        return None
    if cv2.contourArea(corners) < 0.9 * cv2.contourArea(hull):
        return None
    return np.asarray(np.reshape(corners, (4, 2)) / share, dtype=np.float64)


def _cut_out(image: Pixels, corners: Floats) -> Pixels:
    around = corners[np.argsort(np.arctan2(*(corners - corners.mean(axis=0)).T[::-1]))]  # clockwise
    first = int(np.argmin(around.sum(axis=1)))
    around = np.roll(around, -first, axis=0)
    width = max(math.dist(around[0], around[1]), math.dist(around[3], around[2]))
    height = max(math.dist(around[0], around[3]), math.dist(around[1], around[2]))
    there = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    bend = cv2.getPerspectiveTransform(around.astype(np.float32), there)
    return as_pixels(
        cv2.warpPerspective(
            image, bend, (round(width), round(height)), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        )
    )


# ---------------------------------------------------------------- turn


def _turn(even: Pixels) -> float | None:
    """Return the angle by which the picture must be turned so that its lines lie flat, in degrees.

    Upside down is not told here. None when nothing looks like lines in either direction.
    """
    share = min(1.0, 900 / max(even.shape))
    small = cv2.resize(even, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    ink = as_pixels((small < 170).astype(np.uint8) * _WHITE)
    if not 0.002 < float(ink.mean()) / _WHITE < 0.4:
        return None
    ink = as_pixels(cv2.subtract(ink, _long_strokes(ink)))  # the uprights of a table would make it lie on its side
    sharp: dict[float, float] = {}
    for quarter in (0.0, 90.0):
        turned = as_pixels(np.rot90(ink)) if quarter else as_pixels(ink)
        for tilt in np.arange(-12.0, 12.1, 1.0):
            sharp[quarter + float(tilt)] = _sharpness(turned, float(tilt))
    angle = max(sharp, key=lambda tilt: sharp[tilt])
    if sharp[angle] < TEXT_STANDS_OUT * float(np.median(list(sharp.values()))):
        return None
    quarter = 90.0 if angle > 45 else 0.0
    turned = as_pixels(np.rot90(ink)) if quarter else as_pixels(ink)
    fine = {float(t): _sharpness(turned, float(t)) for t in np.arange(angle - quarter - 0.9, angle - quarter + 1, 0.15)}
    return quarter + max(fine, key=lambda tilt: fine[tilt])


def _long_strokes(ink: Pixels) -> Pixels:
    """Return where strokes are that are longer than any letter, lying or upright, a few degrees aslant."""
    found = np.zeros_like(ink)
    for kernel in (np.ones((1, 40), np.uint8), np.ones((40, 1), np.uint8)):
        thick = np.ones((3, 1) if kernel.shape[0] == 1 else (1, 3), np.uint8)
        found = np.maximum(found, cv2.morphologyEx(cv2.dilate(ink, thick), cv2.MORPH_OPEN, kernel))
    return as_pixels(found)


def _sharpness(ink: Pixels, tilt: float) -> float:
    """Return how sharply the rows of ink part from each other: largest where lines of text lie flat."""
    height, width = ink.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), tilt, 1.0)
    flat = cv2.warpAffine(ink, matrix, (width, height), flags=cv2.INTER_NEAREST)
    rows = flat.sum(axis=1, dtype=np.float64) / _WHITE
    return float(np.square(np.diff(rows)).sum()) / max(1.0, float(rows.sum()))


def _rotated(image: Pixels, angle: float, around: int) -> Pixels:
    """Return the picture turned counter-clockwise, the frame grown to hold all of it."""
    if angle > 45:
        image, angle = as_pixels(np.rot90(image)), angle - 90
    height, width = image.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    slant = abs(math.sin(math.radians(angle)))
    wide, high = round(width + slant * height), round(height + slant * width)
    matrix[0, 2] += (wide - width) / 2
    matrix[1, 2] += (high - height) / 2
    return as_pixels(
        cv2.warpAffine(
            np.ascontiguousarray(image), matrix, (wide, high), flags=cv2.INTER_CUBIC, borderValue=(around,) * 3
        )
    )


def _bent(image: Pixels, bend: Floats, size: tuple[int, int], around: int) -> Pixels:
    return as_pixels(cv2.warpPerspective(image, bend, size, flags=cv2.INTER_CUBIC, borderValue=(around,) * 3))


def _letter_height(ink: Pixels) -> float | None:
    """Return the height of small letters in pixels, None when there are too few letters for a page of text."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    wide, high, area = (stats[1:, n] for n in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
    longest = max(ink.shape)
    like = (high >= 5) & (high < longest / 25) & (wide >= 2) & (wide < 8 * high) & (area > 0.15 * wide * high)
    if int(like.sum()) < LETTERS_AT_LEAST:
        return None
    heights = np.sort(high[like])
    return float(np.median(heights))


# ---------------------------------------------------------------- slant and keystone


def _keystone(ink: Pixels, letter: float) -> Floats:
    """Return the small bend (a homography) that lays rules and lines of text flat and upright rules upright.

    Four numbers: two slants, two vanishing directions; found by least squares over all long strokes.
    """
    height, width = ink.shape
    size = max(height, width) / 2
    to_unit = np.array([[1 / size, 0, -width / 2 / size], [0, 1 / size, -height / 2 / size], [0, 0, 1.0]])
    flat = [*_strokes(ink, round(10 * letter), flat=True), *_text_lines(ink, letter)]
    flat = [stroke for stroke in flat if abs(stroke[3] - stroke[1]) < STEEPEST * (stroke[2] - stroke[0])]
    upright = _strokes(ink, round(8 * letter), flat=False)
    upright = [stroke for stroke in upright if abs(stroke[2] - stroke[0]) < 2 * STEEPEST * (stroke[3] - stroke[1])]
    points = np.array(flat + upright, dtype=np.float64).reshape(-1, 4)
    if len(points) < 3:
        return np.eye(3)
    ends = np.concatenate((points[:, :2], points[:, 2:]))
    ends = ends @ to_unit[:2, :2].T + to_unit[:2, 2]
    count, n = len(points), len(flat)
    weight = np.hypot(*(ends[count:] - ends[:count]).T)

    def off(bend: Floats, stray: float) -> Floats:
        matrix = np.array([[1, bend[0], 0], [bend[1], 1, 0], [bend[2], bend[3], 1.0]])
        moved = np.column_stack((ends, np.ones(len(ends)))) @ matrix.T
        moved = moved[:, :2] / moved[:, 2:]
        gap = moved[count:] - moved[:count]
        wrong = np.concatenate((gap[:n, 1], gap[n:, 0]))
        wrong = wrong / np.sqrt(1 + np.square(wrong / (stray * np.maximum(weight, 0.1))))  # a stray stroke pulls little
        calm = np.array([0.05 * (bend[0] + bend[1]), 0.15 * bend[2], 0.15 * bend[3]])
        return np.concatenate((wrong, calm))

    bend = np.zeros(4)
    for stray in (0.3, 0.05, 0.015):  # the slope at which a stroke counts as a stray one: less and less
        for _ in range(6):
            here = off(bend, stray)
            slope = np.column_stack([(off(bend + step, stray) - here) / 1e-5 for step in np.eye(4) * 1e-5])
            change, *_ = np.linalg.lstsq(slope, -here, rcond=None)
            bend = bend + np.clip(change, -0.05, 0.05)
    if float(np.abs(bend).max()) > 0.2:
        return np.eye(3)
    matrix = np.array([[1, bend[0], 0], [bend[1], 1, 0], [bend[2], bend[3], 1.0]])
    return np.asarray(np.linalg.inv(to_unit) @ matrix @ to_unit)


def _strokes(ink: Pixels, length: int, *, flat: bool) -> list[tuple[float, float, float, float]]:
    """Return the long straight strokes as (x, y, x, y): rules of tables, lines to write on."""
    kernel = np.ones((1, length // 3) if flat else (length // 3, 1), np.uint8)
    rules = cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel)
    rules = cv2.dilate(rules, np.ones((3, 9) if flat else (9, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(rules, connectivity=8)
    found = []
    for n in range(1, count):
        left, top, wide, high = (int(value) for value in stats[n, :4])
        long, thick = (wide, high) if flat else (high, wide)
        if long < length or thick > 0.12 * long + 8:
            continue
        ys, xs = np.nonzero(labels[top : top + high, left : left + wide] == n)
        along, across = (xs, ys) if flat else (ys, xs)
        slope, start = np.polyfit(along, across, 1)
        ends = (0.0, float(start)), (float(long), float(start + slope * long))
        (a0, c0), (a1, c1) = ends
        found.append((left + a0, top + c0, left + a1, top + c1) if flat else (left + c0, top + a0, left + c1, top + a1))
    return found


def _text_lines(ink: Pixels, letter: float) -> list[tuple[float, float, float, float]]:
    """Return lines of text as strokes through the middle of their letters and of letters that hang together."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    left, top, wide, high = (stats[1:, n].astype(np.float64) for n in range(4))
    like = (high > 0.7 * letter) & (high < 2.3 * letter) & (wide < 25 * letter) & (wide > 0.3 * letter)
    left, right, middle, wide = left[like], (left + wide)[like], (top + high / 2)[like], wide[like]
    chains: list[list[int]] = []
    end_x, end_y = np.empty(0), np.empty(0)
    for n in np.argsort(left):
        near = np.nonzero((left[n] - end_x < 4 * letter) & (np.abs(middle[n] - end_y) < 0.45 * letter))[0]
        if len(near):
            home = int(near[np.argmin(np.abs(middle[n] - end_y[near]))])
            chains[home].append(int(n))
            end_x[home], end_y[home] = max(end_x[home], right[n]), 0.5 * (end_y[home] + middle[n])
        else:
            chains.append([int(n)])
            end_x, end_y = np.append(end_x, right[n]), np.append(end_y, middle[n])
    found = []
    for chain in chains:
        first, last = left[chain].min(), right[chain].max()
        if len(chain) >= 5 and last - first > 12 * letter:
            at = (left[chain] + right[chain]) / 2
            slope, start = np.polyfit(at, middle[chain], 1, w=np.sqrt(wide[chain]))
            found.append((float(first), float(start + slope * first), float(last), float(start + slope * last)))
    return found
