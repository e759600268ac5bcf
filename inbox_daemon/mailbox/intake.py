"""One raw mail in, exactly one outcome out.

First the bytes go to the archive, then a row into the store, then the mail is read and carried; it is
moved on the server last, by the daemon. A mail that fails is tried again and ends on the clerk's bench.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from inbox_daemon.casework import CaseBusy, Casework, Settles
from inbox_daemon.errors import NotForeseen
from inbox_daemon.logs import where
from inbox_daemon.mailbox.in_words import answers_in_words
from inbox_daemon.mailbox.mailbox import Arrived
from inbox_daemon.mailbox.noted import case_mail_of, clues_of, files_of, keys_of, sheet_of, unread_in, words_in
from inbox_daemon.mailbox.received import received_at
from inbox_daemon.mailbox.reports import Reports
from inbox_daemon.mailbox.whose import IDENTITY, InTime, Whose, whose_forms, whose_stop, whose_words
from inbox_daemon.order.asks import Ask
from inbox_daemon.order.identity import Differs, differences, of_case, of_forms, people_in
from inbox_daemon.order.paragraphs import next_office_moment
from inbox_daemon.order.plain_stop import stops_plainly, stops_several
from inbox_daemon.order.steps import CATEGORY_OF
from inbox_daemon.order.triage import asks_inclusion, automatic, disputes, stop_decided_on, what_is_it
from inbox_daemon.order.unrecognised import own_text
from inbox_daemon.recognition import addresses_on_file, passes_dmarc
from inbox_daemon.tracing.found_late import in_time_for, refused_wrongly
from inbox_daemon.tracing.mails import with_traces
from parsers.readings import Reading
from registry_store.archive import Archive
from registry_store.errors import AlreadySettled, StoreBusy
from registry_store.records import (
    Arrival,
    AskClerk,
    CaseKind,
    CaseNumber,
    Category,
    Filed,
    LetterKind,
    MailFound,
    MailId,
    MailKeys,
    Outcome,
    OutcomeKind,
    Send,
    Sheet,
    StopAsked,
    Wrote,
)
from registry_store.store import Store

log = logging.getLogger(__name__)

TRIES = 3
AGAIN_AFTER = timedelta(minutes=5)
ANSWERED_ONCE_IN = timedelta(days=30)
FILED = frozenset({Category.APPLICATION, Category.CHANGE, Category.PROGRAMME})
LONGEST_ERROR = 200


@dataclass(frozen=True, slots=True)
class Trust:
    """The ministry's own mail server: its authserv-id, and its name in Received headers. Empty: unknown."""

    authserv_id: str = ""
    received_by: str = ""


