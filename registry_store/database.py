"""The database: SQLite by default, PostgreSQL where its URL says so; brought up to date when it is opened."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, inspect, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from .engines import Database, is_sqlite, migrating_engine, open_engines
from .errors import StoreError
from .reading import in_a_line

DRIVER = "the Python package psycopg in the program's own environment: pip install 'psycopg[binary]'"


def open_database(url: str) -> Database:
    """Open and migrate. StoreError: the URL is of no use, or the database is newer than this program."""
    try:
        parsed = make_url(url)
        if is_sqlite(parsed):
            _prepare_file(parsed)
        _migrate(parsed)
        return open_engines(parsed)
    except ImportError as e:  # psycopg itself, or the library of PostgreSQL that psycopg needs
        msg = f"{_shown(url)} needs {DRIVER} ({e})"
        raise StoreError(msg) from e
    except (ArgumentError, NoSuchModuleError) as e:
        msg = f"{_shown(url)} is no usable database URL: {e}. For example: sqlite:////var/lib/inbox-daemon/register.db"
        raise StoreError(msg) from e
    except (SQLAlchemyError, OSError) as e:
        msg = f"the database {_shown(url)} cannot be opened: {in_a_line(e)}"
        raise StoreError(msg) from e


def migrations() -> Config:
    """Return Alembic's configuration for the migrations that lie beside this module."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


def sqlite_file(url: str) -> Path | None:
    """Return the file of an SQLite database, None for another kind of database or no usable URL."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        return None
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


def _shown(url: str) -> str:
    """The URL without its password."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "[store] url"


def _prepare_file(url: URL) -> None:
    """Make the file for its owner alone: it holds IINs. SQLite gives its companions the same rights."""
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        msg = "the store must lie in a file, e.g. sqlite:////var/lib/inbox-daemon/register.db"
        raise StoreError(msg)
    path = Path(url.database)
    if not path.parent.is_dir():
        msg = f"there is no folder {path.parent} for the database; make it first"
        raise StoreError(msg)
    # Only where it is missing: closing any handle on a file drops all POSIX locks that this process has on it, and
    # SQLite's with them (sqlite.org/howtocorrupt.html, 2.2). O_EXCL opens nothing where the file is there.
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


# ---------------------------------------------------------------- migrations


def write_migration(message: str, scratch: Path) -> None:
    """Write the next file of migrations/versions. scratch: where a database may be made to compare with."""
    url = URL.create("sqlite", database=str(scratch))
    _migrate(url)
    config = migrations()
    number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
    with migrating_engine(url).connect() as connection, connection.begin():
        config.attributes["connection"] = connection
        command.revision(config, message, autogenerate=True, rev_id=f"{number:04d}")


def _migrate(url: URL) -> None:
    """Bring the tables up to date, all or nothing; of two processes the second finds it done."""
    script = ScriptDirectory.from_config(migrations())
    engine = migrating_engine(url)
    try:
        with engine.connect() as connection, connection.begin():
            _check_encoding(connection)
            found = MigrationContext.configure(connection).get_current_revision()
            if found != script.get_current_head():
                _check_ours(connection, script, found)
                config = migrations()
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
                _check_references(connection)
            _compare_bytes(connection)
    finally:
        engine.dispose()


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


def _check_encoding(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
        if encoding != "UTF8":
            msg = (
                f"the database is in {encoding}, which does not hold every letter; make it anew: "
                "createdb --encoding=UTF8 --template=template0 …"
            )
            raise StoreError(msg)


def _compare_bytes(connection: Connection) -> None:
    """Let PostgreSQL compare all text byte by byte, as SQLite does, whatever language the database was made for: the
    beginnings of words and numbers are looked up as a range, in which the last character there is stands last."""
    if connection.dialect.name == "postgresql":
        columns: dict[str, list[str]] = {}
        for table, column in connection.exec_driver_sql(_IN_SOME_LANGUAGE):
            columns.setdefault(table, []).append(column)
        for table, ours in columns.items():
            changes = ", ".join(f'ALTER COLUMN "{column}" TYPE text COLLATE "C"' for column in ours)
            connection.exec_driver_sql(f'ALTER TABLE "{table}" {changes}')


_IN_SOME_LANGUAGE = """
    SELECT c.relname, a.attname
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
      AND c.relkind = 'r' AND NOT a.attisdropped
      AND a.atttypid = 'text'::regtype AND a.attcollation <> 'pg_catalog."C"'::regcollation
    ORDER BY c.relname, a.attnum
"""
