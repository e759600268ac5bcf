"""What a lone sign is by its shape: a tick, a plus, a dash, a box. Tesseract knows letters, not ticks."""

from __future__ import annotations

import numpy as np

from parsers.readers.scans.letters import Blob, Written
from parsers.readers.scans.pictures import Pixels
from parsers.readers.scans.straighten import LETTER

BESIDE = 0.25 * LETTER  # letters of a word stand closer than that, a word farther from a box
TICK, PLUS, DASH = "✓", "+", "-"


def mask_of(blobs: list[Blob], written: Written) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Return where the blobs have ink, cut to their common box."""
    left, top = min(b.left for b in blobs), min(b.top for b in blobs)
    right, bottom = max(b.right for b in blobs), max(b.bottom for b in blobs)
    return np.isin(written.labels[top:bottom, left:right], [b.label for b in blobs])


def sign_of(blobs: list[Blob], written: Written) -> str | None:
    """Return the tick, plus or dash that the blobs are, None when they are something else."""
    ink = mask_of(blobs, written)
    high, wide = ink.shape
    if wide > 2.0 * high and high < 0.5 * LETTER:
        return DASH
    if high < 0.4 * LETTER or wide < 0.3 * LETTER:
        return None
    if _is_plus(ink):
        return PLUS
    return TICK if _is_tick(ink) else None


def _is_plus(ink: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> bool:
    high, wide = ink.shape
    if not 0.7 < wide / high < 1.4:
        return False
    third_y, third_x = high // 3, wide // 3
    corners = [ink[:third_y, :third_x], ink[:third_y, -third_x:], ink[-third_y:, :third_x], ink[-third_y:, -third_x:]]
    if any(float(corner.mean()) > 0.12 for corner in corners):
        return False
    across = ink[third_y:-third_y].any(axis=0).mean()
    down = ink[:, third_x:-third_x].any(axis=1).mean()
    return bool(across > 0.9 and down > 0.9)


def _is_tick(ink: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> bool:
    """A stroke that falls on the left, turns, and rises to the right: thin everywhere, highest at the right end."""
    high, wide = ink.shape
    if wide < 0.4 * high or high < 0.8 * LETTER:
        return False
    upper_left, lower_right = (
        ink[: round(0.35 * high), : round(0.45 * wide)],
        ink[round(0.6 * high) :, round(0.75 * wide) :],
    )
    if float(upper_left.mean()) > 0.05 or float(lower_right.mean()) > 0.05:
        return False
    rows = np.arange(high)[:, None]
    count = ink.sum(axis=0)
    middle = np.where(count > 0, (ink * rows).sum(axis=0) / np.maximum(count, 1), np.nan)
    if np.isnan(middle).mean() > 0.1:
        return False
    middle = np.nan_to_num(middle, nan=float(np.nanmean(middle)))
    low = int(np.argmax([col.nonzero()[0].max(initial=0) for col in ink.T]))
    end = max(1, wide // 8)
    start_y, end_y = float(middle[:end].mean()) / high, float(middle[-end:].mean()) / high
    thin = float(np.median(count)) < 0.55 * high
    return bool(0.08 * wide < low < 0.6 * wide and end_y < 0.3 and 0.3 < start_y < 0.92 and thin)


def _among_letters(blob: Blob, written: Written) -> bool:
    """Say whether a letter stands right beside: what has four sides is a heavy «п» then."""
    for other in written.letters:
        apart = max(blob.left, other.left) - min(blob.right, other.right)
        shared = min(blob.bottom, other.bottom) - max(blob.top, other.top)
        if other is not blob and 0 <= apart < BESIDE and shared > 0.5 * blob.height and other.height > 0.5 * LETTER:
            return True
    return False


def box_state(blob: Blob, ink: Pixels, written: Written) -> bool | None:
    """Return whether a printed box is ticked; None when the blob is no box."""
    wide, high = blob.width, blob.height
    if not (min(wide, high) > 0.75 * LETTER and max(wide, high) < 2.6 * LETTER and 0.8 < wide / high < 1.25):
        return None
    own = mask_of([blob], written)
    rim = max(2, round(0.12 * high))
    sides = (own[:rim].any(axis=0), own[-rim:].any(axis=0), own[:, :rim].any(axis=1), own[:, -rim:].any(axis=1))
    if any(float(side.mean()) < 0.93 for side in sides):
        return None
    if not all(own[y, x].any() for y in (slice(0, rim), slice(-rim, None)) for x in (slice(0, rim), slice(-rim, None))):
        return None
    if _among_letters(blob, written):
        return None
    thick = max(2, round(0.22 * high))
    inside = ink[blob.top + thick : blob.bottom - thick, blob.left + thick : blob.right - thick]
    return bool(float((inside > 0).mean()) > 0.12)
