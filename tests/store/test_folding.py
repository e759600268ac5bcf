"""Words of before are searched for as those of today: what the migration does with them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic import command

from registry_store.database import migrations
from registry_store.store import open_store

NUMBERS = ("VR-2026-000001", "VR-2026-000002")


@pytest.fixture
def old(new_url: str) -> str:
    """A database of before: its words stand in it as they were written."""
    engine = sa.create_engine(new_url)
    with engine.begin() as connection:
        config = migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
        for number in NUMBERS:
            connection.execute(
                sa.text(
                    "INSERT INTO cases (number, version, kind, state, payload) VALUES (:n, 1, 'change', 'closed', '{}')"
                ),
                {"n": number},
            )
        keys = [
            (NUMBERS[0], "word", "қыдырова"),
            (NUMBERS[0], "word", "кыдырова"),
            (NUMBERS[1], "word", "қыдырова"),
            (NUMBERS[1], "word", "plain"),
            (NUMBERS[1], "ask", "қалды"),
        ]
        for case, kind, value in keys:
            connection.execute(
                sa.text('INSERT INTO case_keys ("case", kind, value) VALUES (:c, :k, :v)'),
                {"c": case, "k": kind, "v": value},
            )
    engine.dispose()
    return new_url


def test_old_words_are_folded_once_and_other_keys_left_alone(old: str) -> None:
    store = open_store(old)
    try:
        assert store.cases_by_key("word", "қыдырова") == ()
        assert store.cases_by_key("word", "кыдырова") == NUMBERS
        assert store.cases_by_key("word", "plain") == NUMBERS[1:]
        assert store.cases_by_key("ask", "қалды") == NUMBERS[1:]
    finally:
        store.close()
