"""A mail that was filed in the wrong case goes to another one, or to a new one, with its forms and files.

Its legal moments go with it: when it was received and when it was submitted are facts of the mail.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from inbox_daemon.casework import Casework, check_seen
from inbox_daemon.errors import NotAllowed
from registry_store.records import (
    Case,
    CaseKind,
    CaseNumber,
    Category,
    ClerkJoined,
    ClerkTookOut,
    Filed,
    MailId,
    Step,
    StopAsked,
    Wrote,
)
from registry_store.store import Writing

Came = Filed | StopAsked | Wrote


def move_mail(
    casework: Casework,
    number: CaseNumber,
    mail: MailId,
    to: CaseNumber | None,
    *,
    by: str,
    why: str,
    now: datetime,
    seen: int | None = None,
) -> Step:
    """Move a mail out of a case into the case `to`, or into a new one, in one transaction: the mail meets the other
    case as if it had come to it then. Values that a clerk has corrected go along. Return the step of that case.

    Raises NotAllowed, NotForeseen (the other case takes no such mail any more), CaseUnknown, CaseMoved.
    """
    with casework.store.writing() as writing:
        check_seen(writing, number, seen)
        case = writing.case(number)
        source = next((one for one in case.mails if one.mail == mail), None)
        if source is None:
            message = f"{number} has no mail {mail[:12]}"
            raise NotAllowed(message, "no_such_mail")
        if to == number:
            message = f"the mail is in {number} already"
            raise NotAllowed(message, "same_case")
        came = _came(writing, number, mail)
        if came is None:
            message = f"the journal of {number} does not say how mail {mail[:12]} came"
            raise NotAllowed(message, "no_such_mail")
        places = tuple(n for n, sheet in enumerate(case.sheets) if sheet.mail == mail)
        of_the_mail = came.unreadable if isinstance(came, Filed) else ()
        unreadable = tuple(file for file in of_the_mail if file in case.unreadable)
        event = _as_it_meets(came, case, places, unreadable, now)
        if to is None and isinstance(event, Wrote):
            message = "a mail without forms opens no case: name the case that it belongs to"
            raise NotAllowed(message, "mail_without_forms")
        arrived = casework.within(writing, event, to, now, _kind(event), None, None)
        took = ClerkTookOut(now, by, why, places, (mail,), arrived.case.number, unreadable)
        casework.within(writing, took, number, now, case.kind, None, None)
        writing.outcome_also(mail, arrived.case.number)
        return arrived


def _came(writing: Writing, number: CaseNumber, mail: MailId) -> Came | None:
    """Return how a mail came: from the journal of its case, or of the one that was joined to it with the mail."""
    for line in reversed(writing.journal(number)):
        event = line.event
        if isinstance(event, Came) and event.mail.mail == mail:
            return event
        if isinstance(event, ClerkJoined) and mail in {one.mail for one in event.mails}:
            return _came(writing, event.other, mail)
    return None


def _as_it_meets(
    came: Came, case: Case, places: tuple[int, ...], unreadable: tuple[str, ...], now: datetime
) -> Filed | StopAsked | Wrote:
    match came:
        case Filed() if places or unreadable:
            # Whose it is a person has said; the entry of the wrong case is not the right one's.
            sheets = tuple(case.sheets[n] for n in places)
            return replace(came, read_at=now, sheets=sheets, unreadable=unreadable, entry=None, doubts=())
        case Filed():
            return Wrote(came.at, replace(came.mail, brought_forms=False), came.category)
        case StopAsked():
            return replace(came, read_at=now, entry=None, doubts=())
        case Wrote():
            return came


def _kind(event: Came) -> CaseKind:
    """Return of what kind a new case is that begins with this mail."""
    if isinstance(event, StopAsked):
        return CaseKind.TERMINATION
    forms = {sheet.form for sheet in event.sheets} if isinstance(event, Filed) else set()
    if forms and forms <= {"programme", "action"}:
        return CaseKind.PROGRAMME
    change = event.category is Category.CHANGE and "application" not in forms
    return CaseKind.CHANGE if change else CaseKind.APPLICATION
