"""The pages before the desk: sign in, sign out, the one-time link, the language."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from inbox_daemon.desk.accounts import AccountRefused, digest, sign_in, user_of_link, with_password
from inbox_daemon.desk.asking import (
    COOKIE,
    LANGUAGE_COOKIE,
    YEAR,
    address_of,
    broken_page,
    language_of,
    plain_page,
    set_cookie,
    within,
)
from inbox_daemon.desk.parts import DeskParts
from inbox_daemon.desk.words import LANGUAGES
from registry_store.accounts import AuditLine

ENTRY = "desk_entry"  # the token of a form before there is a session (double submit)

Endpoint = Callable[[Request], Awaitable[Response]]


def routes(parts: DeskParts) -> list[Route]:
    """Return the addresses that need no session."""
    return [
        Route("/sign-in", _sign_in_page, methods=["GET"]),
        Route("/sign-in", _bound(parts, _sign_in), methods=["POST"]),
        Route("/sign-out", _bound(parts, _sign_out), methods=["POST"]),
        Route("/link/{token}", _bound(parts, _link_page), methods=["GET"]),
        Route("/link/{token}", _bound(parts, _link), methods=["POST"]),
        Route("/language/{language}", _language, methods=["GET"]),
    ]


def _bound(parts: DeskParts, handler: Callable[[DeskParts, Request, dict[str, str]], Response]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        given = await request.form() if request.method == "POST" else {}
        form = {name: value for name, value in given.items() if isinstance(value, str)}
        return await run_in_threadpool(_caught, handler, parts, request, form)

    return endpoint


def _caught(
    handler: Callable[[DeskParts, Request, dict[str, str]], Response],
    parts: DeskParts,
    request: Request,
    form: dict[str, str],
) -> Response:
    try:
        return handler(parts, request, form)
    except Exception as error:
        return broken_page(parts, request, {name: (text,) for name, text in form.items()}, error)


def _form_page(request: Request, template: str, status: int = 200, **facts: object) -> Response:
    """A page with a form before sign-in: its token stands in the form and in a cookie."""
    entry = request.cookies.get(ENTRY) or secrets.token_urlsafe(32)
    response = plain_page(language_of(request), template, status, entry=entry, **facts)
    response.set_cookie(ENTRY, entry, secure=True, httponly=True, samesite="strict", path="/")
    return response


def _own_form(request: Request, form: dict[str, str]) -> bool:
    entry = request.cookies.get(ENTRY, "")
    return bool(entry) and hmac.compare_digest(form.get("entry", "").encode(), entry.encode())


async def _sign_in_page(request: Request) -> Response:
    return _form_page(
        request, "sign_in.html", next=within(request.query_params.get("next", "/")), failed=False, name=""
    )


def _sign_in(parts: DeskParts, request: Request, form: dict[str, str]) -> Response:
    if not _own_form(request, form):
        return plain_page(language_of(request), "refused.html", 403, why="csrf")
    name, target = form.get("name", ""), within(form.get("next", "/"))
    entered = sign_in(
        parts.store,
        name,
        form.get("password", ""),
        form.get("code", ""),
        now=parts.now(),
        sessions=parts.sessions,
        address=address_of(request, parts),
    )
    if entered is None:
        return _form_page(request, "sign_in.html", 401, next=target, failed=True, name=name[:64])
    older = request.cookies.get(COOKIE, "")
    if older:
        with parts.store.writing() as writing:
            writing.end_session(digest(older))
    response = RedirectResponse(target, 303)
    set_cookie(response, entered.token)
    response.delete_cookie(ENTRY, path="/", secure=True, httponly=True, samesite="strict")
    return response


def _sign_out(parts: DeskParts, request: Request, form: dict[str, str]) -> Response:
    """Ends the session of the cookie; the token of the form must be its own."""
    session = parts.store.signed_in(digest(request.cookies.get(COOKIE, "")))
    if session is not None and hmac.compare_digest(form.get("csrf", "").encode(), session.csrf.encode()):
        with parts.store.writing() as writing:
            writing.end_session(session.token_sha256)
            writing.note_audit(AuditLine(parts.now(), session.user, "sign_out", address=address_of(request, parts)))
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")
    return response


def _link_page(parts: DeskParts, request: Request, form: dict[str, str]) -> Response:
    user = user_of_link(parts.store, request.path_params["token"], parts.now())
    if user is None:
        return plain_page(language_of(request), "refused.html", 404, why="link")
    return _form_page(request, "choose_password.html", name=user.name, refused="")


def _link(parts: DeskParts, request: Request, form: dict[str, str]) -> Response:
    """The holder of a one-time link chooses a password; the link is used up, older sessions end."""
    user = user_of_link(parts.store, request.path_params["token"], parts.now())
    if user is None or not _own_form(request, form):
        return plain_page(language_of(request), "refused.html", 403, why="link")
    try:
        if form.get("password", "") != form.get("again", ""):
            message = "the two passwords differ"
            raise AccountRefused(message, "differ")
        changed = with_password(user, form.get("password", ""))
    except AccountRefused as refused:
        return _form_page(request, "choose_password.html", 400, name=user.name, refused=refused.code)
    with parts.store.writing() as writing:
        account = writing.user(user.name)
        if account is None or account.link_sha256 != user.link_sha256:  # used in the meantime
            return plain_page(language_of(request), "refused.html", 403, why="link")
        writing.put_user(changed)
        writing.end_sessions(user.name)
        writing.note_audit(AuditLine(parts.now(), user.name, "password_set", address=address_of(request, parts)))
    return RedirectResponse("/sign-in", 303)


async def _language(request: Request) -> Response:
    """Only what the browser shows changes, so a plain link does."""
    response = RedirectResponse(within(request.query_params.get("back", "/")), 303)
    if request.path_params["language"] in LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE,
            request.path_params["language"],
            max_age=YEAR,
            secure=True,
            httponly=True,
            samesite="lax",
            path="/",
        )
    return response
