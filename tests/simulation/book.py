"""The database as an auditor reads it: rows and JSON, without the daemon's own code."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tests.simulation.office_days import moment

LETTER = (
    'id, "case", version, kind, message_id, recipients, state, created_at, not_before, not_after, accepted_at, '
    "explanation"
)
ENDED = ("withdrawn", "failed", "bounced", "accepted")


@dataclass(frozen=True, slots=True)
class Line:
    """One step in the journal. event: the name of its class. effects: (class, fields)."""

    case: str
    version: int
    event: str
    facts: dict[str, Any]
    effects: tuple[tuple[str, dict[str, Any]], ...]
    state: str
    noted: datetime

    @property
    def by_hand(self) -> bool:
        """Whether a person did it."""
        return self.event.startswith("Clerk")

    def at(self, name: str = "at") -> datetime:
        return moment(self.facts[name])

    def sends(self, *kinds: str) -> list[dict[str, Any]]:
        return [fields for name, fields in self.effects if name == "Send" and fields["letter"] in kinds]


@dataclass(frozen=True, slots=True)
class LetterRow:
    id: int
    case: str | None
    version: int
    kind: str
    message_id: str
    recipients: tuple[str, ...]
    state: str
    created: datetime
    not_before: datetime
    not_after: date | None
    accepted: datetime | None
    explanation: str


@dataclass(frozen=True, slots=True)
class ArrivalRow:
    id: int
    mail: str
    outcome: str | None
    cases: tuple[str, ...]
    next_try: datetime | None
    received: datetime


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One version of an entry."""

    number: int
    version: int
    kind: str
    key: str
    active: bool
    included_on: date
    case: str | None  # behind this version
    stopped_by: str | None  # the case of the mark in column 11
    facts: dict[str, Any]


class Book:
    """What has been added since it was looked into last."""

    def __init__(self, home: Path) -> None:
        self._link = sqlite3.connect(f"file:{home / 'register.db'}?mode=ro", uri=True, isolation_level=None)
        self._seen = {"journal": 0, "entry_versions": 0}
        self._letters: dict[int, str] = {}
        self._arrivals: dict[int, str | None] = {}
        # What may still change; all else is not asked for again, so that a check costs no more late in a year.
        self._open_letters: set[int] = set()
        self._open_arrivals: set[int] = set()
        self._last_letter = self._last_arrival = 0

    def close(self) -> None:
        self._link.close()

    def new_lines(self) -> Iterator[Line]:
        query = (
            'SELECT rowid, "case", version, event, effects, state, noted_at FROM journal WHERE rowid > ? ORDER BY rowid'
        )
        for row, case, version, event, effects, state, noted in self._rows(query, self._seen["journal"]):
            self._seen["journal"] = row
            ((name, facts),) = json.loads(event)
            done = tuple((effect, fields) for effect, fields in json.loads(effects))
            yield Line(case, version, name, facts, done, state, moment(noted))

    def new_entry_versions(self) -> Iterator[EntryRow]:
        query = 'SELECT rowid, "case", payload FROM entry_versions WHERE rowid > ? ORDER BY rowid'
        for row, case, payload in self._rows(query, self._seen["entry_versions"]):
            self._seen["entry_versions"] = row
            entry = json.loads(payload)
            yield EntryRow(
                entry["number"],
                entry["version"],
                entry["facts"]["kind"],
                entry["facts"]["key"],
                entry["stop"] is None and not entry["undone"],
                date.fromisoformat(entry["included_on"]),
                case,
                entry["stop"] and entry["stop"]["case"],
                entry["facts"],
            )

    def changed_letters(self) -> Iterator[tuple[str | None, LetterRow]]:
        """New letters, and those whose state has changed, each with the state it had."""
        marks = ",".join(map(str, self._open_letters))
        query = f"SELECT {LETTER} FROM letters WHERE id > ? OR id IN ({marks}) ORDER BY id"
        for row in self._rows(query, self._last_letter):
            letter = _letter(row)
            self._last_letter = max(self._last_letter, letter.id)
            (self._open_letters.discard if letter.state in ENDED else self._open_letters.add)(letter.id)
            before = self._letters.get(letter.id)
            if before != letter.state:
                self._letters[letter.id] = letter.state
                yield before, letter

    def letters_of(self, case: str) -> list[LetterRow]:
        return [_letter(row) for row in self._rows(f'SELECT {LETTER} FROM letters WHERE "case" = ?', case)]

    def changed_arrivals(self) -> Iterator[tuple[str | None, ArrivalRow]]:
        """New arrivals, and those whose outcome has changed, each with the outcome it had."""
        marks = ",".join(map(str, self._open_arrivals))
        query = (
            "SELECT id, mail, outcome_kind, outcome, next_try, received_at FROM arrivals "
            f"WHERE id > ? OR id IN ({marks}) ORDER BY id"
        )
        for id, mail, kind, outcome, next_try, received in self._rows(query, self._last_arrival):
            self._last_arrival = max(self._last_arrival, id)
            # What lies in the tray or on the bench may be taken up by a person.
            lies = kind in (None, "tray", "bench")
            (self._open_arrivals.add if lies else self._open_arrivals.discard)(id)
            before = self._arrivals.get(id)
            if id not in self._arrivals or before != kind:
                self._arrivals[id] = kind
                cases = tuple(json.loads(outcome)["cases"]) if outcome else ()
                yield (
                    before,
                    ArrivalRow(id, mail, kind, cases, moment(next_try) if next_try else None, moment(received)),
                )

    def unsettled(self) -> list[tuple[int, datetime | None]]:
        """Copies without an outcome, and when each is tried again."""
        rows = self._rows("SELECT id, next_try FROM arrivals WHERE outcome_kind IS NULL AND id > ?", 0)
        return [(id, moment(next_try) if next_try else None) for id, next_try in rows]

    def how_many(self, table: str) -> int:
        return int(self._link.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    def case(self, number: str) -> dict[str, Any]:
        """The stored case as it lies in the database."""
        found = self._link.execute("SELECT payload FROM cases WHERE number = ?", (number,)).fetchone()
        return dict(json.loads(found[0]))

    def letter_at(self, message_id: str) -> tuple[str, str | None]:
        """Of what kind a letter is and in which state its case is now."""
        query = 'SELECT kind, "case" FROM letters WHERE message_id = ?'
        kind, case = self._link.execute(query, (message_id,)).fetchone()
        return kind, None if case is None else self.case(case)["state"]

    def complete_look_since(self, since: datetime, until: datetime) -> bool:
        """Whether a look that began in this time is recorded as complete."""
        last = self._link.execute("SELECT began FROM looks WHERE complete ORDER BY id DESC LIMIT 200").fetchall()
        return any(since <= moment(began) <= until for (began,) in last)

    def _rows(self, query: str, value: object) -> list[tuple[Any, ...]]:
        return self._link.execute(query, (value,)).fetchall()


def _letter(row: tuple[Any, ...]) -> LetterRow:
    id, case, version, kind, message_id, recipients, state, created, not_before, not_after, accepted, explanation = row
    return LetterRow(
        id,
        case,
        version,
        kind,
        message_id,
        tuple(json.loads(recipients)),
        state,
        moment(created),
        moment(not_before),
        date.fromisoformat(not_after) if not_after else None,
        moment(accepted) if accepted else None,
        explanation,
    )
