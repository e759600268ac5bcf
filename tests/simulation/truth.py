"""What really was sent, by whom, and what they meant, whatever the daemon made of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from parsers.readings import QuestionnaireId
from tests.simulation.people import Person


class Meaning(StrEnum):
    """What somebody wants who writes."""

    FILES = "files"  # brings forms, whatever is lacking
    SAYS = "says"  # words about a matter of theirs
    STOPS = "stops"  # out of the register


@dataclass(frozen=True, slots=True)
class Sent:
    """A mail of an applicant. who: their number. at: when the ministry's server had it.

    known: it carries something by which its case can be told (references, token, number, name, address on file).
    kind: as what they file, or wish to leave the register; None for all that they stand for there, or for words.
    """

    mail: str
    filing: int
    at: datetime
    meaning: Meaning
    known: bool
    who: int
    sender: str
    kind: QuestionnaireId | None = None

    @property
    def counts(self) -> bool:
        """Whether it brought forms."""
        return self.meaning is Meaning.FILES


@dataclass(slots=True)
class Truth:
    """robots: addresses whose mail is automatic and that may get no receipt. settled: mails of which a person has said
    that nothing more is to be done. returned: Message-ID of a letter that never
    arrived → its bounce, and when that came."""

    robots: set[str] = field(default_factory=set)
    settled: set[str] = field(default_factory=set)
    returned: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)  # IIN or BIN → whose it is
    _first: dict[str, Sent] = field(default_factory=dict)
    _sent: defaultdict[int, list[Sent]] = field(default_factory=lambda: defaultdict(list))
    _of_person: defaultdict[int, list[Sent]] = field(default_factory=lambda: defaultdict(list))

    def meet(self, who: Person) -> Person:
        """Somebody comes into this world."""
        self.people[who.iin] = self.people[who.bin] = who
        return who

    def note(self, sent: Sent) -> None:
        self._first.setdefault(sent.mail, sent)
        self._sent[sent.filing].append(sent)
        self._of_person[sent.who].append(sent)

    def came_back(self, message_id: str, raw: bytes, at: datetime) -> None:
        """A letter of ours never arrived, and its mailer says so."""
        self.returned.setdefault(message_id, (sha256(raw).hexdigest(), at))

    def of(self, mail: str) -> Sent | None:
        """Who sent a mail and why; None for strangers and machines."""
        return self._first.get(mail)

    def can_be_told(self, sent: Sent, mails: Iterable[str]) -> bool:
        """Whether what these mails brought tells that this one is of the same person: forms do, else the address."""
        theirs = [self._first[mail] for mail in mails if mail in self._first]
        return any(one.counts or one.sender == sent.sender for one in theirs if one.who == sent.who)

    def writers(self, mails: Iterable[str]) -> set[int]:
        return {self._first[mail].who for mail in mails if mail in self._first}

    def written(self, people: Iterable[int], after: datetime, until: datetime) -> list[Sent]:
        """All that these people wrote in this time, about whatever."""
        return [s for who in people for s in self._of_person[who] if after < s.at <= until]

    def between(self, mails: Iterable[str], after: datetime, before: datetime) -> list[Sent]:
        """What the applicants of these mails sent about the same filing in this time, as far as it can be known; words
        that a person has put aside are left out."""
        mails = list(mails)
        filings = {self._first[mail].filing for mail in mails if mail in self._first}
        found = [s for filing in filings for s in self._sent[filing] if s.known and after < s.at < before]
        return [s for s in found if self.can_be_told(s, mails) and (s.counts or s.mail not in self.settled)]
