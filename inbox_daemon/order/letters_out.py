"""Rules for what the mail servers say about our letters (§10, §12)."""

from __future__ import annotations

from dataclasses import replace

from inbox_daemon.errors import NotAllowed
from inbox_daemon.order.asks import Ask
from inbox_daemon.order.paragraphs import next_office_moment, p11_refused_too_early
from inbox_daemon.order.practice import Practice
from inbox_daemon.order.standing import may_be_told
from inbox_daemon.order.steps import DECIDING, is_past_review, moved, review_due, to_clerk
from inbox_daemon.order.unread import unopened
from inbox_daemon.order.workdays import WorkingDays, almaty_day
from registry_store.records import (
    AskClerk,
    Case,
    ClerkSettledLetter,
    LetterAccepted,
    LetterFailed,
    LetterKind,
    LetterOwedAgain,
    LetterReported,
    Send,
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
        assert case.rework is not None
        case = replace(case, rework=replace(case.rework, uncertain=event.uncertain))
        return to_clerk(case, Ask.REWORK_NOT_ACCEPTED)
    return note_failed(case, event, days, practice)


def note_failed(case: Case, event: LetterFailed, days: WorkingDays, practice: Practice) -> Step:
    """A letter that did not leave never changes a decision."""
    case = case if event.uncertain else _undelivered(case, event)
    return Step(case, (AskClerk(Ask.LETTER_FAILED, event.letter),))


def owed_again(case: Case, event: LetterOwedAgain, days: WorkingDays, practice: Practice) -> Step:
    """A receipt, or word that a file could not be opened, that was dropped: it goes now, where it still has sense."""
    if case.automatic or case.received is None:
        return Step(case)
    if event.letter is LetterKind.RECEIPT:
        return Step(case, (Send(LetterKind.RECEIPT, event.at, any_hour=True),))
    leaves, due = next_office_moment(event.at, days, practice), review_due(case, days)
    if (
        case.state is not State.WITH_CLERK
        or not unopened(case.unreadable)
        or (due is not None and almaty_day(leaves) > due)
    ):
        return Step(case)
    needs_yes = LetterKind.UNREADABLE in practice.supervised
    return Step(case, (Send(LetterKind.UNREADABLE, leaves, not_after=due, needs_yes=needs_yes),))


def reported_in_term(case: Case, event: LetterReported, days: WorkingDays, practice: Practice) -> Step:
    """A delivery report while the term runs: a bounce ends it, a delay holds the refusal, a delivery
    moves the term later."""
    if not _is_rework(case, event):
        return note_reported(case, event, days, practice)
    was_uncertain = case.rework is not None and case.rework.uncertain
    case = _as_reported(case, event)
    match event.action:
        case "failed":
            case = replace(case, asks=tuple(a for a in case.asks if a != Ask.REWORK_NOT_ACCEPTED))
            return to_clerk(case, Ask.REWORK_BOUNCED)
        case _ if was_uncertain:  # it left after all
            delayed = (AskClerk(Ask.LETTER_DELAYED, event.letter),) if event.action == "delayed" else ()
            return Step(_goes_on(case, days), delayed)
        case "delayed":
            return Step(case, (AskClerk(Ask.LETTER_DELAYED, event.letter),))
        case _:
            return Step(case)


def note_reported(case: Case, event: LetterReported, days: WorkingDays, practice: Practice) -> Step:
    """A bounce of any other letter is the clerk's task; the decision stands."""
    case = _as_reported(case, event)
    if event.action == "failed":
        return Step(_undelivered(case, event), (AskClerk(Ask.LETTER_BOUNCED, event.letter),))
    return Step(case)


def settled(case: Case, event: ClerkSettledLetter, days: WorkingDays, practice: Practice) -> Step:
    """A letter whose end nobody saw: by the clerk's word it left, and the three days count from then; or the
    same letter is sent once more."""
    if event.left_at is not None and event.left_at > event.at:
        message = "a letter cannot have left in the future"
        raise NotAllowed(message, "left_in_future")
    if event.left_at is None and not may_be_told(event.letter, case.state):
        message = f"{case.number} is {case.state}: that letter tells what no longer stands and is not sent again"
        raise NotAllowed(message, "letter_void")
    if not _is_rework(case, event):
        return Step(case)
    assert case.rework is not None
    if event.left_at is not None:
        rework = replace(case.rework, accepted_at=case.rework.accepted_at or event.left_at, uncertain=False)
        return Step(_goes_on(replace(case, rework=rework), days))
    if case.state is not State.WITH_CLERK or case.answers:
        message = "the case has moved on since that letter: it is not sent again"
        raise NotAllowed(message, "letter_void")
    late = case.rework.late or is_past_review(case, event.at, days)
    rework = replace(case.rework, uncertain=False, by_hand=True, late=late)
    case = replace(moved(case, State.REWORK_SENT), rework=rework, overdue=case.overdue or late)
    return Step(case)


def _goes_on(case: Case, days: WorkingDays) -> Case:
    """The letter left after all: what a person was asked for its sake is settled, and the three days run."""
    rework = case.rework
    assert rework is not None
    assert rework.accepted_at is not None
    in_time = not is_past_review(case, rework.accepted_at, days)
    settled = (Ask.REWORK_NOT_ACCEPTED, Ask.OVERDUE) if in_time else (Ask.REWORK_NOT_ACCEPTED,)
    asks = tuple(a for a in case.asks if a not in settled)
    case = replace(case, asks=asks, overdue=case.overdue and not in_time)
    if case.state is not State.WITH_CLERK or asks or case.answers:
        return case
    return moved(case, State.AWAITING_REWORK)


def _undelivered(case: Case, event: LetterFailed | LetterReported) -> Case:
    """Keep in mind which letter of a decision did not arrive: it may be sent again."""
    kind = LetterKind(event.letter)
    if kind not in DECIDING or kind in case.undelivered:
        return case
    return replace(case, undelivered=(*case.undelivered, kind))


def reported_after_refusal(case: Case, event: LetterReported, days: WorkingDays, practice: Practice) -> Step:
    """A bounce of the rework letter, whenever it comes, proposes a refusal already sent for revocation; and so
    does a delivery so late that the term had not ended when it was refused."""
    if not _is_rework(case, event):
        return note_reported(case, event, days, practice)
    case = _as_reported(case, event)
    wrong = event.action == "failed" or p11_refused_too_early(case, days)
    return to_clerk(case, Ask.REVOKE_REFUSAL) if wrong else Step(case)


def _as_reported(case: Case, event: LetterReported) -> Case:
    """What became of the rework letter is a fact of the case, whatever the case has become since (§10, §11)."""
    rework = case.rework
    if rework is None or not _is_rework(case, event):
        return case
    if rework.uncertain:  # whatever is reported of a letter, it has left
        left_at = rework.accepted_at if event.action == "failed" else event.at
        rework = replace(rework, uncertain=False, accepted_at=left_at)
    match event.action:
        case "failed":
            rework = replace(rework, bounced=True)
        case "delayed":
            rework = replace(rework, delayed=True)
        case "delivered":
            rework = replace(rework, delivered_at=max(event.at, rework.delivered_at or event.at), delayed=False)
        case _:  # relayed, expanded: that says nothing of the applicant's own mailbox
            pass
    return replace(case, rework=rework)


def _is_rework(case: Case, event: LetterAccepted | LetterFailed | LetterReported | ClerkSettledLetter) -> bool:
    return event.letter == LetterKind.REWORK and case.rework is not None and event.message_id == case.rework.message_id


def _accepted(case: Case, event: LetterAccepted) -> Case:
    assert case.rework is not None
    if case.rework.accepted_at is not None:
        return case
    return replace(case, rework=replace(case.rework, accepted_at=event.at))
