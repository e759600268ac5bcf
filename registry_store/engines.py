"""Engines: how a transaction begins on SQLite and on PostgreSQL, so that it means the same on both.

Readers see one moment however much they ask. Writers come one after the other; who waits longer than BUSY_SECONDS for
another one's transaction gives up. What was committed survives a power cut.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry

from .errors import StoreError

BUSY_SECONDS = 30
_CONNECT_SECONDS = 10
_WRITES = "registry_writes"  # an option of the engines whose transactions write

# The lock that writers on PostgreSQL hold: a number that nobody else in the same database is likely to take.
_ONE_WRITER = 127_2025
_KINDS = ("sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg")
_SESSION = (
    "SET timezone = 'UTC'",
    "SET datestyle = 'ISO, YMD'",  # days are counted by their text (counts.py)
    # A writer whose machine went away must not hold the others up for the two hours that TCP waits by itself.
    "SET tcp_keepalives_idle = 30",
    "SET tcp_keepalives_interval = 10",
    "SET tcp_keepalives_count = 3",
    # A letter is marked before it is sent: were the mark lost, the letter would be sent twice.
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'",
)


@dataclass(frozen=True, slots=True)
class Database:
    """One pool of connections with two ways to begin."""

    reader: Engine
    writer: Engine

    def dispose(self) -> None:
        self.reader.dispose()


def open_engines(url: URL) -> Database:
    """Return the engines of a database that is up to date."""
    if is_sqlite(url):
        engine = _sqlite(url)
        return Database(engine, _writing(engine))
    engine = _postgresql(url, pool_pre_ping=True)
    reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Database(reader, _writing(engine))


def migrating_engine(url: URL) -> Engine:
    """Return an engine whose transactions change the tables; it keeps no connection."""
    if not is_sqlite(url):
        return _writing(_postgresql(url, poolclass=NullPool))
    engine = _sqlite(url, poolclass=NullPool)
    # A table is changed by making it anew; while foreign keys are watched, that would empty what hangs on it.
    event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA foreign_keys = OFF"))
    return _writing(engine)


def is_sqlite(url: URL) -> bool:
    """Whether a URL means SQLite. StoreError: it means neither that nor PostgreSQL."""
    if url.drivername not in _KINDS:
        msg = f"the store lies in SQLite (sqlite:///…) or in PostgreSQL (postgresql://…), not in {url.drivername}"
        raise StoreError(msg)
    return url.get_backend_name() == "sqlite"


def _writing(engine: Engine) -> Engine:
    return engine.execution_options(**{_WRITES: True})


def _begun(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get(_WRITES))


def _engine(url: URL, connected: Callable[[Any, ConnectionPoolEntry], None], **options: Any) -> Engine:
    engine = create_engine(url, **options)
    event.listen(engine, "connect", connected)
    return engine


# ---------------------------------------------------------------- SQLite


def _sqlite(url: URL, **options: Any) -> Engine:
    engine = _engine(url, _set_up_sqlite, connect_args={"timeout": BUSY_SECONDS}, **options)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    # Python's own half-automatic BEGIN off: SQLAlchemy's "begin" event says it (see _begin_sqlite).
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # a committed step survives a power cut
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once; one that read first could not be let in later (SQLITE_BUSY).
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _begun(connection) else "BEGIN DEFERRED")


# ---------------------------------------------------------------- PostgreSQL


def _postgresql(url: URL, **options: Any) -> Engine:
    arguments: dict[str, Any] = {"client_encoding": "utf8"}
    if "connect_timeout" not in url.query:
        arguments["connect_timeout"] = _CONNECT_SECONDS
    engine = _engine(url, _set_up_postgresql, connect_args=arguments, **options)
    event.listen(engine, "begin", _begin_postgresql)
    return engine


def _set_up_postgresql(connection: Any, _record: ConnectionPoolEntry) -> None:
    with connection.cursor() as cursor:
        cursor.execute("; ".join((*_SESSION, f"SET lock_timeout = '{BUSY_SECONDS}s'")))
    connection.commit()


def _begin_postgresql(connection: Connection) -> None:
    # PostgreSQL would let several write at once, each on rows of its own. What a step reads before it writes (is the
    # person's number taken? how many letters went out today?) must stay so until it is committed, as on SQLite.
    if _begun(connection):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ONE_WRITER})")
