"""Made-up forms on paper: printed by LibreOffice, then scanned or photographed."""

from __future__ import annotations

import io
from functools import cache

import cv2
import numpy as np
import pypdfium2
from PIL import Image

from parsers.lines import PICTURE, lines_of
from parsers.office.convert import shared
from parsers.readers.scans.pictures import Pixels
from parsers.readings import Document
from tests.parsers.files import as_docx
from tests.parsers.written_forms import Written, written_form

DPI = 150


@cache
def filled(form: str, *habits: str) -> Written:
    """Return the first made-up form of this kind that was filled in with these habits, without pictures."""
    found = (w for w in map(written_form, range(4000)) if w.form == form)
    plain = (w for w in found if not any(PICTURE in line.text for line in lines_of(w.document)))
    return next(w for w in plain if all(f" {habit} " in f"{w.story} " for habit in habits))


@cache
def printed(document: Document) -> tuple[Pixels, ...]:
    """Return the pages of a document as they come out of a printer, grey on white."""
    with pypdfium2.PdfDocument(shared().convert(as_docx(document), "docx", "pdf")) as pdf:
        return tuple(np.asarray(page.render(scale=DPI / 72).to_pil().convert("L"), dtype=np.uint8) for page in pdf)


def noisy(page: Pixels, blur: float = 0.6, noise: float = 5.0) -> Pixels:
    soft = cv2.GaussianBlur(page, (0, 0), blur).astype(np.float64)
    soft += np.random.default_rng(1).normal(0.0, noise, page.shape)
    return np.clip(soft * 0.97, 0, 255).astype(np.uint8)


def scanned(page: Pixels, degrees: float = 1.3) -> Pixels:
    """Return the page laid a little askew on the glass."""
    height, width = page.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return noisy(np.asarray(cv2.warpAffine(page, matrix, (width, height), borderValue=(255,)), dtype=np.uint8))


def photographed(page: Pixels) -> Pixels:
    """Return the page on a dark desk, seen from a side, in uneven light."""
    height, width = page.shape
    here = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    there = np.array([[90, 70], [width - 60, 40], [width - 90, height - 60], [50, height - 80]], dtype=np.float32)
    bend = cv2.getPerspectiveTransform(here, there)
    seen = cv2.warpPerspective(page, bend, (width, height), flags=cv2.INTER_CUBIC, borderValue=(60,))
    down, across = np.mgrid[0:height, 0:width]
    light = 1 - 0.35 * np.hypot(across - 0.2 * width, down - 0.1 * height) / np.hypot(width, height)
    return noisy(np.clip(seen * light, 0, 255).astype(np.uint8))


def file_of(*pages: Pixels, ending: str = "JPEG", quality: int = 75) -> bytes:
    """Return the pages as a picture file; TIFF and PDF take several."""
    stream = io.BytesIO()
    pictures = [Image.fromarray(page) for page in pages]
    more = {"save_all": True, "append_images": pictures[1:]} if len(pictures) > 1 else {}
    pictures[0].save(stream, ending, quality=quality, resolution=DPI, **more)
    return stream.getvalue()


def photo_of_a_cat() -> Pixels:
    """Return a picture without a word on it."""
    picture = np.full((800, 1000, 3), (200, 215, 185), dtype=np.uint8)
    cv2.circle(picture, (500, 580), 210, (200, 130, 60), -1)
    cv2.circle(picture, (500, 290), 155, (200, 130, 60), -1)
    for x in (440, 570):
        cv2.ellipse(picture, (x, 265), (30, 25), 0, 0, 360, (170, 200, 60), -1)
    for n in range(3):
        cv2.line(picture, (340, 320 + 15 * n), (660, 330 + 12 * n), (225, 170, 110), 2)
    shaken = picture + np.random.default_rng(2).normal(0, 8, picture.shape)
    return np.clip(shaken, 0, 255).astype(np.uint8)
