"""The addresses of a mail laid open: the documents beside the fields, and the pictures of their pages."""

from __future__ import annotations

from starlette.responses import Response

from inbox_daemon.desk.asking import Asking
from inbox_daemon.desk.documents import PATIENCE, MailShown
from registry_store.errors import MailDamaged, MailMissing

ASKED_AGAIN = 2.0  # seconds that the script waits for one answer: a thread of the desk stands by meanwhile


def shown(asking: Asking) -> Response:
    """What a mail brought, as a page; `?bare=1`: without anything around it, for the page that it is put into."""
    mail, bare = asking.path["mail"], bool(asking.query.get("bare"))
    try:
        opened = _opened(asking, ASKED_AGAIN if bare else PATIENCE)
    except (MailMissing, MailDamaged):
        return asking.page("refused.html", 404, why="no_mail")
    if opened is not None:
        asking.note("shown", detail=mail)
    template = "shown/parts.html" if bare else "shown.html"
    return asking.page(template, 200 if opened is not None else 202, mail=mail, opened=opened)


def page_picture(asking: Asking) -> Response:
    """The picture of one page, drawn anew from what was sent."""
    mail, place = asking.path["mail"], int(asking.path["n"])
    try:
        opened = _opened(asking, PATIENCE)
    except (MailMissing, MailDamaged):
        return asking.page("refused.html", 404, why="no_mail")
    if opened is None:
        return Response(status_code=503, headers={"Retry-After": "5"})
    if place >= len(opened.pictures):
        return asking.page("refused.html", 404, why="nowhere")
    asking.note("shown", detail=f"{mail} page {place + 1}")
    return Response(opened.pictures[place], media_type="image/jpeg")


def _opened(asking: Asking, patience: float) -> MailShown | None:
    mail, parts = asking.path["mail"], asking.parts
    return parts.documents.shown(mail, lambda: parts.archive.raw(mail), patience)
