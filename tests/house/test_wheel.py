"""The built package holds all that the program needs, and runs away from the checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.house.tree import ROOT

ROOMS = ("inbox_daemon", "parsers", "registry_store", "templates")
BESIDE = ("pyproject.toml", "README.md", "LICENSE", "config.example.toml", "docs")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without network from a copy: a build leaves folders behind."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in (*ROOMS, *BESIDE):
        place = ROOT / name
        if place.is_dir():
            shutil.copytree(place, source / name, ignore=shutil.ignore_patterns("__pycache__", "letters-*", "*.png"))
        else:
            shutil.copy(place, source / name)
    build = "from setuptools.build_meta import build_wheel; import sys; print(build_wheel(sys.argv[1]))"
    told = subprocess.run(
        [sys.executable, "-c", build, str(folder)], cwd=source, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr[-2000:]
    return folder / told.stdout.split()[-1]


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    place = wheel.parent / "installed"
    with zipfile.ZipFile(wheel) as package:
        package.extractall(place)
    return place


def test_every_file_of_the_rooms_is_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as package:
        packed = set(package.namelist())
    here = {
        str(file.relative_to(ROOT))
        for room in ROOMS
        for file in (ROOT / room).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert sorted(here - packed) == []


def test_what_an_administrator_starts_from_is_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as package:
        shared = {name.rpartition("/")[2] for name in package.namelist() if "/share/inbox-daemon/" in name}
    assert shared == {"config.example.toml", "inbox-daemon.service", "administrator.md"}


COMMANDS = (
    ["forms", "--to", "forms"],
    ["inspect", "forms", "--json"],
    ["publish", "--to", "public"],
    ["letter", "refusal", "--sample"],
    ["deadline", "--received", "2026-10-23"],
    ["user", "add", "aigerim", "--role", "clerk"],
    ["check", "--offline"],
)
# One process for all of them: starting is what takes the time.
RUN = """
import json, sys
from pathlib import Path
import inbox_daemon, parsers, registry_store
from importlib.resources import files
from inbox_daemon.commands import main
from inbox_daemon.desk import app, words
room = sys.argv[1]
for one in (inbox_daemon, parsers, registry_store):
    assert one.__file__.startswith(room), one.__file__
assert str(files("templates")).startswith(room)
for arguments in json.loads(sys.argv[2]):
    if arguments[0] == "inspect":
        arguments[1] = str(sorted(Path("forms").iterdir())[0])
    status = main(arguments)
    assert status == 0, (arguments, status)
"""


def test_it_runs_away_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    (example,) = installed.rglob("config.example.toml")
    text = example.read_text(encoding="utf-8").replace("/var/lib/inbox-daemon", str(tmp_path))
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    told = subprocess.run(
        [sys.executable, "-P", "-c", RUN, str(installed), json.dumps(COMMANDS)],
        cwd=tmp_path, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(installed)},
    )  # fmt: skip
    assert told.returncode == 0, (told.stdout[-2000:], told.stderr[-2000:])
    assert (tmp_path / "public" / "current" / "register.xlsx").stat().st_size > 0
