"""What mail servers say of our letters becomes an event of their cases, or a task of every case that it may concern."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from inbox_daemon.casework import Casework, LetterMark, Settles
from inbox_daemon.errors import NotForeseen
from inbox_daemon.mailbox.about_letters import HAS_LEFT, is_mailers, letters_meant
from inbox_daemon.order.asks import Ask
from inbox_daemon.recognition import addresses_on_file
from inbox_daemon.tracing.look import ARRIVED
from parsers.mime.reports import is_mailer
from parsers.readings import Reading
from registry_store.records import (
    Arrival,
    AskClerk,
    CaseNumber,
    Category,
    Letter,
    LetterReported,
    LetterState,
    MailKeys,
    Outcome,
    OutcomeKind,
)
from registry_store.store import Store

# What a mail of a mailer is taken for where nobody knows its words.
UNRECOGNISED = frozenset({Category.AUTO_REPLY, Category.QUESTION, Category.OTHER})


@dataclass(frozen=True, slots=True)
class Reports:
    """Settles the mails of mail servers."""

    store: Store
    casework: Casework

    def recognised(self, arrival: Arrival, reading: Reading, keys: MailKeys, now: datetime) -> None:
        """A delivery report: to the case of the letter that it is about."""
        report = reading.mail.report
        letters = letters_meant(arrival, reading, keys, self.store)
        settles = Settles(arrival.id, Outcome(OutcomeKind.REPORT, why="delivery report", category=Category.BOUNCE))
        if not letters and keys.report in ARRIVED:  # whatever letter it was, nobody needs to do anything
            self.casework.settle(settles, now=now)
            return
        if report is None or len(letters) != 1:
            # Somebody did not get a letter, and we cannot tell which: a person looks, and who it may be is not refused.
            self._tell_of_letters(settles, arrival, letters, Ask.LETTER_BOUNCED, now)
            return
        (letter,) = letters
        event = LetterReported(
            at=arrival.received_at,
            letter=letter.kind,
            message_id=letter.message_id,
            action=report.action,
            mail=arrival.mail,
            detail=report.status or "",
        )
        mark = None
        if report.action == "failed" and letter.state in HAS_LEFT:
            mark = LetterMark(letter.id, LetterState.BOUNCED, f"bounced: {report.status or 'no status'}", tried=False)
        try:
            self.casework.carry(event, letter.case, now=now, settles=settles, letter=mark)
        except NotForeseen:
            self._tell_of_letters(settles, arrival, letters, Ask.LETTER_BOUNCED, now)

    def perhaps(self, arrival: Arrival, reading: Reading, keys: MailKeys, category: Category, now: datetime) -> bool:
        """Whether a mailer writes about letters of ours in words that nobody knows: their cases are the clerk's task,
        and none is refused meanwhile. An automatic reply of the applicant's own address is none."""
        is_servers = is_mailer(reading.mail.sender, reading.mail.return_path) and not reading.forms
        if not is_servers and (category not in UNRECOGNISED or not is_mailers(reading)):
            return False
        letters = letters_meant(arrival, reading, keys, self.store)
        others = tuple(letter for letter in letters if not self._is_from_applicant(letter, keys))
        if not others:
            return False
        outcome = Outcome(OutcomeKind.REPORT, why="a mail server writes about a letter of ours", category=category)
        self._tell_of_letters(Settles(arrival.id, outcome), arrival, others, Ask.PERHAPS_BOUNCED, now)
        return True

    def _is_from_applicant(self, letter: Letter, keys: MailKeys) -> bool:
        sender = keys.sender.lower()
        addresses = {one.lower() for one in letter.recipients}
        if letter.case is not None:
            addresses |= addresses_on_file(self.store.case(letter.case))
        return sender in addresses

    def _tell_of_letters(
        self, settles: Settles, arrival: Arrival, letters: tuple[Letter, ...], code: Ask, now: datetime
    ) -> None:
        """Settle a mail about letters that no event can be told of: a task for each case, else one of no case."""
        cases = tuple(dict.fromkeys(letter.case for letter in letters if letter.case is not None))
        told: tuple[CaseNumber | None, ...] = cases or (None,)
        asks = [(case, AskClerk(code, arrival.mail)) for case in told]
        outcome = replace(settles.outcome, cases=cases)
        self.casework.settle_asking(Settles(settles.arrival, outcome), asks, now=now)
