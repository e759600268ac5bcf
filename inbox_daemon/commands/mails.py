"""inbox-daemon mail: the mails that wait for a person, what each holds, and what a person does with it."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from datetime import datetime
from typing import Any

from inbox_daemon.commands.arguments import Commands, moment
from inbox_daemon.commands.letters import as_words
from inbox_daemon.commands.replying import add_reply, note_reply
from inbox_daemon.mailbox.noted import sheet_of
from inbox_daemon.order.triage import what_is_it
from inbox_daemon.order.workdays import almaty
from inbox_daemon.replies import composed_reply, reply_to_mail
from inbox_daemon.settings import load_settings
from inbox_daemon.tasks import seen_to
from inbox_daemon.wiring import Desk, wall_clock, wire_desk, wire_intake
from parsers.worker import Worker
from registry_store.accounts import AuditLine
from registry_store.records import Arrival, OutcomeKind, Text


def add(commands: Commands) -> None:
    """Register the command and its parts."""
    mail = commands.add_parser("mail", help="mails that wait for a person: list, show, take up, put aside")
    parts = mail.add_subparsers(dest="part", required=True, metavar="PART")
    listing = parts.add_parser("list", help="what lies in the tray or on the bench and nobody has seen to")
    kinds = [kind.value for kind in OutcomeKind]
    listing.add_argument("--outcome", choices=kinds, help="all mails that ended so, newest first")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    listing.set_defaults(run=run_list)
    showing = parts.add_parser("show", help="what one mail holds, and what has become of it")
    showing.add_argument("arrival", type=int, metavar="MAIL", help="its number, as `mail list` shows it")
    form = showing.add_mutually_exclusive_group()
    form.add_argument("--raw", action="store_true", help="the mail byte for byte")
    form.add_argument("--json", action="store_true")
    showing.set_defaults(run=run_show)
    taking = parts.add_parser("take", help="handle it as if it had just come; its own time of arrival counts")
    clearing = parts.add_parser("clear", help="there is nothing to do: it holds no refusal back any longer")
    taking.add_argument("--as-of", type=moment, metavar="TIME", help="let the clock start then instead")
    taking.add_argument("--case", metavar="N", help="the case that it belongs to")
    replying = parts.add_parser("reply", help="answer one that belongs to no case; shows the letter first")
    replying.add_argument("arrival", type=int, metavar="MAIL", help="its number, as `mail list` shows it")
    add_reply(replying)
    replying.set_defaults(run=run_reply)
    for part in (taking, clearing):
        part.add_argument("arrival", type=int, metavar="MAIL", help="its number, as `mail list` shows it")
        part.add_argument("--why", metavar="TEXT", required=True, help="the reason, kept in the record")
        part.add_argument("--by", metavar="NAME", default=getpass.getuser(), help="who decides (default: you)")
    taking.set_defaults(run=run_take)
    clearing.set_defaults(run=run_clear)


def run_list(options: argparse.Namespace) -> int:
    """Print mails, one a line."""
    store = wire_desk(load_settings(options.config)).store
    found = store.arrivals(OutcomeKind(options.outcome)) if options.outcome else store.for_a_person()
    for arrival in found:
        print(json.dumps(_facts(arrival), ensure_ascii=False) if options.json else _line(arrival))
    if not options.json:
        print(f"{len(found)} mails")
    return 0


def run_show(options: argparse.Namespace) -> int:
    """Print one mail: from whom, the words, the files, the forms."""
    settings = load_settings(options.config)
    desk = wire_desk(settings)
    arrival = desk.store.arrival(options.arrival)
    with Worker() as worker:
        intake = wire_intake(desk, read=worker.read)
        raw = intake.archive.raw(arrival.mail)
        if options.raw:
            sys.stdout.buffer.write(raw)
            return 0
        reading = worker.read(raw)
    forms = [sheet_of(form, arrival.mail) for form in reading.forms]
    shown = {
        **_facts(arrival),
        "category": what_is_it(reading).value,
        "from": reading.mail.sender.addr,
        "subject": reading.mail.subject,
        "body": reading.mail.body,
        "files": [file.name for file in reading.mail.attachments],
        "forms": [{"form": f.form, "language": f.language, "filled": sorted(f.answers)} for f in forms],
        "unreadable": [f"{file.part}: {file.reason}" for file in reading.unreadable],
    }
    if options.json:
        print(json.dumps(shown, ensure_ascii=False))
        return 0
    print(_line(arrival))
    print(f"from:     {shown['from']}\nsubject:  {shown['subject']}\ncategory: {shown['category']}")
    for sheet in forms:
        print(f"form:     {sheet.form} ({sheet.language}) in {sheet.part}, {len(sheet.answers)} fields filled")
    for name in reading.mail.attachments:
        print(f"file:     {name.name}")
    for file in reading.unreadable:
        print(f"unread:   {file.part} ({file.reason})")
    print(f"\n{reading.mail.body}")
    return 0


def run_take(options: argparse.Namespace) -> int:
    """Give a mail of the tray or the bench another outcome."""
    desk, now = wire_desk(load_settings(options.config)), wall_clock()
    if options.case is not None:
        desk.store.case(options.case)
    with Worker() as worker:
        intake = wire_intake(desk, read=worker.read)
        outcome = intake.take_up(options.arrival, now, as_of=options.as_of, to=options.case)
    cases = ", ".join(outcome.cases)
    _note(desk, options, "take_up", now, *outcome.cases[:1])
    print(f"{outcome.kind}{': ' if cases else ''}{cases}  {outcome.why}".rstrip())
    return 0


def run_clear(options: argparse.Namespace) -> int:
    """Note that a person has seen to it."""
    desk, now = wire_desk(load_settings(options.config)), wall_clock()
    with desk.store.writing() as writing:
        seen_to(writing, options.arrival, now)
    _note(desk, options, "cleared", now)
    print(f"mail {options.arrival} needs nothing more")
    return 0


def run_reply(options: argparse.Namespace) -> int:
    """Show the answer to a mail of no case, or send it; the mail then counts as seen to."""
    desk, now = wire_desk(load_settings(options.config)), wall_clock()
    mail, words = desk.store.arrival(options.arrival).mail, Text(options.kk, options.ru)
    with Worker() as worker:
        read = worker.read(wire_intake(desk, read=worker.read).archive.raw(mail)).mail
    if not options.send:
        with desk.store.writing() as writing:
            letter = composed_reply(desk.casework, writing, mail, read.sender.addr, read.message_id, words, now)
        print(as_words(letter))
        return 0
    sent = reply_to_mail(desk.casework, mail, read.sender.addr, read.message_id, words, by=options.by, now=now)
    note_reply(desk, options.by, now, sent, mail)
    return 0


def _note(desk: Desk, options: argparse.Namespace, action: str, now: datetime, case: str | None = None) -> None:
    mail = desk.store.arrival(options.arrival).mail
    with desk.store.writing() as writing:
        writing.note_audit(AuditLine(now, options.by, action, case, f"{mail[:12]}: {options.why}"))


def _facts(arrival: Arrival) -> dict[str, Any]:
    outcome = arrival.outcome
    return {
        "arrival": arrival.id,
        "mail": arrival.mail,
        "folder": arrival.place.folder,
        "received": almaty(arrival.received_at).isoformat(),
        "outcome": None if outcome is None else outcome.kind.value,
        "cases": [] if outcome is None else list(outcome.cases),
        "why": arrival.last_error if outcome is None else outcome.why,
    }


def _line(arrival: Arrival) -> str:
    facts = _facts(arrival)
    came = f"{almaty(arrival.received_at):%Y-%m-%d %H:%M}"
    return f"{arrival.id:>6}  {came}  {facts['outcome'] or 'open':<9} {facts['why']}".rstrip()
