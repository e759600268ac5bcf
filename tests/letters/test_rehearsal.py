"""A letter before it leaves: what is shown is what would be sent, and nothing stays behind."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from inbox_daemon.casework import Casework
from inbox_daemon.letters.compose import compose, compose_answer
from inbox_daemon.letters.errors import LetterError
from inbox_daemon.letters.samples import ADDRESS, FIRST_MAIL, at, mail, sheet
from inbox_daemon.order.practice import Practice
from inbox_daemon.rehearsal import letter_now
from registry_store.errors import CaseUnknown
from registry_store.records import (
    Case,
    Category,
    ClerkIncluded,
    ClerkSentRework,
    Filed,
    LetterKind,
    Sheet,
    State,
)
from registry_store.store import Rehearsal, open_store
from tests.letters.samples import OFFICE, days

RECEIVED, NOW = at("2026-10-23T10:00"), at("2026-10-28T11:00")
WHOLE = (sheet("application", "kk"), sheet("volunteer", "kk"))
WITH_GAPS = (sheet("application", "kk"), sheet("volunteer", "kk", without=("iin",)))


@pytest.fixture
def casework(tmp_path: Path) -> Iterator[Casework]:
    """The one door with a real store and real letters; every inclusion waits for the clerk."""
    store = open_store(f"sqlite:///{tmp_path / 'register.db'}")
    practice = Practice(inclusion="clerk")
    yield Casework(
        store=store,
        days=days(),
        practice=practice,
        compose=functools.partial(compose, office=OFFICE, days=days(), practice=practice),
        compose_answer=functools.partial(compose_answer, office=OFFICE),
    )
    store.close()


def filed(casework: Casework, sheets: tuple[Sheet, ...], moment: datetime = RECEIVED) -> Case:
    brought = mail(moment.isoformat()[:16])
    event = Filed(moment, moment, moment, brought, Category.APPLICATION, sheets)
    return casework.carry(event, None, now=moment).case


def everything(casework: Casework) -> object:
    """All that the store holds of its cases."""
    cases = casework.store.cases()
    return [(c, casework.store.letters(c.number), casework.store.journal(c.number)) for c in cases]


def test_a_rework_letter_is_shown_as_the_clerk_would_send_it_now(casework: Casework) -> None:
    number = filed(casework, WITH_GAPS).number
    before = everything(casework)
    shown = letter_now(LetterKind.REWORK, number, casework, NOW)
    assert everything(casework) == before
    assert shown.why_not == ""
    assert "own, gaps marked" in shown.letter.explanation
    casework.carry(ClerkSentRework(NOW, "A. Clerk"), number, now=NOW)
    sent = next(one for one in casework.store.letters(number) if one.kind is LetterKind.REWORK)
    assert sent.raw == shown.letter.raw
    assert sent.explanation == shown.letter.explanation


def test_a_number_that_is_only_shown_is_not_used_up(casework: Casework) -> None:
    number = filed(casework, WHOLE).number
    shown = letter_now(LetterKind.INCLUSION, number, casework, NOW)
    assert letter_now(LetterKind.INCLUSION, number, casework, NOW) == shown
    assert casework.store.case(number).state is State.COMPLETE
    included = casework.carry(ClerkIncluded(NOW, "A. Clerk"), number, now=NOW).case
    assert included.entry == 1
    sent = next(one for one in casework.store.letters(number) if one.kind is LetterKind.INCLUSION)
    assert sent.raw == shown.letter.raw


def test_a_letter_that_the_order_forbids_is_shown_with_the_reason(casework: Casework) -> None:
    number = filed(casework, WITH_GAPS).number
    casework.carry(ClerkSentRework(NOW, "A. Clerk"), number, now=NOW)
    with pytest.raises(LetterError, match="no server has accepted"):
        letter_now(LetterKind.REFUSAL, number, casework, NOW)
    again = letter_now(LetterKind.REWORK, number, casework, NOW)
    assert "not foreseen" in again.why_not
    assert again.letter.kind is LetterKind.REWORK


def test_a_letter_that_lacks_a_fact_is_not_shown(casework: Casework) -> None:
    number = filed(casework, WHOLE).number
    with pytest.raises(LetterError, match="something that is missing"):
        letter_now(LetterKind.REWORK, number, casework, NOW)
    with pytest.raises(LetterError):
        letter_now(LetterKind.STOP, number, casework, NOW)


@pytest.mark.parametrize("kind", [LetterKind.RECEIPT, LetterKind.HOW_TO_APPLY])
def test_letters_that_no_clerk_sends_are_shown_too(casework: Casework, kind: LetterKind) -> None:
    number = filed(casework, WHOLE).number
    shown = letter_now(kind, number, casework, NOW)
    assert (shown.letter.kind, shown.letter.recipients, shown.why_not) == (kind, (ADDRESS,), "")


def test_an_inclusion_that_was_sent_is_shown_again_with_its_entry(casework: Casework) -> None:
    number = filed(casework, WHOLE).number
    casework.carry(ClerkIncluded(NOW, "A. Clerk"), number, now=NOW)
    shown = letter_now(LetterKind.INCLUSION, number, casework, NOW + timedelta(days=1))
    assert "not foreseen" in shown.why_not
    assert "Register entry 1," in shown.letter.explanation


def test_a_case_that_is_not_there_is_named(casework: Casework) -> None:
    with pytest.raises(CaseUnknown):
        letter_now(LetterKind.RECEIPT, "VR-2026-999999", casework, NOW)


def test_a_rehearsal_sees_what_it_writes_and_leaves_nothing(casework: Casework) -> None:
    rehearsal = Rehearsal(casework.store)
    with rehearsal.writing() as writing:
        first = writing.new_case_number(2026)
    with rehearsal.writing() as writing:
        assert writing.new_case_number(2026) == first
    with pytest.raises(RuntimeError, match="mine"), rehearsal.writing():
        raise RuntimeError("mine")
    assert filed(casework, WHOLE).number == first
    assert casework.store.case(first).mails[0].mail == FIRST_MAIL
