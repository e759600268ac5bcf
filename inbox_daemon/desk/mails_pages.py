"""Mails: the tray and the bench, one mail with its files, and what a clerk does with it."""

from __future__ import annotations

from datetime import datetime, time
from urllib.parse import quote, urlencode

from starlette.responses import RedirectResponse, Response

from inbox_daemon.desk.asking import Asking, listed
from inbox_daemon.desk.numbers import day_in, number_in
from inbox_daemon.desk.queue_page import NUMBER, searched
from inbox_daemon.errors import InboxError
from inbox_daemon.letters.facts import KEY_FILES
from inbox_daemon.order.workdays import ALMATY
from inbox_daemon.tasks import seen_to
from parsers.readings import Reading
from registry_store.errors import AlreadySettled, ArrivalUnknown, CaseUnknown, MailDamaged, MailMissing, StoreError
from registry_store.folded import words_of
from registry_store.mail_finding import MailsWanted
from registry_store.queue import Wanted
from registry_store.records import MailId, OutcomeKind

PAGE = 50  # mails
FOR_A_PERSON = (OutcomeKind.TRAY, OutcomeKind.BENCH)
# Whatever a file says it is, a browser may only store it.
AS_FILE = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}


def mails(asking: Asking) -> Response:
    """The tray and the bench, oldest first; or what ended in one way, or is looked for, newest first."""
    store, asked = asking.parts.store, asking.query.get("q", "").strip()
    if NUMBER.fullmatch(asked.upper()):
        return RedirectResponse(f"/cases/{asked.upper()}", 303)
    shelf = next((kind for kind in OutcomeKind if kind.value == asking.query.get("shelf")), None)
    after = number_in(asking.query.get("after", ""))
    if asked or shelf is not None:
        found = store.find_mails(_wanted(asked, shelf), after, PAGE + 1)
    else:
        found = store.for_a_person(PAGE + 1, after or 0)
    arrivals, chosen = found[:PAGE], {"shelf": str(shelf)} if shelf else {}
    if asked:
        asking.note("search", detail=asked)
    else:
        asking.note("list", detail=listed("mails", chosen, len(arrivals)))
    query = {**({"q": asked} if asked else {}), **chosen}
    keys = store.keys_of_mails({one.mail for one in arrivals})
    return asking.page(
        "mails.html",
        mails=[(one, keys.get(one.mail)) for one in arrivals],
        asked=asked,
        more=urlencode({**query, "after": arrivals[-1].id}) if len(found) > PAGE else None,
        first=None if after is None else urlencode(query),
        shelf=shelf,
        shelves=list(OutcomeKind),
        waiting=store.count_for_a_person(),
    )


def _wanted(asked: str, shelf: OutcomeKind | None) -> MailsWanted:
    """Tell what somebody types to find a mail: an IIN or BIN, an address, or words."""
    said = searched(Wanted(), asked)
    return MailsWanted(shelf, said.identifier, said.address, said.words or words_of(said.number or "")[:6])


def mail(asking: Asking) -> Response:
    """One mail as it was read: its words, its files, what became of it."""
    return _page(asking, asking.path["mail"])


def _page(asking: Asking, mail: MailId, status: int = 200, refused: str = "") -> Response:
    store = asking.parts.store
    arrivals = store.arrivals_of(mail)
    try:
        reading = _reading(asking, mail)
    except (MailMissing, MailDamaged):
        return asking.page("refused.html", 404, why="no_mail")
    asking.note("mail", detail=mail)
    waiting = [one for one in arrivals if one.outcome is not None and one.outcome.kind in FOR_A_PERSON]
    return asking.page(
        "mail.html",
        status,
        mail=mail,
        reading=reading,
        files=[(n, file, not _is_key(file.name)) for n, file in enumerate(reading.mail.attachments)],
        raw_offered=not _holds_key(reading),
        arrivals=arrivals,
        waiting=waiting,
        shown_mails=[(mail, reading.mail.subject or mail[:12])],
        refused=refused,
        typed=asking.form,
    )


def raw(asking: Asking) -> Response:
    """The mail byte for byte, to be stored; not when it holds somebody's private key."""
    mail = asking.path["mail"]
    try:
        if _holds_key(_reading(asking, mail)):
            return asking.page("refused.html", 403, why="private_key")
        data = asking.parts.archive.raw(mail)
    except (MailMissing, MailDamaged):
        return asking.page("refused.html", 404, why="no_mail")
    asking.note("download", detail=f"{mail} raw")
    return as_file(data, f"{mail[:12]}.eml")


def file(asking: Asking) -> Response:
    """One file of a mail, to be stored; never a private key."""
    mail, place = asking.path["mail"], int(asking.path["n"])
    try:
        files = _reading(asking, mail).mail.attachments
    except (MailMissing, MailDamaged):
        return asking.page("refused.html", 404, why="no_mail")
    if place >= len(files):
        return asking.page("refused.html", 404, why="nowhere")
    if _is_key(files[place].name):
        return asking.page("refused.html", 403, why="private_key")
    asking.note("download", detail=f"{mail} {files[place].name}")
    return as_file(files[place].data, files[place].name)


def as_file(data: bytes, name: str) -> Response:
    """Return bytes that a browser stores and never shows."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in name) or "file"
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(
        data, media_type="application/octet-stream", headers={**AS_FILE, "Content-Disposition": disposition}
    )


def take_up(asking: Asking) -> Response:
    """Handle a mail of the tray or the bench: as it says, from another day, or into the case that the clerk names."""
    mail, form = asking.path["mail"], asking.form
    arrival = number_in(form.get("arrival", "")) or -1
    to = form.get("to", "").strip().upper() or None
    try:
        day = day_in(form.get("as_of", ""))
        as_of = None if day is None else datetime.combine(day, time(), ALMATY)
        if to is not None:
            asking.parts.store.case(to)
        asking.parts.intake.take_up(arrival, asking.now, as_of=as_of, to=to)
    except (ValueError, CaseUnknown):
        return _page(asking, mail, 409, "no_case")
    except (AlreadySettled, ArrivalUnknown):
        return _page(asking, mail, 409, "settled")
    except (InboxError, StoreError):
        return _page(asking, mail, 409, "failed")
    asking.note("take_up", to, mail)
    return RedirectResponse(f"/mail/{mail}?notice=done", 303)


def clear(asking: Asking) -> Response:
    """A person has seen to it: there is nothing to do."""
    mail = asking.path["mail"]
    try:
        with asking.parts.store.writing() as writing:
            seen_to(writing, number_in(asking.form.get("arrival", "")) or -1, asking.now)
    except (AlreadySettled, ArrivalUnknown, ValueError):
        return _page(asking, mail, 409, "settled")
    asking.note("cleared", detail=mail)
    return RedirectResponse("/mails?notice=done", 303)


def _reading(asking: Asking, mail: MailId) -> Reading:
    return asking.parts.read(asking.parts.archive.raw(mail))


def _is_key(name: str) -> bool:
    return name.lower().endswith(KEY_FILES)


def _holds_key(reading: Reading) -> bool:
    return any(_is_key(file.name) for file in reading.mail.attachments)
