"""When a mail of a case was submitted: the moment that answers whether it was in time (rules, section 2)."""

from __future__ import annotations

from datetime import datetime

from registry_store.records import CaseMail, CaseNumber, ClerkJoined, Filed
from registry_store.store import Writing


def submitted_of(writing: Writing, number: CaseNumber, mail: CaseMail) -> datetime | None:
    """Return when a mail of a case was submitted: as it says itself, else as the journal says how it came; None where
    neither knows of a moment other than its arrival."""
    if mail.submitted is not None:
        return mail.submitted
    for line in writing.journal(number):
        match line.event:
            case Filed(mail=filed, submitted=submitted) if filed.mail == mail.mail:
                return submitted
            case ClerkJoined(other=other, mails=mails) if other != number and mail.mail in {m.mail for m in mails}:
                return submitted_of(writing, other, mail)
            case _:
                pass
    return None
