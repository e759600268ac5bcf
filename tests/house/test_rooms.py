"""Three rooms on two floors, two arrows, no circle; and a pure ground floor."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.house.tree import dotted, imports, modules, modules_imported

MAY_IMPORT = {
    "parsers": {"parsers"},
    "registry_store": {"registry_store"},
    "inbox_daemon": {"inbox_daemon", "parsers", "registry_store"},
}

# What inbox_daemon/order/ may use: values, words and tables. No clock, no files, no sockets, no SQL.
ORDER_MAY_IMPORT = {
    "__future__",
    "collections",
    "dataclasses",
    "datetime",
    "enum",
    "functools",
    "importlib.resources",  # its own tables
    "itertools",
    "math",
    "rapidfuzz.distance",
    "registry_store.folded",  # words as they are compared
    "re",
    "tomllib",
    "typing",
    "unicodedata",
    "zoneinfo",
    "inbox_daemon.errors",
    "inbox_daemon.order",
    "parsers.catalogue",
    "parsers.quotes",
    "parsers.readings",
    "parsers.regions",
    "parsers.typed",
    "parsers.values.identifiers",
    "parsers.wording",
    "registry_store.records",
}

# The only modules that open a connection, start a process or touch the database.
SOCKETS = {
    "imapclient": {"inbox_daemon.mailbox.imap_line"},
    "smtplib": {"inbox_daemon.letters.smtp"},
}


@pytest.mark.parametrize("file", modules(), ids=str)
def test_a_room_knows_only_what_its_arrows_allow(file: Path) -> None:
    ours = {name.split(".")[0] for name in imports(file)} & (MAY_IMPORT.keys() | {"tests", "templates"})
    assert ours <= MAY_IMPORT[file.parts[0]]


def test_no_module_imports_itself_by_a_detour() -> None:
    graph = {dotted(file): modules_imported(file) - {dotted(file)} for file in modules()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail("a circle: " + " ← ".join(circle.args[1]))


@pytest.mark.parametrize(
    "file", [file for file in modules() if file.parts[:2] == ("inbox_daemon", "order")], ids=lambda file: file.name
)
def test_the_order_is_pure(file: Path) -> None:
    strangers = {
        name
        for name in imports(file)
        if not any(name == allowed or name.startswith(f"{allowed}.") for allowed in ORDER_MAY_IMPORT)
    }
    assert strangers == set()


@pytest.mark.parametrize("library", SOCKETS)
def test_a_socket_lives_in_one_place(library: str) -> None:
    users = {dotted(file) for file in modules() for name in imports(file) if name.split(".")[0] == library}
    assert users == SOCKETS[library]


def test_sql_lives_in_the_store_alone() -> None:
    users = {file.parts[0] for file in modules() for name in imports(file) if name.split(".")[0].startswith("sql")}
    assert users == {"registry_store"}
