"""check makes nothing: root may run it before the service's own user does."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from inbox_daemon.commands import main
from parsers.office import fence
from tests.real.postgres import Postgres

EXAMPLE = (Path(__file__).parents[2] / "config.example.toml").read_text(encoding="utf-8")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(EXAMPLE.replace("/var/lib/inbox-daemon", str(tmp_path / "lib")), encoding="utf-8")
    return path


def check(config: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    status = main(["--config", str(config), "check", "--offline"])
    return status, capsys.readouterr().out


def test_check_makes_nothing(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lib = config.parent / "lib"
    lib.mkdir()
    status, said = check(config, capsys)
    assert (status, list(lib.iterdir())) == (0, [])
    assert "the database is made at the first start" in said


def test_a_folder_that_is_not_there_is_said(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, said = check(config, capsys)
    assert status == 1
    assert f"BAD  store: there is no folder {config.parent / 'lib'} for the database; make it first" in said
    assert not (config.parent / "lib").exists()


def test_a_file_where_a_folder_should_be_is_said(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lib = config.parent / "lib"
    lib.mkdir()
    (lib / "archive").write_text("x")
    status, said = check(config, capsys)
    assert status == 1
    assert f"BAD  archive: {lib / 'archive'} is no folder" in said


@pytest.mark.parametrize(
    ("version", "line"),
    [
        (4, "ok   fence around LibreOffice: Landlock, version 4: LibreOffice sees no files but the one that it reads"),
        (0, "note fence around LibreOffice: this kernel has no Landlock (Linux 5.13 or newer, "),
    ],
)
def test_whether_libreoffice_is_fenced_in_is_said(
    config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, version: int, line: str
) -> None:
    (config.parent / "lib").mkdir()
    monkeypatch.setattr(fence, "version", lambda: version)
    status, said = check(config, capsys)
    assert status == 0
    assert sum(one.startswith(line) for one in said.splitlines()) == 1


# ------------------------------------------------------------ PostgreSQL


@pytest.fixture
def on_postgresql(config: Path, postgres: Postgres) -> Path:
    """The configuration with a store on PostgreSQL, where nothing is yet."""
    text = config.read_text(encoding="utf-8")
    old = f"sqlite:///{config.parent / 'lib'}/register.db"
    assert old in text
    config.write_text(text.replace(old, postgres.new()), encoding="utf-8")
    return config


def test_a_store_on_postgresql_is_opened(on_postgresql: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "ok   store: opened; register stamp 0" in check(on_postgresql, capsys)[1]


def test_a_server_that_does_not_answer_is_said(on_postgresql: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = on_postgresql.read_text(encoding="utf-8")
    on_postgresql.write_text(text.replace("?host=", "?host=/nowhere"), encoding="utf-8")
    status, said = check(on_postgresql, capsys)
    assert status == 1
    (line,) = [line for line in said.splitlines() if " store: " in line]
    assert line.startswith("BAD  store: the database postgresql://registry@/")
    assert "No such file or directory Is the server running locally" in line


def test_a_missing_driver_is_said(
    on_postgresql: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    status, said = check(on_postgresql, capsys)
    assert (status, "pip install 'psycopg[binary]'" in said) == (1, True), said
