"""What a round of the daemon has brought, read from the store: one line for each mail and case that moved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from inbox_daemon.demo.wording import event_words, next_words, outcome_words, registered_words
from inbox_daemon.order.practice import Practice
from inbox_daemon.order.workdays import WorkingDays
from registry_store.records import (
    Case,
    CaseNumber,
    Filed,
    JournalLine,
    LetterAccepted,
    LetterReported,
    LetterState,
    MailId,
    OutcomeKind,
    State,
    StopAsked,
    Wrote,
)
from registry_store.store import Store

# Events whose moment is a mail's; the others are told when the daemon noticed them.
CAME_BY_MAIL = (Filed, StopAsked, Wrote, LetterReported)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the timetable. notes: what is missing, what comes next and why, tasks for the clerk."""

    at: datetime
    who: str
    what: str
    case: CaseNumber | None = None
    state: State | OutcomeKind | None = None
    letters: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Chronicle:
    """Remembers what was told. who: the short name of whoever sent a mail."""

    store: Store
    days: WorkingDays
    practice: Practice
    who: Callable[[MailId], str]
    _steps: dict[CaseNumber, int] = field(default_factory=dict)
    _arrivals: set[int] = field(default_factory=set)
    _answers: set[int] = field(default_factory=set)
    _tasks: set[int] = field(default_factory=set)
    _said: dict[CaseNumber, tuple[str, ...]] = field(default_factory=dict)

    def news(self, now: datetime, release: int | None) -> list[Line]:
        """Return what has happened since the last call, mails that moved no case first. release: the number of
        a release that was published meanwhile."""
        lines = [*self._mails(), *self._cases(now)]
        if release is not None:
            published = f"the register is published: release {release}"
            *others, last = lines or [Line(now, "", "the daemon begins its work")]
            lines = [*others, replace(last, notes=(*last.notes, published))]
        return lines

    def _mails(self) -> Iterator[Line]:
        """Mails that moved no case: answered, automatic, duplicates, kept for the clerk."""
        letters = [letter for letter in self.store.letters_in((LetterState.ACCEPTED,)) if letter.case is None]
        new = tuple(letter.kind.value for letter in letters if letter.id not in self._answers)
        self._answers.update(letter.id for letter in letters)
        for arrival in reversed(self.store.arrivals(limit=None)):
            outcome = arrival.outcome
            if outcome is None or arrival.id in self._arrivals:
                continue
            self._arrivals.add(arrival.id)
            if outcome.kind in (OutcomeKind.CASE, OutcomeKind.REPORT):
                continue  # told with its case
            letters_here = new if outcome.kind is OutcomeKind.ANSWERED else ()
            number = outcome.cases[0] if outcome.cases else None
            yield Line(
                arrival.received_at, self.who(arrival.mail), outcome_words(outcome), number, outcome.kind, letters_here
            )

    def _cases(self, now: datetime) -> Iterator[Line]:
        for case in sorted(self.store.cases(), key=lambda one: one.number):
            journal, told = self.store.journal(case.number), self._steps.get(case.number, 0)
            self._steps[case.number] = len(journal)
            if len(journal) > told:
                yield self._line(case, journal[told - 1].state if told else State.RECEIVED, journal[told:], now)

    def _line(self, case: Case, before: State, steps: Sequence[JournalLine], now: datetime) -> Line:
        told = [words for step in steps if (words := event_words(step.event, before))]
        came = [step.event.at for step in steps if isinstance(step.event, CAME_BY_MAIL)]
        return Line(
            at=came[0] if came else now,
            who=self.who(case.mails[0].mail),
            what="; ".join(told) or "its letter leaves in office hours",
            case=case.number,
            state=case.state,
            letters=tuple(step.event.letter for step in steps if isinstance(step.event, LetterAccepted)),
            notes=tuple(self._notes(case, before, came)),
        )

    def _notes(self, case: Case, before: State, came: Sequence[datetime]) -> Iterator[str]:
        """Each thing once: what was said of a case and still holds is not said again."""
        for moment in came:
            yield from registered_words(moment, self.days, self.practice)
        notes = next_words(case, before, self.store, self.days, self.practice)
        yield from (note for note in notes if note not in self._said.get(case.number, ()))
        self._said[case.number] = notes
        for task in self.store.tasks():
            if task.case == case.number and task.id not in self._tasks:
                self._tasks.add(task.id)
                yield f"task for the clerk: {task.code.replace('_', ' ')}"
