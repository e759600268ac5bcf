"""Checks that know who wrote each mail and what they meant. The daemon's own idea of it is not asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from tests.simulation.book import EntryRow, Line
from tests.simulation.facts import CaseFacts
from tests.simulation.truth import Meaning, Truth

STOP, CHANGE = "StopEntry", "Amend"


class Whose:
    """Holds what happens to people against the truth. cases: as the journal has told them so far."""

    def __init__(self, truth: Truth, cases: dict[str, CaseFacts]) -> None:
        self._truth, self._cases = truth, cases
        self._entries: dict[int, EntryRow] = {}
        self._stopping: dict[str, Line] = {}  # case → the step that stopped an entry
        self._explicit: set[str] = set()  # cases in which a person said that somebody else's entry is meant
        self._joined: dict[str, str] = {}

    def step(self, line: Line) -> Iterator[str]:
        """Remember what a step did; no case goes on in one that goes on in it."""
        if any(name == STOP for name, _ in line.effects):
            self._stopping[line.case] = line
        if line.facts.get("other_person_why"):
            self._explicit.add(line.case)
        if line.event == "ClerkUndid":
            self._joined.pop(line.case, None)
        if line.event == "ClerkJoined":
            yield from self._circle(line.facts["other"], line.case)

    def _circle(self, case: str, goes_on_in: str) -> Iterator[str]:
        self._joined[case] = goes_on_in
        seen, at = {case}, goes_on_in
        while at not in seen:
            seen.add(at)
            if at not in self._joined:
                return
            at = self._joined[at]
        yield f"it goes on in {goes_on_in}, which goes on in it"

    def refused(self, case: CaseFacts, line: Line, left: datetime) -> Iterator[str]:
        """§11: by itself only silence is refused. left: when the rework letter was handed over."""
        assert case.term is not None
        bounce, returned = self._truth.returned.get(case.term.message_id, ("", line.noted))
        if bounce and bounce not in self._truth.settled and returned <= line.noted:
            yield "refused by itself though its rework letter never arrived"
        forms = {sent.kind for mail in case.mails if (sent := self._truth.of(mail)) is not None and sent.counts}
        for sent in self._truth.written(self._truth.writers(case.mails), left, line.noted):
            another_matter = sent.meaning is not Meaning.SAYS and sent.kind is not None and sent.kind not in forms
            told = sent.known and self._truth.can_be_told(sent, case.mails)
            if told and not another_matter and sent.mail not in self._truth.settled:
                yield f"refused by itself though its applicant wrote mail {sent.mail[:12]} at {sent.at:%m-%d %H:%M}"

    # ------------------------------------------------------------ the register

    def entry(self, entry: EntryRow) -> Iterator[str]:
        old = self._entries.get(entry.number)
        self._entries[entry.number] = entry
        explicit = entry.case in self._explicit
        if old is not None and (old.kind, old.key) != (entry.kind, entry.key) and not explicit:
            yield f"entry {entry.number} passed from {old.kind} {old.key} to {entry.kind} {entry.key}"
        if not explicit:
            yield from self._one_person(entry)
        if entry.stopped_by is not None and (old is None or old.stopped_by is None):
            yield from self._stop(entry, entry.stopped_by)

    def _one_person(self, entry: EntryRow) -> Iterator[str]:
        """Names, phones and addresses of our people end with their number."""
        who = self._truth.people.get(entry.key)
        if who is None:
            yield f"entry {entry.number} has the number of nobody"
            return
        contacts = entry.facts["contacts"]
        others = [one for one in contacts["email"] if one not in (who.address, who.other_address)]
        others += [one for one in contacts["phone"] if not one.endswith(f"{who.n:07}")]
        names = [name for name in entry.facts["name"].values() if name]
        others += [name for name in names if {int(digits) for digits in re.findall(r"\d+", name)} != {who.n}]
        if others:
            yield f"entry {entry.number} is of person {who.n} and says {others}"

    def _stop(self, entry: EntryRow, case: str) -> Iterator[str]:
        """§13: their own message, by which they meant this entry."""
        line, who = self._stopping.get(case), self._truth.people.get(entry.key)
        if line is None or who is None or case in self._explicit:
            return
        sent = [one for mail in self._cases[case].mails if (one := self._truth.of(mail)) is not None]
        if who.n not in {one.who for one in sent}:
            yield f"entry {entry.number} was stopped, and person {who.n} did not write"
        elif not line.by_hand and not any(
            one.meaning is Meaning.STOPS and one.who == who.n and one.kind in (None, entry.kind) for one in sent
        ):
            yield f"entry {entry.number} was stopped by itself, and person {who.n} did not ask for it"
