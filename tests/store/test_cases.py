from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from registry_store.errors import CaseChanged, CaseUnknown, NotStored
from registry_store.records import (
    AskClerk,
    CaseKind,
    ClerkSentRework,
    Event,
    LetterAccepted,
    LetterKind,
    LetterState,
    Look,
    Send,
    State,
    Step,
    TermPassed,
    Withdraw,
)
from registry_store.store import Store

from .samples import MORNING, a_case, endless, filed, hours, letter, open_case


def test_a_case_comes_back_as_it_was_written(store: Store) -> None:
    case = open_case(store)
    assert store.case(case.number) == case
    assert {type(a.value) for a in store.case(case.number).sheets[0].answers.values()} == {str, int, bool, list, dict}


def test_datetimes_come_back_aware_and_in_utc(store: Store) -> None:
    received = store.case(open_case(store).number).received
    assert received == MORNING
    assert received is not None
    assert received.utcoffset() == UTC.utcoffset(None)


def test_a_datetime_without_a_zone_is_refused_and_nothing_is_written(store: Store) -> None:
    with pytest.raises(ValueError, match="time zone"):
        open_case(store, received=datetime(2026, 10, 27))  # noqa: DTZ001
    assert store.cases() == ()


def test_a_value_of_the_wrong_type_is_refused_when_it_is_written(store: Store) -> None:
    with pytest.raises(Exception, match="mails"):
        open_case(store, mails=["no tuple"])
    assert store.cases() == ()


def test_half_a_character_from_a_broken_mail_does_not_stop_a_case(store: Store) -> None:
    case = open_case(store, reply_to="\udcffa\0@example.kz", asks=("\udc80?",))
    assert store.case(case.number).asks == ("??",)


def test_an_unknown_case_is_named(store: Store) -> None:
    with pytest.raises(CaseUnknown, match="VR-2026-000009"):
        store.case("VR-2026-000009")


def test_a_step_needs_the_version_it_was_decided_on(store: Store) -> None:
    case = open_case(store)
    step = Step(replace(case, version=2, state=State.INCOMPLETE))
    sent = ClerkSentRework(MORNING, "aigul")
    with store.writing() as w:
        w.record(1, step, sent, at=hours(1), keys=[], wake_at=None, due=None)
    with pytest.raises(CaseChanged), store.writing() as w:
        w.record(1, step, sent, at=hours(2), keys=[], wake_at=None, due=None)
    with pytest.raises(CaseChanged), store.writing() as w:
        w.record(0, Step(case), sent, at=hours(2), keys=[], wake_at=None, due=None)
    with pytest.raises(ValueError, match="version"), store.writing() as w:
        w.record(2, step, sent, at=hours(2), keys=[], wake_at=None, due=None)
    assert store.case(case.number).version == 2
    assert len(store.journal(case.number)) == 2


@pytest.mark.parametrize(
    "event",
    [
        filed(),
        LetterAccepted(MORNING, "rework", "<1@example.kz>", "250 2.0.0 Ok: queued as 4XYZ"),
        TermPassed(MORNING, Look(hours(1), True, ("cd" * 32,)), hours(2)),
    ],
)
def test_the_journal_gives_events_and_effects_back(store: Store, event: Event) -> None:
    effects = (
        Send(LetterKind.REWORK, hours(1), date(2026, 11, 2), date(2026, 11, 5)),
        Withdraw((LetterKind.RECEIPT,)),
        AskClerk("parked", "letter 3"),
    )
    with store.writing() as w:
        case = a_case(w.new_case_number(2026))
        w.record(0, Step(case, effects), event, at=hours(3), keys=[], wake_at=None, due=None)
    (line,) = store.journal(case.number)
    assert (line.event, line.effects, line.state, line.version, line.noted_at) == (
        event, effects, State.RECEIVED, 1, hours(3),
    )  # fmt: skip


def test_case_numbers_have_no_gaps_and_begin_anew_each_year(store: Store) -> None:
    with pytest.raises(CaseUnknown), store.writing() as w:
        w.case(w.new_case_number(2026))
    with store.writing() as w:
        assert [w.new_case_number(y) for y in (2026, 2026, 2027)] == [
            "VR-2026-000001",
            "VR-2026-000002",
            "VR-2027-000001",
        ]


