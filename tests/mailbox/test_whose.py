"""Whose mail is it: by references, by the number in the subject, by IIN or BIN, by the address (rules, section 4)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from inbox_daemon.mailbox import whose
from inbox_daemon.mailbox.whose import Clues, Whose, whose_forms, whose_stop, whose_words
from inbox_daemon.recognition import addresses_on_file, keys_of_case
from registry_store.errors import CaseUnknown
from registry_store.records import (
    Case,
    CaseKind,
    CaseNumber,
    Category,
    Contacts,
    Entry,
    EntryFacts,
    Letter,
    LetterKind,
    LetterState,
    Sheet,
    State,
    Stop,
    Text,
)
from tests.order.build import IIN, OTHER_IIN, SENDER, application, at, case_mail, day, sheet

OPEN = "VR-2026-000001"
LETTER = "<vr-2026-000001.2.1@ministry.example>"
ELSEWHERE = "saule@cafe.example"
NEW = Whose(None)


@dataclass
class Records:
    """What the store would answer."""

    kept: list[Case] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    def case(self, number: CaseNumber) -> Case:
        for case in self.kept:
            if case.number == number:
                return case
        raise CaseUnknown(number)

    def cases_by_key(self, kind: str, value: str) -> tuple[CaseNumber, ...]:
        return tuple(case.number for case in self.kept if (kind, value) in keys_of_case(case))

    def entries_by_key(self, kind: str | None, key: str) -> tuple[Entry, ...]:
        return tuple(e for e in self.entries if e.facts.key == key and kind in (None, e.facts.kind))

    def entries_by_address(self, address: str) -> tuple[Entry, ...]:
        made_by = {case.number: case for case in self.kept}
        return tuple(e for e in self.entries if address in addresses_on_file(made_by[e.case]))

    def letter_by_message_id(self, message_id: str) -> Letter | None:
        if not message_id.startswith("<vr-"):
            return None
        case = message_id[1:15].upper()
        return Letter(
            1, case, 2, LetterKind.REWORK, message_id, "", (), b"", LetterState.ACCEPTED, at("2026-10-23 10:00"),
            at("2026-10-23 10:00"), None, False, 1, None, None, "", "",
        )  # fmt: skip


def case(number: CaseNumber, *sheets: Sheet, state: State = State.INCOMPLETE, sender: str = SENDER) -> Case:
    mail = case_mail(at("2026-10-23 10:00"), sender=sender)
    return Case(number, CaseKind.APPLICATION, state, 1, mail.at, mails=(mail,), sheets=sheets)


def entry(number: int, of: Case, kind: str = "volunteer", key: str = IIN, *, stopped: bool = False) -> Entry:
    facts = EntryFacts(kind, key, Text("Қыдырова Сәуле"), Contacts(), None)
    stop = Stop(day("2026-11-01"), of.number) if stopped else None
    return Entry(number, 1, of.number, day("2026-10-27"), facts, stop=stop)


WHOLE = (application("volunteer"), sheet("volunteer"))
FORM_FORGOTTEN = (application("volunteer"),)
STRANGERS = (
    application("volunteer", answers={"email": "a@a.example", "applicant_name": "Ким Вера", "signatory_name": "Ким"}),
    sheet("volunteer", answers={"iin": OTHER_IIN, "full_name": "Ким Вера", "contacts": {"phone": ["+77000000001"]}}),
)


def forms(*sheets: Sheet, **other: Any) -> Clues:
    return replace(Clues(Category.APPLICATION, SENDER, (), None, sheets), **other)


def words(**other: Any) -> Clues:
    return replace(Clues(Category.TERMINATION, SENDER, (), None, ()), **other)


@pytest.mark.parametrize(
    ("clues", "found"),
    [
        pytest.param(forms(*WHOLE, sender=ELSEWHERE, references=(LETTER,)), Whose(OPEN), id="by references"),
        pytest.param(forms(*WHOLE, sender=ELSEWHERE, token=OPEN), Whose(OPEN), id="by the number in the subject"),
        pytest.param(forms(sheet("volunteer"), sender=ELSEWHERE), Whose(OPEN), id="by IIN"),
        pytest.param(forms(sheet("volunteer", "iin")), Whose(OPEN), id="by address"),
        pytest.param(forms(*STRANGERS, sender=ELSEWHERE), NEW, id="somebody else"),
        pytest.param(forms(*STRANGERS), NEW, id="somebody else from the same address"),
        pytest.param(forms(*WHOLE, token="VR-2026-999999", sender=ELSEWHERE), Whose(OPEN), id="a wrong number, by IIN"),
        pytest.param(
            forms(*STRANGERS, references=(LETTER,)), Whose(OPEN, doubts=(whose.IDENTITY,)), id="an answer of another"
        ),
        pytest.param(
            forms(sheet("coordinator"), category=Category.CHANGE),
            Whose(None, CaseKind.CHANGE, doubts=(whose.NO_APPLICATION,)),
            id="of another kind, without an application",
        ),
    ],
)
def test_forms_belong_to_the_open_case_that_they_name(clues: Clues, found: Whose) -> None:
    assert whose_forms(clues, Records([case(OPEN, *WHOLE)])) == found


def test_forms_from_elsewhere_are_known_by_the_address_that_stands_in_them() -> None:
    records = Records([case(OPEN, *FORM_FORGOTTEN)])

    assert whose_forms(forms(*WHOLE, sender=ELSEWHERE), records) == Whose(OPEN)
    assert whose_forms(forms(sheet("volunteer"), sender=ELSEWHERE), records) == Whose(OPEN)


def test_a_common_address_with_another_name_is_a_doubt() -> None:
    somebody = sheet("volunteer", "iin", answers={"full_name": "Ким Вера"})

    found = whose_forms(forms(somebody), Records([case(OPEN, *FORM_FORGOTTEN)]))

    assert found == Whose(OPEN, doubts=(whose.OTHER_NAME,))


def test_two_open_cases_of_one_number_are_a_doubt_and_never_a_third_case() -> None:
    two = Records([case(OPEN, *WHOLE), case("VR-2026-000002", *WHOLE, sender=ELSEWHERE)])

    assert whose_forms(forms(*WHOLE), two) == Whose(OPEN, doubts=(whose.SEVERAL_CASES,))


def test_a_full_application_of_somebody_registered_is_a_change_and_of_another_kind_is_none() -> None:
    made = case(OPEN, *WHOLE, state=State.INCLUDED)
    records = Records([made], [entry(7, made)])

    assert whose_forms(forms(*WHOLE), records) == Whose(None, CaseKind.CHANGE, 7)
    assert whose_forms(forms(application("coordinator_organizer"), sheet("coordinator")), records) == NEW


def test_after_a_stop_a_full_application_is_a_new_one() -> None:
    made = case(OPEN, *WHOLE, state=State.INCLUDED)

    assert whose_forms(forms(*WHOLE), Records([made], [entry(7, made, stopped=True)])) == NEW


@pytest.mark.parametrize(
    ("sheets", "found"),
    [(WHOLE, NEW), ((sheet("volunteer"),), Whose(OPEN))],
    ids=["all forms: a new case", "a part: the refused case"],
)
def test_a_late_answer_to_a_refused_case(sheets: tuple[Sheet, ...], found: Whose) -> None:
    refused = case(OPEN, *WHOLE, state=State.REFUSED)

    assert whose_forms(forms(*sheets, references=(LETTER,)), Records([refused])) == found


# ---------------------------------------------------------------- stops


def test_a_stop_is_of_the_one_active_entry_else_of_the_open_case() -> None:
    made = case(OPEN, *WHOLE, state=State.INCLUDED)

    assert whose_stop(words(), Records([made], [entry(7, made)])) == Whose(None, CaseKind.TERMINATION, 7)
    assert whose_stop(words(), Records([case(OPEN, *WHOLE)])) == Whose(OPEN, CaseKind.TERMINATION)
    assert whose_stop(words(sender=ELSEWHERE, named=frozenset({IIN})), Records([made], [entry(7, made)])).entry == 7


def test_a_second_stop_is_of_the_entry_that_bears_the_mark() -> None:
    made = case(OPEN, *WHOLE, state=State.INCLUDED)

    assert whose_stop(words(), Records([made], [entry(7, made, stopped=True)])) == Whose(None, CaseKind.TERMINATION, 7)


def test_a_stop_that_may_mean_two_entries_or_nobody_is_a_doubt() -> None:
    made = case(OPEN, *WHOLE, state=State.INCLUDED)
    both = [entry(7, made), entry(8, made, kind="coordinator")]

    assert whose_stop(words(), Records([made], both)).doubts == (whose.SEVERAL_ENTRIES,)
    assert whose_stop(words(sender=ELSEWHERE), Records([made], both)).doubts == (whose.UNKNOWN_SENDER,)
    answering = whose_stop(words(references=(LETTER,)), Records([replace(made, entry=8)], both))
    assert answering.doubts == (whose.SEVERAL_ENTRIES,)  # under one's own letter another entry may be meant


# ---------------------------------------------------------------- words


def test_words_are_about_the_case_that_they_answer_or_the_one_open_case_of_their_sender() -> None:
    two = [case(OPEN, *WHOLE), case("VR-2026-000002", *STRANGERS)]

    assert whose_words(words(sender=ELSEWHERE, references=(LETTER,)), Records(two[:1])) == Whose(OPEN)
    assert whose_words(words(), Records(two[:1])) == Whose(OPEN)
    assert whose_words(words(), Records(two)) == Whose(None, doubts=(whose.SEVERAL_CASES,))
    assert whose_words(words(sender=ELSEWHERE), Records(two)) == NEW
