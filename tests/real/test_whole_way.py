"""The whole way of a mail against real servers: Dovecot in, SMTP out, the real store, archive, letters and release."""

from __future__ import annotations

import email
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from inbox_daemon.daemon import Daemon
from inbox_daemon.order.asks import Ask
from inbox_daemon.wiring import AlreadyRunning, alone
from parsers.readings import Reading
from parsers.understand import understand
from parsers.worker import Worker
from registry_store.archive import Archive
from registry_store.records import Case, Letter, LetterKind, LetterState, Outcome, OutcomeKind, State
from tests.order.build import at
from tests.real.dovecot import Account, Dovecot
from tests.real.office import OFFICE, SECRETS, Office, filing, mail, open_office, sha256
from tests.real.smtp_sink import DROP, SmtpSink

TUESDAY = at("2026-11-10 10:00")
L = LetterKind


@dataclass
class Ministry:
    """An office at work, and its clock."""

    office: Office
    daemon: Daemon
    clock: list[datetime]
    came: list[bytes] = field(default_factory=list)

    def receives(self, *raws: bytes, folder: str = "INBOX", moment: datetime | None = None) -> None:
        for raw in raws:
            self.office.account.append(raw, moment or self.clock[0], folder)
            self.came.append(raw)

    def later(self, **ago: float) -> None:
        self.clock[0] += timedelta(**ago)

    def outcome(self, raw: bytes, copy: int = 0) -> Outcome:
        found = self.daemon.store.arrivals_of(sha256(raw))[copy].outcome
        assert found is not None
        return found

    def case(self, raw: bytes) -> Case:
        (number,) = self.outcome(raw).cases
        return self.daemon.store.case(number)

    def letters(self, raw: bytes) -> dict[LetterKind, Letter]:
        return {letter.kind: letter for letter in self.daemon.store.letters(self.case(raw).number)}

    def sent(self) -> Counter[str]:
        """How often each letter came to the relay, by Message-ID."""
        return Counter(str(email.message_from_bytes(t.raw)["Message-ID"]) for t in self.office.sink.taken)

    def lying_in(self, folder: str) -> int:
        return len(self.office.account.uids(folder))


@pytest.fixture
def reads() -> Callable[[bytes], Reading]:
    return understand


@pytest.fixture
def ministry(
    account: Account,
    sink: SmtpSink,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    reads: Callable[[bytes], Reading],
) -> Iterator[Ministry]:
    made = settled(account, sink, tmp_path, monkeypatch, reads)
    yield made
    made.daemon.store.close()


def settled(
    account: Account,
    sink: SmtpSink,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    reads: Callable[[bytes], Reading] = understand,
) -> Ministry:
    for name, secret in SECRETS.items():
        monkeypatch.setenv(name, secret)
    office = open_office(account, sink, folder, TUESDAY.date())
    clock = [TUESDAY]
    return Ministry(office, office.daemon(reads, lambda: clock[0]), clock)


QUESTION = mail(30, subject="Вопрос", body="Здравствуйте! Как мне подать заявление в реестр волонтеров?")
OTHER = mail(31, subject="Реклама", body="Купите наш товар со скидкой")


# ---------------------------------------------------------------- the plain way


def test_mails_come_in_and_outcomes_letters_and_a_release_go_out(ministry: Ministry) -> None:
    complete, gap, in_junk = filing(1), filing(2, "iin"), filing(3)
    ministry.receives(complete, gap, QUESTION, OTHER)
    ministry.receives(in_junk, folder="Junk")

    first = ministry.daemon.once()
    second = ministry.daemon.once()

    assert first.problems == second.problems == []
    assert (first.seen, first.new, first.moved, first.look_complete, first.published) == (5, 5, 5, True, True)
    assert (second.seen, second.new, second.moved, second.sent, second.published) == (0, 0, 0, 0, False)
    outcomes = {raw: ministry.outcome(raw).kind for raw in ministry.came}
    assert outcomes == {
        complete: OutcomeKind.CASE,
        gap: OutcomeKind.CASE,
        in_junk: OutcomeKind.CASE,
        QUESTION: OutcomeKind.ANSWERED,
        OTHER: OutcomeKind.TRAY,
    }
    assert ministry.case(complete).state is ministry.case(in_junk).state is State.INCLUDED
    assert ministry.case(gap).state is State.AWAITING_REWORK
    assert [ministry.lying_in(f) for f in ("INBOX", "Junk", "Processed", "Review")] == [0, 0, 4, 1]
    assert set(Archive(ministry.office.folder / "archive").ids()) == {sha256(raw) for raw in ministry.came}


