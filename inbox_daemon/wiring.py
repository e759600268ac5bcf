"""The only file that names concrete edges: which mailbox, which postman, which clock. Live and demo differ
in these values alone."""

from __future__ import annotations

import contextlib
import fcntl
import functools
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from inbox_daemon.calendar import load_calendar
from inbox_daemon.casework import Casework
from inbox_daemon.clock import wall_clock as wall_clock
from inbox_daemon.daemon import Daemon
from inbox_daemon.desk.accounts import Sessions
from inbox_daemon.desk.documents import Documents
from inbox_daemon.desk.parts import DeskParts, Proxy
from inbox_daemon.errors import InboxError, SettingsError
from inbox_daemon.letters.compose import compose, compose_answer
from inbox_daemon.letters.outbox import Outbox
from inbox_daemon.letters.owed import Brakes
from inbox_daemon.letters.postman import Postman
from inbox_daemon.letters.smtp import SmtpPostman, SmtpSettings
from inbox_daemon.mailbox.imap import ImapMailbox
from inbox_daemon.mailbox.imap_line import ImapSettings
from inbox_daemon.mailbox.intake import Intake, Trust
from inbox_daemon.mailbox.mailbox import Mailbox
from inbox_daemon.order.workdays import WorkingDays
from inbox_daemon.secrets import secret_of
from inbox_daemon.settings import Settings
from inbox_daemon.timers import Timers
from parsers.readings import LaidOpen, Reading
from registry_store.archive import Archive
from registry_store.release.package import PublicOffice
from registry_store.release.publish import Release, publish
from registry_store.store import Store, open_store

LIFE = "life"
Clock = Callable[[], datetime]


class AlreadyRunning(InboxError):
    """Another process works this mailbox; two would take each other's mails."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a command needs that does not touch the mail servers."""

    settings: Settings
    days: WorkingDays
    store: Store
    casework: Casework


def wire_desk(settings: Settings) -> Desk:
    """Open the store and make the one door. Raises SettingsError, StoreError."""
    days = load_calendar(Path(settings.calendar.file) if settings.calendar.file else None)
    store = open_store(settings.store.url)
    _same_life(store, settings)
    office, practice = settings.office.office(), settings.practice()
    casework = Casework(
        store=store,
        days=days,
        practice=practice,
        compose=functools.partial(compose, office=office, days=days, practice=practice),
        compose_answer=functools.partial(compose_answer, office=office),
        brakes=Brakes(settings.letters.per_address_a_day, settings.letters.all_in_15_minutes),
        training=settings.order.training_letters if settings.order.mode == "training" else 0,
    )
    return Desk(settings, days, store, casework)


def wire_intake(desk: Desk, *, read: Callable[[bytes], Reading]) -> Intake:
    """Return what turns mails into outcomes. read: the reading worker."""
    settings = desk.settings
    archive = Archive(Path(settings.store.archive))
    trust = Trust(settings.trust.authserv_id, settings.trust.received_by)
    return Intake(desk.store, archive, desk.casework, read, trust, settings.office.mailbox, settings.start_from())


def wire(
    settings: Settings,
    *,
    read: Callable[[bytes], Reading],
    now: Clock = wall_clock,
    mailbox: Mailbox | None = None,
    postman: Postman | None = None,
) -> Daemon:
    """Return the daemon of these settings. read: the reading worker. mailbox, postman: live ones by default."""
    desk = wire_desk(settings)
    return Daemon(
        store=desk.store,
        mailbox=mailbox or live_mailbox(settings),
        intake=wire_intake(desk, read=read),
        timers=Timers(desk.store, desk.casework, settings.clock_tolerance()),
        outbox=Outbox(
            desk.store,
            desk.casework,
            postman or live_postman(settings),
            settings.office.mailbox,
            stopped=settings.letters.stop or settings.shadow,
            paced=settings.letters.paced_in_15_minutes,
        ),
        publish=functools.partial(publish_if_changed, desk.store, settings),
        now=now,
        shadow=settings.shadow,
        watched=settings.imap.folders,
    )


