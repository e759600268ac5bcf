"""A case as its page shows it: the fields as read, the clock day by day, letters, mails, history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from typing import get_args, get_type_hints

from inbox_daemon.desk.corrections import Editor, Typed, editor_of, option_code
from inbox_daemon.desk.labels import field_of, label_of, region_named, shown, title_of
from inbox_daemon.desk.places import PlaceShown, place_shown
from inbox_daemon.desk.words import said
from inbox_daemon.order.paragraphs import p10_review_due, p10_rework_due, p13_carry_out_by
from inbox_daemon.order.steps import review_clock
from inbox_daemon.order.workdays import Deadline, WorkingDays, known
from parsers.catalogue import Field, catalogue
from parsers.readings import Language, Unreadable
from registry_store.case_notes import CaseNote
from registry_store.records import (
    Answer,
    Case,
    CaseKind,
    ClerkClosed,
    ClerkJoined,
    ClerkRecast,
    ClerkSawFilled,
    ClerkSetAddress,
    ClerkSetField,
    ClerkSetRegion,
    ClerkTookOut,
    ClerkTranslated,
    ClerkUndid,
    Correction,
    Event,
    JournalLine,
    Sheet,
)

NOTE = "note"  # stands among the events of a case's history, and is none
UNREAD_FOR = frozenset(get_args(get_type_hints(Unreadable)["reason"]))
NO_LINE = ("statement",)  # nobody fills these in; they are shown only when something is the matter


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One question of a form. status: missing, unsure, doubtful, set, filled or blank. before: what the copy of the
    form before said, None when it said the same or there is none. editor: None in an older copy."""

    item: str
    label: str
    text: str
    status: str
    kind: str
    options: tuple[tuple[str, str], ...] = ()
    doubt: str = ""
    flaws: tuple[str, ...] = ()
    place: PlaceShown | None = None
    by: str = ""
    before: str | None = None
    editor: Editor | None = None


