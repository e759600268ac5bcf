"""Publishing: a whole release is built beside the others, then `current` points to it in one step.

    <to>/current -> releases/000042       what the website's job reads: resolve it once, then read from there
    <to>/releases/000042/manifest.json    and the files that it names
    <to>/.lock                            one publisher at a time

Whoever resolved `current` before a swap goes on reading the older release, which is kept for a while.
"""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ..durable import sync_folder
from ..errors import StoreError
from ..store import Snapshot, Store
from .manifest import Manifest
from .package import PublicOffice, build, day_of, made_from

_CURRENT = "current"
_BUILDING = ".building"


class PublishError(StoreError):
    """The register could not be published; the release before stays as it is."""


class RegisterShrinks(PublishError):
    """The new release would have far fewer rows than the one before: look why, then publish by force."""


@dataclass(frozen=True, slots=True)
class Release:
    """A release as it is published. new: made by this call, and not found unchanged."""

    folder: Path
    number: int
    manifest: Manifest
    new: bool


def publish(
    store: Store,
    to: Path,
    as_of: datetime,
    office: PublicOffice,
    *,
    keep: int = 30,
    may_shrink_by: int = 10,
    force: bool = False,
) -> Release:
    """Publish the register as it is in `store` into the folder `to` and return the release.

    What a clerk may still undo is left out, and said by the next release after its time. Nothing is written when the
    current release says the same: same entries, words, office, and no minor has come of age since. keep: how many
    releases stay, the new one counted. may_shrink_by: rows that a release may have fewer than the one before. force:
    make a new release in any case.

    RegisterShrinks: more rows would be lost. PublishError: the folder cannot be written, or the current
    release cannot be read, so that nobody knows what it held.
    """
    if as_of.tzinfo is None:
        msg = "as_of needs a time zone"
        raise ValueError(msg)
    try:
        _open_to_all(to)
        _open_to_all(to / "releases")
        with _alone(to), store.snapshot() as register:
            before = _current(to, lenient=force)
            if before is not None and not force and _says_the_same(before, register, as_of, office):
                return before
            release = _build(to, register, as_of, office)
            if before is not None and not force and release.manifest.rows < before.manifest.rows - may_shrink_by:
                shutil.rmtree(release.folder)
                msg = (
                    f"the register would fall from {before.manifest.rows} to {release.manifest.rows} rows; "
                    "if that is right, publish by force"
                )
                raise RegisterShrinks(msg)
            release = _swap(to, release)
            _clear(to, release.number, keep)
            return release
    except OSError as e:
        msg = f"the register could not be published to {to}: {e.strerror or e}"
        raise PublishError(msg) from e


def current_release(to: Path) -> Release | None:
    """Return what is published in `to`, None when nothing is. PublishError: it cannot be read."""
    return _current(to, lenient=False)


def _current(to: Path, *, lenient: bool) -> Release | None:
    link = to / _CURRENT
    if not link.is_symlink():
        return None
    folder = link.resolve()
    try:
        return Release(folder, int(folder.name), Manifest.read(folder), new=False)
    except (OSError, ValueError) as e:
        if lenient:
            return None
        msg = f"the current release {folder} cannot be read ({e}); publish by force to make a new one"
        raise PublishError(msg) from e


def _says_the_same(before: Release, register: Snapshot, as_of: datetime, office: PublicOffice) -> bool:
    said = before.manifest
    return (
        said.register_stamp == register.public_stamp(as_of)
        and said.made_from == made_from(office)
        and (said.changes_on is None or day_of(as_of) < said.changes_on)
        and said.whole(before.folder)
    )


def _build(to: Path, register: Snapshot, as_of: datetime, office: PublicOffice) -> Release:
    folder = to / "releases" / _BUILDING
    shutil.rmtree(folder, ignore_errors=True)  # of somebody who died: we hold the lock
    folder.mkdir()
    number = max((int(path.name) for path in _releases(to)), default=0) + 1
    return Release(folder, number, build(folder, register, as_of, office), new=True)


def _swap(to: Path, release: Release) -> Release:
    """Give the built folder its name, then let `current` point to it: one rename each, synced in between."""
    folder = release.folder.rename(to / "releases" / f"{release.number:06d}")
    sync_folder(folder.parent)
    link = to / ".current"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("releases") / folder.name)
    link.replace(to / _CURRENT)
    sync_folder(to)
    return Release(folder, release.number, release.manifest, new=True)


def _clear(to: Path, newest: int, keep: int) -> None:
    for path in _releases(to):
        if int(path.name) <= newest - keep:
            shutil.rmtree(path)


def _releases(to: Path) -> list[Path]:
    return [path for path in (to / "releases").iterdir() if path.name.isdigit()]


@contextmanager
def _alone(to: Path) -> Iterator[None]:
    """Wait until no other process publishes here. A process that dies lets go by itself."""
    with (to / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _open_to_all(folder: Path) -> None:
    """Make a folder when it is new, for everybody to read (§9) whatever the umask; an old one stays as it is."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)
