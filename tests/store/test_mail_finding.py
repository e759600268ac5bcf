"""Mails are found by who wrote, whom they name and their words, page after page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from registry_store.mail_finding import RARE, MailsWanted
from registry_store.records import MailKeys, Outcome, OutcomeKind, Place
from registry_store.store import Store

from .samples import MORNING, hours

KEYS = MailKeys(None, "00" * 32, "Dana@example.kz", identifiers=("960315101801",))


def came(store: Store, n: int, *words: str, keys: MailKeys = KEYS, kind: OutcomeKind = OutcomeKind.TRAY) -> int:
    """A mail, taken apart and settled; return its arrival."""
    mail = f"{n:064x}"
    with store.writing() as w:
        arrival = w.arrive(mail, Place("INBOX", 1, n), MORNING, hours(1))
        w.keys_of_mail(mail, keys)
        w.words_of_mail(arrival, words)
        w.settle(arrival, Outcome(kind), MORNING)
    return arrival


def found(store: Store, before: int | None = None, limit: int = 10, **wanted: object) -> list[int]:
    sought = MailsWanted(**wanted)  # type: ignore[arg-type]  # its fields by name
    return [one.id for one in store.find_mails(sought, before, limit)]


def test_a_mail_is_found_by_the_beginnings_of_all_its_words(store: Store) -> None:
    one, other = came(store, 1, "сурак", "волонтер"), came(store, 2, "сурак", "форма")
    assert found(store, words=("сур",)) == [other, one]
    assert found(store, words=("сурак", "волонт")) == [one]
    assert found(store, words=("волонтеры",)) == []
    with store.writing() as writing:
        writing.words_of_mail(one, ("другое",))
    assert found(store, words=("сур",)) == [other]
    assert found(store, words=("друг",)) == [one]


def test_a_mail_is_found_by_address_number_and_how_it_ended(store: Store) -> None:
    one = came(store, 1)
    other = came(store, 2, keys=replace(KEYS, sender="x@y.example", identifiers=()), kind=OutcomeKind.ANSWERED)
    assert found(store, address="dana@example.kz") == [one]
    assert found(store, identifier="960315101801") == [one]
    assert found(store, outcome=OutcomeKind.ANSWERED) == [other]
    assert found(store, outcome=OutcomeKind.BENCH) == []
    assert set(store.keys_of_mails([f"{n:064x}" for n in (1, 2, 3)])) == {f"{n:064x}" for n in (1, 2)}


@pytest.mark.parametrize("words", [(), ("сурак",)])
def test_mails_go_on_page_after_page_and_none_is_left_out_or_twice(store: Store, words: tuple[str, ...]) -> None:
    ids = [came(store, n, "сурак") for n in range(1, 8)]
    seen: list[int] = []
    before: int | None = None
    while page := found(store, before, 3, words=words):
        seen, before = seen + page, page[-1]
    assert seen == ids[::-1]
    waiting = [one.id for one in store.for_a_person(3)]
    assert waiting == ids[:3]
    assert [one.id for one in store.for_a_person(10, after=ids[2])] == ids[3:]


def test_words_that_many_mails_have_are_found_too(store: Store) -> None:
    mail = came(store, 1, "сурак", "форма")
    with store.writing() as writing:
        for n in range(2, RARE + 3):
            writing.words_of_mail(
                writing.arrive(f"{n:064x}", Place("INBOX", 1, n), MORNING, hours(1)), ("сурак", "форма")
            )
    assert len(found(store, limit=5, words=("сурак", "форма"))) == 5
    assert found(store, before=mail + 1, words=("сурак", "форма")) == [mail]
