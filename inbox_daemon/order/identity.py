"""Whose entry, whose case (rules, section 4): IIN or BIN, else name and address on file, must agree.

Asked at the moment of carrying out, of whatever ties a case to an entry or a case to another one. Where they
differ, only a person's act that says so, and why, may go on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from inbox_daemon.errors import NotAllowed
from inbox_daemon.order.asks import Ask
from inbox_daemon.order.completeness import counted_sheets, is_filled
from inbox_daemon.order.entries import IDENTITIES
from inbox_daemon.order.steps import to_clerk
from registry_store.folded import words_of
from registry_store.records import (
    Amend,
    AskClerk,
    Case,
    CaseKind,
    CaseMail,
    ClerkIncluded,
    ClerkJoined,
    ClerkSawFilled,
    ClerkSetField,
    ClerkStopped,
    ClerkTookOut,
    Effect,
    EntryNumber,
    Event,
    Filed,
    Holder,
    LetterKind,
    Send,
    Sheet,
    Standing,
    Step,
    StopAsked,
    StopEntry,
)

SHARED_WORDS = 2  # surname and name; a patronymic is often left out
STEM = 4  # letters: names are declined in a sentence, and their first letters stay
# A name as it stands in a sentence: two or three words with a capital letter, in Cyrillic as the register has them.
_NAME = re.compile(r"(?<![^\W\d_])[А-ЯЁӘҒҚҢӨҰҮҺІ][а-яёәғқңөұүһі-]+(?:[ \t]+[А-ЯЁӘҒҚҢӨҰҮҺІ][а-яёәғқңөұүһі-]+){1,2}")


class Differs(StrEnum):
    """What speaks against one person or organisation."""

    KIND = "kind"  # another questionnaire: a change may never turn an entry into one of another kind
    KEY = "key"  # IIN or BIN
    NAME = "name"
    ADDRESS = "address"  # not written from an address on file


@dataclass(frozen=True, slots=True)
class Person:
    """By what one person or organisation is told from another. keys: IIN and BIN; names: wordings of the name;
    addresses: in lower case. kinds: questionnaires."""

    keys: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    addresses: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()


# ------------------------------------------------------------ who somebody is


def of_case(case: Case) -> Person:
    """Return who a case is about, as the copies that count say, and from where it was written."""
    mails = [mail for mail in case.mails if mail.brought_forms or case.kind is CaseKind.TERMINATION]
    person = of_forms(case.sheets, mails or case.mails)
    return replace(person, keys=person.keys | set(case.named))


def of_forms(sheets: Iterable[Sheet], mails: Iterable[CaseMail]) -> Person:
    """Return who these forms are about. Without a questionnaire the application tells the name."""
    counted = counted_sheets(sheets)
    questionnaires = [sheet for sheet in counted if sheet.form in IDENTITIES]
    keys = frozenset(
        str(sheet.answers[field].value)
        for sheet in questionnaires
        for field in IDENTITIES[sheet.form].key
        if is_filled(sheet.answers.get(field))
    )
    fields = [(sheet, field) for sheet in questionnaires for field in _name_fields(sheet.form)]
    names = _said(fields) or _said((sheet, "applicant_name") for sheet in counted if sheet.form == "application")
    addresses = frozenset(mail.sender.lower() for mail in mails if mail.sender)
    return Person(keys, names, addresses, frozenset(sheet.form for sheet in questionnaires))


def of_holder(holder: Holder) -> Person:
    """Return who the register has in an entry."""
    names = tuple(name for name in (holder.name.kk, holder.name.ru) if name)
    keys = frozenset({holder.key} if holder.key else ())
    return Person(keys, names, frozenset(holder.addresses), frozenset({holder.kind}))


def people_in(*texts: str) -> tuple[str, ...]:
    """Return what stands in a text like the name of a person, each once."""
    return tuple(dict.fromkeys(" ".join(name.split()) for text in texts for name in _NAME.findall(text)))


def _name_fields(form: str) -> tuple[str, ...]:
    identity = IDENTITIES[form]
    return tuple(field for field in (identity.person, identity.organisation) if field is not None)


def _said(fields: Iterable[tuple[Sheet, str]]) -> tuple[str, ...]:
    found = (str(s.answers[field].value) for s, field in fields if is_filled(s.answers.get(field)))
    return tuple(dict.fromkeys(found))


# ------------------------------------------------------------ whether two are one


def differences(one: Person, other: Person) -> tuple[Differs, ...]:
    """Return what speaks against one person or organisation; nothing where IIN or BIN agree, else where nothing
    speaks against the name and both write from one address."""
    if one.keys and other.keys:
        return () if _same_keys(one.keys, other.keys) else (Differs.KEY,)
    found = []
    if not _same_name(one.names, other.names):
        found.append(Differs.NAME)
    if not one.addresses & other.addresses:
        found.append(Differs.ADDRESS)
    return tuple(found)


def from_holder(case: Case, holder: Holder) -> tuple[Differs, ...]:
    """Return what speaks against a case being about the holder of an entry."""
    mine, theirs = of_case(case), of_holder(holder)
    found = differences(mine, theirs)
    # Free words name people as a sentence has them; every one of them must be the one who is meant.
    if not all(_same_name((name,), theirs.names, _declined) for name in case.people):
        found = (*found, Differs.NAME)
    if case.kind is CaseKind.CHANGE and mine.kinds and not mine.kinds & theirs.kinds:
        found = (Differs.KIND, *found)
    return found


def _same_keys(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether the IIN, and the BIN, are the same where both have one. An organiser may tell both, of which the
    register keeps one; two IIN beside each other are two people."""
    pairs = [
        (own, other)
        for own, other in ((_of_type(mine, bins), _of_type(theirs, bins)) for bins in (False, True))
        if own and other
    ]
    return bool(pairs) and all(own == other for own, other in pairs)


