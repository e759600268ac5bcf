"""inbox-daemon outbox and mail: what a person sees and does at the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from inbox_daemon.commands import main
from inbox_daemon.letters.by_hand import why_stopped
from registry_store.records import LetterState, State
from tests.letters.test_by_hand import FRIDAY, LEAD_DAY, applies, goes_on
from tests.simulation.posts import written
from tests.simulation.servers import Fate
from tests.simulation.world import SETTINGS, World

Run = Callable[..., tuple[int, str]]
ORDER = '[order]\nmode = "automatic"\n'


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, FRIDAY, ORDER)
    yield world
    world.close()


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command against the world's store; its exit status and all that it printed."""
    config = tmp_path / "config.toml"
    config.write_text((SETTINGS + ORDER).replace("HOME", str(tmp_path)), "utf-8")

    def command(*words: str) -> tuple[int, str]:
        status = main(["--config", str(config), *words])
        said = capsys.readouterr()
        return status, said.out + said.err

    return command


def rows(said: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.splitlines()]


def test_an_uncertain_letter_is_listed_and_settled(world: World, run: Run) -> None:
    applies(world, "iin")
    world.fates = lambda address: Fate.CUT_LOST
    goes_on(world, LEAD_DAY)

    (listed,) = rows(run("outbox", "list", "--json")[1])
    assert (listed["kind"], listed["state"]) == ("rework", "uncertain")
    number = str(listed["letter"])
    status, _ = run("outbox", "left", number, "--at", "2026-10-30T09:00:00", "--why", "the log", "--by", "clerk")

    assert status == 0
    (case,) = world.store.cases()
    assert case.state is State.AWAITING_REWORK
    assert case.rework is not None
    assert case.rework.accepted_at == LEAD_DAY
    assert run("outbox", "again", number, "--why", "no")[0] == 2


def test_letters_are_stopped_and_let_go(world: World, run: Run) -> None:
    assert run("outbox", "stop", "--why", "a storm", "--by", "admin")[0] == 0
    assert "a storm" in why_stopped(world.store)
    applies(world, "iin")
    assert "ALL LETTERS ARE STOPPED" in run("outbox", "list")[1]

    assert run("outbox", "go", "--why", "over")[0] == 0

    assert world.round().sent == 1
    assert [letter.state for letter in world.store.letters_in(tuple(LetterState))] == [LetterState.ACCEPTED]


def test_a_mail_of_the_tray_is_shown_taken_up_and_put_aside(world: World, run: Run) -> None:
    for n, words in enumerate(("Добрый день! Отличная погода.", "Купите принтер со скидкой до конца недели."), 1):
        raw = written(f"s{n}@cafe.example", "Привет", words, message_id=f"<s{n}@cafe.example>")
        world.mailbox.append(raw, FRIDAY)
    world.round()
    first, second = (str(row["arrival"]) for row in rows(run("mail", "list", "--json")[1]))

    assert "Отличная погода" in run("mail", "show", first)[1]
    (shown,) = rows(run("mail", "show", second, "--json")[1])
    assert (shown["category"], shown["from"], shown["forms"]) == ("other", "s2@cafe.example", [])
    assert run("mail", "take", first, "--why", "who knows")[0] == 0
    assert run("mail", "clear", second, "--why", "an advertisement", "--by", "clerk")[0] == 0

    assert [str(row["arrival"]) for row in rows(run("mail", "list", "--json")[1])] == [first]
    assert run("mail", "clear", second, "--why", "again")[0] == 1
    assert [line.action for _, line in world.store.audit()] == ["cleared", "take_up"]


def test_a_mail_is_taken_up_into_the_case_that_the_clerk_names(world: World, run: Run) -> None:
    applies(world, "iin")
    raw = written("s@cafe.example", "Привет", "Добрый день! Отличная погода.", message_id="<s@cafe.example>")
    world.mailbox.append(raw, FRIDAY)
    world.round()
    (case,) = world.store.cases()
    (lying,) = rows(run("mail", "list", "--json")[1])

    status, said = run("mail", "take", str(lying["arrival"]), "--case", case.number, "--why", "her brother")

    assert (status, said.split()[:2]) == (0, ["case:", case.number])
    assert len(world.store.case(case.number).mails) == 2
    assert run("mail", "take", "1", "--case", "VR-2026-999999", "--why", "no such case")[0] == 1
