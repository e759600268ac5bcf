"""A mail of the term that is found after the refusal: whom it may concern (§11)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from inbox_daemon.order.paragraphs import was_in_time
from inbox_daemon.order.workdays import WorkingDays, almaty_day
from inbox_daemon.tracing.look import ARRIVED, letter_left
from inbox_daemon.tracing.person import another_matter, person_of, somebody_else
from registry_store.mails import traces_of
from registry_store.records import Case, CaseNumber, MailKeys, Sheet
from registry_store.store import Store

A_DAY = timedelta(days=1)


def in_time_for(submitted: datetime, days: WorkingDays) -> Callable[[Case], bool]:
    """Return how to ask of a case whether a mail came within the term of its rework letter."""
    return lambda case: case.rework is not None and was_in_time(submitted, case.rework, days)


def refused_wrongly(
    keys: MailKeys, sheets: tuple[Sheet, ...], submitted: datetime, store: Store, days: WorkingDays
) -> tuple[CaseNumber, ...]:
    """Return the refused cases whose applicant may have sent this mail within their term: only those refused since it
    was submitted can have overlooked it."""
    if keys.report in ARRIVED:
        return ()
    refused = store.refused_since(almaty_day(submitted - A_DAY))
    return tuple(case.number for case in refused if _may_be_theirs(case, keys, sheets, submitted, store, days))


def _may_be_theirs(
    case: Case, keys: MailKeys, sheets: tuple[Sheet, ...], submitted: datetime, store: Store, days: WorkingDays
) -> bool:
    if case.rework is None or not was_in_time(submitted, case.rework, days) or submitted < letter_left(case, store):
        return False
    person = person_of(case, store)
    sought = person.traces()
    found = {(kind, value) for kind, value in traces_of(keys) if kind != "name" and value in sought.get(kind, ())}
    if not found and not person.is_named_by(keys):
        return False
    if any(kind in ("token", "reference") and person.is_plain((kind, value)) for kind, value in found):
        return True
    if another_matter(case.sheets, sheets):
        return False
    return any(map(person.is_plain, found)) or not somebody_else(case.sheets, sheets)
