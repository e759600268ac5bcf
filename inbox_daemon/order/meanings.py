"""What free words mean, by the table `triage.toml`: its lists of stems and the rules that combine them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from inbox_daemon.order.stems import Lexicon, Sentence, near
from parsers.wording import key

SIGNING_WORDS = 6

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
    """Whether a subject begins with words that only programs write there («Автоответ: …», not «Автоответ не нужен»)."""
    first = LEXICON.sentences(subject)[:1]
    return any(_begins_so(sentence) for sentence in first)


def says_nothing_own(text: str) -> bool:
    """Whether every sentence of a text is one that automatic answers have: of an absence, of a program, whom to turn
    to; none promises, asks for something or tells a value."""
    return all(_is_routine(sentence) for sentence in LEXICON.sentences(text))


def speaks_to_anybody(text: str) -> bool:
    """Whether a text tells whoever writes when or by whom they are answered, or says that a program wrote it."""
    found = (LEXICON.places(sentence) for sentence in LEXICON.sentences(text))
    return any(places.keys() & {"to_anybody", "machine"} for places in found)


def _begins_so(sentence: Sentence) -> bool:
    if 0 not in LEXICON.places(sentence).get("automatic_subject", ()):
        return False
    return not set(sentence.words[1:3]) & set(TABLE["automatic"]["denials"])


def _is_routine(sentence: Sentence) -> bool:
    lists = LEXICON.places(sentence).keys()
    if sentence.asks:
        return False
    adds = TABLE["automatic"]["adds_to_machine" if "machine" in lists else "adds"]
    if lists & set(adds):
        return False
    return bool(lists & set(TABLE["automatic"]["says"])) or not _says_more(sentence) or _signs(sentence)


def _signs(sentence: Sentence) -> bool:
    """Whether a sentence is «С уважением, …» and a name."""
    closes = any("".join(key(word)) in sentence.words[:2] for word in TABLE["automatic"]["closings"])
    return closes and len(sentence.words) <= SIGNING_WORDS and not any(word.isdigit() for word in sentence.words)


def _says_more(sentence: Sentence) -> bool:
    return len(LEXICON.places(sentence).get("greeting", ())) < len(sentence.words)
