"""A fixed sample of what scripts/torture does in thousands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.torture import scans
from tests.torture.poison import POISON
from tests.torture.reading import Torturer, mails
from tests.torture.roundtrip import outcome_of


def test_poisoned_and_damaged_mails_cost_no_more_than_they_may_and_the_next_mail_is_read(tmp_path: Path) -> None:
    with Torturer(tmp_path) as torturer:
        for name, raw in POISON.items():
            torturer.read(name, raw)
        for name, raw in mails(range(200), pictures=1):
            torturer.read(name, raw)
        tally = torturer.tally
    assert tally.failures == []
    assert tally.read == len(POISON) + 200
    assert tally.forms > 70  # most damage leaves a form to be read: that is where the readers have to work
    assert tally.unreadable["damaged"] > 20


@pytest.mark.parametrize("start", range(10_000, 10_300, 50))
def test_made_up_forms_come_back_equal_or_go_to_the_clerk(start: int) -> None:
    outcomes = [outcome_of(seed) for seed in range(start, start + 50)]
    assert [outcome for outcome in outcomes if outcome.failed] == []


@pytest.mark.parametrize("seed", [0, 12])
def test_made_up_forms_on_paper_are_read_back_and_nothing_wrong_is_sure(seed: int) -> None:
    outcome = scans.outcome_of(seed)
    assert not outcome.failed
    assert outcome.right >= 0.9 * outcome.meant
