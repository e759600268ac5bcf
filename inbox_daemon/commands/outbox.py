"""inbox-daemon outbox: our letters, what became of each, and what a person decides about one of them."""

from __future__ import annotations

import argparse
import getpass
import json
from datetime import datetime
from typing import Any

from inbox_daemon.commands.arguments import Commands, moment
from inbox_daemon.letters import by_hand
from inbox_daemon.order.workdays import almaty
from inbox_daemon.settings import load_settings
from inbox_daemon.wiring import Desk, wall_clock, wire_desk
from registry_store.accounts import AuditLine
from registry_store.records import Letter, LetterState

# What is listed without --state: everything that has not come to its end.
OPEN = tuple(s for s in LetterState if s not in (LetterState.ACCEPTED, LetterState.WITHDRAWN))


def add(commands: Commands) -> None:
    """Register the command and its parts."""
    outbox = commands.add_parser("outbox", help="our letters: list them, settle one, stop them all")
    parts = outbox.add_subparsers(dest="part", required=True, metavar="PART")
    listing = parts.add_parser("list", help="letters that wait, need a yes, or whose end nobody saw")
    listing.add_argument("--state", choices=[s.value for s in LetterState], action="append", help="of this state only")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    listing.set_defaults(run=run_list)
    left = _act(parts, "left", "an uncertain letter has left: a rework letter's three days count from then")
    left.add_argument("--at", type=moment, required=True, metavar="TIME", help="when, such as 2026-10-30T09:00:05")
    _act(parts, "again", "send an uncertain letter once more (the same Message-ID), or one that did not arrive anew")
    _act(parts, "approve", "say yes to a letter that waits for it")
    _act(parts, "drop", "take back a letter that belongs to no case and has not left")
    stopping = parts.add_parser("stop", help="stop all letters of the running daemon; they wait")
    going = parts.add_parser("go", help="let letters go again")
    for part in (stopping, going):
        part.add_argument("--why", metavar="TEXT", required=True)
        part.add_argument("--by", metavar="NAME", default=getpass.getuser())
        part.set_defaults(run=run_switch)


def _act(parts: Commands, name: str, words: str) -> argparse.ArgumentParser:
    part = parts.add_parser(name, help=words)
    part.add_argument("letter", type=int, metavar="LETTER", help="its number, as `outbox list` shows it")
    part.add_argument("--why", metavar="TEXT", required=True, help="the reason, kept in the record")
    part.add_argument("--by", metavar="NAME", default=getpass.getuser(), help="who decides (default: you)")
    part.add_argument("--json", action="store_true")
    part.set_defaults(run=run_act)
    return part


def run_list(options: argparse.Namespace) -> int:
    """Print letters in the order in which they were composed."""
    desk = wire_desk(load_settings(options.config))
    states = [LetterState(state) for state in options.state] if options.state else OPEN
    letters = desk.store.letters_in(states)
    for letter in letters:
        print(json.dumps(_facts(letter), ensure_ascii=False) if options.json else _line(letter))
    if not options.json:
        stopped = by_hand.why_stopped(desk.store)
        print(f"{len(letters)} letters" + (f"; ALL LETTERS ARE STOPPED: {stopped}" if stopped else ""))
    return 0


def run_act(options: argparse.Namespace) -> int:
    """Carry out what a person decided about one letter."""
    desk = wire_desk(load_settings(options.config))
    letter = _decided(options, desk, wall_clock())
    print(json.dumps(_facts(letter), ensure_ascii=False) if options.json else _line(letter))
    return 0


def _decided(options: argparse.Namespace, desk: Desk, now: datetime) -> Letter:
    casework, id, by, why = desk.casework, options.letter, options.by, options.why
    match options.part:
        case "left":
            return by_hand.has_left(casework, id, options.at, by=by, why=why, now=now)
        case "again":
            return by_hand.send_again(casework, id, by=by, why=why, now=now)
        case "approve":
            return by_hand.say_yes(casework, id, by=by, why=why, now=now)
        case _:
            return by_hand.drop(casework, id, by=by, why=why, now=now)


def run_switch(options: argparse.Namespace) -> int:
    """Stop all letters, or let them go; the running daemon asks before each letter."""
    desk, now = wire_desk(load_settings(options.config)), wall_clock()
    if options.part == "stop":
        by_hand.stop_all(desk.store, by=options.by, why=options.why, now=now)
        print("all letters are stopped; they wait in the outbox until `outbox go`")
    else:
        by_hand.let_all_go(desk.store, by=options.by)
        print("letters go again")
    with desk.store.writing() as writing:
        writing.note_audit(AuditLine(now, options.by, f"letters_{options.part}", None, options.why))
    return 0


def _facts(letter: Letter) -> dict[str, Any]:
    return {
        "letter": letter.id,
        "kind": letter.kind.value,
        "state": letter.state.value,
        "case": letter.case,
        "to": list(letter.recipients),
        "message_id": letter.message_id,
        "not_before": almaty(letter.not_before).isoformat(),
        "not_after": None if letter.not_after is None else letter.not_after.isoformat(),
        "tries": letter.tries,
        "reply": letter.reply,
    }


def _line(letter: Letter) -> str:
    until = "" if letter.not_after is None else f" until {letter.not_after}"
    when = f"from {almaty(letter.not_before):%Y-%m-%d %H:%M}{until}"
    whose = letter.case or "(no case)"
    return f"{letter.id:>6}  {letter.kind:<16} {letter.state:<10} {whose:<15} {when}  {letter.reply}".rstrip()
