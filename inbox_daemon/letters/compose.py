"""From an owed letter to finished bytes: composed before the case is committed, so that what the desk shows
is what will leave, and a letter that cannot be written stops the step."""

from __future__ import annotations

import re
from datetime import datetime

from inbox_daemon.letters import addresses
from inbox_daemon.letters.enclosed import Enclosed, all_blank, as_file, enclosed_with
from inbox_daemon.letters.errors import LetterError, UnusableAddress
from inbox_daemon.letters.explain import WHY, explain
from inbox_daemon.letters.facts import Matter, asked_for, facts_of, how_to_apply, lines_said
from inbox_daemon.letters.markup import not_words
from inbox_daemon.letters.message import Message, to_bytes
from inbox_daemon.letters.office import Office
from inbox_daemon.letters.render import LANGUAGES, Rendered, render
from inbox_daemon.order.practice import Practice
from inbox_daemon.order.workdays import WorkingDays, almaty
from registry_store.records import Case, Entry, LetterKind, MailId, NewLetter, Send

# Letters with a decision go to both addresses that an applicant has given (rules, section 7).
DECISIONS = (LetterKind.INCLUSION, LetterKind.REFUSAL)
MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")
LONGEST_THREAD = 20  # Message-IDs in References


def compose(
    send: Send,
    case: Case,
    *,
    office: Office,
    days: WorkingDays,
    practice: Practice,
    now: datetime,
    n: int,
    entry: Entry | None,
) -> NewLetter:
    """Return the letter about a case as it will leave; n counts the letters of one step.

    The same arguments give the same bytes. The Date is the planned moment of sending, as are the days that
    the letter counts from. A letter whose words are at fault needs a person's yes. Raises LetterError when it lacks
    a fact or an address.
    """
    leaves = almaty(max(now, send.not_before))
    recipients = _recipients(send, case)
    # What stands in the forms is for one address alone: the one that letters of the case go to.
    alone = recipients == (addresses.usable(case.reply_to),)
    enclosed = enclosed_with(send.letter, case, asked_for(case), send.said) if alone else ()
    matter = Matter(send, case, entry, office, days, practice, leaves.date(), enclosed)
    rendered = render(send.letter, {language: facts_of(matter, language) for language in LANGUAGES})
    message_id = f"<{case.number.lower()}.{case.version}.{n}@{office.domain}>"
    answered = [mail for mail in case.mails if mail.mail == send.mail]
    thread = [mail.message_id for mail in (*case.mails, *answered)]
    raw = _raw(send.letter, rendered, office, leaves, message_id, recipients, case.number, thread, enclosed)
    return _new(send, message_id, recipients, raw, explain(matter), fault_of(rendered))


def compose_answer(
    send: Send,
    *,
    mail: MailId,
    to: str,
    answers: str | None,
    office: Office,
    now: datetime,
    n: int = 1,
) -> NewLetter:
    """Return the answer to a mail that belongs to no case, the ministry's own or a clerk's; mail: its SHA-256, to:
    its From, answers: its Message-ID. Raises LetterError for other letters, which all need a case."""
    if send.letter not in (LetterKind.HOW_TO_APPLY, LetterKind.REPLY):
        message = f"a {send.letter.value} letter needs a case"
        raise LetterError(message)
    how = send.letter is LetterKind.HOW_TO_APPLY
    leaves = almaty(max(now, send.not_before))
    recipients = (addresses.usable(to),)
    facts = {
        language: {
            "office": office.words(language),
            "number": "",
            "case_kind": "",
            **(how_to_apply(language) if how else {"words": lines_said(send.said, language)}),
        }
        for language in LANGUAGES
    }
    message_id = f"<{mail[:32]}.{n}@{office.domain}>"
    enclosed = all_blank() if how else ()
    rendered = render(send.letter, facts)
    if fault := fault_of(rendered):
        raise LetterError(f"the {send.letter} letter: {fault}")
    raw = _raw(send.letter, rendered, office, leaves, message_id, recipients, None, [answers], enclosed)
    return _new(send, message_id, recipients, raw, f"mail {mail[:12]} {send.letter.value}: {WHY[send.letter]}")


def _recipients(send: Send, case: Case) -> tuple[str, ...]:
    """The From of the latest mail with forms; a decision also to the address written in the application; a reply
    to the From of the mail that it answers."""
    if send.letter is LetterKind.REPLY:
        senders = [mail.sender for mail in case.mails if mail.mail == send.mail]
        return (addresses.usable(senders[0] if senders else ""),)
    first = addresses.usable(case.reply_to)
    if send.letter not in DECISIONS:
        return (first,)
    written = next(
        (s.answers["email"] for s in reversed(case.sheets) if s.form == "application" and "email" in s.answers), None
    )
    if written is None or written.doubt or written.flaws:
        return (first,)
    try:
        second = addresses.usable(str(written.value))
    except UnusableAddress:  # the form's mistake costs nobody the letter; the first address gets it
        return (first,)
    return (first,) if addresses.same(first, second) else (first, second)


def _raw(
    letter: LetterKind,
    rendered: Rendered,
    office: Office,
    leaves: datetime,
    message_id: str,
    recipients: tuple[str, ...],
    number: str | None,
    thread: list[str | None],
    enclosed: tuple[Enclosed, ...],
) -> bytes:
    # Others wrote these ids: one that is not a plain msg-id is left out rather than repeated.
    # The last one is answered; it stands once, at the end.
    whole = [i for i in thread if i is not None and MESSAGE_ID.fullmatch(i)]
    known = tuple(reversed(dict.fromkeys(reversed(whole))))
    return to_bytes(
        Message(
            sender=addresses.usable(office.mailbox),
            sender_name=office.words(LANGUAGES[0])["ministry"],
            to=recipients,
            token="" if number is None else f"[{number}]",
            subject=rendered.subject,
            date=leaves,
            message_id=message_id,
            text=rendered.text,
            html=rendered.html,
            in_reply_to=known[-1] if known else None,
            references=known[:1] + known[1:][-LONGEST_THREAD:],
            enclosures=tuple(as_file(one, number or "") for one in enclosed),
            automatic=letter is not LetterKind.REPLY,
        )
    )


def fault_of(rendered: Rendered) -> str:
    """Return what is wrong with finished words, empty for nothing: values are cleaned before they are printed, so a
    mark of ours or a control character in them is a template's fault, which no applicant should see."""
    found = not_words(rendered.subject + rendered.text + rendered.html)
    return f"a character that is no word ({found}) stands in it: its template is at fault" if found else ""


def _new(
    send: Send, message_id: str, recipients: tuple[str, ...], raw: bytes, explanation: str, fault: str = ""
) -> NewLetter:
    """A letter at fault waits for a person, whatever the step said."""
    explanation = f"HELD: {fault}.\n{explanation}" if fault else explanation
    return NewLetter(
        kind=send.letter,
        message_id=message_id,
        recipients=recipients,
        raw=raw,
        not_before=send.not_before,
        not_after=send.not_after,
        needs_yes=send.needs_yes or bool(fault),
        any_hour=send.any_hour,
        explanation=explanation,
    )
