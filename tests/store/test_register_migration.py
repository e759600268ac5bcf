"""A register that was kept before it could be searched: 0008 fills in what it can know."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date
from pathlib import Path

from alembic import command
from sqlalchemy import create_engine

from registry_store.database import migrations
from registry_store.payloads import dump
from registry_store.records import EntriesWanted, Entry, Programme, Standing, Stop, Text
from registry_store.store import open_store

from .samples import an_entry, hours

OTHER = "VR-2026-000009"


def at_0007(file: Path, *versions: tuple[Entry, float]) -> None:
    """Make a database of that time with these versions of entries."""
    engine = create_engine(f"sqlite:///{file}")
    with engine.connect() as connection, connection.begin():
        config = migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, "0007")
    engine.dispose()
    with sqlite3.connect(file) as raw:
        for entry, hour in versions:
            row = (entry.number, entry.version, entry.facts.kind, entry.facts.key, dump(entry))
            raw.execute("INSERT OR REPLACE INTO entries (number, version, kind, key, payload) VALUES (?,?,?,?,?)", row)
            at = hours(hour).strftime("%Y-%m-%d %H:%M:%S.%f")
            raw.execute(
                "INSERT INTO entry_versions (number, version, at, payload) VALUES (?,?,?,?)", (*row[:2], at, row[4])
            )
        raw.execute("INSERT INTO counters (name, value) VALUES ('register stamp', ?)", (len(versions) + 10,))
    raw.close()


def test_what_is_searched_and_compared_is_filled_in_for_entries_of_before(tmp_path: Path) -> None:
    one = an_entry(1, key="1", name=Text(kk="Әйгерім", ru="Айгерим"))
    stopped = replace(one, version=2, stop=Stop(date(2026, 11, 1), OTHER))
    programme = Programme("programme", Text(kk="Таза су"), Text(kk="1", ru="1"), Text())
    young = an_entry(2, key="2", minor_until=date(2027, 12, 31), name=one.facts.name)
    gone = replace(an_entry(3, key="3", region=None, name=one.facts.name), programmes=(programme,))
    undone = replace(gone, version=2, undone=True)
    file = tmp_path / "register.db"
    at_0007(file, (one, 0), (young, 1), (gone, 2), (stopped, 3), (undone, 4))
    store = open_store(f"sqlite:///{file}")
    found = {
        name: [entry.number for entry in store.find_entries(wanted=wanted)]
        for name, wanted in {
            "stopped": EntriesWanted(standing=Standing.STOPPED),
            "listed": EntriesWanted(standing=Standing.LISTED),
            "nowhere": EntriesWanted(region=""),
            "held": EntriesWanted(held_on=date(2027, 12, 31)),
            "grown": EntriesWanted(held_on=date(2028, 1, 1)),
            "undone": EntriesWanted(standing=Standing.UNDONE),
        }.items()
    }
    assert found == {"stopped": [1], "listed": [2], "nowhere": [3], "held": [2], "grown": [], "undone": [3]}
    assert store.register_stamp() == 15
    assert store.entries_changed_after(13) == (1, 3)
    assert store.entries_changed_after(15) == ()
    assert store.entry_at(1, 13) == one
    assert store.entry_at(3, 12) is None
    assert [one.origin.case for one in store.entry_versions(1)] == [one.case, OTHER]
    assert [one.origin.case for one in store.entry_versions(3)] == [one.case, None]
    with sqlite3.connect(file) as raw:
        assert raw.execute("SELECT number FROM entries WHERE one_language ORDER BY number").fetchall() == [(3,)]
    raw.close()
    store.close()
