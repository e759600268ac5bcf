"""What stands around every page: headers, and a bound on what a browser may send."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_FORM = 2 * 1024 * 1024  # bytes: all answers of a case, the longest ones too, come back in one form
# Nothing inline, nothing from elsewhere, no frames; what an applicant sent can never run.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


class Safety:
    """Sets the headers that a page has not set itself, and turns away what is too large to be a form."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if scope["scheme"] == "https":
                    headers.setdefault("Strict-Transport-Security", "max-age=31536000")
            await send(message)

        if scope["method"] == "POST" and not _small(scope):
            await PlainTextResponse("too large", 413)(scope, receive, with_headers)
            return
        await self._app(scope, receive, with_headers)


def _small(scope: Scope) -> bool:
    """A form of ours says its length, and keeps it: the server reads no further."""
    given = dict(scope["headers"]).get(b"content-length", b"")
    return given.isdigit() and len(given) < 10 and int(given) <= LARGEST_FORM
