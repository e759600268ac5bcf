"""What the commands share: the type of argparse's sub-commands, a typed moment, progress on a terminal."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TypeAlias, TypeVar

from inbox_daemon.order.workdays import ALMATY

# The public name that argparse does not give it.
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

T = TypeVar("T")


def moment(text: str) -> datetime:
    """Return a typed moment; without an offset it is one of Asia/Almaty."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        message = f"{text!r} is no ISO 8601 date and time, such as 2026-10-30T09:00:05"
        raise argparse.ArgumentTypeError(message) from None
    return found.replace(tzinfo=ALMATY) if found.tzinfo is None else found


def with_progress(items: Iterable[T], what: str, total: int) -> Iterator[T]:
    """Yield the items and show how far it is, on a terminal only."""
    if not sys.stderr.isatty() or total < 2:
        yield from items
        return
    for number, item in enumerate(items, 1):
        print(f"\r{what} {number} of {total}", end="", file=sys.stderr, flush=True)
        yield item
    print("\r\x1b[K", end="", file=sys.stderr, flush=True)
