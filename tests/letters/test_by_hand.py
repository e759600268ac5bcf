"""What a person does with one letter of the outbox, through the real daemon, store and letters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from inbox_daemon.errors import NotAllowed
from inbox_daemon.letters import by_hand
from registry_store.records import ClerkSetAddress, Letter, LetterKind, LetterState, State
from tests.order.build import at
from tests.simulation.people import form, person
from tests.simulation.posts import NOTHING, Enclosed, report, written
from tests.simulation.servers import Fate
from tests.simulation.world import World

FRIDAY = at("2026-10-23 10:00")
LEAD_DAY = at("2026-10-30 09:00")
WHO = person(1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, FRIDAY, '[order]\nmode = "automatic"\n[clock]\ntolerance_hours = 0\n')  # its clock leaps
    yield world
    world.close()


def arrives(world: World, body: str, enclosed: Enclosed = NOTHING, n: int = 1, **headers: str) -> None:
    raw = written(WHO.address, "Арыз", body, message_id=f"<m{n}@post.example>", more=headers)
    world.mailbox.append(world.reader.put(raw, enclosed), world.now)
    world.round()


def applies(world: World, *without: str) -> None:
    forms = (form(WHO, "application"), form(WHO, "volunteer", without=without))
    arrives(world, "Прошу включить меня в реестр.", Enclosed(forms))


def goes_on(world: World, moment: datetime) -> None:
    world.now = moment
    world.round()


def only(world: World, kind: LetterKind, state: LetterState) -> Letter:
    (found,) = [one for one in world.store.letters_in((state,)) if one.kind is kind]
    return found


@pytest.fixture
def uncertain(world: World) -> World:
    """The line was cut after the final dot of a rework letter."""
    applies(world, "iin")
    world.fates = lambda address: Fate.CUT_TAKEN
    goes_on(world, LEAD_DAY)
    world.fates = lambda address: Fate.TAKEN
    return world


def state_of(world: World) -> State:
    (case,) = world.store.cases()
    return case.state


def test_a_letter_that_left_by_the_clerks_word_starts_the_three_days_from_then(uncertain: World) -> None:
    letter = only(uncertain, LetterKind.REWORK, LetterState.UNCERTAIN)
    assert state_of(uncertain) is State.WITH_CLERK

    by_hand.has_left(
        uncertain.casework, letter.id, LEAD_DAY, by="clerk", why="the server's log", now=LEAD_DAY + 60 * MINUTE
    )

    (case,) = uncertain.store.cases()
    settled = uncertain.store.letter(letter.id)
    assert case.state is State.AWAITING_REWORK
    assert case.rework is not None
    assert case.rework.accepted_at == settled.accepted_at == LEAD_DAY
    assert "the server's log" in settled.reply
    goes_on(uncertain, at("2026-11-05 09:00"))
    assert state_of(uncertain) is State.REFUSED


def test_a_letter_sent_once_more_is_the_same_letter(uncertain: World) -> None:
    letter = only(uncertain, LetterKind.REWORK, LetterState.UNCERTAIN)

    again = by_hand.send_again(uncertain.casework, letter.id, by="clerk", why="not in the log", now=uncertain.now)
    goes_on(uncertain, LEAD_DAY + MINUTE)

    assert again.id == letter.id
    handed = [one for one in uncertain.postman.handed if one.message_id == letter.message_id]
    assert [one.fate for one in handed] == [Fate.CUT_TAKEN, Fate.TAKEN]
    assert state_of(uncertain) is State.AWAITING_REWORK


def test_an_uncertain_letter_is_never_sent_again_by_itself(uncertain: World) -> None:
    for days in range(20):
        goes_on(uncertain, LEAD_DAY + timedelta(days=days))

    rework = only(uncertain, LetterKind.REWORK, LetterState.UNCERTAIN)
    assert sum(one.message_id == rework.message_id for one in uncertain.postman.handed) == 1
    assert state_of(uncertain) is State.WITH_CLERK


@pytest.mark.parametrize(
    ("action", "state", "letter"),
    [
        ("delivered", State.AWAITING_REWORK, LetterState.ACCEPTED),
        ("failed", State.WITH_CLERK, LetterState.BOUNCED),
    ],
)
def test_a_report_settles_an_uncertain_letter(uncertain: World, action: str, state: State, letter: LetterState) -> None:
    rework = only(uncertain, LetterKind.REWORK, LetterState.UNCERTAIN)

    uncertain.mailbox.append(report(WHO.address, rework.message_id, action, 1), uncertain.now + MINUTE)
    goes_on(uncertain, LEAD_DAY + 2 * MINUTE)

    assert state_of(uncertain) is state
    assert uncertain.store.letter(rework.id).state is letter


def test_an_answer_settles_an_uncertain_letter(uncertain: World) -> None:
    rework = only(uncertain, LetterKind.REWORK, LetterState.UNCERTAIN)
    uncertain.now = at("2026-11-02 11:00")

    arrives(uncertain, "Исправлено.", Enclosed((form(WHO, "volunteer"),)), n=2)

    assert state_of(uncertain) is State.INCLUDED
    assert uncertain.store.letter(rework.id).state is LetterState.ACCEPTED


def test_a_letter_of_a_decision_that_did_not_arrive_goes_to_the_new_address(world: World) -> None:
    world.fates = lambda address: Fate.REFUSED
    applies(world)
    world.fates = lambda address: Fate.TAKEN
    failed = only(world, LetterKind.INCLUSION, LetterState.FAILED)
    (case,) = world.store.cases()
    world.clerk(ClerkSetAddress(world.now, "clerk", "saule@work.example", "by telephone"), case.number)

    again = by_hand.send_again(world.casework, failed.id, by="clerk", why="to the new address", now=world.now)
    goes_on(world, FRIDAY + MINUTE)

    assert again.recipients[0] == "saule@work.example"
    assert world.store.letter(again.id).state is LetterState.ACCEPTED
    assert state_of(world) is State.INCLUDED
    with pytest.raises(NotAllowed):
        by_hand.send_again(world.casework, again.id, by="clerk", why="once more", now=world.now)


def test_letters_to_a_corrected_address_are_composed_anew_while_they_wait(world: World) -> None:
    world.now = at("2026-10-23 20:00")  # the office is closed until Tuesday
    applies(world)
    (case,) = world.store.cases()
    old = only(world, LetterKind.INCLUSION, LetterState.WAITING)

    world.clerk(ClerkSetAddress(world.now, "clerk", "saule@work.example", "by telephone"), case.number)

    new = only(world, LetterKind.INCLUSION, LetterState.WAITING)
    assert new.recipients[0] == "saule@work.example"
    assert new.not_before == old.not_before
    assert world.store.letter(old.id).state is LetterState.WITHDRAWN


def test_all_letters_stop_and_go_again_while_the_daemon_runs(world: World) -> None:
    by_hand.stop_all(world.store, by="admin", why="a storm", now=world.now)

    applies(world)
    assert world.postman.handed == []
    assert world.round().would_send == 2
    assert "a storm" in by_hand.why_stopped(world.store)

    by_hand.let_all_go(world.store, by="admin")
    assert world.round().sent == 2


def test_an_answer_to_a_question_that_waits_for_a_yes_is_let_go_or_dropped(tmp_path: Path) -> None:
    world = World(tmp_path, FRIDAY, '[order]\nmode = "training"\n')
    arrives(world, "Как подать заявление в реестр?", n=1)
    (waits,) = world.store.letters_in((LetterState.PARKED,))
    assert world.postman.handed == []

    by_hand.say_yes(world.casework, waits.id, by="clerk", why="good", now=world.now)
    world.round()

    assert world.store.letter(waits.id).state is LetterState.ACCEPTED
    with pytest.raises(NotAllowed):
        by_hand.say_yes(world.casework, waits.id, by="clerk", why="good", now=world.now)
    with pytest.raises(NotAllowed):
        by_hand.drop(world.casework, waits.id, by="clerk", why="bad", now=world.now)
    world.close()


def test_only_a_letter_whose_end_nobody_saw_is_settled(world: World) -> None:
    applies(world)
    receipt = only(world, LetterKind.RECEIPT, LetterState.ACCEPTED)

    with pytest.raises(NotAllowed, match="whose end nobody saw"):
        by_hand.has_left(world.casework, receipt.id, world.now, by="clerk", why="", now=world.now)
    with pytest.raises(NotAllowed, match="whose end nobody saw"):
        by_hand.send_again(world.casework, receipt.id, by="clerk", why="", now=world.now)
