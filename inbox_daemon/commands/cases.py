"""inbox-daemon case: the cases, one case with its clock and letters, and what a clerk decides."""

from __future__ import annotations

import argparse
import getpass
import json
from datetime import UTC, date, datetime
from typing import Any

from inbox_daemon.commands.arguments import Commands
from inbox_daemon.errors import NotAllowed
from inbox_daemon.letters.addresses import usable
from inbox_daemon.order.paragraphs import apc64_registered_on, p10_review_due, p10_rework_due
from inbox_daemon.order.steps import review_clock
from inbox_daemon.order.terms import due_day
from inbox_daemon.order.workdays import Deadline, almaty
from inbox_daemon.settings import load_settings
from inbox_daemon.timers import look_for
from inbox_daemon.wiring import Desk, wall_clock, wire_desk
from parsers.catalogue import catalogue
from parsers.typed import typed_answer
from registry_store.records import (
    OPEN_STATES,
    Case,
    ClerkApproved,
    ClerkClosed,
    ClerkIncluded,
    ClerkRefused,
    ClerkRevoked,
    ClerkSawFilled,
    ClerkSentRework,
    ClerkSetAddress,
    ClerkSetField,
    ClerkStopped,
    Event,
    FieldValue,
    LetterKind,
    Look,
    State,
    Step,
)

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
    "stop": (0, 0, "nothing more"),
    "revoke": (0, 0, "nothing more"),
    "address": (1, 1, "the new ADDRESS"),
    "approve": (1, 1, "the kind of LETTER that waits"),
    "join": (1, 1, "the NUMBER of the other case"),
    "take-out": (1, 99, "the places of the forms, as `case show` counts them"),
}


def add(commands: Commands) -> None:
    """Register the command and its three parts."""
    case = commands.add_parser("case", help="list and show cases, and decide them as a clerk")
    parts = case.add_subparsers(dest="part", required=True, metavar="PART")
    listing = parts.add_parser("list", help="open cases, the most urgent first")
    listing.add_argument("--all", action="store_true", help="ended cases too")
    listing.add_argument("--state", choices=[s.value for s in State], help="cases in one state only")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    listing.set_defaults(run=run_list)
    showing = parts.add_parser("show", help="one case: what is missing, the clock explained, letters, history")
    showing.add_argument("number", metavar="N", help="such as VR-2026-000417")
    showing.add_argument("--json", action="store_true")
    showing.set_defaults(run=run_show)
    doing = parts.add_parser("do", help="decide: " + ", ".join(ACTS))
    doing.add_argument("number", metavar="N")
    doing.add_argument("act", choices=ACTS)
    doing.add_argument("arguments", nargs="*", metavar="ARGUMENT", help="what the act is about: FIELD VALUE …")
    doing.add_argument("--why", metavar="TEXT", required=True, help="the reason, kept in the record")
    doing.add_argument("--by", metavar="NAME", default=getpass.getuser(), help="who decides (default: you)")
    doing.add_argument("--entry", type=int, metavar="NUMBER", help="the register entry that is meant")
    doing.add_argument(
        "--decided-on", type=date.fromisoformat, metavar="DATE", help="for stop: the day of the decision"
    )
    doing.add_argument("--to", metavar="N", help="for take-out: the case that the forms go to (default: a new one)")
    doing.add_argument("--json", action="store_true")
    doing.set_defaults(run=run_do)


# ------------------------------------------------------------ list


def run_list(options: argparse.Namespace) -> int:
    """Print cases by their legal due day."""
    desk = wire_desk(load_settings(options.config))
    states = None if options.all else OPEN_STATES
    cases = desk.store.cases(states=[State(options.state)] if options.state else states)
    for case in cases:
        print(json.dumps(_short(case, desk), ensure_ascii=False) if options.json else _line(case, desk))
    if not options.json:
        print(f"{len(cases)} cases")
    return 0


def _short(case: Case, desk: Desk) -> dict[str, Any]:
    due = due_day(case, desk.days)
    verdict = case.verdict
    return {
        "number": case.number,
        "kind": case.kind.value,
        "state": case.state.value,
        "received": None if case.received is None else almaty(case.received).isoformat(),
        "due": None if due is None else due.isoformat(),
        "overdue": case.overdue,
        "applicant": None if verdict is None else verdict.applicant,
        "missing": [] if verdict is None else list(verdict.missing),
        "asks": list(case.asks),
        "entry": case.entry,
    }


def _line(case: Case, desk: Desk) -> str:
    short = _short(case, desk)
    due = f"due {short['due']}" if short["due"] else ""
    what = ", ".join([*case.asks, *short["missing"]])
    late = "OVERDUE " if case.overdue and case.state in OPEN_STATES else ""
    return f"{case.number}  {case.kind:<12} {case.state:<16} {due:<15} {late}{what}".rstrip()


# ------------------------------------------------------------ show


def run_show(options: argparse.Namespace) -> int:
    """Print one case whole."""
    desk = wire_desk(load_settings(options.config))
    case = desk.store.case(options.number)
    if options.json:
        print(json.dumps(_whole(case, desk), ensure_ascii=False))
        return 0
    print(_line(case, desk))
    for name, term in _terms(case, desk):
        print(f"\n{name}: {term.last:%Y-%m-%d %a} ({term.ground}, calendar {desk.days.version})")
        for day, why in _count(term):
            print(f"  {day:%Y-%m-%d %a}  {why}")
    if case.verdict is not None:
        print(f"\nverdict: {case.verdict.judgement}, applicant: {case.verdict.applicant or 'cannot be told'}")
        missing = (*case.verdict.missing, *case.verdict.programme_missing)
        for head, items in (("missing", missing), ("unsure", case.verdict.unsure), ("notice", case.verdict.notices)):
            for item in items:
                print(f"  {head}: {item}")
    print("\nforms")
    for place, sheet in enumerate(case.sheets):
        print(f"  {place}  {sheet.form} ({sheet.language}) in {sheet.part}, mail {sheet.mail[:12]}")
    print("\nletters")
    for letter in desk.store.letters(case.number):
        print(f"  {letter.kind:<16} {letter.state:<10} {letter.reply or ''}".rstrip())
        print(f"    {letter.explanation}")
    print("\nhistory")
    for line in desk.store.journal(case.number):
        moment = almaty(line.event.at)
        print(f"  {moment:%Y-%m-%d %H:%M}  {type(line.event).__name__:<16} -> {line.state}")
    return 0


