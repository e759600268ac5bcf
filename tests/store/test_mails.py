from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from registry_store.errors import AlreadySettled, ArrivalUnknown, NotStored
from registry_store.records import Category, LookRecord, MailKeys, Outcome, OutcomeKind, Place
from registry_store.store import Store

from .samples import MAIL, MORNING, endless, hours

INBOX = Place("INBOX", 4294967295, 4294967294)
TRAY = Outcome(OutcomeKind.TRAY, why="whose is this?", category=Category.OTHER)
KEYS = MailKeys("<q@example.kz>", "00" * 32, "Dana@example.kz", ("<r@x.kz>",), "VR-2026-000007", ("960315101801",))


def arrive(store: Store, mail: str = MAIL, place: Place = INBOX, received_at: datetime = MORNING) -> int:
    with store.writing() as w:
        return w.arrive(mail, place, received_at, hours(1))


def settle(store: Store, id: int, kind: OutcomeKind = OutcomeKind.TRAY, at: datetime = MORNING) -> None:
    with store.writing() as w:
        w.settle(id, replace(TRAY, kind=kind), at)


def test_a_copy_is_noted_once_for_a_place(store: Store) -> None:
    id = arrive(store)
    assert arrive(store) == id
    assert arrive(store, place=replace(INBOX, folder="Спам")) != id
    assert [a.place.folder for a in store.arrivals_of(MAIL)] == ["INBOX", "Спам"]
    assert store.arrival_at(INBOX) == store.arrival(id)
    assert store.arrival_at(replace(INBOX, uid=1)) is None


def test_a_uid_that_a_server_uses_twice_costs_no_mail(store: Store) -> None:
    first, second = arrive(store), arrive(store, mail="cd" * 32)
    assert first != second
    seen = store.arrival_at(INBOX)
    assert seen is not None
    assert seen.mail == "cd" * 32


def test_a_mail_gets_exactly_one_outcome(store: Store) -> None:
    id = arrive(store)
    outcome = Outcome(OutcomeKind.CASE, ("VR-2026-000001", "VR-2026-000002"), category=Category.APPLICATION)
    with store.writing() as w:
        w.settle(id, outcome, hours(2))
    with pytest.raises(AlreadySettled, match="case"), store.writing() as w:
        w.settle(id, TRAY, hours(3))
    with pytest.raises(AlreadySettled), store.writing() as w:
        w.failed(id, "late", hours(3))
    with pytest.raises(ArrivalUnknown), store.writing() as w:
        w.settle(99, TRAY, hours(3))
    arrival = store.arrival(id)
    assert (arrival.outcome, arrival.outcome_at, arrival.received_at) == (outcome, hours(2), MORNING)


def test_keys_of_any_length_are_found_again(store: Store) -> None:
    longs = [endless("one"), endless("two")]
    first, second = (MailKeys(f"<{x}@x.kz>", "00" * 32, f"{x}@x.kz", (f"<{x}>",)) for x in longs)
    id = arrive(store)
    settle(store, id)
    with store.writing() as w:
        w.keys_of_mail(MAIL, first)
        w.keys_of_mail(MAIL, first)
    assert store.mails_by_message_id(f"<{longs[0]}@x.kz>") == ((MAIL, first),)
    assert store.mails_by_message_id(f"<{longs[1]}@x.kz>") == ()

    def found(keys: MailKeys) -> list[str]:
        return list(
            store.mails_with_traces(MORNING, hours(9), {"address": [keys.sender], "reference": keys.references})
        )

    assert (found(first), found(second)) == ([MAIL], [])


def test_a_failed_mail_waits_for_its_next_try(store: Store) -> None:
    id, other = arrive(store), arrive(store, "cd" * 32, replace(INBOX, uid=1), hours(-1))
    with store.writing() as w:
        assert w.failed(id, "the reader died", hours(2)) == 1
        assert w.failed(id, "the reader died again", hours(3)) == 2
    assert [a.id for a in store.open_arrivals(hours(2))] == [other]
    assert [a.id for a in store.open_arrivals(hours(3))] == [other, id]
    assert store.arrival(id).last_error == "the reader died again"
    with pytest.raises(ArrivalUnknown), store.writing() as w:
        w.failed(99, "?", hours(3))


def test_a_mail_is_moved_after_its_outcome(store: Store) -> None:
    id = arrive(store)
    assert store.unmoved_arrivals() == ()
    settle(store, id)
    assert store.open_arrivals(hours(9)) == ()
    assert store.unmoved_arrivals() == (store.arrival(id),)
    with store.writing() as w:
        w.moved(id, "Review")
    assert store.unmoved_arrivals() == ()
    assert store.arrival(id).settled_in == "Review"


