"""Rules for days that come by themselves (§10, §11), and which of them is due for a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from inbox_daemon.order.asks import Ask
from inbox_daemon.order.paragraphs import (
    just_after,
    next_office_moment,
    p10_last_day_if_sent,
    p10_review_due,
    p10_rework_due,
    p10_rework_letter_on,
    p11_may_refuse,
    p11_refusal_on,
    p11_refused_too_early,
    p13_carry_out_by,
    warning_days,
)
from inbox_daemon.order.practice import Practice
from inbox_daemon.order.steps import (
    ASKING,
    moved,
    on_verdict,
    review_clock,
    rework_by_itself,
    send_rework,
    to_clerk,
)
from inbox_daemon.order.workdays import ALMATY, CalendarEnds, Deadline, WorkingDays, almaty_day, known
from registry_store.records import (
    AskClerk,
    CalendarChanged,
    Case,
    CaseKind,
    ComposeAnew,
    Effect,
    Judgement,
    LeadDayCame,
    LetterKind,
    Look,
    ReviewTermPassed,
    ReviewWarned,
    Send,
    State,
    Step,
    TermPassed,
    Withdraw,
)

GROUND_OF_REFUSAL = "§11"
UNDER_REVIEW = frozenset({State.INCOMPLETE, State.COMPLETE, State.WITH_CLERK, State.REWORK_SENT})


# ------------------------------------------------------------ the rules


def lead_day(case: Case, event: LeadDayCame, days: WorkingDays, practice: Practice) -> Step:
    """incomplete × lead day: the clerk has not sent the rework letter, it goes by itself."""
    return rework_by_itself(case, event.noticed, days, practice)


def review_over(case: Case, event: ReviewTermPassed, days: WorkingDays, practice: Practice) -> Step:
    """After review due nothing goes by itself: overdue with the clerk (APC art. 91)."""
    return to_clerk(replace(case, overdue=True), Ask.OVERDUE, effects=(Withdraw(ASKING),))


def warn(case: Case, event: ReviewWarned, days: WorkingDays, practice: Practice) -> Step:
    """The clerk is warned two working days before review is due, one before, and on the day itself."""
    task = AskClerk(Ask.DEEMED_REFUSAL, str(event.working_days_left))
    return Step(replace(case, warned_on=almaty_day(event.at)), (task,))


def calendar_changed(case: Case, event: CalendarChanged, days: WorkingDays, practice: Practice) -> Step:
    """Every open due day is counted anew. Letters that have not left are composed anew where a day that they
    print would be another."""
    if Ask.DATES_UNKNOWN in case.asks:
        return _dates_known(case, event, days, practice)
    tasks: tuple[Effect, ...] = ()
    if event.before is not None and event.before != event.after:
        tasks = (AskClerk(Ask.CALENDAR_CHANGED, f"{event.before} -> {event.after}"),)
    leaves = almaty_day(next_office_moment(event.at, days, practice))
    is_known = event.after is not None and known(lambda: p10_last_day_if_sent(leaves, days)) is not None
    waits = case.state is State.REWORK_SENT and case.rework is not None and case.rework.accepted_at is None
    if waits and is_known:
        assert case.rework is not None
        step = send_rework(case, event.at, days, practice, by_hand=case.rework.by_hand, said=case.rework.said)
        new = step.case.rework
        if step.case.state is not State.REWORK_SENT or new is None:
            return Step(step.case, (*step.effects, *tasks))
        if new.last_day_printed != case.rework.last_day_printed:
            return Step(step.case, (*step.effects, *tasks))
    if tasks and case.state is State.AWAITING_REWORK:
        return Step(case, (ComposeAnew((LetterKind.STILL_INCOMPLETE,), event.after), *tasks))
    return Step(case, (ComposeAnew((LetterKind.RECEIPT,)), *tasks) if event.before != event.after else ())


def _dates_known(case: Case, event: CalendarChanged, days: WorkingDays, practice: Practice) -> Step:
    """What waited for the calendar alone is looked at again; where its days are still not known, it is asked again.

    What a person has completed meanwhile waits for that person's yes.
    """
    case = replace(case, asks=tuple(ask for ask in case.asks if ask != Ask.DATES_UNKNOWN))
    if case.state is not State.WITH_CLERK or case.asks or case.verdict is None:
        return Step(case)
    if case.verdict.judgement is Judgement.COMPLETE:
        return Step(replace(case, state=State.COMPLETE, asks=(Ask.CONFIRM_INCLUSION,)))
    return on_verdict(case, event.at, days, practice)


def calendar_after_refusal(case: Case, event: CalendarChanged, days: WorkingDays, practice: Practice) -> Step:
    """refused × a day declared off later: where the term had not ended, the refusal is proposed for revocation."""
    return to_clerk(case, Ask.REVOKE_REFUSAL) if p11_refused_too_early(case, days) else Step(case)


def refuse(case: Case, event: TermPassed, days: WorkingDays, practice: Practice) -> Step:
    """awaiting × term passed: in silence refused (§11); after an answer, or in any doubt, with the clerk."""
    if case.answers:
        return to_clerk(case, Ask.TERM_OVER_AFTER_ANSWER)
    if event.look.in_doubt:
        doubts = tuple(AskClerk(Ask.MAIL_IN_DOUBT, mail) for mail in event.look.in_doubt)
        return to_clerk(case, Ask.MAIL_IN_DOUBT, effects=doubts)
    if event.look.tasks:
        return to_clerk(case, Ask.TASK_OPEN)
    assert case.rework is not None
    if case.rework.delayed:  # nobody can tell when, or whether, the applicant was asked
        return to_clerk(case, Ask.LETTER_DELAYED)
    if not p11_may_refuse(case, event.look, days):
        return Step(case)
    if case.kind is not CaseKind.APPLICATION:
        return to_clerk(case, Ask.NOT_CARRIED_OUT)
    if case.rework.answered_before:
        return to_clerk(case, Ask.CONFIRM_REFUSAL)
    if practice.refusal == "clerk" or case.automatic or LetterKind.REFUSAL in practice.supervised:
        return to_clerk(case, Ask.CONFIRM_REFUSAL)
    return refused(case, event.noticed, event.look, days, practice)


def refused(case: Case, now: datetime, look: Look, days: WorkingDays, practice: Practice) -> Step:
    """§11, §12: refused, and the letter that says so with the ways to appeal; its record names the look."""
    case = replace(moved(case, State.REFUSED), decided_at=now, ground=GROUND_OF_REFUSAL, overdue=False)
    letter = Send(LetterKind.REFUSAL, next_office_moment(now, days, practice), look=look)
    return Step(case, (Withdraw(ASKING), letter))


# ------------------------------------------------------------ which day is due


def due_day(case: Case, days: WorkingDays) -> date | None:
    """Return the legal day that a case is sorted by, None when nothing is due, or the day is not known yet."""
    term = known(lambda: _running(case, days))
    return None if term is None else term.last


def is_due_unknown(case: Case, days: WorkingDays) -> bool:
    """Whether a term of the case runs whose last day lies beyond the calendar."""
    try:
        _running(case, days)
    except CalendarEnds:
        return True
    return False


def _running(case: Case, days: WorkingDays) -> Deadline | None:
    """The term that runs; raises CalendarEnds."""
    if case.state is State.AWAITING_REWORK and case.rework is not None:
        return p10_rework_due(case.rework, days)
    if case.state in UNDER_REVIEW and case.received is not None:
        if case.kind is CaseKind.TERMINATION:
            return p13_carry_out_by(case.received, days)
        return p10_review_due(review_clock(case), days)
    return None


def wake_at(case: Case, days: WorkingDays, practice: Practice) -> datetime | None:
    """Return the moment from which the clock may have something to say about the case, None for never, or for not
    before the calendar knows its days."""
    due = due_day(case, days)
    if due is None:
        return None
    if case.state is State.AWAITING_REWORK:
        refusal_on = known(lambda: p11_refusal_on(due, days))
        return None if refusal_on is None else datetime.combine(refusal_on, practice.office_opens, ALMATY)
    if case.overdue:
        return None
    if case.state is State.INCOMPLETE and Ask.CONFIRM_REWORK not in case.asks:
        lead = p10_rework_letter_on(review_clock(case), days, practice)
        return datetime.combine(lead, practice.office_opens, ALMATY)
    warnings = warning_days(due, days)
    if case.state is State.REWORK_SENT:
        warnings = warnings[-1:]  # its letter is on the way; only on the last day a person should look
    unwarned = [day for day in warnings if case.warned_on is None or day > case.warned_on]
    return datetime.combine(unwarned[0], practice.office_opens, ALMATY) if unwarned else just_after(due)


def due_event(
    case: Case, now: datetime, look: Look | None, days: WorkingDays, practice: Practice
) -> LeadDayCame | ReviewWarned | ReviewTermPassed | TermPassed | None:
    """Return what the clock says about a case now, None when it is silent.

    look: the last complete look, with the mails that may be this case's; None while there is none or
    while a mail of before the term's end has no final outcome yet.
    """
    moment = wake_at(case, days, practice)
    if moment is None or now < moment:
        return None
    if case.state is State.AWAITING_REWORK:
        assert case.rework is not None
        term = p10_rework_due(case.rework, days)
        if term is None or look is None or look.clock_doubted or look.began < just_after(term.last):
            return None
        return TermPassed(at=just_after(term.last), look=look, noticed=now)
    due = due_day(case, days)
    assert due is not None
    if now >= just_after(due):
        return ReviewTermPassed(at=just_after(due), noticed=now)
    if case.state is State.INCOMPLETE and Ask.CONFIRM_REWORK not in case.asks:
        return LeadDayCame(at=moment, noticed=now)
    # Of several warnings that were slept through only the last one is given.
    left, day = min(
        (left, day) for left, day in zip((2, 1, 0), warning_days(due, days), strict=True) if day <= almaty_day(now)
    )
    return ReviewWarned(at=datetime.combine(day, practice.office_opens, ALMATY), noticed=now, working_days_left=left)
