"""One mail in, exactly one outcome out: whatever fails on the way, and however often it is tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from inbox_daemon.casework import CaseBusy, Casework
from inbox_daemon.errors import NotForeseen
from inbox_daemon.letters.outbox import Outbox
from inbox_daemon.letters.postman import Accepted, Delivery
from inbox_daemon.mailbox.intake import AGAIN_AFTER, Intake, Trust
from inbox_daemon.mailbox.mailbox import Arrived
from inbox_daemon.order.asks import Ask
from parsers.readings import FilledForm, Reading, Source, Value
from parsers.understand import understand
from registry_store.archive import Archive
from registry_store.errors import StoreBusy
from registry_store.records import Arrival, LetterKind, LetterState, OutcomeKind, Place, State
from tests.order.build import FILLED, OTHER_IIN, at, complete, filed, sheet, with_gap
from tests.story.desk import OFFICE, Desk, open_desk

NOW = at("2026-10-27 10:00")
QUESTION = "Здравствуйте! Как мне подать заявление в реестр волонтеров?"


def mail(n: int, body: str = QUESTION, *, sender: str = "", message_id: str = "", top: str = "") -> bytes:
    """A mail of the n-th person; `top`: a header above all others."""
    lines = [
        *filter(None, [top]),
        f"From: {sender or f'person{n}@post.example'}",
        f"Message-ID: {message_id or f'<{n}@post.example>'}",
        "Subject: =?utf-8?b?0JLQvtC/0YDQvtGB?=",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "",
        body,
    ]
    return "\r\n".join(lines).encode()


def forms() -> tuple[FilledForm, ...]:
    """A complete filing of a volunteer, as the reader gives it."""
    return tuple(
        FilledForm(
            "сауалнама.docx",
            form,
            "kk",
            {name: Value(value, str(value), Source("сауалнама.docx", "")) for name, value in FILLED[form].items()},
        )
        for form in ("application", "volunteer")
    )


@dataclass
class Bench:
    """An intake over a real store and archive; `reads` may be put in the place of the reader."""

    desk: Desk
    archive: Archive
    reads: Callable[[bytes], Reading] = understand
    uid: int = 0

    def intake(self, casework: Casework | None = None) -> Intake:
        return Intake(
            self.desk.store, self.archive, casework or self.desk.casework, lambda raw: self.reads(raw), Trust(), OFFICE
        )

    def arrives(self, raw: bytes) -> Arrival:
        self.uid += 1
        kept = self.intake().keep(Arrived(Place("INBOX", 1, self.uid), raw, NOW), NOW)
        return self.desk.store.arrival(kept)

    def outcome(self, arrival: Arrival) -> OutcomeKind | None:
        outcome = self.desk.store.arrival(arrival.id).outcome
        return None if outcome is None else outcome.kind


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(open_desk(tmp_path), Archive(tmp_path / "archive"))


# ---------------------------------------------------------------- what is kept


def test_keeping_a_mail_again_is_keeping_it_once(bench: Bench) -> None:
    arrived = Arrived(Place("INBOX", 1, 5), mail(1), NOW)

    first, again = bench.intake().keep(arrived, NOW), bench.intake().keep(arrived, NOW + timedelta(hours=1))

    assert first == again
    assert list(bench.archive.ids()) == [bench.desk.store.arrival(first).mail]


def test_a_daemon_that_died_after_archiving_goes_on_where_it_was(bench: Bench) -> None:
    bench.archive.keep(mail(1))

    arrival = bench.arrives(mail(1))
    bench.intake().work(arrival, NOW)

    assert bench.outcome(arrival) is OutcomeKind.ANSWERED


# ---------------------------------------------------------------- failing and trying again


def test_a_mail_that_fails_three_times_is_the_clerks_and_stops_nobody(bench: Bench) -> None:
    poison, good = bench.arrives(mail(1, "яд")), bench.arrives(mail(2))
    usual = bench.reads

    def reads(raw: bytes) -> Reading:
        if "яд".encode() in raw:
            raise RecursionError
        return usual(raw)

    bench.reads = reads
    now = NOW
    for n in (1, 2, 3):
        assert [a.id for a in bench.desk.store.open_arrivals(now)][:1] == [poison.id]
        for arrival in bench.desk.store.open_arrivals(now):
            bench.intake().work(arrival, now)
        assert bench.desk.store.arrival(poison.id).tries == n
        assert bench.outcome(good) is OutcomeKind.ANSWERED
        now += AGAIN_AFTER

    assert bench.outcome(poison) is OutcomeKind.BENCH
    assert [(t.code, t.detail) for t in bench.desk.store.tasks()] == [(Ask.UNREADABLE, poison.mail)]
    assert bench.desk.store.open_arrivals(now + timedelta(days=1)) == ()


@pytest.mark.parametrize("error", [StoreBusy("locked"), CaseBusy("changed by others")])
def test_what_is_no_fault_of_the_mail_costs_it_no_try(bench: Bench, error: Exception) -> None:
    arrival = bench.arrives(mail(1))
    usual = bench.reads

    def busy(raw: bytes) -> Reading:
        raise error

    bench.reads = busy
    for _ in range(5):
        bench.intake().work(arrival, NOW)
    bench.reads = usual
    assert bench.desk.store.arrival(arrival.id).tries == 0
    bench.intake().work(arrival, NOW)

    assert bench.outcome(arrival) is OutcomeKind.ANSWERED


def test_a_mail_that_somebody_else_settled_meanwhile_keeps_its_one_outcome(bench: Bench) -> None:
    arrival = bench.arrives(mail(1))

    bench.intake().work(arrival, NOW)
    bench.intake().work(arrival, NOW)  # a second process, which had listed it as open

    assert bench.outcome(arrival) is OutcomeKind.ANSWERED
    assert bench.desk.store.arrival(arrival.id).tries == 0
    assert len(bench.desk.store.letters_in((LetterState.WAITING,))) == 1


class Astonished(Casework):
    """A door behind which nothing is foreseen."""

    def carry(self, *args: Any, **others: Any) -> Any:
        message = "VR-2026-000001: Filed is not foreseen while the case is included"
        raise NotForeseen(message)


def test_what_the_table_does_not_foresee_goes_to_the_tray_with_a_task(bench: Bench) -> None:
    d = bench.desk.casework
    astonished = Astonished(d.store, d.days, d.practice, d.compose, d.compose_answer)
    usual = bench.reads
    bench.reads = lambda raw: replace(usual(raw), forms=forms())
    arrival = bench.arrives(mail(1))

    bench.intake(astonished).work(arrival, NOW)

    assert bench.outcome(arrival) is OutcomeKind.TRAY
    assert [t.code for t in bench.desk.store.tasks()] == [Ask.WHOSE]
    assert bench.desk.store.cases() == ()


# ---------------------------------------------------------------- copies


def test_of_two_like_mails_the_later_is_the_copy_though_the_first_failed_at_first(bench: Bench) -> None:
    usual = bench.reads
    bench.reads = lambda raw: replace(usual(raw), forms=forms())
    first = bench.arrives(mail(1))
    later = bench.arrives(
        mail(1, top="Received: from elsewhere by mx.ministry.example; Tue, 27 Oct 2026 10:00:00 +0500")
    )
    d = bench.desk.casework
    failing = _Failing(d.store, d.days, d.practice, d.compose, d.compose_answer)

    bench.intake(failing).work(first, NOW)  # it was taken apart, and then its step failed
    bench.intake().work(later, NOW)
    bench.intake().work(bench.desk.store.arrival(first.id), NOW + AGAIN_AFTER)

    assert bench.outcome(first) is OutcomeKind.CASE
    assert bench.outcome(later) is OutcomeKind.DUPLICATE
    assert len(bench.desk.store.cases()) == 1


class _Failing(Casework):
    def carry(self, *args: Any, **others: Any) -> Any:
        raise ZeroDivisionError


def test_the_same_bytes_elsewhere_are_a_copy_before_they_are_read(bench: Bench) -> None:
    first, copy = bench.arrives(mail(1)), bench.arrives(mail(1))
    bench.intake().work(first, NOW)

    def never(raw: bytes) -> Reading:
        raise AssertionError("a copy need not be read")

    bench.reads = never
    bench.intake().work(copy, NOW)

    assert bench.outcome(copy) is OutcomeKind.DUPLICATE


# ---------------------------------------------------------------- through the door


def test_a_rework_letter_that_nobody_can_be_sent_puts_the_case_with_the_clerk_at_once(bench: Bench) -> None:
    opened = bench.desk.casework.carry(filed(NOW, *with_gap(), sender="no address"), None, now=NOW)
    bench.desk.timers.tick(at("2026-11-02 09:00"))

    case = bench.desk.store.case(opened.case.number)
    steps = [type(line.event).__name__ for line in bench.desk.store.journal(case.number)]
    assert case.state is State.WITH_CLERK
    assert case.asks == (Ask.REWORK_NOT_ACCEPTED,)
    assert steps == ["Filed", "LeadDayCame", "LetterFailed"]
    assert bench.desk.store.letters(case.number) == ()


def test_a_second_application_of_somebody_in_the_register_goes_to_the_clerk(bench: Bench) -> None:
    first = bench.desk.casework.carry(filed(NOW, *complete()), None, now=NOW)
    again = bench.desk.casework.carry(filed(NOW, *complete(), n=2), None, now=NOW)

    assert first.case.state is State.INCLUDED
    assert again.case.state is State.WITH_CLERK
    assert Ask.WHOSE in again.case.asks
    assert [e.case for e in bench.desk.store.entries()] == [first.case.number]


def test_another_kind_of_the_same_person_is_another_entry(bench: Bench) -> None:
    iin = {"iin": OTHER_IIN}
    volunteer = (sheet("application"), sheet("volunteer", answers=iin))
    coordinator = (
        sheet("application", answers={"register_category": ["coordinator_organizer"]}),
        sheet("coordinator", answers=iin),
    )

    for n, sheets in enumerate((volunteer, coordinator), 1):
        step = bench.desk.casework.carry(filed(NOW, *sheets, n=n), None, now=NOW)
        assert step.case.state is State.INCLUDED

    assert sorted(e.facts.kind for e in bench.desk.store.entries()) == ["coordinator", "volunteer"]


# ---------------------------------------------------------------- letters


def test_acceptance_bears_the_moment_of_the_servers_answer(bench: Bench) -> None:
    """§10: the three days count from it, and a slow server may answer on the next day."""
    clock = [at("2026-11-02 18:29")]
    opened = bench.desk.casework.carry(filed(NOW, *with_gap()), None, now=NOW)
    bench.desk.outbox.send_due(lambda: NOW)
    bench.desk.timers.tick(at("2026-11-02 09:00"))

    class Slow:
        def send(self, raw: bytes, envelope_from: str, recipients: tuple[str, ...]) -> Delivery:
            clock[0] += timedelta(hours=6)
            return Accepted("250 at last")

    outbox = Outbox(bench.desk.store, bench.desk.casework, Slow(), OFFICE)
    assert outbox.send_due(lambda: clock[0]) == 1

    case = bench.desk.store.case(opened.case.number)
    (rework,) = [x for x in bench.desk.store.letters(case.number) if x.kind is LetterKind.REWORK]
    assert rework.accepted_at == at("2026-11-03 00:29")
    assert case.rework is not None
    assert case.rework.accepted_at == rework.accepted_at


def test_a_sending_that_was_broken_off_is_uncertain_at_the_next_round(bench: Bench) -> None:
    opened = bench.desk.casework.carry(filed(NOW, *complete()), None, now=NOW)
    receipt, inclusion = bench.desk.store.letters(opened.case.number)

    class Breaking:
        def send(self, raw: bytes, envelope_from: str, recipients: tuple[str, ...]) -> Delivery:
            raise MemoryError

    outbox = Outbox(bench.desk.store, bench.desk.casework, Breaking(), OFFICE)
    with pytest.raises(MemoryError):
        outbox.send_due(lambda: NOW)
    bench.desk.outbox.send_due(lambda: NOW)
    bench.desk.outbox.send_due(lambda: NOW)

    states = {letter.id: letter.state for letter in bench.desk.store.letters(opened.case.number)}
    assert sorted(states.values()) == [LetterState.ACCEPTED, LetterState.UNCERTAIN]
    assert set(states) == {receipt.id, inclusion.id}
    assert len(bench.desk.postman.carried) == 1


def test_the_brake_holds_receipts_and_never_a_decision(bench: Bench) -> None:
    brakes = replace(bench.desk.casework.brakes, per_address_a_day=2, all_in_15_minutes=1)
    casework = replace(bench.desk.casework, brakes=brakes)
    opened = casework.carry(filed(NOW, *with_gap()), None, now=NOW)
    for n in range(2, 5):
        casework.carry(filed(NOW, *with_gap(), n=n), opened.case.number, now=NOW)
    casework.carry(filed(NOW, *complete(), n=5), opened.case.number, now=NOW)

    kinds = [letter.kind for letter in bench.desk.store.letters(opened.case.number)]
    assert kinds == [LetterKind.RECEIPT, LetterKind.RECEIPT, LetterKind.INCLUSION]
    assert Ask.BRAKE in [task.code for task in bench.desk.store.tasks()]
    later: datetime = NOW + timedelta(days=1, minutes=1)
    casework.carry(filed(later, *with_gap(), n=6, sender="another@post.example"), None, now=later)
    assert len(bench.desk.store.letters_in((LetterState.WAITING,))) == 4


# ---------------------------------------------------------------- what no ready answer fits


def test_who_disputes_a_refusal_gets_no_blank_forms_but_a_person(bench: Bench) -> None:
    arrival = bench.arrives(mail(1, "Почему мне отказано во включении в реестр волонтеров?"))

    bench.intake().work(arrival, NOW)

    assert bench.outcome(arrival) is OutcomeKind.TRAY
    assert bench.desk.store.letters_in((LetterState.WAITING,)) == ()
