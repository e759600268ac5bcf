"""A person's word on the contacts of a minor, as an event of the case that made the entry (rules, section 6)."""

from __future__ import annotations

from datetime import datetime

from inbox_daemon.casework import Casework
from inbox_daemon.errors import NotAllowed
from registry_store.errors import CaseUnknown
from registry_store.records import ClerkDecidedContacts, EntryNumber, State, Step


def decide_contacts(
    casework: Casework,
    number: EntryNumber,
    *,
    public: bool,
    by: str,
    why: str,
    now: datetime,
    seen: int | None = None,
) -> Step:
    """Publish the contacts of a minor, or hold them back, and note that the task is done. Return the step.

    seen: the version that it was decided on. Raises EntryUnknown, EntryChanged; NotAllowed without a reason, and where
    the entry is not a minor's or its inclusion does not stand: then there is nothing to decide.
    """
    case = casework.store.entry(number).case
    try:
        stands = casework.store.case(case).state is State.INCLUDED
    except CaseUnknown:
        stands = False
    if not stands:
        message = f"entry {number} has no inclusion that stands"
        raise NotAllowed(message, "no_minor", str(number))
    return casework.carry(ClerkDecidedContacts(now, by, why.strip(), number, public, seen), case, now=now)
