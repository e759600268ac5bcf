"""The app: which address leads to which page."""

from __future__ import annotations

from importlib.resources import files

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from inbox_daemon.desk import (
    case_page,
    difference_page,
    documents_pages,
    letters_pages,
    mails_pages,
    morning,
    notes_pages,
    preview_page,
    queue_page,
    register_pages,
    reply_pages,
    signing_in,
    tasks_pages,
    views_pages,
)
from inbox_daemon.desk.asking import Handler, language_of, page, plain_page
from inbox_daemon.desk.parts import DeskParts
from inbox_daemon.desk.safety import Safety
from registry_store.accounts import Role

STATIC = {
    "desk.css": "text/css; charset=utf-8",
    "desk.js": "text/javascript; charset=utf-8",
    "shown.js": "text/javascript; charset=utf-8",
    "desk.svg": "image/svg+xml",
}
# address, method, page, who may
PAGES: tuple[tuple[str, str, Handler, Role], ...] = (
    ("/", "GET", morning.morning, Role.VIEWER),
    ("/first", "GET", case_page.first, Role.VIEWER),
    ("/queue", "GET", queue_page.queue, Role.VIEWER),
    ("/views/save", "POST", views_pages.save, Role.VIEWER),
    ("/views/change", "POST", views_pages.change, Role.VIEWER),
    ("/cases/{number}", "GET", case_page.case_page, Role.VIEWER),
    ("/cases/{number}/preview/{act}", "GET", preview_page.preview, Role.VIEWER),
    ("/cases/{number}/preview/{act}", "POST", preview_page.preview, Role.CLERK),
    ("/cases/{number}/difference", "GET", difference_page.difference_page, Role.VIEWER),
    ("/cases/{number}/do", "POST", case_page.do, Role.CLERK),
    ("/cases/{number}/notes", "POST", notes_pages.write, Role.VIEWER),
    ("/cases/{number}/reply", "GET", reply_pages.in_case, Role.CLERK),
    ("/cases/{number}/reply", "POST", reply_pages.in_case, Role.CLERK),
    ("/notes/{id:number}/read", "POST", notes_pages.seen_to, Role.VIEWER),
    ("/letters", "GET", letters_pages.letters, Role.VIEWER),
    ("/letters/switch", "POST", letters_pages.switch, Role.CHIEF),
    ("/letters/{id:number}", "GET", letters_pages.letter, Role.VIEWER),
    ("/letters/{id:number}/raw", "GET", letters_pages.raw, Role.VIEWER),
    ("/letters/{id:number}/do", "POST", letters_pages.do, Role.CLERK),
    ("/tasks", "GET", tasks_pages.tasks, Role.VIEWER),
    ("/tasks/done", "POST", tasks_pages.tasks_done, Role.CLERK),
    ("/tasks/{id:number}/done", "POST", tasks_pages.task_done, Role.CLERK),
    ("/mails", "GET", mails_pages.mails, Role.VIEWER),
    ("/mail/{mail}", "GET", mails_pages.mail, Role.VIEWER),
    ("/mail/{mail}/raw", "GET", mails_pages.raw, Role.CLERK),
    ("/mail/{mail}/files/{n:number}", "GET", mails_pages.file, Role.VIEWER),
    ("/mail/{mail}/shown", "GET", documents_pages.shown, Role.VIEWER),
    ("/mail/{mail}/pages/{n:number}", "GET", documents_pages.page_picture, Role.VIEWER),
    ("/mail/{mail}/take-up", "POST", mails_pages.take_up, Role.CLERK),
    ("/mail/{mail}/reply", "GET", reply_pages.to_mail, Role.CLERK),
    ("/mail/{mail}/reply", "POST", reply_pages.to_mail, Role.CLERK),
    ("/mail/{mail}/clear", "POST", mails_pages.clear, Role.CLERK),
    ("/register", "GET", register_pages.register, Role.VIEWER),
    ("/register/draft", "GET", register_pages.next_release, Role.VIEWER),
    ("/register/release", "POST", register_pages.release, Role.CHIEF),
    ("/register/{number:number}", "GET", register_pages.entry, Role.VIEWER),
    ("/register/{number:number}/contacts", "POST", register_pages.contacts, Role.CLERK),
    ("/audit", "GET", tasks_pages.audit, Role.CHIEF),
)


def make_app(parts: DeskParts) -> Starlette:
    """Return the desk as an ASGI application."""
    routes = [
        *signing_in.routes(parts),
        Route("/static/{name}", _static, methods=["GET"]),
        *(
            Route(address, page(parts, handler, needs), methods=[method], name=f"{method} {address}")
            for address, method, handler, needs in PAGES
        ),
    ]
    return Starlette(routes=routes, middleware=[Middleware(Safety)], exception_handlers={404: _nowhere, 405: _nowhere})


async def _static(request: Request) -> Response:
    """A few files of ours; nothing else can be asked for."""
    name = request.path_params["name"]
    if name not in STATIC:
        return await _nowhere(request, None)
    raw = (files("templates") / "desk" / "static" / name).read_bytes()
    return Response(raw, media_type=STATIC[name], headers={"Cache-Control": "private, max-age=3600"})


async def _nowhere(request: Request, error: object) -> Response:
    return plain_page(language_of(request), "refused.html", 404, why="nowhere")
