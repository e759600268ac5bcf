"""What all nouns of the store stand on: a session to read with."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import DataError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlmodel import Session

from .errors import NotStored, StoreBusy


class Reads(ABC):
    """`Store` reads in a transaction of its own each time, `Writing` and `Snapshot` in the one they stand for."""

    @abstractmethod
    def _session(self) -> AbstractContextManager[Session]: ...


class Within(Reads):
    """Everything happens in one given transaction."""

    def __init__(self, session: Session) -> None:
        self._own = session

    @contextmanager
    def _session(self) -> Iterator[Session]:
        yield self._own


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """One transaction: committed at the end, rolled back when anything is raised."""
    try:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session
    except (OperationalError, InternalError, NoConnection) as e:  # InternalError: PostgreSQL lets nobody write now
        msg = f"the database does not answer: {in_a_line(e)}"
        raise StoreBusy(msg) from e
    except (DataError, OverflowError) as e:
        msg = f"nothing in the database is like that: {in_a_line(e)}"
        raise NotStored(msg) from e


def in_a_line(error: Exception) -> str:
    """Return what a database said, in one line."""
    return " ".join(str(getattr(error, "orig", None) or error).split())
