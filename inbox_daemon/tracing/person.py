"""By what a mail may be known to come from the applicant of a case, and what speaks against it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from inbox_daemon.order.entries import IDENTITIES
from inbox_daemon.recognition import NAMES, addresses_on_file, identifiers
from inbox_daemon.tracing.mails import numbers_in_digits
from inbox_daemon.tracing.names import alike, distinct_names, names_person, number_misread, sounds, spelt_alike, stem_of
from parsers.values.identifiers import check_digit_right
from registry_store.errors import CaseUnknown
from registry_store.records import (
    Arrival,
    Case,
    CaseNumber,
    ClerkJoined,
    ClerkTookOut,
    JournalLine,
    Letter,
    MailId,
    MailKeys,
    Sheet,
)

ORGANISATION = "org_name"
PEOPLE = tuple(field for field in NAMES if field != ORGANISATION)
Trace = tuple[str, str]  # kind and value


class Records(Protocol):
    """What must be looked up; the store answers."""

    def case(self, number: CaseNumber) -> Case: ...
    def cases_by_key(self, kind: str, value: str) -> tuple[CaseNumber, ...]: ...
    def journal(self, number: CaseNumber) -> tuple[JournalLine, ...]: ...
    def arrivals_of(self, mail: MailId) -> tuple[Arrival, ...]: ...
    def letters(self, case: CaseNumber) -> tuple[Letter, ...]: ...
    def message_ids(self, case: CaseNumber) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of the applicant of a case.

    case: its number; kin: those joined to it, split from it, or of the same person. letters: Message-IDs of the
    letters and mails of the case; threads: those of its kin. numbers: IIN, BIN and phones. names: of people, as words
    that sound; organisations: likewise.
    """

    case: CaseNumber
    kin: frozenset[CaseNumber]
    letters: frozenset[str]
    threads: frozenset[str]
    addresses: frozenset[str]
    identifiers: frozenset[str]
    phones: frozenset[str]
    names: tuple[tuple[str, ...], ...]
    organisations: tuple[tuple[str, ...], ...]

    def traces(self) -> dict[str, frozenset[str]]:
        """Return the traces to look for, by their kind: what an index of mails is asked."""
        numbers = {misread for number in self.identifiers for misread in number_misread(number)}
        words = {word for name in (*self.names, *self.organisations) for word in name}
        return {
            "address": self.addresses,
            "named": self.addresses,
            "identifier": self.identifiers,
            "number": frozenset(numbers | self.phones),
            "reference": self.letters | self.threads,
            "token": frozenset({self.case}) | self.kin,
            "name": frozenset(spelt for word in words for spelt in spelt_alike(word)),
        }

    def stems(self) -> frozenset[str]:
        """Return the beginnings of the words of the names, however they are inflected."""
        words = {word for name in self.names for word in name}
        return frozenset(stem for word in words if len(stem := stem_of(word)) > STEMS)

    def is_plain(self, trace: Trace) -> bool:
        """Whether a trace leads to this very case, whoever the mail says that it is from."""
        kind, value = trace
        return (
            kind == "address"
            or (kind == "token" and value == self.case)
            or (kind == "reference" and value in self.letters)
        )

    def is_named_by(self, keys: MailKeys) -> bool:
        """Whether a mail names the applicant in words."""
        phrases = [phrase.split() for phrase in keys.phrases]
        return any(
            any(names_person(phrase, name) for name in self.names)
            or any(_runs_in(name, phrase) for name in self.organisations)
            for phrase in phrases
        )


STEMS = 4  # letters that the beginning of a word must have to be looked for


