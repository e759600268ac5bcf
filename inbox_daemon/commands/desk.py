"""inbox-daemon desk: the clerk's page."""

from __future__ import annotations

import argparse
import os
import socket
import sys

import uvicorn
from starlette.types import ASGIApp

from inbox_daemon.commands.arguments import Commands
from inbox_daemon.desk.app import make_app
from inbox_daemon.errors import InboxError, SettingsError
from inbox_daemon.settings import desk_problems, load_settings
from inbox_daemon.wiring import wire_pages
from parsers.worker import Worker


def add(commands: Commands) -> None:
    """Register the command."""
    command = commands.add_parser("desk", help="serve the clerk's desk to browsers until stopped")
    command.add_argument("--host", metavar="ADDRESS", help="where to listen (default: [desk] host)")
    command.add_argument("--port", type=int, metavar="N", help="(default: [desk] port)")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Serve until stopped. May run beside `inbox-daemon run`, on the same store."""
    settings = load_settings(options.config)
    desk = settings.desk
    host, port = options.host or desk.host, options.port or desk.port
    problems = desk_problems(desk.model_copy(update={"host": host}))
    for name in ("tls_certificate", "tls_private_key"):
        file = getattr(desk, name)
        if file and not os.access(file, os.R_OK):
            problems = (*problems, f"[desk] {name}: {file} cannot be read")
    if problems:
        raise SettingsError(str(options.config), problems)
    see_that_free(host, port)
    with Worker() as worker, Worker() as opener:
        app = make_app(wire_pages(settings, read=worker.read, lay_open=opener.lay_open))
        scheme = "https" if desk.tls_certificate else "http"
        print(f"{scheme}://{host}:{port}/", file=sys.stderr, flush=True)
        serve(app, host, port, desk.tls_certificate, desk.tls_private_key)
    return 0


def serve(app: ASGIApp, host: str, port: int, certificate: str = "", private_key: str = "") -> None:
    """Answer browsers until Ctrl-C or a signal to end."""
    uvicorn.run(
        app,
        host=host,
        port=port,
        ssl_certfile=certificate or None,
        ssl_keyfile=private_key or None,
        proxy_headers=False,  # who may speak for whom is decided in desk/asking.py
        server_header=False,
        access_log=False,  # addresses of pages hold search words; the audit log is in the store
        log_level="warning",
        limit_concurrency=100,
        timeout_keep_alive=30,
    )


def see_that_free(host: str, port: int) -> None:
    """Raise InboxError when nobody can listen there, before anything is started."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        message = f"the desk cannot listen on {host}, port {port}: {error.strerror}"
        raise InboxError(f"{message}; choose another with --port or [desk] port") from error
