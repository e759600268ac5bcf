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
from inbox_daemon.demo.chronicle import Chronicle
from inbox_daemon.demo.director import STORY, Clock, DaysOff, Director, Mails, Sent, moment
from inbox_daemon.demo.folder import DemoFolder, make_folder, write_config
from inbox_daemon.demo.mails import Exchanger
from inbox_daemon.demo.people import load_people
from inbox_daemon.demo.servers import Delivery, ImapServer, SmtpServer
from inbox_daemon.demo.timetable import Printer
from inbox_daemon.demo.wording import days_off_words
from inbox_daemon.secrets import ENVIRONMENT
from inbox_daemon.settings import load_settings
from inbox_daemon.wiring import alone, wall_clock, wire
from parsers.worker import Worker

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
    sent: list[Sent] = []
    days, practice = daemon.timers.casework.days, settings.practice()
    director = Director(
        load_people(), daemon, clock, delivery, smtp, EXCHANGER, days, practice.office_opens, sent
    )
    who = {one.mail: one.sample.short for one in sent}
    chronicle = Chronicle(daemon.store, days, practice, lambda mail: who.get(mail, ""))
    printer.head()
    total = sum(isinstance(scene, Mails) for scene in STORY)
    for happened in director.play():
        if isinstance(happened, DaysOff):
            printer.say(f"{'':15}  {days_off_words(happened.days)}")
            continue
        who.update({one.mail: one.sample.short for one in sent})
        for problem in happened.round.problems:
            printer.say(f"!! {problem}")
        for line in chronicle.news(clock()):
            printer.line(line)
        printer.progress(f"{clock():%d.%m.%Y %H:%M}, mail {len(sent)} of {total}")
    return 0


@contextlib.contextmanager
def _own_secrets_only() -> Iterator[None]:
    """The demo's servers know only the demo's secret: one of a real server in the environment is put aside."""
    aside = {name: os.environ.pop(name) for name in (*ENVIRONMENT.values(), "CREDENTIALS_DIRECTORY") if name in os.environ}
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
