"""Mails that a version before this one has read are read once more for the traces of who wrote them (§11).

Only those matter that may answer a rework letter whose case is open. Until all are read nobody is refused.
"""

from __future__ import annotations

import logging
from datetime import datetime

from inbox_daemon.logs import where
from inbox_daemon.mailbox.intake import Intake
from inbox_daemon.tracing.look import UNTRACED, letter_left
from registry_store.records import OPEN_STATES
from registry_store.store import Store

log = logging.getLogger(__name__)

AT_ONCE = 25  # mails in one round of the daemon: letters and new mails do not wait for it


def trace_anew(store: Store, intake: Intake) -> int:
    """Read some mails of an older version again, the newest first; return how many."""
    left = store.note(UNTRACED)
    if not left:
        return 0
    since = _first_letter(store)
    copies = () if since is None else store.arrivals_down_from(int(left), since, AT_ONCE)
    for mail in dict.fromkeys(copy.mail for copy in copies if copy.outcome is not None):
        try:
            intake.trace_again(mail)
        except Exception as error:  # one mail that cannot be read any more does not hold up all refusals
            log.error("mail %s: its traces could not be read: %s", mail[:12], where(error))
    with store.writing() as writing:
        writing.put_note(UNTRACED, str(copies[-1].id - 1) if len(copies) == AT_ONCE else "")
    return len(copies)


def _first_letter(store: Store) -> datetime | None:
    """Return when the first rework letter of an open case was written, None when there is none."""
    cases = (case for case in store.cases(states=OPEN_STATES) if case.rework is not None)
    return min((letter_left(case, store) for case in cases), default=None)
