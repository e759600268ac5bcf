"""Why a file could not be read, in the words of `readings.Unreadable`."""

from __future__ import annotations

from typing import Literal

Reason = Literal["encrypted", "damaged", "unsupported", "too_large", "crashed", "picture"]


class NotRead(Exception):
    """A file that cannot be read; `reason` is what the clerk is told, `detail` a short English word more."""

    reason: Reason = "damaged"

    def __init__(self, detail: str = "") -> None:
        super().__init__(f"{self.reason}: {detail}" if detail else self.reason)
        self.detail = detail


class Damaged(NotRead):
    """The file is cut off or not what it says."""


class Encrypted(NotRead):
    """The file asks for a password."""

    reason: Reason = "encrypted"


class TooLarge(NotRead):
    """The file would unpack to more than we take on."""

    reason: Reason = "too_large"


class Unsupported(NotRead):
    """A kind of file that we have no reader for."""

    reason: Reason = "unsupported"


class Crashed(NotRead):
    """The program that reads this kind died or ran out of time over the file."""

    reason: Reason = "crashed"


class OnlyPicture(NotRead):
    """The file is a picture, or a document that holds nothing but pictures."""

    reason: Reason = "picture"
