"""What the rules of the table share: the look at a filing, and the ways that lead on from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from inbox_daemon.errors import NotAllowed
from inbox_daemon.order.asks import Ask
from inbox_daemon.order.completeness import check
from inbox_daemon.order.entries import complete_programmes, entry_facts, key_of
from inbox_daemon.order.own_words import still_fitting
from inbox_daemon.order.paragraphs import next_office_moment, p10_last_day_if_sent, p10_review_due
from inbox_daemon.order.practice import Practice
from inbox_daemon.order.unread import only_unrecognised, unopened
from inbox_daemon.order.workdays import WorkingDays, almaty_day, known
from registry_store.records import (
    NOTHING_SAID,
    Amend,
    AskClerk,
    Case,
    CaseKind,
    Category,
    Effect,
    Enter,
    Filed,
    Judgement,
    LetterKind,
    Rework,
    Said,
    Send,
    State,
    Step,
    Verdict,
    Withdraw,
)

CATEGORY_OF = {
    CaseKind.APPLICATION: Category.APPLICATION,
    CaseKind.CHANGE: Category.CHANGE,
    CaseKind.PROGRAMME: Category.PROGRAMME,
}
# Letters that ask for something: void as soon as the case moves on.
ASKING = (LetterKind.REWORK, LetterKind.STILL_INCOMPLETE, LetterKind.UNREADABLE)
# The letters that make a decision known (§12).
DECIDING = (LetterKind.INCLUSION, LetterKind.REFUSAL, LetterKind.CHANGE, LetterKind.STOP)
# What a clerk was asked about the forms themselves: void when new ones are judged.
SETTLED_BY_FORMS = frozenset({Ask.UNREADABLE, Ask.UNSURE, Ask.CONFIRM_INCLUSION, Ask.CONFIRM_REWORK, Ask.DATES_UNKNOWN})


def with_filing(case: Case, event: Filed) -> Case:
    """Return the case with the mail's forms added; the latest mail that brought forms is answered.

    Values in words complete the forms and change nothing of whom we write to.
    """
    kind = case.kind
    if kind is CaseKind.CHANGE and case.entry is None and any(s.form == "application" for s in event.sheets):
        kind = CaseKind.APPLICATION  # the questionnaire of somebody unknown, and now the application to it
    return replace(
        case,
        kind=kind,
        mails=(*case.mails, event.mail),
        sheets=(*case.sheets, *event.sheets),
        # A readable filing makes an earlier unreadable file beside the point.
        unreadable=event.unreadable if event.sheets else case.unreadable + event.unreadable,
        files=event.files,
        reply_to=event.mail.sender if event.mail.brought_forms else case.reply_to,
        trusted=event.trusted if event.mail.brought_forms else case.trusted,
        automatic=case.automatic or event.automatic,
        # Of several mails the first that brought a form, in whatever order they were found.
        received=min(case.received or event.at, event.at),
        entry=case.entry or event.entry,
    )


def judged(case: Case, practice: Practice) -> Verdict:
    """§8: the verdict on everything that was filed. Raises NotAllowed for a message that asks to stop: it is none."""
    if case.kind is CaseKind.TERMINATION:
        message = f"{case.number} asks to stop: there is no filing in it to judge, and none is put there"
        raise NotAllowed(message, "recast_stop", case.number)
    assert case.received is not None
    return check(
        case.sheets,
        category=CATEGORY_OF[case.kind],
        unreadable=unopened(case.unreadable),
        unrecognised=only_unrecognised(case.unreadable),
        on=almaty_day(case.received),
        languages=practice.languages,
    )


def review_clock(case: Case) -> datetime:
    """Return the moment from which the five days of §10 count."""
    start = case.review_from or case.received
    assert start is not None
    return start


def review_due(case: Case, days: WorkingDays) -> date | None:
    """Return the last day of review (§10), None while the calendar does not reach to it."""
    term = known(lambda: p10_review_due(review_clock(case), days))
    return None if term is None else term.last


def is_past_review(case: Case, now: datetime, days: WorkingDays) -> bool:
    """Whether review is over due: then nothing goes by itself any more. A day that is not known is not over."""
    due = review_due(case, days)
    return due is not None and almaty_day(now) > due


def to_clerk(case: Case, *asks: str, effects: tuple[Effect, ...] = ()) -> Step:
    """A person is needed; nothing goes by itself until somebody decides."""
    new = tuple(a for a in asks if a not in case.asks)
    return Step(replace(case, state=State.WITH_CLERK, asks=case.asks + new), effects)


def moved(case: Case, state: State) -> Case:
    """Return the case in a state where no question is open."""
    return replace(case, state=state, asks=())


def on_verdict(case: Case, now: datetime, days: WorkingDays, practice: Practice) -> Step:
    """Lead a judged case on: §12 inclusion, §10 rework, or a person where anything is unsure."""
    verdict = judged(case, practice)
    case = replace(case, verdict=verdict)
    if verdict.judgement is Judgement.NEEDS_CLERK:
        return _needs_clerk(case, now, days, practice)
    if case.asks:
        return to_clerk(case)
    if is_past_review(case, now, days):
        return to_clerk(replace(case, overdue=True), Ask.OVERDUE)
    if verdict.missing and case.answers:
        # The way to refusal has ended; a second letter, and a second term, are a person's decision.
        return to_clerk(case, Ask.TERM_OVER_AFTER_ANSWER)
    if verdict.missing:
        case = moved(case, State.INCOMPLETE)
        if practice.rework_send == "at_once":
            return rework_by_itself(case, now, days, practice)
        return Step(case)
    if (reason := why_not_by_itself(case, practice)) is not None:
        return Step(replace(case, state=State.COMPLETE, asks=(reason,)))
    return include(case, now, days, practice)


def _needs_clerk(case: Case, now: datetime, days: WorkingDays, practice: Practice) -> Step:
    ask = Ask.UNREADABLE if unopened(case.unreadable) else Ask.UNSURE
    if is_past_review(case, now, days):
        return to_clerk(replace(case, overdue=True), ask, Ask.OVERDUE)
    effects: tuple[Effect, ...] = ()
    leaves, due = next_office_moment(now, days, practice), review_due(case, days)
    if unopened(case.unreadable) and not case.automatic and (due is None or almaty_day(leaves) <= due):
        needs_yes = LetterKind.UNREADABLE in practice.supervised
        effects = (Send(LetterKind.UNREADABLE, leaves, not_after=due, needs_yes=needs_yes),)
    return to_clerk(case, ask, effects=effects)


def why_not_by_itself(case: Case, practice: Practice) -> Ask | None:
    """Return why a complete case still waits for a person's yes, None when it may go on by itself.

    A change or programme is carried out by itself only for a known entry and a sender that is sure.
    """
    letter = LetterKind.INCLUSION if case.kind is CaseKind.APPLICATION else LetterKind.CHANGE
    if case.kind is not CaseKind.PROGRAMME and not _names_somebody(case):
        return Ask.CONFIRM_INCLUSION
    if practice.inclusion == "clerk" or case.automatic or letter in practice.supervised:
        return Ask.CONFIRM_INCLUSION
    if case.kind is CaseKind.APPLICATION:
        return None
    if case.entry is None:
        return Ask.ENTRY_UNKNOWN
    return None if case.trusted else Ask.NOT_ON_FILE


def _names_somebody(case: Case) -> bool:
    """Whether the IIN or BIN was read by which the register tells people apart: a clerk may only have seen it."""
    applicant = None if case.verdict is None else case.verdict.applicant
    return applicant is not None and bool(key_of(case.sheets, applicant))


def rework_by_itself(case: Case, now: datetime, days: WorkingDays, practice: Practice) -> Step:
    """§10: the rework letter goes, or waits for the clerk's yes where one is wanted. A second one, and with it
    a second term, is always a person's decision."""
    if case.rework is not None:
        return to_clerk(case, Ask.CONFIRM_REWORK)
    if case.automatic or LetterKind.REWORK in practice.supervised:
        asks = case.asks if Ask.CONFIRM_REWORK in case.asks else (*case.asks, Ask.CONFIRM_REWORK)
        return Step(replace(case, asks=asks))
    return send_rework(case, now, days, practice, by_hand=False)