def test_every_letter_leaves_once_and_says_what_it_should(ministry: Ministry) -> None:
    complete, gap = filing(1), filing(2, "iin")
    ministry.receives(complete, gap, QUESTION)

    ministry.daemon.once()

    assert set(ministry.letters(complete)) == {L.RECEIPT, L.INCLUSION}
    assert set(ministry.letters(gap)) == {L.RECEIPT, L.REWORK}
    assert set(ministry.sent().values()) == {1}
    assert len(ministry.sent()) == 5  # with the answer to the question
    for taken in ministry.office.sink.taken:
        letter = email.message_from_bytes(taken.raw)
        assert letter["Auto-Submitted"] == "auto-replied"
        assert taken.sender == OFFICE
    receipt = ministry.letters(complete)[L.RECEIPT]
    assert receipt.recipients == ("person1@post.example",)
    assert email.message_from_bytes(receipt.raw)["In-Reply-To"] == "<mail-1@post.example>"


def test_the_release_holds_who_is_included_and_nobody_else(ministry: Ministry) -> None:
    ministry.receives(filing(1), filing(2, "iin"), filing(3))

    ministry.daemon.once()

    current = ministry.office.folder / "public" / "current"
    text = (current / "register.json").read_text("utf-8")
    assert len(json.loads(text)["rows"]) == 2
    assert "person1@post.example" in text
    assert "person2@post.example" not in text
    assert (current / "register.xlsx").read_bytes().startswith(b"PK")


