"""A desk that listens on this machine, and people who visit it with a real Chromium."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from inbox_daemon.desk.accounts import begin
from inbox_daemon.desk.app import make_app
from inbox_daemon.desk.asking import COOKIE
from registry_store.accounts import Role
from tests.desk.browser import PASSWORD, DeskOffice

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 10_000  # milliseconds until a page that does not do what it should is given up
AGENT = "127.0.0.1"


@contextmanager
def listening(office: DeskOffice) -> Iterator[str]:
    """Serve the desk on a free port; yields its address."""
    with socket.socket() as probe:
        probe.bind((AGENT, 0))
        port = probe.getsockname()[1]
    config = uvicorn.Config(
        make_app(office.parts),
        host=AGENT,
        port=port,
        log_level="error",
        access_log=False,
        proxy_headers=False,
        lifespan="off",
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 10
    while not server.started and time.monotonic() < until:
        time.sleep(0.01)
    assert server.started
    yield f"http://{AGENT}:{port}"
    server.should_exit = server.force_exit = True
    thread.join(10)


@dataclass
class Desk:
    """The desk of one test. said: what pages wrote into the browser's console, a broken policy above all."""

    office: DeskOffice
    address: str
    chromium: Browser
    open: list[BrowserContext] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def visitor(self, language: str = "ru", **window: Any) -> Page:
        """Somebody who is not signed in, in a browser of its own."""
        context = self.chromium.new_context(base_url=self.address, locale=language, **window)
        context.set_default_timeout(PATIENCE)
        context.add_cookies([self._cookie("desk_language", language)])
        self.open.append(context)
        page = context.new_page()
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.said.append(str(error)))
        return page

    def clerk(self, language: str = "ru", name: str = "aigerim", role: Role = Role.CLERK, **window: Any) -> Page:
        """Somebody who is signed in already, without the slow look at the password."""
        page, office = self.visitor(language, **window), self.office
        user = office.store.user(name) or office.person(name, role)
        with office.store.writing() as writing:
            entered = begin(writing, user, now=office.watch(), sessions=office.parts.sessions, address=AGENT)
        page.context.add_cookies([self._cookie(COOKIE, entered.token)])
        return page

    def _cookie(self, name: str, value: str) -> Any:
        return {"name": name, "value": value, "url": self.address, "httpOnly": True, "secure": True}

    def _listen(self, message: ConsoleMessage) -> None:
        # A refusal is an answer like any other; the browser calls it a resource that failed.
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.said.append(message.text)


def sign_in(page: Page, name: str = "aigerim", password: str = PASSWORD) -> None:
    """Fill in the form that the page shows, and send it."""
    page.fill("#name", name)
    page.fill("#password", password)
    page.press("#password", "Enter")
    page.wait_for_load_state()
