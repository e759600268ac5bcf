"""A mailbox on an IMAP server (RFC 3501).

Nothing is ever lost here: bodies are peeked at, mails are moved one by one and by UID, a plain EXPUNGE
is never sent, and what the server refuses for one mail stops no other.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from inbox_daemon.mailbox.imap_folders import FolderNames
from inbox_daemon.mailbox.imap_line import Declined, ImapSettings, Line
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

__all__ = ["ImapMailbox", "ImapSettings"]

log = logging.getLogger(__name__)

CHUNK = 8 * 1024 * 1024  # bytes; a mail above this is fetched piece by piece
BREAKS_BY_ONE_MAIL = 2  # so often a mail may take the line down before it is passed over once
IDLE_LONGEST = 9 * 60.0  # seconds; RFC 2177 allows 29 minutes, routers on the way often forget sooner
SLICE = 1.0  # seconds between two looks at whether we are asked to stop

# For servers with neither MOVE nor UIDPLUS: seen means settled, a flag calls for a person.
LEFT_WITH = {Shelf.PROCESSED: b"\\Seen", Shelf.REVIEW: b"\\Flagged"}


class ImapMailbox:
    """See `Mailbox`. stopping: asked once a second while waiting; a true answer ends the wait."""

    def __init__(self, settings: ImapSettings, *, stopping: Callable[[], bool] = lambda: False) -> None:
        self._settings = settings
        self._stopping = stopping
        self._open: _Open | None = None
        self._breaks: dict[Place, int] = {}  # how often the line broke while this mail was fetched
        self._idle_trusted = True

    def __enter__(self) -> Self:
        line = Line(self._settings)
        try:
            with line.doing("reading the list of folders"):
                names = FolderNames.of(line.client)
        except Declined as no:
            raise line.fails("reading the list of folders", str(no)) from no
        self._open = _Open(line, names)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        gone, self._open = self._open, None
        if gone is not None:
            gone.line.say_goodbye()

    # ------------------------------------------------------------ looking

    def folders(self) -> tuple[str, ...]:
        names = self._now_open.names
        found = {name: None for wanted in self._settings.folders for name in names.watched(wanted)}
        return tuple(found)

    def list(self, folder: str) -> tuple[Place, ...]:
        here = self._select(folder)
        here.listed[folder] = here.state
        try:
            with here.line.doing(f"listing {folder!r}"):
                uids = here.client.search("ALL")
        except Declined as no:
            raise FolderUnreadable(folder, str(no)) from no
        return tuple(Place(folder, here.uidvalidity, uid) for uid in sorted(set(uids)))

    def fetch(self, place: Place) -> Arrived:
        if self._breaks.get(place, 0) >= BREAKS_BY_ONE_MAIL:
            del self._breaks[place]  # the next call tries it for real again
            raise MailUnfetchable(place, f"the connection broke {BREAKS_BY_ONE_MAIL} times while it was fetched")
        self._at(place)
        try:
            facts = self._parts(place, "INTERNALDATE", "RFC822.SIZE")
            raw = self._body(place, int(facts.get(b"RFC822.SIZE") or 0))
        except MailboxDown:
            self._breaks[place] = self._breaks.get(place, 0) + 1
            raise
        self._breaks.pop(place, None)
        return Arrived(place, raw, _aware(place, facts.get(b"INTERNALDATE")))

    def _body(self, place: Place, size: int) -> bytes:
        """The exact bytes. Sizes that servers tell are not always right, so the end is where no byte comes."""
        if size <= CHUNK:
            return self._piece(place, "BODY.PEEK[]", b"BODY[]")
        pieces: list[bytes] = []
        got = 0
        while piece := self._piece(place, f"BODY.PEEK[]<{got}.{CHUNK}>", b"BODY[]<%d>" % got):
            pieces.append(piece)
            got += len(piece)
        return b"".join(pieces)

    def _piece(self, place: Place, asked: str, answered: bytes) -> bytes:
        piece = self._parts(place, asked).get(answered)
        if not isinstance(piece, bytes):
            raise self._unfetchable(place, "the server answered without its text")
        return piece

    def _parts(self, place: Place, *items: str) -> dict[bytes, Any]:
        """What the server says of one mail. Raises MailGone, MailUnfetchable."""
        here = self._now_open
        try:
            with here.line.doing(f"fetching mail {place.uid} of {place.folder!r}"):
                answer = here.client.fetch([place.uid], items)
        except Declined as no:
            raise self._unfetchable(place, str(no)) from no
        if place.uid not in answer:
            raise self._unfetchable(place, "the server answered nothing")
        return dict(answer[place.uid])

    def _unfetchable(self, place: Place, why: str) -> MailGone | MailUnfetchable:
        if self._lies_there(place):
            return MailUnfetchable(place, why)
        return MailGone(place, "it is not there any more")

    def _lies_there(self, place: Place) -> bool:
        here = self._now_open
        try:
            with here.line.doing(f"looking for mail {place.uid} of {place.folder!r}"):
                return place.uid in here.client.search(["UID", str(place.uid)])
        except Declined as no:
            raise FolderUnreadable(place.folder, str(no)) from no

    # ------------------------------------------------------------ putting away

    def move(self, place: Place, to: Shelf) -> None:
        if self._settings.readonly:
            raise MailUnmovable(place, "the mailbox is open for reading only (shadow mode)")
        here = self._at(place)
        if here.readonly:
            raise MailUnmovable(place, "the server lets this account only read the folder")
        target = self._shelf(to)
        if target == place.folder:
            return
        try:
            if here.client.has_capability("MOVE"):
                self._making(target, here.client.move, place)
            elif here.client.has_capability("UIDPLUS"):
                self._copy_then_remove(place, target)
            else:
                # Without UID EXPUNGE one mail alone cannot be removed, and copies would come again at each try.
                self._flag(place, LEFT_WITH[to])
        except Declined as no:
            if self._lies_there(place):
                raise MailUnmovable(place, str(no)) from no

    def _copy_then_remove(self, place: Place, target: str) -> None:
        """RFC 4315. Once the copy stands the mail counts as moved: a second try would only copy it again."""
        here = self._now_open
        if not self._lies_there(place):
            return
        self._making(target, here.client.copy, place)
        try:
            self._flag(place, b"\\Deleted")
            with here.line.doing(f"removing mail {place.uid} of {place.folder!r}"):
                here.client.uid_expunge([place.uid])
        except Declined as no:
            log.warning("Mail %d of %r is copied and stays there too: %s", place.uid, place.folder, no)

    def _flag(self, place: Place, flag: bytes) -> None:
        here = self._now_open
        with here.line.doing(f"flagging mail {place.uid} of {place.folder!r}"):
            here.client.add_flags([place.uid], (flag,), silent=True)

    def _making(self, target: str, act: Callable[..., object], place: Place) -> None:
        """Do it, and once more when the server asks for the folder to be made first."""
        here = self._now_open
        doing = f"moving mail {place.uid} of {place.folder!r}"
        try:
            with here.line.doing(doing):
                act([place.uid], target)
        except Declined as no:
            if "[TRYCREATE]" not in str(no).upper():
                raise
            with here.line.doing(doing):
                here.client.create_folder(target)
                act([place.uid], target)

    def _shelf(self, to: Shelf) -> str:
        """The folder's name on this server; made where it is missing."""
        here = self._now_open
        name = here.names.placed(self._settings.processed if to is Shelf.PROCESSED else self._settings.review)
        if name not in here.names.all:
            try:
                with here.line.doing(f"making the folder {name!r}"):
                    here.client.create_folder(name)
            except Declined as no:  # somebody made it meanwhile; if not, the move will tell
                log.info("The folder %r could not be made: %s", name, no)
            here.names = replace(here.names, all=here.names.all | {name})
        return name

    # ------------------------------------------------------------ waiting

    def wait(self, seconds: float) -> bool:
        ends = time.monotonic() + seconds
        watched = self.folders()
        if self._changed(watched):
            return True
        while (left := ends - time.monotonic()) > 0 and not self._stopping():
            if watched and self._idle_trusted and self._now_open.client.has_capability("IDLE"):
                if self._idle(watched[0], min(left, IDLE_LONGEST)):
                    return True
            else:
                time.sleep(min(left, SLICE))
        return self._changed(watched)

    def _changed(self, watched: tuple[str, ...]) -> bool:
        """Whether anything came to a watched folder since it was listed; IDLE hears of one folder only."""
        return any(self._select(folder).state != self._now_open.listed.get(folder) for folder in watched)

    def _idle(self, folder: str, seconds: float) -> bool:
        """RFC 2177, for at most so long; True when the server tells of a mail in the folder."""
        here = self._select(folder)
        ends = time.monotonic() + seconds
        heard: list[Any] = []
        try:
            with here.line.doing("asking for IDLE"):
                here.client.idle()
        except Declined as odd:
            # It said something else before it agreed; nobody knows what comes next on this line.
            self._idle_trusted = False
            raise here.line.fails("asking for IDLE", f"{odd}; from now on it is polled instead") from odd
        with here.line.doing("waiting for mail (IDLE)"):
            while not heard and (left := min(ends - time.monotonic(), SLICE)) > 0 and not self._stopping():
                began = time.monotonic()
                heard = here.client.idle_check(timeout=left)
                if not heard and time.monotonic() - began < left / 2:
                    # A line whose other end is gone is readable and empty, at once and for ever. Leaving
                    # IDLE tells which it was: it raises on a dead line.
                    break
            _, rest = here.client.idle_done()
        return any(b"EXISTS" in said for said in (*heard, *rest))

    # ------------------------------------------------------------ what is open

    @property
    def _now_open(self) -> _Open:
        if self._open is None:
            msg = f"There is no connection to the mail server {self._settings.host}:{self._settings.port}."
            raise MailboxDown(msg)
        return self._open

    def _at(self, place: Place) -> _Open:
        """Have the place's folder open. Raises MailGone when the server has renumbered it."""
        here = self._now_open
        if here.selected != place.folder:
            here = self._select(place.folder)
        if here.uidvalidity != place.uidvalidity:
            why = f"the server renumbered the folder (UIDVALIDITY {place.uidvalidity}, now {here.uidvalidity})"
            raise MailGone(place, why)
        return here

    def _select(self, folder: str) -> _Open:
        """Open the folder anew, so that what came meanwhile is known. Raises FolderUnreadable."""
        here = self._now_open
        here.selected = None
        here.readonly = self._settings.readonly
        try:
            with here.line.doing(f"opening the folder {folder!r}"):
                try:
                    facts = here.client.select_folder(folder, readonly=here.readonly)
                except here.client.ReadOnlyError:  # reading is better than nothing; a move will say why not
                    here.readonly = True
                    facts = here.client.select_folder(folder, readonly=True)
        except Declined as no:
            raise FolderUnreadable(folder, str(no)) from no
        if b"UIDVALIDITY" not in facts:
            raise FolderUnreadable(folder, "the server gives it no UIDVALIDITY, so its mails cannot be told apart")
        here.selected, here.uidvalidity = folder, int(facts[b"UIDVALIDITY"])
        here.state = (here.uidvalidity, int(facts.get(b"UIDNEXT", facts.get(b"EXISTS", 0))))
        return here


class _Open:
    """What is known between login and logout. state, listed: UIDVALIDITY and UIDNEXT, now and when listed."""

    def __init__(self, line: Line, names: FolderNames) -> None:
        self.line = line
        self.client = line.client
        self.names = names
        self.selected: str | None = None
        self.uidvalidity = 0
        self.readonly = False
        self.state = (0, 0)
        self.listed: dict[str, tuple[int, int]] = {}


def _aware(place: Place, date: object) -> datetime:
    """INTERNALDATE in UTC; the zone -0000, which says that it is unknown, is UTC too (RFC 5322, 3.3)."""
    if not isinstance(date, datetime):
        raise MailUnfetchable(place, "the server does not say when it came (INTERNALDATE)")
    try:
        return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as odd:
        raise MailUnfetchable(place, f"its INTERNALDATE is no date: {odd}") from odd
