"""inbox-daemon inspect: what was read from mails or form files, the verdict, and why."""

from __future__ import annotations

import argparse
import json
import os
import sys
import unicodedata
from datetime import date
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from inbox_daemon.commands.answers import AnswerRow, rows_of
from inbox_daemon.commands.arguments import Commands, with_progress
from inbox_daemon.commands.laid_open import MailShown, findings, mail_shown, page_of
from inbox_daemon.errors import InboxError
from inbox_daemon.mailbox.noted import sheet_of
from inbox_daemon.order.completeness import check, is_blank
from inbox_daemon.order.triage import what_is_it
from inbox_daemon.order.unrecognised import unrecognised
from inbox_daemon.order.workdays import almaty_day
from inbox_daemon.wiring import wall_clock
from parsers.readers.sniff import kind_of
from parsers.readings import FilledForm, LaidOpen, Reading
from parsers.worker import Worker
from registry_store.records import Category, Sheet, Verdict

JUDGED = frozenset({Category.APPLICATION, Category.CHANGE, Category.PROGRAMME})
LABEL_WIDTH = 34


def add(commands: Commands) -> None:
    """Register the command."""
    command = commands.add_parser(
        "inspect",
        help="what is read from mails or form files, the verdict, and why",
        description="Reads saved mails (.eml) or form files. Needs no configuration, and changes nothing.",
    )
    command.add_argument("paths", nargs="+", type=Path, metavar="MAIL_OR_FORM")
    shapes = command.add_mutually_exclusive_group()
    shapes.add_argument("--json", action="store_true", help="one compact JSON object a line, in order")
    shapes.add_argument(
        "--html",
        type=Path,
        metavar="OUT",
        help="write one HTML file: tables, documents as read, pages with boxes over the answers; holds personal data",
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Inspect every path in order. Exit status 0 whatever the verdict; 1 when a path could not be opened."""
    failed = 0
    today = almaty_day(wall_clock())
    shown: list[MailShown] = []
    with Worker() as worker:
        for path in with_progress(options.paths, "reading", len(options.paths)):
            try:
                data = path.read_bytes()
            except OSError as error:
                failed += 1
                fault = {"path": str(path), "error": f"cannot be opened: {error.strerror}"}
                out = sys.stdout if options.json or options.html is None else sys.stderr
                print(json.dumps(fault, ensure_ascii=False) if options.json else f"{path}: {fault['error']}", file=out)
                continue
            raw = data if kind_of(data, path.name) == "eml" else as_mail(data, path.name)
            if options.html is not None:
                shown.append(_laid_open(str(path), worker.lay_open(raw), today))
                continue
            reading = worker.read(raw)
            if options.json:
                line = {"path": str(path), **as_json(reading, today)}
                print(json.dumps(line, ensure_ascii=False, separators=(",", ":")), flush=True)
            else:
                print(as_table(str(path), reading, today))
    if options.html is not None:
        _write(options.html, page_of(shown))
    sys.stdout.flush()
    return 1 if failed else 0


def _laid_open(path: str, opened: LaidOpen, today: date) -> MailShown:
    category = what_is_it(opened.reading)
    verdict = verdict_on(opened.reading, category, today)
    return mail_shown(path, opened, forms_that_count(opened.reading), category, verdict)


def _write(out: Path, page: str) -> None:
    """Write the page for its owner's eyes alone: it holds personal data."""
    try:
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(page)
    except OSError as error:
        raise InboxError(f"{out}: cannot be written: {error.strerror}") from error
    print(f"written: {out}", file=sys.stderr)


def as_mail(data: bytes, name: str) -> bytes:
    """Return a lone file as a mail of nobody that brings it, so that it is read like every other."""
    mail = EmailMessage()
    mail.set_content("")
    mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def forms_that_count(reading: Reading) -> tuple[FilledForm, ...]:
    """Forms left wholly blank beside filled ones do not count (truth rule 12)."""
    filled = tuple(form for form in reading.forms if not is_blank(sheet_of(form, "")))
    return filled or reading.forms


def verdict_on(reading: Reading, category: Category, today: date) -> Verdict | None:
    """Return the verdict on one mail by itself, None for mails that are no filing."""
    if category not in JUDGED:
        return None
    sheets: tuple[Sheet, ...] = tuple(sheet_of(form, "") for form in reading.forms)
    return check(
        sheets,
        category=category,
        unreadable=[one.part for one in reading.unreadable],
        unrecognised=[one.part for one in unrecognised(reading)],
        on=today,
    )


def as_json(reading: Reading, today: date) -> dict[str, Any]:
    """Return what was read and judged as plain JSON."""
    category = what_is_it(reading)
    verdict = verdict_on(reading, category, today)
    documents = [
        {
            "part": form.part,
            "form": form.form,
            "language": form.language,
            "fields": {name: value.value for name, value in form.fields.items()},
        }
        for form in (forms_that_count(reading) if verdict is not None else ())
    ]
    return {
        "mail": {"category": category.value},
        "documents": documents,
        "applicant": None if verdict is None else verdict.applicant,
        "verdict": None if verdict is None else verdict.judgement.value,
        "missing": [] if verdict is None else sorted({*verdict.missing, *verdict.programme_missing}),
        "notices": [] if verdict is None else list(verdict.notices),
        "unsure": [] if verdict is None else list(verdict.unsure),
    }


def as_table(path: str, reading: Reading, today: date) -> str:
    """Return what was read as a person likes to see it: every form as a table with places and doubts."""
    category = what_is_it(reading)
    verdict = verdict_on(reading, category, today)
    lines = [f"{path}", f"  a mail of kind: {category}"]
    for form in forms_that_count(reading):
        lines += ["", f"  {form.form} ({form.language}) in {form.part}"]
        lines += [_row(row) for row in rows_of(form, verdict)]
        lines += [f"    doubt: {doubt}" for doubt in form.doubts]
    for file in reading.unreadable:
        lines += ["", f"  could not be read: {file.part}: {file.reason} {file.detail}".rstrip()]
    if verdict is not None:
        lines += ["", f"  verdict: {verdict.judgement}, applicant: {verdict.applicant or 'cannot be told'}"]
        lines += [f"    {head}: {item}" for head, item in findings(verdict)]
    return "\n".join([*lines, ""])


def _row(row: AnswerRow) -> str:
    place = f"   [{row.place}]" if row.place else ""
    return f"    {_cut(row.label, LABEL_WIDTH)}  {row.shown}{place}" + (f"  ! {row.doubts}" if row.doubts else "")


def _cut(label: str, width: int) -> str:
    """Fit a label into `width` columns of a terminal."""
    short = label if len(label) <= width else label[: width - 1] + "…"
    marks = sum(1 for sign in short if unicodedata.combining(sign))
    return short.ljust(width + marks)
