"""What the outbox asks of whoever carries letters away, and the four things that can come of it.

Only Accepted starts a term (§10). Only Deferred may be sent again by itself: after Uncertain the letter may
have left, and nobody can tell from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server took the letter over (2xx after the final dot).

    reply: its words, and after them what it said of recipients that it would not take.
    not_taken: those recipients; the first recipient is never among them.
    """

    reply: str
    not_taken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deferred:
    """Nothing was handed over: no connection, no login, a 4xx, or a break before the final dot. Try later."""

    reply: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The server will not take this letter, or not for its first recipient (5xx). Nothing was handed over."""

    reply: str


@dataclass(frozen=True, slots=True)
class Uncertain:
    """The line broke after the final dot had left us and before its answer came: it may have been taken."""

    reply: str


Delivery = Accepted | Deferred | Refused | Uncertain


class Postman(Protocol):
    """Carries one finished letter. Never raises for what a server or the network does."""

    def send(self, raw: bytes, envelope_from: str, recipients: tuple[str, ...]) -> Delivery:
        """Hand the letter over, to the first recipient before all others.

        raw: a whole RFC 5322 message. envelope_from: where bounces go. A recipient that can be no address is
        refused here. Raises ValueError when there is no recipient, or when envelope_from is no address.
        """
        ...


def checked_envelope(envelope_from: str, recipients: tuple[str, ...]) -> None:
    """Raise ValueError for an envelope that only a mistake of ours can make."""
    if not recipients:
        msg = "a letter needs a recipient"
        raise ValueError(msg)
    if not is_possible(envelope_from):
        msg = f"{envelope_from!r} cannot be where bounces go"
        raise ValueError(msg)


def is_possible(address: str) -> bool:
    """Whether the address can stand in an SMTP command; applicants write many that cannot."""
    local, _, domain = address.rpartition("@")
    if not (local and domain) or any(char in "<> " or not char.isprintable() for char in address):
        return False
    try:
        domain.encode("idna")
    except UnicodeError:
        return False
    return True
