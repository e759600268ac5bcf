"""Accounts on the command line."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from inbox_daemon.commands import main
from inbox_daemon.desk.accounts import Sessions, sign_in
from registry_store.accounts import Role, User
from registry_store.store import open_store
from tests.desk.browser import MORNING, PASSWORD

ROOT = Path(__file__).parents[2]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The example's configuration, with everything in one folder."""
    text = (ROOT / "config.example.toml").read_text("utf-8").replace("/var/lib/inbox-daemon", str(tmp_path))
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")
    return path


def user(config: Path, name: str) -> User | None:
    store = open_store(f"sqlite:///{config.parent / 'register.db'}")
    try:
        return store.user(name)
    finally:
        store.close()


def run(config: Path, *words: str) -> int:
    return main(["--config", str(config), "user", *words])


def test_an_account_is_made_changed_listed_and_removed(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(config, "add", "Dana", "--role", "viewer", "--full-name", "Dana Example") == 0
    link = capsys.readouterr().out.strip()
    assert link.startswith("http://127.0.0.1:8127/link/")
    assert run(config, "role", "dana", "chief") == 0
    assert run(config, "totp", "dana") == 0
    assert capsys.readouterr().out.startswith("otpauth://totp/")
    assert run(config, "list") == 0
    listed = capsys.readouterr().out
    assert "no password yet" in listed
    assert "Dana Example" in listed
    found = user(config, "dana")
    assert found is not None
    assert (found.role, bool(found.totp_secret)) == (Role.CHIEF, True)
    assert link.rpartition("/")[2] not in str(found), "the link itself is kept nowhere"
    assert run(config, "totp", "dana", "--off") == 0
    assert run(config, "remove", "dana") == 0
    assert user(config, "dana") is None


def test_a_password_from_a_pipe_lets_its_owner_in(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    assert run(config, "add", "dana", "--password") == 0
    store = open_store(f"sqlite:///{config.parent / 'register.db'}")
    entered = sign_in(store, "dana", PASSWORD, "", now=MORNING, sessions=Sessions(), address="")
    store.close()
    assert entered is not None


@pytest.mark.parametrize(
    "words", [("role", "nobody", "clerk"), ("link", "nobody"), ("remove", "nobody"), ("add", "a b"), ("totp", "nobody")]
)
def test_what_cannot_be_done_is_said_without_a_traceback(
    config: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert run(config, *words) != 0
    assert len(capsys.readouterr().err.splitlines()) == 1
