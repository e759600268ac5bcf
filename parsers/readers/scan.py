"""Pictures of paper → Document: photos, scans, PDF pages without letters, read by Tesseract.

What is read so is a suggestion to the clerk: `OCR` among the document's remarks says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from parsers.readers import pdf_pages
from parsers.readers.scans.join import blocks_of
from parsers.readers.scans.page import PageRead, read_page
from parsers.readers.scans.pictures import Pixels, pages_of_picture, pixels_of
from parsers.readers.scans.straighten import may_be_paper
from parsers.readings import Document

OCR = "ocr"
LEGIBLE = 70.0  # mean trust of Tesseract below which a person has to look, whatever was read


@dataclass(frozen=True, slots=True)
class Look:
    """One sheet looked at. page: None when no text is on it; paper: whether it looks like paper all the same."""

    page: PageRead | None
    paper: bool


def looks_at_picture(data: bytes, at_most: int) -> list[Look]:
    """Return the sheets in a picture file, at most so many. Raises Damaged, TooLarge, OnlyPicture."""
    return [_look(pixels) for pixels in pages_of_picture(data, at_most)]


def looks_at_pdf(data: bytes, numbers: Sequence[int]) -> list[Look]:
    """Return the sheets of the pages of a PDF, numbered from 0. Raises Damaged, TooLarge, OnlyPicture."""
    return [_look(pixels_of(picture)) for picture in pdf_pages.drawn(data, numbers)]


def document_of(pages: Sequence[PageRead], part: str) -> Document:
    """Return the pages, in this order, as one document."""
    return Document(part, "scan", blocks_of(pages), (OCR,))


def hardly_legible(pages: Sequence[PageRead]) -> bool:
    """Say whether a person has to look at some page: too little of it could be read surely."""
    return any(page.trust < LEGIBLE for page in pages)


def _look(pixels: Pixels) -> Look:
    page = read_page(pixels)
    return Look(page, page is not None or may_be_paper(pixels))
