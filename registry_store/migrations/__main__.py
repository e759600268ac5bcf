"""Write the next migration: what turns the tables of the migrations so far into those of tables.py.

Read and mend what comes out: it runs on SQLite and on PostgreSQL. A new NOT NULL column needs a `server_default`, or a
filled table refuses it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from registry_store.database import write_migration

if len(sys.argv) != 2:
    sys.exit('usage: python -m registry_store.migrations "what and why"')
with tempfile.TemporaryDirectory() as folder:
    write_migration(sys.argv[1], Path(folder) / "as-migrated.db")
