"""The store on both databases: what is told of it holds on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from registry_store.store import Store, open_store
from tests.real.postgres import Postgres

ON_SQLITE = pytest.mark.parametrize("backend", ["sqlite"])  # what is said of files


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """Which database."""
    return str(request.param)


@pytest.fixture
def new_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a store can be made; nothing is there yet."""
    yield from _place(backend, request, tmp_path, Postgres.new)


@pytest.fixture
def url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where an empty store is, or is made when it is opened."""
    yield from _place(backend, request, tmp_path, Postgres.made)


def _place(
    backend: str, request: pytest.FixtureRequest, tmp_path: Path, database: Callable[[Postgres], str]
) -> Iterator[str]:
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path / 'register.db'}"
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    url = database(postgres)
    yield url
    postgres.drop(url)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = open_store(url)
    yield store
    store.close()
