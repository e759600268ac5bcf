"""inbox-daemon demo: the ministry's mailbox worked before your eyes, on embedded servers."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from inbox_daemon.commands.arguments import Commands
from inbox_daemon.errors import InboxError


class DemoPartMissing(InboxError):
    """The demo's embedded servers are not installed."""


def add(commands: Commands) -> None:
    """Register the command."""
    command = commands.add_parser("demo", help="work a made-up mailbox through three weeks, on embedded servers")
    command.add_argument("--to", type=Path, metavar="DIR", default=Path("demo-data"), help="where to leave its files")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the demo; it needs the extra packages of `inbox-daemon[demo]`."""
    try:
        from inbox_daemon.demo import run_demo
    except ImportError as error:
        message = f"the demo needs {error.name}: install inbox-daemon[demo], or run scripts/demo"
        raise DemoPartMissing(message) from error
    return run_demo(options.to, out=sys.stdout)
