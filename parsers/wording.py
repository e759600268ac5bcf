"""Words made comparable: case, look-alike letters, and Kazakh typed on a Russian keyboard."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# The first line: what a Russian keyboard makes of Kazakh letters. The others: Latin look-alikes.
_KAZAKH = dict(zip("әқңғөұүһіё", "акнгоуухие", strict=True))
_LATIN_SMALL = dict(zip("aeopcxykmtihñ", "аеорсхукмтихн", strict=True))
_LATIN_LARGE = dict(zip("AEOPCXYKMTIHB", "аеорсхукмтинв", strict=True))
_LATIN = _LATIN_SMALL | _LATIN_LARGE

LONGEST_SPACED = 60  # letters of a word written with blanks between them: «А Н К Е Т А»

_WORD = re.compile(r"[^\W_]+")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_ONLY_SPACE = re.compile(r"\.?\s*\Z")
_UNSEEN_LETTERS = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufe0e\ufe0f\ufeff]")
# Boxes as people draw them, with the few that everything else knows.
_BOXES = str.maketrans(
    dict.fromkeys("▢◻◽⬜⬚❏❐❑❒🞎🔲🔳", "☐")
    | dict.fromkeys("🗹🗷🗸🗵⊠▣◼◾⬛🞕❎🆇", "☒")
    | dict.fromkeys("⭘⚪◌", "○")
    | dict.fromkeys("⦿⬤🔵🔴", "●")
)
_BLANKS = re.compile(r"[^\S\t]")
_SPACES = re.compile(r"[\s\u2000-\u200a]+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word as compared, and where it stands in the text."""

    text: str
    start: int
    end: int


def tidy(text: str) -> str:
    """Return the text in NFC without invisible letters; every blank becomes a space, tabs stay."""
    text = _UNSEEN_LETTERS.sub("", unicodedata.normalize("NFC", text)).translate(_BOXES)
    return _BLANKS.sub(" ", text)


def one_line(text: str) -> str:
    """Return the text with every stretch of blanks as one space."""
    return _SPACES.sub(" ", text).strip()


@lru_cache(maxsize=16_384)
def _plain(word: str) -> str:
    if _CYRILLIC.search(word) or all(letter in _LATIN_LARGE for letter in word):
        word = "".join(_LATIN.get(letter, letter) for letter in word)
    word = word.casefold()
    return "".join(_KAZAKH.get(letter, letter) for letter in word)


@lru_cache(maxsize=8_192)
def words(text: str) -> tuple[Word, ...]:
    """Return the words of a text. Single letters with dots between them are one word: «Т.А.Ә.» is «тао»."""
    found: list[Word] = []
    spaced = False  # whether the last word consists of single letters
    for match in _WORD.finditer(text):
        plain = _plain(match[0])
        letter = len(match[0]) == 1 and plain.isalpha()
        last = found[-1] if found else None
        if (
            last is not None
            and spaced
            and letter
            and len(last.text) < LONGEST_SPACED
            and _ONLY_SPACE.match(text[last.end : match.start()])
        ):
            found[-1] = Word(last.text + plain, last.start, match.end())
        else:
            found.append(Word(plain, match.start(), match.end()))
            spaced = letter
    return tuple(found)


def key(text: str) -> tuple[str, ...]:
    """Return the words of a text as compared."""
    return tuple(word.text for word in words(text))
