"""Rules for mails: what a person files or writes, in every state of the case."""

from __future__ import annotations

from dataclasses import replace

from inbox_daemon.order.asks import Ask
from inbox_daemon.order.paragraphs import next_office_moment, p10_rework_due, was_in_time
from inbox_daemon.order.practice import Practice
from inbox_daemon.order.steps import ASKING, SETTLED_BY_FORMS, judged, moved, on_verdict, to_clerk, with_filing
from inbox_daemon.order.workdays import WorkingDays, almaty_day, known
from registry_store.records import (
    AskClerk,
    Case,
    Effect,
    Filed,
    Judgement,
    LetterKind,
    MailFound,
    Resubmission,
    Send,
    State,
    Step,
    StopAsked,
    StopEntry,
    Verdict,
    Withdraw,
    Wrote,
)

# Entries that «me» surely means; behind the others stand several people or an organisation, who say «us».
OF_ONE_PERSON = frozenset({"volunteer", "coordinator"})


def judge(case: Case, event: Filed, days: WorkingDays, practice: Practice) -> Step:
    """received × read: the first look (§8), and the receipt."""
    case = with_filing(case, event)
    if event.doubts:
        case = replace(case, asks=(Ask.WHOSE,))
    step = on_verdict(case, event.read_at, days, practice)
    return Step(step.case, (*_receipt(event), *step.effects))


def more_forms(case: Case, event: Filed, days: WorkingDays, practice: Practice) -> Step:
    """incomplete or with clerk × more forms: judge again; the first receipt's clock goes on.

    What a person is needed for beside the reading stays open. Where a rework letter is out, this is an answer
    to it, whatever else the clerk was asked meanwhile (§11: only silence is refused).
    """
    kind, settled = case.kind, SETTLED_BY_FORMS
    case = with_filing(case, event)
    if case.rework is not None:
        rework = case.rework
        if rework.uncertain:  # who answers has the letter
            rework = replace(rework, accepted_at=event.submitted, uncertain=False)
            case, settled = replace(case, rework=rework), settled | {Ask.REWORK_NOT_ACCEPTED}
        in_time = was_in_time(event.submitted, rework, days)
        case, _ = _resubmitted(case, event, in_time, practice)
    if case.kind is not kind:  # the missing application is there
        settled = settled | {Ask.WHOSE}
    kept = tuple(a for a in case.asks if a not in settled)
    asks = (*kept, Ask.WHOSE) if event.doubts else kept
    step = on_verdict(replace(case, asks=asks), event.read_at, days, practice)
    return Step(step.case, (Withdraw(ASKING), *_receipt(event), *step.effects))


def answer(case: Case, event: Filed, days: WorkingDays, practice: Practice) -> Step:
    """rework sent or awaiting × answer. Whatever it is worth, only silence refuses by itself."""
    assert case.rework is not None
    in_time = was_in_time(event.submitted, case.rework, days)
    case = with_filing(case, event)
    if case.rework is not None and case.rework.accepted_at is None:
        # Who answers has the letter: it counts as accepted, the term is open.
        case = replace(case, rework=replace(case.rework, accepted_at=event.submitted))
    case, verdict = _resubmitted(case, event, in_time, practice)
    withdraw, receipt = Withdraw(ASKING), _receipt(event)
    if event.doubts:
        return to_clerk(case, Ask.WHOSE, effects=(withdraw, *receipt))
    if not in_time:
        return to_clerk(case, Ask.LATE_ANSWER, effects=(withdraw, *receipt))
    if verdict.judgement is Judgement.NEEDS_CLERK or not verdict.missing:
        step = on_verdict(case, event.read_at, days, practice)
        return Step(step.case, (withdraw, *receipt, *step.effects))
    return _still_incomplete(case, event, days, practice, (withdraw, *receipt))


def _resubmitted(case: Case, event: Filed, in_time: bool, practice: Practice) -> tuple[Case, Verdict]:
    """Judge an answer and note it; it has a review clock of its own."""
    verdict = judged(case, practice)
    submitted = Resubmission(event.submitted, event.mail.mail, verdict.judgement, in_time)
    answers = (*case.answers, submitted)
    case = replace(case, verdict=verdict, answers=answers, review_from=event.at, overdue=False, warned_on=None)
    return case, verdict


