"""The project's own files, for the tests that look at the house."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("parsers", "registry_store", "inbox_daemon")


@cache
def committed() -> tuple[Path, ...]:
    """All files that git keeps and that are still there, by their path inside the project."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True
    )
    names = sorted(listed.stdout.decode().split("\0"))
    return tuple(Path(name) for name in names if name and (ROOT / name).is_file())


@cache
def modules() -> tuple[Path, ...]:
    """The Python files of the three rooms."""
    return tuple(sorted(file.relative_to(ROOT) for room in ROOMS for file in (ROOT / room).rglob("*.py")))


def text_of(file: Path) -> str:
    return (ROOT / file).read_text(encoding="utf-8")


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(text_of(file), str(file))


def dotted(file: Path) -> str:
    """parsers/readers/docx.py → parsers.readers.docx; a package goes by the name of its folder."""
    parts = file.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(file: Path) -> frozenset[str]:
    """The full names of everything that a module imports, wherever in the file: "a.b" or "a.b.name"."""
    found: set[str] = set()
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            here = file.parent.parts[: len(file.parent.parts) - node.level + 1] if node.level else ()
            source = ".".join((*here, *([node.module] if node.module else [])))
            found.update(f"{source}.{alias.name}" for alias in node.names)
    return frozenset(found)


def modules_imported(file: Path) -> frozenset[str]:
    """The project's own modules among them, each by its dotted name."""
    known = {dotted(module) for module in modules()}
    return frozenset(
        name if name in known else name.rpartition(".")[0]
        for name in imports(file)
        if name in known or name.rpartition(".")[0] in known
    )
