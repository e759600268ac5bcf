"""check makes nothing: root may run it before the service's own user does."""

from __future__ import annotations

from pathlib import Path

import pytest

from inbox_daemon.commands import main

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
