"""The demo's folder: made anew at each run, and never at the cost of anything that is not the demo's."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template

from inbox_daemon.errors import InboxError

MARKER = ".inbox-daemon-demo"
HINT = "This folder was made by inbox-daemon demo; the next demo empties it.\n"


class NotTheDemos(InboxError):
    """The folder holds something that no demo has made."""


@dataclass(frozen=True, slots=True)
class DemoFolder:
    """Where everything lies. All paths are absolute."""

    path: Path

    @property
    def config(self) -> Path:
        return self.path / "config.toml"

    @property
    def secret(self) -> Path:
        return self.path / "secret"

    @property
    def store(self) -> Path:
        return self.path / "register.db"

    @property
    def archive(self) -> Path:
        return self.path / "archive"

    @property
    def letters(self) -> Path:
        return self.path / "letters"

    @property
    def public(self) -> Path:
        return self.path / "public"


def make_folder(path: Path) -> DemoFolder:
    """Return the folder, empty but for its marker. Raises NotTheDemos when it holds anything of others."""
    path = path.resolve()
    try:
        if path.exists() and not (path.is_dir() and ((path / MARKER).is_file() or not any(path.iterdir()))):
            message = f"{path} is not empty and was not made by the demo: name another folder with --to"
            raise NotTheDemos(message)
        if path.exists():
            _empty(path)
        path.mkdir(parents=True, exist_ok=True)
        (path / MARKER).write_text(HINT, "utf-8")
    except OSError as error:
        message = f"{path} cannot be used: {error.strerror}; name another folder with --to"
        raise NotTheDemos(message) from error
    folder = DemoFolder(path)
    folder.secret.touch(mode=0o600)
    folder.secret.write_text(secrets.token_urlsafe(18), "ascii")
    return folder


def _empty(path: Path) -> None:
    """The marker goes last: a run that is cut here is still known as the demo's."""
    for inside in path.iterdir():
        if inside.name == MARKER:
            continue
        if inside.is_dir() and not inside.is_symlink():
            shutil.rmtree(inside)
        else:
            inside.unlink()


def write_config(folder: DemoFolder, imap_port: int, smtp_port: int, certificate: Path) -> None:
    """Write config.toml, as a ministry would have it, with the paths and ports of this run."""
    template = (files("inbox_daemon.demo") / "config.template.toml").read_text("utf-8")
    values: Mapping[str, object] = {
        "folder": folder.path,
        "imap_port": imap_port,
        "smtp_port": smtp_port,
        "secret": _quoted(folder.secret),
        "certificate": _quoted(certificate),
        "store": _quoted(f"sqlite:///{folder.store}"),
        "archive": _quoted(folder.archive),
        "public": _quoted(folder.public),
    }
    folder.config.write_text(Template(template).substitute(values), "utf-8")


def _quoted(value: object) -> str:
    return json.dumps(str(value), ensure_ascii=False)  # a JSON text is a TOML basic string
