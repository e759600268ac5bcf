"""One round of work, which a test can run, and the loop that repeats it.

A round: look through the mailbox and keep what is new; give every mail its outcome; carry what is due;
move settled mails; send letters; publish. Each part may fail without stopping the others; nothing is lost,
since all work lives in the database and the next round finds it there.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from inbox_daemon.errors import InboxError
from inbox_daemon.letters.outbox import Outbox
from inbox_daemon.logs import where
from inbox_daemon.mailbox.benched import take_up_again
from inbox_daemon.mailbox.intake import Intake
from inbox_daemon.mailbox.mailbox import (
    FolderUnreadable,
    Mailbox,
    MailboxDown,
    MailboxError,
    MailGone,
    Shelf,
)
from inbox_daemon.mailbox.retracing import trace_anew
from inbox_daemon.refinding import find_anew
from inbox_daemon.timers import Timers
from registry_store.errors import StoreError
from registry_store.records import Arrival, OutcomeKind
from registry_store.store import Store

log = logging.getLogger(__name__)

# Mails that a person should see lie in the review folder; all others are done.
FOR_REVIEW = frozenset({OutcomeKind.TRAY, OutcomeKind.BENCH})
GONE = "(gone)"
WATCHED = "watched folders"  # a note: those of the settings at the last complete look


@dataclass(slots=True)
class Round:
    """What one round did; the counts are for people and for `once --json`. would_send, would_move: what shadow
    mode, or the switch that stops letters, held back; would: the same one by one, in words."""

    seen: int = 0
    new: int = 0
    settled: int = 0
    moved: int = 0
    due: int = 0
    sent: int = 0
    would_send: int = 0
    would_move: int = 0
    published: bool = False
    look_complete: bool = False
    would: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Daemon:
    """Everything wired together. now: the clock. publish: makes a release if the register has changed.

    shadow: nothing is moved or published (the outbox is stopped too). watched: the folders of the settings.
    """

    store: Store
    mailbox: Mailbox
    intake: Intake
    timers: Timers
    outbox: Outbox
    publish: Callable[[datetime], bool]
    now: Callable[[], datetime]
    shadow: bool = False
    watched: tuple[str, ...] = ()

    def start(self) -> None:
        """Settle what a crash left: letters whose end nobody saw become uncertain."""
        cut = self.outbox.recover(self.now())
        if cut:
            log.warning("%d letters were being sent when the daemon stopped: a person must settle them", cut)

    def once(self) -> Round:
        """Do one round of work."""
        round_ = Round()
        with _part(round_, "mailbox"), self.mailbox:
            self._look(round_)
            self._settle(round_)
            if not self.shadow:
                self._move(round_)
        with _part(round_, "mails"):  # what could not be reached above, and what the server took no part in
            take_up_again(self.store, self.now())
            self._settle(round_)
        with _part(round_, "traces"):
            trace_anew(self.store, self.intake)
        with _part(round_, "calendar"):
            self.timers.check_calendar(self.now())
        with _part(round_, "clock"):
            round_.due = self.timers.tick(self.now())
        with _part(round_, "search"):
            find_anew(self.store)
        with _part(round_, "letters"):
            round_.sent = self.outbox.send_due(self.now)
            if self.outbox.is_stopped():
                held = self.outbox.would_send(self.now())
                round_.would_send = len(held)
                round_.would += [f"send the {letter.kind} letter of {letter.case or 'no case'}" for letter in held]
        if self.shadow:
            with _part(round_, "mailbox"):
                unmoved = self.store.unmoved_arrivals()
                round_.would_move = len(unmoved)
                for arrival in unmoved:
                    place = f"mail {arrival.place.uid} of {arrival.place.folder!r}"
                    round_.would.append(f"move {place} to {shelf_of(arrival).value}: {_what(arrival)}")
        if not self.shadow:
            with _part(round_, "register"):
                round_.published = self.publish(self.now())
        return round_

    def _look(self, round_: Round) -> None:
        """Look through every watched folder by UID and keep what is new. The record of it is what a
        refusal rests on (§11): only a look that read every folder to its end is complete."""
        with self.store.writing() as writing:
            look = writing.begin_look(self.now())
        folders: dict[str, int] = {}
        faults: list[str] = []
        try:
            here = self.mailbox.folders()
            faults += self._vanished(here)
            for folder in here:
                try:
                    folders[folder] = self._look_into(folder, round_, faults)
                except FolderUnreadable as error:
                    faults.append(str(error))
        except MailboxDown as error:
            faults.append(str(error))
            raise
        finally:
            round_.look_complete = not faults and bool(folders)
            with self.store.writing() as writing:
                writing.end_look(look, self.now(), round_.look_complete, folders, "; ".join(faults)[:500])
                if round_.look_complete:
                    writing.put_note(WATCHED, repr(self.watched))
            round_.problems.extend(f"mailbox: {fault}" for fault in faults)

    def _vanished(self, here: tuple[str, ...]) -> list[str]:
        """Return what is wrong where a folder of the last complete look is not there any more: mails that lie in
        it were not seen. A change of the settings makes it right."""
        last = self.store.last_complete_look()
        if last is None or self.store.note(WATCHED) != repr(self.watched):
            return []
        gone = [folder for folder in last.folders if folder not in here]
        hint = "if it was removed on purpose, take it out of [imap] folders"
        return [f"The mail folder {folder!r} was there and is gone: {hint}" for folder in gone]

    def _look_into(self, folder: str, round_: Round, faults: list[str]) -> int:
        places = self.mailbox.list(folder)
        round_.seen += len(places)
        for place in places:
            if self.store.arrival_at(place) is not None:
                continue
            try:
                arrived = self.mailbox.fetch(place)
            except MailGone:
                continue
            except MailboxDown:
                raise
            except MailboxError as error:  # this mail alone; the others go on, and the look is not complete
                faults.append(str(error))
                continue
            self.intake.keep(arrived, self.now())
            round_.new += 1
        return len(places)

    def _settle(self, round_: Round) -> None:
        for arrival in self.store.open_arrivals(self.now()):
            self.intake.work(arrival, self.now())
            round_.settled += 1

    def _move(self, round_: Round) -> None:
        """Move settled mails, last of all; what cannot be moved is tried again in the next round."""
        for arrival in self.store.unmoved_arrivals():
            shelf = shelf_of(arrival)
            try:
                self.mailbox.move(arrival.place, shelf)
                where = shelf.value
            except MailGone:
                where = GONE
            except MailboxDown:
                raise
            except MailboxError as error:  # this mail or its folder; the others go on
                round_.problems.append(f"mailbox: {error}")
                continue
            with self.store.writing() as writing:
                writing.moved(arrival.id, where)
            round_.moved += 1


def shelf_of(arrival: Arrival) -> Shelf:
    """Return where a settled mail goes."""
    assert arrival.outcome is not None
    return Shelf.REVIEW if arrival.outcome.kind in FOR_REVIEW else Shelf.PROCESSED


def _what(arrival: Arrival) -> str:
    assert arrival.outcome is not None
    return ", ".join(arrival.outcome.cases) or arrival.outcome.kind.value


@contextmanager
def _part(round_: Round, name: str) -> Iterator[None]:
    """Keep a failing part from stopping the others; say what failed."""
    try:
        yield
    except (InboxError, StoreError) as error:
        round_.problems.append(f"{name}: {error}")
        log.warning("%s: %s", name, error)
    except Exception as error:
        round_.problems.append(f"{name}: {type(error).__name__}")
        log.error("%s failed: %s", name, where(error))
