"""inbox-daemon run and once: the service, and one round of its work."""

from __future__ import annotations

import argparse
import dataclasses
import json
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from inbox_daemon.commands.arguments import Commands
from inbox_daemon.daemon import Daemon, Round
from inbox_daemon.errors import InboxError
from inbox_daemon.mailbox.mailbox import Mailbox
from inbox_daemon.settings import Settings, load_settings
from inbox_daemon.wiring import alone, live_mailbox, wire
from parsers.worker import Worker

log = logging.getLogger(__name__)

LONGEST_PAUSE = 600.0  # seconds between two tries to watch a mailbox that is down


def add(commands: Commands) -> None:
    """Register the commands."""
    running = commands.add_parser("run", help="work the mailbox as a service until stopped")
    running.set_defaults(run=run)
    single = commands.add_parser("once", help="one look through the mailbox and all work that is due, then exit")
    single.add_argument("--json", action="store_true", help="print what was done as one JSON object")
    single.set_defaults(run=once)


def once(options: argparse.Namespace) -> int:
    """One round. Exit status 1 when a part of it failed."""
    settings = load_settings(options.config)
    with alone(settings), Worker() as worker:
        daemon = wire(settings, read=worker.read)
        daemon.start()
        done = daemon.once()
    if options.json:
        print(json.dumps(dataclasses.asdict(done), ensure_ascii=False))
    else:
        print(sentence(done))
        for act in done.would:
            print(f"  would {act}")
        for problem in done.problems:
            print(f"  {problem}", file=sys.stderr)
    return 1 if done.problems else 0


def sentence(done: Round) -> str:
    """Return one line that says what a round did."""
    look = "complete" if done.look_complete else "NOT complete"
    released = ", register published" if done.published else ""
    held = f"; nothing leaves: would send {done.would_send} letters" if done.would_send else ""
    unmoved = f"; nothing is moved: would move {done.would_move} mails" if done.would_move else ""
    return (
        f"look {look}: {done.seen} mails seen, {done.new} new, {done.settled} read, {done.moved} moved, "
        f"{done.due} due days, {done.sent} letters sent{released}{held}{unmoved}"
    )


def run(options: argparse.Namespace) -> int:
    """The service: a round every poll_seconds, and at once when the mailbox says that something came.

    The scheduler is a metronome only: all work lives in the database, and a round finds it there.
    """
    settings = load_settings(options.config)
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    with alone(settings), Worker() as worker:
        daemon = wire(settings, read=worker.read)
        daemon.start()
        scheduler = BackgroundScheduler(executors={"default": ThreadPoolExecutor(1)}, timezone="UTC")
        tick = scheduler.add_job(
            _round, "interval", [daemon], seconds=settings.imap.poll_seconds, coalesce=True, max_instances=1
        )
        scheduler.start()
        tick.modify(next_run_time=daemon.now())
        _tell_systemd("READY=1")
        log.info("working the mailbox; a round every %g seconds", settings.imap.poll_seconds)
        watched = live_mailbox(settings, stopping=stopping.is_set)
        _watch(watched, settings, stopping, lambda: tick.modify(next_run_time=daemon.now()))
        _tell_systemd("STOPPING=1")
        scheduler.shutdown(wait=True)
    return 0


def _round(daemon: Daemon) -> None:
    done = daemon.once()
    log.info("%s", sentence(done))
    # The watchdog hears of rounds, not of a living process: a hang is seen.
    _tell_systemd("WATCHDOG=1")


def _watch(mailbox: Mailbox, settings: Settings, stopping: threading.Event, came: Callable[[], object]) -> None:
    """Wait on a connection of its own for the mailbox to say that something came (IDLE); poll beside it."""
    pause = 1.0
    while not stopping.is_set():
        try:
            with mailbox:
                pause = 1.0
                _take_note(mailbox)
                while not stopping.is_set():
                    if mailbox.wait(settings.imap.poll_seconds):
                        _take_note(mailbox)
                        came()
        except InboxError as error:
            log.warning("watching the mailbox: %s; again in %g s", error, pause)
            stopping.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)


def _take_note(mailbox: Mailbox) -> None:
    """List the watched folders: `wait` tells of what came since then, and without it would never wait."""
    for folder in mailbox.folders():
        mailbox.list(folder)


def _tell_systemd(state: str) -> None:
    """Tell the service manager, where there is one (sd_notify(3))."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        try:
            channel.connect("\0" + address[1:] if address.startswith("@") else address)
            channel.send(state.encode())
        except OSError as error:
            log.warning("the service manager cannot be told: %s", error.strerror)
