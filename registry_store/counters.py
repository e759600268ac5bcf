"""Numbers that only grow. They are drawn inside the writing transaction, so a rollback gives them back."""

from __future__ import annotations

from sqlmodel import Session, col, select, update

from .tables import CounterRow


def draw(session: Session, name: str) -> int:
    """Return the next number of the counter `name`; the first is 1."""
    grown = session.exec(update(CounterRow).where(col(CounterRow.name) == name).values(value=CounterRow.value + 1))
    if grown.rowcount == 0:
        session.add(CounterRow(name=name, value=1))
        session.flush()
        return 1
    return read(session, name)


def read(session: Session, name: str) -> int:
    """Return the number drawn last, 0 when none was."""
    return session.exec(select(CounterRow.value).where(CounterRow.name == name)).first() or 0
