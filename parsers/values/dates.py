"""Dates as people write them: figures, month names, the Order's pattern, words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from parsers.values.numbers import in_words
from parsers.wording import key

_NO_YEAR = re.compile(r"\b20\s?_+(?![\d_])")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)_+(?=\d)")
_DMY = re.compile(r"(?<!\d)(\d{1,2})\s*[./\-–]\s*(\d{1,2})\s*[./\-–]\s*(\d{4}|\d{2})(?!\d)")
_YMD = re.compile(r"(?<!\d)(\d{4})\s*[./\-–]\s*(\d{1,2})\s*[./\-–]\s*(\d{1,2})(?!\d)")
_SPACED = re.compile(r"(?<!\d)(\d{1,2})[\"»”]? +(\d{1,2}) +(\d{4})(?!\d)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_DAY = re.compile(r"(?<!\d)(\d{1,2})(?!\d)")
_FIGURE = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class DateRead:
    """A date, or the reason why there is none; `doubt` also where the date is only probable."""

    day: date | None
    doubt: str | None = None


@cache
def _months() -> tuple[tuple[str, int], ...]:
    table: list[tuple[str, int]] = []
    for line in (files("parsers.values") / "months.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            number, _, names = line.partition("\t")
            table.extend((key(name)[0], int(number)) for name in names.split())
    return tuple(sorted(table, key=lambda entry: -len(entry[0])))


def month_of(word: str) -> int | None:
    """Return the month that a word (as `wording.key` gives it) names in any case form, or None."""
    return next((number for stem, number in _months() if word.startswith(stem)), None)


def date_of(text: str) -> DateRead | None:
    """Return what date the text gives; None when it gives none at all (an untouched pattern, a word)."""
    text = _BETWEEN_DIGITS.sub("", _NO_YEAR.sub(" ", text)).replace("_", " ")
    for pattern, order in ((_YMD, "ymd"), (_DMY, "dmy"), (_SPACED, "dmy")):
        found = [match.groups() for match in pattern.finditer(text)]
        if found:
            first = found[0] if order == "ymd" else found[0][::-1]
            doubt = "more than one date" if len(set(found)) > 1 else None
            return _made(_full_year(first[0]), int(first[1]), int(first[2]), doubt)
    words = key(text)
    months = [number for word in words if (number := month_of(word)) is not None]
    if months:
        return _with_month(text, words, months)
    return DateRead(None, "no full date") if _FIGURE.search(text) else None


def _with_month(text: str, words: tuple[str, ...], months: list[int]) -> DateRead:
    doubt = "more than one month" if len(set(months)) > 1 else None
    years = _YEAR.findall(text)
    rest = _YEAR.sub(" ", text)
    days = [int(day) for day in _DAY.findall(rest) if 1 <= int(day) <= 31]
    if not _FIGURE.search(text):
        return _in_words(words, months[0])
    if not years and len(days) == 2:  # «5 октября 26 г.»
        years, days = [str(_full_year(str(days[1])))], days[:1]
    if not years or not days:
        return DateRead(None, "no full date")
    if len(set(years)) > 1 or len(set(days)) > 1:
        doubt = doubt or "more than one date"
    return _made(int(years[0]), months[0], days[0], doubt)


def _in_words(words: tuple[str, ...], month: int) -> DateRead:
    at = next(n for n, word in enumerate(words) if month_of(word) == month)
    before, after = _numbers_in(words[:at]), _numbers_in(words[at + 1 :])
    numbers = before + after
    years = [number for number in numbers if 1900 <= number <= 2100]
    days = [number for number in numbers if 1 <= number <= 31]
    if len(years) == 1 and len(days) == 1:
        return _made(years[0], month, days[0], None)
    return DateRead(None, "no full date")


def _numbers_in(words: tuple[str, ...]) -> list[int]:
    found, run = [], []
    for word in (*words, ""):
        if in_words([word]) is not None:
            run.append(word)
        elif run:
            found.append(in_words(run) or 0)
            run = []
    return found


def _full_year(year: str) -> int:
    if len(year) == 4:
        return int(year)
    return int(year) + (2000 if int(year) < 40 else 1900)


def _made(year: int, month: int, day: int, doubt: str | None) -> DateRead:
    try:
        return DateRead(date(year, month, day), doubt)
    except ValueError:
        return DateRead(None, "no such day")
