"""inbox-daemon inspect: what was read from mails or form files, the verdict, and why."""

from __future__ import annotations

import argparse
import json
import sys
import unicodedata
from datetime import date
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from inbox_daemon.commands.arguments import Commands, with_progress
from inbox_daemon.mailbox.noted import sheet_of
from inbox_daemon.order.completeness import check, is_blank
from inbox_daemon.order.triage import what_is_it
from inbox_daemon.order.workdays import almaty_day
from inbox_daemon.wiring import wall_clock
from parsers.catalogue import catalogue
from parsers.readers.sniff import kind_of
from parsers.readings import FilledForm, Reading, Value
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
    command.add_argument("--json", action="store_true", help="one compact JSON object a line, in order")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Inspect every path in order. Exit status 0 whatever the verdict; 1 when a path could not be opened."""
    failed = 0
    today = almaty_day(wall_clock())
    with Worker() as worker:
        for path in with_progress(options.paths, "reading", len(options.paths)):
            try:
                data = path.read_bytes()
            except OSError as error:
                failed += 1
                fault = {"path": str(path), "error": f"cannot be opened: {error.strerror}"}
                print(json.dumps(fault, ensure_ascii=False) if options.json else f"{path}: {fault['error']}")
                continue
            reading = worker.read(data if kind_of(data, path.name) == "eml" else as_mail(data, path.name))
            if options.json:
                line = {"path": str(path), **as_json(reading, today)}
                print(json.dumps(line, ensure_ascii=False, separators=(",", ":")), flush=True)
            else:
                print(as_table(str(path), reading, today))
    sys.stdout.flush()
    return 1 if failed else 0


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
    return check(sheets, category=category, unreadable=[u.part for u in reading.unreadable], on=today)


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
        lines += ["", f"  {form.form} ({form.language}) in {form.part}", *_rows(form)]
    for file in reading.unreadable:
        lines += ["", f"  could not be read: {file.part}: {file.reason} {file.detail}".rstrip()]
    if verdict is not None:
        lines += ["", f"  verdict: {verdict.judgement}, applicant: {verdict.applicant or 'cannot be told'}"]
        missing = (*verdict.missing, *verdict.programme_missing)
        for head, items in (("missing", missing), ("unsure", verdict.unsure), ("notice", verdict.notices)):
            lines += [f"    {head}: {item}" for item in items]
    return "\n".join([*lines, ""])


def _rows(form: FilledForm) -> list[str]:
    rows = []
    for field in catalogue().forms[form.form].fields:
        value = form.fields.get(field.id)
        label = _cut(field.words.printed(form.language), LABEL_WIDTH)
        if value is None:
            shown = "? may be filled" if field.id in form.unsure_blank else "-"
            rows.append(f"    {label}  {shown}")
            continue
        rows.append(f"    {label}  {_shown(value)}   [{value.source.place}]{_doubts(value)}")
    return rows + [f"    doubt: {doubt}" for doubt in form.doubts]


def _shown(value: Value) -> str:
    if isinstance(value.value, dict):
        return "; ".join(f"{channel} {', '.join(found)}" for channel, found in value.value.items() if found)
    if isinstance(value.value, list):
        return ", ".join(str(item) for item in value.value)
    return {True: "yes", False: "no"}[value.value] if isinstance(value.value, bool) else str(value.value)


def _doubts(value: Value) -> str:
    said = [f"unsure: {value.doubt}"] if value.doubt else []
    return "".join(f"  ! {what}" for what in (*said, *value.flaws))


def _cut(label: str, width: int) -> str:
    """Fit a label into `width` columns of a terminal."""
    short = label if len(label) <= width else label[: width - 1] + "…"
    marks = sum(1 for sign in short if unicodedata.combining(sign))
    return short.ljust(width + marks)
