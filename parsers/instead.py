"""What stands in the place of an answer and is hardly one: a request of the form, a pointer, a shrug."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files

from parsers.catalogue import Field
from parsers.values.contacts import email_of, phones_of
from parsers.values.identifiers import check_digit_right, twelve_digits
from parsers.wording import key

SHORT = 6  # words of an answer that may point somewhere else

_IN_BRACKETS = re.compile(r"\s*\(([^()]*)\)[\s:.]*")
_ONE_LETTER = re.compile(r"\s*(\S)\1*\s*")
_ABOUT_ONESELF = re.compile(r"residence|experience|name")

Phrase = tuple[str, ...]


@cache
def _table() -> dict[str, tuple[Phrase, ...]]:
    table = tomllib.loads((files("parsers") / "said_instead.toml").read_text(encoding="utf-8"))
    return {kind: tuple(tuple(map(_stem, phrase.split())) for phrase in phrases) for kind, phrases in table.items()}


def _stem(word: str) -> str:
    return ("=" if word.startswith("=") else "") + "".join(key(word))


def _says(phrase: Phrase, spoken: Sequence[str]) -> bool:
    return len(phrase) <= len(spoken) and all(
        word == stem[1:] if stem.startswith("=") else word.startswith(stem)
        for stem, word in zip(phrase, spoken, strict=False)
    )


def _said(kind: str, spoken: Sequence[str]) -> bool:
    return any(_says(phrase, spoken[n:]) for n in range(len(spoken)) for phrase in _table()[kind])


@lru_cache(maxsize=2_048)
def is_request(text: str) -> bool:
    """Say whether words in brackets ask for something rather than answer."""
    return _said("requests", key(text))


def bracket(text: str) -> tuple[str, int] | None:
    """Return (what stands in the brackets that a text begins with, where they end)."""
    match = _IN_BRACKETS.match(text)
    return None if match is None else (match[1], match.end())


def denies(text: str) -> bool:
    """Say whether a sentence of consent says that there is none: «не даю согласие», «келісім бермеймін»."""
    return _said("denials", key(text))


def why_hardly(asked: Field, text: str) -> str | None:
    """Return why free words are hardly the answer to what is asked, None where nothing speaks against them."""
    spoken = key(text)
    if not spoken or (_ONE_LETTER.fullmatch(text) and not text.strip().isdigit()):
        return "no words in it"
    if any(_says(phrase, spoken) for phrase in _table()["nothing"]) and len(spoken) <= SHORT:
        return "perhaps nothing was meant"
    if len(spoken) <= SHORT and _said("pointers", spoken):
        return "it points somewhere else"
    if _ABOUT_ONESELF.search(asked.id) and not asked.caption:
        if asked.name and (len(spoken) < 2 or any(letter.isdigit() for letter in text)):
            return "one word, or figures, for a name"
        number = twelve_digits(text)
        phones = [one for one in phones_of(text) if one.startswith("+7")]
        if email_of(text) or phones or (number is not None and check_digit_right(number)):
            return "an answer to another question in it"
    return None
