"""Views of the queue that somebody saved: a name of their own for filters that they ask for often."""

from __future__ import annotations

from sqlmodel import col, select

from .desk_tables import ViewRow
from .errors import NotStored
from .reading import Reads, Within


class ViewReads(Reads):
    def views(self, user: str) -> tuple[tuple[str, str], ...]:
        """Return the views of a user by name: (name, the query of the queue's address)."""
        query = select(ViewRow.name, ViewRow.query).where(ViewRow.user == user).order_by(col(ViewRow.name))
        with self._session() as session:
            return tuple((name, asked) for name, asked in session.exec(query))


class ViewWrites(Within, ViewReads):
    def put_view(self, user: str, name: str, query: str) -> None:
        """Keep a view; one of the same name is replaced."""
        row = self._own.get(ViewRow, (user, name)) or ViewRow(user=user, name=name, query="")
        row.query = query
        self._own.add(row)
        self._own.flush()

    def drop_view(self, user: str, name: str) -> str:
        """Forget a view and return its query. NotStored: the user has none of this name."""
        row = self._own.get(ViewRow, (user, name))
        if row is None:
            msg = f"view {name!r} of {user}"
            raise NotStored(msg)
        query = row.query
        self._own.delete(row)
        self._own.flush()
        return query
