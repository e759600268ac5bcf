"""Lists of people: one to a line, or several in a line."""

from __future__ import annotations

import re
from collections.abc import Iterable

from parsers.values.blank import is_blank, is_no, without_rule

_NUMBER = re.compile(r"\s*(?:№\s*)?\d{1,3}\s*[.)\]:–—-]?\s*(?=\D|\Z)")
_NUMBERED_INSIDE = re.compile(r"(?:(?<=\s)|(?<=[;,]))\d{1,3}\s*[.)]\s*")
_BULLET = re.compile(r"\s*[-–—•*·]\s+")
_NAME = r"[^\W\d_][^\W\d_.’'-]*[’'.-]?[^\W\d_]*\.?"
_NAMES = re.compile(rf"\s*{_NAME}(?:\s+{_NAME}){{1,4}}\s*")

# Parts of names that are written small.
_PARTICLES = frozenset(
    ("ұлы", "улы", "қызы", "кызы", "оглы", "оғлы", "угли", "де", "да", "фон", "ван", "дер", "бен", "эль", "аль", "ибн")
)

LONGEST_NAME = 120  # letters: what is longer is nobody's name


def people_in(lines: Iterable[str]) -> list[str]:
    """Return the names as written, without their numbers, in order; blank rows are nobody."""
    found: list[tuple[int, str]] = []
    for line in lines:
        for piece in _pieces(line):
            name = without_rule(_BULLET.sub("", _NUMBER.sub("", piece, count=1), count=1)).strip(" ;,")
            if not is_blank(name) and not is_no(name) and not name.isdigit():
                found.append((_number(piece), name))
    if sorted(number for number, _ in found) == list(range(1, len(found) + 1)):
        found.sort()  # printed in two columns, the numbers run down the first
    return [name for _, name in found]


def _number(piece: str) -> int:
    match = _NUMBER.match(piece)
    digits = re.sub(r"\D", "", match[0]) if match is not None else ""
    return int(digits) if digits else 0


def looks_like_a_name(text: str) -> bool:
    """Say whether two to five words, the first with a capital letter, could be a person's name."""
    return _is_names(text) and all(word[0].isupper() or word in _PARTICLES for word in text.split())


def _is_names(text: str) -> bool:
    return len(text) <= LONGEST_NAME and _NAMES.fullmatch(text) is not None


def _pieces(line: str) -> list[str]:
    numbered = _NUMBERED_INSIDE.split(_NUMBER.sub("", line, count=1))
    if len(numbered) > 1:
        return numbered
    for marks in (";", ",", ";,"):
        pieces = re.split(f"[{marks}]", line)
        if len(pieces) > 1 and all(_is_names(_NUMBER.sub("", p, count=1)) or is_blank(p) for p in pieces):
            return pieces
    return [line]
