"""The store: everything that lasts, behind two faces.

`Store` reads, each time from a transaction of its own. `Writing` is one transaction in which everything
that belongs together is written: the case, its journal, the letters, the outcome of the mail.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlmodel import Session

from .accounts import AccountReads, AccountWrites
from .case_notes import CaseNoteReads, CaseNoteWrites
from .cases import CaseReads, CaseWrites
from .database import open_database
from .diary import DiaryReads, DiaryWrites
from .engines import Database
from .entries import EntryReads, EntryWrites
from .mail_finding import MailFinding, MailWords
from .mails import MailReads, MailWrites
from .outbox import LetterReads, LetterWrites
from .queue import QueueReads
from .reading import Within, transaction
from .records import Letter, State
from .views import ViewReads, ViewWrites


class Reading(
    CaseReads,
    EntryReads,
    LetterReads,
    MailReads,
    MailFinding,
    DiaryReads,
    AccountReads,
    CaseNoteReads,
    QueueReads,
    ViewReads,
):
    """All that can be asked."""


class Snapshot(Within, Reading):
    """All questions answered as of one moment, whatever others write meanwhile."""


class Writing(
    CaseWrites,
    EntryWrites,
    LetterWrites,
    MailWrites,
    MailWords,
    DiaryWrites,
    AccountWrites,
    CaseNoteWrites,
    ViewWrites,
):
    """One writing transaction, which reads what it has written itself."""


class Store(Reading):
    """The open store. May be used by several threads; several processes may have it open."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def close(self) -> None:
        self._database.dispose()

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """One transaction: committed at the end, nothing is written when anything is raised.

        StoreBusy: others held the database for too long, or it cannot be written.
        """
        with transaction(self._database.writer) as session:
            yield Writing(session)

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Read several things as of one moment."""
        with transaction(self._database.reader) as session:
            yield Snapshot(session)

    def claim_letter(self, id: int, while_in: Collection[State] | None = None) -> Letter | None:
        """Take a waiting letter for sending, in a transaction of its own; None when somebody was faster, or its case
        is in none of the states `while_in`."""
        with self.writing() as writing:
            return writing.claim(id, while_in)

    def _session(self) -> AbstractContextManager[Session]:
        return transaction(self._database.reader)


class Rehearsal(Store):
    """The same store, where every writing transaction is undone at its end: what would be written can be seen
    from within it, and nothing is."""

    def __init__(self, store: Store) -> None:
        super().__init__(store._database)

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """One transaction, always taken back."""
        try:
            with super().writing() as writing:
                yield writing
                raise _Undo
        except _Undo:
            return


class _Undo(Exception):
    """Takes a transaction back."""


def open_store(url: str) -> Store:
    """Open the store at an SQLAlchemy URL, e.g. "sqlite:////var/lib/inbox-daemon/register.db" or
    "postgresql:///register".

    A new database is made, an older one is brought to today's tables. StoreError: the URL is of no use,
    or the database was written by a newer version.
    """
    return Store(open_database(url))
