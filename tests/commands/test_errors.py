"""What a person is told when something is wrong: a sentence that helps, an exit status, and no traceback."""

from __future__ import annotations

import socket
import sqlite3
from pathlib import Path

import pytest

from inbox_daemon.commands import main
from registry_store.store import open_store

EXAMPLE = (Path(__file__).parents[2] / "config.example.toml").read_text(encoding="utf-8")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a complete config.toml and an empty store; the working folder."""
    (tmp_path / "config.toml").write_text(EXAMPLE.replace("/var/lib/inbox-daemon", str(tmp_path)), encoding="utf-8")
    open_store(f"sqlite:///{tmp_path / 'register.db'}").close()
    (tmp_path / "a-file").write_text("x")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def change(home: Path, old: str, new: str) -> None:
    path = home / "config.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    status = main(list(arguments))
    return status, capsys.readouterr().err.strip()


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["--config", "none.toml", "check"], 2, "cannot be read (No such file or directory): copy config.example.toml"),
        (["--config", ".", "check"], 2, "cannot be read (Is a directory)"),
        (["case", "show", "VR-2026-000001"], 1, "there is no case VR-2026-000001"),
        (["case", "do", "VR-2026-000001", "include", "--why", "x"], 1, "there is no case VR-2026-000001"),
        (["letter", "receipt", "--case", "VR-2026-000001"], 1, "there is no case VR-2026-000001"),
        (["mail", "show", "999"], 1, "there is no arrival of a mail with the number 999"),
        (["forms", "--to", "a-file"], 1, "a-file: File exists"),
        (["publish", "--to", "a-file"], 1, "the register could not be published to a-file"),
        (["user", "totp", "nobody"], 1, "there is no such account; `user list` shows all"),
        (["deadline", "--received", "yesterday"], 1, "is no ISO 8601 date and time, such as 2026-10-23T10:00+05:00"),
        (["deadline", "--accepted", "2031-01-01"], 1, "is outside the calendar"),
        (["deadline"], 2, "nothing asked: give --received T, --accepted T or --stdin"),
        (["desk", "--host", "0.0.0.0"], 2, 'host = "0.0.0.0" is open to the network: give tls_certificate'),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_the_words_help(
    home: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, words: str
) -> None:
    got, said = told(capsys, *arguments)
    assert (got, words in said, "Traceback" in said) == (status, True, False), said


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("poll_seconds =", "poll_second =", 'no such setting. Perhaps you meant "poll_seconds"?'),
        ('url = "sqlite:', 'url = "', "must be a database URL, e.g. sqlite:"),
        ("[hours]\n", "[hours\n", "is not valid TOML"),
        (
            'tls_certificate = ""',
            'tls_certificate = "c.pem"',
            "tls_certificate and tls_private_key: give both or neither",
        ),
    ],
)
def test_a_wrong_configuration_is_named(
    home: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, words: str
) -> None:
    change(home, old, new)
    status, said = told(capsys, "case", "list")
    assert (status, words in said) == (2, True), said


def test_a_database_url_is_not_repeated_for_it_may_hold_a_password(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(home, 'url = "sqlite:', 'url = "PostgreSQL://x:secret@host/')
    assert "secret@" not in told(capsys, "case", "list")[1]


def test_a_store_of_a_newer_version_is_said(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    connection = sqlite3.connect(home / "register.db")
    connection.execute("update alembic_version set version_num = '9999'")
    connection.commit()
    connection.close()
    status, said = told(capsys, "case", "list")
    assert (status, "written by a newer version of this program" in said) == (1, True)


def test_a_file_that_is_no_database_is_said(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for file in home.glob("register.db*"):
        file.unlink()
    (home / "register.db").write_text("no database" * 500)
    status, said = told(capsys, "case", "list")
    assert (status, "cannot be opened: file is not a database" in said) == (1, True), said


def test_a_certificate_that_is_not_there_is_said(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(home, 'tls_certificate = ""', 'tls_certificate = "no.pem"')
    change(home, 'tls_private_key = ""', 'tls_private_key = "a-file"')
    status, said = told(capsys, "desk")
    assert (status, "[desk] tls_certificate: no.pem cannot be read" in said) == (2, True), said


def test_a_port_that_is_taken_is_said(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        status, said = told(capsys, "desk", "--port", str(other.getsockname()[1]))
    assert (status, "Address already in use; choose another with --port" in said) == (2, True), said


def test_mail_servers_that_do_not_answer_are_said(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INBOX_DAEMON_IMAP_SECRET", "x")
    monkeypatch.setenv("INBOX_DAEMON_SMTP_SECRET", "x")
    with socket.socket() as closed:  # bound, and nobody listens
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        for old, new in (("imap.mki.gov.kz", "127.0.0.1"), ("smtp.mki.gov.kz", "127.0.0.1")):
            change(home, f'host = "{old}"', f'host = "{new}"')
        change(home, "port = 993", f"port = {port}")
        change(home, "port = 465", f"port = {port}")
        status = main(["check"])
    said = capsys.readouterr().out
    assert status == 1
    assert said.count("Connection refused") == 2
    assert "BAD  mailbox: The mail server 127.0.0.1" in said
