"""The rows of a release on their way into several files: read from the store once, read from disk many times."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from .rows import Row


class Spool:
    """Rows in a file of their own; iterating reads them from the beginning. count: how many."""

    def __init__(self, path: Path, rows: Iterable[Row]) -> None:
        self._path = path
        self.count = 0
        with path.open("w", encoding="utf-8") as file:
            for row in rows:
                file.write(json.dumps([row.number, row.kk, row.ru], ensure_ascii=False))
                file.write("\n")
                self.count += 1

    def __iter__(self) -> Iterator[Row]:
        with self._path.open(encoding="utf-8") as file:
            for line in file:
                number, kk, ru = json.loads(line)
                yield Row(number, tuple(kk), tuple(ru))

    def remove(self) -> None:
        self._path.unlink()
