"""What an auditor knows of a case from its journal: facts and terms, counted by their own hand."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from tests.simulation.book import Line
from tests.simulation.office_days import day_of, moment, nth_after, over

DECISIONS = {"included": "inclusion", "refused": "refusal", "carried_out": ""}
UNDER_REVIEW = frozenset({"incomplete", "complete", "with_clerk", "rework_sent"})
OPEN = UNDER_REVIEW | {"awaiting_rework"}


@dataclass(slots=True)
class Term:
    """The three working days that a rework letter opened."""

    message_id: str
    printed: date
    accepted: datetime | None = None
    delivered: datetime | None = None
    delayed: bool = False
    bounced: bool = False
    uncertain: bool = False  # nobody saw its end
    answers: list[tuple[datetime, bool]] = field(default_factory=list)  # submitted, in time
    words: int = 0  # questions and pleas that came meanwhile

    @property
    def last(self) -> date | None:
        """The last day to answer, None while no server has taken the letter."""
        if self.accepted is None:
            return None
        third = nth_after(day_of(max(self.accepted, self.delivered or self.accepted)), 3)
        return max(third, self.printed)

    def in_time(self, submitted: datetime) -> bool:
        return self.last is None or submitted < over(self.last)


@dataclass(slots=True)
class CaseFacts:
    number: str
    kind: str = ""
    state: str = "received"
    version: int = 0
    received: datetime | None = None
    review_from: datetime | None = None
    mails: dict[str, tuple[datetime, bool]] = field(default_factory=dict)  # mail → when, with forms
    term: Term | None = None
    answered_in_time: bool = False  # ever, in any of its terms
    decisions: int = 0
    before: CaseFacts | None = None  # the last step of a person, which they may take back

    @property
    def review_due(self) -> date | None:
        start = self.review_from or self.received
        return None if start is None else nth_after(day_of(start), 5)

    def learn(self, line: Line, message_id_of_rework: str | None) -> None:
        """Take a step in. message_id_of_rework: of the rework letter that the step sent."""
        if line.event == "ClerkUndid" and self.before is not None:
            for name in ("kind", "received", "review_from", "mails", "term", "answered_in_time"):
                setattr(self, name, getattr(self.before, name))
        self.before = deepcopy(replace(self, before=None)) if line.by_hand and line.event != "ClerkUndid" else None
        match line.event:
            case "Filed":
                self._filed(line)
            case "StopAsked" | "Wrote":
                self._wrote(line)
            case "LetterAccepted" if self._is_rework(line):
                self._left(line.at())
            case "LetterFailed" if self._is_rework(line):
                assert self.term is not None
                self.term.uncertain = line.facts["uncertain"]
            case "ClerkSettledLetter" if self._is_rework(line) and line.facts["left_at"] is not None:
                self._left(line.at("left_at"))
            case "LetterReported" if self._is_rework(line):
                self._reported(line)
            case "ClerkJoined":
                self._joined(line)
            case "ClerkTookOut":
                self._took_out(line)
            case "ClerkRevoked":
                self.review_from = line.at()
            case "ClerkRecast":
                self.kind = line.facts["kind"]
            case _:
                pass
        for send in line.sends("rework"):
            assert message_id_of_rework is not None, "a rework letter that is not in the outbox"
            self.term = Term(message_id_of_rework, date.fromisoformat(send["last_day"]))
        self.state, self.version = line.state, line.version

    def _left(self, at: datetime) -> None:
        assert self.term is not None
        self.term.accepted, self.term.uncertain = self.term.accepted or at, False

    def _is_rework(self, line: Line) -> bool:
        return self.term is not None and line.facts["message_id"] == self.term.message_id

    def _filed(self, line: Line) -> None:
        at, submitted = line.at(), line.at("submitted")
        self.mails[line.facts["mail"]["mail"]] = (at, True)
        if self.term is not None:
            self._answered(submitted)
            self.review_from = at
        self.received = self.received or at

    def _answered(self, submitted: datetime) -> None:
        assert self.term is not None
        in_time = self.term.in_time(submitted)
        if self.term.accepted is None and (self.state == "rework_sent" or self.term.uncertain):
            self._left(submitted)
        self.term.answers.append((submitted, in_time))
        self.answered_in_time = self.answered_in_time or in_time

    def _wrote(self, line: Line) -> None:
        self.mails[line.facts["mail"]["mail"]] = (line.at(), False)
        if self.received is None and line.event == "StopAsked":
            self.received = line.at()
        if self.term is not None and self.state in ("rework_sent", "awaiting_rework"):
            self.term.words += 1

    def _reported(self, line: Line) -> None:
        assert self.term is not None
        action = line.facts["action"]
        if self.term.uncertain and action != "failed":
            self._left(line.at())
        if action == "failed":
            self.term.bounced = True
        elif action == "delayed":
            self.term.delayed = True
        elif action == "delivered":
            latest = max(line.at(), self.term.delivered or line.at())
            self.term.delivered, self.term.delayed = latest, False

    def _joined(self, line: Line) -> None:
        for mail in line.facts["mails"]:
            self.mails[mail["mail"]] = (moment(mail["at"]), mail["brought_forms"])
            if self.term is not None and mail["brought_forms"]:
                self._answered(moment(mail["at"]))
        theirs = line.facts["received"]
        if theirs is not None:
            self.received = min(moment(theirs), self.received or moment(theirs))

    def _took_out(self, line: Line) -> None:
        for mail in line.facts["mails"]:
            self.mails.pop(mail, None)
        left = [at for at, forms in self.mails.values() if forms]
        if left:
            self.received = min(left)
