"""What a clerk may do with a case, by name: the command line and the desk send the same events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from inbox_daemon.casework import NO_TIME, Casework
from inbox_daemon.errors import NotAllowed
from inbox_daemon.letters.addresses import usable
from inbox_daemon.moving import join, move_mail, take_out
from inbox_daemon.tracing.look import look_for
from parsers.catalogue import catalogue
from parsers.typed import typed_answer
from registry_store.records import (
    NOTHING_SAID,
    Case,
    CaseKind,
    CaseNumber,
    ClerkApproved,
    ClerkClosed,
    ClerkIncluded,
    ClerkRecast,
    ClerkRefused,
    ClerkRevoked,
    ClerkSawFilled,
    ClerkSentRework,
    ClerkSetAddress,
    ClerkSetField,
    ClerkSetRegion,
    ClerkStopped,
    ClerkTranslated,
    Correction,
    Event,
    FieldValue,
    LetterKind,
    LetterState,
    Look,
    Said,
    Step,
)
from registry_store.store import Store

HAS_LEFT = frozenset({LetterState.SENDING, LetterState.ACCEPTED, LetterState.UNCERTAIN, LetterState.BOUNCED})
# What a clerk may do: how many words an act takes, and how that is said.
ACTS = {
    "include": (0, 0, "nothing more"),
    "rework": (0, 0, "nothing more"),
    "refuse": (0, 0, "nothing more"),
    "set": (2, 99, "FIELD VALUE"),
    "filled": (1, 1, "FIELD"),
    "not-application": (0, 0, "nothing more"),
    "withdrawn": (0, 0, "nothing more"),
    "not-carried-out": (0, 0, "nothing more"),
    "refusal-stands": (0, 0, "nothing more"),
    "recast": (1, 1, "application, change or programme"),
    "stop": (0, 0, "nothing more"),
    "revoke": (0, 0, "nothing more"),
    "address": (1, 1, "the new ADDRESS"),
    "approve": (1, 1, "the kind of LETTER that waits"),
    "join": (1, 1, "the NUMBER of the other case"),
    "translate": (3, 3, "the WORDS as written, the other language (kk or ru), its WORDING"),
    "region": (1, 1, "the code of the REGION, such as KZ-75; - as the residence tells"),
    "move": (1, 1, "the SHA-256 of the MAIL"),
    "take-out": (1, 99, "the places of the forms, as `case show` counts them"),
}


@dataclass(frozen=True, slots=True)
class Act:
    """One act. arguments: as ACTS says; entry, decided_on, to: see the commands of the same names. said: the clerk's
    own words in a rework letter. corrections: what is set, where more than FIELD VALUE says it. other_person_why: why
    an entry or case is meant that seems to be somebody else's. untold_why: why no letter tells
    of a case that is closed."""

    name: str
    by: str
    why: str
    arguments: tuple[str, ...] = ()
    entry: int | None = None
    decided_on: date | None = None
    to: CaseNumber | None = None
    said: Said = NOTHING_SAID
    corrections: tuple[Correction, ...] = ()
    other_person_why: str = ""
    untold_why: str = ""


def carry(
    act: Act, number: CaseNumber, casework: Casework, now: datetime, seen: int | None = None, hold: timedelta = NO_TIME
) -> Step:
    """Carry an act into a case; return its step. That of a move or take-out is the step of the case that the mail or
    the forms went to: it names a new one. seen: the version that it was decided on; hold: how long its letters wait.

    Raises NotAllowed, NotForeseen, CaseMoved: nothing has changed.
    """
    least, most, usage = ACTS[act.name]
    if not act.corrections and not least <= len(act.arguments) <= most:
        message = f"{act.name}: give {usage}"
        raise NotAllowed(message, "arguments", act.name)
    match act.name:
        case "join":
            return join(
                casework,
                number,
                act.arguments[0],
                by=act.by,
                why=act.why,
                now=now,
                seen=seen,
                hold=hold,
                other_person_why=act.other_person_why,
            )
        case "move":
            return move_mail(
                casework,
                number,
                act.arguments[0],
                act.to,
                by=act.by,
                why=act.why,
                now=now,
                seen=seen,
                hold=hold,
                other_person_why=act.other_person_why,
            )
        case "take-out":
            return take_out(
                casework,
                number,
                tuple(int(n) for n in act.arguments if n.isdigit()),
                act.to,
                by=act.by,
                why=act.why,
                now=now,
                seen=seen,
                hold=hold,
                other_person_why=act.other_person_why,
            )
        case _:
            event = event_of(act, casework.store.case(number), casework.store, now)
            return casework.carry(event, number, now=now, seen=seen, hold=hold)


def event_of(act: Act, case: Case, store: Store, now: datetime) -> Event:
    """Return the event of a clerk's act on one case. Raises NotAllowed when its arguments do not fit."""
    by, why = act.by, act.why
    match act.name:
        case "include":
            return ClerkIncluded(now, by, why, act.entry, other_person_why=act.other_person_why)
        case "rework":
            return ClerkSentRework(now, by, why, act.said)
        case "refuse":
            nothing = Look(datetime.min.replace(tzinfo=UTC), complete=False)
            return ClerkRefused(now, by, why, look_for(case, store) or nothing)
        case "set" if act.corrections:
            return _corrected(act.corrections, by, why, now)
        case "set":
            field, text = act.arguments[0], " ".join(act.arguments[1:])
            return ClerkSetField(now, by, field, meaning_of(field, text), text, why)
        case "filled":
            return ClerkSawFilled(now, by, act.arguments[0], why)
        case "translate":
            words, language, text = act.arguments
            return ClerkTranslated(now, by, words, language, text, why)
        case "region":
            code = act.arguments[0].upper()
            return ClerkSetRegion(now, by, "" if code == "-" else code, why)
        case "stop":
            return ClerkStopped(now, by, why, act.decided_on, act.entry, other_person_why=act.other_person_why)
        case "revoke":
            return ClerkRevoked(now, by, why)
        case "address":
            return ClerkSetAddress(now, by, usable(act.arguments[0]), why)
        case "recast":
            return ClerkRecast(now, by, why, _case_kind(act.arguments[0]))
        case "approve":
            return ClerkApproved(now, by, _letter_kind(act.arguments[0]), why)
        case _:
            told = any(one.kind is LetterKind.REFUSAL and one.state in HAS_LEFT for one in store.letters(case.number))
            return ClerkClosed(
                now,
                by,
                why,
                act.name.replace("-", "_"),
                refusal_left=told,
                untold_why=act.untold_why.strip(),
                said=act.said,
            )


