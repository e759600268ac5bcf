"""Views that somebody saved; words to search by as they are typed without the Kazakh letters.

Revision: 0006, after: 0005.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from registry_store.folded import words_of

revision = "0006"
down_revision = "0005"

AT_ONCE = 5_000

Word = sa.ColumnClause[str]
Which = sa.ColumnElement[bool]


def upgrade() -> None:
    op.create_table(
        "views",
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False, comment="of the queue's address"),
        sa.ForeignKeyConstraint(["user"], ["users.name"], name=op.f("fk_views_user")),
        sa.PrimaryKeyConstraint("user", "name", name=op.f("pk_views")),
    )
    keys = sa.table("case_keys", *(sa.column(name) for name in ("case", "kind", "value")))
    _fold(keys, keys.c.case, keys.c.value, keys.c.kind == "word")
    entries = sa.table("entry_words", *(sa.column(name) for name in ("number", "word")))
    _fold(entries, entries.c.number, entries.c.word, sa.true())


def _fold(table: sa.TableClause, whose: sa.ColumnClause[str], word: Word, which: Which) -> None:
    """Write each word as it is searched for from now on; whoever has that word already keeps it once."""
    connection = op.get_bind()
    for written in _words(connection, word, which):
        folded = "".join(words_of(written))
        if folded == written:
            continue
        here = sa.and_(which, word == written)
        has = sa.select(whose).where(which, word == folded)
        connection.execute(table.delete().where(here, whose.in_(has)))
        connection.execute(table.update().where(here).values({word.name: folded}))


def _words(connection: sa.Connection, word: Word, which: Which) -> Iterator[str]:
    """All words there are, some at a time: a register has many."""
    last = ""
    while found := connection.scalars(
        sa.select(word).distinct().where(which, word > last).order_by(word).limit(AT_ONCE)
    ).all():
        last = found[-1]
        yield from found
