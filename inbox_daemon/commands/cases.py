"""inbox-daemon case: the cases, one case with its clock and letters, and what a clerk decides."""

from __future__ import annotations

import argparse
import getpass
import json
from datetime import date
from typing import Any

from inbox_daemon.acts import ACTS, Act, carry
from inbox_daemon.commands.arguments import Commands
from inbox_daemon.commands.letters import as_words
from inbox_daemon.commands.replying import add_reply, note_reply
from inbox_daemon.notes import write_note
from inbox_daemon.order.paragraphs import apc64_registered_on, p10_review_due, p10_rework_due
from inbox_daemon.order.steps import review_clock
from inbox_daemon.order.terms import due_day, is_due_unknown
from inbox_daemon.order.workdays import Deadline, almaty, known
from inbox_daemon.rehearsal import reply_now
from inbox_daemon.replies import reply_in_case
from inbox_daemon.settings import load_settings
from inbox_daemon.wiring import Desk, wall_clock, wire_desk
from registry_store.accounts import AuditLine
from registry_store.records import (
    OPEN_STATES,
    Braked,
    Case,
    ClerkReplied,
    Explained,
    NotTold,
    Said,
    State,
    Text,
)


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
    doing.add_argument("--to", metavar="N", help="for take-out and move: the case that they go to (default: new)")
    doing.add_argument(
        "--other-person",
        metavar="WHY",
        default="",
        help="why that entry or case is meant, though its IIN/BIN, name or address is another one",
    )
    doing.add_argument(
        "--no-letter", metavar="WHY", default="", help="for closing a case: why no letter tells the applicant"
    )
    doing.add_argument("--remark-kk", metavar="TEXT", help="for rework and closing: a remark in the letter, in Kazakh")
    doing.add_argument("--remark-ru", metavar="TEXT", help="for rework and closing: a remark in the letter, in Russian")
    doing.add_argument(
        "--explain",
        nargs=3,
        action="append",
        default=[],
        metavar=("ITEM", "KK", "RU"),
        help="for rework: words beside what is missing; one language may be empty",
    )
    doing.add_argument("--json", action="store_true")
    doing.set_defaults(run=run_do)
    noting = parts.add_parser("note", help="write a note about a case; no letter, state or clock knows of it")
    noting.add_argument("number", metavar="N")
    noting.add_argument("words", metavar="TEXT")
    noting.add_argument("--for", dest="to", metavar="NAME", default="", help="the account that is asked")
    noting.add_argument("--by", metavar="NAME", default=getpass.getuser(), help="who writes (default: you)")
    noting.set_defaults(run=run_note)
    replying = parts.add_parser("reply", help="answer a mail of the case in your own words; shows the letter first")
    replying.add_argument("number", metavar="N")
    replying.add_argument("--mail", metavar="SHA256", help="the mail that is answered (default: the latest)")
    add_reply(replying)
    replying.set_defaults(run=run_reply)


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
    due = f"due {short['due']}" if short["due"] else "due not known" if is_due_unknown(case, desk.days) else ""
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
    if is_due_unknown(case, desk.days):
        print(
            f"\nthe last day is not known yet: the calendar {desk.days.version} ends on {desk.days.last}; add the year"
        )
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
    print("\nmails")
    for mail in case.mails:
        print(f"  {almaty(mail.at):%Y-%m-%d %H:%M}  {mail.mail}{'  forms' if mail.brought_forms else ''}")
    print("\nletters")
    for letter in desk.store.letters(case.number):
        print(f"  {letter.kind:<16} {letter.state:<10} {letter.reply or ''}".rstrip())
        print(f"    {letter.explanation}")
    for note in desk.store.case_notes(case.number):
        print(f"\nnote of {almaty(note.at):%Y-%m-%d %H:%M} by {note.by}{f' for {note.to}' if note.to else ''}")
        print(f"  {note.words}")
    print("\nhistory")
    for line in desk.store.journal(case.number):
        moment = almaty(line.event.at)
        print(f"  {moment:%Y-%m-%d %H:%M}  {type(line.event).__name__:<16} -> {line.state}")
        for untold in (one for one in line.effects if isinstance(one, NotTold)):
            print(f"      no {untold.letter} letter: {untold.why}")
        for braked in (one for one in line.effects if isinstance(one, Braked)):
            print(f"      {braked.letter} was not written: the brake was closed ({braked.why})")
    return 0


def _terms(case: Case, desk: Desk) -> list[tuple[str, Deadline]]:
    terms: list[tuple[str, Deadline | None]] = []
    rework = case.rework
    if case.received is not None:
        terms.append(("review due", known(lambda: p10_review_due(review_clock(case), desk.days))))
    if rework is not None:
        terms.append(("rework due", known(lambda: p10_rework_due(rework, desk.days))))
    return [(name, term) for name, term in terms if term is not None]


def _count(term: Deadline) -> list[tuple[date, str]]:
    days = [(day, f"working day {n}") for n, day in enumerate(term.counted, 1)]
    return sorted([*days, *((day, f"not counted: {ground.en}") for day, ground in term.skipped)])


def _whole(case: Case, desk: Desk) -> dict[str, Any]:
    practice = desk.casework.practice
    received = case.received
    registered = None if received is None else known(lambda: apc64_registered_on(received, desk.days, practice))
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


# ------------------------------------------------------------ do, note


def run_do(options: argparse.Namespace) -> int:
    """Carry the clerk's event: the same that the desk sends."""
    desk = wire_desk(load_settings(options.config))
    now = wall_clock()
    step = carry(_act(options), options.number, desk.casework, now)
    print(json.dumps(_short(step.case, desk), ensure_ascii=False) if options.json else _line(step.case, desk))
    return 0


def run_note(options: argparse.Namespace) -> int:
    """Keep a note among clerks."""
    desk, now = wire_desk(load_settings(options.config)), wall_clock()
    note = write_note(desk.store, options.number, options.words, by=options.by, now=now, to=options.to)
    with desk.store.writing() as writing:
        writing.note_audit(AuditLine(now, options.by, "case_note", options.number, f"{note.id} {note.to}".strip()))
    print(f"note {note.id} is kept with {note.case}")
    return 0


def run_reply(options: argparse.Namespace) -> int:
    """Show the answer to a mail of the case, or send it."""
    desk, now = wire_desk(load_settings(options.config)), wall_clock()
    case, words = desk.store.case(options.number), Text(options.kk, options.ru)
    mail = options.mail or (case.mails[-1].mail if case.mails else "")
    if not options.send:
        event = ClerkReplied(now, options.by, mail, words)
        print(as_words(reply_now(event, case.number, desk.casework, now)))
        return 0
    letter = reply_in_case(desk.casework, case.number, mail, words, by=options.by, now=now, seen=case.version)
    note_reply(desk, options.by, now, letter, mail)
    return 0


def _act(options: argparse.Namespace) -> Act:
    return Act(
        options.act,
        by=options.by,
        why=options.why,
        arguments=tuple(options.arguments),
        entry=options.entry,
        decided_on=options.decided_on,
        to=options.to,
        said=_said(options),
        other_person_why=options.other_person,
        untold_why=options.no_letter,
    )


def _said(options: argparse.Namespace) -> Said:
    remark = Text(options.remark_kk, options.remark_ru)
    about = tuple(Explained(item, Text(kk or None, ru or None)) for item, kk, ru in options.explain)
    return Said(remark if remark != Text() else None, about)
