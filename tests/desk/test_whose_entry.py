"""What ties a case to an entry or to another case compares whose they are, whoever clicks and wherever: at the desk, on
the command line, through the door. The kind of fault: a number that somebody typed is enough."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from inbox_daemon.acts import Act, carry
from inbox_daemon.candidates import FoundBy, Part, case_candidates, entry_candidate, entry_candidates
from inbox_daemon.errors import NotAllowed
from inbox_daemon.order.asks import Ask
from inbox_daemon.order.identity import Differs
from inbox_daemon.order.practice import Practice
from inbox_daemon.rehearsal import letter_now
from registry_store.records import (
    Case,
    CaseKind,
    CaseNumber,
    Category,
    ClerkIncluded,
    LetterKind,
    Sheet,
    State,
    Step,
    StopAsked,
    Text,
)
from tests.desk.browser import MORNING, DeskOffice, open_office
from tests.desk.test_pages import act
from tests.order.build import IIN, OTHER_IIN, application, at, case_mail, filed, sheet, with_gap

STRANGER = "berik@post.example"
BERIK: dict[str, Any] = {"full_name": "Асанов Берік", "iin": OTHER_IIN, "residence": "Шымкент"}
LATER = at("2026-10-27 11:00")
WHY = "the passport in the file says so"


@pytest.fixture
def office(tmp_path: Path) -> DeskOffice:
    """The register has Saule in entry 1."""
    office = open_office(tmp_path, Practice(inclusion="clerk"))
    saule = opened(office, application("volunteer"), sheet("volunteer"))
    office.parts.casework.carry(ClerkIncluded(MORNING, "aigerim"), saule.number, now=MORNING)
    office.watch.now = LATER
    return office


def opened(office: DeskOffice, *sheets: Sheet, n: int = 1, **other: Any) -> Case:
    return office.parts.casework.carry(filed(MORNING, *sheets, n=n, **other), None, now=MORNING).case


def changed(office: DeskOffice, n: int = 2, sender: str = STRANGER, **answers: Any) -> Case:
    """A questionnaire of somebody whose entry nobody knows."""
    event = filed(MORNING, sheet("volunteer", answers=answers), n=n, sender=sender, category=Category.CHANGE)
    return office.parts.casework.carry(event, None, now=MORNING, kind=CaseKind.CHANGE).case


def asks_to_stop(office: DeskOffice, sender: str, **other: Any) -> Case:
    event = StopAsked(MORNING, MORNING, case_mail(MORNING, 4, forms=False, sender=sender), None, False, None, **other)
    return office.parts.casework.carry(event, None, now=MORNING, kind=CaseKind.TERMINATION).case


def done(office: DeskOffice, case: Case, name: str, *arguments: str, **other: Any) -> Step:
    """The act as the desk and the command line carry it."""
    made = Act(name, "aigerim", "so it is", arguments, **other)
    return carry(made, case.number, office.parts.casework, LATER)


def refused(office: DeskOffice, case: Case, name: str, *arguments: str, **other: Any) -> str:
    """The code with which an act is refused; nothing has changed."""
    before = [office.store.case(number) for number in office.store.case_numbers(None, 50)]
    entry = office.store.entry(1)
    with pytest.raises(NotAllowed) as error:
        done(office, case, name, *arguments, **other)
    assert [office.store.case(number) for number in office.store.case_numbers(None, 50)] == before
    assert office.store.entry(1) == entry
    return error.value.code


def test_a_change_is_put_into_nobody_elses_entry(office: DeskOffice) -> None:
    case = changed(office, **BERIK)
    assert refused(office, case, "include", entry=1) == "other_person"
    assert office.store.entry(1).facts.name == Text("Қыдырова Сәуле")


def test_a_stop_marks_nobody_elses_entry(office: DeskOffice) -> None:
    assert refused(office, asks_to_stop(office, STRANGER), "stop", entry=1) == "other_person"
    mine = asks_to_stop(office, "saule@post.example", people=("Асанов Берік",))
    assert refused(office, mine, "stop", entry=1) == "other_person"
    assert office.store.entry(1).stop is None


def test_a_programme_goes_into_nobody_elses_entry(office: DeskOffice) -> None:
    event = filed(MORNING, sheet("programme"), n=5, sender=STRANGER, category=Category.PROGRAMME)
    case = office.parts.casework.carry(event, None, now=MORNING, kind=CaseKind.PROGRAMME).case
    assert refused(office, case, "include", entry=1) == "other_person"
    assert office.store.entry(1).programmes == ()


def test_with_a_reason_of_its_own_it_is_done_and_the_record_says_why(office: DeskOffice) -> None:
    case = changed(office, **BERIK)
    step = done(office, case, "include", entry=1, other_person_why=WHY)
    assert step.case.state is State.CARRIED_OUT
    event = office.store.journal(case.number)[-1].event
    assert isinstance(event, ClerkIncluded)
    assert (event.other_person_why, event.holder and event.holder.key) == (WHY, IIN)
    assert office.store.entry(1).facts.key == OTHER_IIN


@pytest.mark.parametrize("name", ["join", "take-out", "move"])
def test_what_is_another_persons_goes_into_no_case_by_its_number(office: DeskOffice, name: str) -> None:
    one = opened(office, *with_gap(), n=5)
    other = opened(office, application("volunteer", answers={"applicant_name": "Асанов Берік"}), n=6, sender=STRANGER)
    ends = {"join": (one, (other.number,), None), "take-out": (other, ("0",), one.number)}
    case, arguments, to = ends.get(name, (other, (other.mails[0].mail,), one.number))
    assert refused(office, case, name, *arguments, to=to) == "other_person"
    step = done(office, case, name, *arguments, to=to, other_person_why=WHY)
    assert {m.mail for m in (*one.mails, *other.mails)} == {m.mail for m in step.case.mails}
    events = [line.event for line in office.store.journal(case.number)]
    assert getattr(events[-1], "other_person_why", "") == WHY


@pytest.mark.parametrize("name", ["join", "take-out", "move"])
def test_no_act_has_one_case_at_both_ends(office: DeskOffice, name: str) -> None:
    """What a case was joined to, or moved into, itself was gone for good."""
    case = opened(office, *with_gap(), n=5)
    arguments = {"join": (case.number,), "take-out": ("0",), "move": (case.mails[0].mail,)}[name]
    assert refused(office, case, name, *arguments, to=case.number, other_person_why=WHY) == "same_case"


@pytest.mark.parametrize("name", ["join", "take-out", "move"])
def test_a_number_that_no_case_has_is_said_to_be_none(office: DeskOffice, name: str) -> None:
    case = opened(office, *with_gap(), n=5)
    arguments = {"join": ("VR-2026-999999",), "take-out": ("0",), "move": (case.mails[0].mail,)}[name]
    assert refused(office, case, name, *arguments, to="VR-2026-999999") == "no_such_case"


def test_a_bare_number_sent_past_the_page_is_refused_too(office: DeskOffice) -> None:
    browser, case = office.signed_in(), changed(office, **BERIK)
    page = browser.post(f"/cases/{case.number}/do", f"/cases/{case.number}", act="include", version=1, entry="1")
    assert page.status_code == 409
    assert act(browser, case, "include", entry="1", other_person_why=WHY) == 409, "a reason without the tick"
    assert act(browser, case, "include", entry="1", other_person="yes", other_person_why=WHY) == 303
    assert office.store.entry(1).facts.key == OTHER_IIN


# ------------------------------------------------------------ what a person may choose from


def test_entries_are_offered_with_what_speaks_against_them_and_what_would_change(office: DeskOffice) -> None:
    hers = changed(office, residence="Шымкент", contacts={"phone": ["+77010000001"]})
    (found,) = entry_candidates(hers.number, office.store)
    assert (found.number, found.name, found.found_by) == (1, Text("Қыдырова Сәуле"), (FoundBy.KEY, FoundBy.NAME))
    assert found.differs == ()
    assert [one.part for one in found.changes] == [Part.REGION, Part.CONTACTS]
    his = changed(office, n=3, **BERIK)
    assert entry_candidates(his.number, office.store) == ()
    typed = entry_candidate(his.number, 1, office.store)
    assert typed is not None
    assert typed.differs == (Differs.KEY,)
    assert Part.NAME in {one.part for one in typed.changes}
    assert entry_candidate(his.number, 77, office.store) is None


def test_a_stop_finds_its_entry_by_address_by_number_and_by_name(office: DeskOffice) -> None:
    by_address = asks_to_stop(office, "saule@post.example")
    (found,) = entry_candidates(by_address.number, office.store)
    assert (found.found_by, found.differs) == ((FoundBy.ADDRESS,), ())
    assert [one.part for one in found.changes] == [Part.STOP]
    elsewhere = asks_to_stop(office, STRANGER, named=(IIN,), people=("Қыдырова Сәуле",))
    (found,) = entry_candidates(elsewhere.number, office.store)
    assert (found.found_by, found.differs) == ((FoundBy.KEY, FoundBy.NAME), ())
    nobody = asks_to_stop(office, STRANGER)
    assert entry_candidates(nobody.number, office.store) == ()


def test_cases_are_offered_the_open_ones_first(office: DeskOffice) -> None:
    one = opened(office, *with_gap(), n=5)
    other = opened(office, application("volunteer"), n=6, sender=STRANGER)
    found = {each.number: each for each in case_candidates(one.number, office.store)}
    assert next(iter(found)) == other.number
    assert (found[other.number].open, found[other.number].differs) == (True, (Differs.ADDRESS,))
    assert FoundBy.ADDRESS in found[first_case(office)].found_by
    assert not found[first_case(office)].open


def first_case(office: DeskOffice) -> CaseNumber:
    return office.store.entry(1).case


# ------------------------------------------------------------ the letter before it goes


def test_a_stop_and_a_change_are_seen_before_they_go_for_the_entry_that_is_chosen(office: DeskOffice) -> None:
    casework = office.parts.casework
    stop = asks_to_stop(office, "saule@post.example")
    planned = letter_now(LetterKind.STOP, stop.number, casework, LATER, entry=1)
    assert planned.why_not == ""
    assert "№ 1" in planned.letter.explanation or "entry 1" in planned.letter.explanation
    his = changed(office, **BERIK)
    for why, says in (("", "another person"), (WHY, "")):
        planned = letter_now(LetterKind.CHANGE, his.number, casework, LATER, entry=1, other_person_why=why)
        assert says in planned.why_not
        assert planned.letter.kind is LetterKind.CHANGE
    assert office.store.entry(1).stop is None
    assert office.store.letters(stop.number) == ()


def test_an_answer_that_makes_it_somebody_elses_change_waits_for_the_clerk(office: DeskOffice) -> None:
    """Through the door, with the register's own facts."""
    casework = office.parts.casework
    event = filed(MORNING, sheet("volunteer", "residence"), n=2, category=Category.CHANGE, entry=1, trusted=True)
    case = casework.carry(event, None, now=MORNING, kind=CaseKind.CHANGE).case
    answer = filed(LATER, sheet("volunteer", answers=BERIK), n=3, trusted=True)
    after = casework.carry(answer, case.number, now=LATER).case
    assert (after.state, after.asks) == (State.COMPLETE, (Ask.CONFIRM_INCLUSION,)), "the ministry wants a person's yes"
    assert refused(office, after, "include") == "other_person"
