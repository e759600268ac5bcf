"""Sheets of paper as scanners and phones take them: askew, noisy, turned, dark, from a side, two on one picture."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import cv2
import numpy as np
import pypdfium2

from parsers.office.convert import shared
from parsers.readers.scans.pictures import Pixels
from parsers.readers.scans.straighten import as_pixels
from parsers.readings import Document
from tests.parsers.files import as_docx
from tests.parsers.paper import file_of

# How a sheet is taken; the plain scan is by far the most usual.
TAKINGS = ("scan", "scan", "coarse", "turned", "photo", "dark", "fax", "sheets", "two_up", "heic")
_DPI = {"coarse": (100, 120), "photo": (200,), "dark": (200,), "fax": (200,), "two_up": (200,)}
_CAPTIONS = ("(қолы)", "(подпись)")


def printed_at(document: Document, dpi: int, random: Random, *, inked: bool) -> list[Pixels]:
    """Return the pages in colour as they leave the printer; inked: signed with a pen above the caption."""
    pages = []
    with pypdfium2.PdfDocument(shared().convert(as_docx(document), "docx", "pdf")) as pdf:
        for page in pdf:
            sheet = np.asarray(page.render(scale=dpi / 72).to_pil().convert("RGB"), dtype=np.uint8).copy()
            place = _above_caption(page, dpi) if inked else None
            if place is not None:
                _scrawl(sheet, place, random, dpi)
            pages.append(sheet)
    return pages


def taken(document: Document, random: Random, *, inked: bool) -> tuple[str, list[tuple[str, bytes]]]:
    """Return how the document was taken, in words, and the files that come of it."""
    taking = random.choice(TAKINGS)
    dpi = random.choice(_DPI.get(taking, (150, 150, 200, 300)))
    pages = printed_at(document, dpi, random, inked=inked)
    if taking == "two_up":
        pages = [_side_by_side(pages[n : n + 2]) for n in range(0, len(pages), 2)]
    quarters = random.choice((1, 2, 3)) if taking == "turned" else 0
    degrees, noise, quality = random.uniform(-2.5, 2.5), random.choice((3, 6, 12)), random.choice((50, 60, 75))
    seen = []
    for page in pages:
        page = _from_a_side(page, random) if taking in ("photo", "dark") else _askew(page, degrees)
        if taking == "dark":
            page = np.clip(page * 0.4, 0, 255).astype(np.uint8)
        page = _noisy(page, random, noise)
        if taking == "fax":
            page = np.where(cv2.cvtColor(page, cv2.COLOR_RGB2GRAY) > 150, 255, 0).astype(np.uint8)
        seen.append(np.ascontiguousarray(np.rot90(page, quarters)))
    story = f"{taking} {dpi}dpi {degrees:+.1f}° noise{noise} quality{quality}"
    return story, _files(taking, seen, quality)


def _files(taking: str, pages: Sequence[Pixels], quality: int) -> list[tuple[str, bytes]]:
    if taking == "fax":
        return [("fax.tif", file_of(*pages, ending="TIFF"))]
    if taking in ("photo", "dark", "sheets"):
        return [(f"IMG_{n}.jpg", file_of(page, quality=quality)) for n, page in enumerate(pages, 8)]
    if taking == "heic":
        return [(f"IMG_{n}.heic", file_of(page, ending="HEIF", quality=quality)) for n, page in enumerate(pages, 8)]
    return [("scan.pdf", file_of(*pages, ending="PDF", quality=quality))]


# ---------------------------------------------------------------- ink


def _above_caption(page: pypdfium2.PdfPage, dpi: int) -> tuple[float, float] | None:
    text = page.get_textpage()
    for caption in _CAPTIONS:
        hit = text.search(caption).get_next()
        if hit is not None:
            left, _, _, top = text.get_charbox(hit[0])
            return left * dpi / 72, (page.get_height() - top - 4) * dpi / 72
    return None


def _scrawl(sheet: Pixels, place: tuple[float, float], random: Random, dpi: int) -> None:
    """Draw a signature in blue or black ink: a smooth curve through points that jump up and down."""
    unit = dpi / 150
    x, y = place
    points = [(x + 9 * n * unit, y + random.uniform(-24, 10) * unit) for n in range(14)]
    path = np.array(points)
    steps = np.linspace(0, len(points) - 1, 8 * len(points))
    smooth = cv2.GaussianBlur(
        np.column_stack([np.interp(steps, np.arange(len(points)), path[:, n]) for n in (0, 1)]), (1, 9), 2.0
    )
    colour = random.choice(((40, 40, 40), (30, 40, 150)))
    cv2.polylines(sheet, [smooth.astype(np.int32)], False, colour, max(2, round(2.2 * unit)), cv2.LINE_AA)


# ---------------------------------------------------------------- glass, light and lens


def _askew(page: Pixels, degrees: float) -> Pixels:
    height, width = page.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    turned = cv2.warpAffine(page, matrix, (width, height), borderValue=(255, 255, 255), flags=cv2.INTER_CUBIC)
    return as_pixels(turned)


def _from_a_side(page: Pixels, random: Random) -> Pixels:
    """Return the page on a dark desk, from a side, lit from a corner, in warm light."""
    height, width = page.shape[:2]
    away = [random.uniform(0.03, 0.08) for _ in range(8)]
    here = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    x, y = float(width), float(height)
    there = np.array(
        [
            [away[0] * x, away[1] * y],
            [x - away[2] * x, away[3] * y],
            [x - away[4] * x, y - away[5] * y],
            [away[6] * x, y - away[7] * y],
        ],
        dtype=np.float32,
    )
    bend = cv2.getPerspectiveTransform(here, there)
    seen = cv2.warpPerspective(page, bend, (width, height), flags=cv2.INTER_CUBIC, borderValue=(70, 55, 45))
    down, across = np.mgrid[0:height, 0:width]
    corner = random.choice(((0.1, 0.1), (0.9, 0.2), (0.5, 0.9)))
    far = np.hypot(across - corner[0] * width, down - corner[1] * height) / np.hypot(width, height)
    warm = np.array([1.0, 0.97, 0.9])
    return as_pixels(np.clip(seen * (1 - 0.4 * far)[..., None] * warm, 0, 255))


def _noisy(page: Pixels, random: Random, noise: float) -> Pixels:
    soft = cv2.GaussianBlur(page, (0, 0), 0.6).astype(np.float32)
    speckle = np.random.default_rng(random.randrange(2**32)).normal(0.0, noise, page.shape[:2]).astype(np.float32)
    return as_pixels(np.clip(soft * 0.97 + speckle[..., None], 0, 255))


def _side_by_side(pages: Sequence[Pixels]) -> Pixels:
    """Return two pages as they lie beside each other on a sheet twice as wide."""
    height = max(page.shape[0] for page in pages)
    width = max(page.shape[1] for page in pages)
    sheet = np.full((height, 2 * width, 3), 255, dtype=np.uint8)
    for n, page in enumerate(pages):
        sheet[: page.shape[0], n * width : n * width + page.shape[1]] = page
    return sheet
