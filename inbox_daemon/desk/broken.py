"""What went wrong while a page was made or an act carried: said in the desk's words, and nothing typed is lost."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from traceback import format_tb

from inbox_daemon.casework import CaseBusy, CaseMoved
from inbox_daemon.desk.corrections import ABOUT_A_MARK, VALUE, WHY
from inbox_daemon.desk.labels import label_of
from inbox_daemon.errors import InboxError, NotAllowed, NotForeseen
from inbox_daemon.letters.errors import LetterError, UnusableAddress
from parsers.readings import Language
from registry_store.errors import (
    CaseChanged,
    EntryChanged,
    EntryExists,
    EntryUnknown,
    LetterChanged,
    NotStored,
    StoreBusy,
    StoreError,
)

log = logging.getLogger(__name__)

# Names of controls that nobody types into.
OURS = frozenset(
    (
        *("csrf", "entry", "version", "act", "seen", "filled", "back", "next", "step", "shown", "arrival", "kind"),
        *("region", "mail", "language", "letter", "public", "query", "view", "task", "sheet", "answers"),
    )
)
# Nobody reads a password back.
SECRET = frozenset({"password", "again", "code"})


@dataclass(frozen=True, slots=True)
class Kept:
    """Words that somebody typed. label: what they are, empty where the page cannot tell."""

    label: str
    text: str


def as_refusal(error: Exception) -> NotAllowed:
    """Return an error as a refusal whose code has a sentence."""
    text = str(error)
    match error:
        case NotAllowed():
            return error
        case UnusableAddress():
            return NotAllowed(text, "address", error.address)
        case NotForeseen():
            return NotAllowed(text, "not_foreseen")
        case LetterError():
            return NotAllowed(text, "letter", text)
        case CaseMoved() | CaseBusy() | CaseChanged():
            return NotAllowed(text, "case_busy")
        case StoreBusy():
            return NotAllowed(text, "store_busy")
        case EntryChanged():
            return NotAllowed(text, "entry_moved")
        case LetterChanged():
            return NotAllowed(text, "letter_changed")
        case EntryExists() | EntryUnknown() | NotStored():
            return NotAllowed(text, "entry", text)
        case _:
            return NotAllowed(text, "other", text)


def is_expected(error: Exception) -> bool:
    """Whether an error is one of those that a click may meet: others act too, and a disk may be full."""
    return isinstance(error, (InboxError, StoreError))


def status_of(error: Exception) -> int:
    """Return the HTTP status of an error that nobody caught."""
    if isinstance(error, StoreBusy):
        return 503
    return 409 if is_expected(error) else 500


def told(error: Exception, method: str, path: str) -> None:
    """Write an error into the log: where it was raised, and not its words, which may hold personal data."""
    where = "".join(format_tb(error.__traceback__))
    log.error("%s %s failed: %s\n%s", method, path, type(error).__name__, where)


def kept(sent: Mapping[str, Sequence[str]], language: Language) -> tuple[Kept, ...]:
    """Return what somebody had typed, so that they can take it from the page."""
    return tuple(
        Kept(_label(name, language), text)
        for name, values in sent.items()
        if name not in OURS | SECRET and not name.startswith(ABOUT_A_MARK)
        for text in values
        if text.strip()
    )


def _label(name: str, language: Language) -> str:
    for prefix in (VALUE, WHY):
        if name.startswith(prefix):
            return label_of(name.removeprefix(prefix).rpartition(":")[0], language)
    spoken, _, item = name.partition(":")
    return label_of(item, language) if spoken in ("kk", "ru") and item else ""
