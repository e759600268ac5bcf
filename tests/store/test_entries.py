from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from registry_store.errors import EntryChanged, EntryExists, EntryUnknown
from registry_store.records import Entry, Stop
from registry_store.store import Store

from .samples import IIN, action, an_entry, hours


def put(store: Store, entry: Entry, at: float = 0, addresses: tuple[str, ...] | None = None) -> Entry:
    with store.writing() as w:
        w.put_entry(entry, hours(at), addresses)
    return entry


def test_an_entry_keeps_its_history(store: Store) -> None:
    first = put(store, an_entry(1))
    second = put(store, replace(first, version=2, programmes=(action("Жасыл аула"),)), at=1)
    assert store.entry(1) == second
    assert store.entry_history(1) == ((hours(0), first), (hours(1), second))
    with pytest.raises(EntryUnknown):
        store.entry(2)


def test_a_version_is_written_once_and_in_order(store: Store) -> None:
    entry = put(store, an_entry(1))
    for version in (1, 3):
        with pytest.raises(EntryChanged, match="version 1"):
            put(store, replace(entry, version=version))


def test_an_applicant_has_one_active_entry_of_a_kind(store: Store) -> None:
    first = put(store, an_entry(1))
    put(store, an_entry(2, kind="coordinator"))
    with pytest.raises(EntryExists, match="entry 1"):
        put(store, an_entry(3))
    put(store, replace(first, version=2, stop=Stop(date(2026, 11, 1), "VR-2026-000002")))
    third = put(store, an_entry(3))
    assert [e.number for e in store.entries_by_key("volunteer", IIN)] == [3, 1]
    assert [e.number for e in store.entries_by_key(None, IIN)] == [3, 2, 1]
    with pytest.raises(EntryExists, match="entry 3"):
        put(store, replace(first, version=3))
    put(store, replace(third, version=2, undone=True))
    put(store, replace(first, version=3))


def test_entries_without_a_number_of_the_person_do_not_exclude_each_other(store: Store) -> None:
    put(store, an_entry(1, key=""))
    put(store, an_entry(2, key=""))
    assert len(tuple(store.entries())) == 2


def test_addresses_on_file_stay_until_others_are_given(store: Store) -> None:
    entry = put(store, an_entry(1), addresses=("Dana@example.kz", "d@example.kz"))
    put(store, replace(entry, version=2))
    assert store.addresses_of_entry(1) == ("d@example.kz", "dana@example.kz")
    assert [e.version for e in store.entries_by_address("DANA@example.kz")] == [2]
    put(store, replace(entry, version=3), addresses=("new@example.kz",))
    assert store.entries_by_address("dana@example.kz") == ()


def test_entry_numbers_grow_and_the_stamp_with_every_change(store: Store) -> None:
    assert store.register_stamp() == 0
    with store.writing() as w:
        assert [w.new_entry_number(), w.new_entry_number()] == [1, 2]
    entry = put(store, an_entry(2))
    put(store, replace(entry, version=2))
    assert store.register_stamp() == 2
    with pytest.raises(EntryChanged):
        put(store, entry)
    assert store.register_stamp() == 2


def test_the_register_is_read_as_of_one_moment(store: Store) -> None:
    for number in (2, 1, 3):
        put(store, an_entry(number, key=str(number)))
    reading = store.entries()
    assert next(reading).number == 1
    put(store, an_entry(4, key="4"))
    assert [e.number for e in reading] == [2, 3]
    with store.snapshot() as then:
        assert then.register_stamp() == 4
        put(store, an_entry(5, key="5"))
        assert (then.register_stamp(), len(tuple(then.entries()))) == (4, 4)
    assert store.register_stamp() == 5


@pytest.mark.parametrize("rare", [0, 1, 2, 1000])
def test_entries_are_found_by_words_however_common_these_are(
    store: Store, rare: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry_store.entries.RARE", rare)
    names = {1: ("дана", "ахметова"), 2: ("дана", "сериккызы"), 3: ("даниял", "ахметов"), 4: ("айгул", "ахметова")}
    for number, words in names.items():
        with store.writing() as w:
            w.put_entry(an_entry(number, key=""), hours(0), (), words)

    def found(*words: str) -> list[int]:
        return [entry.number for entry in store.find_entries(words)]

    assert found() == [4, 3, 2, 1]
    assert found("дан") == [3, 2, 1]
    assert found("дан", "ахмет") == [3, 1]
    assert found("ахметова", "дана") == [1]
    assert found("айгул", "сериккызы") == []
