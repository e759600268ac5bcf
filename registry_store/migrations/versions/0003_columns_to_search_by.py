"""Columns to search by, and the case before a step that can be taken back.

Revision: 0003, after: 0002.
"""

import json
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ALMATY = ZoneInfo("Asia/Almaty")
OPEN = {"received", "incomplete", "complete", "with_clerk", "rework_sent", "awaiting_rework"}


def upgrade() -> None:
    op.create_table(
        "entry_words",
        sa.Column("word", sa.Text(), nullable=False, comment="index only; derived"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["entries.number"], name=op.f("fk_entry_words_number")),
        sa.PrimaryKeyConstraint("word", "number", name=op.f("pk_entry_words")),
    )
    with op.batch_alter_table("entry_words", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entry_words_number"), ["number"], unique=False)

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "queue_day",
                sa.Date(),
                nullable=True,
                comment="index only; derived: due, or the last day of all; null for an ended case",
            )
        )
        batch_op.add_column(sa.Column("applicant", sa.Text(), nullable=True, comment="index only; derived"))
        batch_op.add_column(sa.Column("region", sa.Text(), nullable=True, comment="index only; derived"))
        batch_op.add_column(sa.Column("came_on", sa.Date(), nullable=True, comment="index only; derived"))
        batch_op.add_column(sa.Column("decided_on", sa.Date(), nullable=True, comment="index only; derived"))
        batch_op.add_column(
            sa.Column(
                "undo", sa.Text(), nullable=True, comment="Case before the last step, where that can be taken back"
            )
        )
        batch_op.create_index(batch_op.f("ix_cases_came_on"), ["came_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_decided_on"), ["decided_on"], unique=False)
        batch_op.create_index(
            "ix_cases_state_queue_day",
            ["state", "queue_day", "number", "kind", "applicant", "region"],
            unique=False,
        )
        batch_op.create_index(
            "ix_cases_queue", ["queue_day", "number", "state", "kind", "applicant", "region"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_cases_state_number"), ["state", "number"], unique=False)

    with op.batch_alter_table("entry_versions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entry_versions_at"), ["at"], unique=False)

    with op.batch_alter_table("case_keys", schema=None) as batch_op:
        batch_op.drop_index("ix_case_keys_kind_value")
        batch_op.create_index("ix_case_keys_kind_value_case", ["kind", "value", "case"], unique=False)

    _fill()


def _fill() -> None:
    """What the store writes with each step is written for the cases that are there already."""
    cases = sa.table(
        "cases",
        *(sa.column(name) for name in ("number", "state", "payload", "applicant")),
        *(sa.column(name, sa.Date()) for name in ("due", "queue_day", "came_on", "decided_on")),
    )
    connection = op.get_bind()
    for number, state, due, payload in connection.execute(
        sa.select(cases.c.number, cases.c.state, cases.c.due, cases.c.payload)
    ).fetchall():
        case = json.loads(payload)
        connection.execute(
            cases.update()
            .where(cases.c.number == number)
            .values(
                queue_day=(due or date.max) if state in OPEN else None,
                applicant=(case.get("verdict") or {}).get("applicant"),
                came_on=_day(case.get("received")),
                decided_on=_day(case.get("decided_at")),
            )
        )


def _day(moment: str | None) -> date | None:
    return None if moment is None else datetime.fromisoformat(moment).astimezone(ALMATY).date()
