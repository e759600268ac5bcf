"""How fast letters may leave (rules, section 7). Receipts and answers are counted against machines that multiply them;
nothing is lost here: what may not leave yet waits for a later round, in its turn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto

from inbox_daemon.letters.owed import BRAKED, DAY, QUARTER, Brakes
from registry_store.records import Letter, LetterKind
from registry_store.store import Store

PACED_IN_15_MINUTES = 100


class Queue(Enum):
    """Letters that are counted together.

    FIRST: a receipt or answer to an address that had none in 24 hours; it always leaves, at its place. FURTHER: one to
    an address that had some. OTHER: rework, decisions and the like, which no storm of receipts may hold up.
    """

    FIRST = auto()
    FURTHER = auto()
    OTHER = auto()


@dataclass(slots=True)
class Pace:
    """What has left in the last quarter of an hour, looked up once and then kept for one round of sending.

    paced: how many of the first and of the other letters may leave in that time. The brake of composing drops what is
    too much for one address; here waits what was written in days and would leave in one morning.
    """

    store: Store
    brakes: Brakes
    paced: int
    left_at: Mapping[Queue, list[datetime]] = field(default_factory=lambda: defaultdict(list))

    def look_up(self, now: datetime) -> Pace:
        """Begin a round."""
        for kind, address, at in self.store.accepted_since(now - QUARTER):
            self.left_at[self._queue(kind, address, at)].append(at)
        return self

    def may_leave(self, letter: Letter, now: datetime) -> bool:
        """Whether the letter may leave now."""
        queue = self._queue(letter.kind, letter.recipients[0], now)
        if queue is not Queue.FURTHER:
            return self._recent(queue, now) < self.paced
        if self._recent(queue, now) >= self.brakes.all_in_15_minutes:
            return False
        to_one = self.store.count_accepted(BRAKED, now - DAY, letter.recipients[0])
        return to_one < self.brakes.per_address_a_day

    def left(self, letter: Letter, now: datetime) -> None:
        """Note that it left; before what the server said is stored."""
        self.left_at[self._queue(letter.kind, letter.recipients[0], now)].append(now)

    def _queue(self, kind: LetterKind, address: str, at: datetime) -> Queue:
        if kind not in BRAKED:
            return Queue.OTHER
        had = self.store.count_accepted(BRAKED, at - DAY, address, before=at)
        return Queue.FURTHER if had else Queue.FIRST

    def _recent(self, queue: Queue, now: datetime) -> int:
        return sum(moment > now - QUARTER for moment in self.left_at[queue])
