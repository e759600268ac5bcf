"""A mail filed in the wrong case goes to another one with all that it brought; both cases are judged anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from inbox_daemon.casework import CaseMoved
from inbox_daemon.errors import NotAllowed, NotForeseen
from inbox_daemon.moving import move_mail
from inbox_daemon.order.asks import Ask
from inbox_daemon.order.case import decide
from inbox_daemon.order.practice import Practice
from registry_store.records import (
    Case,
    CaseNumber,
    Category,
    ClerkIncluded,
    ClerkRefused,
    ClerkSentRework,
    ClerkSetField,
    Filed,
    LetterAccepted,
    LetterKind,
    LetterState,
    State,
    Wrote,
)
from tests.desk.browser import MORNING, DeskOffice, open_office
from tests.desk.test_pages import act
from tests.order.build import OTHER_IIN, application, at, case_mail, complete, days, filed, look, sheet, with_gap

SENT, ANSWERED, LATER = at("2026-10-27 09:00"), at("2026-10-28 15:00"), at("2026-10-29 11:00")
WRONG = (application("volunteer"), sheet("volunteer", "residence", answers={"iin": OTHER_IIN}))


@pytest.fixture
def office(tmp_path: Path) -> DeskOffice:
    return open_office(tmp_path, Practice(inclusion="clerk"))


def opened(office: DeskOffice, event: Filed) -> Case:
    return office.parts.casework.carry(event, None, now=MORNING).case


def move(
    office: DeskOffice, case: Case, n: int, to: CaseNumber | None, now: datetime = LATER, seen: int | None = None
) -> Case:
    mail = case_mail(MORNING, n).mail
    return move_mail(
        office.parts.casework, case.number, mail, to, by="aigerim", why="of another", now=now, seen=seen
    ).case


def awaiting(office: DeskOffice) -> Case:
    """A case whose three days run: sent back on 27 October, due on 30 October."""
    casework, case = office.parts.casework, opened(office, filed(MORNING, *with_gap()))
    casework.carry(ClerkSentRework(SENT, "aigerim"), case.number, now=SENT)
    (letter,) = [one for one in office.store.letters(case.number) if one.kind is LetterKind.REWORK]
    accepted = LetterAccepted(SENT, LetterKind.REWORK, letter.message_id, "250 ok")
    return casework.carry(accepted, case.number, now=SENT).case


def test_a_mail_opens_a_case_of_its_own_with_its_own_receipt_and_the_corrections(office: DeskOffice) -> None:
    case = opened(office, filed(MORNING, *complete()))
    casework = office.parts.casework
    later = filed(ANSWERED, *WRONG, n=2, sender="berik@post.example", unreadable=("scan.pdf: damaged",))
    casework.carry(later, case.number, now=ANSWERED)
    casework.carry(
        ClerkSetField(ANSWERED, "aigerim", "volunteer.residence", "Астана", "Астана"), case.number, now=ANSWERED
    )
    new = move(office, case, 2, None)
    left = office.store.case(case.number)
    assert (new.received, left.received) == (ANSWERED, MORNING)
    assert (new.reply_to, left.reply_to) == ("berik@post.example", "saule@post.example")
    assert (len(new.sheets), len(left.sheets)) == (2, 2)
    assert new.sheets[-1].answers["residence"].by == "aigerim"
    assert (left.unreadable, left.files) == ((), ())
    assert left.state is State.COMPLETE
    assert left.verdict is not None
    receipts = [one for one in office.store.letters(new.number) if one.kind is LetterKind.RECEIPT]
    assert [one.recipients for one in receipts] == [("berik@post.example",)]


def test_the_last_forms_take_the_case_with_them(office: DeskOffice) -> None:
    one, other = opened(office, filed(MORNING, *with_gap())), opened(office, filed(ANSWERED, *with_gap(), n=2))
    moved = move(office, other, 2, one.number)
    assert moved.number == one.number
    assert moved.received == MORNING
    assert office.store.case(other.number).state is State.CLOSED
    assert one.number in office.store.case(other.number).ground


def test_an_answer_that_was_another_applicants_ends_no_silence_but_a_person_decides(office: DeskOffice) -> None:
    case, other = awaiting(office), opened(office, filed(MORNING, *with_gap("ru"), n=3))
    casework = office.parts.casework
    told = casework.carry(filed(ANSWERED, *WRONG, n=2), case.number, now=ANSWERED)
    assert told.case.answers[0].in_time
    assert any(one.kind is LetterKind.STILL_INCOMPLETE for one in office.store.letters(case.number))
    move(office, case, 2, other.number)
    left = office.store.case(case.number)
    assert (left.state, left.answers, left.review_from) == (State.WITH_CLERK, (), None)
    assert Ask.ANSWER_MOVED in left.asks
    waiting = [one for one in office.store.letters(case.number) if one.kind is LetterKind.STILL_INCOMPLETE]
    assert {one.state for one in waiting} == {LetterState.WITHDRAWN}
    over = at("2026-11-02 09:00")
    refused = ClerkRefused(over, "aigerim", "silence", look(at("2026-11-02 08:00")))
    with pytest.raises(NotAllowed):
        decide(told.case, replace(refused), days())
    assert casework.carry(refused, case.number, now=over).case.state is State.REFUSED


def test_an_answer_moved_to_a_case_in_its_term_is_in_time_by_its_own_moment(office: DeskOffice) -> None:
    case, stranger = awaiting(office), opened(office, filed(ANSWERED, *complete(), n=2))
    after_the_term = at("2026-11-02 10:00")
    moved = move(office, stranger, 2, case.number, after_the_term)
    assert moved.answers[-1].in_time
    assert moved.answers[-1].at == ANSWERED
    assert moved.state is State.COMPLETE, "complete; the ministry wants a person's yes"


def test_a_mail_without_forms_goes_to_a_case_and_opens_none(office: DeskOffice) -> None:
    case, other = opened(office, filed(MORNING, *complete())), opened(office, filed(MORNING, *with_gap(), n=3))
    casework = office.parts.casework
    casework.carry(ClerkIncluded(MORNING, "aigerim"), case.number, now=MORNING)
    asked = Wrote(ANSWERED, case_mail(ANSWERED, 2, forms=False), Category.QUESTION)
    casework.carry(asked, case.number, now=ANSWERED)
    with pytest.raises(NotAllowed) as refused:
        move(office, case, 2, None)
    assert refused.value.code == "mail_without_forms"
    moved = move(office, case, 2, other.number)
    assert moved.mails[-1].mail == asked.mail.mail
    left = office.store.case(case.number)
    assert (left.state, len(left.mails)) == (State.INCLUDED, 1)
    with pytest.raises(NotAllowed) as decided:
        move(office, case, 1, other.number)
    assert decided.value.code == "decided_on_forms"
    assert office.store.case(case.number) == left, "nothing has changed"


def test_where_the_other_case_takes_no_mail_nothing_happens(office: DeskOffice) -> None:
    case, done = opened(office, filed(MORNING, *with_gap())), opened(office, filed(MORNING, *complete(), n=3))
    office.parts.casework.carry(ClerkIncluded(MORNING, "aigerim"), done.number, now=MORNING)
    with pytest.raises(NotForeseen):
        move(office, case, 1, done.number)
    for to, code in ((case.number, "same_case"),):
        with pytest.raises(NotAllowed) as refused:
            move(office, case, 1, to)
        assert refused.value.code == code
    with pytest.raises(NotAllowed):
        move(office, case, 9, None)
    assert office.store.case(case.number) == case


def test_who_was_slower_moves_nothing(office: DeskOffice) -> None:
    case = opened(office, filed(MORNING, *with_gap()))
    set_field = ClerkSetField(MORNING, "berik", "volunteer.residence", "Астана", "Астана")
    office.parts.casework.carry(set_field, case.number, now=MORNING)
    with pytest.raises(CaseMoved):
        move(office, case, 1, None, seen=case.version)


def test_the_journal_of_both_cases_tells_what_they_are(office: DeskOffice) -> None:
    case, other = awaiting(office), opened(office, filed(MORNING, *with_gap("ru"), n=3))
    office.parts.casework.carry(filed(ANSWERED, *WRONG, n=2), case.number, now=ANSWERED)
    move(office, case, 2, other.number)
    for number in (case.number, other.number):
        told, stored = Case(number=number, kind=case.kind), office.store.case(number)
        for line in office.store.journal(number):
            told = decide(told, line.event, days(), Practice(inclusion="clerk")).case
            if told.rework is not None and stored.rework is not None and not told.rework.message_id:
                # It is given to the letter when that is composed, in the same transaction.
                told = replace(told, rework=replace(told.rework, message_id=stored.rework.message_id))
        assert told == stored


def test_a_clerk_moves_it_from_the_page(office: DeskOffice) -> None:
    case, other = opened(office, filed(MORNING, *with_gap())), opened(office, filed(MORNING, *with_gap(), n=3))
    browser, mail = office.signed_in(), case.mails[0].mail
    assert 'name="mail" value="' + mail in browser.get(f"/cases/{case.number}").text
    assert act(browser, case, "move", mail=mail, to=other.number) == 409, "the record needs the reason"
    assert act(browser, case, "move", mail=mail, to="VR-2026-999999", why="theirs") == 409
    assert act(browser, case, "move", mail=mail, to=other.number.lower(), why="theirs") == 303
    assert office.store.case(case.number).state is State.CLOSED
