"""By what a person finds a case or an entry: words of names, the reasons why a person is needed, the region."""

from __future__ import annotations

import re

from inbox_daemon.order.entries import entry_facts
from inbox_daemon.order.workdays import almaty_day
from inbox_daemon.recognition import keys_of_case, name_words
from registry_store.records import OPEN_STATES, Case, EntryFacts

WORD = re.compile(r"[^\W_]+")


def finding_keys(case: Case) -> frozenset[tuple[str, str]]:
    """Return all keys of a case: those by which mails find it, the words of its names, and why it needs a person."""
    asks = case.asks if case.state in OPEN_STATES else ()
    return frozenset(
        {*keys_of_case(case)}
        | {("word", part) for word in name_words(case.sheets) for part in words_of(word)}
        | {("ask", ask) for ask in asks}
    )


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text as they are compared: case folded, without marks of any kind."""
    return tuple(WORD.findall(text.casefold()))


def region_of_case(case: Case) -> str | None:
    """Return the ISO 3166-2 code of the applicant's region, None while it cannot be told."""
    if case.verdict is None or case.verdict.applicant is None or case.received is None:
        return None
    region = entry_facts(case.sheets, case.verdict.applicant, almaty_day(case.received)).region
    return None if region is None else region.iso


def words_of_entry(facts: EntryFacts) -> frozenset[str]:
    """Return the words by which an entry is found."""
    return frozenset(word for name in (facts.name.kk, facts.name.ru) for word in words_of(name or ""))
