"""The register is kept in Kazakh and Russian (§3): what was filed in one language, a clerk may put into the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from inbox_daemon.errors import NotAllowed
from inbox_daemon.order.completeness import enclosed_forms
from inbox_daemon.order.entries import IDENTITIES, complete_programmes, copies_of, entry_facts, written
from inbox_daemon.order.practice import Practice
from inbox_daemon.order.workdays import WorkingDays, almaty_day
from registry_store.records import (
    Case,
    CaseKind,
    ClerkTranslated,
    Effect,
    Reword,
    Reworded,
    State,
    Step,
    Text,
    Translation,
)

LONGEST = 1000  # characters
# What of an enclosed programme or action stands in columns 7-10.
PUBLISHED = {
    "programme": ("name", "place_and_time", "requirements"),
    "action": ("name", "place", "date_and_time", "requirements"),
}


@dataclass(frozen=True, slots=True)
class OneLanguage:
    """Words that came in one language only. language: the other one; text: what a clerk has put, empty for nothing."""

    item: str
    words: str
    language: str
    text: str = ""


def in_one_language(case: Case) -> tuple[OneLanguage, ...]:
    """Return what the register would publish of a case as written in one language, each wording once."""
    put = {(one.words, one.language): one.text for one in case.translations}
    found: dict[tuple[str, str], OneLanguage] = {}
    for item, text in _published(case):
        words, language = (text.kk, "ru") if text.ru is None else (text.ru, "kk")
        if words and None in (text.kk, text.ru):
            found.setdefault((words, language), OneLanguage(item, words, language, put.get((words, language), "")))
    return tuple(found.values())


def _published(case: Case) -> Iterator[tuple[str, Text]]:
    applicant = None if case.verdict is None else case.verdict.applicant
    if applicant is not None and case.kind is not CaseKind.PROGRAMME:
        copies, identity = copies_of(case.sheets, applicant), IDENTITIES[applicant]
        for field in filter(None, (identity.organisation, identity.person)):
            yield f"{copies.form}.{field}", written(copies, field)
    for copies in enclosed_forms(case.sheets):
        for field in PUBLISHED[copies.form]:
            yield f"{copies.form}.{field}", written(copies, field)


def translate(case: Case, event: ClerkTranslated, days: WorkingDays, practice: Practice) -> Step:
    """Keep a wording in the other language; an entry that says these words gets it at once. Nothing else moves."""
    text = " ".join(event.text.split())
    if not text:
        message = "the wording is empty"
        raise NotAllowed(message, "nothing_said")
    if len(text) > LONGEST:
        message = f"a wording has at most {LONGEST} characters"
        raise NotAllowed(message, "too_long", str(LONGEST))
    if (event.words, event.language) not in {(one.words, one.language) for one in in_one_language(case)}:
        message = f"{event.words!r} stands in no form that lacks this language"
        raise NotAllowed(message, "nothing_to_translate")
    others = tuple(one for one in case.translations if (one.words, one.language) != (event.words, event.language))
    put = replace(case, translations=(*others, Translation(event.words, event.language, text)))
    return Step(put, _into_the_entry(case, put))


def _into_the_entry(before: Case, after: Case) -> tuple[Effect, ...]:
    if after.state not in (State.INCLUDED, State.CARRIED_OUT) or after.entry is None:
        return ()
    pairs = zip(_texts(before), _texts(after), strict=True)
    changed = dict.fromkeys(Reworded(old, new) for old, new in pairs if old != new)
    return (Reword(after.entry, tuple(changed)),) if changed else ()


def _texts(case: Case) -> list[Text]:
    """Return all that the case has put into its entry, in a fixed order."""
    verdict = case.verdict
    assert verdict is not None
    assert case.received is not None
    found: list[Text] = []
    if verdict.applicant is not None and case.kind is not CaseKind.PROGRAMME:
        facts = entry_facts(case.sheets, verdict.applicant, almaty_day(case.received), case.translations)
        found.append(facts.name)
    gaps = verdict.missing if case.kind is CaseKind.PROGRAMME else verdict.programme_missing
    for one in complete_programmes(case.sheets, gaps, case.translations):
        found += (one.name, one.place_time, one.requirements)
    return found