@dataclass(frozen=True, slots=True)
class SheetShown:
    """place: in case.sheets. newest: the copy that counts; older ones are folded up."""

    place: int
    title: str
    sheet: Sheet
    newest: bool
    lines: tuple[FieldLine, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the Order. code: review, rework or stop."""

    code: str
    deadline: Deadline
    days: tuple[tuple[date, int, str], ...]  # day; which working day it is, 0 when not counted; why not


def sheets_shown(case: Case, language: Language, typed: Typed | None = None) -> tuple[SheetShown, ...]:
    """Return the forms of a case: the newest copy of each in the order of Appendix 2, then the older ones.

    typed: what somebody typed into their editors, where it was refused.
    """
    made = []
    newest: set[tuple[str, str]] = set()
    for place in range(len(case.sheets) - 1, -1, -1):
        sheet = case.sheets[place]
        key = (sheet.form, sheet.language)
        earlier = next((s for s in reversed(case.sheets[:place]) if (s.form, s.language) == key), None)
        lines = tuple(_lines(case, sheet, earlier, language, key not in newest, typed or {}))
        made.append(SheetShown(place, title_of(sheet.form, language), sheet, key not in newest, lines))
        newest.add(key)
    order: dict[str, int] = {form: n for n, form in enumerate(catalogue().forms)}
    return tuple(sorted(made, key=lambda one: (not one.newest, order.get(one.sheet.form, 0), one.sheet.language)))


def _lines(
    case: Case, sheet: Sheet, earlier: Sheet | None, language: Language, counts: bool, typed: Typed
) -> list[FieldLine]:
    form = next((one for name, one in catalogue().forms.items() if name == sheet.form), None)
    if form is None:
        return []
    lines = [_line(case, sheet, earlier, asked, language, counts, typed) for asked in form.fields]
    return [line for line in lines if line.status != "blank" or line.kind not in NO_LINE]


def _line(
    case: Case, sheet: Sheet, earlier: Sheet | None, asked: Field, language: Language, counts: bool, typed: Typed
) -> FieldLine:
    item = f"{sheet.form}.{asked.id}"
    answer = sheet.answers.get(asked.id)
    verdict = case.verdict
    missing = counts and verdict is not None and item in (*verdict.missing, *verdict.programme_missing)
    text = "" if answer is None else shown(answer, asked, language)
    before = None
    if earlier is not None:
        old = earlier.answers.get(asked.id)
        said_before = "" if old is None else shown(old, asked, language)
        before = said_before if said_before != text else None
    return FieldLine(
        item=item,
        label=label_of(item, language),
        text=text,
        status=_status(
            sheet, asked.id, missing=missing, unsure=counts and verdict is not None and item in verdict.unsure
        ),
        kind=asked.kind,
        options=tuple((option_code(option), option.words.printed(language)) for option in asked.options),
        doubt="" if answer is None else answer.doubt or "",
        flaws=() if answer is None else answer.flaws,
        place=None if answer is None else place_shown(answer.place),
        by="" if answer is None else answer.by,
        before=before,
        editor=editor_of(item, asked, answer, sheet.language, typed) if counts else None,
    )


def _status(sheet: Sheet, field: str, *, missing: bool, unsure: bool) -> str:
    """Return how a row stands. unsure: the verdict could not be given because of it, for whatever reason."""
    answer = sheet.answers.get(field)
    if answer is not None and (answer.flaws or (unsure and not answer.by)):  # flaws: a clerk's own typing too
        return "doubtful"
    if field in sheet.filled_by_clerk or (answer is not None and answer.by):
        return "set"
    if field in sheet.unsure_blank or (unsure and answer is None):
        return "unsure"
    if answer is not None and answer.doubt:
        return "doubtful"
    if missing:
        return "missing"
    return "filled" if answer is not None else "blank"


def terms(case: Case, days: WorkingDays, language: Language) -> tuple[Term, ...]:
    """Return the terms that run or ran for a case, each counted day by day (§10, §13)."""
    found: list[tuple[str, Deadline | None]] = []
    received, rework = case.received, case.rework
    if received is not None and case.kind is CaseKind.TERMINATION:
        found.append(("stop", known(lambda: p13_carry_out_by(received, days))))
    elif received is not None:
        found.append(("review", known(lambda: p10_review_due(review_clock(case), days))))
    if rework is not None:
        found.append(("rework", known(lambda: p10_rework_due(rework, days))))
    return tuple(Term(code, term, _count(term, language)) for code, term in found if term is not None)


def _count(term: Deadline, language: Language) -> tuple[tuple[date, int, str], ...]:
    counted = [(day, number, "") for number, day in enumerate(term.counted, 1)]
    skipped = [(day, 0, ground.kk if language == "kk" else ground.ru) for day, ground in term.skipped]
    return tuple(sorted([*counted, *skipped]))


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that could not be opened. why: the code of the reason, empty where none is known."""

    name: str
    why: str


def unread_shown(told: str) -> Unread:
    """Take apart how a case names a file that could not be opened: "form.docx: damaged"."""
    name, _, why = told.rpartition(": ")
    return Unread(name, why) if name and why in UNREAD_FOR else Unread(told, "")


@dataclass(frozen=True, slots=True)
class Past:
    """One line of the history. by: who, empty for the daemon and the applicant. state: empty for what is no step."""

    at: datetime
    event: str
    by: str
    why: str
    state: str
    about: str


def history(journal: Sequence[JournalLine], notes: Sequence[CaseNote], language: Language) -> tuple[Past, ...]:
    """Return what happened to a case and what clerks noted about it, newest first."""
    steps = [(line.noted_at, _past(line, language)) for line in journal]
    said = [(one.at, Past(one.at, NOTE, one.by, one.words, "", one.to)) for one in notes]
    # Of one moment the later step stands first: sorting keeps the order of what is equal.
    return tuple(past for _, past in sorted([*reversed(said), *reversed(steps)], key=lambda one: one[0], reverse=True))


def _past(line: JournalLine, language: Language) -> Past:
    event = line.event
    return Past(
        at=event.at,
        event=type(event).__name__,
        by=getattr(event, "by", ""),
        why=getattr(event, "why", ""),
        state=line.state,
        about="; ".join(filter(None, _about(event, language))),
    )


def _about(event: Event, language: Language) -> list[str]:
    """Return what an event is about, in the words of the page: which values, which letter, which other case."""
    match event:
        case ClerkSetField():
            return [_corrected(one, language) for one in event.corrections]
        case ClerkSawFilled():
            return [label_of(event.field, language)]
        case ClerkSetRegion():
            return [region_named(event.region, language)]
        case ClerkTranslated():
            return [event.text]
        case ClerkSetAddress():
            return [event.address]
        case ClerkRecast():
            return [said(language, "kind", event.kind)]
        case ClerkClosed():
            reason, _, number = event.reason.rpartition(" ") if " " in event.reason else (event.reason, "", "")
            code = reason.replace("_", "-")
            return [words if (words := said(language, "act", code)) != code else "", number]
        case ClerkJoined():
            return [event.other]
        case ClerkTookOut():
            return [event.to or ""]
        case ClerkUndid():
            return [said(language, "event", event.undone)]
        case _:
            letter = getattr(event, "letter", "")
            return [said(language, "letter", letter) if letter else ""]


def _corrected(one: Correction, language: Language) -> str:
    label = label_of(one.field, language)
    if one.seen:
        return f"{label}: {said(language, 'event', ClerkSawFilled.__name__)}"
    if one.value == "":
        return f"{label}: {said(language, 'difference', 'gone')}"
    return f"{label}: {shown(Answer(one.value, one.text), field_of(one.field), language)}"


@dataclass(frozen=True, slots=True)
class LetterShown:
    """A letter as whoever gets it reads it."""

    subject: str
    to: str
    text: str
    files: tuple[str, ...]


def letter_shown(raw: bytes) -> LetterShown:
    """Take a finished letter of ours apart."""
    message = message_from_bytes(raw, policy=policy.default)
    # The old decoder for headers: the new one of Python 3.11 keeps the blanks between encoded words.
    old = message_from_bytes(raw, policy=policy.compat32)
    body = message.get_body(("plain",))
    return LetterShown(
        subject=" ".join(str(make_header(decode_header(str(old["Subject"])))).split()),
        to=str(old["To"]),
        text="" if body is None else str(body.get_content()).replace("\r\n", "\n"),
        files=tuple(str(part.get_filename()) for part in message.iter_attachments()),
    )
