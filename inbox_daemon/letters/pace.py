"""How fast letters may leave (rules, section 7): receipts and answers are few, the others are paced, none is lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from inbox_daemon.letters.owed import BRAKED, DAY, QUARTER, Brakes
from registry_store.records import Letter
from registry_store.store import Store

PACED_IN_15_MINUTES = 100


@dataclass(slots=True)
class Pace:
    """What has left in the last quarter of an hour, looked up once and then kept for one round of sending.

    A letter that may not leave yet waits for a later round. The brakes of composing hold what is written; these
    hold what was written in days and would leave in one morning.
    """

    store: Store
    brakes: Brakes
    paced: int
    braked_left: list[datetime] = field(default_factory=list)
    others_left: list[datetime] = field(default_factory=list)

    def look_up(self, now: datetime) -> Pace:
        """Begin a round."""
        for kind, at in self.store.accepted_since(now - QUARTER):
            (self.braked_left if kind in BRAKED else self.others_left).append(at)
        return self

    def may_leave(self, letter: Letter, now: datetime) -> bool:
        """Whether the letter may leave now."""
        if letter.kind not in BRAKED:
            return _recent(self.others_left, now) < self.paced
        if _recent(self.braked_left, now) >= self.brakes.all_in_15_minutes:
            return False
        to_one = self.store.count_accepted(BRAKED, now - DAY, letter.recipients[0])
        return to_one < self.brakes.per_address_a_day

    def left(self, letter: Letter, now: datetime) -> None:
        """Note that it left."""
        (self.braked_left if letter.kind in BRAKED else self.others_left).append(now)


def _recent(moments: list[datetime], now: datetime) -> int:
    return sum(moment > now - QUARTER for moment in moments)
