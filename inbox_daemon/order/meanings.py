"""What free words mean, by the table `triage.toml`: its lists of stems and the rules that combine them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from inbox_daemon.order.stems import Lexicon, Sentence, near

TABLE: dict[str, Any] = tomllib.loads((files("inbox_daemon.order") / "triage.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class _Rule:
    fact: str
    near: tuple[str, ...]
    within: int
    unless: tuple[str, ...]
    asked: bool
    title: bool  # for subjects only

    def holds(self, asks: bool, places: Mapping[str, tuple[int, ...]]) -> bool:
        if (asks and not self.asked) or not all(name in places for name in self.near):
            return False
        if len(self.near) == 2 and not near(places[self.near[0]], places[self.near[1]], self.within):
            return False
        return not any(name in places for name in self.unless)


def _lexicon() -> Lexicon:
    words = TABLE["words"]
    lists = {
        name: [phrase for phrases in by_language.values() for phrase in phrases] for name, by_language in words.items()
    }
    never = lists.pop("never")
    return Lexicon(lists, strict=TABLE["strict"], never=never, latin=TABLE["latin"])


def _rules() -> tuple[_Rule, ...]:
    return tuple(
        _Rule(
            fact,
            tuple(rule["near"]),
            rule.get("within", 0),
            tuple(rule.get("unless", ())),
            rule.get("asked", True),
            rule.get("title", False),
        )
        for fact, rules in TABLE["means"].items()
        for rule in rules
    )


LEXICON = _lexicon()
RULES = _rules()


@lru_cache(maxsize=32)
def meanings(text: str, *, title: bool = False) -> frozenset[str]:
    """Return the facts of the table that a text states; title: the text is a subject."""
    found = [(sentence.asks, LEXICON.places(sentence)) for sentence in LEXICON.sentences(text)]
    rules = [rule for rule in RULES if title or not rule.title]
    return frozenset(rule.fact for rule in rules if any(rule.holds(asks, places) for asks, places in found))


def has_words(text: str, *, asking: bool) -> bool:
    """Whether a sentence says more than a greeting; asking: whether one such ends with a question mark."""
    return any(_says_more(sentence) and (sentence.asks or not asking) for sentence in LEXICON.sentences(text))


def only_greets(text: str) -> bool:
    """Whether a text is empty or greets and thanks only."""
    return not has_words(text, asking=False)


def begins_like_automatic(subject: str) -> bool:
    """Whether a subject begins with words that only programs write there («Автоответ: …»)."""
    first = LEXICON.sentences(subject)[:1]
    return any(0 in LEXICON.places(sentence).get("automatic_subject", ()) for sentence in first)


def _says_more(sentence: Sentence) -> bool:
    return len(LEXICON.places(sentence).get("greeting", ())) < len(sentence.words)
