"""What clerks write to each other about a case. Notes are no steps of the case: they change neither its state nor its
clock nor its version, so an act that can be taken back still can, and nobody else's click is refused for a note."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, func, select

from .desk_tables import CaseNoteRow
from .errors import NotStored
from .reading import Reads, Within
from .records import CaseNumber


@dataclass(frozen=True, slots=True)
class CaseNote:
    """One note. to: the account that is asked, empty for all. answers: the note that it answers. read_at: when
    the one who is asked had seen to it."""

    id: int
    case: CaseNumber
    at: datetime
    by: str
    words: str
    to: str = ""
    answers: int | None = None
    read_at: datetime | None = None


class CaseNoteReads(Reads):
    def case_note(self, id: int) -> CaseNote:
        """Return one note. NotStored: there is none."""
        with self._session() as session:
            row = session.get(CaseNoteRow, id)
            if row is None:
                msg = f"note {id}"
                raise NotStored(msg)
            return _note(row)

    def case_notes(self, case: CaseNumber) -> tuple[CaseNote, ...]:
        """Return the notes about a case, oldest first."""
        query = select(CaseNoteRow).where(CaseNoteRow.case == case).order_by(col(CaseNoteRow.id))
        with self._session() as session:
            return tuple(_note(row) for row in session.exec(query))

    def notes_to(self, user: str, limit: int = 50) -> tuple[CaseNote, ...]:
        """Return the notes that ask this account and that it has not seen to, oldest first."""
        query = select(CaseNoteRow).where(CaseNoteRow.to == user, col(CaseNoteRow.read_at).is_(None))
        with self._session() as session:
            return tuple(_note(row) for row in session.exec(query.order_by(col(CaseNoteRow.id)).limit(limit)))

    def count_notes_to(self, user: str) -> int:
        """Return how many notes ask this account and were not seen to."""
        query = select(func.count()).select_from(CaseNoteRow)
        with self._session() as session:
            return session.exec(query.where(CaseNoteRow.to == user, col(CaseNoteRow.read_at).is_(None))).one()


class CaseNoteWrites(Within, CaseNoteReads):
    def add_case_note(
        self, case: CaseNumber, words: str, *, by: str, at: datetime, to: str = "", answers: int | None = None
    ) -> int:
        """Keep a note; return its id."""
        row = CaseNoteRow(case=case, at=at, by=by, said=words, to=to, answers=answers, read_at=None)
        self._own.add(row)
        self._own.flush()
        assert row.id is not None
        return row.id

    def case_note_read(self, id: int, at: datetime) -> None:
        """Note that the one who is asked has seen to it. The first moment stands. NotStored: there is none."""
        row = self._own.get(CaseNoteRow, id)
        if row is None:
            msg = f"note {id}"
            raise NotStored(msg)
        row.read_at = row.read_at or at
        self._own.flush()


def _note(row: CaseNoteRow) -> CaseNote:
    assert row.id is not None
    return CaseNote(row.id, row.case, row.at, row.by, row.said, row.to, row.answers, row.read_at)
