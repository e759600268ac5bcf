"""The daemon's diary: its looks through the mailbox (§6), and small named values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from sqlmodel import col, select

from .errors import NotStored
from .reading import Reads, Within
from .records import LookRecord
from .tables import LookRow, NoteRow


class DiaryReads(Reads):
    def looks(self, limit: int | None = 100) -> tuple[LookRecord, ...]:
        """Return the looks through the mailbox, newest first."""
        query = select(LookRow).order_by(col(LookRow.began).desc(), col(LookRow.id).desc()).limit(limit)
        with self._session() as session:
            return tuple(_look(row) for row in session.exec(query))

    def last_complete_look(self) -> LookRecord | None:
        """Return the look that began last among those that read every folder to its end."""
        query = select(LookRow).where(col(LookRow.complete).is_(True))
        with self._session() as session:
            # The limit matters: without it every look ever made would be fetched for this one.
            row = session.exec(query.order_by(col(LookRow.began).desc(), col(LookRow.id).desc()).limit(1)).first()
            return None if row is None else _look(row)

    def note(self, key: str) -> str | None:
        """Return what was put under `key`, None when nothing was."""
        with self._session() as session:
            return session.exec(select(NoteRow.value).where(NoteRow.key == key)).first()


class DiaryWrites(Within, DiaryReads):
    def begin_look(self, at: datetime) -> int:
        """Note that a look through all folders begins; return its id."""
        row = LookRow(began=at, ended=None, folders="{}", error="")
        self._own.add(row)
        self._own.flush()
        assert row.id is not None
        return row.id

    def end_look(self, id: int, at: datetime, complete: bool, folders: Mapping[str, int], error: str = "") -> None:
        """Note how a look ended. folders: folder → mails seen. NotStored: no look has this id."""
        row = self._own.get(LookRow, id)
        if row is None:
            msg = f"look {id}"
            raise NotStored(msg)
        row.ended, row.complete, row.error = at, complete, error
        row.folders = json.dumps(dict(folders), ensure_ascii=False)
        self._own.flush()

    def put_note(self, key: str, value: str) -> None:
        """Keep a small named value in place of the one before."""
        row = self._own.get(NoteRow, key) or NoteRow(key=key)
        row.value = value
        self._own.add(row)
        self._own.flush()


def _look(row: LookRow) -> LookRecord:
    return LookRecord(
        began=row.began,
        ended=row.ended,
        complete=row.complete,
        folders=json.loads(row.folders),
        error=row.error,
    )