def send_rework(
    case: Case, now: datetime, days: WorkingDays, practice: Practice, *, by_hand: bool, said: Said = NOTHING_SAID
) -> Step:
    """§10: the rework letter. By hand it may leave at any hour and late; by itself only in office hours
    and never after review due. said: a clerk's own words in it, as far as they still fit.

    Where the day to answer by lies beyond the calendar no such letter can be written: a person is told, and NotAllowed
    is raised to a person.
    """
    said = still_fitting(said, case.verdict)
    due = review_due(case, days)
    leaves = now if by_hand else next_office_moment(now, days, practice)
    if not by_hand and due is not None and almaty_day(leaves) > due:
        return to_clerk(replace(case, overdue=almaty_day(now) > due), Ask.OVERDUE)
    term = known(lambda: p10_last_day_if_sent(almaty_day(leaves), days))
    if not by_hand and (due is None or term is None):
        return to_clerk(case, Ask.DATES_UNKNOWN)
    if term is None:
        message = f"the last day to answer by is not known yet: the calendar ends on {days.last}"
        raise NotAllowed(message, "dates_unknown", str(days.last))
    last_day = term.last
    late = due is not None and almaty_day(leaves) > due
    answered = any(answer.in_time for answer in case.answers) or (
        case.rework is not None and case.rework.answered_before
    )
    letter = Send(
        LetterKind.REWORK,
        leaves,
        not_after=None if by_hand else due,
        last_day=last_day,
        any_hour=by_hand,
        said=said,
    )
    # The Message-ID is filled in when the letter is composed, in the same transaction.
    rework = Rework("", last_day_printed=last_day, late=late, by_hand=by_hand, answered_before=answered, said=said)
    # A refusal that this letter goes beyond stands no longer; and a late letter waits for no review any more.
    case = replace(moved(case, State.REWORK_SENT), rework=rework, answers=(), decided_at=None, ground="")
    case = replace(case, overdue=case.overdue or late)
    return Step(case, (Withdraw(ASKING), letter))


