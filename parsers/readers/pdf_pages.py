"""Pages of a PDF that are pictures: which they are, and what they look like."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pypdfium2
from PIL import Image
from pypdfium2 import PdfDocument, PdfiumError, PdfPage

from parsers.readers.errors import Damaged

LETTERS_AT_LEAST = 12  # on a page with a text layer
LOWEST_DPI, HIGHEST_DPI = 100.0, 300.0
PIXELS_AT_MOST = 3_500  # of a drawn page's longer side


def picture_pages(data: bytes) -> tuple[int, ...]:
    """Return the numbers, from 0, of the pages that hold a picture and no letters; none when it cannot be opened."""
    try:
        with PdfDocument(data) as pdf:
            return tuple(n for n in range(len(pdf)) if _is_picture(pdf[n]))
    except (PdfiumError, ValueError, OSError):
        return ()  # the reader of the text layer says what is wrong


def _is_picture(page: PdfPage) -> bool:
    letters = page.get_textpage().get_text_range()
    if sum(1 for letter in letters if letter.isalnum()) >= LETTERS_AT_LEAST:
        return False
    width, height = page.get_size()
    return bool(_largest_picture(page)[0] > 0.3 * width * height)


def drawn(data: bytes, numbers: Sequence[int]) -> Iterator[Image.Image]:
    """Yield the pages as they would be printed, as sharp as their pictures are; raises Damaged."""
    try:
        with PdfDocument(data) as pdf:
            for n in numbers:
                page = pdf[n]
                dots = _largest_picture(page)[1] or 200.0
                scale = min(max(dots, LOWEST_DPI), HIGHEST_DPI) / 72
                scale = min(scale, PIXELS_AT_MOST / max(*page.get_size(), 1.0))
                yield page.render(scale=scale).to_pil().convert("RGB")
    except (PdfiumError, ValueError, OSError, MemoryError) as fault:
        raise Damaged("pdf") from fault


def _largest_picture(page: PdfPage) -> tuple[float, float]:
    """Return area and resolution of the page's largest picture, in square points and dots an inch."""
    best = dots = 0.0
    for thing in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = thing.get_bounds()
        area = (right - left) * (top - bottom)
        if area > best and right - left > 1:
            best, dots = area, thing.get_px_size()[0] / (right - left) * 72
    return best, dots
