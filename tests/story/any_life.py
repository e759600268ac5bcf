"""Any events in any order, by hypothesis: what may never happen does not happen, and the journal tells it all.

The same lives are led in a world of memory (many) and in the real store through the real door, outbox and clock
(few, since it is slow): see test_any_life.py. What is right is told by the second computation of the calendar
(tests/order/test_deadline_twice.py) and by what was seen here, not by the code under test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any, Protocol

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from inbox_daemon.errors import NotAllowed, NotForeseen
from inbox_daemon.order.asks import FOR_THE_APPLICANT
from inbox_daemon.order.case import decide
from inbox_daemon.order.practice import Practice
from registry_store.records import (
    Case,
    CaseKind,
    CaseNumber,
    Category,
    ClerkApproved,
    ClerkClosed,
    ClerkIncluded,
    ClerkJoined,
    ClerkRefused,
    ClerkRevoked,
    ClerkSawFilled,
    ClerkSentRework,
    ClerkSetAddress,
    ClerkSetField,
    ClerkStopped,
    Enter,
    Event,
    Filed,
    JournalLine,
    Letter,
    LetterKind,
    LetterLeavesLate,
    LetterReported,
    LetterState,
    Look,
    Send,
    Sheet,
    State,
    StopAsked,
    Wrote,
)
from tests.order import test_deadline_twice as second
from tests.order.build import SENDER, application, at, case_mail, days, filed, said, sheet
from tests.story.desk import ANSWERS, message_id

numbers = count(1)
PAUSES = [timedelta(minutes=7), timedelta(hours=3), timedelta(hours=9), timedelta(days=1), timedelta(days=3)]
PRACTICES = [
    Practice(),
    Practice(rework_send="at_once"),
    Practice(inclusion="clerk"),
    Practice(refusal="clerk"),
    Practice(supervised=frozenset({LetterKind.REWORK, LetterKind.REFUSAL})),
]
FILINGS = ["complete", "gap", "gap", "unsure", "application", "questionnaire"]
LOOKS = ["full", "full", "full", "broken", "none"]
STARTS = ["2024-02-27 10:00", "2024-05-02 10:00", "2025-01-04 10:00", "2026-10-23 10:00", "2026-12-30 17:00"]
BY_HAND = (ClerkSentRework, ClerkSetAddress)
HAS_LEFT = (LetterState.ACCEPTED, LetterState.UNCERTAIN)


class World(Protocol):
    """Where a life is led."""

    practice: Practice

    def carry(self, event: Event, number: CaseNumber | None, now: datetime) -> CaseNumber:
        """Carry an event into the case; its number. Raises NotForeseen, NotAllowed, and has changed nothing."""

    def work(self, now: datetime, answers: list[str]) -> None:
        """Carry what is due and send letters; `answers` of the server to the first of them, the others are accepted."""

    def looked(self, now: datetime, complete: bool) -> None: ...
    def look(self, number: CaseNumber) -> Look | None: ...
    def case(self, number: CaseNumber) -> Case: ...
    def journal(self, number: CaseNumber) -> tuple[JournalLine, ...]: ...
    def letters(self, number: CaseNumber) -> tuple[Letter, ...]: ...

    def entries(self, number: CaseNumber, key: str) -> tuple[tuple[int, bool], ...]:
        """The register's entries of a case, oldest first: the number, and whether it is active."""


