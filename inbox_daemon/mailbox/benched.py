"""Mails that an earlier version put on the bench since their terms led out of the calendar: they are taken up again."""

from __future__ import annotations

import logging
from datetime import datetime

from inbox_daemon.order.asks import Ask
from registry_store.records import Arrival, OutcomeKind
from registry_store.store import Store

log = logging.getLogger(__name__)

DONE = "mails of the calendar's end taken up"  # a note: when, in this store
WHY = "CalendarEnds"  # the error that the outcome of such a mail names
AT_ONCE = 500  # arrivals read together


def take_up_again(store: Store, now: datetime) -> int:
    """Open the outcome of each such mail again, once in a store; the next look at open arrivals makes them cases with
    their own day of receipt. Return how many."""
    if store.note(DONE) is not None:
        return 0
    arrivals = [one for one in _for_a_person(store) if _is_of_the_calendar(one)]
    with store.writing() as writing:
        for arrival in arrivals:
            writing.reopen(arrival.id)
        mails = {arrival.mail for arrival in arrivals}
        for task in writing.tasks():
            if task.case is None and task.code == Ask.UNREADABLE and task.detail in mails:
                writing.task_done(task.id, now)
        writing.put_note(DONE, now.isoformat())
    if arrivals:
        log.warning("%d mails that the calendar's end had put on the bench are taken up again", len(arrivals))
    return len(arrivals)


def _for_a_person(store: Store) -> list[Arrival]:
    found: list[Arrival] = []
    while some := store.for_a_person(AT_ONCE, found[-1].id if found else 0):
        found += some
    return found


def _is_of_the_calendar(arrival: Arrival) -> bool:
    outcome = arrival.outcome
    return outcome is not None and outcome.kind is OutcomeKind.BENCH and WHY in outcome.why
