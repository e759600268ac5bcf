"""One request of somebody who is signed in: who, in which role and language, with which form."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from markupsafe import escape
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from inbox_daemon.desk.accounts import begin, session_of
from inbox_daemon.desk.broken import as_refusal, is_expected, kept, status_of, told
from inbox_daemon.desk.parts import DeskParts
from inbox_daemon.desk.words import LANGUAGES, render
from parsers.readings import Language
from registry_store.accounts import AuditLine, Role, SignedIn, User
from registry_store.records import CaseNumber

COOKIE = "desk_session"
LANGUAGE_COOKIE = "desk_language"
SEEN_EVERY = timedelta(minutes=1)
REFUSED = 409  # the status of a page that says why an act was not carried
YEAR = 365 * 24 * 3600  # seconds


@dataclass(frozen=True, slots=True)
class Asking:
    """A request. path: what is in the address; query, form: single values, the last one given counts."""

    parts: DeskParts
    user: User
    session: SignedIn
    language: Language
    url: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str]
    many: Mapping[str, tuple[str, ...]]
    now: datetime
    address: str

    def page(self, template: str, status: int = 200, **facts: Any) -> Response:
        """Return a page with what every page shows: who is signed in, the token of its forms."""
        whole = {
            "user": self.user,
            "csrf": self.session.csrf,
            "url": self.url,
            "now": self.now,
            "may": lambda role: self.user.role.may(Role(role)),
            "shadow": self.parts.shadow,
            "notice": self.query.get("notice", ""),
            "unsent": (),
            **facts,
        }
        made = render(self.language, template, whole)
        if status == REFUSED:
            # The form that the words were typed into may have no place in the page any more.
            lost = [one for one in kept(self.many, self.language) if str(escape(one.text)) not in made]
            made = render(self.language, template, {**whole, "unsent": lost}) if lost else made
        return HTMLResponse(made, status)

    def note(self, action: str, case: CaseNumber | None = None, detail: str = "") -> None:
        """Write into the audit log what is looked at or done."""
        with self.parts.store.writing() as writing:
            writing.note_audit(AuditLine(self.now, self.user.name, action, case, detail[:500], self.address))


def listed(name: str, chosen: Mapping[str, str], rows: int) -> str:
    """Return how a look at a list stands in the audit log: which list, what it was narrowed to, how many rows.

    chosen: values of our own only; what somebody typed is no business of this line.
    """
    return f"{name}: {' '.join(f'{key}={value}' for key, value in chosen.items()) or 'all'}; {rows}"


Handler = Callable[[Asking], Response]


def page(parts: DeskParts, handler: Handler, needs: Role = Role.VIEWER) -> Callable[[Request], Any]:
    """Return a Starlette endpoint: signed in, in the role that it needs, and for a form with its session's token."""

    async def endpoint(request: Request) -> Response:
        given = await request.form() if request.method == "POST" else None
        many: dict[str, tuple[str, ...]] = {}
        for name in given or ():
            many[name] = tuple(one for one in given.getlist(name) if isinstance(one, str)) if given else ()
        return await run_in_threadpool(_caught, parts, handler, needs, request, many)

    return endpoint


def _caught(
    parts: DeskParts, handler: Handler, needs: Role, request: Request, many: Mapping[str, tuple[str, ...]]
) -> Response:
    """Answer a request. What no page has caught itself is told in the desk's words, with all that was typed."""
    try:
        return _answer(parts, handler, needs, request, many)
    except Exception as error:
        return broken_page(parts, request, many, error)


def broken_page(parts: DeskParts, request: Request, many: Mapping[str, Sequence[str]], error: Exception) -> Response:
    """Return the page of an error, which goes into the log."""
    if not is_expected(error):
        told(error, request.method, request.url.path)
    language = language_of(request)
    return plain_page(
        language,
        "broken.html",
        status_of(error),
        refused=as_refusal(error),
        expected=is_expected(error),
        unsent=kept(many, language),
        now=parts.now(),
        back=_page_before(request),
    )


def _page_before(request: Request) -> str:
    """Return the page of the desk from which a form was sent; empty when the browser does not say."""
    if request.method != "POST":
        return ""
    before = urlsplit(request.headers.get("referer", ""))
    ours = before.netloc == request.url.netloc
    return within(f"{before.path}?{before.query}" if before.query else before.path) if ours else ""


