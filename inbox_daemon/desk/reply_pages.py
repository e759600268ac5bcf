"""A clerk answers a mail in words of their own: written, seen as it will leave, then sent."""

from __future__ import annotations

from hashlib import sha256

from starlette.responses import RedirectResponse, Response

from inbox_daemon.casework import CaseMoved
from inbox_daemon.desk.asking import Asking
from inbox_daemon.desk.broken import as_refusal
from inbox_daemon.desk.case_facts import LetterShown, letter_shown
from inbox_daemon.desk.numbers import number_in
from inbox_daemon.errors import InboxError, NotAllowed
from inbox_daemon.rehearsal import reply_now
from inbox_daemon.replies import composed_reply, reply_in_case, reply_to_mail
from parsers.readings import Reading
from registry_store.errors import CaseUnknown, MailDamaged, MailMissing, StoreError
from registry_store.records import Case, CaseMail, CaseNumber, ClerkReplied, MailId, Text


def in_case(asking: Asking) -> Response:
    """Answer a mail of a case: the latest one, or the one that the address names."""
    number, wanted = asking.path["number"], asking.form.get("mail") or asking.query.get("mail", "")
    try:
        case = asking.parts.store.case(number)
    except CaseUnknown:
        return asking.page("refused.html", 404, why="no_case")
    answered = next((one for one in reversed(case.mails) if wanted in ("", one.mail)), None)
    if answered is None:
        return asking.page("refused.html", 404, why="no_mail")
    return _worked(asking, answered.mail, answered.sender, case, answered)


def to_mail(asking: Asking) -> Response:
    """Answer a mail of the tray or the bench that belongs to no case."""
    mail = asking.path["mail"]
    try:
        reading = asking.parts.read(asking.parts.archive.raw(mail))
    except (MailMissing, MailDamaged):
        return asking.page("refused.html", 404, why="no_mail")
    if (number := _case_of(asking, mail)) is not None:
        return RedirectResponse(f"/cases/{number}/reply?mail={mail}", 303)
    return _worked(asking, mail, reading.mail.sender.addr, None, reading)


def _case_of(asking: Asking, mail: MailId) -> CaseNumber | None:
    """Return the latest case that holds the mail."""
    store = asking.parts.store
    numbers = {number for one in store.arrivals_of(mail) if one.outcome is not None for number in one.outcome.cases}
    held = (number for number in numbers if mail in {one.mail for one in store.case(number).mails})
    return max(held, default=None)


def _worked(asking: Asking, mail: MailId, to: str, case: Case | None, of: CaseMail | Reading) -> Response:
    """The form; the letter when it is to be looked at; sent only as it was shown."""
    form, number = asking.form, None if case is None else case.number
    words = Text(form.get("kk", ""), form.get("ru", ""))
    refused: NotAllowed | None = None
    letter: LetterShown | None = None
    status, moved, changed = 200, False, False
    asking.note("reply_written" if form else "mail", number, mail)
    if form:
        try:
            letter = _shown(asking, mail, to, case, of, words)
            changed = form.get("step") == "send" and form.get("shown") != digest(words)
            if form.get("step") == "send" and not changed:
                return _sent(asking, mail, to, case, of, words)
        except CaseMoved:
            status, moved = 409, True
        except (InboxError, StoreError) as error:
            status, refused = 409, as_refusal(error)
    return asking.page(
        "reply.html",
        status,
        case=case,
        mail=mail,
        to=to,
        letter=letter,
        words=words,
        shown=digest(words),
        refused=refused,
        moved=moved,
        changed=changed,
        undo=asking.parts.undo,
    )


def _shown(
    asking: Asking, mail: MailId, to: str, case: Case | None, of: CaseMail | Reading, words: Text
) -> LetterShown:
    parts, now = asking.parts, asking.now
    if case is not None:
        event = ClerkReplied(now, asking.user.name, mail, words)
        return letter_shown(reply_now(event, case.number, parts.casework, now).raw)
    with parts.store.writing() as writing:
        return letter_shown(composed_reply(parts.casework, writing, mail, to, _message_id(of), words, now).raw)


def _sent(asking: Asking, mail: MailId, to: str, case: Case | None, of: CaseMail | Reading, words: Text) -> Response:
    parts, by, now, seen = asking.parts, asking.user.name, asking.now, asking.form.get("version", "")
    if case is not None:
        version = number_in(seen)
        letter = reply_in_case(parts.casework, case.number, mail, words, by=by, now=now, seen=version, hold=parts.undo)
    else:
        letter = reply_to_mail(parts.casework, mail, to, _message_id(of), words, by=by, now=now, hold=parts.undo)
    asking.note("replied", letter.case, f"{letter.id} {mail}")
    return RedirectResponse(f"/letters/{letter.id}?notice=done", 303)


def _message_id(of: CaseMail | Reading) -> str | None:
    return of.message_id if isinstance(of, CaseMail) else of.mail.message_id


def digest(words: Text) -> str:
    """Return by what it is known that a text is the one that was shown."""
    said = "\0".join((words.kk or "", words.ru or ""))
    return sha256("\n".join(said.splitlines()).encode()).hexdigest()
