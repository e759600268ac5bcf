"""What earlier versions dropped: receipts and "could not open your file" beyond 30 in 15 minutes. Open cases are owed
them again, once; the journal of each says so."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime

from inbox_daemon.casework import Casework
from registry_store.records import OPEN_STATES, Braked, JournalLine, LetterKind, LetterOwedAgain, Send
from registry_store.store import Store

log = logging.getLogger(__name__)

DONE = "dropped letters owed again"  # a note: when it was done
DROPPED = (LetterKind.RECEIPT, LetterKind.UNREADABLE)
OVER_ALL = "in 15 minutes"  # how such a brake told why; the one for an address is in force as before


def owe_again(store: Store, casework: Casework, now: datetime) -> int:
    """Owe dropped letters again in a store that this was not done in yet; return how many."""
    if store.note(DONE) is not None:
        return 0
    owed = 0
    for case in store.cases(states=OPEN_STATES):
        for kind in never_sent(store.journal(case.number)):
            casework.carry(LetterOwedAgain(now, kind), case.number, now=now)
            owed += 1
    with store.writing() as writing:
        writing.put_note(DONE, now.isoformat())
    if owed:
        log.warning("%d letters that were dropped before are owed again", owed)
    return owed


def never_sent(journal: Iterable[JournalLine]) -> Iterator[LetterKind]:
    """The kinds of letters of a case of which the last one was dropped by the brake over all."""
    last: dict[LetterKind, bool] = {}
    for line in journal:
        braked = {effect.letter: effect.why for effect in line.effects if isinstance(effect, Braked)}
        for effect in line.effects:
            if isinstance(effect, Send) and effect.letter in DROPPED:
                last[effect.letter] = braked.get(effect.letter, "").endswith(OVER_ALL)
    return (kind for kind, dropped in last.items() if dropped)
