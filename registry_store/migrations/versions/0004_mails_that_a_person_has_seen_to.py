"""Mails that a person has seen to

Revision: 0004, after: 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    with op.batch_alter_table("arrivals", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "cleared_at",
                sa.DateTime(timezone=True),
                nullable=True,
                comment="a person saw that there is nothing to do",
            )
        )
