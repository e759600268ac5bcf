"""Every letter's record says why it left and how each of its dates was counted."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from inbox_daemon.letters.compose import compose
from inbox_daemon.letters.samples import Sample, at, compose_sample
from inbox_daemon.order.practice import Practice
from registry_store.records import Judgement, LetterKind, Look, Resubmission, Send
from tests.letters.samples import OFFICE, SAMPLES, composed, days, letter

NAMES = sorted(SAMPLES)
COUNTED = frozenset(LetterKind) - {LetterKind.HOW_TO_APPLY, LetterKind.REPLY, LetterKind.CLOSED}  # they print no date
REFUSAL = SAMPLES["refusal"]


def said(sample: Sample) -> str:
    return composed(sample).explanation


@pytest.mark.parametrize("name", [n for n in NAMES if SAMPLES[n].kind in COUNTED])
def test_every_date_is_counted_day_by_day_by_a_named_calendar(name: str) -> None:
    explanation = letter(name).explanation
    counts = re.findall(r"day zero \w{3} [\d-]{10}; counted ((?:\w{3} [\d-]{10}(?:, )?)+)", explanation)
    assert counts
    assert explanation.count(f"calendar {days().version}") == len(counts)
    assert re.search(r"\(§1[03]\)", explanation)
    assert {len(count.split(", ")) for count in counts} <= {3, 5}


@pytest.mark.parametrize("name", NAMES)
def test_every_letter_tells_its_paragraph_or_rule_and_when_it_may_leave(name: str) -> None:
    explanation = letter(name).explanation
    assert re.search(r"§\d|rules, section \d", explanation.splitlines()[0])
    assert "May leave " in explanation.splitlines()[-1]


def test_a_skipped_day_is_told_with_its_reason() -> None:
    assert "Mon 2026-10-26 (Republic Day (day off in lieu))" in letter("receipt").explanation
    assert "Sat 2026-10-31 (weekend)" in letter("receipt").explanation
    assert "not confirmed for this year" in letter("receipt-unconfirmed").explanation


def test_a_refusal_tells_what_was_sent_how_long_was_waited_and_which_look_was_taken() -> None:
    explanation = said(REFUSAL)
    assert "Rework letter accepted by the mail server Wed 2026-10-28 09:00:05" in explanation
    assert "last day printed in it Mon 2026-11-02" in explanation
    assert "Waited until Mon 2026-11-02 23:59:59. Nothing was submitted." in explanation
    assert "complete, began Tue 2026-11-03 08:59:00, after the term; no mail in doubt" in explanation
    assert "Missing: application.signature, volunteer.activity_other" in explanation


def test_a_refusal_tells_a_late_answer_and_a_later_delivery() -> None:
    assert REFUSAL.case.rework is not None
    late = Resubmission(at("2026-11-04T10:00"), "02" * 32, Judgement.COMPLETE, in_time=False)
    rework = replace(REFUSAL.case.rework, delivered_at=at("2026-10-29T08:00"))
    explanation = said(replace(REFUSAL, case=replace(REFUSAL.case, answers=(late,), rework=rework)))
    assert "answered late: Wed 2026-11-04 10:00:00" in explanation
    assert "reported as delivered Thu 2026-10-29 08:00:00" in explanation
    assert "day zero Thu 2026-10-29" in explanation


@pytest.mark.parametrize(
    ("look", "words"),
    [
        (None, "is not recorded"),
        (Look(at("2026-11-02T23:00"), complete=True), "NOT after the term"),
        (Look(at("2026-11-03T08:59"), complete=False), "NOT complete"),
        (Look(at("2026-11-03T08:59"), complete=True, in_doubt=("ab", "cd")), "2 mails in doubt"),
    ],
)
def test_a_look_that_allows_nothing_is_told_as_what_it_was(look: Look | None, words: str) -> None:
    assert words in said(replace(REFUSAL, look=look))


def test_an_inclusion_tells_by_when_it_was_owed_and_whether_it_was_in_time() -> None:
    sample = SAMPLES["inclusion"]
    assert "Register entry 15, decided Tue 2026-10-27, in time." in said(sample)
    assert "Last day for it: Mon 2026-11-02 (§10)" in said(sample)
    late = replace(sample, case=replace(sample.case, decided_at=at("2026-11-03T10:00")))
    assert "decided Tue 2026-11-03, late." in said(late)


def test_a_stop_tells_whose_day_its_mark_bears() -> None:
    sample = SAMPLES["stop"]
    assert "Mark of Tue 2026-10-20: the day of the decision as stated (§13)." in said(sample)
    unstated = replace(sample, case=replace(sample.case, stop_decided_on=None))
    assert "the day of receipt" in said(unstated)


def test_a_rework_letter_tells_by_when_it_must_leave_who_sends_it_and_what_is_enclosed() -> None:
    sample = SAMPLES["rework"]
    explanation = said(sample)
    assert "To be sent for rework by: Mon 2026-11-02 (§10), day zero Fri 2026-10-23" in explanation
    assert "Goes by itself; its day is Fri 2026-10-30, 1 working days before review is due." in explanation
    assert "Enclosed: application (kk, own, gaps marked), volunteer (kk, own, gaps marked)." in explanation


def test_a_late_rework_letter_is_recorded_as_late() -> None:
    sample = SAMPLES["rework"]
    assert REFUSAL.case.rework is not None
    late = replace(sample.case, rework=replace(REFUSAL.case.rework, late=True))
    assert "recorded as late" in said(replace(sample, case=late))
    assert "recorded as late" not in said(sample)


def test_an_answer_that_is_still_incomplete_is_told_with_its_moment() -> None:
    assert "Answered Fri 2026-10-30 16:00:00, in time: incomplete." in letter("still-incomplete").explanation


def test_a_rework_letter_tells_who_sends_it() -> None:
    sample = SAMPLES["rework"]
    send = Send(sample.kind, sample.leaves, last_day=sample.last_day, any_hour=True)
    by_hand = compose(
        send, sample.case, office=OFFICE, days=days(), practice=Practice(), now=sample.leaves, n=1, entry=None
    )
    assert "Sent by a clerk." in by_hand.explanation
    at_once = compose_sample(sample, days=days(), practice=Practice(rework_send="at_once"))
    assert "Goes by itself, at once." in at_once.explanation


@pytest.mark.parametrize("name", NAMES)
def test_a_record_holds_nothing_of_the_applicant(name: str) -> None:
    explanation = letter(name).explanation
    assert "@" not in explanation
    assert not re.search(r"\d{12}|\+7", explanation)
