"""Columns by which the register is searched; who and what is behind each version of an entry

Revision: 0008, after: 0007.
"""

import json
from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    with op.batch_alter_table("entries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("region", sa.Text(), nullable=True, comment="index only; derived: ISO 3166-2"))
        batch_op.add_column(
            sa.Column(
                "standing",
                sa.Text(),
                server_default="listed",
                nullable=False,
                comment="index only; derived: listed, stopped or undone",
            )
        )
        batch_op.add_column(
            sa.Column(
                "one_language",
                sa.Boolean(),
                server_default=sa.false(),
                nullable=False,
                comment="index only; derived: some words stand in one language",
            )
        )
        batch_op.add_column(
            sa.Column(
                "contacts_held_until",
                sa.Date(),
                nullable=True,
                comment="index only; derived: the last day on which a minor's contacts are held back",
            )
        )
        batch_op.create_index("ix_entries_list_kind", ["kind", "number", "region", "standing"], unique=False)
        batch_op.create_index("ix_entries_list_region", ["region", "number", "kind", "standing"], unique=False)
        batch_op.create_index("ix_entries_list_standing", ["standing", "number", "kind", "region"], unique=False)
        batch_op.create_index(
            "ix_entries_list_language", ["one_language", "number", "kind", "region", "standing"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_entries_contacts_held_until"), ["contacts_held_until"], unique=False)
    with op.batch_alter_table("entry_versions", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "stamp",
                sa.Integer(),
                server_default="0",
                nullable=False,
                comment="the register's count of changes with this one",
            )
        )
        batch_op.add_column(
            sa.Column(
                "case",
                sa.Text(),
                nullable=True,
                comment="behind this version; null where a person decided without one",
            )
        )
        batch_op.add_column(
            sa.Column(
                "by", sa.Text(), server_default="", nullable=False, comment="the clerk's account; empty: by itself"
            )
        )
        batch_op.add_column(sa.Column("why", sa.Text(), server_default="", nullable=False))
        batch_op.create_index(batch_op.f("ix_entry_versions_stamp_number"), ["stamp", "number"], unique=False)
    _fill_entries()
    _fill_versions()


def _fill_entries() -> None:
    """What the store writes with each entry is written for those that are there already."""
    entries = sa.table(
        "entries",
        *(sa.column(name) for name in ("number", "payload", "region", "standing")),
        sa.column("one_language", sa.Boolean()),
        sa.column("contacts_held_until", sa.Date()),
    )
    connection = op.get_bind()
    for number, payload in connection.execute(sa.select(entries.c.number, entries.c.payload)).fetchall():
        entry = json.loads(payload)
        facts = entry["facts"]
        held = None if entry.get("contacts_public") else facts.get("minor_until")
        connection.execute(
            entries.update()
            .where(entries.c.number == number)
            .values(
                region=(facts.get("region") or {}).get("iso"),
                standing="undone" if entry.get("undone") else "stopped" if entry.get("stop") else "listed",
                one_language=_in_one_language(entry),
                contacts_held_until=None if held is None else date.fromisoformat(held),
            )
        )


def _in_one_language(entry: dict[str, Any]) -> bool:
    programmes = entry.get("programmes") or ()
    texts = [entry["facts"]["name"], *(one[k] for one in programmes for k in ("name", "place_time", "requirements"))]
    return any(
        bool(one.get("kk")) != bool(one.get("ru")) and any(c.isalpha() for c in one.get("kk") or one.get("ru"))
        for one in texts
    )


def _fill_versions() -> None:
    """Each change of the register was one version: they are counted as they were written. Of who changed an entry
    later nothing was kept; the case that made or stopped it is known."""
    versions = sa.table(
        "entry_versions", *(sa.column(name) for name in ("number", "version", "at", "payload", "stamp", "case"))
    )
    connection = op.get_bind()
    said = sa.text("SELECT value FROM counters WHERE name = 'register stamp'")
    rows = connection.execute(
        sa.select(versions.c.number, versions.c.version, versions.c.payload).order_by(
            versions.c.at, versions.c.number, versions.c.version
        )
    ).fetchall()
    before = (connection.execute(said).scalar() or len(rows)) - len(rows)
    stopped: set[int] = set()
    for place, (number, version, payload) in enumerate(rows, 1):
        entry = json.loads(payload)
        stop = entry.get("stop")
        case = entry["case"] if version == 1 else stop["case"] if stop and number not in stopped else None
        if stop:
            stopped.add(number)
        connection.execute(
            versions.update()
            .where(versions.c.number == number, versions.c.version == version)
            .values(stamp=before + place, case=case)
        )
