"""Notes that clerks write to each other about a case

Revision: 0005, after: 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "case_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("to", sa.Text(), nullable=False, comment="the account that is asked; empty: nobody in particular"),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["answers"], ["case_notes.id"], name=op.f("fk_case_notes_answers")),
        sa.ForeignKeyConstraint(["case"], ["cases.number"], name=op.f("fk_case_notes_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_notes")),
    )
    with op.batch_alter_table("case_notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_notes_case"), ["case"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_notes_to_read_at"), ["to", "read_at"], unique=False)