def _of_type(keys: frozenset[str], bins: bool) -> frozenset[str]:
    """The BIN among these, or the IIN: a BIN has 4, 5 or 6 in its fifth place, an IIN a day of birth (0 to 3)."""
    return frozenset(key for key in keys if (key[4:5] in {"4", "5", "6"}) is bins)


def _same_name(mine: Iterable[str], theirs: Iterable[str], same_word: Callable[[str, str], bool] = str.__eq__) -> bool:
    """Whether surname and name are shared, in any order and however they were typed; no name says nothing."""
    a, b = _words(mine), _words(theirs)
    shared = {word for word in a if any(same_word(word, other) for other in b)}
    return not a or not b or len(shared) >= min(SHARED_WORDS, len(a), len(b))


def _declined(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) >= STEM and one[:STEM] == other[:STEM])


def _words(names: Iterable[str]) -> frozenset[str]:
    return frozenset(word for name in names for word in words_of(name) if len(word) > 1)


# ------------------------------------------------------------ what follows

# The events that may be carried out on a register entry; they tell whom it has.
OF_A_HOLDER = (
    Filed,
    StopAsked,
    ClerkIncluded,
    ClerkStopped,
    ClerkSetField,
    ClerkSawFilled,
    ClerkJoined,
    ClerkTookOut,
)

DECIDES = (ClerkIncluded, ClerkStopped)  # by which a clerk carries out what waits


def entry_meant(case: Case, event: Event) -> EntryNumber | None:
    """Return the entry on which an event may be carried out: a clerk's choice goes before what the case says."""
    if not isinstance(event, OF_A_HOLDER):
        return None
    if isinstance(event, DECIDES):
        return event.entry or case.entry
    return case.entry or (event.entry if isinstance(event, Filed | StopAsked) else None)


def of_the_same_person(before: Case, step: Step, event: Event) -> Step:
    """§7, §13: nothing is carried out on somebody else's entry. By itself it then waits for a person; a clerk's act
    is refused unless it gives its own reason. Raises NotAllowed."""
    entry = next((e.entry for e in step.effects if isinstance(e, Amend | StopEntry)), None)
    if entry is None:
        return step
    holder = event.holder if isinstance(event, OF_A_HOLDER) else None
    if holder is None or holder.entry != entry:
        message = f"{type(event).__name__}: whom entry {entry} is of was not looked up"
        raise AssertionError(message)
    found = from_holder(step.case, holder)
    if isinstance(event, DECIDES):
        if holder.standing is Standing.UNDONE:
            message = f"entry {entry} was taken back: nothing is carried out on it"
            raise NotAllowed(message, "entry_undone", str(entry))
        must_agree(found, event.other_person_why, f"№ {entry}")
        return step
    # A second stop is recorded and the first mark stands; a change of what was stopped is a person's decision.
    open_to_it = holder.standing is Standing.LISTED or step.case.kind is CaseKind.TERMINATION
    if open_to_it and not found:
        return step
    return _for_a_person(before, step, Ask.OTHER_PERSON if found else Ask.ENTRY_UNKNOWN)


def must_agree(found: tuple[Differs, ...], why: str, what: str) -> None:
    """Raise NotAllowed where somebody else is meant and no reason was given for it. what: the entry or case."""
    if Differs.KIND in found:
        message = f"{what} is of another questionnaire: a change never makes it one of another kind"
        raise NotAllowed(message, "other_kind", what)
    if found and not why.strip():
        message = f"{what} seems to be another person's ({', '.join(found)} differ): give the reason why it is meant"
        raise NotAllowed(message, "other_person", what)


def _for_a_person(before: Case, step: Step, ask: Ask) -> Step:
    """The step without what it would have carried out: the case waits for a clerk."""
    letters = (LetterKind.CHANGE, LetterKind.STOP)
    kept: list[Effect] = [
        effect
        for effect in step.effects
        if not isinstance(effect, Amend | StopEntry | AskClerk)
        and not (isinstance(effect, Send) and effect.letter in letters)
    ]
    case = replace(step.case, decided_at=before.decided_at, ground=before.ground)
    return to_clerk(case, ask, effects=tuple(kept))
