"""What `case reply` and `mail reply` share: the words of the clerk, and the record of who sent them."""

from __future__ import annotations

import argparse
import getpass
from datetime import datetime

from inbox_daemon.wiring import Desk
from registry_store.accounts import AuditLine
from registry_store.records import Letter, MailId


def add_reply(command: argparse.ArgumentParser) -> None:
    """Add the arguments of an answer in a clerk's own words."""
    command.add_argument("--kk", metavar="TEXT", help="in Kazakh; one language is enough")
    command.add_argument("--ru", metavar="TEXT", help="in Russian")
    command.add_argument("--send", action="store_true", help="send it; without this it is only shown")
    command.add_argument("--by", metavar="NAME", default=getpass.getuser(), help="who writes (default: you)")


def note_reply(desk: Desk, by: str, now: datetime, letter: Letter, mail: MailId) -> None:
    """Write the audit line of an answer, and say which letter it is."""
    with desk.store.writing() as writing:
        writing.note_audit(AuditLine(now, by, "replied", letter.case, f"{letter.id} {mail}"))
    print(f"letter {letter.id} to {', '.join(letter.recipients)} waits in the outbox")
