"""The clerk: looks at what waits, most urgent first, decides most of it, errs now and then, and forgets some."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from random import Random

from inbox_daemon.letters import by_hand
from inbox_daemon.order.asks import Ask
from inbox_daemon.tracing.look import look_for
from registry_store.records import (
    Case,
    CaseKind,
    ClerkApproved,
    ClerkClosed,
    ClerkIncluded,
    ClerkRecast,
    ClerkRefused,
    ClerkRevoked,
    ClerkSawFilled,
    ClerkSentRework,
    ClerkSetAddress,
    ClerkSetField,
    ClerkStopped,
    Event,
    LetterKind,
    LetterState,
    Look,
    OutcomeKind,
    State,
)
from tests.simulation.applicant import Crowd
from tests.simulation.clumsy import UNDO, Clumsy
from tests.simulation.office_days import at, is_worked
from tests.simulation.people import NUMBER_FIELD
from tests.simulation.world import World

NAME = "clerk"
WAITING = (State.COMPLETE, State.WITH_CLERK, State.INCOMPLETE)
SLIPS_AT_A_SITTING = (0, 1, 3)
NEVER_LOOKED = Look(at(date(2000, 1, 1)), complete=False)


@dataclass(slots=True)
class Clerk:
    """diligence: how much of what waits is done at one sitting."""

    world: World
    crowd: Crowd
    random: Random
    diligence: float = 0.5
    acts: Counter[str] = field(default_factory=Counter)
    tried: set[int] = field(default_factory=set)  # letters that were seen to

    def day(self, day: date) -> None:
        """Sit down some times in office hours, seldom on other days."""
        if not is_worked(day) and self.random.random() < 0.9:
            return
        for _ in range(self.random.choice((1, 1, 2))):
            moment = at(day, "09:10:00") + timedelta(minutes=self.random.randint(0, 700))
            self.world.later(moment, self.sitting)

    def sitting(self) -> None:
        cases = [c for c in self.world.store.cases(states=WAITING) if self._concerns(c)]
        for case in cases[:40]:
            if self.random.random() < self.diligence:
                self._see_to(case)
        self._odd_acts()
        for _ in range(self.random.choice(SLIPS_AT_A_SITTING)):
            Clumsy(self.world, self.random, self.acts).slip()
        self._tray()
        self._letters()
        self._tasks()

    def _concerns(self, case: Case) -> bool:
        return case.state is not State.INCOMPLETE or self.random.random() < 0.2

    # ------------------------------------------------------------ one case

    def _see_to(self, case: Case) -> None:
        """Try what the case asks for; a later way where an earlier one is not allowed."""
        for event in self._ways(case):
            version = self.world.store.case(case.number).version
            hold = UNDO if self.random.random() < 0.3 else timedelta()
            done = self.world.clerk(event, case.number, hold)
            self.acts[f"{type(event).__name__}{'' if done else ' (not allowed)'}"] += 1
            if done is not None and done.case.state not in WAITING:
                return
            if done is None and self.world.store.case(case.number).version != version:
                message = f"{case.number}: an act that was not allowed has changed it"
                raise AssertionError(message)

    def _ways(self, case: Case) -> list[Event]:
        now, why = self.world.now, "simulated"
        include = ClerkIncluded(now, NAME, why, self._entry_of(case))
        rework, refuse = ClerkSentRework(now, NAME, why), self._refusal(case)
        fill = self._filling(case)
        close = ClerkClosed(now, NAME, why, self._reason(case))
        asks = set(case.asks)
        if case.kind is CaseKind.TERMINATION:
            stop = ClerkStopped(now, NAME, why, entry=self._entry_of(case))
            return [stop, close] if self.random.random() < 0.8 else [close]
        if asks & {Ask.WITHDRAWN}:
            return [close]
        if asks & {Ask.WHOSE} and case.kind is CaseKind.CHANGE:
            return [ClerkRecast(now, NAME, why, CaseKind.APPLICATION), rework, include, close]
        if asks & {Ask.LATE_ANSWER, Ask.WROTE} and case.ground and self.random.random() < 0.5:
            return [ClerkClosed(now, NAME, why, "refusal_stands"), rework]
        if asks & {Ask.REWORK_BOUNCED, Ask.REWORK_NOT_ACCEPTED}:
            address = ClerkSetAddress(now, NAME, self._good_address(case), why)
            return [address, rework, include, close]
        if asks & {Ask.TERM_OVER_AFTER_ANSWER, Ask.LATE_ANSWER, Ask.WROTE, Ask.MAIL_IN_DOUBT, Ask.CONFIRM_REFUSAL}:
            ways: list[Event] = [include, refuse, rework, close]
            return ways if self.random.random() < 0.7 else [include, rework]
        if asks & {Ask.NOT_CARRIED_OUT, Ask.ENTRY_UNKNOWN, Ask.NOT_ON_FILE}:
            return [include, close]
        return [*fill, include, rework, close] if self.random.random() < 0.8 else [include, rework]

    def _entry_of(self, case: Case) -> int | None:
        if case.entry is not None or case.kind is CaseKind.APPLICATION:
            return None
        for mail in case.mails:
            for entry in self.world.store.entries_by_address(mail.sender):
                return entry.number
        return None

    def _reason(self, case: Case) -> str:
        return "not_application" if case.kind is CaseKind.APPLICATION else "not_carried_out"

    def _refusal(self, case: Case) -> ClerkRefused:
        look = look_for(case, self.world.store) or NEVER_LOOKED
        return ClerkRefused(self.world.now, NAME, "simulated", look)

    def _filling(self, case: Case) -> list[Event]:
        """See what was unsure to be filled, or write the value in."""
        if case.verdict is None:
            return []
        now = self.world.now
        events: list[Event] = []
        for item in case.verdict.unsure:
            if item.partition(".")[2] in NUMBER_FIELD.values() and self.random.random() < 0.5:
                applicant = self.crowd.by_address.get(case.reply_to)
                number = "" if applicant is None else applicant.who.number_of(applicant.kind)
                events.append(ClerkSetField(now, NAME, item, number, number))
            elif "." in item:
                events.append(ClerkSawFilled(now, NAME, item, "simulated"))
        if case.verdict.missing and self.random.random() < 0.1:
            events.append(ClerkSawFilled(now, NAME, self.random.choice(case.verdict.missing)))
        return events

    def _good_address(self, case: Case) -> str:
        applicant = self.crowd.by_address.get(case.reply_to)
        if applicant is None:
            return case.reply_to
        applicant.dead = False
        self.crowd.trouble.pop(applicant.who.other_address, None)
        return applicant.who.other_address

    # ------------------------------------------------------------ the rest of the desk

    def _odd_acts(self) -> None:
        """A court overrules, an address is corrected, a letter is approved that nobody wrote."""
        ended = (State.INCLUDED, State.REFUSED)
        if self.random.random() < 0.05:
            cases = self.world.store.cases(states=ended)
            if cases:
                self._act(ClerkRevoked(self.world.now, "court", "a ruling"), self.random.choice(cases))
        if self.random.random() < 0.1:
            cases = self.world.store.cases(states=(*WAITING, State.AWAITING_REWORK, State.REWORK_SENT))
            if cases:
                case, now = self.random.choice(cases), self.world.now
                wild: tuple[Event, ...] = (
                    ClerkSetAddress(now, NAME, case.reply_to, "the same"),
                    ClerkApproved(now, NAME, self.random.choice(list(LetterKind))),
                    ClerkStopped(now, NAME, "by mistake", entry=1),
                    self._refusal(case),
                    ClerkIncluded(now, NAME),
                    ClerkSentRework(now, NAME),
                )
                self._act(self.random.choice(wild), case)

    def _act(self, event: Event, case: Case) -> None:
        done = self.world.clerk(event, case.number)
        self.acts[f"{type(event).__name__}{'' if done else ' (not allowed)'}"] += 1

    def _tray(self) -> None:
        """Take up a mail that lay aside."""
        for kind in (OutcomeKind.TRAY, OutcomeKind.BENCH):
            lying = [one for one in self.world.store.for_a_person() if one.outcome and one.outcome.kind is kind]
            if lying and self.random.random() < 0.5:
                chosen = self.random.choice(lying)
                self.world.reader.broken.discard(chosen.mail)
                if self.random.random() < 0.5:
                    self.world.desk(partial(self.world.daemon.intake.take_up, chosen.id, self.world.now))
                    self.acts["mail taken up"] += 1
                else:
                    with self.world.store.writing() as writing:
                        writing.clear(chosen.id, self.world.now)
                    self.crowd.truth.settled.add(chosen.mail)
                    self.acts["mail put aside"] += 1

    def _letters(self) -> None:
        """Settle what nobody saw the end of, by what the server's log says."""
        casework, now = self.world.casework, self.world.now
        for letter in self.world.store.letters_in((LetterState.UNCERTAIN, LetterState.BOUNCED, LetterState.FAILED)):
            if letter.id in self.tried or self.random.random() > self.diligence / 2:
                continue
            self.tried.add(letter.id)
            left = [h.at for h in self.world.postman.handed if h.message_id == letter.message_id and h.left]
            if letter.state is LetterState.UNCERTAIN and left:
                act = partial(by_hand.has_left, casework, letter.id, left[-1], by=NAME, why="the log", now=now)
            else:
                act = partial(by_hand.send_again, casework, letter.id, by=NAME, why="not arrived", now=now)
            done = self.world.desk(act)
            self.acts[f"letter settled{'' if done else ' (not allowed)'}"] += 1

    def _tasks(self) -> None:
        with self.world.store.writing() as writing:
            for task in writing.tasks():
                if self.random.random() < self.diligence:
                    writing.task_done(task.id, self.world.now)
                    self.crowd.truth.settled.add(task.detail)