def include(case: Case, now: datetime, days: WorkingDays, practice: Practice) -> Step:
    """§12: into the register, and the letter that says so. Raises NotAllowed when nobody can be entered."""
    verdict, on = case.verdict, almaty_day(now)
    assert verdict is not None
    leaves = next_office_moment(now, days, practice)
    if case.kind is CaseKind.PROGRAMME:
        amend = Amend(_known_entry(case), None, complete_programmes(case.sheets, verdict.missing, case.translations))
        return _carried_out(case, now, leaves, (amend,))
    if verdict.applicant is None:
        message = "it is not clear which questionnaire is the applicant's: set application.register_category first"
        raise NotAllowed(message, "applicant_unclear")
    if not key_of(case.sheets, verdict.applicant):
        message = "the IIN or BIN is not known: it identifies the entry; set it first"
        raise NotAllowed(message, "key_unknown")
    facts = entry_facts(case.sheets, verdict.applicant, on, case.translations, case.region)
    programmes = complete_programmes(case.sheets, verdict.programme_missing, case.translations)
    tasks: list[Effect] = []
    if facts.region is None:
        tasks.append(AskClerk(Ask.REGION_MISSING))
    if facts.minor_until is not None:
        tasks.append(AskClerk(Ask.MINOR_CONTACTS))
    if verdict.programme_missing:
        tasks.append(AskClerk(Ask.PROGRAMME_WAITS, ", ".join(verdict.programme_missing)))
    if case.kind is CaseKind.CHANGE:
        return _carried_out(case, now, leaves, (Amend(_known_entry(case), facts, programmes), *tasks))
    case = replace(moved(case, State.INCLUDED), decided_at=now, ground="§12", overdue=False)
    letter = Send(LetterKind.INCLUSION, leaves)
    return Step(case, (Withdraw(ASKING), Enter(facts, on, programmes), letter, *tasks))


def _known_entry(case: Case) -> int:
    if case.entry is None:
        message = "it is not known which register entry is meant: name it"
        raise NotAllowed(message, "entry_unknown")
    return case.entry


def _carried_out(case: Case, now: datetime, leaves: datetime, effects: tuple[Effect, ...]) -> Step:
    ground = "§7" if case.kind is CaseKind.CHANGE else "§5"
    case = replace(moved(case, State.CARRIED_OUT), decided_at=now, ground=ground, overdue=False)
    return Step(case, (Withdraw(ASKING), *effects, Send(LetterKind.CHANGE, leaves)))
