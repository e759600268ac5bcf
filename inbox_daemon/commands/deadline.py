"""inbox-daemon deadline: the dates of the Order for a moment of receipt or of acceptance, and why."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from inbox_daemon.calendar import load_calendar
from inbox_daemon.commands.arguments import Commands
from inbox_daemon.order.paragraphs import (
    apc64_registered_on,
    p10_last_day_if_sent,
    p10_review_due,
    p10_rework_letter_on,
    p11_refusal_on,
)
from inbox_daemon.order.practice import Practice
from inbox_daemon.order.workdays import ALMATY, CalendarEnds, Deadline, WorkingDays, almaty, almaty_day

KINDS = ("received", "accepted")


def add(commands: Commands) -> None:
    """Register the command."""
    command = commands.add_parser(
        "deadline",
        help="the legal dates for a mail received, or a rework letter accepted, at a moment",
        description="Dates under the default settings. T: ISO 8601; without an offset it is Asia/Almaty.",
    )
    for kind, what in (("received", "a filing arrived"), ("accepted", "a rework letter was accepted")):
        command.add_argument(f"--{kind}", metavar="T", action="append", default=[], help=f"when {what}")
    command.add_argument("--stdin", action="store_true", help='read lines "received ISO" or "accepted ISO"')
    command.add_argument("--json", action="store_true", help="one JSON object a line")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Answer every question in order; a bad line gets its own error and the next one is answered.

    Exit status 1 when a moment of the command line could not be answered; lines of --stdin are answered one by one.
    """
    days, practice = load_calendar(), Practice()
    asked = wrong = 0
    for line in _lines(options):
        asked += 1
        answer = dates(line, days, practice)
        wrong += "error" in answer and not options.stdin
        if options.json:
            print(json.dumps(answer, ensure_ascii=False), flush=options.stdin)
        elif "error" in answer:
            print(f"{line}: {answer['error']}", file=sys.stderr)
        else:
            print(explained(line, days, practice))
    if not asked and not options.stdin:
        print("nothing asked: give --received T, --accepted T or --stdin", file=sys.stderr)
        return 2
    return 1 if wrong else 0


def _lines(options: argparse.Namespace) -> Iterator[str]:
    yield from (f"received {moment}" for moment in options.received)
    yield from (f"accepted {moment}" for moment in options.accepted)
    if options.stdin:
        yield from (line.rstrip("\r\n") for line in sys.stdin)


def parse(line: str) -> tuple[str, datetime]:
    """Return what is asked and the moment in Asia/Almaty. Raises ValueError with what to write instead."""
    kind, _, text = line.strip().partition(" ")
    if kind not in KINDS or not text.strip():
        message = 'write "received ISO" or "accepted ISO", such as: received 2026-10-23T10:00+05:00'
        raise ValueError(message)
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        message = f"{text.strip()!r} is no ISO 8601 date and time, such as 2026-10-23T10:00+05:00"
        raise ValueError(message) from error
    return kind, moment.replace(tzinfo=ALMATY) if moment.tzinfo is None else almaty(moment)


def dates(line: str, days: WorkingDays, practice: Practice) -> dict[str, Any]:
    """Return the dates for one line, as JSON; or its error."""
    try:
        kind, moment = parse(line)
        if kind == "received":
            return {
                "input": line,
                "registered_on": apc64_registered_on(moment, days, practice).isoformat(),
                "review_due": p10_review_due(moment, days).last.isoformat(),
                "rework_letter_on": p10_rework_letter_on(moment, days, practice).isoformat(),
            }
        due = p10_last_day_if_sent(almaty_day(moment), days).last
        return {"input": line, "rework_due": due.isoformat(), "refusal_on": p11_refusal_on(due, days).isoformat()}
    except (ValueError, OverflowError, CalendarEnds) as error:
        return {"input": line, "error": str(error)}


def explained(line: str, days: WorkingDays, practice: Practice) -> str:
    """Return the dates of one line with every counted and skipped day."""
    kind, moment = parse(line)
    found = dates(line, days, practice)
    if kind == "received":
        term = p10_review_due(moment, days)
        lead = f"by itself, {practice.rework_lead_days} working day before"
        head = [
            f"received           {_day(moment)} {moment:%H:%M:%S %z}",
            f"registered on      {_named(found['registered_on'])}   (Administrative Procedure Code art. 64)",
            f"review due         {_named(found['review_due'])}   (§10: 5 working days, counted from receipt)",
            f"rework letter goes {_named(found['rework_letter_on'])}   ({lead})",
        ]
    else:
        term = p10_last_day_if_sent(almaty_day(moment), days)
        head = [
            f"accepted           {_day(moment)} {moment:%H:%M:%S %z}",
            f"rework due         {_named(found['rework_due'])} 23:59:59   (§10: 3 working days)",
            f"refusal goes       {_named(found['refusal_on'])}   (§11, only after a full look through the mailbox)",
        ]
    return "\n".join([*head, *_count(term, days), ""])


def _count(term: Deadline, days: WorkingDays) -> Iterator[str]:
    yield f"  counted with the calendar {days.version}" + (", transfers UNCONFIRMED" if term.unconfirmed else "")
    rows = [(day, f"working day {n}") for n, day in enumerate(term.counted, 1)]
    rows += [(day, f"not counted: {ground.en}") for day, ground in term.skipped]
    yield f"  {_day(term.after)}  day 0"
    for day, what in sorted(rows):
        yield f"  {_day(day)}  {what}"


def _named(iso: str) -> str:
    return _day(datetime.fromisoformat(iso))


def _day(day: Any) -> str:
    return f"{day:%Y-%m-%d %a}"
