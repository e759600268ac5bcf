"""The words on strips of writing, read by the Tesseract program with its Kazakh, Russian and English data.

All strips of a sheet are put under each other on one picture: one start of the program a sheet, and no
guessing of its own where columns and tables are.
"""

from __future__ import annotations

import csv
import io
import os
import resource
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from parsers.readers.errors import OnlyPicture
from parsers.readers.scans.pictures import Pixels
from parsers.readers.scans.program import LANGUAGES, ocr_available
from parsers.readers.scans.rules import Box
from parsers.readers.scans.straighten import LETTER

SECONDS_A_SHEET = 20.0  # of the processor; twice that of the clock
_MARGIN = round(LETTER)
_BETWEEN = round(1.6 * LETTER)
_ENVIRONMENT = {"OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"}


@dataclass(frozen=True, slots=True)
class Word:
    """A word with the program's own trust in it, 0 … 100; the box is that of its strip's picture."""

    text: str
    trust: float
    box: Box


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
    return _shared_out(_table(cv2.imencode(".pgm", sheet)[1].tobytes(), seconds), places)


def _table(sheet: bytes, seconds: float) -> str:
    """Return the program's table of words. It ends with its picture even where this process dies before."""
    command = ["tesseract", "stdin", "stdout", "-l", "+".join(LANGUAGES), "--psm", "6", "--dpi", "300"]
    command += ["-c", "tessedit_create_tsv=1", "-c", "tessedit_do_invert=0"]
    environment = {**os.environ, **_ENVIRONMENT}
    pipe = subprocess.PIPE
    try:
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=environment) as process:
            resource.prlimit(process.pid, resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
            try:
                told, _ = process.communicate(sheet, timeout=2 * seconds)
            except subprocess.TimeoutExpired as fault:
                process.kill()
                raise OnlyPicture("Tesseract took too long") from fault
    except OSError as fault:
        raise OnlyPicture(f"Tesseract did not start: {type(fault).__name__}") from fault
    if process.returncode != 0:
        raise OnlyPicture(f"Tesseract failed ({process.returncode})")
    return told.decode("utf-8", "replace")


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
