from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from registry_store.archive import Archive
from registry_store.errors import MailDamaged, MailMissing, StoreBusy

RAW = bytes(range(256)) + "Өтініш\r\n".encode("cp1251", "replace")
ID = sha256(RAW).hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "mails"


def kept(folder: Path) -> Path:
    return folder / ID[:2] / ID[2:4] / f"{ID}.eml"


def test_a_mail_comes_back_byte_for_byte(folder: Path) -> None:
    archive = Archive(folder)
    assert archive.keep(RAW) == ID
    assert Archive(folder).raw(ID) == RAW
    assert kept(folder).read_bytes() == RAW


def test_the_same_mail_is_written_once(folder: Path) -> None:
    archive = Archive(folder)
    archive.keep(RAW)
    written = kept(folder).stat().st_ino
    archive.keep(RAW)
    assert kept(folder).stat().st_ino == written


def test_mails_are_for_the_owner_alone(folder: Path) -> None:
    Archive(folder).keep(RAW)
    paths = [folder, *folder.rglob("*")]
    assert {p.stat().st_mode & 0o777 for p in paths if p.is_dir()} == {0o700}
    assert {p.stat().st_mode & 0o777 for p in paths if p.is_file()} == {0o600}


def test_all_ids_are_listed_and_leftovers_of_a_crash_are_not(folder: Path) -> None:
    archive = Archive(folder)
    ids = [archive.keep(b"%d" % n) for n in range(20)]
    (folder / ids[0][:2] / ids[0][2:4] / "tmpx1.tmp").write_bytes(b"half a ma")
    assert list(archive.ids()) == sorted(ids)


@pytest.mark.parametrize("mail", ["00" * 32, "", "../../etc/passwd", ID.upper()])
def test_what_was_never_kept_is_missing(folder: Path, mail: str) -> None:
    archive = Archive(folder)
    archive.keep(RAW)
    with pytest.raises(MailMissing):
        archive.raw(mail)


def test_a_copy_that_went_bad_is_named_and_healed_by_the_next_good_one(folder: Path) -> None:
    archive = Archive(folder)
    archive.keep(RAW)
    kept(folder).write_bytes(RAW[:-1])
    with pytest.raises(MailDamaged, match=ID):
        archive.raw(ID)
    archive.keep(RAW)
    assert archive.raw(ID) == RAW


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What is synced and renamed, in order."""
    done: list[str] = []
    sync, replace = os.fsync, Path.replace

    def fsync(handle: int) -> None:
        name = Path(f"/proc/self/fd/{handle}").readlink()
        done.append(f"sync {name.name if name.is_dir() else 'file'}")
        sync(handle)

    def renamed(self: Path, target: Path) -> Path:
        done.append("rename")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", renamed)
    yield done
    monkeypatch.undo()


def test_the_disk_has_a_mail_before_keep_returns(folder: Path, steps: list[str]) -> None:
    archive = Archive(folder)
    steps.clear()
    archive.keep(RAW)
    assert steps == ["sync mails", f"sync {ID[:2]}", "sync file", "rename", f"sync {ID[2:4]}"]
    steps.clear()
    Archive(folder).keep(RAW)
    assert steps[2:] == ["sync mails", f"sync {ID[:2]}", f"sync {ID[2:4]}"]


def test_a_full_disk_keeps_nothing_and_is_said_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = Archive(folder)

    def full(handle: int) -> None:
        if not Path(f"/proc/self/fd/{handle}").readlink().is_dir():
            raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(StoreBusy, match="No space left"):
            archive.keep(RAW)
    assert [p for p in folder.rglob("*") if p.is_file()] == []
    assert archive.raw(archive.keep(RAW)) == RAW
