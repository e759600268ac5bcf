"""Rules for mails and forms that belong to another case: joined, taken out, moved. Receipts stay those of the mails."""

from __future__ import annotations

from dataclasses import replace

from inbox_daemon.errors import NotAllowed
from inbox_daemon.order.asks import Ask
from inbox_daemon.order.clerk import corrected
from inbox_daemon.order.going_on import WENT
from inbox_daemon.order.identity import differences, must_agree, of_case, of_forms
from inbox_daemon.order.paragraphs import was_in_time
from inbox_daemon.order.practice import Practice
from inbox_daemon.order.steps import ASKING, judged, moved, to_clerk
from inbox_daemon.order.workdays import WorkingDays
from registry_store.records import (
    Case,
    CaseKind,
    ClerkJoined,
    ClerkTookOut,
    LetterKind,
    NotTold,
    Resubmission,
    State,
    Step,
    Withdraw,
)


def join(case: Case, event: ClerkJoined, days: WorkingDays, practice: Practice) -> Step:
    """any × join: the mails and forms of both, in the order in which they came; the earlier receipt wins. Only what
    is one person's is joined, unless the clerk says otherwise and why."""
    if event.other == case.number:
        message = f"{case.number} cannot be joined to itself"
        raise NotAllowed(message, "same_case", case.number)
    theirs = of_forms(event.sheets, event.mails) if event.there is None else of_case(event.there)
    must_agree(differences(of_case(case), theirs), event.other_person_why, event.other)
    mails = tuple(sorted({m.mail: m for m in (*case.mails, *event.mails)}.values(), key=lambda m: m.at))
    order = {m.mail: n for n, m in enumerate(mails)}
    sheets = tuple(sorted((*case.sheets, *event.sheets), key=lambda s: order.get(s.mail, len(order))))
    moments = [moment for moment in (case.received, event.received) if moment is not None]
    joined = replace(case, mails=mails, sheets=sheets, received=min(moments) if moments else None)
    if event.there is not None:  # a file that nobody could open is no less unread in the other case
        joined = replace(joined, unreadable=tuple(dict.fromkeys((*case.unreadable, *event.there.unreadable))))
    if case.rework is not None:  # forms that came under another number are an answer all the same (§11)
        came = [
            Resubmission(
                m.in_time_from,
                m.mail,
                judged(joined, practice).judgement,
                was_in_time(m.in_time_from, case.rework, days),
            )
            for m in event.mails
            if m.brought_forms
        ]
        joined = replace(joined, answers=(*joined.answers, *came))
    step = corrected(joined, event.at, days, practice)
    wrote = case.rework is not None and any(not mail.brought_forms for mail in event.mails)
    if wrote and step.case.state is State.AWAITING_REWORK:  # words that came under another number: no silence (§11)
        return to_clerk(step.case, Ask.WROTE, effects=step.effects)
    return step


def take_out(case: Case, event: ClerkTookOut, days: WorkingDays, practice: Practice) -> Step:
    """any × split: forms of another applicant leave; each case keeps its own mails' receipts. Into a case that is
    there they go only where they are of its applicant, unless the clerk says otherwise and why."""
    _may_go(case, event)
    sheets = tuple(s for n, s in enumerate(case.sheets) if n not in event.sheets)
    mails = tuple(m for m in case.mails if m.mail not in event.mails)
    unreadable = tuple(file for file in case.unreadable if file not in event.unreadable)
    if not sheets and not unreadable and (event.sheets or event.unreadable or not mails):
        case = replace(moved(case, State.CLOSED), decided_at=event.at, ground=f"{WENT}{event.to}")
        untold = NotTold(LetterKind.CLOSED, f"it goes on as {event.to}, which tells whoever filed")
        return Step(case, (Withdraw((*ASKING, LetterKind.RECEIPT)), untold))
    answers = tuple(answer for answer in case.answers if answer.mail not in event.mails)
    # Letters go to whoever brought the forms that stay, no longer to a stranger.
    writers = [m.sender for m in mails if m.brought_forms]
    left = replace(
        case,
        sheets=sheets,
        mails=mails,
        unreadable=unreadable,
        answers=answers,
        files=case.files if case.mails[-1:] == mails[-1:] else (),
        reply_to=case.reply_to if case.reply_to in writers or not writers else writers[-1],
    )
    if case.kind is CaseKind.TERMINATION:  # there is no filing to judge
        return Step(left)
    left = replace(
        left,
        received=min((m.at for m in mails if m.brought_forms), default=case.received),
        asks=tuple(a for a in case.asks if a not in (Ask.UNSURE, Ask.WHOSE)),
    )
    if answers == case.answers:
        return corrected(left, event.at, days, practice)
    # The review clock of an answer that was another applicant's is not this one's.
    left = replace(left, review_from=answers[-1].at if answers else None, verdict=judged(left, practice))
    # Only silence that nobody ever doubted refuses by itself: what the clerk moved leaves the rest to a person.
    return to_clerk(left, Ask.ANSWER_MOVED, effects=(Withdraw(ASKING),))


def _may_go(case: Case, event: ClerkTookOut) -> None:
    """Raise NotAllowed where a mail or forms would go to where they are, or to a case of somebody else."""
    if event.to == case.number:
        message = f"what is in {case.number} cannot be moved there"
        raise NotAllowed(message, "same_case", case.number)
    if event.there is None or event.there.version == 0:
        return
    going = tuple(sheet for n, sheet in enumerate(case.sheets) if n in event.sheets)
    brought = {sheet.mail for sheet in going} or set(event.mails)
    whose = of_forms(going, tuple(mail for mail in case.mails if mail.mail in brought))
    must_agree(differences(whose, of_case(event.there)), event.other_person_why, event.to)


def mail_taken_out(case: Case, event: ClerkTookOut, days: WorkingDays, practice: Practice) -> Step:
    """An ended case gives up a mail that brought nothing that it was decided on; its decision stands."""
    _may_go(case, event)
    if event.sheets or event.unreadable:
        message = "this case was decided on these forms: the decision would have to be revoked first"
        raise NotAllowed(message, "decided_on_forms")
    return Step(replace(case, mails=tuple(m for m in case.mails if m.mail not in event.mails)))
