"""Small modules with a docstring, nothing of one machine, and a lock that names no address."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.tree import ROOT, committed, modules, parsed, text_of

LONGEST = 400  # lines
# One noun each, and cutting it would scatter what belongs together.
MAY_BE_LONGER = {"registry_store/records.py"}

# The bracketed letters keep this file from being the first to hold them.
MACHINE_PATHS = re.compile(r"(?<![\w.$}/-])/(?:wor[k]|roo[t]|far[m]|hom[e]|tm[p])/\w")
ADDRESSES = re.compile(r"pyp[i]\.org|pythonhoste[d]\.org|npmj[s]\.|crates\.i[o]|proxy\.golan[g]")
WORKPLACE = re.compile(r"\.\./share[d]|corpus/de[v]")
TEXT = {
    ".py",
    ".toml",
    ".tsv",
    ".csv",
    ".txt",
    ".md",
    ".html",
    ".j2",
    ".css",
    ".js",
    ".json",
    ".service",
    ".lock",
    ".mako",
}


def texts() -> list[Path]:
    return [file for file in committed() if file.suffix in TEXT or file.parts[0] in ("scripts", ".ci")]


@pytest.mark.parametrize("file", modules(), ids=str)
def test_a_module_says_what_it_is(file: Path) -> None:
    tree = parsed(file)
    assert ast.get_docstring(tree) or not tree.body, "a docstring at the top, please: what is here, and why"


@pytest.mark.parametrize("file", modules(), ids=str)
def test_a_module_is_short_enough_to_be_read(file: Path) -> None:
    longest = LONGEST if str(file) not in MAY_BE_LONGER else 3 * LONGEST
    assert len(text_of(file).splitlines()) <= longest


@pytest.mark.parametrize("file", texts(), ids=str)
def test_a_file_holds_nothing_of_one_machine(file: Path) -> None:
    lines = text_of(file).splitlines()
    found = [
        f"{file}:{number}: {line.strip()}"
        for number, line in enumerate(lines, 1)
        if any(pattern.search(line) for pattern in (MACHINE_PATHS, ADDRESSES, WORKPLACE))
    ]
    assert found == []


def test_the_lock_holds_names_versions_and_hashes_only() -> None:
    pin = re.compile(r"[a-z0-9.-]+==[\w.]+(?: ; [^\\]+)? \\|    --hash=sha256:[0-9a-f]{64}(?: \\)?")
    lines = [line for line in text_of(Path("requirements.lock")).splitlines() if not line.startswith("#")]
    assert [line for line in lines if not pin.fullmatch(line)] == []


def wanted() -> list[Requirement]:
    project = tomllib.loads(text_of(Path("pyproject.toml")))["project"]
    extras = project["optional-dependencies"]
    return [Requirement(line) for line in (*project["dependencies"], *extras["dev"], *extras["demo"])]


@pytest.mark.parametrize("requirement", wanted(), ids=lambda requirement: str(requirement.name))
def test_the_lock_satisfies_pyproject(requirement: Requirement) -> None:
    """When this fails: scripts/lock."""
    pins = dict(re.findall(r"(?m)^([a-z0-9.-]+)==(\S+)", text_of(Path("requirements.lock"))))
    assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)])


def scripts() -> list[Path]:
    return [file for file in committed() if file.parts[0] in ("scripts", ".ci") and not file.suffix]


@pytest.mark.parametrize("file", scripts(), ids=str)
def test_a_script_can_be_run_and_says_what_it_does(file: Path) -> None:
    first, second = text_of(file).splitlines()[:2]
    assert (ROOT / file).stat().st_mode & 0o111, "chmod +x"
    assert first.startswith("#!")
    assert second.startswith(("# ", '"""'))
    if first.endswith("sh"):
        subprocess.run(["sh", "-n", file], cwd=ROOT, check=True)


def test_every_system_part_has_its_reason() -> None:
    lines = [line for line in text_of(Path("scripts/system-packages.txt")).splitlines() if not line.startswith("#")]
    assert lines
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9.+-]+ {2,}\S.+", line)] == []


def test_what_lands_is_checked_by_the_same_command_that_people_run() -> None:
    assert "exec scripts/test" in text_of(Path(".ci/run"))
    assert text_of(Path("scripts/test")).index("scripts/install") < text_of(Path("scripts/test")).index("scripts/check")
