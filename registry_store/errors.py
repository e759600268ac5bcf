"""What can go wrong in the store, by name. Every one is a `StoreError`."""

from __future__ import annotations


class StoreError(Exception):
    """The store cannot do what was asked; the message says what, and what to do."""


class NotStored(StoreError):
    """There is no such record. noun: what a bare number in the message is the number of."""

    noun = ""

    def __str__(self) -> str:
        said = super().__str__()
        return f"there is no {self.noun} {said}" if self.noun else said


class CaseUnknown(NotStored):
    """No case has this number."""

    noun = "case"


class EntryUnknown(NotStored):
    """No register entry has this number."""

    noun = "register entry"


class ArrivalUnknown(NotStored):
    """No arrival has this id."""

    noun = "arrival of a mail with the number"


class LetterUnknown(NotStored):
    """The outbox has no letter with this id."""

    noun = "letter"


class CaseChanged(StoreError):
    """Somebody else took a step with the case in between: load it again and decide anew."""


class LetterChanged(StoreError):
    """The letter is no longer in the state that the caller saw, or was withdrawn."""


class AlreadySettled(StoreError):
    """This copy of the mail has its outcome; a mail gets exactly one."""


class EntryExists(StoreError):
    """The applicant has an active entry of this kind already (rules, section 4)."""


class StoreBusy(StoreError):
    """The database did not let us in or out: locked for too long, disk full, connection lost. Try later."""


class EntryChanged(StoreError):
    """Somebody else wrote a version of the entry in between: load it again."""


class MailMissing(NotStored):
    """The archive has no mail of this SHA-256."""


class MailDamaged(StoreError):
    """The archive's copy is not what was kept: its SHA-256 differs. Restore it from a backup."""
