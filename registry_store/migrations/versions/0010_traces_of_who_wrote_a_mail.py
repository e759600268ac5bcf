"""Traces of who wrote a mail: the daemon reads those of open cases again, and refuses nobody before it has.

Revision: 0010, after: 0009.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

UNTRACED = "mails without traces"


def upgrade() -> None:
    arrivals = sa.table("arrivals", sa.column("id", sa.Integer()))
    notes = sa.table("notes", *(sa.column(name, sa.Text()) for name in ("key", "value")))
    connection = op.get_bind()
    last = connection.scalar(sa.select(sa.func.max(arrivals.c.id)))
    if last is not None:
        connection.execute(notes.insert().values(key=UNTRACED, value=str(last)))
