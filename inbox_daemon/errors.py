"""The few named errors of the daemon. `commands.py` alone prints them, without a traceback."""

from __future__ import annotations


class InboxError(Exception):
    """An error that a person can act on: its text says what happened, where, and what to do."""


class SettingsError(InboxError):
    """Something is wrong in a file that a person wrote. problems: all of them, one sentence each."""

    def __init__(self, where: str, problems: tuple[str, ...]) -> None:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__("\n".join([f"{where}: {count}", *(f"  - {p}" for p in problems)]))
        self.where, self.problems = where, problems


class NotForeseen(InboxError):
    """The Order's table has no row for this event in this state. Nothing has changed."""


class NotAllowed(InboxError):
    """The Order does not allow this act now; the text says why. Nothing has changed.

    code: a key of the desk's sentences; detail: which field, day or number it is about.
    """

    def __init__(self, message: str, code: str = "other", detail: str = "") -> None:
        super().__init__(message)
        self.code, self.detail = code, detail
