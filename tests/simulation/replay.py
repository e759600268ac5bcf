"""The journal read from the beginning gives the stored case: nothing changes one but the steps it tells of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace

from inbox_daemon.order.case import decide
from inbox_daemon.order.practice import Practice
from inbox_daemon.order.workdays import WorkingDays
from registry_store.records import Case, CaseNumber, Enter, JournalLine
from registry_store.store import Store


class Replay:
    """Keeps every case as the journal has told it so far. days, practice: as the daemon has them all the time."""

    def __init__(self, days: WorkingDays, practice: Practice) -> None:
        self._days, self._practice = days, practice
        self._told: dict[CaseNumber, Case] = {}

    def differences(self, number: CaseNumber, store: Store, reworks: Mapping[int, str]) -> Iterator[str]:
        """Read what is new in the journal of a case, and hold the stored case beside it. reworks: the Message-ID of
        its rework letter by the step that sent it."""
        with store.snapshot() as now:
            stored, journal = now.case(number), now.journal(number)
        case = self._told.get(number, Case(number, stored.kind))
        for line in journal[case.version :]:
            case = self._step(case, line, stored, reworks)
        self._told[number] = case
        if case != stored:
            other = [f.name for f in fields(case) if getattr(case, f.name) != getattr(stored, f.name)]
            yield f"its journal tells another case than the stored one: {', '.join(other)}"

    def _step(self, case: Case, line: JournalLine, stored: Case, reworks: Mapping[int, str]) -> Case:
        step = decide(case, line.event, self._days, self._practice)
        case = step.case
        # The door alone knows the number that the register gave and the Message-ID of the letter as composed.
        if any(isinstance(effect, Enter) for effect in step.effects):
            case = replace(case, entry=stored.entry)
        if case.rework is not None and line.version in reworks:
            case = replace(case, rework=replace(case.rework, message_id=reworks[line.version]))
        return case
