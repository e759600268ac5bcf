"""A register that was kept before it could be searched: 0008 fills in what it can know."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from alembic import command
from sqlalchemy import Boolean, DateTime, column, create_engine, select, table

from registry_store.database import migrations
from registry_store.payloads import dump
from registry_store.records import EntriesWanted, Entry, Programme, Standing, Stop, Text
from registry_store.store import open_store

from .samples import an_entry, hours

OTHER = "VR-2026-000009"

entries = table(
    "entries",
    *(column(name) for name in ("number", "version", "kind", "key", "payload")),
    column("one_language", Boolean()),
)
entry_versions = table(
    "entry_versions",
    *(column(name) for name in ("number", "version", "payload")),
    column("at", DateTime(timezone=True)),
)
counters = table("counters", column("name"), column("value"))


def at_0007(url: str, *versions: tuple[Entry, float]) -> None:
    """Make a database of that time with these versions of entries."""
    engine = create_engine(url)
    with engine.connect() as connection, connection.begin():
        config = migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, "0007")
        for entry, hour in versions:
            version = {"number": entry.number, "version": entry.version, "payload": dump(entry)}
            written = {**version, "kind": entry.facts.kind, "key": entry.facts.key}
            there = entries.update().where(entries.c.number == entry.number)
            connection.execute(entries.insert() if entry.version == 1 else there, written)
            connection.execute(entry_versions.insert(), {**version, "at": hours(hour)})
        connection.execute(counters.insert(), {"name": "register stamp", "value": len(versions) + 10})
    engine.dispose()


def in_one_language(url: str) -> list[int]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(select(entries.c.number).where(entries.c.one_language)).scalars().all()
    engine.dispose()
    return list(found)


def test_what_is_searched_and_compared_is_filled_in_for_entries_of_before(new_url: str) -> None:
    one = an_entry(1, key="1", name=Text(kk="Әйгерім", ru="Айгерим"))
    stopped = replace(one, version=2, stop=Stop(date(2026, 11, 1), OTHER))
    programme = Programme("programme", Text(kk="Таза су"), Text(kk="1", ru="1"), Text())
    young = an_entry(2, key="2", minor_until=date(2027, 12, 31), name=one.facts.name)
    gone = replace(an_entry(3, key="3", region=None, name=one.facts.name), programmes=(programme,))
    undone = replace(gone, version=2, undone=True)
    at_0007(new_url, (one, 0), (young, 1), (gone, 2), (stopped, 3), (undone, 4))
    store = open_store(new_url)
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
    store.close()
    assert in_one_language(new_url) == [3]
