"""Finding words in free writing by their stems: Kazakh and Russian inflect, people mistype, some type in Latin.

A phrase is a row of stems; each must begin a word of the sentence, in order, with at most `GAP` words
between («снять меня с учёта»). `=word` is the whole word. Long stems forgive one slip of the finger.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from parsers.wording import key

GAP = 2
FORGIVEN_FROM = 7  # letters of a stem from which one slip of the finger is forgiven
LONGEST_TEXT = 20_000  # letters of one text that are looked at

_END = re.compile(r"[.!?;…]+(?=\s|\Z|[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ])|\n\s*\n")
_ABBREVIATION = re.compile(r"(?:\A|[\s(«\"])(?:\w|им|см|ул|тел|стр|обл|гг|жж|пп|пр|др|т\.\w)\Z", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_LATIN_WORD = re.compile(r"[a-z]+\Z")


@dataclass(frozen=True, slots=True)
class Sentence:
    """The words of a sentence as compared, and whether it ends with a question mark."""

    words: tuple[str, ...]
    asks: bool


@dataclass(frozen=True, slots=True)
class Phrase:
    """stems as compared; whole[i]: the i-th must be the whole word."""

    stems: tuple[str, ...]
    whole: tuple[bool, ...]


class Lexicon:
    """Named lists of phrases.

    strict: lists in which no slip is forgiven. never: beginnings of words that only look like a mistyped
    stem. latin: how Kazakh and Russian are typed in Latin letters.
    """

    def __init__(
        self,
        lists: Mapping[str, Iterable[str]],
        *,
        strict: Iterable[str] = (),
        never: Iterable[str] = (),
        latin: Mapping[str, str] | None = None,
    ) -> None:
        self._strict = frozenset(strict)
        self._never = tuple(folded for text in never for folded in key(text))
        self._latin = sorted((latin or {}).items(), key=lambda pair: -len(pair[0]))
        self._by_letter: dict[str, list[tuple[str, Phrase]]] = {}
        for name, texts in lists.items():
            for phrase in map(_phrase, texts):
                self._by_letter.setdefault(phrase.stems[0][:1], []).append((name, phrase))
        self._beginning = lru_cache(maxsize=16_384)(self._beginning_unremembered)

    def sentences(self, text: str) -> tuple[Sentence, ...]:
        """Return the sentences of a text that have words."""
        found = ((self._words(piece), asks) for piece, asks in _pieces(text[:LONGEST_TEXT]))
        return tuple(Sentence(words, asks) for words, asks in found if words)

    def places(self, sentence: Sentence) -> dict[str, tuple[int, ...]]:
        """Return for each list the places (word numbers) where one of its phrases begins; absent lists left out."""
        found: dict[str, list[int]] = {}
        for start, word in enumerate(sentence.words):
            for name, phrase in self._beginning(word):
                if self._goes_on(sentence.words, phrase, start, name in self._strict):
                    found.setdefault(name, []).append(start)
        return {name: tuple(dict.fromkeys(places)) for name, places in found.items()}

    def _words(self, piece: str) -> tuple[str, ...]:
        # Word by word: `key` takes single letters in a row for initials, but «я в отпуске» are three words.
        words = (word for text in _WORD.findall(piece) for word in key(text))
        return tuple(self._cyrillic(word) if _LATIN_WORD.match(word) else word for word in words)

    def _cyrillic(self, word: str) -> str:
        """«aryz» → «арыз~aryz»: read as a Cyrillic word, and as it stands for the stems that are English."""
        out, at = "", 0
        while at < len(word):
            latin = next(((latin, cyrillic) for latin, cyrillic in self._latin if word.startswith(latin, at)), None)
            step, letter = (len(latin[0]), latin[1]) if latin else (1, word[at])
            out, at = out + letter, at + step
        return f"{out}~{word}"

    def _beginning_unremembered(self, word: str) -> tuple[tuple[str, Phrase], ...]:
        letters = dict.fromkeys(reading[:1] for reading in word.split("~"))
        return tuple(
            (name, phrase)
            for letter in letters
            for name, phrase in self._by_letter.get(letter, ())
            if self._begins(word, phrase.stems[0], phrase.whole[0], name in self._strict)
        )

    def _goes_on(self, words: tuple[str, ...], phrase: Phrase, start: int, strict: bool) -> bool:
        at = start
        for stem, whole in zip(phrase.stems[1:], phrase.whole[1:], strict=True):
            for following in range(at + 1, min(at + 2 + GAP, len(words))):
                if self._begins(words[following], stem, whole, strict):
                    at = following
                    break
            else:
                return False
        return True

    def _begins(self, word: str, stem: str, whole: bool, strict: bool) -> bool:
        return any(self._is(reading, stem, whole, strict) for reading in word.split("~"))

    def _is(self, word: str, stem: str, whole: bool, strict: bool) -> bool:
        if whole or word[:1] != stem[:1]:
            return whole and word == stem
        if word.startswith(stem):
            return True
        if strict or len(stem) < FORGIVEN_FROM or len(word) < len(stem) - 1 or word.startswith(self._never):
            return False
        lengths = range(len(stem) - 1, len(stem) + 2)
        return any(OSA.distance(word[:length], stem, score_cutoff=1) <= 1 for length in lengths)


def near(first: Iterable[int], second: Iterable[int], within: int) -> bool:
    """Whether two different places of a sentence lie at most `within` words from each other."""
    others = tuple(second)
    return any(0 < abs(one - other) <= within for one in first for other in others)


def _phrase(text: str) -> Phrase:
    pieces = text.split()
    stems = tuple("".join(key(piece.lstrip("="))) for piece in pieces)
    return Phrase(stems, tuple(piece.startswith("=") for piece in pieces))


def _pieces(text: str) -> Iterable[tuple[str, bool]]:
    """Cut a text into sentences; «г.», «ж.», «см.» end none."""
    start = 0
    for end in _END.finditer(text):
        if end[0] == "." and _ABBREVIATION.search(text[start : end.start()][-12:]):
            continue
        yield text[start : end.start()], "?" in end[0]
        start = end.end()
    yield text[start:], text[start:].rstrip().endswith("?")
