"""A receipt waits for its turn; it is not dropped.

The kind: a limit against machines that hits people. Forty applicants of one morning are forty addresses, and each of
them is owed a receipt (rules, section 7). Only what is too much for one address is not written, and the clerk is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from inbox_daemon.letters.dropped import DONE, never_sent
from inbox_daemon.letters.owed import Brakes
from inbox_daemon.order.asks import Ask
from registry_store.records import (
    Braked,
    JournalLine,
    LetterKind,
    LetterOwedAgain,
    LetterState,
    Send,
    State,
)
from tests.order.build import at, filed, with_gap
from tests.simulation.people import Person, form, person
from tests.simulation.posts import Enclosed, written
from tests.simulation.world import World

MORNING = at("2026-10-23 10:00")
QUARTER = timedelta(minutes=15)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, MORNING, '[order]\nmode = "automatic"\n')
    yield world
    world.close()


def writes(world: World, who: Person, n: int, unreadable: tuple[str, ...] = ()) -> None:
    forms = (form(who, "application"), form(who, "volunteer", without=("iin",)))
    raw = written(who.address, f"Арыз {n}", "Прошу включить меня.", message_id=f"<m{n}@post.example>")
    world.mailbox.append(world.reader.put(raw, Enclosed(() if unreadable else forms, unreadable)), world.now)


def handed_to(world: World) -> list[str]:
    return [one.recipients[0] for one in world.postman.handed]


@pytest.mark.parametrize("unreadable", [(), ("Арыз.docx: damaged",)])
def test_each_of_forty_applicants_of_one_quarter_of_an_hour_has_a_receipt(
    world: World, unreadable: tuple[str, ...]
) -> None:
    for n in range(40):
        writes(world, person(n), n, unreadable)
    world.round()
    world.now += QUARTER + timedelta(seconds=1)
    world.round()

    letters = world.store.letters_in((LetterState.ACCEPTED,))
    receipts = [one.recipients[0] for one in letters if one.kind is LetterKind.RECEIPT]
    assert sorted(receipts) == sorted(person(n).address for n in range(40))
    if unreadable:
        told = [one.recipients[0] for one in letters if one.kind is LetterKind.UNREADABLE]
        assert sorted(told) == sorted(person(n).address for n in range(40))
    assert [task for task in world.store.tasks() if task.code == Ask.BRAKE] == []


def test_the_queue_of_first_receipts_is_paced_and_keeps_its_order(world: World) -> None:
    for n in range(130):
        writes(world, person(n), n)
    world.round()
    assert handed_to(world) == [person(n).address for n in range(100)]
    world.now += QUARTER / 2
    world.round()
    assert len(world.postman.handed) == 100
    world.now += QUARTER
    world.round()
    assert handed_to(world) == [person(n).address for n in range(130)]


def test_further_letters_wait_and_hold_up_nobody_s_first(world: World) -> None:
    for n in range(40):
        writes(world, person(n), n)
    world.round()
    world.now += QUARTER + timedelta(seconds=1)
    for n in range(40):
        writes(world, person(n), 100 + n)  # each writes once more
    writes(world, person(99), 999)
    world.round()
    left = handed_to(world)[40:]
    assert len(left) == 31
    assert person(99).address in left
    world.now += QUARTER + timedelta(seconds=1)
    world.round()
    assert len(handed_to(world)) == 81
    assert world.store.letters_in((LetterState.WAITING,)) == ()


def test_what_is_too_much_for_one_address_is_not_written_and_the_clerk_is_told_of_each(world: World) -> None:
    for n in range(5):
        for who in (1, 2):
            writes(world, person(who), 10 * n + who)
    world.round()
    counted = [handed_to(world).count(person(who).address) for who in (1, 2)]
    assert counted == [3, 3]
    told = sorted(task.detail for task in world.store.tasks() if task.code == Ask.BRAKE)
    assert told == sorted([person(1).address, person(2).address])


# ------------------------------------------------------------ stores of before


def test_receipts_that_an_earlier_version_dropped_are_owed_again_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    over_all, per_address = "30 such letters in 15 minutes", "3 such letters to one address in 24 hours"
    numbers = []
    for n, why in enumerate((over_all, per_address, "")):
        monkeypatch.setattr(Brakes, "why_closed", lambda *_, why=why: why)
        event = filed(MORNING, *with_gap(), n=n + 1, sender=f"person{n}@post.example")
        numbers.append(world.casework.carry(event, None, now=MORNING).case.number)
    monkeypatch.undo()
    assert world.store.note(DONE) is None

    world.now += timedelta(days=3)
    world.round()
    world.round()

    receipts = {n: [x for x in world.store.letters(n) if x.kind is LetterKind.RECEIPT] for n in numbers}
    assert [len(receipts[n]) for n in numbers] == [1, 0, 1]
    assert receipts[numbers[0]][0].state is LetterState.ACCEPTED
    events = [type(line.event) for line in world.store.journal(numbers[0])]
    assert events.count(LetterOwedAgain) == 1
    assert world.store.case(numbers[0]).state is State.INCOMPLETE
    assert world.store.note(DONE) is not None


def test_what_was_sent_after_all_is_not_owed_again() -> None:
    dropped = (Send(LetterKind.RECEIPT, MORNING), Braked(LetterKind.RECEIPT, "30 such letters in 15 minutes"))
    sent = (Send(LetterKind.RECEIPT, MORNING),)

    def line(version: int, *effects: Send | Braked) -> JournalLine:
        event = filed(MORNING, *with_gap())
        return JournalLine("VR-2026-000001", version, event, effects, State.INCOMPLETE, MORNING)

    assert list(never_sent([line(1, *dropped)])) == [LetterKind.RECEIPT]
    assert list(never_sent([line(1, *dropped), line(2, *sent)])) == []
    assert list(never_sent([line(1, *sent), line(2, *dropped)])) == [LetterKind.RECEIPT]
