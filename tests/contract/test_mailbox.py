"""What every mailbox keeps, whether it is a server or a folder."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from inbox_daemon.folders import FolderMailbox
from inbox_daemon.mailbox.imap import ImapMailbox
from inbox_daemon.mailbox.mailbox import (
    FolderUnreadable,
    Mailbox,
    MailboxDown,
    MailGone,
    MailUnmovable,
    Shelf,
)
from registry_store.records import Place

ALMATY = timezone(timedelta(hours=5))
CAME = datetime(2026, 10, 23, 18, 30, 1, tzinfo=ALMATY)
LETTER = b"Subject: =?utf-8?b?06jRgtGW0L3RltGI?=\r\n\r\nline one\r\n.line two\r\n"


@dataclass(frozen=True, slots=True)
class World:
    """One kind of mailbox, and the hands behind the scenes."""

    open: Callable[..., Mailbox]  # open(readonly=True), open(folders=(...)), open(review="...")
    append: Callable[[bytes, datetime, str], object]
    bodies: Callable[[str], list[bytes]]
    renumber: Callable[[str], object]


@pytest.fixture(params=["imap", "imap by starttls", "folders"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    if request.param == "folders":
        return in_folders(tmp_path)
    account = request.getfixturevalue("account")
    plain = account.settings(tls="starttls" if "starttls" in request.param else "implicit")
    return World(
        open=lambda **other: ImapMailbox(replace(plain, **other)),
        append=account.append,
        bodies=account.bodies,
        renumber=account.renumber,
    )


def in_folders(home: Path) -> World:
    def append(raw: bytes, came: datetime, folder: str) -> None:
        with FolderMailbox(home) as keeper:
            keeper.append(raw, came, folder)

    def bodies(folder: str) -> list[bytes]:
        files = (home / folder).glob("*.eml")
        return [file.read_bytes() for file in sorted(files, key=lambda f: int(f.stem))]

    for folder in ("INBOX", "Junk"):
        (home / folder).mkdir()
    return World(
        open=lambda **other: FolderMailbox(home, **other),
        append=append,
        bodies=bodies,
        renumber=lambda folder: (home / folder / ".uidvalidity").write_text("2"),
    )


def test_inbox_and_junk_are_watched(world: World) -> None:
    with world.open() as mailbox:
        assert mailbox.folders() == ("INBOX", "Junk")


def test_a_watched_folder_that_does_not_exist_is_left_out(world: World) -> None:
    with world.open(folders=("INBOX", "Жоқ қалта")) as mailbox:
        assert mailbox.folders() == ("INBOX",)


def test_an_empty_folder_lists_nothing(world: World) -> None:
    with world.open() as mailbox:
        assert mailbox.list("INBOX") == ()


def test_mails_are_listed_by_rising_uid(world: World) -> None:
    for n in range(12):
        world.append(LETTER + b"%d\r\n" % n, CAME, "INBOX")
    with world.open() as mailbox:
        places = mailbox.list("INBOX")
        assert [place.uid for place in places] == sorted({place.uid for place in places})
        assert [mailbox.fetch(place).raw.split()[-1] for place in places] == [b"%d" % n for n in range(12)]


def test_a_folder_that_does_not_exist_cannot_be_listed(world: World) -> None:
    with world.open() as mailbox, pytest.raises(FolderUnreadable, match="Nowhere"):
        mailbox.list("Nowhere")


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(LETTER, id="plain"),
        pytest.param(b"Subject: \xd0\x9e\xd0\xa2\r\n\r\n\xd0\xb6\r\n", id="raw utf-8 headers"),
        pytest.param(b"Subject: a\0b\r\nX: \0\0\r\n\r\n\0body\0\r\n", id="NULs"),
        pytest.param(b"Subject: \xcf\xf0\xe8\xe2\xe5\xf2 cp1251\r\n\r\nbody without an end of line", id="cp1251"),
        pytest.param(b"no header at all", id="no header"),
        pytest.param(b"Subject: x\r\n\r\n" + b"y" * 70_000 + b"\r\n", id="a line of 70 kB"),
        pytest.param(b'Subject: "){5}\r\n\r\n* 1 FETCH (BODY[] {3}\r\nA1 OK done\r\n)\r\n', id="looks like IMAP"),
    ],
)
def test_a_mail_comes_byte_for_byte(world: World, raw: bytes) -> None:
    # Servers keep mails with CRLF and may not keep NULs (RFC 3501, 4.3.1); what the server has is the truth.
    world.append(raw, CAME, "INBOX")
    (stored,) = world.bodies("INBOX")
    with world.open() as mailbox:
        (place,) = mailbox.list("INBOX")
        fetched = mailbox.fetch(place).raw
    assert hashlib.sha256(fetched).digest() == hashlib.sha256(stored).digest()
    assert fetched.replace(b"\x80", b"\x00") == raw  # Dovecot stores 0x80 for NUL


@pytest.mark.parametrize("offset", [5, 0, -3, 13])
def test_the_servers_arrival_time_is_kept_to_the_second(world: World, offset: int) -> None:
    came = CAME.astimezone(timezone(timedelta(hours=offset)))
    world.append(LETTER, came, "Junk")
    with world.open() as mailbox:
        (place,) = mailbox.list("Junk")
        arrived = mailbox.fetch(place)
    assert arrived.internal_date == CAME
    assert arrived.internal_date.tzinfo is UTC


def test_fetching_twice_gives_the_same_and_leaves_it_there(world: World) -> None:
    world.append(LETTER, CAME, "INBOX")
    with world.open() as mailbox:
        (place,) = mailbox.list("INBOX")
        assert mailbox.fetch(place) == mailbox.fetch(place)
        assert mailbox.list("INBOX") == (place,)


def test_a_mail_that_is_not_there_is_gone(world: World) -> None:
    world.append(LETTER, CAME, "INBOX")
    with world.open() as mailbox:
        (place,) = mailbox.list("INBOX")
        with pytest.raises(MailGone):
            mailbox.fetch(replace(place, uid=place.uid + 1))
        assert mailbox.fetch(place).raw == LETTER  # and the next one can be fetched


@pytest.mark.parametrize(("shelf", "folder"), [(Shelf.PROCESSED, "Processed"), (Shelf.REVIEW, "Review")])
def test_a_moved_mail_lies_on_its_shelf_and_nowhere_else(world: World, shelf: Shelf, folder: str) -> None:
    world.append(b"Subject: stays\r\n\r\n", CAME, "INBOX")
    world.append(LETTER, CAME, "INBOX")
    with world.open() as mailbox:
        stays, goes = mailbox.list("INBOX")
        mailbox.move(goes, shelf)
        assert mailbox.list("INBOX") == (stays,)
        with pytest.raises(MailGone):
            mailbox.fetch(goes)
        (there,) = mailbox.list(folder)
        arrived = mailbox.fetch(there)
    assert (arrived.raw, arrived.internal_date) == (LETTER, CAME)


def test_a_shelf_that_does_not_exist_is_made(world: World) -> None:
    world.append(LETTER, CAME, "INBOX")
    with world.open(review="Тексеруге/2026") as mailbox:
        (place,) = mailbox.list("INBOX")
        mailbox.move(place, Shelf.REVIEW)
        (there,) = mailbox.list("Тексеруге/2026")
        assert mailbox.fetch(there).raw == LETTER


def test_moving_a_mail_that_is_gone_is_done(world: World) -> None:
    world.append(LETTER, CAME, "INBOX")
    with world.open() as mailbox:
        (place,) = mailbox.list("INBOX")
        mailbox.move(place, Shelf.PROCESSED)
        mailbox.move(place, Shelf.PROCESSED)
        mailbox.move(place, Shelf.REVIEW)
        assert len(mailbox.list("Processed")) == 1
    assert world.bodies("Review") == []


def test_moving_to_the_folder_where_it_lies_does_nothing(world: World) -> None:
    world.append(LETTER, CAME, "Processed")
    with world.open() as mailbox:
        (place,) = mailbox.list("Processed")
        mailbox.move(place, Shelf.PROCESSED)
        assert mailbox.list("Processed") == (place,)


def test_a_uid_is_never_given_twice(world: World) -> None:
    world.append(LETTER, CAME, "INBOX")
    with world.open() as mailbox:
        (first,) = mailbox.list("INBOX")
        mailbox.move(first, Shelf.PROCESSED)
        world.append(LETTER, CAME, "INBOX")
        (second,) = mailbox.list("INBOX")
    assert second.uid > first.uid


def test_a_renumbered_folder_makes_old_places_void(world: World) -> None:
    world.append(LETTER, CAME, "Junk")
    with world.open() as mailbox:
        (old,) = mailbox.list("Junk")
    world.renumber("Junk")
    with world.open() as mailbox:
        for act in (lambda: mailbox.fetch(old), lambda: mailbox.move(old, Shelf.PROCESSED)):
            with pytest.raises(MailGone, match="renumbered"):
                act()
        (new,) = mailbox.list("Junk")
        assert new.uidvalidity != old.uidvalidity
        assert mailbox.fetch(new).raw == LETTER


def test_in_shadow_mode_nothing_moves(world: World) -> None:
    world.append(LETTER, CAME, "INBOX")
    with world.open(readonly=True) as mailbox:
        (place,) = mailbox.list("INBOX")
        assert mailbox.fetch(place).raw == LETTER
        with pytest.raises(MailUnmovable, match="shadow"):
            mailbox.move(place, Shelf.PROCESSED)
        assert mailbox.list("INBOX") == (place,)


def test_waiting_ends_at_its_time_when_nothing_comes(world: World) -> None:
    with world.open() as mailbox:
        for folder in mailbox.folders():
            mailbox.list(folder)
        began = time.monotonic()
        assert mailbox.wait(0.6) is False
        assert 0.5 < time.monotonic() - began < 3


@pytest.mark.parametrize("folder", ["INBOX", "Junk"])
def test_what_came_after_the_listing_ends_the_wait_at_once(world: World, folder: str) -> None:
    with world.open() as mailbox:
        for each in mailbox.folders():
            mailbox.list(each)
        world.append(LETTER, CAME, folder)
        began = time.monotonic()
        assert mailbox.wait(20) is True
        assert time.monotonic() - began < 3
        mailbox.list(folder)
        assert mailbox.wait(0.3) is False


def test_a_mail_that_comes_while_waiting_ends_the_wait(world: World) -> None:
    with world.open() as mailbox:
        for folder in mailbox.folders():
            mailbox.list(folder)
        later = threading.Timer(0.5, world.append, (LETTER, CAME, "INBOX"))
        later.start()
        began = time.monotonic()
        assert mailbox.wait(20) is True
        assert time.monotonic() - began < 6
        later.join()
        assert len(mailbox.list("INBOX")) == 1


def test_our_own_moves_do_not_end_the_wait(world: World) -> None:
    world.append(LETTER, CAME, "INBOX")
    with world.open() as mailbox:
        for folder in mailbox.folders():
            mailbox.list(folder)
        (place,) = mailbox.list("INBOX")
        mailbox.move(place, Shelf.PROCESSED)
        assert mailbox.wait(0.3) is False


def test_a_mailbox_can_be_opened_again_and_is_shut_in_between(world: World) -> None:
    mailbox = world.open()
    with mailbox:
        assert mailbox.list("INBOX") == ()
    with pytest.raises(MailboxDown):
        mailbox.list("INBOX")
    with pytest.raises(MailboxDown):
        mailbox.fetch(Place("INBOX", 1, 1))
    with mailbox:
        assert mailbox.list("INBOX") == ()
