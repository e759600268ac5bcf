"""scripts/bench desk: how long a clerk waits for a page, with a large register against a small one.

Two stores are made, one with 300,000 entries and 20,000 open cases, one with 1,000 entries and 600 open cases; the
same pages are asked of both by turns. Every figure is the whole answer of the server: session, store, rehearsal of
the Order, page, and the line in the audit log; the test's browser in the same process is counted too. Large is compared
with small by the time of the processor: the clock's own tells of whatever else the machine does.
"""

from __future__ import annotations

import argparse
import itertools
import logging
import random
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from inbox_daemon.order.practice import Practice
from registry_store.accounts import Role
from registry_store.folded import words_of
from registry_store.records import Case, ClerkIncluded, ClerkSentRework, LetterAccepted, LetterKind
from tests.bench._told import Figure, add_json, both, load, tell
from tests.desk.browser import MORNING, Browser, DeskOffice, open_office
from tests.order.build import IIN, SENDER, complete, filed, said, sheet, with_gap

# Entries, open cases. The small one has as many as fill a page, so that both answer with pages of one length.
LARGE, SMALL = (300_000, 20_000), (1_000, 600)
P95_AT_MOST = 50.0  # milliseconds
RATIO_AT_MOST = 1.5
FAMILY, GIVEN = "Қыдырова", "Сәуле"  # of the filings that are copied
GIVEN_NAMES = ("Сәуле", "Айгүл", "Ерлан", "Марат", "Дана", "Тимур", "Асель", "Нұрлан", "Жанна", "Серік")
ALIKE = 20  # people with the same family name
SYLLABLES = ("ба", "да", "жа", "қа", "ма", "на", "ра", "са", "та", "ша")
ROWS_AT_ONCE = 2_000
# What of a case is copied, and the column that names it.
OF_A_CASE = (("cases", "number"), ("case_keys", "case"), ("journal", "case"), ("letters", "case"))
OF_AN_ENTRY = (
    ("entries", "number"),
    ("entry_versions", "number"),
    ("entry_words", "number"),
    ("entry_addresses", "number"),
)

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody made up, by number: the same in both stores."""

    n: int

    @property
    def family(self) -> str:
        digits = f"{self.n // ALIKE:05d}"
        return "".join(SYLLABLES[int(digit)] for digit in digits).capitalize() + "ева"

    @property
    def given(self) -> str:
        return GIVEN_NAMES[self.n % len(GIVEN_NAMES)]

    @property
    def iin(self) -> str:
        return f"{self.n:06d}100000"

    def put_into(self, text: str) -> str:
        """Return a text of the sample's with this person's names, number and address in it."""
        for old, new in ((FAMILY, self.family), (GIVEN, self.given)):
            text = text.replace(old, new).replace(old.casefold(), new.casefold())
            text = text.replace(words_of(old)[0], words_of(new)[0])
        return text.replace(IIN, self.iin).replace(SENDER, f"p{self.n}@post.example")


def fill(folder: Path, entries: int, cases: int) -> DeskOffice:
    """Return an office with so many entries and open cases, copied from a few that the program itself made."""
    office = open_office(folder, Practice(inclusion="clerk"))
    carry = office.parts.casework.carry
    doubtful = sheet("volunteer", answers={"full_name": said(f"{FAMILY} {GIVEN}", doubt="two names")})
    kinds = [
        carry(filed(MORNING, *sheets, n=n, sender=SENDER), None, now=MORNING).case
        for n, sheets in enumerate((complete(), with_gap(), (with_gap()[0], doubtful)), 1)
    ]
    kinds.append(_waiting(office, kinds[1].number))
    entry = carry(ClerkIncluded(MORNING, "chief"), carried(office), now=MORNING).case.entry
    assert entry is not None
    office.store.close()
    with closing(sqlite3.connect(folder / "register.db")) as database:
        database.row_factory = sqlite3.Row
        database.execute("PRAGMA synchronous = OFF")
        _copy_entries(database, entry, entries)
        _copy_cases(database, kinds, cases)
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    office = open_office(folder, Practice(inclusion="clerk"))
    with office.store.writing() as writing:
        writing.recount()
    return office


def _waiting(office: DeskOffice, number: str) -> Case:
    """The case with a gap, sent for rework: it waits for the applicant."""
    carry = office.parts.casework.carry
    carry(ClerkSentRework(MORNING, "chief"), number, now=MORNING)
    (letter,) = [one for one in office.store.letters(number) if one.kind is LetterKind.REWORK]
    return carry(LetterAccepted(MORNING, letter.kind, letter.message_id, "250 ok"), number, now=MORNING).case


def carried(office: DeskOffice) -> str:
    """One more complete case, whose entry is the sample."""
    event = filed(MORNING, *complete(), n=9, sender=SENDER)
    return office.parts.casework.carry(event, None, now=MORNING).case.number


def _copy_entries(database: sqlite3.Connection, sample: int, entries: int) -> None:
    for table, column in OF_AN_ENTRY:
        rows = _rows(database, table, column, sample)
        _insert(database, table, (_entry(row, n, column) for n in range(sample + 1, entries + 1) for row in rows))


def _entry(row: Row, n: int, column: str) -> Row:
    person = Person(n)
    copied = {name: person.put_into(value) if isinstance(value, str) else value for name, value in row.items()}
    if "payload" in copied:
        copied["payload"] = copied["payload"].replace(f'"number":{row[column]},', f'"number":{n},', 1)
    return {**copied, column: n}


def _copy_cases(database: sqlite3.Connection, kinds: Sequence[Case], cases: int) -> None:
    chance = random.Random(127)
    first = 10
    days = {n: date(2026, 10, 15) + timedelta(chance.randrange(20)) for n in range(first, first + cases)}
    for table, column in OF_A_CASE:
        samples = [_rows(database, table, column, case.number) for case in kinds]
        _insert(database, table, (_case(row, n, column, days[n]) for n in days for row in samples[n % len(samples)]))


def _case(row: Row, n: int, column: str, due: date) -> Row:
    person, old, new = Person(n), row[column], f"VR-2026-{n:06d}"
    copied = {
        name: person.put_into(value).replace(old, new) if isinstance(value, str) else value
        for name, value in row.items()
        if name != "id"
    }
    for name in ("due", "queue_day"):
        if name in copied:
            copied[name] = due.isoformat()
    if "message_id" in copied:
        copied["message_id"] = f"{n}.{copied['message_id']}"
    return copied


def _rows(database: sqlite3.Connection, table: str, column: str, value: object) -> list[Row]:
    return [dict(row) for row in database.execute(f'SELECT * FROM {table} WHERE "{column}" = ?', (value,))]


def _insert(database: sqlite3.Connection, table: str, rows: Iterator[Row]) -> None:
    while some := list(itertools.islice(rows, ROWS_AT_ONCE)):
        names = list(some[0])
        places = ", ".join("?" for _ in names)
        quoted = ", ".join(f'"{name}"' for name in names)
        values = [tuple(row[name] for name in names) for row in some]
        database.executemany(f"INSERT OR IGNORE INTO {table} ({quoted}) VALUES ({places})", values)


# ------------------------------------------------------------ pages


def pages(cases: int) -> dict[str, Callable[[int], str]]:
    """The pages that are asked for, by name; the number makes each request another one."""

    def number(n: int) -> int:
        return 10 + n * 7919 % cases

    return {
        "morning": lambda n: "/",
        "queue": lambda n: "/queue",
        "queue, filtered": lambda n: "/queue?state=with_clerk&applicant=volunteer",
        "queue, by reason": lambda n: "/queue?ask=unsure",
        "queue, by doubt": lambda n: "/queue?doubt=value",
        "queue, by a rare doubt": lambda n: "/queue?doubt=file",
        "queue, by language": lambda n: "/queue?language=kk&who=all",
        "queue, due soon": lambda n: "/queue?due=soon",
        "queue, waiting": lambda n: "/queue?who=applicant",
        "search words of forms": lambda n: "/queue?q=кошеси астана",
        "search rare words": lambda n: f"/queue?q=улги {Person(number(n)).family}",
        "search a name": lambda n: f"/queue?q={Person(number(n)).family}",
        "search a given name": lambda n: f"/queue?q={GIVEN_NAMES[n % len(GIVEN_NAMES)]}",
        "search an IIN": lambda n: f"/queue?q={Person(number(n)).iin}",
        "search part of a number": lambda n: f"/queue?q=VR-2026-{number(n) // 100:04d}",
        "search what is not there": lambda n: "/queue?q=zzzz",
        "case": lambda n: f"/cases/VR-2026-{number(n):06d}",
        "register": lambda n: "/register",
        "register, a name": lambda n: f"/register?q={Person(number(n)).family} {Person(number(n)).given}",
        "register, a given name": lambda n: f"/register?q={GIVEN_NAMES[n % len(GIVEN_NAMES)]}",
        "register, an IIN": lambda n: f"/register?q={Person(number(n)).iin}",
        "an entry": lambda n: f"/register/{number(n)}",
    }


def measured(browsers: Sequence[tuple[Browser, int]], times: int) -> Iterator[Figure]:
    """Ask each page of both stores by turns."""
    (_, most), _ = browsers
    for name in pages(most):
        taken: list[list[tuple[float, float]]] = [[], []]
        for n in range(times + 2):
            for place, (browser, cases) in enumerate(browsers):
                address = pages(cases)[name](n)
                if n >= 2:
                    taken[place].append(both(lambda: _ask(browser, address)))  # noqa: B023
                else:
                    _ask(browser, address)
        large, small = (list(zip(*one, strict=True)) for one in taken)
        clock = sorted(large[0])
        yield Figure(f"{name}: p50", median(clock), "ms")
        yield Figure(f"{name}: p95", clock[int(len(clock) * 0.95)], "ms", P95_AT_MOST)
        yield Figure(f"{name}: p50, large to small", median(clock) / median(small[0]), "×")
        yield Figure(f"{name}: processor, p50", median(large[1]), "ms")
        yield Figure(f"{name}: processor, p95", sorted(large[1])[int(len(clock) * 0.95)], "ms")
        yield Figure(f"{name}: processor, p50, large to small", median(large[1]) / median(small[1]), "×", RATIO_AT_MOST)


def _ask(browser: Browser, address: str) -> None:
    answer = browser.get(address)
    assert answer.status_code == 200, (address, answer.status_code)


# ------------------------------------------------------------ the command


def run(options: argparse.Namespace) -> int:
    """Make both stores, measure, tell."""
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        browsers = []
        for name, (entries, cases) in (("large", LARGE), ("small", SMALL)):
            place = Path(folder, name)
            place.mkdir()
            browsers.append((fill(place, entries, cases).signed_in("bench", Role.CHIEF), cases))
        figures = [load(), *measured(browsers, options.times)]
    return tell(figures, options.json)


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the benchmark."""
    command = commands.add_parser("desk", help="the clerk's pages, with a large register against a small one")
    command.add_argument("--times", type=int, default=60, help="how often each page is asked for (default: 60)")
    add_json(command)
    command.set_defaults(run=run)
