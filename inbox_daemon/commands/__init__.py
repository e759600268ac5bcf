"""The command line. This file alone prints errors, and prints no traceback for one that a person can act on.

Only the module of the command that was asked for is loaded: what reads files and databases takes seconds to load.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from inbox_daemon import logs
from inbox_daemon.errors import InboxError
from registry_store.errors import StoreError

FAILED = 1
WRONG_USE = 2
INTERRUPTED = 130

# Command, its module, and what `--help` says of it; the module says the same (a test holds both together).
COMMANDS = (
    ("run", "service", "work the mailbox as a service until stopped"),
    ("once", "service", "one look through the mailbox and all work that is due, then exit"),
    ("demo", "demonstrating", "work a made-up mailbox through three weeks, on embedded servers"),
    ("inspect", "inspecting", "what is read from mails or form files, the verdict, and why"),
    ("deadline", "deadline", "the legal dates for a mail received, or a rework letter accepted, at a moment"),
    ("publish", "files", "write the register (Appendix 1) as files for the website"),
    ("forms", "files", "write the blank forms of Appendix 2 as fillable .docx, both languages"),
    ("case", "cases", "list and show cases, and decide them as a clerk"),
    ("letter", "letters", "show a letter before it leaves, about a case or about a made-up one"),
    ("mail", "mails", "mails that wait for a person: list, show, take up, put aside"),
    ("outbox", "outbox", "our letters: list them, settle one, stop them all"),
    ("desk", "desk", "serve the clerk's desk to browsers until stopped"),
    ("user", "users", "accounts of the clerk's desk"),
    ("table", "law", "the life of a case: every state, event, rule and paragraph"),
    ("calendar", "law", "the working days: show, check, add"),
    ("check", "checking", "check the configuration and reach everything that it names"),
)
MODULES = {name: module for name, module, _ in COMMANDS}


def parser(wanted: str | None = None) -> argparse.ArgumentParser:
    """Return the parser of one command, or one that knows all their names, for `--help` and wrong ones."""
    top = argparse.ArgumentParser(
        prog="inbox-daemon",
        description="Works the ministry's mailbox for the register of volunteer activity (Order No. 127-НҚ).",
    )
    _common(top)
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    if wanted in MODULES:
        import_module(f"{__name__}.{MODULES[wanted]}").add(commands)
    else:
        for name, _, purpose in COMMANDS:
            commands.add_parser(name, help=purpose)
    return top


def _common(top: argparse.ArgumentParser) -> None:
    top.add_argument(
        "--config", type=Path, default=Path("config.toml"), help="the configuration file (default: config.toml)"
    )
    levels = ["debug", "info", "warning", "error"]
    top.add_argument("--log", default="warning", choices=levels, help="how much to log (standard error)")


def _wanted(arguments: Sequence[str]) -> str | None:
    """Return the command that the arguments name, None when the whole parser has to say what is wrong."""
    first = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    _common(first)
    first.add_argument("-h", "--help", action="store_true")
    first.add_argument("command", nargs="?")
    first.add_argument("rest", nargs=argparse.REMAINDER)
    try:
        known, _ = first.parse_known_args(arguments)
    except argparse.ArgumentError:
        return None
    return None if known.help else known.command


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit status: 0 done, 1 something is wrong with the work, 2 wrong use."""
    given = sys.argv[1:] if arguments is None else arguments
    options = parser(_wanted(given)).parse_args(given)
    logs.set_up(options.log)
    try:
        return int(options.run(options))
    except (InboxError, StoreError) as error:
        print(error, file=sys.stderr)
        return WRONG_USE if isinstance(error, InboxError) else FAILED
    except BrokenPipeError:  # the reader of our output has gone, e.g. `| head`
        sys.stderr.close()
        return FAILED
    except OSError as error:  # a folder that is none, a full disk: the world, not the program
        place = f"{error.filename}: " if error.filename else ""
        print(f"{place}{error.strerror or error}", file=sys.stderr)
        logging.getLogger(__name__).debug("%s", logs.where(error))
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
