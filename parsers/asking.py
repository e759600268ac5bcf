"""Words by which a form asks to be filled in: in brackets beside an answer they are nobody's answer."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files

from parsers.wording import key

LONGEST_INSTRUCTION = 90  # letters in brackets

_IN_BRACKETS = re.compile(r"\s*(?:\(([^()]*)\)|\[([^\[\]]*)\])[\s:.]*")

Phrase = tuple[str, ...]


@cache
def table() -> dict[str, tuple[Phrase, ...]]:
    """Return the phrases of said_instead.toml by kind, each as the beginnings of its words."""
    told = tomllib.loads((files("parsers") / "said_instead.toml").read_text(encoding="utf-8"))
    return {kind: tuple(tuple(map(_stem, phrase.split())) for phrase in phrases) for kind, phrases in told.items()}


def _stem(word: str) -> str:
    return ("=" if word.startswith("=") else "") + "".join(key(word))


def says(phrase: Phrase, spoken: Sequence[str]) -> bool:
    """Say whether the words begin with a phrase."""
    return len(phrase) <= len(spoken) and all(
        word == stem[1:] if stem.startswith("=") else word.startswith(stem)
        for stem, word in zip(phrase, spoken, strict=False)
    )


def said(kind: str, spoken: Sequence[str]) -> bool:
    """Say whether a phrase of that kind stands anywhere among the words."""
    return any(says(phrase, spoken[n:]) for n in range(len(spoken)) for phrase in table()[kind])


@lru_cache(maxsize=2_048)
def is_request(text: str) -> bool:
    """Say whether words in brackets ask for something rather than answer."""
    spoken = key(text)
    return said("instructions", spoken) or said("requests", spoken)


@lru_cache(maxsize=2_048)
def is_instruction(text: str) -> bool:
    """Say whether words in brackets tell how to fill a place in, whatever place it is: no answer speaks so."""
    short = len(text) <= LONGEST_INSTRUCTION and not any(map(str.isdigit, text))
    return short and said("instructions", key(text))


def bracket(text: str) -> tuple[str, int] | None:
    """Return (what stands in the brackets that a text begins with, where they end)."""
    match = _IN_BRACKETS.match(text)
    return None if match is None else (match[1] or match[2] or "", match.end())