def test_arrivals_are_listed_newest_first(store: Store) -> None:
    ids = [arrive(store, place=replace(INBOX, uid=n)) for n in range(3)]
    settle(store, ids[0])
    assert [a.id for a in store.arrivals()] == ids[::-1]
    assert [a.id for a in store.arrivals(OutcomeKind.TRAY)] == [ids[0]]
    assert [a.id for a in store.arrivals(limit=1)] == [ids[2]]


def test_mails_are_found_by_message_id(store: Store) -> None:
    with store.writing() as w:
        w.keys_of_mail(MAIL, replace(KEYS, message_id="<old@example.kz>"))
        w.keys_of_mail(MAIL, KEYS)
        w.keys_of_mail("cd" * 32, KEYS)
    assert store.mails_by_message_id("<q@example.kz>") == ((MAIL, KEYS), ("cd" * 32, KEYS))
    assert store.mails_by_message_id("<old@example.kz>") == ()


TRACES = (
    ("address", "dana@example.kz"),
    ("identifier", "960315101801"),
    ("reference", "<r@x.kz>"),
    ("reference", "<named@x.kz>"),
    ("token", "VR-2026-000007"),
    ("token", "VR-2026-000011"),
    ("named", "aunt@example.kz"),
    ("number", "7000001122"),
    ("name", "kidirova"),
)
TRACED = replace(
    KEYS,
    tokens=("VR-2026-000011",),
    letters=("<named@x.kz>",),
    addresses=("Aunt@example.kz",),
    numbers=("7000001122",),
    phrases=("kidirova saule", "s kidirova"),
)


@pytest.mark.parametrize("trace", TRACES)
@pytest.mark.parametrize("outcome", [None, *OutcomeKind])
def test_a_mail_is_found_by_every_trace_whatever_it_was_taken_for(
    store: Store, trace: tuple[str, str], outcome: OutcomeKind | None
) -> None:
    id = arrive(store)
    with store.writing() as w:
        w.keys_of_mail(MAIL, TRACED)
    if outcome is not None:
        settle(store, id, outcome)

    kind, value = trace
    found = store.mails_with_traces(MORNING, hours(1), {kind: [value, "nobody"]})
    assert found == {MAIL: frozenset({trace})}
    assert store.mails_with_traces(MORNING, hours(1), {kind: ["nobody"], "other": [value]}) == {}
    assert store.mails_with_traces(MORNING, MORNING, {kind: [value]}) == {}


@pytest.mark.parametrize(("outcome", "found"), [(OutcomeKind.TRAY, True), (OutcomeKind.AUTOMATIC, False)])
def test_of_earlier_mails_only_those_that_wait_for_a_person_are_found(
    store: Store, outcome: OutcomeKind, found: bool
) -> None:
    id = arrive(store)
    with store.writing() as w:
        w.keys_of_mail(MAIL, TRACED)
    settle(store, id, outcome)
    assert bool(store.mails_with_traces(hours(1), hours(2), {"token": ["VR-2026-000007"]})) is found


def test_names_are_found_by_the_beginning_of_a_word(store: Store) -> None:
    arrive(store)
    with store.writing() as w:
        w.keys_of_mail(MAIL, TRACED)
    assert store.mails_with_traces(MORNING, hours(1), {}, ["kidir"]) == {MAIL: frozenset({("name", "kidirova")})}
    assert store.mails_with_traces(MORNING, hours(1), {}, ["idir"]) == {}


def test_a_mail_that_nobody_could_take_apart_is_unread(store: Store) -> None:
    id = arrive(store)
    assert store.unread(hours(1)) == (MAIL,)
    settle(store, id, OutcomeKind.BENCH)
    assert store.unread(hours(1)) == (MAIL,)
    assert store.unread(MORNING) == ()
    with store.writing() as w:
        w.keys_of_mail(MAIL, KEYS)
    assert store.unread(hours(1)) == ()


def test_every_look_is_in_the_diary(store: Store) -> None:
    with store.writing() as w:
        whole, broken, open_ = w.begin_look(hours(1)), w.begin_look(hours(2)), w.begin_look(hours(3))
        w.end_look(whole, hours(1.1), True, {"INBOX": 3, "Спам": 0})
        w.end_look(broken, hours(2.1), False, {"INBOX": 1}, "Спам: connection lost")
    assert open_ not in (whole, broken)
    complete = LookRecord(hours(1), hours(1.1), True, {"INBOX": 3, "Спам": 0})
    assert store.last_complete_look() == complete
    assert store.looks()[0] == LookRecord(hours(3), None, False)
    assert store.looks()[1].error == "Спам: connection lost"
    assert store.looks(limit=1) == (LookRecord(hours(3), None, False),)
    with pytest.raises(NotStored), store.writing() as w:
        w.end_look(99, hours(4), True, {})


def test_notes_are_kept_until_the_next_one(store: Store) -> None:
    assert store.note("calendar") is None
    with store.writing() as w:
        w.put_note("calendar", "2026")
        w.put_note("calendar", "2027")
    assert store.note("calendar") == "2027"
    assert store.last_complete_look() is None
