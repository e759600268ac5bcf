"""The demo: three weeks of the ministry's mailbox, worked by the real daemon over real IMAP and SMTP."""

from __future__ import annotations

import contextlib
import io
import logging
import os
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TextIO

from inbox_daemon.demo.certificate import make_certificate
from inbox_daemon.demo.checks import faults
from inbox_daemon.demo.chronicle import Chronicle
from inbox_daemon.demo.director import LAST_DAY, STORY, Clock, DaysOff, Director, Mails, Scene, StoryBroken, moment
from inbox_daemon.demo.ending import show_counts, show_letter, show_places, show_register
from inbox_daemon.demo.folder import DemoFolder, make_folder, write_config
from inbox_daemon.demo.mails import Exchanger
from inbox_daemon.demo.people import load_people
from inbox_daemon.demo.servers import Delivery, ImapServer, SmtpServer
from inbox_daemon.demo.timetable import GREEN, Printer
from inbox_daemon.demo.wording import day_words
from inbox_daemon.secrets import ENVIRONMENT
from inbox_daemon.settings import load_settings
from inbox_daemon.wiring import alone, wall_clock, wire
from parsers.worker import Worker
from registry_store.records import LetterKind, LetterState
from registry_store.release.publish import current_release

MAILBOX = "volunteer@ministry.example"
EXCHANGER = Exchanger("mx.ministry.example", MAILBOX)


def run_demo(folder: Path, *, out: TextIO, story: Sequence[Scene] = STORY, last_day: date = LAST_DAY) -> int:
    """Play the demo, leave its files in `folder`, print it to `out`. Returns 0 when everything ended as the
    Order says, 1 otherwise. story: who mails what when, up to last_day. Raises NotTheDemos when the folder
    holds something else."""
    live = out.isatty() and os.environ.get("TERM") != "dumb"
    printer = Printer(out, live, colour=live and "NO_COLOR" not in os.environ)
    if isinstance(out, io.TextIOWrapper):
        out.reconfigure(errors="replace")
    made = make_folder(folder)
    with contextlib.ExitStack() as stack:
        stack.enter_context(_own_secrets_only())
        stack.enter_context(_quiet())
        director = _set_the_stage(made, moment(story[0].at[:10]), stack)
        problems = _show(director, story, last_day, printer, made)
        problems += _end(director, printer, made)
    printer.say()
    for problem in problems:
        printer.fault(problem)
    if not problems:
        printer.say("Every mail has its outcome, every case ended as the Order says, every letter left once.", GREEN)
    return 1 if problems else 0


def _set_the_stage(folder: DemoFolder, begins: datetime, stack: contextlib.ExitStack) -> Director:
    """Start the servers and wire the daemon to them, all by one clock."""
    certificate = make_certificate(folder.path, wall_clock())
    password = folder.secret.read_text("ascii")
    clock = Clock(begins)
    imap = stack.enter_context(ImapServer(MAILBOX, password, certificate))
    smtp = stack.enter_context(SmtpServer(MAILBOX, password, certificate, folder.letters, clock))
    write_config(folder, imap.port, smtp.port, certificate.certificate)
    settings = load_settings(folder.config)
    stack.enter_context(alone(settings))
    worker = stack.enter_context(Worker())
    delivery = stack.enter_context(Delivery(imap, MAILBOX, password, certificate))
    delivery.make_folder("Junk")
    daemon = wire(settings, read=worker.read, now=clock)
    daemon.start()
    opens = settings.practice().office_opens
    return Director(load_people(), daemon, clock, delivery, smtp, EXCHANGER, daemon.timers.casework.days, opens)


def _show(
    director: Director, story: Sequence[Scene], last_day: date, printer: Printer, folder: DemoFolder
) -> list[str]:
    """Print the story as it happens; return what the daemon's rounds found wrong."""
    casework = director.daemon.timers.casework
    chronicle = Chronicle(director.daemon.store, casework.days, casework.practice, director.who)
    problems: list[str] = []
    total = sum(isinstance(scene, Mails) for scene in story)
    printer.title("Three weeks of the ministry's mailbox (made-up people, real daemon, IMAP and SMTP on loopback)")
    printer.head()
    try:
        for happened in director.play(story, last_day):
            if isinstance(happened, DaysOff):
                printer.days_off(happened.days)
                continue
            now = director.clock()
            release = current_release(folder.public) if happened.round.published else None
            for line in chronicle.news(now, None if release is None else release.number):
                printer.line(line)
            problems += [f"{now:%d.%m. %H:%M} {problem}" for problem in happened.round.problems]
            printer.progress(f"{day_words(now.date())} {now:%H:%M}  mail {len(director.sent)} of {total}")
    except StoryBroken as broken:
        problems.append(str(broken))
    return problems


def _end(director: Director, printer: Printer, folder: DemoFolder) -> list[str]:
    """Print what has come of it; return what is not as expected."""
    store, smtp = director.daemon.store, director.letters
    release = current_release(folder.public)
    if release is None:
        return ["expected a published register, found none"]
    rework = {one.message_id: one for one in store.letters_in((LetterState.ACCEPTED,)) if one.kind is LetterKind.REWORK}
    shown = next((letter for letter in reversed(smtp.letters) if letter.message_id in rework), None)
    if shown is not None:
        show_letter(printer, shown)
    show_register(printer, release)
    show_counts(printer, store, len(director.sent), release)
    show_places(printer, folder, release, None if shown is None else rework[shown.message_id].case)
    return faults(store, director.sent, director.delivery, smtp, release)


@contextlib.contextmanager
def _own_secrets_only() -> Iterator[None]:
    """The demo's servers know only the demo's secret: one of a real server in the environment is put aside."""
    aside = {
        name: os.environ.pop(name) for name in (*ENVIRONMENT.values(), "CREDENTIALS_DIRECTORY") if name in os.environ
    }
    try:
        yield
    finally:
        os.environ.update(aside)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """The servers' own logs would stand among the timetable."""
    loggers = [logging.getLogger(name) for name in ("mail.log", "pymap", "asyncio")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
