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
from inbox_daemon.order.case import BY_KEY
from inbox_daemon.order.case import decide as right
from inbox_daemon.order.workdays import WorkingDays
from registry_store.records import Category, ClerkClosed, ClerkJoined, ClerkStopped, LetterKind, Look, Send, State, Step
from tests.simulation.applicant import Crowd, Got
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
        self.letters: list[Got] = []
        self.crowd = Crowd(self.world, Random(1), self.truth, lambda applicant, letter: self.letters.append(letter))
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


def test_who_wakes_is_asked_for_overdue_cases_behind_the_first_round(scene: Scene) -> None:
    """The kind: a check that looks at what the daemon owes each day before the daemon could have done it."""
    scene.applies()
    scene.world.asleep = True
    scene.world.run(at(FRIDAY + timedelta(days=20), "15:50:00"))
    scene.world.asleep = False
    scene.world.restart()
    scene.world.round()

    assert scene.audit.violations == []
    assert [case.overdue for case in scene.world.store.cases()] == [True]


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


def _clock_unheard(scene: Scene, patch: pytest.MonkeyPatch) -> None:
    patch.setattr("inbox_daemon.timers.Timers.tick", lambda self, now: 0)
    scene.applies()
    scene.days(13)


def _nothing_understood(scene: Scene, patch: pytest.MonkeyPatch) -> None:
    """From now on no mail is told from another, and a look never says that one is in doubt."""
    patch.setattr(type(scene.world.daemon.intake), "work", lambda self, arrival, now: None)
    patch.setattr("inbox_daemon.timers.look_for", lambda *_: Look(scene.world.now, complete=True))


def _plea_overlooked(scene: Scene, patch: pytest.MonkeyPatch) -> None:
    scene.applies()
    scene.days(8)
    _nothing_understood(scene, patch)
    scene.applicant.send("Хат", "Прошу ещё неделю.", sender="x@cafe.example", name=scene.applicant.who.name)
    scene.days(6)


def _bounce_overlooked(scene: Scene, patch: pytest.MonkeyPatch) -> None:
    scene.applies()
    scene.days(8)
    _nothing_understood(scene, patch)
    scene.applicant.bounce(next(letter for letter in scene.letters if letter.kind == "rework"))
    scene.days(6)


def _last_day_too_near(scene: Scene, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(WorkingDays, "count", _counting({3: 2}))
    scene.applies()
    scene.days(8)


def _told_of_what_is_no_more(scene: Scene, patch: pytest.MonkeyPatch) -> None:
    scene.world.now = at(FRIDAY + timedelta(days=1), "03:00:00")
    scene.applies(complete=True)
    patch.setattr("inbox_daemon.letters.outbox.TELLS_OF", {})
    patch.setattr("inbox_daemon.letters.outbox.may_be_told", lambda *_: True)
    scene.in_the_database("UPDATE cases SET payload = json_set(payload, '$.state', 'with_clerk')")
    scene.days(4)


def _stopped_unasked(scene: Scene, patch: pytest.MonkeyPatch) -> None:
    scene.applies(complete=True)
    patch.setattr("inbox_daemon.mailbox.intake.what_is_it", lambda *_, **__: Category.TERMINATION)
    patch.setattr("inbox_daemon.mailbox.intake.stops_plainly", lambda *_: True)
    scene.applicant.send("Фото", "Прошу убрать мою фотографию с сайта реестра.")
    scene.world.round()


def _stranger_stopped(scene: Scene, patch: pytest.MonkeyPatch) -> None:
    scene.applies(complete=True)
    scene.crowd.newcomer().asks_to_stop(None)
    scene.world.round()
    patch.setattr("inbox_daemon.order.identity.from_holder", lambda *_: ())
    (stop,) = scene.world.store.cases(states=[State.WITH_CLERK])
    assert scene.world.clerk(ClerkStopped(scene.world.now, "clerk", "by mistake", entry=1), stop.number)


def _entry_passed_on(scene: Scene) -> None:
    other = scene.crowd.newcomer().who
    with sqlite3.connect(scene.home / "register.db") as link:
        at_, payload = link.execute("SELECT at, payload FROM entry_versions").fetchone()
        entry = json.loads(payload)
        new = json.dumps({**entry, "version": 2, "facts": {**entry["facts"], "key": other.iin}})
        link.execute("INSERT INTO entry_versions (number, version, at, payload) VALUES (1, 2, ?, ?)", (at_, new))
    link.close()
    scene.world.round()


def _another_person(scene: Scene, patch: pytest.MonkeyPatch) -> None:
    scene.applies(complete=True)
    _entry_passed_on(scene)


def _without(letter: LetterKind) -> Callable[..., Any]:
    """The Order as it would be without this letter."""

    def decide(*arguments: Any) -> Any:
        step = right(*arguments)
        return replace(step, effects=tuple(e for e in step.effects if getattr(e, "letter", None) is not letter))

    return decide


def _no_receipt(scene: Scene, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(casework, "decide", _without(LetterKind.RECEIPT))
    scene.applies()
    scene.days(3)


def _closed_in_silence(scene: Scene, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(casework, "decide", _without(LetterKind.CLOSED))
    scene.applies()
    (case,) = scene.world.store.cases(states=[State.INCOMPLETE])
    assert scene.world.clerk(ClerkClosed(scene.world.now, "clerk", "no application"), case.number)


def _in_a_circle(scene: Scene, patch: pytest.MonkeyPatch) -> None:
    scene.applies()
    (case,) = scene.world.store.cases(states=[State.INCOMPLETE])
    anything = replace(BY_KEY[State.INCOMPLETE, ClerkJoined], rule=lambda case, *_: Step(case))
    patch.setitem(BY_KEY, (State.INCOMPLETE, ClerkJoined), anything)
    with_itself = ClerkJoined(scene.world.now, "clerk", "by mistake", case.number, None, (), ())
    assert scene.world.clerk(with_itself, case.number)


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
    "is not called overdue": _clock_unheard,
    "though its applicant wrote": _plea_overlooked,
    "its rework letter never arrived": _bounce_overlooked,
    "not three working days": _last_day_too_near,
    "left while its case was with_clerk": _told_of_what_is_no_more,
    "did not ask for it": _stopped_unasked,
    "did not write": _stranger_stopped,
    "entry 1 passed from": _another_person,
    "entry 1 is of person 2 and says": _another_person,
    "its receipt is missing": _no_receipt,
    "and nobody is told": _closed_in_silence,
    "which goes on in it": _in_a_circle,
}


@pytest.mark.parametrize("sentence", SABOTAGE)
def test_a_sabotaged_daemon_is_found_out(sentence: str, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    SABOTAGE[sentence](scene, monkeypatch)

    assert [found for found in scene.audit.violations if sentence in found], scene.audit.violations
