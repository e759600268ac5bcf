"""A letter leaves only while what it tells is so. The kind of fault: a decision is taken back, overruled or overtaken
while its letter waits (servers that put it off, undo minutes, a weekend), and the letter leaves all the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from inbox_daemon.acts import Act, carry
from inbox_daemon.errors import NotAllowed
from inbox_daemon.letters import by_hand
from inbox_daemon.order.case import BY_KEY
from inbox_daemon.order.standing import TELLS_OF, may_be_told
from registry_store.records import (
    ClerkApproved,
    ClerkIncluded,
    ClerkRevoked,
    Event,
    LetterKind,
    LetterReported,
    LetterState,
    State,
    Step,
    Withdraw,
)
from tests.letters.test_by_hand import LEAD_DAY, WHO, applies, arrives, goes_on
from tests.order import lives
from tests.order.build import at, filed, with_gap
from tests.order.test_case_table import RULES
from tests.simulation.people import form
from tests.simulation.posts import Enclosed
from tests.simulation.servers import Fate
from tests.simulation.world import World

TERM_OVER = at("2026-11-05 09:01")
LATER = at("2026-11-05 11:00")
LEFT = (LetterState.ACCEPTED, LetterState.SENDING, LetterState.UNCERTAIN)


def _steps() -> Iterator[tuple[str, State, Step]]:
    """Every way that the table knows, from a case that is stored."""
    for name, rule in RULES.items():
        before = rule.case()
        yield name, before.state, lives.step(before, rule.event, rule.practice)
    for state, make in lives.IN_STATE.items():
        for event in lives.one_of_each(make()):
            if (state, type(event)) not in BY_KEY:
                continue
            try:
                yield f"{state} × {type(event).__name__}", state, lives.step(make(), event)
            except NotAllowed:
                continue


def test_on_every_way_out_of_a_state_the_letters_that_tell_of_it_are_taken_back() -> None:
    ways = 0
    for name, before, step in _steps():
        void = {kind for kind in TELLS_OF if may_be_told(kind, before) and not may_be_told(kind, step.case.state)}
        if before is State.RECEIVED or not void:
            continue
        withdrawn = {kind for effect in step.effects if isinstance(effect, Withdraw) for kind in effect.letters}
        assert void <= withdrawn, name
        assert not void & set(step.case.undelivered), name
        ways += 1
    assert ways > 40


def test_what_did_not_arrive_of_a_decision_that_was_taken_back_is_not_sent_again() -> None:
    included = lives.step(lives.included(), _bounced(LetterKind.INCLUSION)).case
    assert included.undelivered == (LetterKind.INCLUSION,)
    revoked = lives.step(included, ClerkRevoked(LATER, "chief", "a ruling")).case
    with pytest.raises(NotAllowed):
        lives.step(revoked, ClerkApproved(LATER, "clerk", LetterKind.INCLUSION))


def _bounced(kind: LetterKind) -> Event:
    return LetterReported(LATER, kind, "<1@ministry.example>", "failed", "dd" * 32)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    # Its clock leaps from story to story.
    world = World(tmp_path, at("2026-10-23 10:00"), '[order]\nmode = "automatic"\n[clock]\ntolerance_hours = 0\n')
    yield world
    world.close()


def left(world: World, kind: LetterKind) -> int:
    return len([one for one in world.store.letters_in(LEFT) if one.kind is kind])


def put_off(world: World) -> None:
    """From now on the server says: later."""
    world.fates = lambda address: Fate.LATER


def again(world: World) -> None:
    world.fates = lambda address: Fate.TAKEN
    goes_on(world, LATER)
    goes_on(world, at("2026-11-06 11:00"))


def number_of(world: World) -> str:
    (case,) = world.store.cases()
    return case.number


def test_an_inclusion_that_was_revoked_is_told_to_nobody(world: World) -> None:
    put_off(world)
    applies(world)
    number = number_of(world)
    assert world.store.case(number).state is State.INCLUDED
    world.casework.carry(ClerkRevoked(LATER, "chief", "a slip"), number, now=LATER)
    again(world)
    assert left(world, LetterKind.INCLUSION) == 0


@pytest.fixture
def refused(world: World) -> World:
    """Refused in silence; the letter of refusal is put off by the server."""
    applies(world, "iin")
    goes_on(world, LEAD_DAY)
    put_off(world)
    goes_on(world, TERM_OVER)
    assert world.store.case(number_of(world)).state is State.REFUSED
    return world


@pytest.mark.parametrize("what", ["answer", "bounce", "revoked", "included"])
def test_a_refusal_in_doubt_is_told_to_nobody(refused: World, what: str) -> None:
    number, casework, now = number_of(refused), refused.casework, at("2026-11-05 10:00")
    rework = next(one for one in refused.store.letters(number) if one.kind is LetterKind.REWORK)
    match what:
        case "answer":
            arrives(refused, "Отвечаю.", Enclosed((form(WHO, "volunteer"),)), n=2, References=rework.message_id)
        case "bounce":
            casework.carry(
                LetterReported(now, LetterKind.REWORK, rework.message_id, "failed", "dd" * 32), number, now=now
            )
        case "revoked":
            casework.carry(ClerkRevoked(now, "chief", "a slip"), number, now=now)
        case _:
            answer = filed(now, *with_gap("ru"), n=7)
            casework.carry(answer, number, now=now)
    assert refused.store.case(number).state is State.WITH_CLERK
    again(refused)
    assert left(refused, LetterKind.REFUSAL) == 0


def test_a_refusal_that_stands_after_all_is_told_then(refused: World) -> None:
    """Its letter was taken back; whoever is refused hears of it (§12), once."""
    number, now = number_of(refused), at("2026-11-05 10:00")
    refused.casework.carry(filed(now, *with_gap("ru"), n=7), number, now=now)
    carry(Act("refusal-stands", "aigerim", "it came too late"), number, refused.casework, LATER)
    again(refused)
    assert refused.store.case(number).state is State.REFUSED
    assert left(refused, LetterKind.REFUSAL) == 1
    # Told once: what has left is not told again.
    refused.casework.carry(filed(LATER, *with_gap("ru"), n=8), number, now=LATER)
    carry(Act("refusal-stands", "aigerim", "it came too late"), number, refused.casework, LATER)
    again(refused)
    assert left(refused, LetterKind.REFUSAL) == 1


def test_a_void_letter_of_an_older_store_is_taken_back_when_its_turn_comes(world: World) -> None:
    """Stores from before hold letters of decisions that no longer stand."""
    put_off(world)
    applies(world)
    (letter,) = [one for one in world.store.letters(number_of(world)) if one.kind is LetterKind.INCLUSION]
    assert world.store.claim_letter(letter.id, {State.REFUSED}) is None
    with world.store.writing() as writing:
        case = writing.case(number_of(world))
        step = Step(replace(case, state=State.WITH_CLERK, version=case.version + 1))
        writing.record(case.version, step, ClerkRevoked(LATER, "chief", "?"), at=LATER, keys=(), wake_at=None, due=None)
    again(world)
    assert world.store.letter(letter.id).state is LetterState.WITHDRAWN
    assert left(world, LetterKind.INCLUSION) == 0


def test_an_uncertain_letter_of_a_decision_taken_back_is_not_sent_once_more(world: World) -> None:
    world.fates = lambda address: Fate.CUT_TAKEN
    applies(world)
    number = number_of(world)
    (letter,) = [one for one in world.store.letters(number) if one.kind is LetterKind.INCLUSION]
    assert letter.state is LetterState.UNCERTAIN
    world.casework.carry(ClerkRevoked(LATER, "chief", "a slip"), number, now=LATER)
    with pytest.raises(NotAllowed) as refused:
        by_hand.send_again(world.casework, letter.id, by="aigerim", why="?", now=LATER)
    assert refused.value.code == "letter_void"
    world.casework.carry(ClerkIncluded(LATER, "aigerim"), number, now=LATER)
