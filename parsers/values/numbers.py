"""Numbers, in figures and in words of both languages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from parsers.wording import key

MOST_DIGITS = 18  # more are no number that a form asks for

# 1 200 and 1.200 and 1 200 000, but not «10.04.2016»
_FIGURES = re.compile(r"(?<![\d.,])(\d{1,3}(?:[ .]\d{3})+|\d+)(?![\d]|[.,]\d)")


@cache
def _number_words() -> dict[str, int]:
    table: dict[str, int] = {}
    for line in (files("parsers.values") / "number_words.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            value, _, names = line.partition("\t")
            table |= {key(name)[0]: int(value) for name in names.split()}
    return table


def figures(text: str) -> list[int]:
    """Return the whole numbers written in figures."""
    found = (re.sub(r"\D", "", one) for one in _FIGURES.findall(text))
    return [int(digits) for digits in found if len(digits) <= MOST_DIGITS]


def in_words(spoken: Sequence[str]) -> int | None:
    """Return the number that a run of words (as `wording.key` gives them) spells out, or None."""
    table = _number_words()
    if not spoken or any(word not in table for word in spoken):
        return None
    total = part = 0
    for word in spoken:
        value = table[word]
        if value == 1000:
            total, part = total + max(part, 1) * 1000, 0
        elif value == 2000:
            total += 2000
        elif value == 100:
            part = max(part, 1) * 100
        else:
            part += value
    return total + part


def spelled(text: str) -> list[int]:
    """Return the numbers spelled out in the text, longest runs first taken together."""
    found: list[int] = []
    run: list[str] = []
    table = _number_words()
    for word in (*key(text), ""):
        if word in table:
            run.append(word)
        elif run:
            number = in_words(run)
            if number is not None:
                found.append(number)
            run = []
    return found


def count_of(text: str) -> tuple[int, str | None] | None:
    """Return (number, doubt) for an answer to «how many»; None when there is no number in it."""
    numbers = figures(text) or spelled(text)
    if not numbers:
        return None
    if len(set(numbers)) > 1:
        return numbers[0], "more than one number"
    return numbers[0], None
