"""How many cases there are of each kind is kept, and no longer counted for each page.

Revision: 0007, after: 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

INTO = "INSERT INTO case_counts (what, value, n) "
FILL = (
    *(
        f"SELECT '{one}', {one}, count(*) FROM cases WHERE queue_day IS NOT NULL AND {one} IS NOT NULL GROUP BY {one}"
        for one in ("state", "kind", "applicant", "region")
    ),
    "SELECT 'due', CAST(queue_day AS TEXT) || ' ' || state, count(*) FROM cases"
    " WHERE queue_day IS NOT NULL GROUP BY queue_day, state",
    "SELECT 'came', CAST(came_on AS TEXT), count(*) FROM cases WHERE came_on IS NOT NULL GROUP BY came_on",
    "SELECT 'decided', CAST(decided_on AS TEXT), count(*) FROM cases WHERE decided_on IS NOT NULL GROUP BY decided_on",
    "SELECT 'ask', value, count(*) FROM case_keys WHERE kind = 'ask' GROUP BY value",
)


def upgrade() -> None:
    op.create_table(
        "case_counts",
        sa.Column("what", sa.Text(), nullable=False, comment="index only; derived"),
        sa.Column("value", sa.Text(), nullable=False, comment="index only; derived"),
        sa.Column("n", sa.Integer(), nullable=False, comment="index only; derived"),
        sa.PrimaryKeyConstraint("what", "value", name=op.f("pk_case_counts")),
    )
    for counted in FILL:
        op.execute(INTO + counted)
