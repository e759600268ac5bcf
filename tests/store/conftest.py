"""The store on both databases: what is told of it holds on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
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
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path / 'register.db'}"
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    url = postgres.new()
    yield url
    postgres.drop(url)


@pytest.fixture
def url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where an empty store is, or is made when it is opened."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path / 'register.db'}"
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    url = postgres.made()
    yield url
    postgres.drop(url)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = open_store(url)
    yield store
    store.close()