def test_cases_are_listed_by_what_is_due_first(store: Store) -> None:
    undated = open_case(store)
    late = open_case(store, due=date(2026, 11, 3), state=State.INCOMPLETE)
    early = open_case(store, due=date(2026, 11, 2))
    change = open_case(store, due=date(2026, 11, 2), kind=CaseKind.CHANGE)
    assert store.cases() == (early, change, late, undated)
    assert store.cases(limit=1) == (early,)
    assert store.cases(states={State.INCOMPLETE}) == (late,)
    assert store.cases(kinds=[CaseKind.CHANGE]) == (change,)


def test_cases_wake_when_their_time_has_come_and_no_sooner(store: Store) -> None:
    later, sooner = open_case(store, wake_at=hours(2)), open_case(store, wake_at=hours(1))
    open_case(store)
    assert store.cases_to_wake(hours(0.9)) == ()
    assert store.cases_to_wake(hours(2)) == (sooner.number, later.number)


def test_the_keys_of_a_step_replace_those_before(store: Store) -> None:
    case = open_case(store)
    with store.writing() as w:
        step = Step(replace(case, version=2))
        keys = [("iin", "1"), ("iin", "1"), ("address", "new@example.kz"), ("token", "")]
        w.record(1, step, filed(), at=hours(1), keys=keys, wake_at=None, due=None)
    assert store.cases_by_key("address", "new@example.kz") == (case.number,)
    assert store.cases_by_key("iin", "1") == (case.number,)
    assert store.cases_by_key("address", "aigerim@example.kz") == ()
    assert store.cases_by_key("token", "") == ()


def test_a_key_of_any_length_is_kept_and_found(store: Store) -> None:
    case, long = open_case(store), endless()
    for version in (2, 3):
        case = replace(case, version=version)
        with store.writing() as w:
            w.record(version - 1, Step(case), filed(), at=hours(1), keys=[("iin", long)], wake_at=None, due=None)
        assert store.cases_by_key("iin", long) == (case.number,)
        assert store.cases_by_key("iin", long + "a") == ()


def test_a_withdrawal_takes_back_letters_of_earlier_versions_that_have_not_left(store: Store) -> None:
    case = open_case(store)
    kinds = {
        "waits": letter(1, kind=LetterKind.REWORK),
        "parked": letter(2, kind=LetterKind.REWORK, needs_yes=True),
        "gone": letter(3, kind=LetterKind.REWORK),
        "other kind": letter(4),
    }
    with store.writing() as w:
        ids = {name: w.put_letter(new, case.number, 1, MORNING) for name, new in kinds.items()}
        w.mark_letter(ids["gone"], LetterState.ACCEPTED, accepted_at=MORNING)
    with store.writing() as w:
        ids["its own"] = w.put_letter(letter(5, kind=LetterKind.REWORK), case.number, 2, hours(1))
        step = Step(replace(case, version=2), (Withdraw((LetterKind.REWORK,)),))
        w.record(1, step, filed(), at=hours(1), keys=[], wake_at=None, due=None)
    assert {name: store.letter(id).state for name, id in ids.items()} == {
        "waits": LetterState.WITHDRAWN,
        "parked": LetterState.WITHDRAWN,
        "gone": LetterState.ACCEPTED,
        "other kind": LetterState.WAITING,
        "its own": LetterState.WAITING,
    }


def test_what_is_asked_of_the_clerk_becomes_a_task_until_it_is_done(store: Store) -> None:
    with store.writing() as w:
        case = a_case(w.new_case_number(2026))
        step = Step(case, (AskClerk("two_entries", "12, 15"),))
        w.record(0, step, filed(), at=MORNING, keys=[], wake_at=None, due=None)
        w.add_task(None, "brake_closed", "", hours(1))
    first, second = store.tasks()
    assert (first.case, first.code, first.detail, first.at, first.done_at) == (
        case.number, "two_entries", "12, 15", MORNING, None,
    )  # fmt: skip
    with store.writing() as w:
        w.task_done(first.id, hours(2))
        w.task_done(first.id, hours(3))
    assert store.tasks() == (second,)
    assert store.tasks(open_only=False)[0].done_at == hours(2)
    with pytest.raises(NotStored), store.writing() as w:
        w.task_done(99, hours(2))


def test_what_fails_halfway_leaves_nothing_behind(store: Store) -> None:

    def fail_at_the_end() -> None:
        with store.writing() as w:
            case = a_case(w.new_case_number(2026))
            w.put_letter(letter(), case.number, 1, MORNING)
            w.record(0, Step(case), filed(), at=MORNING, keys=[], wake_at=None, due=None)
            w.task_done(99, MORNING)

    with pytest.raises(NotStored):
        fail_at_the_end()
    assert store.cases() == ()
    assert store.letters("VR-2026-000001") == ()
