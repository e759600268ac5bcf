"""inbox-daemon demo: the ministry's mailbox worked before your eyes, on embedded servers."""

from __future__ import annotations

import argparse
import contextlib
import socket
import sys
from pathlib import Path

from inbox_daemon.commands.arguments import Commands
from inbox_daemon.errors import InboxError

HOST = "127.0.0.1"


class DemoPartMissing(InboxError):
    """The demo's embedded servers are not installed."""


def add(commands: Commands) -> None:
    """Register the command."""
    command = commands.add_parser("demo", help="work a made-up mailbox through three weeks, on embedded servers")
    command.add_argument("--to", type=Path, metavar="DIR", default=Path("demo-data"), help="where to leave its files")
    command.add_argument("--desk", action="store_true", help="then leave the clerk's desk running on its data")
    command.add_argument("--port", type=int, metavar="N", help="where the desk listens on 127.0.0.1 (default: any)")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the demo; it needs the extra packages of `inbox-daemon[demo]`."""
    try:
        from inbox_daemon.demo import run_demo
    except ImportError as error:
        message = f"the demo needs {error.name}: install inbox-daemon[demo], or run scripts/demo"
        raise DemoPartMissing(message) from error
    if not options.desk:
        return run_demo(options.to, out=sys.stdout)
    from inbox_daemon.demo.desk import BEFORE_THE_DESK

    status = run_demo(options.to, out=sys.stdout, story=BEFORE_THE_DESK)
    return status or _serve_desk(options.to, options.port)


def _serve_desk(folder: Path, port: int | None) -> int:
    """Leave the desk running until Ctrl-C; only this machine reaches it."""
    from inbox_daemon.commands.desk import see_that_free, serve
    from inbox_daemon.demo.desk import demo_desk, going_on
    from inbox_daemon.wiring import wall_clock

    port = port or _free_port()
    see_that_free(HOST, port)
    with demo_desk(folder, going_on(wall_clock(), wall_clock)) as desk:
        print(f"\nThe clerk's desk, on the morning after: http://{HOST}:{port}/")
        print(f"  account   {desk.name}\n  password  {desk.password}")
        print("Made-up people; no letter leaves. Ctrl-C ends it.", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            serve(desk.app, HOST, port)
    return 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
