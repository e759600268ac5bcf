"""Rules for what the mail servers say about our letters (§10, §12)."""

from __future__ import annotations

from dataclasses import replace

from inbox_daemon.order.asks import Ask
from inbox_daemon.order.practice import Practice
from inbox_daemon.order.steps import moved, to_clerk
from inbox_daemon.order.workdays import WorkingDays
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
    assert case.rework is not None
    match event.action:
        case "failed":
            return to_clerk(_came_back(case, event), Ask.REWORK_BOUNCED)
        case "delayed":
            held = replace(case, rework=replace(case.rework, delayed=True))
            return Step(held, (AskClerk(Ask.LETTER_DELAYED, event.letter),))
        case "delivered":
            return Step(replace(case, rework=replace(case.rework, delivered_at=event.at, delayed=False)))
        case _:
            return Step(case)


def note_reported(case: Case, event: LetterReported, days: WorkingDays, practice: Practice) -> Step:
    """A bounce of any other letter is the clerk's task; the decision stands."""
    if event.action == "failed":
        return Step(_came_back(case, event), (AskClerk(Ask.LETTER_BOUNCED, event.letter),))
    return Step(case)


def reported_after_refusal(case: Case, event: LetterReported, days: WorkingDays, practice: Practice) -> Step:
    """A bounce of the rework letter, whenever it comes: a refusal already sent is proposed for revocation."""
    if event.action == "failed" and _is_rework(case, event):
        return to_clerk(_came_back(case, event), Ask.REVOKE_REFUSAL)
    return note_reported(case, event, days, practice)


def _came_back(case: Case, event: LetterReported) -> Case:
    """A rework letter that came back asked nobody for anything, whatever the case has become since (§11)."""
    if case.rework is None or not _is_rework(case, event):
        return case
    return replace(case, rework=replace(case.rework, bounced=True))


def _is_rework(case: Case, event: LetterAccepted | LetterFailed | LetterReported) -> bool:
    return event.letter == LetterKind.REWORK and case.rework is not None and event.message_id == case.rework.message_id


def _accepted(case: Case, event: LetterAccepted) -> Case:
    assert case.rework is not None
    if case.rework.accepted_at is not None:
        return case
    return replace(case, rework=replace(case.rework, accepted_at=event.at))
