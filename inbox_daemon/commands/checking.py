"""inbox-daemon check: the configuration and what it names, in plain words; every fault with what to do."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from inbox_daemon.calendar import load_calendar
from inbox_daemon.commands.arguments import Commands
from inbox_daemon.errors import InboxError
from inbox_daemon.letters.smtp import SmtpPostman
from inbox_daemon.order.workdays import almaty, almaty_day
from inbox_daemon.settings import Settings, load_settings
from inbox_daemon.wiring import live_mailbox, live_postman, wall_clock
from parsers.archives import archives_openable
from parsers.catalogue import catalogue
from parsers.office import convert, fence
from parsers.readers.scans.program import ocr_available
from registry_store.database import sqlite_file
from registry_store.errors import StoreError
from registry_store.store import open_store


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was checked. good None: a warning."""

    what: str
    good: bool | None
    words: str


def add(commands: Commands) -> None:
    """Register the command."""
    command = commands.add_parser("check", help="check the configuration and reach everything that it names")
    command.add_argument("--offline", action="store_true", help="do not connect to the mail servers")
    command.add_argument("--json", action="store_true", help="one JSON object a line")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Check everything and say all that is wrong. Exit status 1 when something is."""
    settings = load_settings(options.config)
    wrong = 0
    for found in (Found("configuration", True, f"{options.config} is complete"), *_checks(settings, options.offline)):
        wrong += found.good is False
        if options.json:
            print(json.dumps({"what": found.what, "good": found.good, "words": found.words}, ensure_ascii=False))
        else:
            mark = {True: "ok  ", False: "BAD ", None: "note"}[found.good]
            print(f"{mark} {found.what}: {found.words}", flush=True)
    return 1 if wrong else 0


def _checks(settings: Settings, offline: bool) -> Iterator[Found]:
    checks: list[tuple[str, Callable[[Settings], tuple[bool | None, str]]]] = [
        ("calendar", _calendar),
        ("form catalogue", _catalogue),
        ("scans", _scans),
        ("old office files", _old_office),
        ("fence around LibreOffice", _fence),
        ("archives", _archives),
        ("store", _store),
        ("cases", _cases),
        ("archive", _archive),
        ("publication", _publication),
        ("trust", _trust),
    ]
    if not offline:
        checks += [("mailbox", _mailbox), ("letters out", _smtp)]
    for what, check in checks:
        try:
            good, words = check(settings)
        except (InboxError, StoreError, OSError) as error:
            good, words = False, str(error)
        yield Found(what, good, words)


def _calendar(settings: Settings) -> tuple[bool | None, str]:
    days = load_calendar(Path(settings.calendar.file) if settings.calendar.file else None)
    today = almaty_day(wall_clock())
    year = today.year
    words = f"knows {days.first} to {days.last} ({days.version})"
    if days.ends_soon(today):
        return (
            False,
            f"{words}: terms beyond {days.last} cannot be counted; add {days.last.year + 1} to [calendar] file",
        )
    open_years = sorted(y for y in days.unconfirmed if y >= year)
    if open_years:
        return None, f"{words}; transfers not confirmed for {', '.join(map(str, open_years))}"
    return True, words


def _catalogue(settings: Settings) -> tuple[bool | None, str]:
    return True, f"{len(catalogue().forms)} forms, Kazakh and Russian"


def _scans(settings: Settings) -> tuple[bool | None, str]:
    good, words = ocr_available()
    return good or None, words


def _old_office(settings: Settings) -> tuple[bool | None, str]:
    lacking = convert.missing()
    return (None, lacking) if lacking else (True, "LibreOffice reads .doc and .xls")


def _fence(settings: Settings) -> tuple[bool | None, str]:
    known = fence.version()
    if known:
        return True, f"Landlock, version {known}: LibreOffice sees no files but the one that it reads"
    return None, (
        "this kernel has no Landlock (Linux 5.13 or newer, switched on among its security modules): Word files are "
        "shown as read, without their pages, and LibreOffice reads old ones unfenced"
    )


def _archives(settings: Settings) -> tuple[bool | None, str]:
    good, words = archives_openable()
    return good or None, words


def _store(settings: Settings) -> tuple[bool | None, str]:
    file = sqlite_file(settings.store.url)
    if file is not None and not file.exists() and file.parent.is_dir():
        good, words = _can_be_written(file.parent)
        return good, f"{words}; the database is made at the first start" if good else words
    if file is not None and file.exists() and not os.access(file, os.W_OK):
        return False, f"{file} cannot be written by this user"
    store = open_store(settings.store.url)
    try:
        look = store.last_complete_look()
        seen = "no look through the mailbox yet" if look is None else f"last complete look {_at(look.began)}"
        return True, f"opened; register stamp {store.register_stamp()}, {seen}"
    finally:
        store.close()


def _cases(settings: Settings) -> tuple[bool | None, str]:
    file = sqlite_file(settings.store.url)
    if file is not None and not file.exists():
        return True, "none yet"
    store = open_store(settings.store.url)
    try:
        lost = store.cases_joined_to_themselves()
    finally:
        store.close()
    if not lost:
        return True, "none is lost"
    return None, f"joined to themselves by a slip, and closed: {', '.join(lost)}; take it back: case do N revoke"


def _archive(settings: Settings) -> tuple[bool | None, str]:
    return _can_be_written(Path(settings.store.archive))


def _publication(settings: Settings) -> tuple[bool | None, str]:
    return _can_be_written(Path(settings.publish.folder))


def _can_be_written(folder: Path) -> tuple[bool, str]:
    """Say whether a folder can be written, or made where it is to be. Makes nothing: another user may run the check."""
    there = next(place for place in (folder, *folder.parents) if place.exists())
    if not there.is_dir():
        return False, f"{there} is no folder"
    if not os.access(there, os.W_OK | os.X_OK):
        return False, f"{there} cannot be written by this user"
    return True, f"{folder} can be written" if there == folder else f"{folder} can be made"


def _trust(settings: Settings) -> tuple[bool | None, str]:
    if settings.trust.authserv_id:
        return True, f"Authentication-Results of {settings.trust.authserv_id} are believed"
    return None, "[trust] authserv_id is empty: the clerk confirms every change and stop by hand"


def _mailbox(settings: Settings) -> tuple[bool | None, str]:
    with live_mailbox(settings) as mailbox:
        folders = mailbox.folders()
        counts = ", ".join(f"{folder} {len(mailbox.list(folder))}" for folder in folders)
    lacking = set(settings.imap.folders) - set(folders) - {"Junk"}
    if lacking:
        return False, f"logged in; there is no folder {', '.join(sorted(lacking))}"
    return True, f"logged in; mails: {counts}"


def _smtp(settings: Settings) -> tuple[bool | None, str]:
    postman = live_postman(settings)
    assert isinstance(postman, SmtpPostman)
    return True, postman.greet()


def _at(moment: datetime) -> str:
    return f"{almaty(moment):%Y-%m-%d %H:%M}"
