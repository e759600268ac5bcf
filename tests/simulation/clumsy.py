"""What a clerk does by a slip: wrong numbers, acts on the wrong case, saves of what nobody touched, late regrets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from random import Random

from inbox_daemon.acts import Act, carry
from registry_store.records import OPEN_STATES, Case, CaseKind, ClerkSetField, State
from tests.simulation.world import World

NAME = "clumsy"
WHY = "by a slip"
UNDO = timedelta(minutes=10)  # how long letters of an act wait, so that it can be taken back
REVIEWED = (State.INCOMPLETE, State.COMPLETE, State.WITH_CLERK)


@dataclass(slots=True)
class Clumsy:
    """One slip at a time. acts: counted, with those that were not allowed."""

    world: World
    random: Random
    acts: Counter[str]

    def slip(self) -> None:
        cases = self.world.store.cases(states=tuple(OPEN_STATES))
        if cases:
            case = self.random.choice(cases)
            self.random.choice(SLIPS)(self, case, cases)

    def act(
        self,
        case: Case,
        name: str,
        *arguments: str,
        entry: int | None = None,
        to: str | None = None,
        hold: timedelta = UNDO,
    ) -> bool:
        """An act as the desk sends it, on the version that was seen."""
        act = Act(name, NAME, WHY, arguments, entry=entry, to=to)
        now = self.world.now
        done = self.world.desk(partial(carry, act, case.number, self.world.casework, now, case.version, hold))
        self.acts[f"slip: {name}{'' if done else ' (not allowed)'}"] += 1
        return done is not None

    def wrong_entry(self, case: Case, cases: tuple[Case, ...]) -> None:
        """The number of some entry is typed."""
        entries = list(self.world.store.entries())
        if entries and case.kind is not CaseKind.APPLICATION:
            name = "stop" if case.kind is CaseKind.TERMINATION else "include"
            self.act(case, name, entry=self.random.choice(entries).number)

    def with_itself(self, case: Case, cases: tuple[Case, ...]) -> None:
        assert not self.act(case, "join", case.number), f"{case.number} was joined to itself"

    def with_any(self, case: Case, cases: tuple[Case, ...]) -> None:
        self.act(case, "join", self.random.choice(cases).number)

    def both_ways(self, case: Case, cases: tuple[Case, ...]) -> None:
        other = self.random.choice(cases)
        self.act(case, "join", other.number)
        self.act(self.world.store.case(other.number), "join", case.number)

    def move(self, case: Case, cases: tuple[Case, ...]) -> None:
        if case.mails:
            to = self.random.choice((case.number, self.random.choice(cases).number, None))
            self.act(case, "move", self.random.choice(case.mails).mail, to=to)

    def take_out(self, case: Case, cases: tuple[Case, ...]) -> None:
        self.act(case, "take-out", "0", to=self.random.choice((case.number, self.random.choice(cases).number)))

    def save_untouched(self, case: Case, cases: tuple[Case, ...]) -> None:
        """An editor is opened and saved as it came up."""
        if case.sheets and case.state in REVIEWED:
            sheet = self.random.choice(case.sheets)
            field, answer = self.random.choice(sorted(sheet.answers.items()))
            name = f"{sheet.form}.{field}"
            event = ClerkSetField(self.world.now, NAME, name, answer.value, answer.text, WHY, sheet.language)
            done = self.world.clerk(event, case.number)
            self.acts[f"slip: saved untouched{'' if done else ' (not allowed)'}"] += 1

    def close(self, case: Case, cases: tuple[Case, ...]) -> None:
        self.act(case, self.random.choice(("not-application", "withdrawn", "not-carried-out", "refusal-stands")))
        self.regret(case)

    def decide_and_regret(self, case: Case, cases: tuple[Case, ...]) -> None:
        self.act(case, self.random.choice(("include", "rework", "refuse", "stop")))
        self.regret(case)

    def regret(self, case: Case) -> None:
        """In time, at the last moment, or too late."""
        after = self.random.choice((timedelta(minutes=3), UNDO, timedelta(minutes=11), timedelta(days=1)))
        self.world.later(self.world.now + after, partial(self.undo, case.number))

    def undo(self, number: str) -> None:
        now = self.world.now
        done = self.world.desk(lambda: self.world.casework.undo(number, by=NAME, why=WHY, now=now))
        self.acts[f"slip: undo{'' if done else ' (not allowed)'}"] += 1

    def twice_at_once(self, case: Case, cases: tuple[Case, ...]) -> None:
        """Two clerks decide on the same page."""
        first = self.act(case, self.random.choice(("include", "rework")))
        second = self.act(case, self.random.choice(("include", "not-application")))
        assert not (first and second), f"{case.number} was decided twice on one page"


SLIPS: tuple[Callable[[Clumsy, Case, tuple[Case, ...]], None], ...] = (
    Clumsy.wrong_entry,
    Clumsy.with_itself,
    Clumsy.with_any,
    Clumsy.both_ways,
    Clumsy.move,
    Clumsy.take_out,
    Clumsy.save_untouched,
    Clumsy.close,
    Clumsy.decide_and_regret,
    Clumsy.twice_at_once,
)
