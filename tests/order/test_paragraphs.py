"""The dates of the Order, one by one, as a lawyer would ask for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from inbox_daemon.order.paragraphs import (
    apc64_registered_on,
    end_of,
    in_office_hours,
    just_after,
    minor_until,
    next_office_moment,
    p10_last_day_if_sent,
    p10_review_due,
    p10_rework_due,
    p10_rework_letter_on,
    p11_may_refuse,
    p11_refusal_on,
    p11_why_not_refuse,
    p13_carry_out_by,
    warning_days,
    was_in_time,
)
from inbox_daemon.order.practice import Practice
from inbox_daemon.order.workdays import CalendarEnds
from registry_store.records import Case, CaseKind, Judgement, Resubmission, Rework, State
from tests.order.build import NUMBER, at, day, days, look

PRACTICE = Practice()


def rework(accepted: str, printed: str | None = None, delivered: str | None = None) -> Rework:
    """A rework letter that left as planned: the printed day is the third working day after acceptance."""
    last = day(printed) if printed else p10_last_day_if_sent(at(accepted).date(), days()).last
    return Rework("<r@example.kz>", last, at(accepted), at(delivered) if delivered else None)


# ---------------------------------------------------------------- registration (APC art. 64)


@pytest.mark.parametrize(
    ("received", "registered"),
    [
        ("2026-10-23 10:00", "2026-10-23"),
        ("2026-10-23 00:00:00", "2026-10-23"),  # before opening: that day
        ("2026-10-23 08:59:59", "2026-10-23"),
        ("2026-10-23 18:30:00", "2026-10-23"),  # both ends are in hours
        ("2026-10-23 18:30:00.999", "2026-10-23"),
        ("2026-10-23 18:30:01", "2026-10-27"),
        ("2026-10-23 23:59:59", "2026-10-27"),
        ("2026-10-24 12:00", "2026-10-27"),  # Saturday; Monday the 26th is off
        ("2026-10-26 10:00", "2026-10-27"),
        ("2026-10-27 10:00", "2026-10-27"),
        ("2024-05-04 10:00", "2024-05-04"),  # a Saturday that is worked
        ("2024-05-03 18:30:01", "2024-05-04"),
        ("2024-05-04 18:30:01", "2024-05-06"),
        ("2025-01-05 18:00", "2025-01-05"),  # a Sunday that is worked
        ("2025-01-03 10:00", "2025-01-05"),
    ],
)
def test_a_mail_is_registered_that_day_or_the_next_working_day(received: str, registered: str) -> None:
    assert apc64_registered_on(at(received), days(), PRACTICE) == day(registered)


@pytest.mark.parametrize(
    ("utc", "registered"),
    [
        ("2024-02-28T12:30:00", "2024-02-28"),  # 18:30 by the clock of UTC+6
        ("2024-02-28T12:30:01", "2024-02-29"),
        ("2024-03-04T12:30:01", "2024-03-04"),  # 17:30 by the clock of UTC+5
        ("2024-03-04T13:30:00", "2024-03-04"),
        ("2024-03-04T13:30:01", "2024-03-05"),
    ],
)
def test_office_hours_follow_the_clock_on_the_wall(utc: str, registered: str) -> None:
    moment = datetime.fromisoformat(utc).replace(tzinfo=UTC)

    assert apc64_registered_on(moment, days(), PRACTICE) == day(registered)


def test_office_hours_are_a_setting() -> None:
    till_five = replace(PRACTICE, office_closes=time(17))

    assert apc64_registered_on(at("2026-10-23 17:00:00"), days(), till_five) == day("2026-10-23")
    assert apc64_registered_on(at("2026-10-23 17:00:01"), days(), till_five) == day("2026-10-27")


@pytest.mark.parametrize(
    ("moment", "open_", "next_"),
    [
        ("2026-10-23 08:59:59", False, "2026-10-23 09:00"),
        ("2026-10-23 09:00:00", True, "2026-10-23 09:00"),
        ("2026-10-23 18:30:00", True, "2026-10-23 18:30"),
        ("2026-10-23 18:30:01", False, "2026-10-27 09:00"),
        ("2026-10-25 12:00:00", False, "2026-10-27 09:00"),
        ("2024-05-03 20:00:00", False, "2024-05-04 09:00"),
        ("2025-01-05 10:00:00", True, "2025-01-05 10:00"),
    ],
)
def test_automatic_letters_leave_in_office_hours(moment: str, open_: bool, next_: str) -> None:
    assert in_office_hours(at(moment), days(), PRACTICE) is open_
    assert next_office_moment(at(moment), days(), PRACTICE) == at(next_)


# ---------------------------------------------------------------- §10 review


@pytest.mark.parametrize(
    ("received", "due", "letter_on"),
    [
        ("2026-10-23 10:00", "2026-11-02", "2026-10-30"),  # the dates that the rules name
        ("2026-10-24 12:00", "2026-11-02", "2026-10-30"),
        ("2026-10-27 10:00", "2026-11-03", "2026-11-02"),
        # counted from receipt and not from registration: the evening of the 23rd is still the 23rd
        ("2026-10-23 18:30:01", "2026-11-02", "2026-10-30"),
        ("2026-10-23 23:59:59", "2026-11-02", "2026-10-30"),
        ("2026-10-27 00:00:00", "2026-11-03", "2026-11-02"),
        ("2026-10-26 23:59:59", "2026-11-02", "2026-10-30"),
        ("2024-04-29 10:00", "2024-05-06", "2024-05-04"),  # the worked Saturday is the lead day
        ("2024-12-30 10:00", "2025-01-09", "2025-01-08"),
    ],
)
def test_review_is_due_on_the_fifth_working_day_after_receipt(received: str, due: str, letter_on: str) -> None:
    assert p10_review_due(at(received), days()).last == day(due)
    assert p10_rework_letter_on(at(received), days(), PRACTICE) == day(letter_on)


@pytest.mark.parametrize(("lead", "letter_on"), [(0, "2026-11-02"), (1, "2026-10-30"), (4, "2026-10-27")])
def test_the_lead_days_are_a_setting(lead: int, letter_on: str) -> None:
    practice = replace(PRACTICE, rework_lead_days=lead)

    assert p10_rework_letter_on(at("2026-10-23 10:00"), days(), practice) == day(letter_on)


def test_the_clerk_is_warned_two_working_days_before_one_before_and_on_the_day() -> None:
    assert warning_days(day("2026-11-02"), days()) == (day("2026-10-29"), day("2026-10-30"), day("2026-11-02"))


@pytest.mark.parametrize(("received", "by"), [("2026-10-23 10:00", "2026-11-02"), ("2024-05-03 10:00", "2024-05-14")])
def test_a_stop_is_carried_out_within_five_working_days(received: str, by: str) -> None:
    assert p13_carry_out_by(at(received), days()).last == day(by)


# ---------------------------------------------------------------- §10 rework


@pytest.mark.parametrize(
    ("accepted", "due", "refusal_on"),
    [
        ("2026-10-30 09:00", "2026-11-04", "2026-11-05"),
        ("2026-10-30 00:00:00", "2026-11-04", "2026-11-05"),
        ("2026-10-30 23:59:59", "2026-11-04", "2026-11-05"),
        ("2026-10-31 00:00:00", "2026-11-04", "2026-11-05"),
        ("2026-10-23 09:00", "2026-10-29", "2026-10-30"),
        ("2024-05-02 09:00", "2024-05-06", "2024-05-10"),  # 3, 4 (a worked Saturday), 6; 7–9 are off
        ("2025-01-02 09:00", "2025-01-08", "2025-01-09"),  # 5 (a worked Sunday), 6, 8
    ],
)
def test_the_applicant_has_three_working_days_after_acceptance(accepted: str, due: str, refusal_on: str) -> None:
    term = p10_rework_due(rework(accepted), days())

    assert term is not None
    assert term.last == day(due)
    assert len(term.counted) == 3
    assert p11_refusal_on(term.last, days()) == day(refusal_on)


def test_no_term_runs_before_a_server_has_accepted_the_letter() -> None:
    waiting = Rework("<r@example.kz>", day("2026-11-04"))

    assert p10_rework_due(waiting, days()) is None
    assert was_in_time(at("2027-01-01 10:00"), waiting, days())


@pytest.mark.parametrize(
    ("accepted", "printed", "due"),
    [
        ("2026-10-28 09:00", "2026-11-04", "2026-11-04"),  # it left earlier than planned
        ("2026-10-30 09:00", "2026-11-04", "2026-11-04"),
        ("2026-11-02 09:00", "2026-11-04", "2026-11-05"),  # it left later: the term is longer than the letter said
        ("2026-10-28 09:00", "2026-11-07", "2026-11-09"),  # a day off printed before the calendar changed
    ],
)
def test_the_term_never_ends_before_the_last_day_that_the_letter_names(accepted: str, printed: str, due: str) -> None:
    term = p10_rework_due(rework(accepted, printed), days())

    assert term is not None
    assert term.last == day(due)
    assert term.last >= day(printed)
    assert term.counted[-1] == term.last


@pytest.mark.parametrize(
    ("delivered", "due"),
    [
        (None, "2026-11-04"),
        ("2026-10-30 09:00:05", "2026-11-04"),
        ("2026-11-03 10:00", "2026-11-06"),  # delivered later: the term moves later
        ("2026-10-01 10:00", "2026-11-04"),  # a report with a wrong clock takes no day away
    ],
)
def test_a_later_delivery_moves_the_term_later_and_never_earlier(delivered: str | None, due: str) -> None:
    term = p10_rework_due(rework("2026-10-30 09:00", delivered=delivered), days())

    assert term is not None
    assert term.last == day(due)


@pytest.mark.parametrize(
    ("submitted", "in_time"),
    [
        ("2026-11-04 23:59:59", True),
        ("2026-11-04 23:59:59.999", True),
        ("2026-11-05 00:00:00", False),
        ("2026-10-30 08:00", True),
    ],
)
def test_an_answer_is_in_time_to_the_last_second_of_the_last_day(submitted: str, in_time: bool) -> None:
    assert was_in_time(at(submitted), rework("2026-10-30 09:00"), days()) is in_time


def test_the_last_second_of_a_term_has_the_first_moment_after_it() -> None:
    assert end_of(day("2026-11-04")) == at("2026-11-04 23:59:59")
    assert just_after(day("2026-11-04")) == at("2026-11-05 00:00:00")
    # the day on which the clock was set back ends once
    assert just_after(day("2024-02-29")) - end_of(day("2024-02-29")) >= timedelta(seconds=1)


# ---------------------------------------------------------------- §11 refusal


def awaiting(**changes: object) -> Case:
    plain = Case(
        NUMBER,
        CaseKind.APPLICATION,
        State.AWAITING_REWORK,
        version=3,
        received=at("2026-10-23 10:00"),
        rework=rework("2026-10-30 09:00"),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # the fields of Case by name


AFTER = look(at("2026-11-05 00:00:00"))
LATE = Resubmission(at("2026-11-05 08:00"), "cd" * 32, Judgement.COMPLETE, in_time=False)
IN_TIME = replace(LATE, at=at("2026-11-04 12:00"), judgement=Judgement.INCOMPLETE, in_time=True)


def test_silence_after_an_accepted_letter_may_be_refused() -> None:
    assert p11_why_not_refuse(awaiting(), AFTER, days()) is None
    assert p11_may_refuse(awaiting(), AFTER, days())


@pytest.mark.parametrize(
    ("case", "seen", "why"),
    [
        (awaiting(rework=None), AFTER, "no rework letter was accepted"),
        (awaiting(rework=Rework("<r@example.kz>", day("2026-11-04"))), AFTER, "no rework letter was accepted"),
        (awaiting(answers=(IN_TIME,)), AFTER, "submitted in time"),
        (awaiting(answers=(IN_TIME, LATE)), AFTER, "submitted in time"),
        # late at first, and in time since the letter was reported to be delivered later
        (
            awaiting(answers=(LATE,), rework=rework("2026-10-30 09:00", delivered="2026-11-02 09:00")),
            look(at("2026-11-06 00:00:00")),
            "submitted in time",
        ),
        (awaiting(rework=replace(rework("2026-10-30 09:00"), delayed=True)), AFTER, "delayed"),
        (awaiting(rework=replace(rework("2026-10-30 09:00"), bounced=True)), AFTER, "came back"),
        (awaiting(), look(at("2026-11-05 00:00:00"), complete=False), "not fully looked through"),
        (awaiting(), look(at("2026-11-04 23:59:59")), "not fully looked through"),
        (awaiting(), look(at("2026-11-04 12:00")), "not fully looked through"),
        (awaiting(), look(at("2026-11-05 09:00"), "ef" * 32), "may be this applicant's"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_nothing_but_silence_in_a_fully_read_mailbox_is_refused(case: Case, seen: object, why: str) -> None:
    assert why in (p11_why_not_refuse(case, seen, days()) or "")  # type: ignore[arg-type]
    assert not p11_may_refuse(case, seen, days())  # type: ignore[arg-type]


def test_after_a_late_answer_a_person_may_refuse_and_the_daemon_may_not() -> None:
    case = awaiting(answers=(LATE,))

    assert p11_why_not_refuse(case, AFTER, days()) is None
    assert not p11_may_refuse(case, AFTER, days())


# ---------------------------------------------------------------- the edges of the table


@pytest.mark.parametrize("received", ["2027-12-27 10:00", "2027-12-31 23:59:59"])
def test_a_term_beyond_the_calendar_is_an_error_and_no_guess(received: str) -> None:
    with pytest.raises(CalendarEnds, match="add the year"):
        p10_review_due(at(received), days())


def test_the_last_day_of_the_table_can_still_be_a_due_day() -> None:
    assert p10_review_due(at("2027-12-24 10:00"), days()).last == date(2027, 12, 31)
    with pytest.raises(CalendarEnds):
        p11_refusal_on(date(2027, 12, 31), days())


@pytest.mark.parametrize(
    ("born", "on", "until"),
    [
        (2008, "2026-10-23", "2026-12-31"),  # turns 18 some day this year: under age to its end
        (2007, "2026-10-23", None),
        (2007, "2025-12-31", "2025-12-31"),
        (2012, "2026-10-23", "2030-12-31"),
    ],
)
def test_somebody_is_under_age_to_the_end_of_the_year_of_turning_18(born: int, on: str, until: str | None) -> None:
    assert minor_until(born, day(on)) == (day(until) if until else None)
