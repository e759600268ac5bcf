"""The timetable's words: what happened, and the next legal day with its reason. English, for whoever tries
the demo; nothing here reaches an applicant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from inbox_daemon.order.paragraphs import p10_review_due, p10_rework_due, p10_rework_letter_on
from inbox_daemon.order.practice import Practice
from inbox_daemon.order.steps import review_clock
from inbox_daemon.order.workdays import Deadline, Ground, WorkingDays, almaty
from registry_store.records import (
    Case,
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
    """Return which days were leapt over, and why: "Sat 24.10, Sun 25.10 (weekend), Mon 26.10 (…)"."""
    groups = groupby(days, key=lambda one: one[1].en)
    return ", ".join(f"{', '.join(day_words(day) for day, _ in group)} ({why})" for why, group in groups)


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
            return f"the {event.letter} letter comes back"
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
        what = "answers the rework letter"
    elif before is State.RECEIVED:
        what = event.category.value
    else:
        what = "sends the forms again"
    if not event.sheets:
        return f"{what}: {len(event.unreadable)} files that cannot be opened"
    return f"{what}: {_forms_words(event.sheets)}"


def _forms_words(sheets: Iterable[Sheet]) -> str:
    by_form: dict[str, list[str]] = {}
    for sheet in sheets:
        by_form.setdefault(sheet.form, []).append(LANGUAGES[sheet.language])
    languages = sorted({language for found in by_form.values() for language in found})
    return f"{', '.join(by_form)} ({' and '.join(languages)})"


def next_words(case: Case, before: State, store: Store, days: WorkingDays, practice: Practice) -> tuple[str, ...]:
    """Return what is missing or unsure, and the next legal day with its reason."""
    match case.state:
        case State.INCOMPLETE:
            lead = p10_rework_letter_on(review_clock(case), days, practice)
            review = _term_words(p10_review_due(review_clock(case), days))
            return (*_gaps(case), f"next: rework letter {day_words(lead)} unless the clerk sends it; review due {review}")
        case State.AWAITING_REWORK | State.REWORK_SENT:
            term = None if case.rework is None else p10_rework_due(case.rework, days)
            due = "" if term is None else f"next: answer due {_term_words(term)}"
            return tuple(filter(None, (*_gaps(case), due)))
        case State.WITH_CLERK | State.COMPLETE:
            review = _term_words(p10_review_due(review_clock(case), days))
            return (*_gaps(case), f"needs a person: {', '.join(case.asks)}", f"next: review due {review}")
        case _:
            return tuple(_ended(case, before, store))


def _gaps(case: Case) -> tuple[str, ...]:
    verdict = case.verdict
    if verdict is None:
        return ()
    missing, unsure = ", ".join(verdict.missing), ", ".join(verdict.unsure)
    return tuple(f"{head}: {items}" for head, items in (("missing", missing), ("unsure", unsure)) if items)


def _term_words(term: Deadline) -> str:
    off = f"; not counted: {days_off_words(term.skipped)}" if term.skipped else ""
    n = len(term.counted)
    return f"{day_words(term.last)} ({term.ground}: {n} working days after {day_words(term.after)}{off})"


def _ended(case: Case, before: State, store: Store) -> Iterable[str]:
    if case.entry is not None and before is not case.state:
        entry = store.entry(case.entry)
        version = f", version {entry.version}" if entry.version > 1 else ""
        mark = f", stopped on {day_words(entry.stop.on)}" if entry.stop is not None else ""
        yield f"register entry {entry.number}{version}{mark}"
    for letter in store.letters(case.number):
        if letter.state is LetterState.WAITING:
            yield f"next: {letter.kind} letter {day_words(almaty(letter.not_before).date())} at {almaty(letter.not_before):%H:%M}"
