"""Which register entries and which cases a case may be about, for a person who chooses: found by IIN/BIN, name and
address, each with what speaks against it and what would change. A question to the store; nothing is carried."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from inbox_daemon.casework import holder_in
from inbox_daemon.order.completeness import enclosed_forms
from inbox_daemon.order.entries import complete_programmes, entry_facts
from inbox_daemon.order.identity import Differs, Person, differences, from_holder, of_case
from inbox_daemon.order.workdays import almaty_day
from registry_store.errors import CaseUnknown, EntryUnknown
from registry_store.folded import words_of
from registry_store.records import (
    OPEN_STATES,
    Case,
    CaseKind,
    CaseNumber,
    Contacts,
    Entry,
    EntryNumber,
    Programme,
    Region,
    Standing,
    Text,
)
from registry_store.store import Snapshot, Store

MOST = 10  # of each sort: more than a person can choose from


class FoundBy(StrEnum):
    """By what a candidate was found, the surest first."""

    CHOSEN = "chosen"  # the case says so already
    KEY = "key"  # IIN or BIN
    ADDRESS = "address"
    NAME = "name"


class Part(StrEnum):
    """What a change would put into an entry."""

    NAME = "name"
    KEY = "key"  # never published
    REGION = "region"
    CONTACTS = "contacts"
    PROGRAMMES = "programmes"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Changed:
    """What of an entry would be another one. Values of one part have one type; key: text; stop: a day."""

    part: Part
    before: Text | str | Region | Contacts | tuple[Programme, ...] | date | None
    after: Text | str | Region | Contacts | tuple[Programme, ...] | date | None


@dataclass(frozen=True, slots=True)
class EntryCandidate:
    """A register entry that the case may be about. differs: what speaks against it, empty where nothing does; then
    it may be carried out without a reason of its own. changes: what the entry would say otherwise."""

    number: EntryNumber
    kind: str
    name: Text
    region: Region | None
    standing: Standing
    found_by: tuple[FoundBy, ...]
    differs: tuple[Differs, ...]
    changes: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class CaseCandidate:
    """Another case that may be the same person's. differs: as of an entry. region: of nobody yet, so none."""

    number: CaseNumber
    kind: CaseKind
    open: bool
    names: tuple[str, ...]
    found_by: tuple[FoundBy, ...]
    differs: tuple[Differs, ...]


def entry_candidates(number: CaseNumber, store: Store) -> tuple[EntryCandidate, ...]:
    """Return the entries that a case may be about, what nothing speaks against first. Raises CaseUnknown."""
    with store.snapshot() as now:
        case = now.case(number)
        found = _found_entries(case, of_case(case), now)
        made = [_entry_candidate(case, entry, by, now) for entry, by in found]
    return tuple(sorted(made, key=lambda one: (len(one.differs), one.standing is not Standing.LISTED, -one.number)))


def entry_candidate(number: CaseNumber, entry: EntryNumber, store: Store) -> EntryCandidate | None:
    """Return one entry that a person has named, as a candidate for a case; None where there is no such entry."""
    with store.snapshot() as now:
        try:
            named = now.entry(entry)
        except EntryUnknown:
            return None
        return _entry_candidate(now.case(number), named, (), now)


def case_candidates(number: CaseNumber, store: Store) -> tuple[CaseCandidate, ...]:
    """Return the other cases that may be of the same person, open ones first. Raises CaseUnknown."""
    with store.snapshot() as now:
        case = now.case(number)
        found = _found_cases(case, of_case(case), now)
    made = [_case_candidate(case, other, by) for other, by in found]
    return tuple(sorted(made, key=lambda one: (not one.open, len(one.differs), one.number)))


def case_candidate(number: CaseNumber, other: CaseNumber, store: Store) -> CaseCandidate | None:
    """Return one case that a person has named, as a candidate; None where there is no such case, or it is the same."""
    with store.snapshot() as now:
        try:
            named = now.case(other)
        except CaseUnknown:
            return None
        return None if other == number else _case_candidate(now.case(number), named, ())


# ------------------------------------------------------------ found


