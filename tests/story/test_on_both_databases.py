"""The same weeks on SQLite and on PostgreSQL: whatever lasts, whatever others see and whatever the clerk is shown is
the same, to the letter."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from inbox_daemon.casework import CaseMoved
from registry_store.accounts import Role
from registry_store.records import CaseNumber, ClerkIncluded, LetterKind, LetterState, State
from tests.desk.browser import DeskOffice, open_office
from tests.real.postgres import Postgres
from tests.simulation.people import person
from tests.simulation.servers import Fate
from tests.story.told import Ministry, filing, ministry

WHOLE, SILENT, ANSWERS, CUT = (person(n) for n in (1, 13, 25, 38))
ENDS = (State.INCLUDED, State.REFUSED, State.INCLUDED, State.WITH_CLERK)
# What is asked of the desk, and who of the four is shown.
PAGES: tuple[tuple[str, str], ...] = (
    ("/", ""),
    ("/queue", "cut"),
    ("/queue?ended=1", "whole silent answers cut"),
    ("/queue?ended=1&q={silent}", "silent"),
    ("/queue?ended=1&q=vr-2026-00000", "whole silent answers cut"),
    ("/queue?ask=rework_not_accepted", "cut"),
    ("/queue?ended=1&doubt=any", ""),
    ("/queue?ended=1&language=kk&applicant=volunteer", "whole silent answers cut"),
    ("/queue?due=week&who=all", "cut"),
    ("/cases/{number}", "cut"),
    ("/letters", "cut"),
    ("/mails", ""),
    ("/tasks", "cut"),
    ("/register", "whole answers"),
    ("/register?q={whole}", "whole"),
    ("/register?standing=listed&region=none", ""),
    ("/register/1", "whole"),
    ("/audit", "whole cut"),
)


def lead(story: Ministry) -> tuple[CaseNumber, ...]:
    """Somebody complete, somebody silent, somebody who answers, and a letter in whose midst the daemon dies."""
    numbers = [story.receives(WHOLE, *filing(WHOLE))]
    numbers += [story.receives(one, *filing(one, without="residence")) for one in (SILENT, ANSWERS, CUT)]
    story.world.fates = lambda address: Fate.KILLED_TAKEN if address == CUT.address else Fate.TAKEN
    story.until("2026-10-16 10:00")
    story.world.fates = lambda address: Fate.TAKEN
    story.receives(ANSWERS, *filing(ANSWERS))
    story.until("2026-10-26 10:00")
    return tuple(number for number in numbers if number is not None)


@dataclass
class Both:
    """The same story told twice, and a desk on each store while its daemon has it open."""

    stories: tuple[Ministry, ...]
    offices: tuple[DeskOffice, ...]
    numbers: tuple[CaseNumber, ...]


@pytest.fixture(scope="module")
def both(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    stories, offices, told = [], [], set()
    with ExitStack() as stack:
        for url in ("", postgres.made()):
            home = tmp_path_factory.mktemp("ministry")
            story = stack.enter_context(ministry(home, "2026-10-12 10:00", url=url))
            told.add(lead(story))
            office = open_office(home, url=url)
            stack.callback(office.store.close)
            office.watch.now = story.world.now
            stories.append(story)
            offices.append(office)
        (numbers,) = told
        yield Both(tuple(stories), tuple(offices), numbers)


def test_the_cases_end_as_they_should(both: Both) -> None:
    for story in both.stories:
        assert tuple(story.case(number).state for number in both.numbers) == ENDS
        assert story.letters(both.numbers[1]) == (LetterKind.RECEIPT, LetterKind.REWORK, LetterKind.REFUSAL)
        assert [letter.state for letter in story.world.store.letters(both.numbers[3])][-1] is LetterState.UNCERTAIN


def test_everything_that_lasts_is_the_same(both: Both) -> None:
    on_sqlite, on_postgresql = (story.world.store for story in both.stories)
    for number in both.numbers:
        assert on_postgresql.case(number) == on_sqlite.case(number)
        assert on_postgresql.journal(number) == on_sqlite.journal(number)
        assert on_postgresql.letters(number) == on_sqlite.letters(number)
    assert on_postgresql.tasks(open_only=False) == on_sqlite.tasks(open_only=False)
    assert on_postgresql.arrivals(limit=None) == on_sqlite.arrivals(limit=None)
    assert on_postgresql.looks(limit=None) == on_sqlite.looks(limit=None)
    entries = tuple(on_sqlite.entries())
    assert tuple(on_postgresql.entries()) == entries
    assert len(entries) == 2
    for entry in entries:
        assert on_postgresql.entry_versions(entry.number) == on_sqlite.entry_versions(entry.number)


def test_what_is_published_is_the_same(both: Both) -> None:
    on_sqlite, on_postgresql = (story.published_files() for story in both.stories)
    assert on_postgresql == on_sqlite
    assert len(on_sqlite) > 3


def test_every_page_of_the_desk_is_the_same(both: Both) -> None:
    on_sqlite, on_postgresql = (office.signed_in("marat", Role.CHIEF) for office in both.offices)
    four = dict(zip(("whole", "silent", "answers", "cut"), both.numbers, strict=True))
    signs = {who: [number] for who, number in four.items()}
    signs["whole"].append('href="/register/1"')
    signs["answers"].append('href="/register/2"')
    silent, whole = SILENT.name[:4].lower(), WHOLE.name[:4].upper()
    for page, shown in PAGES:
        address = page.format(number=four["cut"], silent=silent, whole=whole)
        first, second = (browser.get(address) for browser in (on_sqlite, on_postgresql))
        assert (first.status_code, second.status_code) == (200, 200), address
        assert _without_tokens(second.text) == _without_tokens(first.text), address
        found = [who for who, named in signs.items() if any(one in first.text for one in named)]
        assert found == shown.split(), address


def _without_tokens(page: str) -> str:
    return re.sub(r'value="[A-Za-z0-9_-]{30,}"', "", page)


def test_of_two_workers_on_one_case_one_decides(postgres: Postgres, tmp_path: Path) -> None:
    url = postgres.made()
    with ministry(tmp_path, "2026-10-12 10:00", '[order]\nmode = "automatic"\ninclusion = "clerk"\n', url) as story:
        number = story.receives(WHOLE, *filing(WHOLE))
        assert number is not None
        offices = [open_office(tmp_path, url=url) for _ in range(2)]
        seen, together = story.case(number).version, threading.Barrier(2)

        def include(office: DeskOffice) -> bool:
            together.wait()
            event = ClerkIncluded(story.world.now, "clerk")
            try:
                office.parts.casework.carry(event, number, now=story.world.now, seen=seen)
            except CaseMoved:
                return False
            return True

        with ThreadPoolExecutor(2) as threads:
            assert sorted(threads.map(include, offices)) == [False, True]
        assert story.case(number).state is State.INCLUDED
        assert len(tuple(story.world.store.entries())) == 1
        for office in offices:
            office.store.close()
