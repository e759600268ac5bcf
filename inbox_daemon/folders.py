"""A mailbox and a postman kept by plain folders: for tests, and for importing saved mail.

<path>/<folder>/<uid>.eml holds a mail; <uid>.date beside it says when the server had it (ISO 8601 with
offset), and where it is missing the file's own time does. .uidvalidity and .uidnext are single numbers.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from inbox_daemon.letters.postman import Accepted, Delivery, Refused, checked_envelope, is_possible
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

SLICE = 0.2  # seconds between two looks while waiting


class FolderMailbox:
    """See `Mailbox`. stopping: asked while waiting; a true answer ends the wait."""

    def __init__(
        self,
        path: Path,
        *,
        folders: tuple[str, ...] = ("INBOX", "Junk"),
        processed: str = "Processed",
        review: str = "Review",
        readonly: bool = False,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._path = path
        self._watched = folders
        self._shelves = {Shelf.PROCESSED: processed, Shelf.REVIEW: review}
        self._readonly = readonly
        self._stopping = stopping
        self._open = False
        self._listed: dict[str, frozenset[Place]] = {}

    def __enter__(self) -> Self:
        if not self._path.is_dir():
            msg = f"There is no folder {str(self._path)!r} to read mail from."
            raise MailboxDown(msg)
        self._open = True
        self._listed = {}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open = False

    def folders(self) -> tuple[str, ...]:
        self._must_be_open()
        return tuple(name for name in self._watched if (self._path / name).is_dir())

    def list(self, folder: str) -> tuple[Place, ...]:
        places = self._places(folder)
        self._listed[folder] = frozenset(places)
        return places

    def fetch(self, place: Place) -> Arrived:
        file = self._file(place)
        try:
            return Arrived(place, file.read_bytes(), _date_of(file))
        except FileNotFoundError as gone:
            raise MailGone(place, "it is not there any more") from gone
        except (OSError, ValueError) as odd:
            raise MailUnfetchable(place, str(odd)) from odd

    def move(self, place: Place, to: Shelf) -> None:
        if self._readonly:
            raise MailUnmovable(place, "the mailbox is open for reading only (shadow mode)")
        target = self._shelves[to]
        file = self._file(place)
        if target == place.folder or not file.exists():
            return
        try:
            new = self._path / target / f"{self._next_uid(target)}.eml"
            new.with_suffix(".date").write_text(_date_of(file).isoformat())
            file.rename(new)
            file.with_suffix(".date").unlink(missing_ok=True)
        except (OSError, ValueError) as odd:
            raise MailUnmovable(place, str(odd)) from odd

    def wait(self, seconds: float) -> bool:
        ends = time.monotonic() + seconds
        while not self._something_came():
            left = ends - time.monotonic()
            if left <= 0 or self._stopping():
                return False
            time.sleep(min(left, SLICE))
        return True

    def append(self, raw: bytes, internal_date: datetime, folder: str = "INBOX") -> Place:
        """Put a mail into a folder as a server would; internal_date must be aware."""
        if internal_date.tzinfo is None:
            msg = "internal_date needs an offset"
            raise ValueError(msg)
        uid = self._next_uid(folder)
        file = self._path / folder / f"{uid}.eml"
        file.with_suffix(".date").write_text(internal_date.isoformat())
        _write_whole(file, raw)
        return Place(folder, self._uidvalidity(folder), uid)

    def _something_came(self) -> bool:
        return any(
            folder not in self._listed or not self._listed[folder].issuperset(self._places(folder))
            for folder in self.folders()
        )

    def _places(self, folder: str) -> tuple[Place, ...]:
        self._must_be_open()
        try:
            uids = sorted(int(f.stem) for f in (self._path / folder).iterdir() if _is_mail(f))
            return tuple(Place(folder, self._uidvalidity(folder), uid) for uid in uids)
        except (OSError, ValueError) as odd:
            raise FolderUnreadable(folder, str(odd)) from odd

    def _file(self, place: Place) -> Path:
        self._must_be_open()
        now = self._uidvalidity(place.folder)
        if now != place.uidvalidity:
            raise MailGone(place, f"the folder was renumbered (UIDVALIDITY {place.uidvalidity}, now {now})")
        return self._path / place.folder / f"{place.uid}.eml"

    def _uidvalidity(self, folder: str) -> int:
        file = self._path / folder / ".uidvalidity"
        return int(file.read_text()) if file.exists() else 1

    def _next_uid(self, folder: str) -> int:
        """Draw a number that no mail of the folder has had before."""
        home = self._path / folder
        home.mkdir(parents=True, exist_ok=True)
        counter = home / ".uidnext"
        drawn = int(counter.read_text()) if counter.exists() else 1
        uid = max([drawn, *(int(f.stem) + 1 for f in home.iterdir() if _is_mail(f))])
        _write_whole(counter, str(uid + 1).encode())
        return uid

    def _must_be_open(self) -> None:
        if not self._open:
            msg = f"The mail folder {str(self._path)!r} is not open."
            raise MailboxDown(msg)


class FolderPostman:
    """See `Postman`. Keeps each letter as 0001.eml with its envelope in 0001.json, and accepts them all."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(self, raw: bytes, envelope_from: str, recipients: tuple[str, ...]) -> Delivery:
        checked_envelope(envelope_from, recipients)
        if not is_possible(recipients[0]):
            return Refused(f"553 {recipients[0]!r} can be no address")
        taken = [address for address in recipients if is_possible(address)]
        not_taken = tuple(address for address in recipients if address not in taken)
        self._path.mkdir(parents=True, exist_ok=True)
        number = 1 + max((int(f.stem) for f in self._path.glob("*.eml")), default=0)
        file = self._path / f"{number:04}.eml"
        envelope = {"from": envelope_from, "to": taken}
        file.with_suffix(".json").write_text(json.dumps(envelope, ensure_ascii=False))
        _write_whole(file, raw)
        also = "".join(f"; not taken for {address}: 553 no address" for address in not_taken)
        return Accepted(f"250 kept as {file.name}{also}", not_taken)


def _is_mail(file: Path) -> bool:
    return file.suffix == ".eml" and file.stem.isdecimal()


def _date_of(file: Path) -> datetime:
    beside = file.with_suffix(".date")
    if not beside.exists():
        return datetime.fromtimestamp(file.stat().st_mtime, UTC)
    date = datetime.fromisoformat(beside.read_text().strip())
    if date.tzinfo is None:
        msg = f"{beside.name} has no offset"
        raise ValueError(msg)
    return date.astimezone(UTC)


def _write_whole(file: Path, data: bytes) -> None:
    """Write so that a reader meets the whole file or none."""
    part = file.with_name(file.name + ".part")
    with part.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    part.rename(file)
