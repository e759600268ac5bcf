"""The one door with a real store behind it, and plain letters instead of composed ones."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from inbox_daemon.casework import Casework
from inbox_daemon.letters.errors import UnusableAddress
from inbox_daemon.letters.outbox import Outbox
from inbox_daemon.letters.postman import Accepted, Deferred, Delivery, Refused, Uncertain
from inbox_daemon.order.practice import Practice
from inbox_daemon.timers import Timers
from registry_store.records import Case, Entry, MailId, NewLetter, Send
from registry_store.store import Store, open_store
from tests.order.build import days

OFFICE = "volunteer@ministry.example"


def message_id(number: str, version: int, n: int) -> str:
    return f"<{number.lower()}.{version}.{n}@ministry.example>"


def plain_letter(send: Send, case: Case, *, now: datetime, n: int, entry: Entry | None) -> NewLetter:
    """A letter of a few words; raises UnusableAddress as the real composer does."""
    return _letter(send, message_id(case.number, case.version, n), case.reply_to)


def plain_answer(send: Send, *, mail: MailId, to: str, answers: str | None, now: datetime, n: int = 1) -> NewLetter:
    return _letter(send, f"<{mail[:32]}.1@ministry.example>", to)


def _letter(send: Send, id_: str, to: str) -> NewLetter:
    if "@" not in to:
        raise UnusableAddress(to, "no address")
    raw = f"Message-ID: {id_}\r\nTo: {to}\r\nSubject: {send.letter}\r\n\r\n{send.last_day}\r\n".encode()
    return NewLetter(
        send.letter, id_, (to,), raw, send.not_before, send.not_after, send.needs_yes, send.any_hour, "plain"
    )


@dataclass
class ScriptedPostman:
    """Answers what the test has laid out, then accepts everything. `carried` holds what a server would have."""

    answers: deque[Delivery] = field(default_factory=deque)
    carried: list[bytes] = field(default_factory=list)

    def send(self, raw: bytes, envelope_from: str, recipients: tuple[str, ...]) -> Delivery:
        answer = self.answers.popleft() if self.answers else Accepted("250 ok")
        if isinstance(answer, Accepted):
            self.carried.append(raw)
        return answer


ANSWERS: dict[str, Delivery] = {
    "accepted": Accepted("250 ok"),
    "deferred": Deferred("451 later"),
    "refused": Refused("550 no"),
    "uncertain": Uncertain("the line was cut"),
}


@dataclass(frozen=True)
class Desk:
    """What a test of casework, clock and outbox needs."""

    store: Store
    casework: Casework
    timers: Timers
    postman: ScriptedPostman
    outbox: Outbox


def open_desk(folder: Path, practice: Practice | None = None) -> Desk:
    store = open_store(f"sqlite:///{folder / 'register.db'}")
    return desk_on(store, practice)


def desk_on(store: Store, practice: Practice | None = None) -> Desk:
    casework = Casework(store, days(), practice or Practice(), plain_letter, plain_answer)
    postman = ScriptedPostman()
    return Desk(store, casework, Timers(store, casework), postman, Outbox(store, casework, postman, OFFICE))
