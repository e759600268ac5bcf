"""A desk on a real store with real letters, and somebody who clicks in it."""

from __future__ import annotations

import functools
import re
import sqlite3
import tempfile
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from inbox_daemon.casework import Casework
from inbox_daemon.desk.accounts import begin, with_password
from inbox_daemon.desk.app import make_app
from inbox_daemon.desk.asking import COOKIE
from inbox_daemon.desk.documents import Documents
from inbox_daemon.desk.parts import DeskParts, Proxy
from inbox_daemon.letters.compose import compose, compose_answer
from inbox_daemon.letters.office import Office
from inbox_daemon.mailbox.intake import Intake, Trust
from inbox_daemon.order.practice import Practice
from parsers.shown.lay_open import laid_open
from parsers.understand import understand
from registry_store.accounts import Role, User
from registry_store.archive import Archive
from registry_store.records import Text
from registry_store.release.package import PublicOffice
from registry_store.release.publish import publish
from registry_store.store import Store, open_store
from tests.order.build import at, days

PASSWORD = "qarlygash-uya-saldy"
MORNING = at("2026-10-23 10:00")
OFFICE = Office(
    mailbox="volunteer@ministry.example",
    ministry=Text("Министрлік", "Министерство"),
    officer=Text("Үлгі Үлгі", "Образец Образец"),
    contacts=Text("тел. 0", "тел. 0"),
    register_page="https://www.ministry.example/register",
    appeal=Text("басшылыққа", "руководству"),
)

PUBLIC = PublicOffice(OFFICE.ministry, OFFICE.officer, OFFICE.contacts, OFFICE.mailbox)


@dataclass
class Watch:
    """A clock that a test moves."""

    now: datetime = MORNING

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class DeskOffice:
    """The desk's parts and its clock."""

    parts: DeskParts
    watch: Watch

    @property
    def store(self) -> Store:
        return self.parts.store

    def person(self, name: str = "aigerim", role: Role = Role.CLERK, **other: Any) -> User:
        """Make an account."""
        user = replace(_with_password(name, role), **other)
        with self.store.writing() as writing:
            writing.add_user(user, self.watch())
        return user

    def browser(self, language: str = "ru", address: str = "192.0.2.7") -> Browser:
        client = TestClient(
            make_app(self.parts), base_url="https://desk.example", follow_redirects=False, client=(address, 50000)
        )
        client.cookies.set("desk_language", language)
        return Browser(client, address)

    def signed_in(self, name: str = "aigerim", role: Role = Role.CLERK, language: str = "ru") -> Browser:
        """Make an account and give its browser a session, without the slow look at the password."""
        user, browser = self.person(name, role), self.browser(language)
        with self.store.writing() as writing:
            entered = begin(writing, user, now=self.watch(), sessions=self.parts.sessions, address=browser.address)
        browser.client.cookies.set(COOKIE, entered.token)
        return browser


@functools.cache
def _with_password(name: str, role: Role) -> User:
    """Hashing takes its time on purpose; once is enough."""
    return with_password(User(name, "", role), PASSWORD)


@dataclass
class Browser:
    client: TestClient
    address: str

    def sign_in(self, name: str = "aigerim", password: str = PASSWORD, code: str = "", to: str = "/") -> Response:
        entry = token(self.client.get("/sign-in"), "entry")
        form = {"entry": entry, "name": name, "password": password, "code": code, "next": to}
        return self.client.post("/sign-in", data=form)

    def get(self, address: str) -> Response:
        return self.client.get(address)

    def post(self, to: str, page: str = "/", /, **form: Any) -> Response:
        """Send a form with the token that stands in the page."""
        return self.client.post(to, data={"csrf": token(self.get(page), "csrf"), **form})


def token(page: Response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page.text)
    assert found is not None, page.text[:500]
    return found[1]


@functools.cache
def _new_database() -> bytes:
    """An empty store, made once: its migrations take longer than most tests."""
    with tempfile.TemporaryDirectory() as folder:
        open_store(f"sqlite:///{folder}/new.db").close()
        with sqlite3.connect(f"{folder}/new.db") as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        return Path(folder, "new.db").read_bytes()


def open_office(
    folder: Path, practice: Practice | None = None, proxy: Proxy | None = None, training: int = 0, url: str = ""
) -> DeskOffice:
    """Open what lies in the folder, a new store when there is none. url: the store lies there instead."""
    if not url and not (folder / "register.db").exists():
        (folder / "register.db").write_bytes(_new_database())
    store = open_store(url or f"sqlite:///{folder / 'register.db'}")
    archive, watch, practice = Archive(folder / "archive"), Watch(), practice or Practice()
    casework = Casework(
        store=store,
        days=days(),
        practice=practice,
        compose=functools.partial(compose, office=OFFICE, days=days(), practice=practice),
        compose_answer=functools.partial(compose_answer, office=OFFICE),
        training=training,
    )
    parts = DeskParts(
        store=store,
        casework=casework,
        archive=archive,
        intake=Intake(store, archive, casework, understand, Trust(), OFFICE.mailbox),
        read=understand,
        documents=Documents(laid_open),
        now=watch,
        release=functools.partial(_release, store, folder / "public"),
        public=folder / "public",
        office=PUBLIC,
        proxy=proxy or Proxy(),
    )
    return DeskOffice(parts, watch)


def _release(store: Store, to: Path, now: datetime) -> Any:
    return publish(store, to, now, PUBLIC)
