"""The desk on the demo's data: what came in the last days still waits for a clerk, and an account to try it with."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from starlette.applications import Starlette

from inbox_daemon.demo.director import STORY, Mails, Scene, moment
from inbox_daemon.demo.folder import DemoFolder
from inbox_daemon.desk.accounts import with_password
from inbox_daemon.desk.app import make_app
from inbox_daemon.desk.parts import DeskParts
from inbox_daemon.settings import load_settings
from inbox_daemon.wiring import Clock, wire_pages
from parsers.worker import Worker
from registry_store.accounts import Role, User

# The story, and mails after it that no machine decides.
BEFORE_THE_DESK: tuple[Scene, ...] = (
    *STORY,
    Mails("2026-10-28 10:20", "tolegenova", "application"),
    Mails("2026-10-29 11:05", "bolatov", "application"),
    Mails("2026-10-29 16:40", "smirnova", "application"),
    Mails("2026-10-30 09:40", "akhmetova", "stop"),
)
OPENS = moment("2026-10-30 10:00")
NAME = "aigerim"


@dataclass(frozen=True, slots=True)
class DemoDesk:
    """The desk, ready to be served. name, password: of its one account."""

    app: Starlette
    parts: DeskParts
    name: str
    password: str


@contextmanager
def demo_desk(path: Path, now: Clock) -> Iterator[DemoDesk]:
    """Open the desk on what the demo has left in a folder. now: the demo's time, see going_on."""
    settings = load_settings(DemoFolder(path.resolve()).config)
    password = secrets.token_urlsafe(12)
    with Worker() as worker, Worker() as opener:
        parts = wire_pages(settings, read=worker.read, lay_open=opener.lay_open, now=now)
        with parts.store.writing() as writing:
            writing.add_user(with_password(User(NAME, "Aigerim Example", Role.CHIEF), password), now())
        yield DemoDesk(make_app(parts), parts, NAME, password)
        parts.store.close()


def going_on(begun: datetime, wall: Clock) -> Clock:
    """Return the time of the demo's desk: its morning, and as much as has passed since `begun`."""
    return lambda: OPENS + (wall() - begun)
