"""Pictures of pages, and the words on them with their places: PDFs by pdfium, paper by the scans' own straightening.

To be called in the worker process: these are strangers' files.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pdfplumber
import pypdfium2
from PIL import Image

from parsers.readers import pdf_pages
from parsers.readers.errors import Damaged
from parsers.readers.pdf_fields import put_on
from parsers.readers.pdf_ink import ink_of
from parsers.readers.scans.page import words_on
from parsers.readers.scans.pictures import Pixels, pages_of_picture, pixels_of
from parsers.readings import Run
from parsers.shown.spots import PageWord

WIDE = 1_240  # pixels: A4 at 150 dots an inch
HIGH_AT_MOST = 2_600
QUALITY = 70


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it looks, and the words on it in reading order; `PageWord.page` is 0 in all of them."""

    jpeg: bytes
    width: int
    height: int
    words: tuple[PageWord, ...]


def pages_of_pdf(data: bytes, at_most: int) -> Iterator[Page]:
    """Yield the pages of a PDF, at most so many. Raises Damaged, Encrypted and their like as the readers do."""
    on_paper = frozenset(pdf_pages.picture_pages(data))
    try:
        with pypdfium2.PdfDocument(data) as drawn, pdfplumber.open(io.BytesIO(data)) as read:
            drawn.init_forms()
            for n in range(min(len(drawn), at_most)):
                if n in on_paper:
                    (picture,) = pdf_pages.drawn(data, [n])
                    yield page_of_paper(pixels_of(picture))
                    continue
                page = drawn[n]
                scale = min(WIDE / max(1.0, page.get_width()), HIGH_AT_MOST / max(1.0, page.get_height()))
                yield _page(page.render(scale=scale).to_pil().convert("RGB"), _letters(read.pages[n]))
    except (pypdfium2.PdfiumError, ValueError, OSError, KeyError, IndexError, TypeError, AttributeError) as fault:
        raise Damaged(type(fault).__name__) from fault


def pages_of_paper(data: bytes, at_most: int) -> Iterator[Page]:
    """Yield the sheets of a picture file, at most so many. Raises Damaged, TooLarge, OnlyPicture."""
    for pixels in pages_of_picture(data, at_most):
        yield page_of_paper(pixels)


def page_of_paper(pixels: Pixels) -> Page:
    """Return a sheet, straightened where words were found on it, otherwise as it is. Raises OnlyPicture."""
    read = words_on(pixels)
    if read is None:
        return _page(Image.fromarray(pixels), ())
    sheet, words = read
    high, wide = sheet.shape[:2]
    placed = tuple(
        PageWord(0, text, box.left / wide, box.top / high, box.right / wide, box.bottom / high) for text, box in words
    )
    return _page(Image.fromarray(sheet), placed)


def _letters(page: Any) -> tuple[PageWord, ...]:
    """Return what the reader of PDFs saw on a page of pdfplumber, forms and notes included."""
    ink = ink_of(page)
    if (ink.width < ink.height) != (page.width < page.height):
        return ()  # the words stand sideways on it: the picture alone
    put_on(page, ink.things)
    return tuple(
        PageWord(
            0,
            thing.inline.text,
            thing.box.x0 / ink.width,
            thing.box.top / ink.height,
            thing.box.x1 / ink.width,
            thing.box.bottom / ink.height,
        )
        for thing in ink.things
        if isinstance(thing.inline, Run) and thing.inline.text.strip()
    )


def _page(picture: Image.Image, words: tuple[PageWord, ...]) -> Page:
    picture.thumbnail((WIDE, HIGH_AT_MOST))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, optimize=True)
    return Page(out.getvalue(), *picture.size, words)
