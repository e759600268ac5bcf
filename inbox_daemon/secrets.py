"""Secrets of the mail servers: from the environment, a systemd credential, a file or a command; never stored."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from inbox_daemon.errors import InboxError

ENVIRONMENT = {"imap": "INBOX_DAEMON_IMAP_SECRET", "smtp": "INBOX_DAEMON_SMTP_SECRET"}
SECRET_TIMEOUT = 30  # seconds for the command that prints a secret


class SecretMissing(InboxError):
    """A secret is needed and none was given; the text says where it may stand."""


def secret_of(
    name: Literal["imap", "smtp"], user: str, secret_file: str, secret_command: tuple[str, ...]
) -> Callable[[], str]:
    """Return a call that gives the secret, asked afresh each time: a token may have been renewed meanwhile.

    The call raises SecretMissing when there is none anywhere.
    """

    def ask() -> str:
        variable = ENVIRONMENT[name]
        if variable in os.environ:
            return os.environ[variable]
        folder = os.environ.get("CREDENTIALS_DIRECTORY")
        if folder and (credential := Path(folder) / f"{name}_secret").is_file():
            return _file_secret(credential)
        if secret_file:
            return _file_secret(Path(secret_file))
        if secret_command:
            return _command_secret(secret_command)
        message = (
            f"[{name}] no secret for {user}: set {variable}, or a systemd credential "
            f'"{name}_secret", or secret_file or secret_command in the configuration'
        )
        raise SecretMissing(message)

    return ask


def _file_secret(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except OSError as error:
        message = f"the secret file {path} cannot be read: {error.strerror}"
        raise SecretMissing(message) from error


def _command_secret(command: tuple[str, ...]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=SECRET_TIMEOUT)
    except (OSError, subprocess.SubprocessError) as error:
        message = f"the secret command {command[0]} failed: {type(error).__name__}"
        raise SecretMissing(message) from error
    return done.stdout.strip()
