"""An act that concerns two cases is taken back in both, as if it had never been. The kind of fault: acts after which
nothing can be undone, and a case that is lost by a slip."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from inbox_daemon.acts import Act, carry
from inbox_daemon.errors import NotAllowed
from inbox_daemon.moving import move_mail
from inbox_daemon.order.asks import Ask
from inbox_daemon.order.practice import Practice
from registry_store.records import (
    Case,
    CaseNumber,
    ClerkClosed,
    ClerkJoined,
    ClerkRevoked,
    ClerkSetRegion,
    LetterState,
    Sheet,
    State,
    Step,
)
from tests.desk.browser import MORNING, DeskOffice, open_office
from tests.order.build import application, at, filed, sheet, with_gap

LATER = at("2026-10-27 11:00")
ACTS = ["join", "take-out", "move", "take-out to a new one", "move to a new one"]


@pytest.fixture
def office(tmp_path: Path) -> DeskOffice:
    office = open_office(tmp_path, Practice(inclusion="clerk"))
    office.watch.now = LATER
    return office


def opened(office: DeskOffice, *sheets: Sheet, n: int = 1) -> Case:
    """A case whose receipt has left."""
    case = office.parts.casework.carry(filed(MORNING, *sheets, n=n), None, now=MORNING).case
    (receipt,) = office.store.letters(case.number)
    with office.store.writing() as writing:
        writing.mark_letter(receipt.id, LetterState.ACCEPTED, accepted_at=MORNING)
    return case


def done(office: DeskOffice, name: str) -> tuple[Case, Case, Step]:
    """The act between two cases of one person; the two as they were, and its step."""
    one, other = opened(office, *with_gap()), opened(office, application("volunteer"), sheet("volunteer"), n=2)
    act, _, new = name.partition(" ")
    arguments = {"join": (other.number,), "take-out": ("0", "1"), "move": (one.mails[0].mail,)}[act]
    made = Act(act, "aigerim", "so it is", arguments, to=None if new else other.number)
    return one, other, carry(made, one.number, office.parts.casework, LATER, hold=office.parts.undo)


def as_before(now: Case, before: Case) -> bool:
    return replace(now, version=0) == replace(before, version=0)


@pytest.mark.parametrize("name", ACTS)
def test_both_cases_are_what_they_were_and_nobody_was_told(office: DeskOffice, name: str) -> None:
    one, other, step = done(office, name)
    store, made = office.store, step.case.number
    office.parts.casework.undo(one.number, by="aigerim", why="a slip", now=LATER)
    assert as_before(store.case(one.number), one)
    assert as_before(store.case(other.number), other)
    if made not in (one.number, other.number):
        gone = store.case(made)
        assert (gone.state, gone.sheets, gone.mails, gone.ground) == (State.CLOSED, (), (), "taken back")
        assert {letter.state for letter in store.letters(made)} == {LetterState.WITHDRAWN}
    for number in {one.number, other.number}:
        after = [letter for letter in store.letters(number) if letter.created_at == LATER]
        assert {letter.state for letter in after} <= {LetterState.WITHDRAWN}


@pytest.mark.parametrize("name", ACTS)
def test_where_more_has_happened_in_either_case_nothing_is_taken_back(office: DeskOffice, name: str) -> None:
    one, other, step = done(office, name)
    there = other.number if name == "join" else step.case.number
    casework = office.parts.casework
    if name == "join":
        with pytest.raises(NotAllowed):
            casework.undo(there, by="aigerim", why="a slip", now=LATER)
        there = one.number
    casework.carry(ClerkSetRegion(LATER, "aigerim", "KZ-79"), there, now=LATER)
    with pytest.raises(NotAllowed) as refused:
        casework.undo(one.number, by="aigerim", why="a slip", now=LATER)
    assert refused.value.code == "undo_gone"


# ------------------------------------------------------------ what earlier versions left


def joined_to_itself(office: DeskOffice) -> CaseNumber:
    """As an earlier version wrote it."""
    case = opened(office, *with_gap())
    event = ClerkJoined(LATER, "aigerim", "a slip", case.number, case.received, case.mails, case.sheets)
    twice = replace(case, sheets=(*case.sheets, *case.sheets), version=case.version + 1)
    ground = f"joined to {case.number}"
    lost = replace(twice, state=State.CLOSED, decided_at=LATER, ground=ground, version=twice.version + 1)
    with office.store.writing() as writing:
        for before, after, what in (
            (case, twice, event),
            (twice, lost, ClerkClosed(LATER, "aigerim", "a slip", ground)),
        ):
            writing.record(before.version, Step(after), what, at=LATER, keys=(), wake_at=None, due=None)
    return case.number


def test_a_case_that_was_joined_to_itself_is_named_and_comes_back_whole(office: DeskOffice) -> None:
    number, casework = joined_to_itself(office), office.parts.casework
    other = opened(office, application("volunteer"), sheet("volunteer"), n=2)
    assert office.store.cases_joined_to_themselves() == (number,)
    mail = office.store.case(number).mails[0].mail
    with pytest.raises(NotAllowed):  # it does not run for ever
        move_mail(casework, number, mail, other.number, by="aigerim", why="back", now=LATER)
    back = casework.carry(ClerkRevoked(LATER, "chief", "it was joined to itself"), number, now=LATER).case
    assert (back.state, back.asks, len(back.sheets)) == (State.WITH_CLERK, (Ask.REVOKED,), 2)
    assert office.store.cases_joined_to_themselves() == ()
    moved = move_mail(casework, number, mail, other.number, by="aigerim", why="back", now=LATER).case
    assert moved.number == other.number


def test_a_closing_is_revoked_unless_the_forms_are_elsewhere(office: DeskOffice) -> None:
    one, other, _ = done(office, "join")
    with pytest.raises(NotAllowed) as refused:
        office.parts.casework.carry(ClerkRevoked(LATER, "chief", "?"), other.number, now=LATER)
    assert (refused.value.code, refused.value.detail) == ("goes_on_elsewhere", one.number)
    closed = carry(Act("withdrawn", "aigerim", "?"), one.number, office.parts.casework, LATER).case
    back = office.parts.casework.carry(ClerkRevoked(LATER, "chief", "?"), closed.number, now=LATER).case
    assert (back.state, back.sheets) == (State.WITH_CLERK, closed.sheets)
