"""A small piece of what scripts/simulate does, and the proof that its checks see what they are for."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from inbox_daemon import casework
from inbox_daemon.order.case import decide as right
from inbox_daemon.order.workdays import WorkingDays
from registry_store.records import LetterKind, Look, Send
from tests.simulation.applicant import Crowd
from tests.simulation.audit import Audit
from tests.simulation.ministry import EDGES, Ministry
from tests.simulation.office_days import at
from tests.simulation.posts import Enclosed
from tests.simulation.truth import Truth
from tests.simulation.world import World

# Around the working Sunday of January 2025, and over the holidays of May 2026.
WEEKS = [(date(2024, 12, 27), date(2025, 1, 12), 25), (date(2026, 4, 27), date(2026, 5, 14), 40)]
FRIDAY = date(2026, 10, 23)
AUTOMATIC = '[order]\nmode = "automatic"\n'


@pytest.mark.parametrize(("first", "last", "filings"), WEEKS)
def test_some_weeks_of_a_ministry(tmp_path: Path, first: date, last: date, filings: int) -> None:
    result = Ministry("sample", tmp_path, "sample", first, last, filings).run()

    assert result.violations == ()
    assert {"application: included", "application: refused"} <= set(result.states)
    assert sum(result.states.values()) > filings
    assert len(result.ways) > 20


# ------------------------------------------------------------ sabotage: each check has teeth


class Scene:
    """One applicant who forgot a field and is silent, before a daemon that runs by itself."""

    def __init__(self, home: Path) -> None:
        self.home, self.truth = home, Truth()
        self.world = World(home, at(FRIDAY, "10:00:00"), AUTOMATIC)
        self.crowd = Crowd(self.world, Random(1), self.truth, lambda applicant, letter: None)
        self.audit = Audit(self.world, self.truth)
        self.world.checks.append(self.audit.check)
        self.applicant = self.crowd.newcomer()

    def applies(self, *, complete: bool = False) -> None:
        self.applicant.new_matter()
        self.applicant.gaps = () if complete else (("volunteer", "iin"),)
        self.applicant.send("Арыз", "Арыз қоса беріледі.", Enclosed(self.applicant.forms(gaps=self.applicant.gaps)))
        self.world.round()

    def days(self, number: int) -> None:
        """So many days, with a look at each edge of each."""
        first = self.world.now.date()
        for day in (first + timedelta(days=n) for n in range(number)):
            for edge in EDGES:
                self.world.later(at(day, edge), self.world.round)
        self.world.run(at(first + timedelta(days=number)))

    def in_the_database(self, statement: str) -> None:
        with sqlite3.connect(self.home / "register.db") as link:
            link.execute(statement)
        link.close()

    def close(self) -> None:
        self.audit.close()
        self.world.close()


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    scene = Scene(tmp_path)
    yield scene
    scene.close()


def test_left_alone_the_daemon_violates_nothing(scene: Scene) -> None:
    scene.applies()
    scene.days(14)

    assert scene.audit.violations == []
    assert scene.audit.states == {"application: refused": 1}


def _counting(wrong: dict[int, int]) -> Callable[..., Any]:
    """Counts wrongly: `wrong` says which number of working days is taken for which."""
    right = WorkingDays.count

    def count(self: WorkingDays, number: int, **more: Any) -> Any:
        return right(self, wrong.get(number, number), **more)

    return count


def _shortened_term(scene: Scene, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(WorkingDays, "count", _counting({3: 2}))
    scene.applies()
    scene.days(14)


def _long_review(scene: Scene, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(WorkingDays, "count", _counting({5: 8}))
    scene.applies()
    scene.days(14)


def _letters_at_night(scene: Scene, patch: pytest.MonkeyPatch) -> None:
    patch.setattr("inbox_daemon.letters.outbox.in_office_hours", lambda *_: True)
    for name, module in sys.modules.items():
        if name.startswith("inbox_daemon.") and hasattr(module, "next_office_moment"):
            patch.setattr(module, "next_office_moment", lambda moment, *_: moment)
    scene.world.now = at(FRIDAY + timedelta(days=1), "03:00:00")
    scene.applies(complete=True)


def _no_full_look(scene: Scene, patch: pytest.MonkeyPatch) -> None:
    def look_for(*_: object) -> Look:
        return Look(scene.world.now, complete=True)

    patch.setattr("inbox_daemon.timers.look_for", look_for)
    scene.applies()
    scene.days(8)
    scene.world.mailbox.shut.add("Junk")
    scene.days(8)


def _answer_overlooked(scene: Scene, patch: pytest.MonkeyPatch) -> None:
    scene.applies()
    scene.days(8)
    patch.setattr(type(scene.world.daemon.intake), "work", lambda self, arrival, now: None)
    patch.setattr("inbox_daemon.timers.look_for", lambda *_: Look(scene.world.now, complete=True))
    scene.applicant.send("Re: Толықтыру", "Қосымшада.", Enclosed(scene.applicant.forms()))
    scene.days(8)


def _told_twice(scene: Scene, patch: pytest.MonkeyPatch) -> None:
    def decide(*arguments: Any) -> Any:
        step = right(*arguments)
        again = [e for e in step.effects if isinstance(e, Send) and e.letter is LetterKind.INCLUSION]
        return replace(step, effects=(*step.effects, *again))

    patch.setattr(casework, "decide", decide)
    scene.applies(complete=True)


def _unexplained(scene: Scene, patch: pytest.MonkeyPatch) -> None:
    patch.setattr("inbox_daemon.letters.compose.explain", lambda matter: "")
    scene.applies()


def _sent_again(scene: Scene, patch: pytest.MonkeyPatch) -> None:
    scene.applies()
    scene.in_the_database("UPDATE letters SET state = 'waiting' WHERE kind = 'receipt'")
    scene.days(1)


def _changed_behind_its_back(scene: Scene, patch: pytest.MonkeyPatch) -> None:
    scene.applies()
    scene.in_the_database("UPDATE cases SET payload = json_set(payload, '$.reply_to', 'other@post.example')")
    scene.days(9)


def _two_entries(scene: Scene, patch: pytest.MonkeyPatch) -> None:
    scene.applies(complete=True)
    with sqlite3.connect(scene.home / "register.db") as link:
        at_, payload = link.execute("SELECT at, payload FROM entry_versions").fetchone()
        second = json.dumps({**json.loads(payload), "number": 2})
        link.execute("INSERT INTO entry_versions (number, version, at, payload) VALUES (2, 1, ?, ?)", (at_, second))
    link.close()
    scene.days(1)


def _a_mail_lost(scene: Scene, patch: pytest.MonkeyPatch) -> None:
    intake = type(scene.world.daemon.intake)
    patch.setattr(intake, "keep", lambda self, arrived, now: None)
    scene.applies()


SABOTAGE: dict[str, Callable[[Scene, pytest.MonkeyPatch], None]] = {
    "before the third working day": _shortened_term,
    "rework letter went by itself after review was due": _long_review,
    "on a day off or outside office hours": _letters_at_night,
    "without a full look through the mailbox": _no_full_look,
    "had come in time": _answer_overlooked,
    "with 2 final letters": _told_twice,
    "is not explained": _unexplained,
    "left twice": _sent_again,
    "its journal tells another case": _changed_behind_its_back,
    "are active for one volunteer": _two_entries,
    "have no row": _a_mail_lost,
}


@pytest.mark.parametrize("sentence", SABOTAGE)
def test_a_sabotaged_daemon_is_found_out(sentence: str, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    SABOTAGE[sentence](scene, monkeypatch)

    assert [found for found in scene.audit.violations if sentence in found], scene.audit.violations
