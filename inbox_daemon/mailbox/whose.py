"""Whose mail is it: which case and which register entry (rules, section 4). Any doubt goes to the clerk,
never to a second case."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from inbox_daemon.order.entries import IDENTITIES
from inbox_daemon.order.going_on import went_to
from inbox_daemon.recognition import identifiers, may_be_same_person, written_addresses
from registry_store.errors import CaseUnknown
from registry_store.records import (
    OPEN_STATES,
    Case,
    CaseKind,
    CaseNumber,
    Category,
    Entry,
    EntryNumber,
    Letter,
    Sheet,
    State,
)

IDENTITY = "names somebody else than the case that it answers"
SEVERAL_CASES = "may belong to more than one case"
SEVERAL_ENTRIES = "may concern more than one register entry"
OTHER_NAME = "the same address as an open case, another name"
NO_APPLICATION = "a questionnaire of somebody unknown: the application may be missing"
OTHER_KEY = "the address on file of an entry, another IIN or BIN"
UNKNOWN_SENDER = "no register entry has this sender"


class Records(Protocol):
    """What must be looked up; the store answers."""

    def case(self, number: CaseNumber) -> Case: ...
    def cases_by_key(self, kind: str, value: str) -> tuple[CaseNumber, ...]: ...
    def entries_by_key(self, kind: str | None, key: str) -> tuple[Entry, ...]: ...
    def entries_by_address(self, address: str) -> tuple[Entry, ...]: ...
    def letter_by_message_id(self, message_id: str) -> Letter | None: ...


@dataclass(frozen=True, slots=True)
class Clues:
    """What a mail says of whose it is. sender: From address. references: nearest first. token: the case
    number in the subject. sheets: the forms it brought. named: IIN and BIN that its text names."""

    category: Category
    sender: str
    references: tuple[str, ...]
    token: CaseNumber | None
    sheets: tuple[Sheet, ...]
    named: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Whose:
    """case: the case that it belongs to, None for a new one. kind: of a new case. entry: the register entry
    that it surely concerns. doubts: why a person must look."""

    case: CaseNumber | None
    kind: CaseKind = CaseKind.APPLICATION
    entry: EntryNumber | None = None
    doubts: tuple[str, ...] = ()


InTime = Callable[[Case], bool]


def never(case: Case) -> bool:
    """A mail of which nobody asks whether it came in time."""
    return False


def whose_forms(clues: Clues, records: Records, in_time: InTime = never) -> Whose:
    """Return where a mail with forms belongs. in_time: whether it was submitted within the term of a refused case,
    which then takes it: the refusal was wrong."""
    answered = _answered(clues, records)
    takers = [c for c in answered if c.kind is not CaseKind.TERMINATION and _takes_forms(c, clues, in_time)]
    if takers and len(answered) > 1:
        return Whose(takers[0].number, doubts=(SEVERAL_CASES,))
    if takers:
        return Whose(takers[0].number, doubts=() if _agrees(takers[0], clues) else (IDENTITY,))
    by_number = _open_cases("identifier", identifiers(clues.sheets), records, in_time)
    same_key = [c for c in by_number if _same_kind(c, clues)]
    if len(same_key) > 1:
        return Whose(same_key[0].number, doubts=(SEVERAL_CASES,))
    if same_key:
        return Whose(same_key[0].number)
    entry, doubt = _entry(clues, answered, records)
    if entry is None and doubt is None:
        # The address may also stand in the form alone: who writes from elsewhere is still the one who wrote before.
        near = _open_cases("address", {clues.sender} | written_addresses(clues.sheets), records, in_time)
        from_address = [c for c in near if _agrees(c, clues) and _same_kind(c, clues)]
        if len(from_address) > 1:
            return Whose(from_address[0].number, doubts=(SEVERAL_CASES,))
        if from_address:
            same = may_be_same_person(clues.sheets, from_address[0].sheets)
            return Whose(from_address[0].number, doubts=() if same else (OTHER_NAME,))
    return _new_case(clues, entry, doubt)


def _new_case(clues: Clues, entry: Entry | None, doubt: str | None) -> Whose:
    doubts = () if doubt is None else (doubt,)
    number = None if entry is None else entry.number
    if clues.category is Category.PROGRAMME:
        return Whose(None, CaseKind.PROGRAMME, number, doubts or (() if entry else (UNKNOWN_SENDER,)))
    if entry is not None:
        return Whose(None, CaseKind.CHANGE, number, doubts)
    if clues.category is Category.CHANGE:
        return Whose(None, CaseKind.CHANGE, None, doubts or (NO_APPLICATION,))
    return Whose(None, CaseKind.APPLICATION, None, doubts)


def whose_stop(clues: Clues, records: Records) -> Whose:
    """Return whose register entry, or whose open case, a message that asks to stop is about."""
    open_cases = [c for c in _answered(clues, records) if c.state in OPEN_STATES]
    open_cases = open_cases or _open_cases("identifier", clues.named, records)
    entries = _active(e for key in sorted(clues.named) for e in records.entries_by_key(None, key))
    if not entries:
        # A letter that is answered chooses none of several: under the volunteer's letter the group may be meant.
        entries = _active(records.entries_by_address(clues.sender))
        answered = [c.entry for c in _answered(clues, records) if c.entry is not None]
        if len(entries) == 1 and answered and entries[0].number not in answered:
            entries = []
    if not entries:
        open_cases = open_cases or _open_cases("address", {clues.sender}, records)
        if len(open_cases) == 1:
            return Whose(open_cases[0].number, CaseKind.TERMINATION)
        if open_cases:
            return Whose(None, CaseKind.TERMINATION, None, (SEVERAL_CASES,))
        if len(stopped := _stopped(clues, records)) == 1:
            return Whose(None, CaseKind.TERMINATION, stopped[0].number)  # a second stop: recorded, the mark stands
        return Whose(None, CaseKind.TERMINATION, None, (UNKNOWN_SENDER,))
    if len(entries) > 1 or open_cases:
        return Whose(None, CaseKind.TERMINATION, None, (SEVERAL_ENTRIES,))
    return Whose(None, CaseKind.TERMINATION, entries[0].number)


def whose_words(clues: Clues, records: Records, in_time: InTime = never) -> Whose:
    """Return the case that a mail without forms is about: the one it answers, or the one open case of its
    sender; none and a doubt when it may be about several. in_time: as for whose_forms."""
    found = _answered(clues, records) or _open_cases("address", {clues.sender}, records, in_time)
    if len(found) > 1:
        return Whose(None, doubts=(SEVERAL_CASES,))
    return Whose(found[0].number if found else None)


def _answered(clues: Clues, records: Records) -> list[Case]:
    """The cases that a mail answers by References or by the number in its subject, each once; in place of one that
    was closed since another goes on with it, that other."""
    numbers: list[CaseNumber] = []
    for reference in clues.references:
        letter = records.letter_by_message_id(reference)
        if letter is not None and letter.case is not None:
            numbers.append(letter.case)
        else:
            numbers.extend(records.cases_by_key("message_id", reference))
        if numbers:
            break
    if clues.token is not None:
        numbers.append(clues.token)
    return _cases((_goes_on_as(number, records) for number in numbers), records)


def _goes_on_as(number: CaseNumber, records: Records) -> CaseNumber:
    seen: set[CaseNumber] = set()
    while number not in seen:
        seen.add(number)
        try:
            number = went_to(records.case(number)) or number
        except CaseUnknown:
            return number
    return number


def _takes_forms(case: Case, clues: Clues, in_time: InTime) -> bool:
    """Whether an answered case can take these forms, or they begin something new.

    refused × late answer with all forms begins a new case; that is told by an application that came with
    its questionnaire.
    """
    if case.state in OPEN_STATES or (case.state is State.REFUSED and in_time(case)):
        return True
    forms = {sheet.form for sheet in clues.sheets}
    return case.state is State.REFUSED and not ("application" in forms and forms & set(IDENTITIES))


def _agrees(case: Case, clues: Clues) -> bool:
    """Whether the IIN or BIN of a mail and of a case do not speak against each other."""
    mine, theirs = identifiers(clues.sheets), identifiers(case.sheets)
    return not mine or not theirs or bool(mine & theirs)


def _same_kind(case: Case, clues: Clues) -> bool:
    """Whether both can be of one questionnaire kind: one person may stand in the register as several kinds."""
    mine = {s.form for s in clues.sheets if s.form in IDENTITIES}
    theirs = {s.form for s in case.sheets if s.form in IDENTITIES}
    return not mine or not theirs or bool(mine & theirs)


def _open_cases(kind: str, values: Iterable[str], records: Records, in_time: InTime = never) -> list[Case]:
    numbers = [number for value in sorted(values) if value for number in records.cases_by_key(kind, value.lower())]
    found = [case for case in _cases(numbers, records) if case.kind is not CaseKind.TERMINATION]
    return [case for case in found if case.state in OPEN_STATES or (case.state is State.REFUSED and in_time(case))]


def _entry(clues: Clues, answered: list[Case], records: Records) -> tuple[Entry | None, str | None]:
    """Return the one active entry of the same questionnaire kind and IIN or BIN, else of the address on file.

    Of several entries of one address, the one whose letter is answered is meant.
    """
    kinds = [sheet.form for sheet in clues.sheets if sheet.form in IDENTITIES]
    keys = identifiers(clues.sheets)
    by_key = _active(e for key in sorted(keys) for e in records.entries_by_key(None, key) if e.facts.kind in kinds)
    if by_key:
        return (by_key[0], None) if len(by_key) == 1 else (None, SEVERAL_ENTRIES)
    by_address = _active(e for e in records.entries_by_address(clues.sender) if not kinds or e.facts.kind in kinds)
    if not by_address or clues.category is Category.APPLICATION:
        return None, None
    named = {case.entry for case in answered}
    by_address = [e for e in by_address if e.number in named] or by_address
    if len(by_address) > 1:
        return None, SEVERAL_ENTRIES
    # A changed IIN or BIN is a person's decision; a form without one is believed by its address.
    if keys and by_address[0].facts.key not in keys:
        return None, OTHER_KEY
    return by_address[0], None


def _active(entries: Iterable[Entry]) -> list[Entry]:
    found = {entry.number: entry for entry in entries if entry.active}
    return list(found.values())


def _stopped(clues: Clues, records: Records) -> list[Entry]:
    """The entries of a sender that bear the mark of §13 already."""
    named = [e for key in sorted(clues.named) for e in records.entries_by_key(None, key)]
    found = named or list(records.entries_by_address(clues.sender))
    return list({e.number: e for e in found if e.stop is not None and not e.undone}.values())


def _cases(numbers: Iterable[CaseNumber], records: Records) -> list[Case]:
    found = []
    for number in dict.fromkeys(numbers):
        try:
            found.append(records.case(number))
        except CaseUnknown:  # a number that somebody typed
            continue
    return found
