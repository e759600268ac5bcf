"""What the daemon asks of a mailbox, and the words it speaks with it.

A place (folder, UIDVALIDITY, UID) is a cursor and never an identity: servers renumber. The identity of a
mail is the SHA-256 of its bytes. `ImapMailbox` and `FolderMailbox` keep the same contract.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self

from inbox_daemon.errors import InboxError
from registry_store.records import Place


@dataclass(frozen=True, slots=True)
class Arrived:
    """One mail as the server has it: its exact bytes, and when the server took it (INTERNALDATE, in UTC)."""

    place: Place
    raw: bytes
    internal_date: datetime


class Shelf(StrEnum):
    """Where a settled mail goes. The settings say which folders these are."""

    PROCESSED = "processed"
    REVIEW = "review"


class MailboxError(InboxError):
    """Something between us and the mailbox failed."""


class MailboxDown(MailboxError):
    """The connection cannot be had or is gone. Nothing is known of the last command; connect again later."""


class LoginRefused(MailboxDown):
    """The server is there and does not let us in: a person must look at the account or its secret."""


class CertificateRefused(MailboxDown):
    """The server's certificate is not trusted: a person must look at it; no secret was sent."""


class FolderUnreadable(MailboxError):
    """This folder cannot be opened; the other folders and the connection are all right."""

    def __init__(self, folder: str, why: str) -> None:
        super().__init__(f"The mail folder {folder!r} cannot be opened: {why}")
        self.folder = folder
        self.why = why


class MailError(MailboxError):
    """Concerns one mail alone; the connection is all right and the next mail can be fetched."""

    def __init__(self, place: Place, why: str) -> None:
        super().__init__(f"Mail {place.uid} of {place.folder!r}: {why}")
        self.place = place
        self.why = why


class MailGone(MailError):
    """Nothing lies at this place any more: somebody moved or deleted it, or the server renumbered the folder."""


class MailUnfetchable(MailError):
    """The mail is there and the server cannot hand it over."""


class MailUnmovable(MailError):
    """The mail stays where it is; the reason tells why."""


class Mailbox(Protocol):
    """A mailbox while it is open. Entering connects and logs in, leaving logs out; an object may be entered
    again after it was left, and should be: it remembers mails that break the line.

    Every method raises MailboxDown when the connection fails.
    """

    def __enter__(self) -> Self:
        """Connect and log in."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Log out. Never raises, and never waits for a dead server."""
        ...

    def folders(self) -> tuple[str, ...]:
        """The watched folders that exist, in the order of the settings."""
        ...

    def list(self, folder: str) -> tuple[Place, ...]:
        """Every mail that lies in the folder now, by rising UID. Raises FolderUnreadable."""
        ...

    def fetch(self, place: Place) -> Arrived:
        """The mail with its exact bytes; no flag changes. Raises MailGone, MailUnfetchable, FolderUnreadable."""
        ...

    def move(self, place: Place, to: Shelf) -> None:
        """Put a settled mail away; the folder is made where it is missing. A mail already gone is done.

        Raises MailGone when the folder was renumbered (nobody knows whether this UID is still that mail),
        MailUnmovable when the server refuses or the mailbox is open for reading only.
        """
        ...

    def wait(self, seconds: float) -> bool:
        """Wait until something may have come to a watched folder since it was listed: True; or until the
        time is over: False."""
        ...