def _found_entries(case: Case, person: Person, now: Snapshot) -> list[tuple[Entry, tuple[FoundBy, ...]]]:
    found: dict[EntryNumber, tuple[Entry, list[FoundBy]]] = {}

    def add(entries: Iterable[Entry], by: FoundBy) -> None:
        for entry in entries:
            if not entry.undone:
                found.setdefault(entry.number, (entry, []))[1].append(by)

    if case.entry is not None:
        add([now.entry(case.entry)], FoundBy.CHOSEN)
    for key in sorted(person.keys):
        add(now.entries_by_key(None, key)[:MOST], FoundBy.KEY)
    for address in sorted(person.addresses):
        add(now.entries_by_address(address)[:MOST], FoundBy.ADDRESS)
    for name in (*person.names, *case.people):
        add(now.find_entries(_searched(name), limit=MOST) if _searched(name) else (), FoundBy.NAME)
    return [(entry, tuple(dict.fromkeys(by))) for entry, by in found.values()]


def _found_cases(case: Case, person: Person, now: Snapshot) -> list[tuple[Case, tuple[FoundBy, ...]]]:
    found: dict[CaseNumber, list[FoundBy]] = {}
    keys = [("identifier", key, FoundBy.KEY) for key in sorted(person.keys)]
    keys += [("address", address, FoundBy.ADDRESS) for address in sorted(person.addresses)]
    for kind, value, by in keys:
        for number in now.cases_by_key(kind, value)[-MOST:]:
            found.setdefault(number, []).append(by)
    for name in (*person.names, *case.people):
        words = _searched(name)
        sets = [set(now.cases_by_key("word", word)) for word in words]
        for number in sorted(set.intersection(*sets), reverse=True)[:MOST] if sets else ():
            found.setdefault(number, []).append(FoundBy.NAME)
    found.pop(case.number, None)
    return [(now.case(number), tuple(dict.fromkeys(by))) for number, by in found.items()]


def _searched(name: str) -> tuple[str, ...]:
    """The words of a name that it is looked for by: the surname and the name, a patronymic is often left out."""
    return tuple(word for word in words_of(name) if len(word) > 1)[:2]


# ------------------------------------------------------------ told


def _entry_candidate(case: Case, entry: Entry, by: tuple[FoundBy, ...], now: Snapshot) -> EntryCandidate:
    facts = entry.facts
    return EntryCandidate(
        number=entry.number,
        kind=facts.kind,
        name=facts.name,
        region=facts.region,
        standing=entry.standing,
        found_by=by,
        differs=from_holder(case, holder_in(now, entry.number)),
        changes=tuple(_changes(case, entry)),
    )


def _case_candidate(case: Case, other: Case, by: tuple[FoundBy, ...]) -> CaseCandidate:
    mine, theirs = of_case(case), of_case(other)
    return CaseCandidate(
        other.number, other.kind, other.state in OPEN_STATES, theirs.names, by, differences(mine, theirs)
    )


def _changes(case: Case, entry: Entry) -> Iterable[Changed]:
    """What an entry would say otherwise if this case were carried out on it."""
    if case.kind is CaseKind.TERMINATION:
        if entry.stop is None and case.received is not None:
            yield Changed(Part.STOP, None, case.stop_decided_on or almaty_day(case.received))
        return
    verdict = case.verdict
    if verdict is None or case.received is None:
        return
    gaps = verdict.missing if case.kind is CaseKind.PROGRAMME else verdict.programme_missing
    if any(enclosed_forms(case.sheets)) and (new := complete_programmes(case.sheets, gaps, case.translations)):
        yield Changed(Part.PROGRAMMES, entry.programmes, new)
    if case.kind is CaseKind.PROGRAMME or verdict.applicant is None:
        return
    old = entry.facts
    facts = entry_facts(case.sheets, verdict.applicant, almaty_day(case.received), case.translations, case.region)
    pairs = (
        (Part.NAME, old.name, facts.name),
        (Part.KEY, old.key, facts.key),
        (Part.REGION, old.region, facts.region or old.region),
        (Part.CONTACTS, old.contacts, facts.contacts),
    )
    yield from (Changed(part, before, after) for part, before, after in pairs if before != after)
