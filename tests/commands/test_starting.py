"""Commands start quickly: what reads files, draws letters or keeps databases is loaded by who needs it alone."""

from __future__ import annotations

import argparse
import subprocess
import sys
from importlib import import_module

import pytest

from inbox_daemon.commands import COMMANDS, MODULES, main, parser

HEAVY = ("sqlalchemy", "sqlmodel", "cv2", "openpyxl", "docx", "starlette", "uno", "pypdf", "pdfplumber")


@pytest.mark.parametrize("arguments", [["--help"], ["deadline", "--received", "2026-10-23T10:00"], ["nothing"]])
def test_a_command_that_needs_no_files_loads_no_reader_and_no_database(arguments: list[str]) -> None:
    program = (
        "import contextlib, sys; from inbox_daemon.commands import main\n"
        f"with contextlib.suppress(SystemExit): main({arguments!r})\n"
        f"print('LOADED', [name for name in {HEAVY!r} if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "LOADED []"


def test_each_module_says_of_its_commands_what_the_help_says() -> None:
    for module in dict.fromkeys(MODULES.values()):
        commands = argparse.ArgumentParser().add_subparsers()
        import_module(f"inbox_daemon.commands.{module}").add(commands)
        told = {action.dest: action.help for action in commands._choices_actions}
        assert told == {name: purpose for name, of, purpose in COMMANDS if of == module}


@pytest.mark.parametrize(
    "arguments",
    [
        ["table", "--json"],
        ["--config", "run", "table", "--json"],
        ["--log=error", "--config=x.toml", "table", "--json"],
    ],
)
def test_options_before_the_command_are_understood(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 0
    assert capsys.readouterr().out.startswith('{"state"')


@pytest.mark.parametrize("arguments", [[], ["nothing"], ["--config"], ["--log", "loud", "table"]])
def test_wrong_use_is_told_with_every_command(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2
    assert "inbox-daemon" in capsys.readouterr().err


def test_help_names_every_command() -> None:
    said = parser().format_help()

    assert all(name in said for name in MODULES)
