"""Whether words may name a person: as they sound, with one letter wrong, without the patronymic, in either alphabet."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from importlib.resources import files

_TABLE = tomllib.loads((files("inbox_daemon.tracing") / "names.toml").read_text("utf-8"))
_LETTERS = str.maketrans(_TABLE["letters"])
_SPELLINGS: dict[str, str] = _TABLE["spellings"]
_WORD = re.compile(r"[^\W\d_]+")
_GLIDE = re.compile("i(?=[aeou])")
_TWICE = re.compile(r"(.)\1+")

ALPHABET = "abcdefghijklmnoprstuvz"
LONGEST = 40  # letters of a word that are compared
TOLERANT = 5  # letters from which on one may be wrong
STEM = 4  # letters from which on a word may be inflected
INFLECTION = 3  # letters that an inflected word may have behind its stem
SHORT = 10  # words of a name, a subject or a file's name: an initial counts there, in running words it is a preposition
NEAR = 2  # places between the surname and the given name, so that a patronymic or an initial may stand between them


def sounds(text: str) -> tuple[str, ...]:
    """Return the words of a text as they sound, in their order; words that sound like nothing are left out."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return tuple(sound for word in _WORD.findall(plain) if (sound := _sound(word)))


def _sound(word: str) -> str:
    latin = unicodedata.normalize("NFKD", word[:LONGEST].translate(_LETTERS))
    latin = "".join(letter for letter in latin if letter in "abcdefghijklmnopqrstuvwxyz")
    for spelling, plain in _SPELLINGS.items():
        latin = latin.replace(spelling, plain)
    return _TWICE.sub(r"\1", _GLIDE.sub("", _TWICE.sub(r"\1", latin)))


_BESIDE = frozenset(sound for word in _TABLE["words"]["beside_a_name"] for sound in sounds(word))
_ENDINGS = tuple(sound for ending in _TABLE["words"]["surname_endings"] for sound in sounds(ending))


def names_person(phrase: Sequence[str], name: Sequence[str]) -> bool:
    """Whether the words of a phrase may name somebody of this name; both as they sound.

    Two words of the name must stand beside each other, or in a short phrase one with an initial. A surname alone is
    enough where nothing else stands but what files and subjects say besides; a given name alone is nobody.
    """
    short = len(phrase) <= SHORT
    met = [[n for n, one in enumerate(name) if alike(one, word)] for word in phrase]
    for place, found in enumerate(met):
        if not found:
            continue
        near = [*range(max(0, place - NEAR), place), *range(place + 1, min(len(phrase), place + 1 + NEAR))]
        for other in near:
            if any(n != m for n in found for m in met[other]):
                return True
            if short and len(phrase[other]) == 1 and _is_initial(phrase[other], found, name):
                return True
        if short and _is_surname(phrase[place]) and _nothing_besides(phrase, place):
            return True
    return False


def _is_initial(letter: str, found: list[int], name: Sequence[str]) -> bool:
    return any(len(name[n]) >= STEM and m != n and one.startswith(letter) for n in found for m, one in enumerate(name))


def _is_surname(word: str) -> bool:
    return len(word) >= TOLERANT and word.endswith(_ENDINGS)


def _nothing_besides(phrase: Sequence[str], place: int) -> bool:
    return all(at == place or word in _BESIDE for at, word in enumerate(phrase))


def alike(name: str, word: str) -> bool:
    """Whether a word may be this word of a name: the same, one letter wrong, or inflected."""
    if name == word:
        return True
    if len(name) >= TOLERANT and len(word) >= STEM and _one_letter_off(name, word):
        return True
    stem = stem_of(name)
    return len(stem) >= STEM and word.startswith(stem) and len(word) - len(stem) <= INFLECTION


def stem_of(name: str) -> str:
    """Return a word without the vowels at its end: what stays when it is inflected."""
    return name.rstrip("aeiou")


def _one_letter_off(a: str, b: str) -> bool:
    """Whether one letter was left out, added or changed, or two beside each other were exchanged."""
    if abs(len(a) - len(b)) > 1:
        return False
    same = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    rest_a, rest_b = a[same:], b[same:]
    if len(a) == len(b):
        exchanged = rest_a[:2] == rest_b[:2][::-1] and rest_a[2:] == rest_b[2:]
        return rest_a[1:] == rest_b[1:] or exchanged
    return rest_a[1:] == rest_b if len(a) > len(b) else rest_a == rest_b[1:]


def spelt_alike(word: str, alphabet: str = ALPHABET, least: int = TOLERANT) -> frozenset[str]:
    """Return all that a word may have become by one wrong letter, itself among them: what an index is asked for."""
    if len(word) < least:
        return frozenset({word})
    cuts = [(word[:n], word[n:]) for n in range(len(word) + 1)]
    left_out = {a + b[1:] for a, b in cuts if b}
    changed = {a + letter + b[1:] for a, b in cuts if b for letter in alphabet}
    added = {a + letter + b for a, b in cuts for letter in alphabet}
    exchanged = {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    return frozenset({word} | left_out | changed | added | exchanged)


def number_misread(number: str) -> frozenset[str]:
    """Return all that an IIN or BIN may have become by one digit misread, left out or added, itself among them."""
    return spelt_alike(number, "0123456789", 1)


def distinct_names(values: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Return names as words that sound, those of one word left out: one word alone names nobody surely."""
    found = (tuple(word for word in sounds(value) if len(word) > 1) for value in values)
    return tuple(dict.fromkeys(name for name in found if len(set(name)) > 1))
