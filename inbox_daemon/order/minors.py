"""Contacts of a minor wait for a person's word (rules, section 6)."""

from __future__ import annotations

from inbox_daemon.errors import NotAllowed
from inbox_daemon.order.practice import Practice
from inbox_daemon.order.workdays import WorkingDays
from registry_store.records import Case, ClerkDecidedContacts, PutContacts, Step


def decide_contacts(case: Case, event: ClerkDecidedContacts, days: WorkingDays, practice: Practice) -> Step:
    """Publish the contacts of the entry that the case made, or hold them back; the record says why."""
    if not event.why.strip():
        message = "the record needs the reason"
        raise NotAllowed(message, "why_missing")
    if case.entry != event.entry:
        message = f"entry {event.entry} is not the one that {case.number} made"
        raise NotAllowed(message, "no_minor", str(event.entry))
    return Step(case, (PutContacts(event.entry, event.public, event.seen),))