def _still_incomplete(
    case: Case, event: Filed, days: WorkingDays, practice: Practice, effects: tuple[Effect, ...]
) -> Step:
    """Told at the next office hour what is still missing; the due date stays the same."""
    assert case.rework is not None
    rework = case.rework
    term = known(lambda: p10_rework_due(rework, days))
    if term is None:  # the day that the letter would tell lies beyond the calendar
        return to_clerk(case, Ask.DATES_UNKNOWN, effects=effects)
    leaves = next_office_moment(event.read_at, days, practice)
    if almaty_day(leaves) > term.last:
        return to_clerk(case, Ask.TERM_OVER_AFTER_ANSWER, effects=effects)
    needs_yes = case.automatic or LetterKind.STILL_INCOMPLETE in practice.supervised
    letter = Send(LetterKind.STILL_INCOMPLETE, leaves, not_after=term.last, last_day=term.last, needs_yes=needs_yes)
    return Step(moved(case, State.AWAITING_REWORK), (*effects, letter))


def found_after_refusal(case: Case, event: Filed, days: WorkingDays, practice: Practice) -> Step:
    """refused × answer: if it was in time the refusal was wrong and is proposed for revocation."""
    in_time = case.rework is None or was_in_time(event.submitted, case.rework, days)
    case = with_filing(case, event)
    case, _ = _resubmitted(case, event, in_time, practice)
    ask = Ask.REVOKE_REFUSAL if in_time else Ask.LATE_ANSWER
    return to_clerk(case, ask, effects=_receipt(event))


def stop(case: Case, event: StopAsked, days: WorkingDays, practice: Practice) -> Step:
    """§13: carried out by itself only for a known entry, a sender that is sure, and in plain words."""
    case = replace(
        case,
        mails=(*case.mails, event.mail),
        received=event.at,
        reply_to=event.mail.sender,
        trusted=event.trusted,
        automatic=event.automatic,
        entry=event.entry,
        stop_decided_on=event.decided_on,
        named=event.named,
        people=event.people,
    )
    if event.doubts:
        return to_clerk(case, Ask.WHOSE)
    if event.entry is None:
        return to_clerk(case, Ask.ENTRY_UNKNOWN)
    if not event.trusted or event.automatic:
        return to_clerk(case, Ask.NOT_ON_FILE)
    on = event.decided_on or almaty_day(event.at)
    ends_later = on > almaty_day(event.at)
    fits = event.holder is None or (event.holder.kind in OF_ONE_PERSON) is not event.several
    if not event.plain or ends_later or not fits or LetterKind.STOP in practice.supervised:
        return to_clerk(case, Ask.CONFIRM_STOP)
    leaves = next_office_moment(event.read_at, days, practice)
    case = replace(moved(case, State.CARRIED_OUT), decided_at=event.read_at, ground="§13")
    return Step(case, (StopEntry(event.entry, on), Send(LetterKind.STOP, leaves)))


def withdrawn(case: Case, event: StopAsked, days: WorkingDays, practice: Practice) -> Step:
    """any open × stop message: with the clerk, who closes it."""
    case = replace(case, mails=(*case.mails, event.mail), stop_decided_on=event.decided_on)
    return to_clerk(case, Ask.WITHDRAWN, effects=(Withdraw(ASKING),))


def wrote(case: Case, event: Wrote, days: WorkingDays, practice: Practice) -> Step:
    """A question or anything else about a case: kept with it, a task for the clerk.

    Where a rework letter is out and only a person's word is missing whether it arrived, the refusal waits all the same.
    """
    case = replace(case, mails=(*case.mails, event.mail))
    task = AskClerk(Ask.WROTE, event.mail.mail)
    if case.state is State.WITH_CLERK and case.rework is not None and not case.answers:
        return to_clerk(case, Ask.WROTE, effects=(task,))
    return Step(case, (task,))


def wrote_in_term(case: Case, event: Wrote, days: WorkingDays, practice: Practice) -> Step:
    """awaiting × question or plea for time: with the clerk; the refusal waits."""
    return to_clerk(replace(case, mails=(*case.mails, event.mail)), Ask.WROTE)


def wrote_after_refusal(case: Case, event: Wrote, days: WorkingDays, practice: Practice) -> Step:
    """refused × words: who wrote in time was not silent, and the refusal is proposed for revocation; else a task."""
    in_time = case.rework is not None and was_in_time(event.mail.in_time_from, case.rework, days)
    if not in_time:
        return wrote(case, event, days, practice)
    return to_clerk(replace(case, mails=(*case.mails, event.mail)), Ask.REVOKE_REFUSAL)


def found_late(case: Case, event: MailFound, days: WorkingDays, practice: Practice) -> Step:
    """refused × a mail of the term that may be the applicant's: the refusal may be wrong, a person reads the mail."""
    return to_clerk(case, Ask.REVOKE_REFUSAL, effects=(AskClerk(Ask.MAIL_IN_DOUBT, event.mail),))


def _receipt(event: Filed) -> tuple[Effect, ...]:
    """At once, at any hour; never to automatic mail."""
    if event.automatic:
        return ()
    return (Send(LetterKind.RECEIPT, event.read_at, any_hour=True),)
