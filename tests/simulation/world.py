"""The real daemon of simulated servers, and a clock that leaps. What may never happen is checked after each step."""

from __future__ import annotations

import contextlib
import heapq
import itertools
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TypeVar

from inbox_daemon.casework import NO_TIME, Casework
from inbox_daemon.daemon import Daemon, Round
from inbox_daemon.errors import InboxError
from inbox_daemon.letters import by_hand
from inbox_daemon.settings import Settings, parse_settings
from inbox_daemon.wiring import wire
from registry_store.errors import StoreError
from registry_store.records import CaseNumber, Event, Step
from registry_store.store import Store, open_store
from tests.simulation.posts import OFFICE, OUR_SERVER, Reader
from tests.simulation.servers import Fate, Handed, Killed, SimulatedMailbox, SimulatedPostman

IN_ITS_HOME = "sqlite:///HOME/register.db"
SETTINGS = f"""
[office]
mailbox = "{OFFICE}"
ministry_kk = "Үлгі министрлігі"
ministry_ru = "Министерство Образца"
officer_kk = "Үлгі Айжан"
officer_ru = "Үлгі Айжан"
contacts_kk = "101-кабинет"
contacts_ru = "кабинет 101"
register_page = "https://www.ministry.example/register"
appeal_kk = "Министрлік басшылығына"
appeal_ru = "руководству министерства"
[imap]
host = "localhost"
port = 993
user = "inbox"
[smtp]
host = "localhost"
port = 465
user = "inbox"
[trust]
authserv_id = "{OUR_SERVER}"
received_by = "{OUR_SERVER}"
[store]
url = "{IN_ITS_HOME}"
archive = "HOME/archive"
[publish]
folder = "HOME/public"
"""

T = TypeVar("T")


def settings_of(home: Path, more: str = "", url: str = "") -> Settings:
    """The settings of a simulated ministry. more: further sections. url: of a store that does not lie in its home."""
    text = (SETTINGS + more).replace(IN_ITS_HOME, url or IN_ITS_HOME)
    return parse_settings(text.replace("HOME", str(home)), "simulation")


@cache
def _empty_database() -> bytes:
    """A store that nothing was written to: making one takes longer than copying it."""
    home = Path(mkdtemp(prefix="simulation-"))
    try:
        open_store(f"sqlite:///{home}/register.db").close()
        return (home / "register.db").read_bytes()
    finally:
        shutil.rmtree(home)


class World:
    """now: the one clock. Everything that happens is either scheduled (`later`) or done by a test at once.

    Letters that left are told to `listeners`; `checks` run after every step.
    """

    def __init__(self, home: Path, now: datetime, more_settings: str = "", url: str = "") -> None:
        self.home, self.now, self._url = home, now, url
        if not url:
            (home / "register.db").write_bytes(_empty_database())
        self.settings = settings_of(home, more_settings, url)
        self.reader = Reader()
        self.mailbox = SimulatedMailbox(self.clock)
        self.postman = SimulatedPostman(self.clock, self._fate_of, self._posted)
        self.fates: Callable[[str], Fate] = lambda address: Fate.TAKEN
        self.listeners: list[Callable[[Handed], None]] = []
        self.checks: list[Callable[[], None]] = []
        self.asleep = self.letters_stopped = False
        self.rounds = 0
        self.last_whole_round: datetime | None = None  # that no death of its process cut short
        self.problems: list[str] = []
        self._agenda: list[tuple[datetime, int, Callable[[], object]]] = []
        self._numbers = itertools.count()
        self.daemon = self._wired()

    def clock(self) -> datetime:
        return self.now

    @property
    def store(self) -> Store:
        return self.daemon.store

    @property
    def casework(self) -> Casework:
        return self.daemon.intake.casework

    def close(self) -> None:
        self.store.close()

    # ------------------------------------------------------------ the daemon

    def round(self) -> Round:
        """One round of the daemon; if its process dies in the midst, it is started again."""
        done = Round()
        try:
            done = self.daemon.once()
            self.last_whole_round = self.now
        except Killed:
            self.restart()
        self.rounds += 1
        self.problems.extend(done.problems)
        self._check()
        return done

    def round_unless_asleep(self) -> None:
        if not self.asleep:
            self.round()

    def restart(self) -> None:
        """What happens after a crash or an update: everything is wired anew and what was cut is told."""
        self.store.close()
        self.daemon = self._wired()
        self.daemon.start()
        self._check()

    def reconfigure(self, more_settings: str) -> None:
        """The administrator changes the configuration and starts the daemon again."""
        self.settings = settings_of(self.home, more_settings, self._url)
        self.restart()

    def clerk(self, event: Event, number: CaseNumber, hold: timedelta = NO_TIME) -> Step | None:
        """A clerk's act; None when it was not allowed, nothing has changed then. hold: how long its letters wait."""
        return self.desk(lambda: self.casework.carry(event, number, now=self.now, hold=hold))

    def desk(self, act: Callable[[], T]) -> T | None:
        """Whatever a person does at the desk; what is not allowed is told them and changes nothing."""
        done = None
        with contextlib.suppress(InboxError, StoreError):
            done = act()
        self._check()
        return done

    def stop_letters(self, stopped: bool) -> None:
        """The switch that holds every letter back."""
        if stopped:
            by_hand.stop_all(self.store, by="admin", why="simulated", now=self.now)
        else:
            by_hand.let_all_go(self.store, by="admin")
        self.letters_stopped = stopped

    def _wired(self) -> Daemon:
        daemon = wire(self.settings, read=self.reader.read, now=self.clock, mailbox=self.mailbox, postman=self.postman)
        # Releases are another room's; one is made at the end.
        return replace(daemon, publish=lambda now: False)

    def _check(self) -> None:
        for check in self.checks:
            check()

    # ------------------------------------------------------------ the servers

    def _fate_of(self, address: str) -> Fate:
        return self.fates(address)

    def _posted(self, handed: Handed) -> None:
        for listener in self.listeners:
            listener(handed)

    # ------------------------------------------------------------ the clock

    def later(self, moment: datetime, act: Callable[[], object]) -> None:
        """Put an act on the agenda; one of the past is done next."""
        heapq.heappush(self._agenda, (max(moment, self.now), next(self._numbers), act))

    def run(self, until: datetime) -> None:
        """Do what is on the agenda, in order, up to a moment."""
        while self._agenda and self._agenda[0][0] <= until:
            self.now, _, act = heapq.heappop(self._agenda)
            act()
        self.now = max(self.now, until)