class AnyLife(RuleBasedStateMachine):
    """One applicant, one clerk, two mail servers, and time that only goes on."""

    def __init__(self, new_world: Callable[[Practice], World], reached: set[State]) -> None:
        super().__init__()
        self.reached = reached  # the states of all lives together
        self.new_world = new_world
        self.world = new_world(Practice())
        self.iin = f"{next(numbers):012}"
        self.number: CaseNumber | None = None
        self.now = at(STARTS[0])
        self.answers: list[str] = []  # of the mail server to the next letters
        self.case = Case("", CaseKind.APPLICATION)  # these three as they stood after the last step
        self.journal: tuple[JournalLine, ...] = ()
        self.letters: tuple[Letter, ...] = ()
        self.changed = False
        self.full_looks: list[datetime] = []
        self.submitted: list[tuple[int, datetime]] = []  # (journal version, moment) of every mail with forms
        self.review_from = self.now  # where the five days of §10 count from

    @initialize(
        practice=st.sampled_from(PRACTICES),
        start=st.sampled_from(STARTS),
        what=st.sampled_from(["gap", "gap", "gap", "gap", "complete", "unsure"]),
        quiet_days=st.sampled_from([9, 9, 9, 0, 3, 15]),
    )
    def begin(self, practice: Practice, start: str, what: str, quiet_days: int) -> None:
        """A filing, and so many days on which all goes well: 9 bring a rework letter, 15 a refusal."""
        self.world = self.new_world(practice)
        self.now = at(start)
        self.carried(filed(self.now, *self.forms(what), n=next(numbers)))
        self.all_is_right()
        self.days_of_work(quiet_days, "full")

    # ------------------------------------------------------------ what may happen

    @rule(pause=st.sampled_from(PAUSES), look=st.sampled_from(LOOKS))
    def a_round_of_work(self, pause: timedelta, look: str) -> None:
        """As the daemon does it: look, carry what is due, send."""
        self.now += pause
        self._round(look)

    @rule(number=st.integers(1, 9), look=st.sampled_from(LOOKS))
    def days_of_work(self, number: int, look: str) -> None:
        """So many days, a round each morning after opening."""
        for _ in range(number):
            self.now = self.now.replace(hour=9, minute=0, second=0) + timedelta(days=1)
            self._round(look)
            self.all_is_right()

    def _round(self, look: str) -> None:
        if look != "none":
            self.world.looked(self.now, look == "full")
            self.full_looks += [self.now] if look == "full" else []
        self.world.work(self.now, self.answers)
        self.changed = True

    @rule(how=st.sampled_from(sorted(ANSWERS)))
    def the_next_letter_meets(self, how: str) -> None:
        self.answers.append(how)

    @rule(
        what=st.sampled_from(FILINGS),
        delayed=st.sampled_from([timedelta(0), timedelta(0), timedelta(hours=20)]),
        unreadable=st.sampled_from([(), (), ("a.pdf: damaged",)]),
        doubts=st.sampled_from([(), (), ("?",)]),
        automatic=st.sampled_from([False, False, True]),
        address=st.sampled_from([SENDER, SENDER, "nobody"]),
    )
    def applicant_files(
        self,
        what: str,
        delayed: timedelta,
        unreadable: tuple[str, ...],
        doubts: tuple[str, ...],
        automatic: bool,
        address: str,
    ) -> None:
        submitted = self.now - delayed
        event = filed(
            self.now,
            *self.forms(what),
            n=next(numbers),
            submitted=submitted,
            unreadable=unreadable,
            doubts=doubts,
            automatic=automatic,
            sender=address,
        )
        self.carried(event)

    def answered(self, what: str, *, doubts: tuple[str, ...] = (), address: str = SENDER) -> None:
        self.applicant_files(what, timedelta(0), (), doubts, False, address)

    @rule(what=st.sampled_from(["writes", "stops"]))
    def applicant_writes(self, what: str) -> None:
        mail = case_mail(self.now, next(numbers), forms=False)
        event: Event = Wrote(self.now, mail, Category.QUESTION)
        if what == "stops":
            event = StopAsked(self.now, self.now, mail, None, trusted=True, entry=None)
        self.carried(event)

    @rule(action=st.sampled_from(["failed", "delayed", "delivered"]), which=st.integers(0, 5))
    def server_reports(self, action: str, which: int) -> None:
        left = [letter for letter in self.letters if letter.state in HAS_LEFT]
        if left:
            letter = left[-1 - which % len(left)]
            self.carried(LetterReported(self.now, letter.kind, letter.message_id, action, "dd" * 32))

    @rule(what=st.sampled_from(["include", "rework", "refuse"]))
    def clerk_decides(self, what: str) -> None:
        self.clerk(what)

    @rule(what=st.sampled_from(["fill", "empty", "seen", "tell", "approve", "address"]))
    def clerk_mends(self, what: str) -> None:
        self.clerk(what)

    @rule(what=st.sampled_from(["close", "revoke", "stop"]))
    def clerk_ends(self, what: str) -> None:
        self.clerk(what)

    @rule(number=st.integers(3, 12), look=st.sampled_from(LOOKS))
    def clerk_refuses_in_the_end(self, number: int, look: str) -> None:
        self.days_of_work(number, look)
        self.clerk("refuse")

    def clerk(self, what: str) -> None:
        look = self.world.look(self.case.number) or Look(self.now, complete=False)
        iin = "volunteer.iin"
        acts: dict[str, Event] = {
            "include": ClerkIncluded(self.now, "clerk"),
            "rework": ClerkSentRework(self.now, "clerk"),
            "refuse": ClerkRefused(self.now, "clerk", "silence", look),
            "fill": ClerkSetField(self.now, "clerk", iin, self.iin, self.iin),
            "empty": ClerkSetField(self.now, "clerk", "volunteer.residence", "", ""),
            "seen": ClerkSawFilled(self.now, "clerk", iin),
            "close": ClerkClosed(self.now, "clerk", "an advertisement"),
            "tell": ClerkApproved(self.now, "clerk", LetterKind.STILL_INCOMPLETE),
            "approve": ClerkApproved(self.now, "clerk", LetterKind.UNREADABLE),
            "address": ClerkSetAddress(self.now, "clerk", "saule@office.example", "by telephone"),
            "revoke": ClerkRevoked(self.now, "clerk", "a ruling"),
            "stop": ClerkStopped(self.now, "clerk", "by telephone"),
        }
        self.carried(acts[what])

    @rule(what=st.sampled_from(["complete", "gap", "questionnaire"]), before=st.sampled_from(PAUSES))
    def clerk_joins(self, what: str, before: timedelta) -> None:
        came = self.now - before
        mail = case_mail(came, next(numbers))
        sheets = tuple(replace(s, mail=mail.mail) for s in self.forms(what))
        self.carried(ClerkJoined(self.now, "clerk", "one person", "VR-2024-999999", came, (mail,), sheets))

    # ------------------------------------------------------------ what must hold

    @invariant()
    def all_is_right(self) -> None:
        if not self.changed:
            return
        self.changed = False
        if self.number is None:
            return
        self.case, self.letters = self.world.case(self.number), self.world.letters(self.number)
        if self.case.version != len(self.journal):
            self._the_journal_has_every_step()
            self._who_is_included_has_one_entry()
        if self.case.state in FOR_THE_APPLICANT:
            assert not self.case.asks, "who calls a person stands in the queue, not among those that wait"
        self._letters_leave_when_they_may()

    def _the_journal_has_every_step(self) -> None:
        assert self.number is not None
        checked = len(self.journal)
        self.journal = self.world.journal(self.number)
        assert [line.version for line in self.journal] == list(range(1, self.case.version + 1))
        assert self.case.state is self.journal[-1].state
        for line in self.journal[checked:]:
            self._remember(line)
            self.reached.add(line.state)
            before = self.journal[line.version - 2].state if line.version > 1 else State.RECEIVED
            if line.state is State.REFUSED and before is not State.REFUSED:
                self._refused_by_right(self.journal[: line.version])
            if not isinstance(line.event, BY_HAND):
                self._no_late_rework_letter(line)

    def _letters_leave_when_they_may(self) -> None:
        for letter in self.letters:
            if letter.accepted_at is None:
                continue
            moment = second.local(letter.accepted_at)
            hours = "090000" <= moment.strftime("%H%M%S") <= "183000"
            assert letter.any_hour or (moment.date() in second.worked() and hours), letter.kind
            assert letter.not_after is None or moment.date() <= letter.not_after
            assert letter.accepted_at >= letter.not_before

    def _who_is_included_has_one_entry(self) -> None:
        active = [number for number, active in self.world.entries(self.case.number, self.iin) if active]
        if self.case.state is State.INCLUDED:
            assert active == [self.case.entry]
        if self.case.state is State.REFUSED:
            assert active == []

    def _remember(self, line: JournalLine) -> None:
        event = line.event
        had_rework = any(True for n, _ in self.rework_letters() if n < line.version)
        if isinstance(event, Filed):
            self.submitted.append((line.version, event.submitted))
            if line.version == 1 or had_rework:
                self.review_from = event.at
        if isinstance(event, ClerkJoined):
            self.submitted += [(line.version, mail.at) for mail in event.mails]
            if event.received is not None:
                self.review_from = min(self.review_from, event.received)
        if isinstance(event, ClerkRevoked):
            self.review_from = event.at

    def _refused_by_right(self, journal: tuple[JournalLine, ...]) -> None:
        """§11: an accepted rework letter, silence until the end of the third working day, and a full look after."""
        version, letter = self.rework_letters()[-1]
        assert letter.state is LetterState.ACCEPTED
        assert letter.accepted_at is not None
        moments = [letter.accepted_at]
        moments += [
            line.event.at
            for line in journal
            if isinstance(line.event, LetterReported)
            and line.event.message_id == letter.message_id
            and line.event.action == "delivered"
        ]
        printed = date.fromisoformat(letter.raw.split(b"\r\n\r\n")[1].strip().decode())
        last = max(second.accepted(max(moments)).rework_due, printed)
        assert second.local(self.now).date() > last
        in_time = [m for v, m in self.submitted if version < v and second.local(m).date() <= last]
        assert in_time == []
        assert any(last < second.local(look).date() for look in self.full_looks)
        reports = [
            line.event.action
            for line in journal
            if isinstance(line.event, LetterReported) and line.event.message_id == letter.message_id
        ]
        assert "failed" not in reports
        assert not reports or reports[-1] != "delayed"

    def _no_late_rework_letter(self, line: JournalLine) -> None:
        """§10: by itself one letter goes, until review is due; a second one is a person's decision."""
        for effect in line.effects:
            if isinstance(effect, Send) and effect.letter is LetterKind.REWORK:
                if isinstance(line.event, LetterLeavesLate) and effect.any_hour:  # a person's, late on its way
                    continue
                assert not any(letter.accepted_at for n, letter in self.rework_letters() if n < line.version)
                due = second.received(self.review_from).review_due
                assert second.local(effect.not_before).date() <= due
                assert effect.not_after is not None
                assert effect.not_after <= due

    def teardown(self) -> None:
        """Replaying the journal gives the stored case. The door itself adds Message-IDs and entry numbers."""
        if self.number is None:
            return
        case = Case(self.number, self.case.kind)
        practice = self.world.practice
        entries = [number for number, _ in self.world.entries(self.number, self.iin)]
        for line in self.journal:
            step = decide(case, line.event, days(), practice)
            case = self._as_the_door(step.case, step.effects, line, entries)
            assert line.effects[: len(step.effects)] == step.effects
        assert case == self.world.case(self.number)

    def _as_the_door(self, case: Case, effects: tuple[Any, ...], line: JournalLine, entries: list[int]) -> Case:
        # Of the line and not of the rule: the door puts letters that are composed anew among what the step owes.
        sends = [e for e in line.effects if isinstance(e, Send)]
        for n, send in enumerate(sends, 1):
            if send.letter is LetterKind.REWORK and case.rework is not None and "@" in case.reply_to:
                letter = message_id(case.number, case.version, n)
                case = replace(case, rework=replace(case.rework, message_id=letter))
        if any(isinstance(e, Enter) for e in effects):
            case = replace(case, entry=entries.pop(0))
        return case

    # ------------------------------------------------------------ helpers

    def rework_letters(self) -> list[tuple[int, Letter]]:
        """Every rework letter that was not taken back, with the version of the case that wrote it."""
        kept = [x for x in self.letters if x.kind is LetterKind.REWORK and x.state is not LetterState.WITHDRAWN]
        return [(letter.version, letter) for letter in kept]

    def forms(self, what: str) -> tuple[Sheet, ...]:
        mine: dict[str, Any] = {"iin": self.iin}
        sheets: dict[str, Callable[[], tuple[Sheet, ...]]] = {
            "complete": lambda: (application("volunteer"), sheet("volunteer", answers=mine)),
            "gap": lambda: (application("volunteer"), sheet("volunteer", "residence", answers=mine)),
            "unsure": lambda: (
                application("volunteer"),
                sheet("volunteer", answers={"iin": said(self.iin, doubt="smudged")}),
            ),
            "application": lambda: (application("volunteer"),),
            "questionnaire": lambda: (sheet("volunteer", answers=mine),),
        }
        return sheets[what]()

    def carried(self, event: Event) -> None:
        """Carry it; what the Order does not foresee or allow has changed nothing."""
        try:
            self.number = self.world.carry(event, self.number, self.now)
        except (NotForeseen, NotAllowed):
            assert self.case == self.world.case(self.case.number)
            assert self.journal == self.world.journal(self.case.number)
            assert self.letters == self.world.letters(self.case.number)
            return
        self.changed = True
