"""Kill the daemon at the n-th moment that matters: before a commit, and before and after whatever others see.

A kill is a BaseException that nothing may catch, and after it the process is dead: whatever it still tries
(a `finally`, say) is killed too, as nothing runs after kill -9.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from inbox_daemon.folders import FolderMailbox, FolderPostman
from inbox_daemon.letters.postman import Delivery
from inbox_daemon.mailbox.mailbox import Arrived, Shelf
from registry_store.records import Place
from registry_store.store import Store, Writing


class Killed(BaseException):
    """The process is gone."""


@dataclass(slots=True)
class Reaper:
    """Counts the moments and strikes at one of them. at: which, counted from 1; 0 for none.

    passed: the names of the moments so far. struck_at: the moment at which it did strike.
    """

    at: int = 0
    passed: list[str] = field(default_factory=list)
    struck_at: int = 0
    _dead: bool = False
    _elsewhere: int = 0

    def moment(self, name: str) -> None:
        """Here the process may die."""
        if self._elsewhere:
            return
        if self._dead:
            raise Killed(name)
        self.passed.append(name)
        if len(self.passed) == self.at:
            self.struck_at, self._dead = self.at, True
            raise Killed(name)

    @contextmanager
    def elsewhere(self) -> Iterator[None]:
        """What a server does is not ours to die in."""
        self._elsewhere += 1
        try:
            yield
        finally:
            self._elsewhere -= 1

    @contextmanager
    def around(self, name: str) -> Iterator[None]:
        """An act of a server: we may die before it, and after it before we know."""
        self.moment(f"before {name}")
        with self.elsewhere():
            yield
        self.moment(f"after {name}")

    def revive(self) -> None:
        """From now on a fresh process lives, and lives on."""
        self.at, self._dead = 0, False


class MortalMailbox:
    """A mailbox kept by folders whose user may die."""

    def __init__(self, folder: Path, reaper: Reaper) -> None:
        self._inner, self._reaper = FolderMailbox(folder), reaper

    def __enter__(self) -> Self:
        self._inner.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._inner.__exit__(kind, error, trace)

    def folders(self) -> tuple[str, ...]:
        return self._inner.folders()

    def list(self, folder: str) -> tuple[Place, ...]:
        return self._inner.list(folder)

    def fetch(self, place: Place) -> Arrived:
        return self._inner.fetch(place)

    def move(self, place: Place, to: Shelf) -> None:
        with self._reaper.around("move"):
            self._inner.move(place, to)

    def wait(self, seconds: float) -> bool:
        return self._inner.wait(seconds)


class MortalPostman:
    """A postman kept by folders whose sender may die."""

    def __init__(self, folder: Path, reaper: Reaper) -> None:
        self._inner, self._reaper = FolderPostman(folder), reaper

    def send(self, raw: bytes, envelope_from: str, recipients: tuple[str, ...]) -> Delivery:
        with self._reaper.around("send"):
            return self._inner.send(raw, envelope_from, recipients)


def make_mortal(monkeypatch: pytest.MonkeyPatch, reaper: Reaper) -> None:
    """Let every commit of every store, and every rename of the archive and of a release, be a moment."""
    writing, rename, replace = Store.writing, Path.rename, Path.replace

    @contextmanager
    def mortal_writing(store: Store) -> Iterator[Writing]:
        with writing(store) as transaction:
            yield transaction
            reaper.moment("commit")

    def mortal(act: Any, name: str) -> Any:
        def renamed(path: Path, target: Any) -> Any:
            reaper.moment(f"before {name}")
            done = act(path, target)
            reaper.moment(f"after {name}")
            return done

        return renamed

    monkeypatch.setattr(Store, "writing", mortal_writing)
    monkeypatch.setattr(Path, "rename", mortal(rename, "rename"))
    monkeypatch.setattr(Path, "replace", mortal(replace, "replace"))
