from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import shutil
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from registry_store.records import Text
from registry_store.release import publish as publishing
from registry_store.release.publish import PublishError, RegisterShrinks, Release, current_release, publish
from registry_store.store import Store, open_store

from .samples import IIN, MORNING, OFFICE, an_entry


@pytest.fixture
def backend() -> str:
    """A release is made of files: where the register lies makes no difference to them."""
    return "sqlite"


@pytest.fixture
def to(tmp_path: Path) -> Path:
    return tmp_path / "site" / "register"


def include(store: Store, *numbers: int) -> None:
    with store.writing() as w:
        for number in numbers:
            w.put_entry(an_entry(number, key=str(number)), MORNING)


def undo(store: Store, *numbers: int) -> None:
    with store.writing() as w:
        for number in numbers:
            entry = w.entry(number)
            w.put_entry(replace(entry, version=entry.version + 1, undone=True), MORNING)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_an_empty_register_is_published_too(store: Store, to: Path) -> None:
    release = publish(store, to, MORNING, OFFICE)
    assert (release.number, release.new, release.manifest.rows) == (1, True, 0)
    assert (to / "current").resolve() == release.folder
    assert current_release(to) == replace(release, new=False)


def test_the_manifest_names_every_file_with_its_hash(store: Store, to: Path) -> None:
    include(store, 1, 2)
    folder = publish(store, to, MORNING, OFFICE).folder
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert (manifest["schema"], manifest["as_of"], manifest["rows"]) == (1, "2026-10-27T05:00:00Z", 2)
    assert (manifest["register_stamp"], manifest["held_back"], manifest["changes_on"]) == (2, [], None)
    found = contents(folder)
    del found["manifest.json"]
    assert manifest["files"] == {
        name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)} for name, data in found.items()
    }
    assert sorted(found) == [
        "register.json", "register.kk.csv", "register.kk.html", "register.ru.csv", "register.ru.html", "register.xlsx",
    ]  # fmt: skip


def test_everybody_may_read_a_release(store: Store, to: Path) -> None:
    folder = publish(store, to, MORNING, OFFICE).folder
    assert folder.stat().st_mode & 0o777 == 0o755
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o644}


def test_the_same_register_and_moment_give_the_same_bytes(store: Store, to: Path, tmp_path: Path) -> None:
    include(store, 1, 2, 3)
    first = publish(store, to, MORNING, OFFICE)
    again = publish(store, to, MORNING, OFFICE, force=True)
    elsewhere = publish(store, tmp_path / "elsewhere", MORNING, OFFICE)
    assert again.number == 2
    assert contents(first.folder) == contents(again.folder) == contents(elsewhere.folder)


def test_an_unchanged_register_is_not_published_again(store: Store, to: Path) -> None:
    include(store, 1)
    first = publish(store, to, MORNING, OFFICE)
    assert publish(store, to, MORNING + timedelta(days=1), OFFICE) == replace(first, new=False)
    include(store, 2)
    assert publish(store, to, MORNING, OFFICE).number == 2
    assert publish(store, to, MORNING, replace(OFFICE, officer=Text(kk="Жаңа Қызметкер"))).number == 3


def test_a_release_that_lost_a_file_is_made_anew(store: Store, to: Path) -> None:
    first = publish(store, to, MORNING, OFFICE)
    (first.folder / "register.json").write_text("{}")
    assert publish(store, to, MORNING, OFFICE).number == 2


def test_contacts_appear_when_a_minor_has_come_of_age(store: Store, to: Path) -> None:
    with store.writing() as w:
        w.put_entry(an_entry(1, minor_until=date(2026, 12, 31)), MORNING)
    assert publish(store, to, MORNING, OFFICE).manifest.changes_on == date(2027, 1, 1)
    last_hour = datetime(2026, 12, 31, 23, 59, tzinfo=MORNING.tzinfo)
    assert not publish(store, to, last_hour, OFFICE).new
    release = publish(store, to, last_hour + timedelta(minutes=1), OFFICE)
    assert release.new
    assert b"aigerim@example.kz" in (release.folder / "register.json").read_bytes()


