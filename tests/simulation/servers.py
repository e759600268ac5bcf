"""The mailbox and the mail server of the simulated ministry. Both keep their own honest record of what happened."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from email import message_from_bytes, policy
from enum import StrEnum
from types import TracebackType
from typing import Self

from inbox_daemon.letters.postman import Accepted, Deferred, Delivery, Refused, Uncertain
from inbox_daemon.mailbox.mailbox import (
    Arrived,
    FolderUnreadable,
    MailboxDown,
    MailGone,
    MailUnfetchable,
    MailUnmovable,
    Shelf,
)
from registry_store.records import Place

WATCHED = ("INBOX", "Junk")
SHELVES = {Shelf.PROCESSED: "Processed", Shelf.REVIEW: "Review"}
DAY = re.compile(r"(\d\d)\.(\d\d)\.(20\d\d)")
MESSAGE_ID = re.compile(rb"^Message-ID: (<[^>\r\n]+>)", re.MULTILINE)


@dataclass(slots=True)
class Session:
    """One time that the mailbox was open. read: folders that were listed and whose every mail was handed over."""

    began: datetime
    read: set[str] = field(default_factory=set)
    failed: bool = False

    @property
    def whole(self) -> bool:
        return not self.failed and self.read == set(WATCHED)


@dataclass(slots=True)
class SimulatedMailbox:
    """See `Mailbox`. down: no connection at all; shut: folders that cannot be opened; odd: mails that cannot be had."""

    clock: Callable[[], datetime]
    down: bool = False
    shut: set[str] = field(default_factory=set)
    odd: set[int] = field(default_factory=set)
    unmovable: bool = False
    sessions: list[Session] = field(default_factory=list)
    copies: int = 0
    _folders: dict[str, dict[int, tuple[bytes, datetime]]] = field(default_factory=dict)
    _next: int = 1

    def append(self, raw: bytes, internal_date: datetime, folder: str = "INBOX") -> int:
        """What the server does when a mail comes in."""
        uid, self._next = self._next, self._next + 1
        self._folders.setdefault(folder, {})[uid] = (raw, internal_date)
        self.copies += 1
        return uid

    def __enter__(self) -> Self:
        if self.down:
            message = "connection refused"
            raise MailboxDown(message)
        self.sessions.append(Session(self.clock()))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def folders(self) -> tuple[str, ...]:
        return WATCHED

    def list(self, folder: str) -> tuple[Place, ...]:
        if folder in self.shut:
            self.sessions[-1].failed = True
            raise FolderUnreadable(folder, "the server says NO")
        self.sessions[-1].read.add(folder)
        return tuple(Place(folder, 1, uid) for uid in sorted(self._folders.get(folder, ())))

    def fetch(self, place: Place) -> Arrived:
        if place.uid in self.odd:
            self.sessions[-1].failed = True
            raise MailUnfetchable(place, "the server says NO")
        found = self._folders.get(place.folder, {}).get(place.uid)
        if found is None:
            raise MailGone(place, "gone")
        return Arrived(place, *found)

    def move(self, place: Place, to: Shelf) -> None:
        if self.unmovable:
            raise MailUnmovable(place, "the server says NO")
        found = self._folders.get(place.folder, {}).pop(place.uid, None)
        if found is not None:
            uid, self._next = self._next, self._next + 1
            self._folders.setdefault(SHELVES[to], {})[uid] = found

    def wait(self, seconds: float) -> bool:
        return True

    def lying_in(self, folder: str) -> int:
        return len(self._folders.get(folder, ()))


class Fate(StrEnum):
    """What becomes of a letter that is handed over."""

    TAKEN = "taken"
    LATER = "later"
    REFUSED = "refused"
    CUT_TAKEN = "cut, and yet taken"
    CUT_LOST = "cut, and lost"
    KILLED_TAKEN = "the daemon died, and yet taken"
    KILLED_LOST = "the daemon died before"


class Killed(BaseException):
    """The daemon's process dies here."""


@dataclass(frozen=True, slots=True)
class Handed:
    """One time that a letter was handed to the server. left: it went on its way, whatever the daemon knows."""

    at: datetime
    message_id: str
    recipients: tuple[str, ...]
    fate: Fate
    days: tuple[date, ...] = ()  # that its subject names

    @property
    def left(self) -> bool:
        return self.fate in (Fate.TAKEN, Fate.CUT_TAKEN, Fate.KILLED_TAKEN)


@dataclass(slots=True)
class SimulatedPostman:
    """See `Postman`. fate_of: what becomes of a letter to this address now. post: where letters that left go."""

    clock: Callable[[], datetime]
    fate_of: Callable[[str], Fate]
    post: Callable[[Handed], None]
    handed: list[Handed] = field(default_factory=list)

    def send(self, raw: bytes, envelope_from: str, recipients: tuple[str, ...]) -> Delivery:
        found = MESSAGE_ID.search(raw)
        assert found is not None, "a letter without a Message-ID"
        subject = str(message_from_bytes(raw.partition(b"\r\n\r\n")[0], policy=policy.default)["Subject"])
        days = tuple(date(int(year), int(month), int(day)) for day, month, year in DAY.findall(subject))
        handed = Handed(self.clock(), found[1].decode(), recipients, self.fate_of(recipients[0]), days)
        self.handed.append(handed)
        if handed.left:
            self.post(handed)
        match handed.fate:
            case Fate.TAKEN:
                return Accepted("250 2.0.0 queued")
            case Fate.LATER:
                return Deferred("451 4.3.0 later")
            case Fate.REFUSED:
                return Refused("550 5.1.1 no such user")
            case Fate.CUT_TAKEN | Fate.CUT_LOST:
                return Uncertain("the line was cut after the final dot")
            case Fate.KILLED_TAKEN | Fate.KILLED_LOST:
                raise Killed
