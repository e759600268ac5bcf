"""A click is taken back until its letter has left: then nothing has happened, and the record says both."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from inbox_daemon.casework import CaseMoved
from inbox_daemon.desk.case_facts import letter_shown
from inbox_daemon.errors import NotAllowed
from inbox_daemon.order.asks import Ask
from inbox_daemon.order.practice import Practice
from registry_store.records import (
    CaseKind,
    Category,
    ClerkClosed,
    ClerkIncluded,
    ClerkSawFilled,
    ClerkSentRework,
    ClerkSetField,
    ClerkStopped,
    ClerkUndid,
    Event,
    LetterAccepted,
    LetterKind,
    LetterState,
    State,
    StopAsked,
)
from registry_store.release.package import JSON
from registry_store.release.publish import publish
from tests.desk.browser import MORNING, DeskOffice, open_office
from tests.desk.page_forms import correct
from tests.desk.rework import reworked
from tests.desk.test_pages import act
from tests.order.build import IIN, application, case_mail, complete, filed, sheet, with_gap

DELAY = timedelta(minutes=10)
WHY = "a slip of the hand"


@pytest.fixture
def by_hand(tmp_path: Path) -> DeskOffice:
    """An office in which a person says yes to each inclusion."""
    return open_office(tmp_path, Practice(inclusion="clerk"))


@pytest.mark.parametrize(
    ("sheets", "event", "during", "letter"),
    [
        (complete(), ClerkIncluded(MORNING, "aigerim"), State.INCLUDED, LetterKind.INCLUSION),
        (with_gap(), ClerkSentRework(MORNING, "aigerim"), State.REWORK_SENT, LetterKind.REWORK),
        (with_gap(), ClerkClosed(MORNING, "aigerim", "no", "withdrawn"), State.CLOSED, None),
    ],
)
def test_an_act_taken_back_leaves_the_case_as_it_was(
    by_hand: DeskOffice, sheets: tuple[object, ...], event: Event, during: State, letter: LetterKind | None
) -> None:
    casework, store = by_hand.parts.casework, by_hand.store
    before = casework.carry(filed(MORNING, *sheets), None, now=MORNING).case  # type: ignore[arg-type]
    step = casework.carry(event, before.number, now=MORNING, hold=DELAY)
    assert step.case.state is during
    sent = [one for one in store.letters(before.number) if one.kind is letter]
    assert all(one.not_before >= MORNING + DELAY for one in sent)
    after = casework.undo(before.number, by="aigerim", why=WHY, now=MORNING).case
    assert after == replace(before, version=before.version + 2)
    assert [one.state for one in store.letters(before.number) if one.kind is letter] == [LetterState.WITHDRAWN] * len(
        sent
    )
    last = store.journal(before.number)[-1].event
    assert isinstance(last, ClerkUndid)
    assert (last.undone, last.why) == (type(event).__name__, WHY)


def test_an_entry_made_by_a_slip_is_undone_and_its_number_not_used_again(by_hand: DeskOffice) -> None:
    casework, store = by_hand.parts.casework, by_hand.store
    case = casework.carry(filed(MORNING, *complete()), None, now=MORNING).case
    casework.carry(ClerkIncluded(MORNING, "aigerim"), case.number, now=MORNING, hold=DELAY)
    casework.undo(case.number, by="aigerim", why=WHY, now=MORNING)
    assert store.entry(1).undone
    again = casework.carry(ClerkIncluded(MORNING, "aigerim"), case.number, now=MORNING, hold=DELAY).case
    assert again.entry == 2


def test_a_stop_taken_back_leaves_the_entry_as_it_was(by_hand: DeskOffice) -> None:
    casework, store = by_hand.parts.casework, by_hand.store
    first = casework.carry(filed(MORNING, *complete()), None, now=MORNING).case
    casework.carry(ClerkIncluded(MORNING, "aigerim"), first.number, now=MORNING)
    asked = StopAsked(MORNING, MORNING, case_mail(MORNING, 2, forms=False), None, trusted=False, entry=1)
    stop = casework.carry(asked, None, now=MORNING, kind=CaseKind.TERMINATION).case
    casework.carry(ClerkStopped(MORNING, "aigerim", "said so"), stop.number, now=MORNING, hold=DELAY)
    assert not store.entry(1).active
    casework.undo(stop.number, by="aigerim", why=WHY, now=MORNING)
    assert store.entry(1).active
    assert store.entry(1).version == 3, "history keeps the mark"
    assert store.case(stop.number).state is State.WITH_CLERK


def published(office: DeskOffice, to: Path, when: datetime) -> list[tuple[int, bool]]:
    """The rows of a release made now: number, and whether the mark of §13 stands there."""
    release = publish(office.store, to, when, office.parts.office)
    rows = json.loads((release.folder / JSON).read_text(encoding="utf-8"))["rows"]
    return [(int(row["kk"][0]), bool(row["kk"][-1])) for row in rows]


def test_what_may_still_be_undone_is_not_public_and_is_by_itself_when_its_time_is_over(
    by_hand: DeskOffice, tmp_path: Path
) -> None:
    """The kind: an inclusion, a change or a stop by a slip that the public reads before it is taken back. The version
    before stays; when the time is over a release is owed though nothing else has changed (rules, section 6)."""
    casework, public, after = by_hand.parts.casework, tmp_path / "public", MORNING + DELAY
    first = casework.carry(filed(MORNING, *complete()), None, now=MORNING).case
    casework.carry(ClerkIncluded(MORNING, "aigerim"), first.number, now=MORNING, hold=DELAY)
    assert published(by_hand, public, MORNING) == []
    assert published(by_hand, public, after) == [(1, False)]
    asked = StopAsked(after, after, case_mail(after, 2, forms=False), None, trusted=False, entry=1)
    stop = casework.carry(asked, None, now=after, kind=CaseKind.TERMINATION).case
    casework.carry(ClerkStopped(after, "aigerim", "said so"), stop.number, now=after, hold=DELAY)
    assert published(by_hand, public, after) == [(1, False)]
    casework.undo(stop.number, by="aigerim", why=WHY, now=after)
    assert published(by_hand, public, after) == [(1, False)]
    casework.carry(ClerkStopped(after, "aigerim", "said so"), stop.number, now=after, hold=DELAY)
    assert published(by_hand, public, after) == [(1, False)]
    assert published(by_hand, public, after + DELAY) == [(1, True)]


def test_an_inclusion_taken_back_was_never_public(by_hand: DeskOffice, tmp_path: Path) -> None:
    casework, public = by_hand.parts.casework, tmp_path / "public"
    case = casework.carry(filed(MORNING, *complete()), None, now=MORNING).case
    casework.carry(ClerkIncluded(MORNING, "aigerim"), case.number, now=MORNING, hold=DELAY)
    assert published(by_hand, public, MORNING) == []
    casework.undo(case.number, by="aigerim", why=WHY, now=MORNING)
    assert published(by_hand, public, MORNING) == []
    assert published(by_hand, public, MORNING + DELAY) == []


def test_a_letter_on_its_way_cannot_be_called_back(by_hand: DeskOffice) -> None:
    casework, store = by_hand.parts.casework, by_hand.store
    case = casework.carry(filed(MORNING, *with_gap()), None, now=MORNING).case
    casework.carry(ClerkSentRework(MORNING, "aigerim"), case.number, now=MORNING, hold=DELAY)
    (letter,) = [one for one in store.letters(case.number) if one.kind is LetterKind.REWORK]
    assert store.claim_letter(letter.id) is not None
    with pytest.raises(NotAllowed) as refused:
        casework.undo(case.number, by="aigerim", why=WHY, now=MORNING)
    assert refused.value.code == "letter_left"


def test_after_anything_else_it_is_too_late(by_hand: DeskOffice) -> None:
    casework = by_hand.parts.casework
    case = casework.carry(filed(MORNING, *complete()), None, now=MORNING).case
    casework.carry(ClerkIncluded(MORNING, "aigerim"), case.number, now=MORNING, hold=DELAY)
    casework.carry(LetterAccepted(MORNING, LetterKind.RECEIPT, "<x@y.example>", "250"), case.number, now=MORNING)
    with pytest.raises(NotAllowed) as refused:
        casework.undo(case.number, by="aigerim", why=WHY, now=MORNING)
    assert refused.value.code == "undo_gone"


def test_what_the_daemon_did_is_no_slip_of_a_clerk(tmp_path: Path) -> None:
    casework = open_office(tmp_path).parts.casework
    case = casework.carry(filed(MORNING, *complete()), None, now=MORNING).case
    assert case.state is State.INCLUDED
    with pytest.raises(NotAllowed):
        casework.undo(case.number, by="aigerim", why=WHY, now=MORNING)


def test_a_rework_letter_that_the_act_took_back_leaves_the_case_with_a_person(by_hand: DeskOffice) -> None:
    casework = by_hand.parts.casework
    case = casework.carry(filed(MORNING, *with_gap()), None, now=MORNING).case
    casework.carry(ClerkSentRework(MORNING, "aigerim"), case.number, now=MORNING, hold=DELAY)
    casework.carry(ClerkClosed(MORNING, "aigerim", "no", "withdrawn"), case.number, now=MORNING, hold=DELAY)
    after = casework.undo(case.number, by="aigerim", why=WHY, now=MORNING).case
    assert (after.state, after.asks) == (State.WITH_CLERK, (Ask.UNDONE,))


def test_who_decides_on_an_older_version_is_told(by_hand: DeskOffice) -> None:
    casework = by_hand.parts.casework
    case = casework.carry(filed(MORNING, *with_gap()), None, now=MORNING).case
    casework.carry(ClerkSentRework(MORNING, "aigerim"), case.number, now=MORNING, seen=case.version)
    with pytest.raises(CaseMoved):
        casework.carry(ClerkClosed(MORNING, "berik", "no"), case.number, now=MORNING, seen=case.version)
    assert case.kind.value == Category.APPLICATION.value


GONE = ClerkSetField(MORNING, "aigerim", "volunteer.residence", "", "-")
SET = ClerkSetField(MORNING, "aigerim", "volunteer.iin", IIN, IIN)
SEEN = ClerkSawFilled(MORNING, "aigerim", "volunteer.iin")


@pytest.mark.parametrize(
    ("sheets", "event", "during"),
    [
        (with_gap(), SET, State.COMPLETE),
        (with_gap(), SEEN, State.COMPLETE),
        (with_gap(), GONE, State.INCOMPLETE),
        (complete(), GONE, State.INCOMPLETE),
    ],
)
def test_a_correction_taken_back_leaves_the_case_as_it_was(
    by_hand: DeskOffice, sheets: tuple[object, ...], event: Event, during: State
) -> None:
    casework = by_hand.parts.casework
    before = casework.carry(filed(MORNING, *sheets), None, now=MORNING).case  # type: ignore[arg-type]
    assert casework.carry(event, before.number, now=MORNING, hold=DELAY).case.state is during
    after = casework.undo(before.number, by="aigerim", why=WHY, now=MORNING).case
    assert after == replace(before, version=before.version + 2)


def test_an_unreadable_letter_that_a_correction_took_back_is_told_when_it_is_taken_back(by_hand: DeskOffice) -> None:
    casework = by_hand.parts.casework
    damaged = filed(MORNING, *with_gap(), unreadable=("scan.pdf: damaged",))
    before = casework.carry(damaged, None, now=MORNING).case
    casework.carry(SET, before.number, now=MORNING, hold=DELAY)
    after = casework.undo(before.number, by="aigerim", why=WHY, now=MORNING).case
    assert after == replace(before, version=before.version + 2, asks=(*before.asks, Ask.UNDONE))


def test_a_rework_letter_waits_on_when_a_correction_that_did_not_touch_it_is_taken_back(by_hand: DeskOffice) -> None:
    casework, store = by_hand.parts.casework, by_hand.store
    case = casework.carry(filed(MORNING, *with_gap()), None, now=MORNING).case
    sent = casework.carry(ClerkSentRework(MORNING, "aigerim"), case.number, now=MORNING, hold=DELAY).case
    house = ClerkSetField(MORNING, "aigerim", "volunteer.residence", "Алматы", "Алматы")
    casework.carry(house, case.number, now=MORNING, hold=DELAY)
    after = casework.undo(case.number, by="aigerim", why=WHY, now=MORNING).case
    assert after == replace(sent, version=sent.version + 2)
    assert [one.state for one in store.letters(case.number) if one.kind is LetterKind.REWORK] == [LetterState.WAITING]


def test_a_letter_that_waits_says_again_what_it_said_before_the_correction(by_hand: DeskOffice) -> None:
    casework, store = by_hand.parts.casework, by_hand.store
    case = reworked(by_hand, with_gap())
    assert case.state is State.AWAITING_REWORK
    now = by_hand.watch()
    casework.carry(replace(GONE, at=now), case.number, now=now, hold=DELAY)
    after = casework.undo(case.number, by="aigerim", why=WHY, now=now).case
    assert after == replace(case, version=case.version + 2)
    told = [one for one in store.letters(case.number) if one.kind is LetterKind.STILL_INCOMPLETE]
    assert [one.state for one in told] == [LetterState.WITHDRAWN, LetterState.WITHDRAWN, LetterState.WAITING]
    first, other, last = (letter_shown(one.raw).text for one in told)
    assert first == last != other


def test_what_an_inclusion_asked_of_a_person_goes_when_it_is_taken_back(by_hand: DeskOffice) -> None:
    casework, store = by_hand.parts.casework, by_hand.store
    nowhere = (application("volunteer"), sheet("volunteer", answers={"residence": "Үлгі көшесі, 7"}))
    case = casework.carry(filed(MORNING, *nowhere), None, now=MORNING).case
    casework.carry(ClerkIncluded(MORNING, "aigerim"), case.number, now=MORNING, hold=DELAY)
    assert [one.code for one in store.tasks(case=case.number)] == [Ask.REGION_MISSING]
    casework.undo(case.number, by="aigerim", why=WHY, now=MORNING)
    assert store.tasks(case=case.number) == ()


def test_a_corrected_value_is_taken_back_on_the_page(by_hand: DeskOffice) -> None:
    case = by_hand.parts.casework.carry(filed(MORNING, *with_gap()), None, now=MORNING).case
    browser, page = by_hand.signed_in(), f"/cases/{case.number}"
    assert correct(browser, case, {"value:volunteer.iin:kk": IIN}).status_code == 303
    assert 'value="undo"' in browser.get(page).text
    assert act(browser, case, "undo", why=WHY) == 303
    assert by_hand.store.case(case.number).sheets == case.sheets
    assert 'value="undo"' not in browser.get(page).text