def test_an_entry_with_an_iin_is_held_back_and_the_rest_is_published(store: Store, to: Path) -> None:
    include(store, 1, 3)
    with store.writing() as w:
        w.put_entry(an_entry(2, name=Text(kk=f"Ахмет {IIN}")), MORNING)
    release = publish(store, to, MORNING, OFFICE)
    assert (release.manifest.rows, release.manifest.held_back) == (2, (2,))
    assert not any(IIN.encode() in data for data in contents(release.folder).values())


def test_a_register_does_not_shrink_unnoticed(store: Store, to: Path) -> None:
    include(store, 1, 2, 3, 4)
    first = publish(store, to, MORNING, OFFICE, may_shrink_by=1)
    undo(store, 4)
    publish(store, to, MORNING, OFFICE, may_shrink_by=1)
    undo(store, 1, 2)
    with pytest.raises(RegisterShrinks, match="from 3 to 1"):
        publish(store, to, MORNING, OFFICE, may_shrink_by=1)
    now = current_release(to)
    assert now is not None
    assert (now.number, now.manifest.rows) == (2, 3)
    assert publish(store, to, MORNING, OFFICE, may_shrink_by=1, force=True).manifest.rows == 1
    assert first.folder.exists()


def test_old_releases_go_when_there_are_enough_newer_ones(store: Store, to: Path) -> None:
    releases = [publish(store, to, MORNING, OFFICE, keep=2, force=True) for _ in range(4)]
    assert [release.folder.exists() for release in releases] == [False, False, True, True]
    assert sorted(path.name for path in (to / "releases").iterdir()) == ["000003", "000004"]


def test_a_current_release_that_cannot_be_read_is_replaced_by_force_alone(store: Store, to: Path) -> None:
    release = publish(store, to, MORNING, OFFICE)
    (release.folder / "manifest.json").write_text("{}")
    with pytest.raises(PublishError, match="by force"):
        publish(store, to, MORNING, OFFICE)
    shutil.rmtree(release.folder)
    with pytest.raises(PublishError, match="by force"):
        publish(store, to, MORNING, OFFICE)
    assert publish(store, to, MORNING, OFFICE, force=True).new


def test_a_folder_that_cannot_be_written_is_named(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PublishError, match="file"):
        publish(store, tmp_path / "file" / "site", MORNING, OFFICE)


def test_a_moment_without_a_zone_is_refused(store: Store, to: Path) -> None:
    with pytest.raises(ValueError, match="time zone"):
        publish(store, to, datetime(2026, 10, 27), OFFICE)  # noqa: DTZ001


def test_a_publisher_that_dies_leaves_the_release_before(
    store: Store, to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish(store, to, MORNING, OFFICE)
    include(store, 1)

    def dies(*_: object) -> Release:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(publishing, "_swap", dies)
        with pytest.raises(KeyboardInterrupt):
            publish(store, to, MORNING, OFFICE)
    assert current_release(to) == replace(first, new=False)
    assert publish(store, to, MORNING, OFFICE).manifest.rows == 1
    assert sorted(path.name for path in (to / "releases").iterdir()) == ["000001", "000002"]


def _publish_many(url: str, to: Path, times: int) -> None:
    store = open_store(url)
    for _ in range(times):
        publish(store, to, MORNING, OFFICE, force=True, keep=100)
    store.close()


def test_a_reader_always_finds_a_whole_release(url: str, store: Store, to: Path) -> None:
    include(store, 1)
    publish(store, to, MORNING, OFFICE)
    spawn = multiprocessing.get_context("spawn")
    publishers = [spawn.Process(target=_publish_many, args=(url, to, 3)) for _ in range(2)]
    for publisher in publishers:
        publisher.start()
    seen = set()
    while any(publisher.is_alive() for publisher in publishers):
        release = current_release(to)
        assert release is not None
        for name, facts in release.manifest.files.items():
            assert hashlib.sha256((release.folder / name).read_bytes()).hexdigest() == facts.sha256
        seen.add(release.number)
    for publisher in publishers:
        publisher.join()
        assert publisher.exitcode == 0
    assert len(seen) > 1
    assert len(list((to / "releases").iterdir())) == 7


def test_everybody_can_read_the_published_folders_whatever_the_umask(store: Store, to: Path) -> None:
    before = os.umask(0o077)
    try:
        release = publish(store, to, as_of=MORNING, office=OFFICE)
    finally:
        os.umask(before)
    modes = {folder.stat().st_mode & 0o777 for folder in (to, to / "releases", release.folder)}
    assert modes == {0o755}
