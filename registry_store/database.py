"""The connection: SQLite by default, any SQLAlchemy URL otherwise; brought up to date when it is opened."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, inspect, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from .errors import StoreError

_BUSY_SECONDS = 30  # how long one process waits for another one's transaction


@dataclass(frozen=True, slots=True)
class Database:
    """One pool of connections with three ways to begin."""

    reader: Engine
    writer: Engine
    snapshot: Engine

    def dispose(self) -> None:
        self.reader.dispose()


def open_database(url: str) -> Database:
    """Open and migrate. StoreError: the URL is of no use, or the database is newer than this program."""
    try:
        parsed = make_url(url)
        if _is_sqlite(parsed):
            _prepare_file(parsed)
        _migrate(parsed)
        return _open(parsed)
    except ModuleNotFoundError as e:
        msg = f"{_shown(url)} needs the Python package {e.name}; for PostgreSQL: pip install 'inbox-daemon[postgresql]'"
        raise StoreError(msg) from e
    except (ArgumentError, NoSuchModuleError) as e:
        msg = f"{_shown(url)} is no usable database URL: {e}. For example: sqlite:////var/lib/inbox-daemon/register.db"
        raise StoreError(msg) from e
    except (SQLAlchemyError, OSError) as e:
        msg = f"the database {_shown(url)} cannot be opened: {getattr(e, 'orig', None) or e}"
        raise StoreError(msg) from e


def migrations() -> Config:
    """Return Alembic's configuration for the migrations that lie beside this module."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


def _open(url: URL) -> Database:
    if not _is_sqlite(url):
        engine = create_engine(url, pool_pre_ping=True)
        return Database(engine, engine, engine.execution_options(isolation_level="REPEATABLE READ"))
    engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return Database(engine, engine.execution_options(sqlite_begin="IMMEDIATE"), engine)


def sqlite_file(url: str) -> Path | None:
    """Return the file of an SQLite database, None for another kind of database or no usable URL."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        return None
    return Path(parsed.database) if _is_sqlite(parsed) and parsed.database else None


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _shown(url: str) -> str:
    """The URL without its password."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "[store] url"


# ---------------------------------------------------------------- SQLite


def _prepare_file(url: URL) -> None:
    """Make the file for its owner alone: it holds IINs. SQLite gives its companions the same rights."""
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        msg = "the store must lie in a file, e.g. sqlite:////var/lib/inbox-daemon/register.db"
        raise StoreError(msg)
    path = Path(url.database)
    if not path.parent.is_dir():
        msg = f"there is no folder {path.parent} for the database; make it first"
        raise StoreError(msg)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # Python's own half-automatic BEGIN off: SQLAlchemy's "begin" event says it (see _begin_sqlite).
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # a committed step survives a power cut
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once; one that read first could not be let in later (SQLITE_BUSY).
    how = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {how}")


# ---------------------------------------------------------------- migrations


def write_migration(message: str, scratch: Path) -> None:
    """Write the next file of migrations/versions. scratch: where a database may be made to compare with."""
    url = URL.create("sqlite", database=str(scratch))
    _migrate(url)
    config = migrations()
    number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
    with _migrating_engine(url).connect() as connection, connection.begin():
        config.attributes["connection"] = connection
        command.revision(config, message, autogenerate=True, rev_id=f"{number:04d}")


def _migrate(url: URL) -> None:
    """Bring the tables up to date, all or nothing; of two processes the second finds it done."""
    script = ScriptDirectory.from_config(migrations())
    engine = _migrating_engine(url)
    try:
        with engine.connect() as connection, connection.begin():
            found = MigrationContext.configure(connection).get_current_revision()
            if found == script.get_current_head():
                return
            _check_ours(connection, script, found)
            config = migrations()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            _check_references(connection)
    finally:
        engine.dispose()


def _migrating_engine(url: URL) -> Engine:
    if not _is_sqlite(url):
        return create_engine(url, poolclass=NullPool)
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": _BUSY_SECONDS})
    event.listen(engine, "connect", _set_up_sqlite)
    # A table is changed by making it anew; while foreign keys are watched, that would empty what hangs on it.
    event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA foreign_keys = OFF"))
    event.listen(engine, "begin", _begin_sqlite)
    return engine.execution_options(sqlite_begin="IMMEDIATE")


def _check_ours(connection: Connection, script: ScriptDirectory, found: str | None) -> None:
    if found is not None and found not in {s.revision for s in script.walk_revisions()}:
        msg = f"the database was written by a newer version of this program (tables {found}); install that version"
        raise StoreError(msg)
    if found is None and (others := inspect(connection).get_table_names()):
        msg = f"the database belongs to something else: it holds {', '.join(sorted(others)[:5])}"
        raise StoreError(msg)


def _check_references(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken: Any = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            msg = f"the migration would have broken {len(broken)} references; nothing was changed"
            raise StoreError(msg)
