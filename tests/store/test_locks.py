"""The locks of a store outlive everything that its own process does with the file."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from registry_store.database import open_database

OPENED_AND_CLOSED = """
import sqlite3, sys
store = sqlite3.connect(sys.argv[1])
store.execute("CREATE TABLE IF NOT EXISTS beside (n INTEGER)")
store.execute("INSERT INTO beside VALUES (1)")
store.commit()
store.close()
"""


def test_opening_a_store_twice_keeps_its_locks_beside_a_second_process(tmp_path: Path) -> None:
    """The kind: a file that SQLite has open is opened and closed by other means in the same process. POSIX then drops
    the process's locks, and the next process that closes the store takes itself for the last and deletes its log."""
    file = tmp_path / "register.db"
    open_database(f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as first:
        first.execute("SELECT count(*) FROM sqlite_master").fetchone()
        open_database(f"sqlite:///{file}")
        log = Path(f"{file}-wal")
        before = log.stat().st_ino
        subprocess.run([sys.executable, "-c", OPENED_AND_CLOSED, str(file)], check=True)
        assert log.is_file()
        assert log.stat().st_ino == before
        first.execute("INSERT INTO beside VALUES (2)")
        first.commit()
        with closing(sqlite3.connect(file)) as other:
            assert other.execute("SELECT sum(n) FROM beside").fetchone() == (3,)