def _corrected(corrections: tuple[Correction, ...], by: str, why: str, now: datetime) -> Event:
    """Return the one event of all that is corrected at once; what is only seen to be filled stands behind the rest."""
    first, *also = sorted(corrections, key=lambda one: one.seen)
    if first.seen and not also:
        return ClerkSawFilled(now, by, first.field, why, first.language)
    if first.seen:
        message = "two fields are seen to be filled at once: say it of one after the other"
        raise NotAllowed(message, "one_by_one")
    return ClerkSetField(now, by, first.field, first.value, first.text, why, first.language, tuple(also))


def _case_kind(name: str) -> CaseKind:
    if name not in set(CaseKind):
        message = f"{name}: no such kind of case; one of {', '.join(CaseKind)}"
        raise NotAllowed(message, "arguments", name)
    return CaseKind(name)


def _letter_kind(name: str) -> LetterKind:
    if name not in set(LetterKind):
        message = f"{name}: no such letter; one of {', '.join(LetterKind)}"
        raise NotAllowed(message, "no_letter", name)
    return LetterKind(name)


def meaning_of(field: str, text: str) -> FieldValue:
    """Return what a typed value means for a field, as the form reader would take it; "-" empties it.

    Raises NotAllowed when the field is unknown or the value cannot be one of that field.
    """
    form, _, name = field.partition(".")
    known = next((f for f in catalogue().forms if f == form), None)
    if known is None or name not in catalogue().forms[known].by_id:
        message = f"{field}: no such field; write form.field, such as volunteer.iin"
        raise NotAllowed(message, "no_field", field)
    if text == "-":
        return ""
    value = typed_answer(known, name, text)
    if value is None:
        message = f"{field}: {text!r} cannot be read as a value of this field"
        raise NotAllowed(message, "no_value", text)
    return value
