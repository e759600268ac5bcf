"""Acts that concern two cases: one is joined to another, forms or a mail that were filed in the wrong one go to another
one, or to a new one.

The legal moments of a mail go with it: when it was received and when it was submitted are facts of the mail.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from inbox_daemon.casework import NO_TIME, Casework, check_seen, known_case
from inbox_daemon.errors import NotAllowed
from inbox_daemon.letters.addresses import same
from inbox_daemon.order.going_on import JOINED
from inbox_daemon.submitted import submitted_of
from registry_store.records import (
    Case,
    CaseKind,
    CaseNumber,
    Category,
    ClerkClosed,
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


def join(
    casework: Casework,
    number: CaseNumber,
    other: CaseNumber,
    *,
    by: str,
    why: str,
    now: datetime,
    seen: int | None = None,
    hold: timedelta = NO_TIME,
    other_person_why: str = "",
) -> Step:
    """Join another open case to this one, in one transaction; the other is closed. Return the step here.

    Raises NotAllowed where the other is this case, or another person's and no reason is given; NotForeseen where
    it has ended.
    """
    with casework.store.writing() as writing:
        check_seen(writing, number, seen)
        theirs = known_case(writing, other)
        mails = tuple(replace(mail, submitted=submitted_of(writing, other, mail)) for mail in theirs.mails)
        joined = ClerkJoined(
            now,
            by,
            why,
            other,
            theirs.received,
            mails,
            theirs.sheets,
            there=theirs,
            other_person_why=other_person_why,
        )
        step = casework.within(writing, joined, number, now, CaseKind.APPLICATION, None, None, hold)
        goes_on = step.case.reply_to
        told = same(goes_on, theirs.reply_to) if goes_on and theirs.reply_to else False
        untold = f"{number} goes on and writes to the same address" if told else ""
        closed = ClerkClosed(now, by, why, f"{JOINED}{number}", untold_why=untold)
        casework.within(writing, closed, other, now, theirs.kind, None, None, hold)
        return step


def take_out(
    casework: Casework,
    number: CaseNumber,
    sheets: tuple[int, ...],
    to: CaseNumber | None,
    *,
    by: str,
    why: str,
    now: datetime,
    seen: int | None = None,
    hold: timedelta = NO_TIME,
    other_person_why: str = "",
) -> Step:
    """Take forms of another applicant out of a case into the case `to`, or into a new one, in one
    transaction. sheets: their places in case.sheets. Return the step of the case that they went to.

    Each case keeps its own mails' receipts. Raises NotAllowed when there are no such forms, and where `to` is
    this case, or another person's and no reason is given.
    """
    with casework.store.writing() as writing:
        check_seen(writing, number, seen)
        case = writing.case(number)
        if not sheets or not set(sheets) <= set(range(len(case.sheets))):
            message = f"{number} has forms 0 to {len(case.sheets) - 1}"
            raise NotAllowed(message, "no_such_forms")
        going = tuple(case.sheets[n] for n in sorted(set(sheets)))
        source = {mail.mail: mail for mail in case.mails}[going[0].mail]
        source = replace(source, submitted=submitted_of(writing, number, source))
        forms = {sheet.form for sheet in going}
        kind = (
            CaseKind.APPLICATION
            if "application" in forms or not forms <= {"programme", "action"}
            else (CaseKind.PROGRAMME)
        )
        filed = Filed(
            at=source.at,
            submitted=source.in_time_from,
            read_at=now,
            mail=source,
            category=Category(kind.value),
            sheets=going,
        )
        there = None if to is None else known_case(writing, to)
        arrived = casework.within(writing, filed, to, now, kind, None, None, hold)
        staying = {s.mail for n, s in enumerate(case.sheets) if n not in sheets}
        leaving = tuple(mail for mail in dict.fromkeys(s.mail for s in going) if mail not in staying)
        took = ClerkTookOut(
            now,
            by,
            why,
            tuple(sorted(set(sheets))),
            leaving,
            arrived.case.number,
            there=there or Case(arrived.case.number, kind),
            other_person_why=other_person_why,
        )
        casework.within(writing, took, number, now, case.kind, None, None, hold)
        for mail in dict.fromkeys(s.mail for s in going):
            writing.outcome_also(mail, arrived.case.number)
        return arrived


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
    hold: timedelta = NO_TIME,
    other_person_why: str = "",
) -> Step:
    """Move a mail out of a case into the case `to`, or into a new one, in one transaction: the mail meets the other
    case as if it had come to it then. Values that a clerk has corrected go along. Return the step of that case.

    Raises NotAllowed (also where `to` is another person's and no reason is given), NotForeseen (the other case takes
    no such mail any more), CaseUnknown, CaseMoved.
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
            raise NotAllowed(message, "same_case", number)
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
        there = None if to is None else known_case(writing, to)
        arrived = casework.within(writing, event, to, now, _kind(event), None, None, hold)
        took = ClerkTookOut(
            now,
            by,
            why,
            places,
            (mail,),
            arrived.case.number,
            unreadable,
            there=there or Case(arrived.case.number, _kind(event)),
            other_person_why=other_person_why,
        )
        casework.within(writing, took, number, now, case.kind, None, None, hold)
        writing.outcome_also(mail, arrived.case.number)
        return arrived


def _came(writing: Writing, number: CaseNumber, mail: MailId, seen: frozenset[CaseNumber] = frozenset()) -> Came | None:
    """Return how a mail came: from the journal of its case, or of one that was joined to it with the mail. seen: the
    cases that were asked already; a case of earlier days may have been joined to itself."""
    for line in reversed(writing.journal(number)):
        event = line.event
        if isinstance(event, Came) and event.mail.mail == mail:
            return event
        with_it = isinstance(event, ClerkJoined) and mail in {one.mail for one in event.mails}
        if isinstance(event, ClerkJoined) and with_it and event.other not in {*seen, number}:
            return _came(writing, event.other, mail, seen | {number})
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
