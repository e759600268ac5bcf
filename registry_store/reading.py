"""What all nouns of the store stand on: a session to read with."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlmodel import Session

from .errors import StoreBusy


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
    except (OperationalError, NoConnection) as e:
        msg = f"the database does not answer: {getattr(e, 'orig', None) or e}"
        raise StoreBusy(msg) from e
