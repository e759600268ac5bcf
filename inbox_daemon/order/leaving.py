"""Rules for a letter that comes to leave on another day than it was composed for: what it says of days is asked anew.

Servers that put a letter off, minutes in which an act can be undone, a switch that stops all letters, a daemon that
was down: a letter may leave days after it was written.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from inbox_daemon.errors import NotAllowed
from inbox_daemon.order.asks import Ask
from inbox_daemon.order.paragraphs import p10_last_day_if_sent, p10_review_due, p10_rework_due, p13_carry_out_by
from inbox_daemon.order.practice import Practice
from inbox_daemon.order.steps import is_past_review, review_clock
from inbox_daemon.order.workdays import CalendarEnds, WorkingDays, almaty_day, known
from registry_store.records import (
    AskClerk,
    Case,
    CaseKind,
    ComposeAnew,
    LetterKind,
    LetterLeavesLate,
    Step,
    Withdraw,
)

# The letters that tell the applicant until when to answer.
TELLS_A_LAST_DAY = (LetterKind.REWORK, LetterKind.STILL_INCOMPLETE)


def says_another_day(case: Case, letter: LetterKind, planned: date, leaves: date, days: WorkingDays) -> bool:
    """Whether a letter that was composed for the day `planned` is to be composed anew when it leaves on `leaves`.

    A receipt confirms facts, and a reply says a person's words: their days stay, but no receipt promises a day that
    is over. Raises CalendarEnds where the day to print lies beyond the table.
    """
    match letter:
        case LetterKind.REWORK:
            # Asked of the printed day itself: the undo minutes may have led over midnight after it was counted.
            return case.rework is not None and case.rework.last_day_printed < _last_day(leaves, days)
        case LetterKind.RECEIPT:
            promised = known(lambda: _promised(case, days))
            return promised is not None and planned <= promised < leaves
        case LetterKind.REPLY:
            return False
        case _:
            return planned != leaves


def leaves_late(case: Case, event: LetterLeavesLate, days: WorkingDays, practice: Practice) -> Step:
    """A letter leaves later than planned: composed anew, with a last day that is never earlier than three working
    days after it leaves (§10); one that tells the rest of a running term is void when that is over."""
    kind, leaves = event.letter, almaty_day(event.at)
    if kind is LetterKind.REWORK:
        return _rework_leaves_late(case, event, days)
    if kind is not LetterKind.STILL_INCOMPLETE or case.rework is None:
        return Step(case, (ComposeAnew((kind,)),))
    rework = case.rework
    try:
        term = p10_rework_due(rework, days)
    except CalendarEnds as ends:
        raise _not_known(ends) from ends
    if term is None or term.last < leaves:
        return Step(case, (Withdraw((kind,)), AskClerk(Ask.LETTER_FAILED, kind)))
    return Step(case, (ComposeAnew((kind,), term.last),))


def _rework_leaves_late(case: Case, event: LetterLeavesLate, days: WorkingDays) -> Step:
    rework = case.rework
    if rework is None or rework.message_id != event.message_id or rework.accepted_at is not None:
        return Step(case)
    try:
        last_day = max(rework.last_day_printed, _last_day(almaty_day(event.at), days))
    except CalendarEnds as ends:
        raise _not_known(ends) from ends
    late = rework.late or is_past_review(case, event.at, days)
    rework = replace(rework, last_day_printed=last_day, late=late)
    return Step(replace(case, rework=rework, overdue=case.overdue or late), (ComposeAnew((event.letter,), last_day),))


def _not_known(ends: CalendarEnds) -> NotAllowed:
    """No day is guessed: the letter waits until the year is added."""
    return NotAllowed(f"the day that the letter would tell is not known yet: {ends}", "dates_unknown", str(ends.last))


def _last_day(leaves: date, days: WorkingDays) -> date:
    return p10_last_day_if_sent(leaves, days).last


def _promised(case: Case, days: WorkingDays) -> date:
    """The last day that a receipt of this case names."""
    if case.kind is CaseKind.TERMINATION:
        return p13_carry_out_by(review_clock(case), days).last
    return p10_review_due(review_clock(case), days).last
