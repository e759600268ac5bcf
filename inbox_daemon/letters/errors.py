"""What can go wrong while a letter is made."""

from __future__ import annotations

from inbox_daemon.errors import InboxError


class LetterError(InboxError):
    """The letter cannot be written: a fact that it must state is missing, or an address is unusable.

    Nothing was sent; the case belongs with the clerk. The message is in English and holds no answers of
    the applicant, an address at most.
    """


class UnusableAddress(LetterError):
    """No letter can be sent to this address by plain SMTP."""

    def __init__(self, address: str, why: str) -> None:
        super().__init__(f"no letter can be sent to {address!r}: {why}")
        self.address = address