def test_the_real_worker_reads_the_same(
    account: Account, sink: SmtpSink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Worker() as worker:
        ministry = settled(account, sink, tmp_path, monkeypatch, worker.read)
        ministry.receives(filing(1), QUESTION)

        done = ministry.daemon.once()

        assert done.problems == []
        assert ministry.case(ministry.came[0]).state is State.INCLUDED
        assert ministry.outcome(QUESTION).kind is OutcomeKind.ANSWERED
        ministry.daemon.store.close()


# ---------------------------------------------------------------- duplicates


def test_a_mail_that_came_twice_makes_one_case_and_every_copy_has_its_outcome(ministry: Ministry) -> None:
    raw = filing(1)
    forwarded = b"Received: from elsewhere by mx.ministry.example; Tue, 10 Nov 2026 10:00:00 +0500\r\n" + raw
    ministry.receives(raw, raw, forwarded)
    ministry.receives(raw, folder="Junk")

    ministry.daemon.once()

    kinds = [ministry.outcome(raw, copy).kind for copy in range(3)] + [ministry.outcome(forwarded).kind]
    assert Counter(kinds) == {OutcomeKind.CASE: 1, OutcomeKind.DUPLICATE: 3}
    assert len(ministry.daemon.store.cases()) == 1
    assert sum(ministry.sent().values()) == 2  # receipt, inclusion
    assert ministry.lying_in("Processed") == 4


def test_the_same_message_id_with_other_words_is_another_mail(ministry: Ministry) -> None:
    first = mail(
        1, subject="Вопрос", body="Как мне подать заявление в реестр волонтеров?", message_id="<same@x.example>"
    )
    second = mail(2, subject="Реклама", body="Купите наш товар", message_id="<same@x.example>")
    ministry.receives(first, second)

    ministry.daemon.once()

    assert ministry.outcome(first).kind is OutcomeKind.ANSWERED
    assert ministry.outcome(second).kind is OutcomeKind.TRAY


def test_a_renumbered_folder_brings_copies_and_no_second_case(ministry: Ministry) -> None:
    raw = filing(1)
    ministry.receives(raw)
    with ministry.daemon.mailbox:  # as far as a daemon killed after its look
        (place,) = ministry.daemon.mailbox.list("INBOX")
        ministry.daemon.intake.keep(ministry.daemon.mailbox.fetch(place), TUESDAY)
    ministry.office.account.renumber("INBOX")

    ministry.daemon.once()

    kinds = Counter(a.outcome.kind for a in ministry.daemon.store.arrivals_of(sha256(raw)) if a.outcome)
    assert kinds == {OutcomeKind.CASE: 1, OutcomeKind.DUPLICATE: 1}
    assert len(ministry.daemon.store.cases()) == 1
    assert ministry.lying_in("INBOX") == 0


# ---------------------------------------------------------------- one bad mail stops nobody


def test_a_poison_mail_between_two_good_ones_ends_on_the_clerks_bench(
    account: Account, sink: SmtpSink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison = mail(2, subject="яд")

    def reads(raw: bytes) -> Reading:
        if raw == poison:
            raise RecursionError("too deep")
        return understand(raw)

    ministry = settled(account, sink, tmp_path, monkeypatch, reads)
    before, after = filing(1), filing(3)
    ministry.receives(before, poison, after)
    ministry.daemon.once()
    assert ministry.case(before).state is ministry.case(after).state is State.INCLUDED
    assert ministry.lying_in("INBOX") == 1

    for _ in range(3):
        ministry.later(minutes=6)
        ministry.daemon.once()

    assert ministry.outcome(poison).kind is OutcomeKind.BENCH
    assert [ministry.lying_in(f) for f in ("INBOX", "Processed", "Review")] == [0, 2, 1]
    assert [t.detail for t in ministry.daemon.store.tasks() if t.code == Ask.UNREADABLE] == [sha256(poison)]
    ministry.daemon.store.close()


# ---------------------------------------------------------------- servers that fail


def test_a_mailbox_that_is_down_stops_neither_letters_nor_the_clock(
    mortal_dovecot: Dovecot, sink: SmtpSink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ministry = settled(mortal_dovecot.account(), sink, tmp_path, monkeypatch)
    raw = filing(1)
    ministry.receives(raw)
    with ministry.daemon.mailbox:
        (place,) = ministry.daemon.mailbox.list("INBOX")
        ministry.daemon.intake.keep(ministry.daemon.mailbox.fetch(place), TUESDAY)
    mortal_dovecot.kill()

    down = ministry.daemon.once()

    assert [p.split(":")[0] for p in down.problems] == ["mailbox"]
    assert not down.look_complete
    assert ministry.case(raw).state is State.INCLUDED
    assert down.sent == 2
    assert down.published

    mortal_dovecot.start()
    up = ministry.daemon.once()

    assert (up.problems, up.look_complete, up.moved, up.sent) == ([], True, 1, 0)
    ministry.daemon.store.close()


def test_a_letter_that_the_server_put_off_is_tried_again_and_then_accepted(ministry: Ministry) -> None:
    gap = filing(1, "iin")
    ministry.office.sink.script["dot"] = "451 4.3.0 later"
    ministry.receives(gap)

    ministry.daemon.once()
    assert {letter.state for letter in ministry.letters(gap).values()} == {LetterState.WAITING}
    assert ministry.case(gap).state is State.REWORK_SENT
    ministry.daemon.once()  # not yet time for another try
    assert {letter.tries for letter in ministry.letters(gap).values()} == {1}
    del ministry.office.sink.script["dot"]
    ministry.later(minutes=2)
    ministry.daemon.once()

    rework = ministry.letters(gap)[L.REWORK]
    case = ministry.case(gap)
    assert rework.state is LetterState.ACCEPTED
    assert rework.accepted_at == ministry.clock[0]
    assert case.state is State.AWAITING_REWORK
    assert case.rework is not None
    assert case.rework.accepted_at == ministry.clock[0]


def test_a_letter_that_the_server_refused_goes_to_the_clerk(ministry: Ministry) -> None:
    gap, complete = filing(1, "iin"), filing(2)
    ministry.office.sink.recipients["person1@post.example"] = "550 5.1.1 nobody here"
    ministry.office.sink.recipients["person2@post.example"] = "550 5.1.1 nobody here"
    ministry.receives(gap, complete)

    ministry.daemon.once()
    ministry.later(days=1)
    ministry.daemon.once()

    assert {letter.state for letter in ministry.letters(gap).values()} == {LetterState.FAILED}
    assert {letter.tries for letter in ministry.letters(gap).values()} == {1}
    assert ministry.case(gap).state is State.WITH_CLERK
    assert Ask.REWORK_NOT_ACCEPTED in ministry.case(gap).asks
    assert ministry.case(complete).state is State.INCLUDED  # the decision stands
    failed = [t.case for t in ministry.daemon.store.tasks() if t.code == Ask.LETTER_FAILED]
    assert failed.count(ministry.case(complete).number) == 2
    assert ministry.office.sink.taken == []


def test_a_line_cut_after_the_final_dot_is_uncertain_and_the_letter_never_leaves_again(ministry: Ministry) -> None:
    gap = filing(1, "iin")
    ministry.office.sink.script["dot"] = DROP
    ministry.receives(gap)

    ministry.daemon.once()
    ministry.office.sink.script.clear()
    for _ in range(4):
        ministry.later(hours=6)
        ministry.daemon.once()
        ministry.daemon.start()

    assert {letter.state for letter in ministry.letters(gap).values()} == {LetterState.UNCERTAIN}
    assert ministry.case(gap).state is State.WITH_CLERK
    assert max(ministry.sent().values()) == 1


def test_a_letter_that_was_being_sent_when_the_daemon_died_is_uncertain_too(ministry: Ministry) -> None:
    raw = filing(1)
    ministry.receives(raw)
    with ministry.daemon.mailbox:
        (place,) = ministry.daemon.mailbox.list("INBOX")
        ministry.daemon.intake.keep(ministry.daemon.mailbox.fetch(place), TUESDAY)
    (arrival,) = ministry.daemon.store.open_arrivals(TUESDAY)
    ministry.daemon.intake.work(arrival, TUESDAY)
    receipt = ministry.letters(raw)[L.RECEIPT]
    assert ministry.daemon.store.claim_letter(receipt.id) is not None  # and here it died

    ministry.daemon.start()
    ministry.daemon.once()

    assert ministry.letters(raw)[L.RECEIPT].state is LetterState.UNCERTAIN
    assert ministry.letters(raw)[L.INCLUSION].state is LetterState.ACCEPTED
    assert list(ministry.sent()) == [ministry.letters(raw)[L.INCLUSION].message_id]


# ---------------------------------------------------------------- the rework letter and what follows


def test_an_answer_to_the_rework_letter_is_known_by_what_it_answers(ministry: Ministry) -> None:
    gap = filing(1, "iin")
    ministry.receives(gap)
    ministry.daemon.once()
    rework = ministry.letters(gap)[L.REWORK]
    again = filing(1).replace(
        b"<mail-1@post.example>", b"<again@post.example>\r\nIn-Reply-To: " + rework.message_id.encode()
    )
    ministry.later(days=1)
    ministry.receives(again)

    ministry.daemon.once()

    assert ministry.outcome(again).cases == ministry.outcome(gap).cases
    assert ministry.case(gap).state is State.INCLUDED
    assert [a.in_time for a in ministry.case(gap).answers] == [True]


def test_silence_is_refused_only_after_a_look_through_every_folder(ministry: Ministry) -> None:
    gap = filing(1, "iin")
    ministry.receives(gap)
    ministry.daemon.once()
    junk = ministry.office.account.server.mail / ministry.office.account.user / "Maildir" / ".Junk"
    ministry.later(days=5)
    junk.chmod(0)
    unread = ministry.daemon.once()
    junk.chmod(0o700)

    assert not unread.look_complete
    assert ministry.case(gap).state is State.AWAITING_REWORK

    ministry.daemon.once()

    assert ministry.case(gap).state is State.REFUSED
    assert L.REFUSAL in ministry.letters(gap)


def test_an_answer_in_junk_saves_from_refusal(ministry: Ministry) -> None:
    gap = filing(1, "iin")
    ministry.receives(gap)
    ministry.daemon.once()
    ministry.receives(filing(1).replace(b"<mail-1@", b"<again@"), folder="Junk", moment=TUESDAY + timedelta(days=1))
    ministry.later(days=5)

    ministry.daemon.once()

    assert ministry.case(gap).state is State.INCLUDED


def test_a_mail_that_could_not_be_understood_refuses_nobody(
    account: Account, sink: SmtpSink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison = mail(2, subject="яд")

    def reads(raw: bytes) -> Reading:
        if raw == poison:
            raise RecursionError("too deep")
        return understand(raw)

    ministry = settled(account, sink, tmp_path, monkeypatch, reads)
    gap = filing(1, "iin")
    ministry.receives(gap)
    ministry.daemon.once()
    ministry.receives(poison, moment=TUESDAY + timedelta(days=1))
    ministry.later(days=5)
    ministry.daemon.once()
    assert ministry.case(gap).state is State.AWAITING_REWORK  # it may be tried again

    for _ in range(3):
        ministry.later(minutes=6)
        ministry.daemon.once()

    assert ministry.outcome(poison).kind is OutcomeKind.BENCH
    assert ministry.case(gap).state is State.WITH_CLERK
    assert Ask.MAIL_IN_DOUBT in ministry.case(gap).asks
    ministry.daemon.store.close()


BOUNCE = """\
From: MAILER-DAEMON@mx.post.example
To: {office}
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce@mx.post.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

No such user.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.post.example

Final-Recipient: rfc822; person1@post.example
Action: failed
Status: 5.1.1

--b
Content-Type: text/rfc822-headers

Message-ID: {letter}

--b--
"""


def test_a_bounce_of_the_rework_letter_puts_the_case_with_the_clerk(ministry: Ministry) -> None:
    gap = filing(1, "iin")
    ministry.receives(gap)
    ministry.daemon.once()
    rework = ministry.letters(gap)[L.REWORK]
    bounce = BOUNCE.format(office=OFFICE, letter=rework.message_id).replace("\n", "\r\n").encode()
    ministry.later(hours=1)
    ministry.receives(bounce)

    ministry.daemon.once()

    assert ministry.outcome(bounce).kind is OutcomeKind.REPORT
    assert ministry.outcome(bounce).cases == ministry.outcome(gap).cases
    assert ministry.letters(gap)[L.REWORK].state is LetterState.BOUNCED
    assert ministry.case(gap).state is State.WITH_CLERK
    assert ministry.case(gap).asks == (Ask.REWORK_BOUNCED,)
    ministry.later(days=10)
    ministry.daemon.once()
    assert ministry.case(gap).state is State.WITH_CLERK


# ---------------------------------------------------------------- against loops, and one at a time


def test_a_question_is_answered_once_in_thirty_days_and_automatic_mail_never(ministry: Ministry) -> None:
    again = QUESTION.replace(b"<mail-30@", b"<mail-30-again@")
    automatic = mail(
        32, subject="Вопрос", body="Как мне подать заявление в реестр волонтеров?", Auto_Submitted="auto-generated"
    )
    ministry.receives(QUESTION, again, automatic)

    ministry.daemon.once()

    assert ministry.outcome(QUESTION).kind is OutcomeKind.ANSWERED
    assert ministry.outcome(again).kind is OutcomeKind.TRAY
    assert ministry.outcome(automatic).kind in (OutcomeKind.TRAY, OutcomeKind.AUTOMATIC)
    assert sum(ministry.sent().values()) == 1


def test_a_filing_whose_sender_can_get_no_letter_is_worked_and_goes_to_the_clerk(ministry: Ministry) -> None:
    gap = filing(1, "iin").replace(b"From: person1@post.example", "From: қате мекенжай".encode(), 1)
    ministry.receives(gap)

    done = ministry.daemon.once()

    assert done.problems == []
    assert ministry.case(gap).state is State.WITH_CLERK
    assert Ask.REWORK_NOT_ACCEPTED in ministry.case(gap).asks
    assert ministry.letters(gap) == {}
    assert ministry.lying_in("INBOX") == 0


def test_a_second_daemon_does_not_start(ministry: Ministry) -> None:
    settings = ministry.office.settings()

    with alone(settings), pytest.raises(AlreadyRunning, match="another inbox-daemon"), alone(settings):
        pass
    with alone(settings):  # free again
        pass