@dataclass(frozen=True, slots=True)
class Intake:
    """Turns arrivals into outcomes. read: raw bytes → what was read, in a worker with limits.

    start_from: the day of going live; what came before it is read and shown and starts nothing.
    """

    store: Store
    archive: Archive
    casework: Casework
    read: Callable[[bytes], Reading]
    trust: Trust
    own_address: str
    start_from: datetime | None = None

    def keep(self, arrived: Arrived, now: datetime) -> int:
        """Archive a mail and note where it was seen; return the arrival's id. Safe to repeat."""
        mail = self.archive.keep(arrived.raw)
        with self.store.writing() as writing:
            return writing.arrive(mail, arrived.place, arrived.internal_date, now)

    def work(self, arrival: Arrival, now: datetime) -> None:
        """Give an arrival its outcome. Never raises for what a mail holds: after three failures it goes to
        the clerk's bench, and the next mail is handled."""
        try:
            self._work(arrival, now)
        except (StoreBusy, CaseBusy) as error:  # no fault of this mail: it waits for the next look
            log.warning("mail %s waits: %s", arrival.mail[:12], type(error).__name__)
        except AlreadySettled:  # somebody was faster; the mail has its one outcome
            log.warning("mail %s was settled by somebody else meanwhile", arrival.mail[:12])
        except NotForeseen as error:  # nothing has changed; a person decides what it does
            log.warning("mail %s goes to the tray: %s", arrival.mail[:12], error)
            outcome = Outcome(OutcomeKind.TRAY, why=f"not foreseen: {error}"[:LONGEST_ERROR])
            self.casework.settle(Settles(arrival.id, outcome), now=now, ask=AskClerk(Ask.WHOSE, arrival.mail))
        except Exception as error:  # whatever it is, one mail may not stop the others
            self._failed(arrival, error, now)

    def _failed(self, arrival: Arrival, error: Exception, now: datetime) -> None:
        log.error("mail %s failed: %s", arrival.mail[:12], where(error))
        what = f"{type(error).__name__}: {error}"[:LONGEST_ERROR]
        with self.store.writing() as writing:
            tries = writing.failed(arrival.id, what, now + AGAIN_AFTER)
            if tries >= TRIES:
                writing.settle(arrival.id, Outcome(OutcomeKind.BENCH, why=f"failed {tries} times: {what}"), now)
                writing.add_task(None, Ask.UNREADABLE, arrival.mail, now)

    def _work(self, arrival: Arrival, now: datetime) -> None:
        if self._is_copy(arrival, now):
            return
        reading = self.read(self.archive.raw(arrival.mail))
        keys = self._keys(reading)
        twin = self._same_mail(arrival.mail, keys)
        self._note(arrival, reading, keys)
        if twin is not None:
            why = f"the same Message-ID and parts as mail {twin[:12]}"
            self.casework.settle(Settles(arrival.id, Outcome(OutcomeKind.DUPLICATE, why=why)), now=now)
            return
        category = what_is_it(reading)
        if self.start_from is not None and arrival.received_at < self.start_from:
            why = f"{category}, came before the day of going live: starts nothing unless the clerk says so"
            self.casework.settle(Settles(arrival.id, Outcome(OutcomeKind.TRAY, why=why, category=category)), now=now)
            return
        self._carry(arrival, reading, keys, category, now)

    def take_up(
        self, arrival_id: int, now: datetime, *, as_of: datetime | None = None, to: CaseNumber | None = None
    ) -> Outcome:
        """Handle a mail of the tray or the bench as if it had just been read: the clerk says so.

        as_of: the receipt that starts the clock; by default the mail's own. to: the case that it belongs to,
        where the clerk knows better than the mail says. Return its new outcome. Raises
        AlreadySettled for other mails; when it fails again it is back on the bench.
        """
        with self.store.writing() as writing:
            writing.reopen(arrival_id)
        arrival = self.store.arrival(arrival_id)
        try:
            reading = self.read(self.archive.raw(arrival.mail))
            keys = self._keys(reading)
            self._note(arrival, reading, keys)
            moment = replace(arrival, received_at=as_of or arrival.received_at)
            self._carry(moment, reading, keys, what_is_it(reading), now, to)
        except Exception as error:
            why = f"failed again: {type(error).__name__}"
            self.casework.settle(Settles(arrival.id, Outcome(OutcomeKind.BENCH, why=why)), now=now)
            raise
        outcome = self.store.arrival(arrival_id).outcome
        assert outcome is not None
        return outcome

    def _keys(self, reading: Reading) -> MailKeys:
        return with_traces(keys_of(reading), reading, self.own_address)

    def trace_again(self, mail: MailId) -> None:
        """Note the traces of a mail that a version before this one has read; nothing else of it changes."""
        keys = self._keys(self.read(self.archive.raw(mail)))
        with self.store.writing() as writing:
            writing.keys_of_mail(mail, keys)

    def _note(self, arrival: Arrival, reading: Reading, keys: MailKeys) -> None:
        with self.store.writing() as writing:
            writing.keys_of_mail(arrival.mail, keys)
            writing.words_of_mail(arrival.id, words_in(reading))

    def _carry(
        self,
        arrival: Arrival,
        reading: Reading,
        keys: MailKeys,
        category: Category,
        now: datetime,
        to: CaseNumber | None = None,
    ) -> None:
        self._found_late(arrival, reading, keys, now)
        reports = Reports(self.store, self.casework)
        if category is Category.BOUNCE:
            reports.recognised(arrival, reading, keys, now)
        elif to is None and reports.perhaps(arrival, reading, keys, category, now):
            return
        elif category is Category.AUTO_REPLY:
            outcome = Outcome(OutcomeKind.AUTOMATIC, why="an automatic reply", category=category)
            self.casework.settle(Settles(arrival.id, outcome), now=now)
        elif category in FILED:
            self._filed(arrival, reading, keys, category, now, to)
        elif category is Category.TERMINATION:
            self._stop(arrival, reading, keys, now, to)
        else:
            self._words(arrival, reading, keys, category, now, to)

    # -------------------------------------------------------- duplicates (rules, section 4)

    def _is_copy(self, arrival: Arrival, now: datetime) -> bool:
        """Whether another copy of the same bytes was seen before; every copy gets an outcome."""
        first = self.store.arrivals_of(arrival.mail)[0]
        if first.id == arrival.id:
            return False
        cases = () if first.outcome is None else first.outcome.cases
        outcome = Outcome(OutcomeKind.DUPLICATE, cases, why="the same bytes were seen before")
        self.casework.settle(Settles(arrival.id, outcome), now=now)
        return True

    def _same_mail(self, mail: MailId, keys: MailKeys) -> MailId | None:
        """Return the mail seen earlier with the same Message-ID and the same decoded parts, if there is one.

        Earlier only: of two such mails, of which the first failed at first, each would else be the other's copy.
        """
        if keys.message_id is None:
            return None
        first_seen = self.store.arrivals_of(mail)[0].id
        for other, known in self.store.mails_by_message_id(keys.message_id):
            seen = self.store.arrivals_of(other)
            if known.parts_sha256 == keys.parts_sha256 and seen and seen[0].id < first_seen:
                return other
        return None

    def _settles(self, arrival: Arrival, keys: MailKeys, outcome: Outcome) -> Settles:
        """What an outcome settles; that of a mail which bears another one's Message-ID notes it."""
        for other, known in self.store.mails_by_message_id(keys.message_id or ""):
            if other != arrival.mail and known.parts_sha256 != keys.parts_sha256:
                note = f"{outcome.why}; has the Message-ID of mail {other[:12]} and other parts"
                return Settles(arrival.id, replace(outcome, why=note))
        return Settles(arrival.id, outcome)

    # -------------------------------------------------------- what a mail does

    def _filed(
        self,
        arrival: Arrival,
        reading: Reading,
        keys: MailKeys,
        category: Category,
        now: datetime,
        to: CaseNumber | None = None,
    ) -> None:
        sheets = tuple(sheet_of(form, arrival.mail) for form in reading.forms)
        submitted = self._submitted(arrival, reading)
        in_time = in_time_for(submitted, self.casework.days)
        whose = self._told(to, sheets) or whose_forms(clues_of(reading, keys, category, sheets), self.store, in_time)
        unread = unread_in(reading)
        in_words = not sheets and {one.part for one in unread} <= {"body"}  # «please include me, my number is …»
        if in_words and whose.case and (said := self._said(whose.case, arrival, reading, in_time)):
            self._answered_in_words(arrival, reading, keys, whose.case, said, now)
            return
        event = Filed(
            at=arrival.received_at,
            submitted=submitted,
            read_at=now,
            mail=case_mail_of(arrival, reading, submitted, brought_forms=True),
            category=category,
            sheets=sheets,
            unreadable=tuple(f"{one.part}: {one.reason}" for one in unread),
            files=files_of(reading),
            asks_inclusion=asks_inclusion(reading),
            trusted=self._trusted(reading, whose),
            automatic=automatic(reading.mail) is not None,
            entry=whose.entry,
            doubts=whose.doubts,
        )
        outcome = Outcome(OutcomeKind.CASE, why=f"{category} with {len(sheets)} forms", category=category)
        self.casework.carry(event, whose.case, now=now, kind=whose.kind, settles=self._settles(arrival, keys, outcome))

    def _stop(
        self, arrival: Arrival, reading: Reading, keys: MailKeys, now: datetime, to: CaseNumber | None = None
    ) -> None:
        text = "\n".join((reading.mail.subject, own_text(reading.mail), *reading.texts.values()))
        whose = self._told(to) or whose_stop(clues_of(reading, keys, Category.TERMINATION, ()), self.store)
        event = StopAsked(
            at=arrival.received_at,
            read_at=now,
            mail=case_mail_of(arrival, reading, self._submitted(arrival, reading), brought_forms=False),
            decided_on=stop_decided_on(text),
            trusted=self._trusted(reading, whose),
            entry=whose.entry,
            automatic=automatic(reading.mail) is not None,
            doubts=whose.doubts,
            plain=stops_plainly(reading),
            several=stops_several(reading),
            named=keys.identifiers,
            people=people_in(reading.mail.sender.name, text),
        )
        outcome = Outcome(OutcomeKind.CASE, why="asks to stop (§13)", category=Category.TERMINATION)
        settles = self._settles(arrival, keys, outcome)
        self.casework.carry(event, whose.case, now=now, kind=CaseKind.TERMINATION, settles=settles)

    def _words(
        self,
        arrival: Arrival,
        reading: Reading,
        keys: MailKeys,
        category: Category,
        now: datetime,
        to: CaseNumber | None = None,
    ) -> None:
        """A question, or anything else: about a case, answered once in 30 days, or kept in the tray."""
        submitted = self._submitted(arrival, reading)
        in_time = in_time_for(submitted, self.casework.days)
        whose = Whose(to) if to else whose_words(clues_of(reading, keys, category, ()), self.store, in_time)
        case = whose.case
        if case is not None and (sheets := self._said(case, arrival, reading, in_time)):
            self._answered_in_words(arrival, reading, keys, case, sheets, now)
        elif case is not None:
            mail = case_mail_of(arrival, reading, submitted, brought_forms=False)
            event = Wrote(arrival.received_at, mail, category)
            outcome = Outcome(OutcomeKind.CASE, why=f"{category} about a case", category=category)
            self.casework.carry(event, case, now=now, settles=self._settles(arrival, keys, outcome))
        elif whose.doubts:  # a person has several cases and says of none which is meant
            outcome = Outcome(OutcomeKind.TRAY, why=f"{category}: {whose.doubts[0]}", category=category)
            ask = AskClerk(Ask.WHOSE, arrival.mail)
            self.casework.settle(self._settles(arrival, keys, outcome), now=now, ask=ask)
        elif category is Category.QUESTION and self._may_answer(reading, now):
            outcome = Outcome(OutcomeKind.ANSWERED, why="asks how to apply", category=category)
            practice, days = self.casework.practice, self.casework.days
            send = Send(LetterKind.HOW_TO_APPLY, next_office_moment(now, days, practice))
            self.casework.answer(
                send,
                self._settles(arrival, keys, outcome),
                mail=arrival.mail,
                to=reading.mail.sender.addr,
                answers=reading.mail.message_id,
                now=now,
            )
        else:
            outcome = Outcome(OutcomeKind.TRAY, why=f"{category}: kept for the clerk", category=category)
            self.casework.settle(self._settles(arrival, keys, outcome), now=now)

    def _answered_in_words(
        self,
        arrival: Arrival,
        reading: Reading,
        keys: MailKeys,
        number: CaseNumber,
        sheets: tuple[Sheet, ...],
        now: datetime,
    ) -> None:
        case = self.store.case(number)
        mine = reading.mail.sender.addr in addresses_on_file(case)
        event = Filed(
            at=arrival.received_at,
            submitted=(submitted := self._submitted(arrival, reading)),
            read_at=now,
            mail=case_mail_of(arrival, reading, submitted, brought_forms=False),
            category=CATEGORY_OF[case.kind],
            sheets=sheets,
            automatic=automatic(reading.mail) is not None,
            doubts=() if mine else ("values in words from another address",),
        )
        outcome = Outcome(OutcomeKind.CASE, why="missing values in words", category=event.category)
        self.casework.carry(event, number, now=now, settles=self._settles(arrival, keys, outcome))

    def _found_late(self, arrival: Arrival, reading: Reading, keys: MailKeys, now: datetime) -> None:
        """A mail that came in time and is found after a refusal may show that it was wrong: it is proposed for
        revocation. Done before the mail has its outcome: when the daemon dies in between it is done again."""
        submitted = self._submitted(arrival, reading)
        sheets = tuple(sheet_of(form, arrival.mail) for form in reading.forms)
        for number in refused_wrongly(keys, sheets, submitted, self.store, self.casework.days):
            self.casework.carry(MailFound(submitted, arrival.mail, now), number, now=now)

    def _submitted(self, arrival: Arrival, reading: Reading) -> datetime:
        return received_at(reading.mail.received, arrival.received_at, self.trust.received_by)

    def _said(self, number: CaseNumber, arrival: Arrival, reading: Reading, in_time: InTime) -> tuple[Sheet, ...]:
        """Return the missing values of a case that a mail says in words."""
        return answers_in_words(case := self.store.case(number), arrival.mail, reading, in_time=in_time(case))

    # -------------------------------------------------------- whom we believe, whom we answer

    def _told(self, to: CaseNumber | None, sheets: tuple[Sheet, ...] = ()) -> Whose | None:
        """Whose a mail is, when a clerk has said so. Forms that name somebody else are in doubt all the same."""
        if to is None:
            return None
        found = differences(of_forms(sheets, ()), of_case(self.store.case(to)))
        return Whose(to, doubts=(IDENTITY,) if {Differs.KEY, Differs.NAME} & set(found) else ())

    def _trusted(self, reading: Reading, whose: Whose) -> bool:
        """From an address on file of the entry, and DMARC passed on our own server (rules, section 4)."""
        entry = whose.entry if whose.case is None else whose.entry or self.store.case(whose.case).entry
        if entry is None or not passes_dmarc(reading.mail, self.trust.authserv_id):
            return False
        return reading.mail.sender.addr in self.store.addresses_of_entry(entry)

    def _may_answer(self, reading: Reading, now: datetime) -> bool:
        """Never automatic mail or ourselves, nor who disputes a decision; and one address once in 30 days."""
        address = reading.mail.sender.addr
        if disputes(reading):
            return False
        if not address or address == self.own_address.lower() or automatic(reading.mail) is not None:
            return False
        return self.store.count_letters((LetterKind.HOW_TO_APPLY,), now - ANSWERED_ONCE_IN, address) == 0
