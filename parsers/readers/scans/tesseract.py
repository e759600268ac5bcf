"""The words on strips of writing, read by the Tesseract program with its Kazakh, Russian and English data.

All strips of a sheet are put under each other on one picture: one start of the program a sheet, and no
guessing of its own where columns and tables are.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from parsers.readers.errors import OnlyPicture
from parsers.readers.scans.pictures import Pixels
from parsers.readers.scans.rules import Box
from parsers.readers.scans.straighten import LETTER

# In this order: Kazakh first, without English no e-mail address comes out right (measured).
LANGUAGES = ("kaz", "rus", "eng")
PACKAGES = "tesseract-ocr tesseract-ocr-kaz tesseract-ocr-rus"
SECONDS_A_SHEET = 30.0
_MARGIN = round(LETTER)
_BETWEEN = round(1.6 * LETTER)
_ENVIRONMENT = {"OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"}


@dataclass(frozen=True, slots=True)
class Word:
    """A word with the program's own trust in it, 0 … 100; the box is that of its strip's picture."""

    text: str
    trust: float
    box: Box


@cache
def ocr_available() -> tuple[bool, str]:
    """Return whether pictures of forms can be read here, and what there is or what to install."""
    program = shutil.which("tesseract")
    if program is None:
        return False, f"Tesseract is not installed, scans go to the clerk unread: apt install {PACKAGES}"
    try:
        told = subprocess.run([program, "--list-langs"], capture_output=True, text=True, timeout=20, check=False).stdout
        version = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20, check=False).stdout
    except (OSError, subprocess.TimeoutExpired) as fault:
        return False, f"Tesseract does not start ({type(fault).__name__}): apt install {PACKAGES}"
    lacking = [language for language in LANGUAGES if language not in told.split()]
    if lacking:
        return False, f"Tesseract lacks the language data {', '.join(lacking)}: apt install {PACKAGES}"
    return True, f"{version.splitlines()[0] if version else 'tesseract'}, {' '.join(LANGUAGES)}"


def words_of(strips: Sequence[Pixels], seconds: float = SECONDS_A_SHEET) -> list[list[Word]]:
    """Return the words of each strip (dark writing on white), in order.

    Raises OnlyPicture where Tesseract is missing, fails or takes longer than `seconds`.
    """
    if not strips:
        return []
    good, said = ocr_available()
    if not good:
        raise OnlyPicture(said)
    sheet, places = _under_each_other(strips)
    try:
        done = subprocess.run(
            ["tesseract", "stdin", "stdout", "-l", "+".join(LANGUAGES), "--psm", "6", "--dpi", "300",
             "-c", "tessedit_create_tsv=1", "-c", "tessedit_do_invert=0"],
            input=cv2.imencode(".pgm", sheet)[1].tobytes(),
            capture_output=True,
            timeout=seconds,
            check=False,
            env={**os.environ, **_ENVIRONMENT},
        )  # fmt: skip
    except subprocess.TimeoutExpired as fault:
        raise OnlyPicture("Tesseract took too long") from fault
    except OSError as fault:
        raise OnlyPicture(f"Tesseract did not start: {type(fault).__name__}") from fault
    if done.returncode != 0:
        raise OnlyPicture(f"Tesseract failed ({done.returncode})")
    return _shared_out(done.stdout.decode("utf-8", "replace"), places)


def _under_each_other(strips: Sequence[Pixels]) -> tuple[Pixels, list[Box]]:
    width = max(strip.shape[1] for strip in strips) + 2 * _MARGIN
    height = sum(strip.shape[0] + _BETWEEN for strip in strips) + 2 * _MARGIN
    sheet = np.full((height, width), 255, dtype=np.uint8)
    places = []
    top = _MARGIN
    for strip in strips:
        high, wide = strip.shape
        sheet[top : top + high, _MARGIN : _MARGIN + wide] = strip
        places.append(Box(_MARGIN, top, _MARGIN + wide, top + high))
        top += high + _BETWEEN
    return sheet, places


def _shared_out(table: str, places: Sequence[Box]) -> list[list[Word]]:
    found: list[list[Word]] = [[] for _ in places]
    middles = np.array([(place.top + place.bottom) / 2 for place in places])
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = (row.get("text") or "").strip()
        if row.get("level") != "5" or not text:
            continue
        left, top, wide, high = (int(row[name]) for name in ("left", "top", "width", "height"))
        n = int(np.argmin(np.abs(middles - (top + high / 2))))
        place = places[n]
        box = Box(left - place.left, top - place.top, left + wide - place.left, top + high - place.top)
        found[n].append(Word(text, float(row["conf"]), box))
    for words in found:
        words.sort(key=lambda word: word.box.left)
    return found
