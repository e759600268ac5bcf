"""By what a person finds a case or an entry: what was said, the reasons why a person is needed, doubts, language,
region."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from enum import StrEnum

from inbox_daemon.order.completeness import counted_sheets
from inbox_daemon.order.entries import entry_facts
from inbox_daemon.order.workdays import almaty_day
from inbox_daemon.recognition import keys_of_case, name_words
from registry_store.folded import words_of
from registry_store.records import OPEN_STATES, Answer, Case, EntryFacts

WORDS_OF_A_CASE = 400
BOTH = "both"  # languages


class Doubt(StrEnum):
    """The kinds of doubt by which a case is found."""

    ANY = "any"  # beside those below: something else that could not be decided
    BLANK = "blank"  # whether a place is filled
    VALUE = "value"  # a value was read unsurely
    FLAW = "flaw"  # a value that cannot be right: a check digit, an e-mail address
    FILE = "file"  # a file could not be opened


def finding_keys(case: Case) -> frozenset[tuple[str, str]]:
    """Return all keys of a case: those by which mails find it, and those by which a person does."""
    asks = case.asks if case.state in OPEN_STATES else ()
    language = language_of(case)
    return frozenset(
        {*keys_of_case(case)}
        | {("word", word) for word in words_of_case(case)}
        | {("ask", ask) for ask in asks}
        | {("doubt", doubt) for doubt in doubts_of(case)}
        | ({("language", language)} if language else set())
    )


def words_of_case(case: Case) -> frozenset[str]:
    """Return the words that the forms of a case say, names first, not more than WORDS_OF_A_CASE."""
    names = (part for word in sorted(name_words(case.sheets)) for part in words_of(word))
    said = (
        word
        for sheet in reversed(case.sheets)
        for answer in sheet.answers.values()
        for text in _texts(answer)
        for word in words_of(text)
        if len(word) > 1
    )
    return frozenset(itertools.islice(dict.fromkeys(itertools.chain(names, said)), WORDS_OF_A_CASE))


def doubts_of(case: Case) -> frozenset[Doubt]:
    """Return the kinds of doubt that the forms that count still raise."""
    sheets = counted_sheets(case.sheets)
    answers = [answer for sheet in sheets for answer in sheet.answers.values()]
    found = {
        Doubt.ANY: case.verdict is not None and bool(case.verdict.unsure),
        Doubt.BLANK: any(set(sheet.unsure_blank) - set(sheet.filled_by_clerk) for sheet in sheets),
        Doubt.VALUE: any(answer.doubt for answer in answers),
        Doubt.FLAW: any(answer.flaws for answer in answers),
        Doubt.FILE: bool(case.unreadable),
    }
    kinds = {kind for kind, is_so in found.items() if is_so}
    return frozenset(kinds | {Doubt.ANY} if kinds else kinds)


def language_of(case: Case) -> str | None:
    """Return the language of the forms: "kk", "ru" or "both"; None without forms."""
    languages = {sheet.language for sheet in case.sheets}
    if len(languages) > 1 or any(sheet.language_any for sheet in case.sheets):
        return BOTH
    return next(iter(languages), None)


def region_of_case(case: Case) -> str | None:
    """Return the ISO 3166-2 code of the applicant's region, None while it cannot be told."""
    if case.region:
        return case.region
    if case.verdict is None or case.verdict.applicant is None or case.received is None:
        return None
    region = entry_facts(case.sheets, case.verdict.applicant, almaty_day(case.received)).region
    return None if region is None else region.iso


def words_of_entry(facts: EntryFacts) -> frozenset[str]:
    """Return the words by which an entry is found."""
    return frozenset(word for name in (facts.name.kk, facts.name.ru) for word in words_of(name or ""))


def _texts(answer: Answer) -> Iterator[str]:
    """What an answer says in words, as written and as understood; marks and numbers of options say nothing."""
    match answer.value:
        case bool() | int():
            return
        case str() as text:
            yield text
        case dict() as parts:
            yield from itertools.chain.from_iterable(parts.values())
        case list() as several:
            yield from (one for one in several if isinstance(one, str))
    yield answer.text
