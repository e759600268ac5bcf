"""The clock of this computer, held against the mail servers': a term that a wrong clock ended has not ended (§11)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta


def clock_is_sure(now: datetime, sure_at: datetime | None, stamps: Iterable[datetime], tolerance: timedelta) -> bool:
    """Whether our clock may be believed at `now`: it went on by no more than the tolerance since it was last sure, or a
    mail server stamped a mail no longer ago than that. sure_at: when that was, None at the very beginning. stamps:
    INTERNALDATE of mails.

    A clock that is behind refuses nobody too early and is believed. A computer that slept looks like one whose clock
    leapt, until the next mail comes.
    """
    if sure_at is None or now - sure_at <= tolerance:
        return True
    return any(now - stamp <= tolerance for stamp in stamps)
