"""What may never happen, looked for after every step. A violation is a sentence; none is expected."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from tests.simulation.book import Book, LetterRow, Line
from tests.simulation.facts import DECISIONS, UNDER_REVIEW, CaseFacts
from tests.simulation.office_days import day_of, in_office_hours, nth_after, over
from tests.simulation.replay import Replay
from tests.simulation.servers import Handed
from tests.simulation.truth import Truth
from tests.simulation.whose import Whose
from tests.simulation.world import World

BRAKED = ("receipt", "how_to_apply", "unreadable")
AGAIN = ("ClerkApproved", "ClerkSetAddress", "LetterLeavesLate")  # they may send the letter of a decision once more
FINAL = ("inclusion", "refusal", "change", "stop")
# A letter that tells of an ending, and the states in which it may leave.
TELLS_OF = {
    "inclusion": {"included"},
    "refusal": {"refused"},
    "change": {"carried_out"},
    "stop": {"carried_out"},
    "closed": {"closed", "not_carried_out"},
}
ENDED = {"included", "refused", "carried_out", "closed", "not_carried_out"}
A_DAY, A_QUARTER = timedelta(days=1), timedelta(minutes=15)


class Audit:
    """Hang `check` into a world's checks. violations: all that was found; ended: how the cases stand."""

    def __init__(self, world: World, truth: Truth) -> None:
        self.violations: list[str] = []
        self.cases: dict[str, CaseFacts] = {}
        self.steps = 0
        self.by_message_id: dict[str, LetterRow] = {}
        self._world, self._truth = world, truth
        self._whose = Whose(truth, self.cases)
        self._receipts_owed: dict[str, datetime] = {}  # case → since when
        self._tried: set[str] = set()  # Message-IDs of letters that were handed over
        self._went: dict[str, datetime] = {}  # Message-ID → when it left first
        world.listeners.append(self._leaves)
        self._book = Book(world.home)
        self._replay = Replay(world.casework.days, world.casework.practice)
        self._by_step: dict[tuple[str, int, str], LetterRow] = {}
        self._reworks_of: dict[str, dict[int, str]] = {}  # case → step → Message-ID
        self._by_hand: set[str] = set()  # Message-IDs of letters that a person sent
        self._again: Counter[str] = Counter()  # Message-ID → how often a person had it sent again
        self._left: Counter[str] = Counter()
        self._handed = 0
        self._braked: deque[tuple[datetime, str]] = deque()
        self._active: dict[tuple[str, str], int] = {}
        self._entries: dict[int, tuple[str, str]] = {}
        self._last_inclusion = date.min
        self._looked_on: date | None = None

    def close(self) -> None:
        self._book.close()

    @property
    def states(self) -> Counter[str]:
        return Counter(f"{case.kind}: {case.state}" for case in self.cases.values())

    def sent_again(self, message_id: str) -> None:
        """A person says that an uncertain letter shall be sent once more."""
        self._again[message_id] += 1

    def check(self) -> None:
        """Look at everything that is new."""
        touched: list[str] = []
        letters = list(self._letters())
        for line in self._book.new_lines():
            self.steps += 1
            touched.append(line.case)
            self._found(line.case, self._line(line))
        for before, letter in letters:
            self._found(letter.case, self._letter(before, letter))
        for handed in self._world.postman.handed[self._handed :]:
            self._tried.add(handed.message_id)
            self._found(handed.message_id, self._handed_over(handed))
        self._handed = len(self._world.postman.handed)
        self._found("register", self._register())
        self._found("mails", self._mails())
        for number in dict.fromkeys(touched):
            reworks = self._reworks_of.get(number, {})
            self._found(number, self._replay.differences(number, self._world.store, reworks))
        # What a day brought is asked for behind its first round: who wakes has not looked yet.
        if (today := day_of(self._world.now)) != self._looked_on and self._world.last_whole_round == self._world.now:
            self._looked_on = today
            self._found("clock", self._nobody_forgotten())
            self._found("receipts", self._receipts())

    def _found(self, whom: str | None, sentences: Iterator[str]) -> None:
        self.violations.extend(f"{self._world.now:%Y-%m-%d %H:%M:%S} {whom}: {sentence}" for sentence in sentences)

    # ------------------------------------------------------------ steps

    def _letters(self) -> Iterator[tuple[str | None, LetterRow]]:
        for before, letter in self._book.changed_letters():
            self.by_message_id[letter.message_id] = letter
            if letter.case is not None:
                self._by_step[letter.case, letter.version, letter.kind] = letter
                if letter.kind == "rework":
                    self._reworks_of.setdefault(letter.case, {})[letter.version] = letter.message_id
            yield before, letter

    def _line(self, line: Line) -> Iterator[str]:
        case = self.cases.setdefault(line.case, CaseFacts(line.case))
        if line.version != case.version + 1:
            yield f"its journal jumps from version {case.version} to {line.version}"
        if not case.kind:
            case.kind = self._book.case(line.case)["kind"]
        yield from self._refusals(case, line)
        before, own = case.state, self._own(line, "rework")
        case.learn(line, own.message_id if own else None)
        if line.by_hand or self._continues_by_hand(line):
            for _, effect in line.effects:
                if "letter" in effect and (letter := self._own(line, effect["letter"])) is not None:
                    self._by_hand.add(letter.message_id)
        yield from self._reworks(case, line)
        yield from self._decisions(case, line, before)
        yield from self._whose.step(line)
        yield from self._told(line, before)
        if line.version == 1 and line.event == "Filed" and not self._is_automatic(line):
            self._receipts_owed[line.case] = line.noted

    def _told(self, line: Line, before: str) -> Iterator[str]:
        """Every ending is told, or the record says why not."""
        if line.state in ENDED and before != line.state and line.event != "ClerkUndid":
            untold = any(name == "NotTold" for name, _ in line.effects)
            if not line.sends(*FINAL, "closed") and not untold:
                yield f"{line.event} led to {line.state}, and nobody is told"

    def _is_automatic(self, line: Line) -> bool:
        return line.facts["automatic"] or any(
            name == "Braked" and fields["letter"] == "receipt" for name, fields in line.effects
        )

    def _continues_by_hand(self, line: Line) -> bool:
        """Whether a person's letter was composed anew since it leaves on another day."""
        return line.event == "LetterLeavesLate" and line.facts["message_id"] in self._by_hand

    def _own(self, line: Line, kind: str) -> LetterRow | None:
        """The letter that a step sent."""
        return self._by_step.get((line.case, line.version, kind))

    def _reworks(self, case: CaseFacts, line: Line) -> Iterator[str]:
        if not line.by_hand and not self._continues_by_hand(line) and line.sends("rework"):
            due = case.review_due
            if due is None or day_of(line.noted) > due:
                yield f"a rework letter went by itself after review was due on {due}"

    def _decisions(self, case: CaseFacts, line: Line, before: str) -> Iterator[str]:
        decided = line.state in DECISIONS and before != line.state
        finals = line.sends(*FINAL)
        stands = line.facts.get("reason") == "refusal_stands"
        if line.event == "ClerkUndid":
            return  # it stands again as it was told
        if decided and len(finals) != (0 if stands else 1):
            yield f"{line.event} led to {line.state} with {len(finals)} final letters"
        if finals and not decided and line.event not in AGAIN:
            yield f"{line.event} sent a final letter though nothing was decided"
        if decided:
            wanted = {"application": DECISIONS[line.state], "termination": "stop"}.get(case.kind, "change")
            if finals and not stands and finals[0]["letter"] != wanted:
                yield f"{line.state} was told by a letter of {finals[0]['letter']}"
            case.decisions += 1

    def _refusals(self, case: CaseFacts, line: Line) -> Iterator[str]:
        if line.state != "refused" or case.state == "refused" or line.facts.get("reason") == "refusal_stands":
            return
        if line.event == "ClerkUndid":
            return
        term = case.term
        if case.kind != "application":
            yield f"a {case.kind} was refused"
        if term is None or term.last is None:
            yield "refused without an accepted rework letter"
            return
        rework = self.by_message_id[term.message_id]
        if rework.accepted is None or rework.state != "accepted":
            yield f"refused though the rework letter is {rework.state}"
        if term.bounced or term.delayed:
            yield "refused though the rework letter came back or was delayed"
        ends = over(term.last)
        if line.noted < ends:
            yield f"refused before the third working day, {term.last}, was over"
        if any(in_time for _, in_time in term.answers):
            yield "refused though an answer came in time"
        if not line.by_hand and (case.answered_in_time or term.words):
            yield "refused by itself though the applicant was not silent"
        if not any(s.whole and ends <= s.began <= line.noted for s in reversed(self._world.mailbox.sessions)):
            yield "refused without a full look through the mailbox that began after the term"
        if not self._book.complete_look_since(ends, line.noted):
            yield "refused without a look that is on record as complete"
        assert term.accepted is not None
        for sent in self._truth.between(case.mails, term.accepted, ends):
            if sent.mail not in case.mails and (sent.counts or not line.by_hand):
                yield f"refused though mail {sent.mail[:12]} had come in time"
        if not line.by_hand:
            left = self._went.get(term.message_id, term.accepted)
            yield from self._whose.refused(case, line, min(left, term.accepted))

    # ------------------------------------------------------------ letters

    def _letter(self, before: str | None, letter: LetterRow) -> Iterator[str]:
        if before is None:
            yield from self._explained(letter)
        if (before == "accepted" and letter.state != "bounced") or before in ("withdrawn", "failed", "bounced"):
            yield f"letter {letter.kind} went from {before} to {letter.state}"

    def _explained(self, letter: LetterRow) -> Iterator[str]:
        wanted = [letter.kind, letter.case or "mail"]
        if letter.kind in ("rework", "refusal", "receipt"):
            wanted.append("calendar")
        lacking = [word for word in wanted if word not in letter.explanation]
        if lacking or (letter.kind in ("rework", "refusal") and not re.search(r"\d{4}-\d\d-\d\d", letter.explanation)):
            yield f"letter {letter.kind} is not explained: {', '.join(lacking) or 'no day'}"

    def _leaves(self, handed: Handed) -> None:
        """The very moment in which a letter leaves: what it tells of must be so, and its last day three days off."""
        self._went.setdefault(handed.message_id, handed.at)
        kind, state = self._book.letter_at(handed.message_id)
        if kind in TELLS_OF and state not in TELLS_OF[kind]:
            self._found(handed.message_id, iter([f"a letter of {kind} left while its case was {state}"]))
        if kind == "rework" and min(handed.days, default=day_of(handed.at)) < nth_after(day_of(handed.at), 3):
            days = ", ".join(map(str, handed.days)) or "no day"
            self._found(handed.message_id, iter([f"its rework letter names {days}: not three working days"]))

    def _handed_over(self, handed: Handed) -> Iterator[str]:
        letter = self.by_message_id[handed.message_id]
        by_hand = handed.message_id in self._by_hand
        if letter.kind != "receipt" and not by_hand and not in_office_hours(handed.at):
            yield f"a letter of {letter.kind} left by itself on a day off or outside office hours"
        if letter.kind == "rework" and not by_hand:
            case = self.cases[letter.case or ""]
            if case.review_due is None or day_of(handed.at) > case.review_due:
                yield f"a rework letter was handed over by itself after review was due on {case.review_due}"
        if letter.kind in BRAKED and set(handed.recipients) & self._truth.robots:
            yield f"a {letter.kind} to automatic mail"
        if handed.left:
            self._left[handed.message_id] += 1
            if self._left[handed.message_id] > 1 + self._again[handed.message_id]:
                yield f"a letter of {letter.kind} left twice"
            if letter.kind in BRAKED and not by_hand:
                yield from self._brakes(handed)

    def _brakes(self, handed: Handed) -> Iterator[str]:
        self._braked.append((handed.at, handed.recipients[0]))
        while self._braked[0][0] <= handed.at - A_DAY:
            self._braked.popleft()
        to_one = sum(address == handed.recipients[0] for _, address in self._braked)
        # Those to addresses that had such a letter in the day before.
        in_all = sum(
            at > handed.at - A_QUARTER and any(to == address and earlier < at for earlier, to in self._braked)
            for at, address in self._braked
        )
        if to_one > 3:
            yield f"{to_one} letters to one address in a day"
        if in_all > 30:
            yield f"{in_all} letters in 15 minutes"

    # ------------------------------------------------------------ the register

    def _register(self) -> Iterator[str]:
        for entry in self._book.new_entry_versions():
            yield from self._whose.entry(entry)
            whose = (entry.kind, entry.key)
            if not entry.key:
                yield f"entry {entry.number} has no IIN or BIN"
            if entry.version == 1:
                if entry.number != len(self._entries) + 1:
                    yield f"entry {entry.number} comes after {len(self._entries)}"
                if entry.included_on < self._last_inclusion:
                    yield f"entry {entry.number} is numbered out of the order of inclusion"
                self._last_inclusion = entry.included_on
            if (old := self._entries.get(entry.number)) is not None and self._active.get(old) == entry.number:
                del self._active[old]
            self._entries[entry.number] = whose
            if entry.active:
                if whose in self._active:
                    yield f"entries {self._active[whose]} and {entry.number} are active for one {entry.kind}"
                self._active[whose] = entry.number

    # ------------------------------------------------------------ mails and days

    def _mails(self) -> Iterator[str]:
        for before, arrival in self._book.changed_arrivals():
            if before is not None and before not in ("tray", "bench"):
                yield f"mail {arrival.mail[:12]} went from outcome {before} to {arrival.outcome}"
        now = self._world.now
        for id, next_try in self._book.unsettled():
            if next_try is None:
                yield f"arrival {id} was left without an outcome"
            elif next_try < now - A_DAY and not self._world.asleep:
                yield f"arrival {id} was forgotten"
        last = self._world.mailbox.sessions[-1:] if not self._world.mailbox.down else []
        if last and last[0].whole and last[0].began == now:
            missing = self._world.mailbox.copies - self._book.how_many("arrivals")
            if missing:
                yield f"{missing} mails lie in the mailbox and have no row"

    def _nobody_forgotten(self) -> Iterator[str]:
        today = day_of(self._world.now)
        for case in self.cases.values():
            due = case.review_due
            if case.state in UNDER_REVIEW and case.kind != "termination" and due is not None and due < today:
                stored = self._book.case(case.number)
                if not stored["overdue"] and not (case.state == "rework_sent" and self._late_by_hand(case)):
                    yield f"{case.number} was due on {due} and is not called overdue"

    def _receipts(self) -> Iterator[str]:
        """A day after a filing its receipt has been handed over at least once."""
        for case, since in list(self._receipts_owed.items()):
            if since > self._world.now - A_DAY or self._world.letters_stopped:
                continue
            del self._receipts_owed[case]
            receipts = [one for one in self._book.letters_of(case) if one.kind == "receipt"]
            if not any(one.message_id in self._tried for one in receipts):
                yield f"{case} came in at {since:%Y-%m-%d %H:%M}, and its receipt is missing"

    def _late_by_hand(self, case: CaseFacts) -> bool:
        return case.term is not None and case.term.message_id in self._by_hand
