"""Whose contacts wait: minors, until 31 December of the year in which they turn 18 (rules, section 6)."""

from __future__ import annotations

from datetime import date

import pytest

from inbox_daemon.order.entries import birth_year_of, entry_facts
from registry_store.records import Entry
from registry_store.release.rows import shows_contacts
from tests.order.build import IIN, sheet

ON = date(2026, 10, 23)
# Whoever these numbers would be born in the future or in a century without such people: nobody has them.
BORN_2010 = "101231500009"


@pytest.mark.parametrize(
    ("iin", "year"),
    [
        (IIN, 1896),
        (BORN_2010, 2010),
        ("261023600001", 2026),
        ("261024600001", None),  # born tomorrow
        ("850315501801", None),  # 2085
        ("101331500009", None),  # no such month
        ("101231700009", None),  # no such century
        ("10123150000", None),
        ("1012315000091", None),
        ("１０1231500009", None),
        ("", None),
    ],
)
def test_an_iin_tells_a_year_of_birth_only_where_its_digits_are_a_day(iin: str, year: int | None) -> None:
    assert birth_year_of(iin, ON) == year


@pytest.mark.parametrize(
    ("answers", "until"),
    [
        ({"birth_year": 2008}, date(2026, 12, 31)),
        ({"birth_year": 2007}, None),  # 18 in 2025
        ({"birth_year": 2009}, date(2027, 12, 31)),
        ({"birth_year": 1995}, None),
        ({"birth_year": 1995, "iin": BORN_2010}, date(2028, 12, 31)),  # either is enough
        ({"birth_year": 2012, "iin": IIN}, date(2030, 12, 31)),
        ({"birth_year": "", "iin": BORN_2010}, date(2028, 12, 31)),
    ],
)
def test_a_minor_is_told_by_the_year_of_birth_or_by_the_iin(answers: dict[str, object], until: date | None) -> None:
    assert entry_facts([sheet("volunteer", answers=answers)], "volunteer", ON).minor_until == until


def test_of_two_copies_that_differ_the_younger_counts() -> None:
    copies = [sheet("volunteer"), sheet("volunteer", language="ru", answers={"birth_year": 2012})]
    for both in (copies, copies[::-1]):
        assert entry_facts(both, "volunteer", ON).minor_until == date(2030, 12, 31)


def test_a_group_goes_by_its_leader_and_an_organisation_by_nobody() -> None:
    group = sheet("group", answers={"leader_birth_year": 2010})
    assert entry_facts([group], "group", ON).minor_until == date(2028, 12, 31)
    assert entry_facts([sheet("organization")], "organization", ON).minor_until is None


@pytest.mark.parametrize(
    ("said", "on", "shown"),
    [
        (None, date(2026, 12, 31), False),
        (None, date(2027, 1, 1), True),  # of age: by itself
        (True, date(2026, 11, 1), True),
        (False, date(2026, 12, 31), False),
        (False, date(2027, 1, 1), True),
    ],
)
def test_who_turns_18_is_shown_from_the_first_of_january(said: bool | None, on: date, shown: bool) -> None:
    facts = entry_facts([sheet("volunteer", answers={"birth_year": 2008})], "volunteer", ON)
    entry = Entry(1, 1, "VR-2026-000417", ON, facts, contacts_public=said)
    assert shows_contacts(entry, on) is shown
    held = entry.contacts_held_until
    assert (held is not None and on <= held) is not shown, "the list says the same"
