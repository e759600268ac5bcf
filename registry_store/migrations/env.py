"""Alembic runs this. The connection comes from database.py, which also commits."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

import registry_store.desk_tables  # noqa: F401  makes its tables known
from registry_store.columns import Moment, Words
from registry_store.tables import Table


def plainly(kind: str, thing: Any, _autogen: Any) -> str | Literal[False]:
    """Our column types differ from the plain ones in Python only; a migration stays free of our code."""
    if kind == "type" and isinstance(thing, Words):
        return "sa.Text()"
    if kind == "type" and isinstance(thing, Moment):
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,
    render_item=plainly,
    compare_type=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
