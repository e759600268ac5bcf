"""A clerk answers a mail in words of their own: from its case, or from the tray and the bench, where there is none."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from inbox_daemon.casework import NO_TIME, Casework
from inbox_daemon.errors import NotAllowed
from inbox_daemon.letters.errors import UnusableAddress
from inbox_daemon.order.own_words import own_words
from inbox_daemon.tasks import answered
from registry_store.records import CaseNumber, ClerkReplied, Letter, LetterKind, MailId, NewLetter, Said, Send, Text
from registry_store.store import Writing

log = logging.getLogger(__name__)

FIRST = 2  # the answer with the blank forms, which goes by itself, is the first of a mail


def reply_in_case(
    casework: Casework,
    number: CaseNumber,
    mail: MailId,
    words: Text,
    *,
    by: str,
    now: datetime,
    seen: int | None = None,
    hold: timedelta = NO_TIME,
) -> Letter:
    """Answer a mail of a case; return the letter, which waits `hold` before it may leave.

    Raises CaseUnknown, NotAllowed, CaseMoved.
    """
    step = casework.carry(ClerkReplied(now, by, mail, words), number, now=now, seen=seen, hold=hold)
    for letter in casework.store.letters(number):
        if letter.kind is LetterKind.REPLY and letter.version == step.case.version:
            return letter
    message = "whoever wrote has no address that could be answered; the case has a task that says so"
    raise NotAllowed(message, "address")


def composed_reply(
    casework: Casework, writing: Writing, mail: MailId, to: str, answers: str | None, words: Text, now: datetime
) -> NewLetter:
    """Return the answer to a mail that belongs to no case, as it would leave. to: its From; answers: its Message-ID.

    Raises NotAllowed when nothing is said, or the address is of no use.
    """
    send = Send(LetterKind.REPLY, now, any_hour=True, said=Said(own_words(words)), mail=mail)
    n = FIRST
    try:
        letter = casework.compose_answer(send, mail=mail, to=to, answers=answers, now=now, n=n)
        while writing.letter_by_message_id(letter.message_id) is not None:
            n += 1
            letter = casework.compose_answer(send, mail=mail, to=to, answers=answers, now=now, n=n)
    except UnusableAddress as error:
        message = f"{to or 'nobody'}: no letter can go there"
        raise NotAllowed(message, "address", to) from error
    return letter


def reply_to_mail(
    casework: Casework,
    mail: MailId,
    to: str,
    answers: str | None,
    words: Text,
    *,
    by: str,
    now: datetime,
    hold: timedelta = NO_TIME,
) -> Letter:
    """Answer a mail that belongs to no case; it then counts as seen to. Return the letter, which waits `hold`.

    Raises NotAllowed. No brake: a person who writes is no machine.
    """
    with casework.store.writing() as writing:
        made = composed_reply(casework, writing, mail, to, answers, words, now + hold)
        made = replace(made, explanation=f"{made.explanation} Written by {by}.")
        id = writing.put_letter(made, None, 0, now)
        answered(writing, mail, now)
        log.info("mail %s was answered by %s with letter %d", mail[:12], by, id)
        return writing.letter(id)
