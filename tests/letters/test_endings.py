"""Every ending is told (§12 and beyond it), or the record says why it is not. The kind of fault: a case ends, and the
person who filed it hears nothing and waits."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from inbox_daemon.acts import Act, carry
from inbox_daemon.order.practice import Practice
from registry_store.records import (
    OPEN_STATES,
    Case,
    ClerkClosed,
    ClerkUndid,
    LetterKind,
    LetterState,
    NotTold,
    Send,
    State,
    Step,
    Text,
)
from registry_store.records import Said as Words
from tests.desk.browser import MORNING, DeskOffice, open_office
from tests.desk.test_pages import act
from tests.letters.test_void import _steps
from tests.order import lives
from tests.order.build import at, complete, filed, with_gap

LATER = at("2026-10-27 11:00")
TELLING = frozenset({LetterKind.INCLUSION, LetterKind.REFUSAL, LetterKind.CHANGE, LetterKind.STOP, LetterKind.CLOSED})


def told(step: Step) -> tuple[str, ...]:
    return tuple(
        "told" if isinstance(e, Send) else "not told: " + e.why
        for e in step.effects
        if isinstance(e, Send | NotTold) and e.letter in TELLING
    )


def test_every_way_into_an_ending_tells_of_it_or_says_why_not() -> None:
    ends = 0
    for name, before, step in _steps():
        if step.case.state in OPEN_STATES or step.case.state is before:
            continue
        if "taken back" in name or ClerkUndid.__name__ in name:
            continue  # the ending of before stands again, and with it what was told of it
        assert len(told(step)) == 1, name
        ends += 1
    assert ends > 30


@pytest.mark.parametrize(
    ("case", "reason", "state"),
    [
        (lives.is_complete, "not_application", State.CLOSED),
        (lives.incomplete, "withdrawn", State.CLOSED),
        (lives.incomplete_change, "not_carried_out", State.NOT_CARRIED_OUT),
    ],
)
def test_a_reason_why_no_letter_goes_is_kept(case: Any, reason: str, state: State) -> None:
    closed = ClerkClosed(LATER, "aigerim", "so it is", reason)
    step = lives.step(case(), closed)
    assert (step.case.state, told(step)) == (state, ("told",))
    silent = lives.step(case(), replace(closed, untold_why="an advertisement"))
    assert (silent.case.state, told(silent)) == (state, ("not told: an advertisement",))


def test_what_came_from_a_program_is_answered_only_with_a_persons_yes() -> None:
    (letter,) = [
        e
        for e in lives.step(replace(lives.incomplete(), automatic=True), ClerkClosed(LATER, "a", "b")).effects
        if isinstance(e, Send)
    ]
    assert letter.needs_yes


@pytest.fixture
def office(tmp_path: Path) -> DeskOffice:
    office = open_office(tmp_path, Practice(inclusion="clerk"))
    office.watch.now = LATER
    return office


def opened(office: DeskOffice, n: int = 1, sender: str = "saule@post.example", gap: bool = True) -> Case:
    event = filed(MORNING, *(with_gap() if gap else complete()), n=n, sender=sender)
    return office.parts.casework.carry(event, None, now=MORNING).case


def of_closing(office: DeskOffice, case: Case) -> list[tuple[LetterState, str, str]]:
    """State, address and text of the letters that tell of the end."""
    found = [one for one in office.store.letters(case.number) if one.kind is LetterKind.CLOSED]
    return [(one.state, one.recipients[0], _text(one.raw)) for one in found]


def _text(raw: bytes) -> str:
    body = message_from_bytes(raw, policy=policy.default).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def done(office: DeskOffice, case: Case, name: str, *arguments: str, **other: Any) -> Step:
    made = Act(name, "aigerim", "so it is", arguments, **other)
    return carry(made, case.number, office.parts.casework, LATER, hold=office.parts.undo)


def test_the_second_person_of_a_join_is_told_where_it_goes_on(office: DeskOffice) -> None:
    one, other, third = opened(office), opened(office, 2, "berik@post.example"), opened(office, 3)
    done(office, one, "join", other.number, other_person_why="they file together")
    ((state, address, text),) = of_closing(office, other)
    assert (state, address) == (LetterState.WAITING, "berik@post.example")
    assert one.number in text
    done(office, one, "join", third.number)
    assert of_closing(office, third) == [], "the same address hears of the case that goes on"
    effects = office.store.journal(third.number)[-1].effects
    assert [type(e) for e in effects if isinstance(e, NotTold)] == [NotTold]


def test_a_clerk_says_more_in_words_of_their_own(office: DeskOffice) -> None:
    case = opened(office, gap=False)
    done(office, case, "withdrawn", said=Words(Text(None, "Как Вы просили по телефону.")))
    ((_, _, text),) = of_closing(office, case)
    assert text.count("Как Вы просили по телефону.") == 2, "in both parts"


def test_at_the_desk_the_letter_is_seen_first_and_may_be_left_out_with_a_reason(office: DeskOffice) -> None:
    browser, case = office.signed_in(), opened(office, gap=False)
    page = browser.get(f"/cases/{case.number}/preview/not-application")
    assert page.status_code == 200
    assert "Дело закрыто" in page.text
    assert act(browser, case, "not-application", why="a joke", untold_why="it has no sender") == 303
    assert of_closing(office, case) == []
    other = opened(office, 2, "berik@post.example")
    assert act(browser, other, "not-application", why="a mistake") == 303
    assert len(of_closing(office, other)) == 1
    office.parts.casework.undo(other.number, by="aigerim", why="a slip", now=LATER)
    assert [state for state, _, _ in of_closing(office, other)] == [LetterState.WITHDRAWN]
    assert office.store.case(other.number).state is State.INCOMPLETE
