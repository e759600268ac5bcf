"""The life of a case as a table. What is not in it cannot happen.

Every row names the states it may lead to, so that the table can be drawn, printed for a lawyer and
tested. `decide` is pure: time comes inside the event. It is reached through casework.carry alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, Generic, TypeVar

from inbox_daemon.errors import NotForeseen
from inbox_daemon.order import (
    clerk,
    filing,
    leaving,
    letters_out,
    minors,
    moving,
    own_words,
    regional,
    terms,
    translating,
)
from inbox_daemon.order.identity import of_the_same_person
from inbox_daemon.order.practice import Practice
from inbox_daemon.order.standing import without_void_letters
from inbox_daemon.order.workdays import WorkingDays
from registry_store.records import (
    OPEN_STATES,
    CalendarChanged,
    Case,
    ClerkApproved,
    ClerkClosed,
    ClerkDecidedContacts,
    ClerkIncluded,
    ClerkJoined,
    ClerkRecast,
    ClerkRefused,
    ClerkReplied,
    ClerkRevoked,
    ClerkSawFilled,
    ClerkSentRework,
    ClerkSetAddress,
    ClerkSetField,
    ClerkSetRegion,
    ClerkSettledLetter,
    ClerkStopped,
    ClerkTookOut,
    ClerkTranslated,
    ClerkUndid,
    Event,
    Filed,
    LeadDayCame,
    LetterAccepted,
    LetterFailed,
    LetterLeavesLate,
    LetterOwedAgain,
    LetterReported,
    MailFound,
    ReviewTermPassed,
    ReviewWarned,
    State,
    Step,
    StopAsked,
    TermPassed,
    Wrote,
)
from registry_store.records import State as S

E = TypeVar("E", bound=Event)

REVIEWED = (S.INCOMPLETE, S.COMPLETE, S.WITH_CLERK)
IN_WORK = (*REVIEWED, S.REWORK_SENT, S.AWAITING_REWORK)
ENDED = tuple(s for s in State if s not in OPEN_STATES)
ENDED_OTHERWISE = tuple(s for s in ENDED if s is not S.REFUSED)
# Where a look at a filing may lead.
JUDGED = (S.INCLUDED, S.CARRIED_OUT, S.COMPLETE, S.INCOMPLETE, S.WITH_CLERK, S.REWORK_SENT)
IN_TERM = (S.REWORK_SENT, S.AWAITING_REWORK)


class Stays(Enum):
    """A target that is no change: the event alters facts, or nothing, and the case stays where it is."""

    STAYS = "stays"


STAYS = Stays.STAYS


@dataclass(frozen=True, slots=True)
class Row(Generic[E]):
    """In any of the states `when`, the event leads by the rule to one of `leads_to`. ground: the paragraph."""

    when: tuple[State, ...]
    event: type[E]
    rule: Callable[[Case, E, WorkingDays, Practice], Step]
    leads_to: tuple[State | Stays, ...]
    ground: str

    def targets(self, state: State) -> tuple[State, ...]:
        """Return the states to which the row may lead from `state`."""
        return tuple(dict.fromkeys(state if isinstance(t, Stays) else t for t in self.leads_to))


# Not annotated as a whole: mypy then checks every rule against its own event.
TABLE = (
    # a mail brings forms
    Row((S.RECEIVED,), Filed, filing.judge, JUDGED, "§8"),
    Row(REVIEWED, Filed, filing.more_forms, JUDGED, "§8"),
    Row(
        IN_TERM,
        Filed,
        filing.answer,
        (S.INCLUDED, S.CARRIED_OUT, S.COMPLETE, S.AWAITING_REWORK, S.WITH_CLERK),
        "§10",
    ),
    Row((S.REFUSED,), Filed, filing.found_after_refusal, (S.WITH_CLERK,), "§11"),
    # a mail without forms
    Row((S.RECEIVED,), StopAsked, filing.stop, (S.CARRIED_OUT, S.WITH_CLERK), "§13"),
    Row(IN_WORK, StopAsked, filing.withdrawn, (S.WITH_CLERK,), "§13"),
    Row((*REVIEWED, *ENDED_OTHERWISE), Wrote, filing.wrote, (STAYS,), "§6"),
    Row((S.REFUSED,), Wrote, filing.wrote_after_refusal, (STAYS, S.WITH_CLERK), "§11"),
    Row((S.REFUSED,), MailFound, filing.found_late, (S.WITH_CLERK,), "§11"),
    Row(IN_TERM, Wrote, filing.wrote_in_term, (S.WITH_CLERK,), "§10"),
    # what the mail servers say about our letters
    Row((S.REWORK_SENT,), LetterAccepted, letters_out.start_three_days, (STAYS, S.AWAITING_REWORK), "§10"),
    Row((*REVIEWED, S.AWAITING_REWORK, *ENDED), LetterAccepted, letters_out.note_accepted, (STAYS,), "§12"),
    Row((S.REWORK_SENT,), LetterFailed, letters_out.rework_failed, (STAYS, S.WITH_CLERK), "§10"),
    Row((*REVIEWED, S.AWAITING_REWORK, *ENDED), LetterFailed, letters_out.note_failed, (STAYS,), "§12"),
    Row((*IN_WORK, *ENDED), LetterLeavesLate, leaving.leaves_late, (STAYS,), "§10"),
    Row(IN_WORK, LetterOwedAgain, letters_out.owed_again, (STAYS,), "rules, section 7"),
    Row(IN_WORK, LetterReported, letters_out.reported_in_term, (STAYS, S.WITH_CLERK, S.AWAITING_REWORK), "§10"),
    Row((S.REFUSED,), LetterReported, letters_out.reported_after_refusal, (STAYS, S.WITH_CLERK), "§11"),
    Row(ENDED_OTHERWISE, LetterReported, letters_out.note_reported, (STAYS,), "§12"),
    # days that come by themselves
    Row((S.INCOMPLETE,), LeadDayCame, terms.lead_day, (S.REWORK_SENT, STAYS, S.WITH_CLERK), "§10"),
    Row((*REVIEWED, S.REWORK_SENT), ReviewWarned, terms.warn, (STAYS,), "APC art. 91"),
    Row((*REVIEWED, S.REWORK_SENT), ReviewTermPassed, terms.review_over, (S.WITH_CLERK,), "§10"),
    Row((S.AWAITING_REWORK,), TermPassed, terms.refuse, (S.REFUSED, STAYS, S.WITH_CLERK), "§11"),
    Row(
        tuple(s for s in IN_WORK if s is not S.WITH_CLERK),
        CalendarChanged,
        terms.calendar_changed,
        (STAYS, S.WITH_CLERK),
        "rules, section 2",
    ),
    Row(
        (S.WITH_CLERK,),
        CalendarChanged,
        terms.calendar_changed,
        (STAYS, S.INCOMPLETE, S.COMPLETE, S.REWORK_SENT),
        "rules, section 2",
    ),
    Row((S.REFUSED,), CalendarChanged, terms.calendar_after_refusal, (STAYS, S.WITH_CLERK), "§11"),
    # what the clerk decides
    Row((*IN_WORK, S.REFUSED), ClerkIncluded, clerk.include_by_clerk, (S.INCLUDED, S.CARRIED_OUT), "§12"),
    Row((S.INCOMPLETE, S.WITH_CLERK), ClerkSentRework, clerk.send_rework_by_clerk, (S.REWORK_SENT,), "§10"),
    Row((S.AWAITING_REWORK, S.WITH_CLERK), ClerkRefused, clerk.refuse_by_clerk, (S.REFUSED,), "§11"),
    Row(REVIEWED, ClerkSetField, clerk.set_field, (STAYS, *REVIEWED), "§8"),
    Row(IN_TERM, ClerkSetField, clerk.set_field, (STAYS, S.COMPLETE, S.WITH_CLERK, S.INCLUDED, S.CARRIED_OUT), "§8"),
    Row(REVIEWED, ClerkSawFilled, clerk.saw_filled, (STAYS, *REVIEWED), "§8"),
    Row(IN_TERM, ClerkSawFilled, clerk.saw_filled, (STAYS, S.COMPLETE, S.WITH_CLERK, S.INCLUDED, S.CARRIED_OUT), "§8"),
    Row(IN_WORK, ClerkClosed, clerk.close, (S.CLOSED, S.NOT_CARRIED_OUT, S.REFUSED), "§8"),
    Row((S.WITH_CLERK,), ClerkStopped, clerk.stop_by_clerk, (S.CARRIED_OUT,), "§13"),
    Row((S.REFUSED, S.INCLUDED, S.NOT_CARRIED_OUT, S.CLOSED), ClerkRevoked, clerk.revoke, (S.WITH_CLERK,), "§12"),
    Row((*IN_WORK, *ENDED), ClerkUndid, clerk.undo, (STAYS, *IN_WORK, S.REFUSED, S.CLOSED), "rules, section 7"),
    Row((*IN_WORK, *ENDED), ClerkReplied, own_words.reply, (STAYS,), "rules, section 7"),
    Row((*IN_WORK, S.INCLUDED, S.CARRIED_OUT), ClerkTranslated, translating.translate, (STAYS,), "§3"),
    Row((S.INCLUDED,), ClerkDecidedContacts, minors.decide_contacts, (STAYS,), "rules, section 6"),
    Row((*IN_WORK, S.INCLUDED, S.CARRIED_OUT), ClerkSetRegion, regional.set_region, (STAYS,), "rules, section 6"),
    Row((*REVIEWED, S.REWORK_SENT, *ENDED), ClerkSetAddress, clerk.set_address, (STAYS,), "§12"),
    Row((S.AWAITING_REWORK,), ClerkSetAddress, clerk.set_address, (STAYS, S.REWORK_SENT), "§10"),
    Row((*REVIEWED, S.AWAITING_REWORK, *ENDED), ClerkApproved, clerk.approve, (STAYS,), "§10"),
    Row(
        (S.WITH_CLERK,),
        ClerkSettledLetter,
        letters_out.settled,
        (STAYS, S.REWORK_SENT, S.AWAITING_REWORK),
        "§10",
    ),
    Row((S.INCOMPLETE, S.COMPLETE, *IN_TERM, *ENDED), ClerkSettledLetter, letters_out.settled, (STAYS,), "§12"),
    Row(REVIEWED, ClerkRecast, clerk.recast, (STAYS, *REVIEWED), "§8"),
    Row(REVIEWED, ClerkJoined, moving.join, (STAYS, *REVIEWED), "§8"),
    Row(IN_TERM, ClerkJoined, moving.join, (STAYS, S.COMPLETE, S.WITH_CLERK, S.INCLUDED, S.CARRIED_OUT), "§8"),
    Row(ENDED, ClerkTookOut, moving.mail_taken_out, (STAYS,), "rules, section 5"),
    Row(REVIEWED, ClerkTookOut, moving.take_out, (STAYS, *REVIEWED, S.CLOSED), "§8"),
    Row(
        IN_TERM,
        ClerkTookOut,
        moving.take_out,
        (STAYS, S.COMPLETE, S.WITH_CLERK, S.INCLUDED, S.CARRIED_OUT, S.CLOSED),
        "§8",
    ),
)

_ROWS: tuple[Row[Any], ...] = TABLE
BY_KEY: dict[tuple[State, type], Row[Any]] = {(state, row.event): row for row in _ROWS for state in row.when}


def decide(case: Case, event: Event, days: WorkingDays, practice: Practice | None = None) -> Step:
    """Return what the Order says happens next: the case after the event, one version on, and what is owed.

    Raises NotForeseen when the table has no row, NotAllowed when the Order forbids a clerk's act; in both
    cases nothing has changed.
    """
    row = BY_KEY.get((case.state, type(event)))
    if row is None:
        message = f"{case.number}: {type(event).__name__} is not foreseen while the case is {case.state}"
        raise NotForeseen(message)
    step: Step = row.rule(case, event, days, practice or Practice())
    step = without_void_letters(case, of_the_same_person(case, step, event))
    if step.case.state not in row.targets(case.state):
        message = f"{row.rule.__name__} led from {case.state} to {step.case.state}, which its row does not name"
        raise AssertionError(message)
    return replace(step, case=replace(step.case, version=case.version + 1))
