"""Views of the queue: ready ones, and those that somebody saved under a name of their own."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from starlette.responses import RedirectResponse, Response

from inbox_daemon.desk.asking import Asking
from inbox_daemon.desk.queue_page import FILTERS
from registry_store.errors import NotStored

MOST = 30  # views of one user
LONGEST = 60  # letters of a name


def save(asking: Asking) -> Response:
    """Keep the filters of the queue under a name; a view of that name is replaced."""
    name, query = _name(asking), _filters(asking.form.get("query", ""))
    if not name:
        return _back(query, "notice=view_unnamed")
    with asking.parts.store.writing() as writing:
        names = {one for one, _ in writing.views(asking.user.name)}
        if len(names | {name}) > MOST:
            return _back(query, "notice=views_full")
        writing.put_view(asking.user.name, name, query)
    return _back(query, "notice=view_saved")


def change(asking: Asking) -> Response:
    """Rename a view, or forget it."""
    old, name, act = asking.form.get("view", ""), _name(asking), asking.form.get("act", "")
    if act not in ("rename", "drop"):
        return asking.page("refused.html", 404, why="nowhere")
    if act == "rename" and not name:
        return _back("", "notice=view_unnamed")
    try:
        with asking.parts.store.writing() as writing:
            query = writing.drop_view(asking.user.name, old)
            if act == "rename":
                writing.put_view(asking.user.name, name, query)
    except NotStored:
        return asking.page("refused.html", 404, why="nowhere")
    return _back(query if act == "rename" else "", "notice=view_saved" if act == "rename" else "notice=view_dropped")


def _name(asking: Asking) -> str:
    return " ".join(asking.form.get("name", "").split())[:LONGEST]


def _filters(query: str) -> str:
    """Only what the queue asks for, each once: no page is left by a saved view."""
    return urlencode({name: value[:200] for name, value in parse_qsl(query) if name in FILTERS})


def _back(query: str, told: str) -> Response:
    return RedirectResponse(f"/queue?{query}&{told}" if query else f"/queue?{told}", 303)