def wire_pages(
    settings: Settings,
    *,
    read: Callable[[bytes], Reading],
    lay_open: Callable[[bytes], LaidOpen],
    now: Clock = wall_clock,
) -> DeskParts:
    """Return what the clerk's pages work with. read, lay_open: reading workers, each its own, so that a scan laid
    open holds no other mail up. Raises SettingsError, StoreError."""
    desk, own = wire_desk(settings), settings.desk
    intake = wire_intake(desk, read=read)
    return DeskParts(
        store=desk.store,
        casework=desk.casework,
        archive=intake.archive,
        intake=intake,
        read=read,
        documents=Documents(lay_open),
        now=now,
        release=functools.partial(release_now, desk.store, settings),
        public=Path(settings.publish.folder),
        office=public_office(settings),
        sessions=Sessions(timedelta(hours=own.session_hours), timedelta(minutes=own.idle_minutes)),
        undo=timedelta(minutes=own.undo_minutes),
        proxy=Proxy(own.proxy_addresses, own.proxy_user_header),
        shadow=settings.shadow,
    )


def _same_life(store: Store, settings: Settings) -> None:
    """A shadow's store says what would be done, never what was: it must not be taken for the real one.

    Raises SettingsError when a store was begun in the other way.
    """
    life = "shadow" if settings.shadow else "live"
    begun = store.note(LIFE)
    if begun is None:
        with store.writing() as writing:
            writing.put_note(LIFE, life)
    elif begun != life:
        problem = f'[store] url: this store was begun with mode "{begun}"; give a {life} one a store of its own'
        raise SettingsError("store", (problem,))


def live_mailbox(settings: Settings, *, stopping: Callable[[], bool] = lambda: False) -> Mailbox:
    """Return the mailbox of the configuration, not yet connected."""
    imap = settings.imap
    return ImapMailbox(
        ImapSettings(
            host=imap.host,
            port=imap.port,
            tls=imap.tls,
            user=imap.user,
            auth=imap.auth,
            secret=secret_of("imap", imap.user, imap.secret_file, imap.secret_command),
            folders=imap.folders,
            processed=imap.processed,
            review=imap.review,
            timeout=imap.timeout,
            ca_file=imap.ca_file or None,
            readonly=settings.shadow,
        ),
        stopping=stopping,
    )


def live_postman(settings: Settings) -> Postman:
    """Return the postman of the configuration."""
    smtp = settings.smtp
    return SmtpPostman(
        SmtpSettings(
            host=smtp.host,
            port=smtp.port,
            tls=smtp.tls,
            user=smtp.user,
            auth=smtp.auth,
            secret=secret_of("smtp", smtp.user, smtp.secret_file, smtp.secret_command),
            timeout=smtp.timeout,
            ca_file=smtp.ca_file or None,
        )
    )


def public_office(settings: Settings) -> PublicOffice:
    """Return the officer as the published files name him (§6)."""
    office = settings.office.office()
    return PublicOffice(office.ministry, office.officer, office.contacts, office.mailbox)


def publish_if_changed(store: Store, settings: Settings, now: datetime) -> bool:
    """Make a release when the register has changed since the last one; return whether one was made."""
    return release_now(store, settings, now).new


def release_now(store: Store, settings: Settings, now: datetime) -> Release:
    """Return the release that says what the register says now, made if there is none yet."""
    return publish(
        store,
        Path(settings.publish.folder),
        now,
        public_office(settings),
        keep=settings.publish.keep,
        may_shrink_by=settings.publish.may_shrink_by,
    )


@contextlib.contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Hold the mailbox for this process. Raises AlreadyRunning when another one has it.

    The lock is the operating system's and goes with the process, however it dies.
    """
    folder = Path(settings.store.archive)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / ".lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            message = f"another inbox-daemon (process {lock.read().strip() or 'unknown'}) works this mailbox"
            raise AlreadyRunning(message) from error
        lock.seek(0)
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        yield
