"""What the commands share: the type of argparse's sub-commands, the opened desk, progress on a terminal."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from typing import TypeAlias, TypeVar

# The public name that argparse does not give it.
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

T = TypeVar("T")


def with_progress(items: Iterable[T], what: str, total: int) -> Iterator[T]:
    """Yield the items and show how far it is, on a terminal only."""
    if not sys.stderr.isatty() or total < 2:
        yield from items
        return
    for number, item in enumerate(items, 1):
        print(f"\r{what} {number} of {total}", end="", file=sys.stderr, flush=True)
        yield item
    print("\r\x1b[K", end="", file=sys.stderr, flush=True)
