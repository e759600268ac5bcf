"""A look through the mailbox is complete when it saw every folder that there is, and those that were there before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from inbox_daemon.folders import FolderMailbox
from registry_store.records import LetterKind, State
from tests.mailbox.test_intake import mail
from tests.order.build import at
from tests.simulation.people import person
from tests.simulation.world import World
from tests.story.told import AUTOMATIC, filing, ministry

SAULE = person(1)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A daemon over a mailbox of folders, with mails in INBOX and in Junk."""
    world = World(tmp_path, at("2026-10-20 10:00"), AUTOMATIC)
    (tmp_path / "mailbox").mkdir()
    with FolderMailbox(tmp_path / "mailbox") as keeper:
        keeper.append(mail(1), world.now, "INBOX")
        keeper.append(mail(2), world.now, "Junk")
    world.daemon = replace(world.daemon, mailbox=FolderMailbox(tmp_path / "mailbox"))
    yield world
    world.close()


def test_a_folder_that_vanished_between_two_looks_makes_the_second_incomplete(world: World) -> None:
    assert world.daemon.once().look_complete
    (world.home / "mailbox" / "Junk").rename(world.home / "mailbox" / "Spam")

    for _ in range(2):  # and so does every look after it
        done = world.daemon.once()
        assert not done.look_complete
        assert any("'Junk'" in problem and "[imap] folders" in problem for problem in done.problems)

    (world.home / "mailbox" / "Spam").rename(world.home / "mailbox" / "Junk")
    assert world.daemon.once().look_complete


def test_a_folder_that_the_administrator_does_not_watch_any_more_is_not_missed(world: World) -> None:
    assert world.daemon.once().look_complete
    (world.home / "mailbox" / "Junk").rename(world.home / "mailbox" / "Spam")

    world.daemon = replace(world.daemon, watched=("INBOX",), mailbox=FolderMailbox(world.home / "mailbox"))
    assert world.daemon.once().look_complete


def test_nobody_is_refused_while_a_folder_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ministry(tmp_path, "2026-10-20 11:00") as story:
        number = story.receives(SAULE, *filing(SAULE, without="residence"))
        assert number is not None
        story.until("2026-10-28 12:00")
        monkeypatch.setattr("tests.simulation.servers.WATCHED", ("INBOX",))
        story.until("2026-11-04 12:00")
        assert story.case(number).state is State.AWAITING_REWORK
        assert any("'Junk'" in problem for problem in story.world.problems)

        monkeypatch.undo()
        story.world.problems.clear()
        story.until("2026-11-04 13:00")
        assert story.case(number).state is State.REFUSED
        assert LetterKind.REFUSAL in story.letters(number)


def test_the_same_message_id_with_other_parts_is_a_new_mail_with_a_note(world: World) -> None:
    with FolderMailbox(world.home / "mailbox") as keeper:
        keeper.append(mail(1, "Тағы бір сұрақ", message_id="<1@post.example>"), world.now, "INBOX")
    world.daemon.once()

    whys = sorted(a.outcome.why for a in world.store.arrivals() if a.outcome is not None)
    assert len(whys) == 3
    assert [" and other parts" in why for why in whys].count(True) == 1