def _terms(case: Case, desk: Desk) -> list[tuple[str, Deadline]]:
    terms = []
    if case.received is not None:
        terms.append(("review due", p10_review_due(review_clock(case), desk.days)))
    if case.rework is not None and (term := p10_rework_due(case.rework, desk.days)) is not None:
        terms.append(("rework due", term))
    return terms


def _count(term: Deadline) -> list[tuple[date, str]]:
    days = [(day, f"working day {n}") for n, day in enumerate(term.counted, 1)]
    return sorted([*days, *((day, f"not counted: {ground.en}") for day, ground in term.skipped)])


def _whole(case: Case, desk: Desk) -> dict[str, Any]:
    practice = desk.casework.practice
    registered = None if case.received is None else apc64_registered_on(case.received, desk.days, practice)
    return {
        **_short(case, desk),
        "version": case.version,
        "registered_on": None if registered is None else registered.isoformat(),
        "terms": [
            {
                "what": name,
                "last": term.last.isoformat(),
                "ground": term.ground,
                "days": [{"day": day.isoformat(), "why": why} for day, why in _count(term)],
            }
            for name, term in _terms(case, desk)
        ],
        "letters": [
            {
                "kind": letter.kind.value,
                "state": letter.state.value,
                "reply": letter.reply,
                "accepted_at": None if letter.accepted_at is None else letter.accepted_at.isoformat(),
                "explanation": letter.explanation,
            }
            for letter in desk.store.letters(case.number)
        ],
        "history": [
            {"at": line.event.at.isoformat(), "event": type(line.event).__name__, "state": line.state.value}
            for line in desk.store.journal(case.number)
        ],
    }


# ------------------------------------------------------------ do


def run_do(options: argparse.Namespace) -> int:
    """Carry the clerk's event: the same that the desk sends."""
    desk = wire_desk(load_settings(options.config))
    now = wall_clock()
    least, most, usage = ACTS[options.act]
    if not least <= len(options.arguments) <= most:
        message = f"{options.act}: give {usage}"
        raise NotAllowed(message)
    step = _carry(options, desk, now)
    print(json.dumps(_short(step.case, desk), ensure_ascii=False) if options.json else _line(step.case, desk))
    return 0


def _carry(options: argparse.Namespace, desk: Desk, now: datetime) -> Step:
    by, why = options.by, options.why
    match options.act:
        case "join":
            return desk.casework.join(options.number, options.arguments[0], by=by, why=why, now=now)
        case "take-out":
            places = tuple(int(n) for n in options.arguments if n.isdigit())
            return desk.casework.take_out(options.number, places, options.to, by=by, why=why, now=now)
        case _:
            event = event_of(options, desk.store.case(options.number), desk, now)
            return desk.casework.carry(event, options.number, now=now)


def event_of(options: argparse.Namespace, case: Case, desk: Desk, now: datetime) -> Event:
    """Return the event of a clerk's act on one case. Raises NotAllowed when its arguments do not fit."""
    by, why = options.by, options.why
    match options.act:
        case "include":
            return ClerkIncluded(now, by, why, options.entry)
        case "rework":
            return ClerkSentRework(now, by, why)
        case "refuse":
            nothing = Look(datetime.min.replace(tzinfo=UTC), complete=False)
            return ClerkRefused(now, by, why, look_for(case, desk.store) or nothing)
        case "set":
            field, text = options.arguments[0], " ".join(options.arguments[1:])
            return ClerkSetField(now, by, field, meaning_of(field, text), text, why)
        case "filled":
            return ClerkSawFilled(now, by, options.arguments[0], why)
        case "stop":
            return ClerkStopped(now, by, why, options.decided_on, options.entry)
        case "revoke":
            return ClerkRevoked(now, by, why)
        case "address":
            return ClerkSetAddress(now, by, usable(options.arguments[0]), why)
        case "approve":
            return ClerkApproved(now, by, _letter_kind(options.arguments[0]), why)
        case _:
            return ClerkClosed(now, by, why, options.act.replace("-", "_"))


def _letter_kind(name: str) -> LetterKind:
    if name not in set(LetterKind):
        message = f"{name}: no such letter; one of {', '.join(LetterKind)}"
        raise NotAllowed(message)
    return LetterKind(name)


def meaning_of(field: str, text: str) -> FieldValue:
    """Return what a typed value means for a field, as the form reader would take it; "-" empties it.

    Raises NotAllowed when the field is unknown or the value cannot be one of that field.
    """
    form, _, name = field.partition(".")
    known = next((f for f in catalogue().forms if f == form), None)
    if known is None or name not in catalogue().forms[known].by_id:
        message = f"{field}: no such field; write form.field, such as volunteer.iin"
        raise NotAllowed(message)
    if text == "-":
        return ""
    value = typed_answer(known, name, text)
    if value is None:
        message = f"{field}: {text!r} cannot be read as a value of this field"
        raise NotAllowed(message)
    return value
