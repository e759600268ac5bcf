"""The command line. This file alone prints errors, and prints no traceback for one that a person can act on."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from inbox_daemon import logs
from inbox_daemon.commands import (
    cases,
    checking,
    deadline,
    demonstrating,
    desk,
    files,
    inspecting,
    law,
    letters,
    mails,
    outbox,
    service,
    users,
)
from inbox_daemon.errors import InboxError
from registry_store.errors import StoreError

FAILED = 1
WRONG_USE = 2
INTERRUPTED = 130


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    top = argparse.ArgumentParser(
        prog="inbox-daemon",
        description="Works the ministry's mailbox for the register of volunteer activity (Order No. 127-НҚ).",
    )
    top.add_argument(
        "--config", type=Path, default=Path("config.toml"), help="the configuration file (default: config.toml)"
    )
    levels = ["debug", "info", "warning", "error"]
    top.add_argument("--log", default="warning", choices=levels, help="how much to log (standard error)")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in (
        service,
        demonstrating,
        inspecting,
        deadline,
        files,
        cases,
        letters,
        mails,
        outbox,
        desk,
        users,
        law,
        checking,
    ):
        module.add(commands)
    return top


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit status: 0 done, 1 something is wrong with the work, 2 wrong use."""
    options = parser().parse_args(arguments)
    logs.set_up(options.log)
    try:
        return int(options.run(options))
    except (InboxError, StoreError) as error:
        print(error, file=sys.stderr)
        return WRONG_USE if isinstance(error, InboxError) else FAILED
    except BrokenPipeError:  # the reader of our output has gone, e.g. `| head`
        sys.stderr.close()
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
