"""Why this letter and these dates: an account in English that is kept with every letter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime

from inbox_daemon.letters.facts import Matter, last_mail_at, review_term, rework_term
from inbox_daemon.order.paragraphs import (
    apc64_registered_on,
    end_of,
    in_office_hours,
    p10_review_due,
    p10_rework_letter_on,
)
from inbox_daemon.order.steps import review_clock
from inbox_daemon.order.unread import unopened
from inbox_daemon.order.workdays import Deadline, almaty, almaty_day, known
from registry_store.records import NOTHING_SAID, Case, LetterKind, Look, Rework

UNKNOWN = "not known yet"
WHY = {
    LetterKind.RECEIPT: "A mail with forms is acknowledged at once (rules, section 7).",
    LetterKind.REWORK: "The filing is incomplete and goes back for rework (§10; APC art. 73).",
    LetterKind.STILL_INCOMPLETE: "An answer came in time and something is still missing; the last day stays (§10).",
    LetterKind.INCLUSION: "The filing is complete and was entered into the register (§8, §12).",
    LetterKind.REFUSAL: "Nothing was submitted within the term of §10, so registration is refused (§11, §12).",
    LetterKind.CHANGE: "A change, programme or action was entered into the register (§5, §7).",
    LetterKind.STOP: "A message asked to stop; the register bears the mark (§13).",
    LetterKind.UNREADABLE: "A file could not be opened. This letter starts no term (rules, section 7).",
    LetterKind.HOW_TO_APPLY: "A question is answered once with the blank forms (rules, section 4).",
    LetterKind.REPLY: "A clerk answers a mail in words of their own; nothing in the case changes (rules, section 7).",
    LetterKind.CLOSED: "The case ended without a decision of §12; whoever wrote is told why, and what to do.",
}


def explain(matter: Matter) -> str:
    """Return the reason, the dates that the letter prints, and how each was counted."""
    kind = matter.send.letter
    lines = [f"{matter.case.number} {kind.value}: {WHY[kind]}", *OF_KIND[kind](matter)]
    verdict = matter.case.verdict
    if verdict is not None and verdict.programme_missing and kind is not LetterKind.REFUSAL:
        lines.append(f"Asked for beside, at no cost: {', '.join(verdict.programme_missing)}.")
    if matter.send.said != NOTHING_SAID and kind is not LetterKind.REPLY:
        lines.append("Words of the clerk's own stand in it.")
    if matter.enclosed:
        lines.append(f"Enclosed: {', '.join(one.label for one in matter.enclosed)}.")
    return "\n".join([*lines, _leaves(matter)])


# ------------------------------------------------------------ each kind


def _receipt(matter: Matter) -> Iterable[str]:
    came = last_mail_at(matter.case)
    registered = known(lambda: apc64_registered_on(came, matter.days, matter.practice))
    yield f"Received {at(came)}, registered {UNKNOWN if registered is None else named(registered)} (APC art. 64)."
    yield f"Last day: {_counted(matter, lambda: review_term(matter))}"


def _rework(matter: Matter) -> Iterable[str]:
    yield from _asked(matter)
    if matter.send.last_day is not None:
        yield f"Last day printed: {named(matter.send.last_day)}."
    yield f"Term, if accepted on the planned day: {_counted(matter, lambda: rework_term(matter))}"
    if matter.case.received is not None:
        due = _counted(matter, lambda: p10_review_due(review_clock(matter.case), matter.days))
        late = "; recorded as late" if matter.case.rework is not None and matter.case.rework.late else ""
        yield f"To be sent for rework by: {due[:-1]}{late}."
        yield _by_whom(matter)


def _still_incomplete(matter: Matter) -> Iterable[str]:
    yield from _asked(matter)
    for answer in matter.case.answers[-1:]:
        yield f"Answered {at(answer.at)}, {'in time' if answer.in_time else 'late'}: {answer.judgement}."
    yield from _term(matter)


def _refusal(matter: Matter) -> Iterable[str]:
    """§11: what was sent, how long it was waited, and why the silence is sure."""
    yield from _asked(matter)
    yield from _term(matter)
    over = end_of(rework_term(matter).last)
    yield f"Waited until {at(over)}. {_silence(matter.case)}"
    yield _looked(matter.send.look, over)


def _decided(matter: Matter) -> Iterable[str]:
    case = matter.case
    number = case.entry if matter.entry is None else matter.entry.number
    if matter.entry is not None and matter.send.letter is LetterKind.STOP and matter.entry.stop is not None:
        stated = case.stop_decided_on is not None
        ground = "the day of the decision as stated" if stated else "the day of receipt, no decision's day is stated"
        yield f"Mark of {named(matter.entry.stop.on)}: {ground} (§13)."
    if case.received is not None:
        yield f"Received {at(case.received)}."
    term = known(lambda: review_term(matter))
    decided = almaty_day(case.decided_at) if case.decided_at is not None else matter.day
    in_time = "in time" if term is None or decided <= term.last else "late"
    yield f"Register entry {number}, decided {named(decided)}, {in_time}."
    yield f"Last day for it: {_counted(matter, lambda: review_term(matter))}"


def _unreadable(matter: Matter) -> Iterable[str]:
    yield f"Files that could not be opened: {len(unopened(matter.case.unreadable))}. The case stays with the clerk."
    if matter.case.received is not None:
        due = _counted(matter, lambda: p10_review_due(review_clock(matter.case), matter.days))
        yield f"Review goes on until: {due}"


def _ended(matter: Matter) -> Iterable[str]:
    case = matter.case
    yield f"Closed {named(matter.day if case.decided_at is None else almaty_day(case.decided_at))}: {case.ground}."


def _nothing(matter: Matter) -> Iterable[str]:
    return ()


OF_KIND: Mapping[LetterKind, Callable[[Matter], Iterable[str]]] = {
    LetterKind.RECEIPT: _receipt,
    LetterKind.REWORK: _rework,
    LetterKind.STILL_INCOMPLETE: _still_incomplete,
    LetterKind.INCLUSION: _decided,
    LetterKind.REFUSAL: _refusal,
    LetterKind.CHANGE: _decided,
    LetterKind.STOP: _decided,
    LetterKind.UNREADABLE: _unreadable,
    LetterKind.HOW_TO_APPLY: _nothing,
    LetterKind.REPLY: _nothing,
    LetterKind.CLOSED: _ended,
}


# ------------------------------------------------------------ sentences


def _asked(matter: Matter) -> Iterable[str]:
    if matter.case.verdict is not None and matter.case.verdict.missing:
        yield f"Missing: {', '.join(matter.case.verdict.missing)}."
    if files := unopened(matter.case.unreadable):
        yield f"Files that could not be opened: {len(files)}."


def _by_whom(matter: Matter) -> str:
    """Only a clerk's hand sends a rework letter at any hour; by itself it goes on the lead day, or at once."""
    if matter.send.any_hour:
        return "Sent by a clerk."
    if matter.practice.rework_send == "at_once" or matter.case.received is None:
        return "Goes by itself, at once."
    lead = known(lambda: p10_rework_letter_on(review_clock(matter.case), matter.days, matter.practice))
    ahead = matter.practice.rework_lead_days
    on = UNKNOWN if lead is None else named(lead)
    return f"Goes by itself; its day is {on}, {ahead} working days before review is due."


