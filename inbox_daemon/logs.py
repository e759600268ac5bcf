"""Logs in English, without personal data: a traceback keeps its lines of code and loses its message."""

from __future__ import annotations

import logging
import traceback


def where(error: BaseException) -> str:
    """Return where an error came from, without its message, which may quote a mail."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"{type(error).__name__}\n{frames}".rstrip()


def set_up(level: str) -> None:
    """Write the log to standard error, where systemd's journal or a terminal picks it up."""
    logging.basicConfig(level=level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True)
    # It tells every tick, and nobody reads that.
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
