"""Whatever happens: see any_life.py."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, settings
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
        suppress_health_check=list(HealthCheck),
    )
    # The library asks for a class and takes whatever makes a machine.
    run_state_machine_as_test(lambda: AnyLife(new_world, reached), settings=how)  # type: ignore[arg-type]
    return reached


def test_whatever_happens_only_silence_is_refused_and_the_journal_tells_it_all() -> None:
    reached = lives(MemoryWorld, 150, 30)

    assert reached == set(State) - {State.RECEIVED, State.CARRIED_OUT, State.NOT_CARRIED_OUT}


def test_the_real_door_store_outbox_and_clock_lead_the_same_lives(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'register.db'}")

    reached = lives(lambda practice: StoreWorld(store, practice), 10, 15)

    store.close()
    assert len(reached) > 3
