"""Whatever happens: see any_life.py."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from inbox_daemon.order.practice import Practice
from registry_store.records import State
from registry_store.store import open_store
from tests.story.any_life import AnyLife, World
from tests.story.worlds import MemoryWorld, StoreWorld


def lives(new_world: Callable[[Practice], World], number: int, steps: int) -> set[State]:
    """Lead so many lives; the states that they came to.

    They are the same at every run: a suite that fails now and then helps nobody. To look for new ones, take
    derandomize away and raise the numbers.
    """
    reached: set[State] = set()
    how = settings(
        max_examples=number,
        stateful_step_count=steps,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    # The library asks for a class and takes whatever makes a machine.
    run_state_machine_as_test(lambda: AnyLife(new_world, reached), settings=how)  # type: ignore[arg-type]
    return reached


HAPPENINGS: dict[str, Callable[[AnyLife], None]] = {
    "nothing": lambda life: None,
    "a day": lambda life: life.days_of_work(1, "full"),
    "four days, the mailbox broken": lambda life: life.days_of_work(4, "broken"),
    "a complete answer": lambda life: life.answered("complete"),
    "an answer with a gap": lambda life: life.answered("gap"),
    "an unsure answer": lambda life: life.answered("unsure"),
    "an answer of somebody else, perhaps": lambda life: life.answered("gap", doubts=("?",)),
    "an answer that can get no letter": lambda life: life.answered("gap", address="nobody"),
    "a question": lambda life: life.applicant_writes("writes"),
    "a stop": lambda life: life.applicant_writes("stops"),
    "a bounce of the last letter": lambda life: life.server_reports("failed", 0),
    "a delay of the last letter": lambda life: life.server_reports("delayed", 0),
    "a delivery of the last letter": lambda life: life.server_reports("delivered", 0),
    "the clerk joins a gap": lambda life: life.clerk_joins("gap", timedelta(hours=3)),
    "the clerk writes again": lambda life: life.clerk("rework"),
    "the clerk mends": lambda life: life.clerk("fill"),
    "the clerk takes out": lambda life: life.clerk("empty"),
    "the clerk includes": lambda life: life.clerk("include"),
    "the clerk revokes": lambda life: life.clerk("revoke"),
}
STATES = set(State) - {State.RECEIVED, State.CARRIED_OUT, State.NOT_CARRIED_OUT}


@pytest.mark.parametrize("first", HAPPENINGS.values(), ids=HAPPENINGS)
def test_whatever_two_things_happen_in_the_three_days(first: Callable[[AnyLife], None]) -> None:
    for second in HAPPENINGS.values():
        life = AnyLife(MemoryWorld, set())
        life.begin(Practice(), "2026-10-23 10:00", "gap", quiet_days=7)
        assert life.case.state is State.AWAITING_REWORK
        for happens in (first, second):
            happens(life)
            life.all_is_right()
        life.clerk_refuses_in_the_end(12, "full")
        life.all_is_right()
        life.teardown()


def test_whatever_happens_only_silence_is_refused_and_the_journal_tells_it_all() -> None:
    reached = lives(MemoryWorld, 100, 25)

    assert reached == STATES


def test_the_real_door_store_outbox_and_clock_lead_the_same_lives(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'register.db'}")

    reached = lives(lambda practice: StoreWorld(store, practice), 6, 12)

    store.close()
    assert len(reached) > 3
