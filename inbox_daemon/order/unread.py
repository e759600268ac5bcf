"""The parts of a filing that could not be taken in, as a case has them: "name: reason"."""

from __future__ import annotations

from collections.abc import Iterable

_UNRECOGNISED = ": unrecognised"


def unopened(unreadable: Iterable[str]) -> tuple[str, ...]:
    """Return the files that could not be opened: the sender can send them in another way."""
    return tuple(item for item in unreadable if not item.endswith(_UNRECOGNISED))


def only_unrecognised(unreadable: Iterable[str]) -> tuple[str, ...]:
    """Return the parts that were read and in which no form was recognised: a person reads them."""
    return tuple(item for item in unreadable if item.endswith(_UNRECOGNISED))
