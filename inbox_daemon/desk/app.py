"""The app: which address leads to which page."""

from __future__ import annotations

from importlib.resources import files

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from inbox_daemon.desk import register_pages, signing_in, tasks_pages
from inbox_daemon.desk.asking import Handler, language_of, page, plain_page
from inbox_daemon.desk.parts import DeskParts
from inbox_daemon.desk.safety import Safety
from registry_store.accounts import Role

STATIC = {
    "desk.css": "text/css; charset=utf-8",
    "desk.js": "text/javascript; charset=utf-8",
    "desk.svg": "image/svg+xml",
}
# address, method, page, who may
PAGES: tuple[tuple[str, str, Handler, Role], ...] = (
    ("/", "GET", lambda asking: asking.page("morning.html"), Role.VIEWER),
    ("/tasks", "GET", tasks_pages.tasks, Role.VIEWER),
    ("/tasks/{id:int}/done", "POST", tasks_pages.task_done, Role.CLERK),
    ("/register/release", "POST", register_pages.release, Role.CHIEF),
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
    """Three files of ours; nothing else can be asked for."""
    name = request.path_params["name"]
    if name not in STATIC:
        return await _nowhere(request, None)
    raw = (files("templates") / "desk" / "static" / name).read_bytes()
    return Response(raw, media_type=STATIC[name], headers={"Cache-Control": "private, max-age=3600"})


async def _nowhere(request: Request, error: object) -> Response:
    return plain_page(language_of(request), "refused.html", 404, why="nowhere")