def person_of(case: Case, records: Records) -> Person:
    """Return what is known of the applicant of a case."""
    own = identifiers(case.sheets)
    addresses = {one for one in (*addresses_on_file(case), *(mail.sender.lower() for mail in case.mails)) if one}
    addresses |= {case.reply_to.lower()} - {""}
    addresses |= {one.lower() for letter in records.letters(case.number) for one in letter.recipients}
    same = {number for kind, some in (("identifier", own), ("address", addresses)) for value in sorted(some)
            for number in records.cases_by_key(kind, value)}  # fmt: skip
    kin = (kin_of(case.number, records) | same) - {case.number}
    letters = {*records.message_ids(case.number), *(mail.message_id for mail in case.mails if mail.message_id)}
    threads = {one for number in kin for one in records.message_ids(number)}
    return Person(
        case=case.number,
        kin=frozenset(kin),
        letters=frozenset(letters),
        threads=frozenset(threads - letters),
        addresses=frozenset(addresses),
        identifiers=own,
        phones=_phones(case.sheets),
        names=distinct_names(_values(case.sheets, PEOPLE)),
        organisations=distinct_names(_values(case.sheets, (ORGANISATION,))),
    )


def kin_of(number: CaseNumber, records: Records) -> frozenset[CaseNumber]:
    """Return the cases that share a mail with a case, were joined to it or split from it, it among them."""
    found: set[CaseNumber] = set()
    waiting = [number]
    while waiting:
        one = waiting.pop()
        if one in found:
            continue
        try:
            case = records.case(one)
        except CaseUnknown:
            continue
        found.add(one)
        for line in records.journal(one):
            match line.event:
                case ClerkJoined(other=other):
                    waiting.append(other)
                case ClerkTookOut(to=to):
                    waiting.append(to)
                case _:
                    pass
        for mail in case.mails:
            for arrival in records.arrivals_of(mail.mail):
                waiting.extend(() if arrival.outcome is None else arrival.outcome.cases)
    return frozenset(found)


def somebody_else(mine: Iterable[Sheet], theirs: Iterable[Sheet]) -> bool:
    """Whether forms are surely not of the applicant of other forms: both name an IIN or BIN, and these are far from
    each other, or no number can tell and the names are others'."""
    mine, theirs = tuple(mine), tuple(theirs)
    own, other = identifiers(mine), identifiers(theirs)
    if own and other:
        near = any(one in number_misread(another) for one in own for another in other)
        return not near and (all(map(check_digit_right, other)) or _other_names(mine, theirs))
    return _other_names(mine, theirs)


def _other_names(mine: tuple[Sheet, ...], theirs: tuple[Sheet, ...]) -> bool:
    own = distinct_names(_values(mine, PEOPLE))
    other = [sounds(value) for value in _values(theirs, PEOPLE)]
    other = [name for name in other if len(name) > 1]
    return bool(own and other) and not any(names_person(name, one) for name in other for one in own)


def another_matter(mine: Iterable[Sheet], theirs: Iterable[Sheet]) -> bool:
    """Whether forms are of another questionnaire: one person may stand in the register as several kinds."""
    own, other = ({sheet.form for sheet in sheets} & set(IDENTITIES) for sheets in (mine, theirs))
    return bool(own and other) and not own & other


def _values(sheets: Iterable[Sheet], fields: tuple[str, ...]) -> list[str]:
    found = (sheet.answers[field].value for sheet in sheets for field in fields if field in sheet.answers)
    return list(dict.fromkeys(value for value in found if isinstance(value, str)))


def _phones(sheets: Iterable[Sheet]) -> frozenset[str]:
    """Return the phone numbers of the forms, as numbers_in_digits tells them."""
    texts: list[str] = []
    for sheet in sheets:
        for answer in sheet.answers.values():
            if isinstance(answer.value, dict):
                texts += [one for channel in ("phone", "whatsapp") for one in answer.value.get(channel, ())]
        if (phone := sheet.answers.get("phone")) is not None and isinstance(phone.value, str):
            texts.append(phone.value)
    return frozenset(number[-10:] for text in texts for number in numbers_in_digits(text))


def _runs_in(name: tuple[str, ...], phrase: list[str]) -> bool:
    """Whether all words of a name stand in a phrase, one behind the other."""
    last = len(phrase) - len(name)
    return any(all(alike(one, phrase[at + n]) for n, one in enumerate(name)) for at in range(last + 1))
