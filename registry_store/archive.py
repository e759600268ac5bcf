"""The archive of raw mails: what came is kept byte for byte, found by its SHA-256, and never changed.

    <folder>/ab/cd/abcd….eml        64 hex digits; 0600 in folders of 0700

`keep` returns when a power cut can no longer take the mail: the file is synced, then renamed to its
name, then its folder is synced, and so is each folder above that this process has not seen before.
What a crash leaves are files named *.tmp, which nobody reads.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from .durable import sync_folder
from .errors import MailDamaged, MailMissing, StoreBusy
from .records import MailId

_ID = re.compile(r"[0-9a-f]{64}")
_SUFFIX = ".eml"


class Archive:
    """One folder of mails. Several threads and processes may keep and read at the same time."""

    def __init__(self, folder: Path) -> None:
        """Make the folder when it is new. StoreBusy: it cannot be made or entered."""
        self._folder = folder
        self._lasting: set[Path] = set()  # folders whose own entry is known to be on disk
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            sync_folder(folder)
            sync_folder(folder.parent)
        except OSError as e:
            msg = f"the archive {folder} cannot be used: {e.strerror}"
            raise StoreBusy(msg) from e

    def keep(self, raw: bytes) -> MailId:
        """Keep a mail for good and return its id; a mail that is kept already is left as it is.

        A copy that has gone bad on disk is replaced: only one content can have this name.
        StoreBusy: the disk did not take it (full, read-only); nothing is kept.
        """
        mail = sha256(raw).hexdigest()
        path = self._path(mail)
        try:
            self._make_folders(path.parent)
            if not _holds(path, raw):
                _write(path, raw)
            # Also when the file was there: who wrote it may have died before this line.
            sync_folder(path.parent)
        except OSError as e:
            msg = f"mail {mail[:12]} could not be archived: {e.strerror}"
            raise StoreBusy(msg) from e
        return mail

    def raw(self, mail: MailId) -> bytes:
        """Return the bytes of a mail. MailMissing: it was never kept. MailDamaged: they have changed."""
        if not _ID.fullmatch(mail):
            raise MailMissing(mail)
        try:
            raw = self._path(mail).read_bytes()
        except FileNotFoundError:
            raise MailMissing(mail) from None
        if sha256(raw).hexdigest() != mail:
            raise MailDamaged(mail)
        return raw

    def ids(self) -> Iterator[MailId]:
        """Yield the ids of all kept mails in ascending order. The bytes are not looked at."""
        for first in _sorted_folders(self._folder):
            for second in _sorted_folders(first):
                names = sorted(entry.name for entry in os.scandir(second) if entry.name.endswith(_SUFFIX))
                yield from (Path(name).stem for name in names if _ID.fullmatch(Path(name).stem))

    def _path(self, mail: MailId) -> Path:
        return self._folder / mail[:2] / mail[2:4] / f"{mail}{_SUFFIX}"

    def _make_folders(self, folder: Path) -> None:
        for made in (folder.parent, folder):
            if made not in self._lasting:
                made.mkdir(mode=0o700, exist_ok=True)
                sync_folder(made.parent)
                self._lasting.add(made)


def _holds(path: Path, raw: bytes) -> bool:
    try:
        return path.read_bytes() == raw
    except FileNotFoundError:
        return False


def _write(path: Path, raw: bytes) -> None:
    handle, name = tempfile.mkstemp(suffix=".tmp", dir=path.parent)  # 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _sorted_folders(folder: Path) -> list[Path]:
    return sorted(Path(entry.path) for entry in os.scandir(folder) if entry.is_dir() and len(entry.name) == 2)
