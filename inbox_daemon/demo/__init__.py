"""The demo: three weeks of the ministry's mailbox, worked by the real daemon over real IMAP and SMTP."""

from __future__ import annotations

import contextlib
import io
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from inbox_daemon.demo.certificate import make_certificate
from inbox_daemon.demo.checks import faults
from inbox_daemon.demo.chronicle import Chronicle
from inbox_daemon.demo.director import STORY, Clock, DaysOff, Director, Mails, StoryBroken, moment
from inbox_daemon.demo.ending import show_counts, show_letter, show_places, show_register
from inbox_daemon.demo.folder import DemoFolder, make_folder, write_config
from inbox_daemon.demo.mails import Exchanger
from inbox_daemon.demo.people import load_people
from inbox_daemon.demo.servers import Delivery, ImapServer, SmtpServer
from inbox_daemon.demo.timetable import GREEN, RED, Printer
from inbox_daemon.demo.wording import day_words
from inbox_daemon.secrets import ENVIRONMENT
from inbox_daemon.settings import load_settings
from inbox_daemon.wiring import alone, wall_clock, wire
from parsers.worker import Worker
from registry_store.records import LetterKind
from registry_store.release.publish import current_release

MAILBOX = "volunteer@ministry.example"
EXCHANGER = Exchanger("mx.ministry.example", MAILBOX)


def run_demo(folder: Path, *, out: TextIO) -> int:
    """Play the demo, leave its files in `folder`, print it to `out`. Returns 0 when everything ended as the
    Order says, 1 otherwise. Raises NotTheDemos when the folder holds something else."""
    printer = Printer(out, out.isatty())
    if isinstance(out, io.TextIOWrapper):
        out.reconfigure(errors="replace")
    made = make_folder(folder)
    with contextlib.ExitStack() as stack:
        stack.enter_context(_own_secrets_only())
        stack.enter_context(_quiet())
        return _play(made, printer, stack)


def _play(folder: DemoFolder, printer: Printer, stack: contextlib.ExitStack) -> int:
    certificate = make_certificate(folder.path, wall_clock())
    password = folder.secret.read_text("ascii")
    clock = Clock(moment(STORY[0].at[:10]))
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
    days, practice = daemon.timers.casework.days, settings.practice()
    director = Director(load_people(), daemon, clock, delivery, smtp, EXCHANGER, days, practice.office_opens)
    problems = _show(director, Chronicle(daemon.store, days, practice, director.who), printer, folder)
    release = current_release(folder.public)
    if release is None:
        problems.append("expected a published register, found none")
    else:
        if not problems:
            show_letter(printer, director.got(director.people["ospanov"].mails["application"], LetterKind.REWORK))
        show_register(printer, release)
        show_counts(printer, daemon.store, len(director.sent), release)
        problems += faults(daemon.store, director.sent, delivery, smtp, release)
        show_places(printer, folder, release)
    printer.say()
    for problem in problems:
        printer.say(f"!! {problem}", RED)
    if not problems:
        printer.say("Every mail has its outcome, every case ended as the Order says, every letter left once.", GREEN)
    return 1 if problems else 0


def _show(director: Director, chronicle: Chronicle, printer: Printer, folder: DemoFolder) -> list[str]:
    """Print the story as it happens; return what the daemon's rounds found wrong."""
    problems: list[str] = []
    total = sum(isinstance(scene, Mails) for scene in STORY)
    printer.title("Three weeks of the ministry's mailbox (made-up people, real daemon, IMAP and SMTP on loopback)")
    printer.head()
    try:
        for happened in director.play():
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
