"""The clock on the wall, for wiring and for commands that need nothing else of it."""

from __future__ import annotations

from datetime import UTC, datetime


def wall_clock() -> datetime:
    """Return the time now, in UTC."""
    return datetime.now(UTC)
