"""Rules for what the mail servers say about our letters (§10, §12)."""

from __future__ import annotations

from dataclasses import replace

from inbox_daemon.order.asks import Ask
from inbox_daemon.order.paragraphs import p10_rework_due
from inbox_daemon.order.practice import Practice
from inbox_daemon.order.steps import moved, to_clerk
from inbox_daemon.order.workdays import WorkingDays, almaty_day
from registry_store.records import (
    AskClerk,
    Case,
    LetterAccepted,
    LetterFailed,
    LetterKind,
    LetterReported,
    State,
    Step,
)


def start_three_days(case: Case, event: LetterAccepted, days: WorkingDays, practice: Practice) -> Step:
    """rework sent × accepted: the three working days of §10 begin."""
    if not _is_rework(case, event):
        return Step(case)
    return Step(moved(_accepted(case, event), State.AWAITING_REWORK))


def note_accepted(case: Case, event: LetterAccepted, days: WorkingDays, practice: Practice) -> Step:
    """A letter left; in every other state that changes facts only."""
    return Step(_accepted(case, event) if _is_rework(case, event) else case)


def rework_failed(case: Case, event: LetterFailed, days: WorkingDays, practice: Practice) -> Step:
    """rework sent × uncertain or 5xx: with the clerk. Another letter: a task."""
    if _is_rework(case, event):
        return to_clerk(case, Ask.REWORK_NOT_ACCEPTED)
    return note_failed(case, event, days, practice)


def note_failed(case: Case, event: LetterFailed, days: WorkingDays, practice: Practice) -> Step:
    """A letter that did not leave never changes a decision."""
    return Step(case, (AskClerk(Ask.LETTER_FAILED, event.letter),))


def reported_in_term(case: Case, event: LetterReported, days: WorkingDays, practice: Practice) -> Step:
    """A delivery report while the term runs: a bounce ends it, a delay holds the refusal, a delivery
    moves the term later."""
    if not _is_rework(case, event):
        return note_reported(case, event, days, practice)
    case = _as_reported(case, event)
    match event.action:
        case "failed":
            return to_clerk(case, Ask.REWORK_BOUNCED)
        case "delayed":
            return Step(case, (AskClerk(Ask.LETTER_DELAYED, event.letter),))
        case _:
            return Step(case)


def note_reported(case: Case, event: LetterReported, days: WorkingDays, practice: Practice) -> Step:
    """A bounce of any other letter is the clerk's task; the decision stands."""
    case = _as_reported(case, event)
    if event.action == "failed":
        return Step(case, (AskClerk(Ask.LETTER_BOUNCED, event.letter),))
    return Step(case)


def reported_after_refusal(case: Case, event: LetterReported, days: WorkingDays, practice: Practice) -> Step:
    """A bounce of the rework letter, whenever it comes, proposes a refusal already sent for revocation; and so
    does a delivery so late that the term had not ended when it was refused."""
    if not _is_rework(case, event):
        return note_reported(case, event, days, practice)
    case = _as_reported(case, event)
    assert case.rework is not None
    assert case.decided_at is not None
    term = p10_rework_due(case.rework, days)
    too_early = term is not None and almaty_day(case.decided_at) <= term.last
    return to_clerk(case, Ask.REVOKE_REFUSAL) if event.action == "failed" or too_early else Step(case)


def _as_reported(case: Case, event: LetterReported) -> Case:
    """What became of the rework letter is a fact of the case, whatever the case has become since (§10, §11)."""
    rework = case.rework
    if rework is None or not _is_rework(case, event):
        return case
    match event.action:
        case "failed":
            rework = replace(rework, bounced=True)
        case "delayed":
            rework = replace(rework, delayed=True)
        case "delivered":
            rework = replace(rework, delivered_at=max(event.at, rework.delivered_at or event.at), delayed=False)
        case _:  # relayed, expanded: that says nothing of the applicant's own mailbox
            return case
    return replace(case, rework=rework)


def _is_rework(case: Case, event: LetterAccepted | LetterFailed | LetterReported) -> bool:
    return event.letter == LetterKind.REWORK and case.rework is not None and event.message_id == case.rework.message_id


def _accepted(case: Case, event: LetterAccepted) -> Case:
    assert case.rework is not None
    if case.rework.accepted_at is not None:
        return case
    return replace(case, rework=replace(case.rework, accepted_at=event.at))
