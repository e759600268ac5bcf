"""Tasks beside the state of a case: when what happens has settled them, nobody need look."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from inbox_daemon.order.asks import Ask
from registry_store.errors import AlreadySettled
from registry_store.records import (
    AskClerk,
    CaseNumber,
    ClerkSettledLetter,
    Event,
    Filed,
    JournalLine,
    LetterReported,
    MailId,
    StopAsked,
    Wrote,
)
from registry_store.store import Writing


def seen_to(writing: Writing, arrival: int, now: datetime) -> None:
    """A person has seen to a mail of the bench or the tray and found nothing to do: it holds up nobody any more.

    Raises AlreadySettled, ArrivalUnknown.
    """
    writing.clear(arrival, now)
    writing.tasks_done(Ask.MAIL_IN_DOUBT, writing.arrival(arrival).mail, now)


def answered(writing: Writing, mail: MailId, now: datetime, number: CaseNumber | None = None) -> None:
    """A person has answered a mail: it waits for nobody any more, nor does the task that it made in its case."""
    for arrival in writing.arrivals_of(mail):
        with suppress(AlreadySettled):  # it lies neither on the bench nor in the tray
            writing.clear(arrival.id, now)
    for task in () if number is None else writing.tasks(case=number):
        if task.code == Ask.WROTE and task.detail == mail:
            writing.task_done(task.id, now)


def tasks_answered(writing: Writing, event: Event, number: CaseNumber, now: datetime) -> None:
    """What a task asked, a later event has answered: whose a mail is, what became of a letter."""
    match event:
        case Filed(mail=mail) | StopAsked(mail=mail) | Wrote(mail=mail):
            writing.tasks_done(Ask.MAIL_IN_DOUBT, mail.mail, now, number)
        case ClerkSettledLetter(letter=letter) | LetterReported(letter=letter, action="delivered"):
            for code in (Ask.LETTER_FAILED, Ask.LETTER_DELAYED):
                writing.tasks_done(code, letter, now, number)
        case _:
            pass


def tasks_undone(writing: Writing, line: JournalLine, now: datetime) -> None:
    """What a step asked of a person goes with the step."""
    asked = {(one.code, one.detail, line.noted_at) for one in line.effects if isinstance(one, AskClerk)}
    for task in writing.tasks(case=line.case):
        if (task.code, task.detail, task.at) in asked:
            writing.task_done(task.id, now)