def _term(matter: Matter) -> Iterable[str]:
    """The running term: from the acceptance of the rework letter (its 250), or a later report of delivery."""
    rework = matter.case.rework
    if rework is not None:
        yield _left(rework)
    yield f"Term: {counted(rework_term(matter), matter.days.version)}"


def _left(rework: Rework) -> str:
    said = [] if rework.accepted_at is None else [f"Rework letter accepted by the mail server {at(rework.accepted_at)}"]
    if rework.delivered_at is not None:
        said.append(f"reported as delivered {at(rework.delivered_at)}")
    return f"{', '.join([*said, f'last day printed in it {named(rework.last_day_printed)}'])}."


def _silence(case: Case) -> str:
    if not case.answers:
        return "Nothing was submitted."
    late = ", ".join(at(answer.at) for answer in case.answers)
    return f"Nothing was submitted in time; answered late: {late}."


def _looked(look: Look | None, over: datetime) -> str:
    """Why no unread mail can be the applicant's: the look began after the term had ended."""
    if look is None:
        return "Which look through the mailbox it rests on is not recorded."
    doubts = f"{len(look.in_doubt)} mails in doubt" if look.in_doubt else "no mail in doubt"
    order = "after" if look.began > over else "NOT after"
    whole = "complete" if look.complete else "NOT complete"
    return f"Look through all watched folders: {whole}, began {at(look.began)}, {order} the term; {doubts}."


def _leaves(matter: Matter) -> str:
    send = matter.send
    if send.any_hour:
        return f"May leave at any hour from {at(send.not_before)}."
    within = in_office_hours(send.not_before, matter.days, matter.practice)
    until = "" if send.not_after is None else f", by itself not after {named(send.not_after)}"
    return f"May leave from {at(send.not_before)}{' (office hours)' if within else ''}{until}."


def _counted(matter: Matter, term: Callable[[], Deadline]) -> str:
    """A term day by day; or that the calendar does not reach to its end."""
    found = known(term)
    if found is None:
        return f"{UNKNOWN}: the calendar {matter.days.version} ends on {named(matter.days.last)}."
    return counted(found, matter.days.version)


def counted(term: Deadline, version: str) -> str:
    """Return a term day by day: what was counted, what was skipped and why, by which calendar."""
    parts = [f"{named(term.last)} ({term.ground}), day zero {named(term.after)}"]
    parts.append("counted " + ", ".join(named(day) for day in term.counted))
    if term.skipped:
        parts.append("skipped " + ", ".join(f"{named(day)} ({why.en})" for day, why in term.skipped))
    parts.append(f"calendar {version}" + (", not confirmed for this year" if term.unconfirmed else ""))
    return "; ".join(parts) + "."


def at(moment: datetime) -> str:
    """Return a moment on the clock of Asia/Almaty, with its weekday."""
    local = almaty(moment)
    return f"{named(local.date())} {local:%H:%M:%S}"


def named(day: date) -> str:
    """Return the day with its weekday in three letters; English whatever the machine's locale."""
    return f"{('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun')[day.weekday()]} {day.isoformat()}"
