"""A clerk asks a colleague: the note is seen, answered and kept, and the case does not move."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from inbox_daemon.errors import NotAllowed
from inbox_daemon.notes import write_note
from inbox_daemon.order.practice import Practice
from registry_store.accounts import Role
from registry_store.records import Case, CaseKind, CaseNumber, ClerkRecast, ClerkSentRework, State
from tests.desk.browser import MORNING, DeskOffice, open_office
from tests.desk.test_pages import act, case_of
from tests.order.build import complete, with_gap

WORDS = "Is this <b>the</b> Saule of Astana?"


@pytest.fixture
def by_hand(tmp_path: Path) -> DeskOffice:
    return open_office(tmp_path, Practice(inclusion="clerk"))


def stored(office: DeskOffice, number: CaseNumber) -> tuple[Case, int]:
    return office.store.case(number), len(office.store.journal(number))


def test_a_note_stands_in_the_history_and_the_case_does_not_move(by_hand: DeskOffice) -> None:
    case = case_of(by_hand, *with_gap())
    before, page = stored(by_hand, case.number), f"/cases/{case.number}"
    by_hand.person("berik", Role.VIEWER)
    aigerim = by_hand.signed_in()
    assert aigerim.post(f"{page}/notes", page, words=WORDS, to="berik").status_code == 303
    assert stored(by_hand, case.number) == before
    shown = aigerim.get(page).text
    assert "&lt;b&gt;the&lt;/b&gt; Saule" in shown
    noted = [(line.action, line.detail) for _, line in by_hand.store.audit(case=case.number)]
    assert ("case_note", "1 berik") in noted


def test_the_colleague_sees_it_in_the_morning_and_answers_though_he_only_looks_on(by_hand: DeskOffice) -> None:
    case = case_of(by_hand, *with_gap())
    page = f"/cases/{case.number}"
    aigerim = by_hand.signed_in()
    berik = by_hand.signed_in("berik", Role.VIEWER)
    assert berik.post(f"{page}/notes", page, words="unasked").status_code == 403
    aigerim.post(f"{page}/notes", page, words=WORDS, to="berik")
    assert "Saule of Astana" in berik.get("/").text
    assert "Saule of Astana" not in aigerim.get("/").text
    assert berik.post(f"{page}/notes", page, words="She is.", answers=1).status_code == 303
    assert "Saule of Astana" not in berik.get("/").text
    assert "She is." in aigerim.get("/").text
    assert aigerim.post("/notes/2/read", page).status_code == 303
    assert "She is." not in aigerim.get("/").text
    assert [(one.by, one.to, one.answers) for one in by_hand.store.case_notes(case.number)] == [
        ("aigerim", "berik", None),
        ("berik", "aigerim", 1),
    ]


def test_nobody_sees_to_the_note_of_another(by_hand: DeskOffice) -> None:
    case = case_of(by_hand, *with_gap())
    aigerim, _ = by_hand.signed_in(), by_hand.person("berik")
    page = f"/cases/{case.number}"
    aigerim.post(f"{page}/notes", page, words=WORDS, to="berik")
    assert aigerim.post("/notes/1/read", page).status_code == 403
    assert len(by_hand.store.notes_to("berik")) == 1


@pytest.mark.parametrize(
    ("form", "kept"), [({"words": "  "}, ""), ({"words": "why?", "to": "nobody"}, "why?"), ({"words": "x" * 4001}, "")]
)
def test_a_note_that_cannot_be_kept_says_why_and_keeps_the_words(
    by_hand: DeskOffice, form: dict[str, str], kept: str
) -> None:
    case = case_of(by_hand, *with_gap())
    page = f"/cases/{case.number}"
    answer = by_hand.signed_in().post(f"{page}/notes", page, act="note", **form)
    assert answer.status_code == 409
    assert kept in answer.text
    assert by_hand.store.case_notes(case.number) == ()


def test_a_note_does_not_cost_a_colleague_a_click_or_taking_one_back(by_hand: DeskOffice) -> None:
    case = case_of(by_hand, *with_gap())
    casework = by_hand.parts.casework
    casework.carry(ClerkSentRework(MORNING, "aigerim"), case.number, now=MORNING, hold=timedelta(minutes=10))
    write_note(by_hand.store, case.number, WORDS, by="aigerim", now=MORNING)
    undone = casework.undo(case.number, by="aigerim", why="a slip", now=MORNING, seen=case.version + 1)
    assert undone.case.state is State.INCOMPLETE


def test_an_answer_belongs_to_the_case_of_its_question(by_hand: DeskOffice) -> None:
    one, other = case_of(by_hand, *with_gap()), case_of(by_hand, *with_gap())
    by_hand.person("berik")
    asked = write_note(by_hand.store, one.number, WORDS, by="aigerim", now=MORNING, to="berik")
    with pytest.raises(NotAllowed):
        write_note(by_hand.store, other.number, "yes", by="berik", now=MORNING, answers=asked.id)


def test_a_filing_taken_for_another_kind_is_judged_anew_from_the_page(by_hand: DeskOffice) -> None:
    case = case_of(by_hand, *complete())
    browser = by_hand.signed_in()
    assert act(browser, case, "recast", kind="change") == 409, "the record needs the reason"
    assert act(browser, case, "recast", kind="change", why="already registered") == 303
    now = by_hand.store.case(case.number)
    assert now.kind is CaseKind.CHANGE
    assert "entry_unknown" in now.asks
    assert isinstance(by_hand.store.journal(case.number)[-1].event, ClerkRecast)
