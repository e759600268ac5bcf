"""Words by which a mail is found; mails that were read before have none until they are read again

Revision: 0009, after: 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "mail_words",
        sa.Column("arrival", sa.Integer(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False, comment="index only; derived"),
        sa.ForeignKeyConstraint(["arrival"], ["arrivals.id"], name=op.f("fk_mail_words_arrival")),
        sa.PrimaryKeyConstraint("arrival", "word", name=op.f("pk_mail_words")),
    )
    with op.batch_alter_table("mail_words", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_words_word_arrival"), ["word", "arrival"], unique=False)
