"""What really was sent, whatever the daemon made of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """A mail of an applicant. at: when the ministry's server had it. counts: it brought forms.

    known: it carries something by which its case can be told (references, token, number, address on file).
    """

    mail: str
    filing: int
    at: datetime
    counts: bool
    known: bool


@dataclass(slots=True)
class Truth:
    """robots: addresses whose mail is automatic and that may get no receipt."""

    robots: set[str] = field(default_factory=set)
    _filing_of: dict[str, int] = field(default_factory=dict)
    _sent: defaultdict[int, list[Sent]] = field(default_factory=lambda: defaultdict(list))

    def note(self, sent: Sent) -> None:
        self._filing_of.setdefault(sent.mail, sent.filing)
        self._sent[sent.filing].append(sent)

    def between(self, mails: Iterable[str], after: datetime, before: datetime) -> list[Sent]:
        """What the applicants of these mails sent about the same filing in this time, as far as it can be known."""
        filings = {self._filing_of[mail] for mail in mails if mail in self._filing_of}
        return [s for filing in filings for s in self._sent[filing] if s.known and after < s.at < before]
