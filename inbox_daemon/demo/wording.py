"""The timetable's words: what happened, and the next legal day with its reason. English, for whoever tries
the demo; nothing here reaches an applicant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import groupby

from inbox_daemon.order.paragraphs import (
    apc64_registered_on,
    p10_review_due,
    p10_rework_due,
    p10_rework_letter_on,
)
from inbox_daemon.order.practice import Practice
from inbox_daemon.order.steps import review_clock
from inbox_daemon.order.workdays import Deadline, Ground, WorkingDays, almaty, almaty_day
from registry_store.records import (
    Case,
    Category,
    ClerkIncluded,
    ClerkSetField,
    Event,
    Filed,
    LeadDayCame,
    LetterAccepted,
    LetterReported,
    LetterState,
    Outcome,
    OutcomeKind,
    ReviewTermPassed,
    Sheet,
    State,
    StopAsked,
    TermPassed,
    Wrote,
)
from registry_store.store import Store

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LANGUAGES = {"kk": "Kazakh", "ru": "Russian"}
FILED = {
    Category.APPLICATION: "applies",
    Category.CHANGE: "facts have changed (§7)",
    Category.PROGRAMME: "programme",
}
OUTCOMES = {
    OutcomeKind.ANSWERED: "asks how to apply",
    OutcomeKind.TRAY: "something else: kept for the clerk",
    OutcomeKind.DUPLICATE: "the same mail again",
    OutcomeKind.AUTOMATIC: "an automatic reply",
    OutcomeKind.BENCH: "a mail that could not be handled",
}


def day_words(day: date) -> str:
    """Return a day as the timetable shows it: "Mon 12.10"."""
    return f"{WEEKDAYS[day.weekday()]} {day:%d.%m}"


def days_off_words(days: Sequence[tuple[date, Ground]]) -> str:
    """Return days that do not count, and why: "Sat 24.10 weekend, Sun 25.10 Republic Day"."""
    groups = [(why, [day_words(day) for day, _ in group]) for why, group in groupby(days, key=lambda one: one[1].en)]
    return ", ".join(f"{' and '.join(named)} {why}" for why, named in groups)


def outcome_words(outcome: Outcome) -> str:
    """Return what became of a mail that moved no case."""
    return OUTCOMES.get(outcome.kind, outcome.kind.value)


def event_words(event: Event, before: State) -> str:
    """Return what happened; empty for a letter that left, which has its own place. before: the case's state."""
    match event:
        case Filed():
            return _filed_words(event, before)
        case StopAsked():
            return "asks to stop (§13)"
        case Wrote():
            return f"writes about the case: {event.category}"
        case LetterAccepted():
            return ""
        case LetterReported():
            return f"the {event.letter} letter comes back: {event.detail or event.action}"
        case LeadDayCame():
            return "nobody has sent the rework letter: it goes by itself (§10)"
        case ReviewTermPassed():
            return "the review is overdue"
        case TermPassed():
            return "kept silent to the end of the term (§11)"
        case ClerkSetField():
            return f"the clerk sets {event.field}: {event.why}"
        case ClerkIncluded():
            return "the clerk says yes"
        case _:
            return type(event).__name__


def _filed_words(event: Filed, before: State) -> str:
    if before in (State.REWORK_SENT, State.AWAITING_REWORK):
        what = "answers"
    elif before is State.RECEIVED:
        what = FILED[event.category]
    else:
        what = "sends once more"
    if not event.sheets:
        return f"{what}: {len(event.unreadable)} files, none can be opened"
    return f"{what}: {_forms_words(event.sheets)}"


def _forms_words(sheets: Sequence[Sheet]) -> str:
    forms = dict.fromkeys(sheet.form for sheet in sheets if sheet.form != "application") or ("application",)
    languages = [LANGUAGES[language] for language in ("kk", "ru") if any(s.language == language for s in sheets)]
    return f"{', '.join(forms)} ({' and '.join(languages)})"


def registered_words(received: datetime, days: WorkingDays, practice: Practice) -> Iterator[str]:
    """Say when a mail counts as registered, where that is not the day on which it came (APC art. 64)."""
    on = apc64_registered_on(received, days, practice)
    if on != almaty_day(received):
        yield f"came outside office hours: registered {day_words(on)}"


def next_words(case: Case, before: State, store: Store, days: WorkingDays, practice: Practice) -> tuple[str, ...]:
    """Return what is missing or unsure, and the next legal day with its reason."""
    match case.state:
        case State.INCOMPLETE:
            lead = p10_rework_letter_on(review_clock(case), days, practice)
            review = _term_words(p10_review_due(review_clock(case), days))
            letter = f"next: rework letter {day_words(lead)}, unless the clerk sends it before"
            return (*_gaps(case), letter, f"review due {review}")
        case State.AWAITING_REWORK | State.REWORK_SENT:
            term = None if case.rework is None else p10_rework_due(case.rework, days)
            due = "" if term is None else f"next: answer due {_term_words(term)}"
            return tuple(filter(None, (*_gaps(case), due)))
        case State.WITH_CLERK | State.COMPLETE:
            review = _term_words(p10_review_due(review_clock(case), days))
            gaps, asks = _gaps(case), ", ".join(case.asks).replace("_", " ")
            return (*(gaps or (f"needs a person: {asks}",)), f"next: review due {review}")
        case _:
            return tuple(_ended(case, before, store))


def _gaps(case: Case) -> tuple[str, ...]:
    """A notice says more than the bare field that it is about."""
    verdict = case.verdict
    if verdict is None:
        return ()
    noticed = [n for n in verdict.notices if any(n.startswith(item) for item in verdict.unsure)]
    unsure = [item for item in verdict.unsure if not any(n.startswith(item) for n in noticed)]
    found = (("missing", verdict.missing), ("unsure", sorted({*noticed, *unsure})))
    return tuple(f"{head}: {', '.join(items)}" for head, items in found if items)


def _term_words(term: Deadline) -> str:
    off = f"; skipped {days_off_words(term.skipped)}" if term.skipped else ""
    return (
        f"{day_words(term.last)}: {len(term.counted)} working days after {day_words(term.after)} ({term.ground}){off}"
    )


def _ended(case: Case, before: State, store: Store) -> Iterator[str]:
    if case.entry is not None and before is not case.state:
        entry = store.entry(case.entry)
        version = f", version {entry.version}" if entry.version > 1 else ""
        mark = f", stopped on {day_words(entry.stop.on)}" if entry.stop is not None else ""
        yield f"register entry {entry.number}{version}{mark}"
    for letter in store.letters(case.number):
        if letter.state is LetterState.WAITING:
            leaves = almaty(letter.not_before)
            yield f"next: {letter.kind} letter {day_words(leaves.date())} {leaves:%H:%M}, in office hours"