def _answer(
    parts: DeskParts, handler: Handler, needs: Role, request: Request, many: Mapping[str, tuple[str, ...]]
) -> Response:
    now, address = parts.now(), address_of(request, parts)
    language = language_of(request)
    entered, cookie = _who(parts, request, now, address)
    if entered is None:
        if request.method == "POST":
            return plain_page(language, "refused.html", 401, why="session_ended")
        return RedirectResponse(f"/sign-in?next={quote(_here(request), safe='')}", 303)
    user, session = entered
    form = {name: values[-1] for name, values in many.items() if values}
    if request.method == "POST" and not hmac.compare_digest(form.get("csrf", "").encode(), session.csrf.encode()):
        return plain_page(language, "refused.html", 403, why="csrf")
    if not user.role.may(needs):
        with parts.store.writing() as writing:
            writing.note_audit(AuditLine(now, user.name, "role_refused", None, request.url.path[:500], address))
        return plain_page(language, "refused.html", 403, why="role")
    asking = Asking(
        parts=parts,
        user=user,
        session=session,
        language=language,
        url=_here(request),
        path={name: str(value) for name, value in request.path_params.items()},
        query=dict(request.query_params),
        form=form,
        many=many,
        now=now,
        address=address,
    )
    response = handler(asking)
    if cookie is not None:
        set_cookie(response, cookie)
    return response


def _who(
    parts: DeskParts, request: Request, now: datetime, address: str
) -> tuple[tuple[User, SignedIn] | None, str | None]:
    """Return who asks, and a cookie to set where a proxy has just named somebody."""
    token = request.cookies.get(COOKIE, "")
    found = session_of(parts.store, token, now=now, sessions=parts.sessions) if token else None
    named = _named_by_proxy(parts, request)
    if named is not None and (found is None or found[0].name != named):
        user = parts.store.user(named)
        if user is None:
            return None, None
        with parts.store.writing() as writing:
            entered = begin(writing, user, now=now, sessions=parts.sessions, address=address)
        return (entered.user, entered.session), entered.token
    if found is not None and now - found[1].seen >= SEEN_EVERY:
        with parts.store.writing() as writing:
            writing.session_seen(found[1].token_sha256, now)
    return found, None


def _named_by_proxy(parts: DeskParts, request: Request) -> str | None:
    header, client = parts.proxy.user_header, request.client
    if not header or client is None or not parts.proxy.believes(client.host):
        return None
    names = request.headers.getlist(header)
    if len(names) != 1:  # a browser's own header beside the proxy's: nobody knows which is whose
        return None
    return names[0].strip().lower().partition("@")[0] or None


def address_of(request: Request, parts: DeskParts) -> str:
    """Return where a request comes from; what a proxy says of it counts from a proxy of ours alone."""
    direct = request.client.host if request.client is not None else ""
    if parts.proxy.believes(direct):
        return request.headers.get("x-forwarded-for", direct).rpartition(",")[2].strip()[:64]
    return direct


def language_of(request: Request) -> Language:
    """Return the language that was chosen; else the browser's first of ours; else Kazakh."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in LANGUAGES:
        return chosen
    wanted = [one.split(";")[0].strip().lower()[:2] for one in request.headers.get("accept-language", "").split(",")]
    return next((ours for one in wanted for ours in LANGUAGES if ours == one), LANGUAGES[0])


def plain_page(language: Language, template: str, status: int = 200, **facts: Any) -> Response:
    """Return a page for somebody who is not signed in."""
    return HTMLResponse(
        render(language, template, {"user": None, "csrf": "", "url": "/", "unsent": (), **facts}), status
    )


def set_cookie(response: Response, token: str) -> None:
    """Give the browser its session: never to a script, never over plain HTTP, never from another site."""
    response.set_cookie(COOKIE, token, secure=True, httponly=True, samesite="strict", path="/")


def within(target: str) -> str:
    """Return an address inside the desk; another one becomes the first page."""
    safe = target.startswith("/") and not target.startswith(("//", "/\\")) and "\\" not in target
    return target if safe and target.isprintable() else "/"


def _here(request: Request) -> str:
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path
