"""Who writes the letters."""

from __future__ import annotations

from dataclasses import dataclass

from registry_store.records import Text


@dataclass(frozen=True, slots=True)
class Office:
    """The office as its letters name it. Made from the configuration.

    mailbox: the address that letters come from and go back to (also the envelope sender). ministry: its
    full name. officer, contacts: who keeps the register, named on the site too (§6). register_page: the
    https address where the register is published. appeal: to whom and where a complaint goes (APC art. 91).
    """

    mailbox: str
    ministry: Text
    officer: Text
    contacts: Text
    register_page: str
    appeal: Text

    @property
    def domain(self) -> str:
        """The mailbox's domain, which stands in every Message-ID of ours."""
        return self.mailbox.rpartition("@")[2].lower()

    def words(self, language: str) -> dict[str, str]:
        """Return what templates may print, in one language."""
        return {
            "mailbox": self.mailbox,
            "ministry": self.ministry.in_language(language),
            "officer": self.officer.in_language(language),
            "contacts": self.contacts.in_language(language),
            "register_page": self.register_page,
            "appeal": self.appeal.in_language(language),
        }
