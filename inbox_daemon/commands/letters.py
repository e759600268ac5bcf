"""inbox-daemon letter: a letter before it leaves, about a stored case or about a made-up one."""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import sys
import textwrap
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from inbox_daemon.calendar import load_calendar
from inbox_daemon.commands.arguments import Commands
from inbox_daemon.errors import InboxError
from inbox_daemon.letters.samples import compose_sample, samples
from inbox_daemon.rehearsal import Planned, letter_now
from inbox_daemon.settings import load_settings
from inbox_daemon.wiring import wall_clock, wire_desk
from registry_store.records import LetterKind, NewLetter

WIDEST = 100  # columns; longer lines are hard to read on any terminal
PRIVATE = 0o600  # a letter about a case holds what its applicant wrote
PRIVATE_FOLDER = 0o700
HEADERS = ("From", "To", "Subject", "Date")


class NoSuchSample(InboxError):
    """There is no sample letter of this name and kind."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A letter taken apart, as whoever receives it sees it. files: the enclosures by name."""

    headers: dict[str, str]
    text: str
    html: str
    files: dict[str, bytes]


def add(commands: Commands) -> None:
    """Register the command."""
    command = commands.add_parser(
        "letter",
        help="show a letter before it leaves, about a case or about a made-up one",
        description="Composes a letter and shows it. Nothing is stored and nothing is sent.",
        epilog="samples: " + ", ".join(samples()),
    )
    kinds = [kind.value for kind in LetterKind]
    command.add_argument("kind", metavar="KIND", type=_kind, choices=kinds, help=", ".join(kinds))
    about = command.add_mutually_exclusive_group(required=True)
    about.add_argument("--case", metavar="N", help="as it would leave now about this case, such as VR-2026-000417")
    about.add_argument(
        "--sample", metavar="NAME", nargs="?", const="", help="about a made-up case; without NAME the plainest of KIND"
    )
    command.add_argument(
        "--to", type=Path, metavar="FILE.eml|DIR", help="write the mail, or its parts and enclosures into a folder"
    )
    command.add_argument("--json", action="store_true", help="one JSON object, the enclosures by name and SHA-256")
    command.set_defaults(run=run)


def _kind(word: str) -> str:
    return word.replace("-", "_")


def run(options: argparse.Namespace) -> int:
    """Show or write the letter. A reason why it would not leave now goes to standard error."""
    kind = LetterKind(options.kind)
    planned = _about_case(options, kind) if options.case else Planned(_sample(options, kind))
    letter = planned.letter
    if planned.why_not:
        print(f"It would not leave now: {planned.why_not}", file=sys.stderr)
    if options.to is not None:
        for path in written(letter, options.to):
            print(path)
    elif options.json:
        print(json.dumps(as_json(planned), ensure_ascii=False))
    else:
        width = min(WIDEST, shutil.get_terminal_size().columns) if sys.stdout.isatty() else 0
        print(as_words(letter, width))
    return 0


def _about_case(options: argparse.Namespace, kind: LetterKind) -> Planned:
    desk = wire_desk(load_settings(options.config))
    return letter_now(kind, options.case, desk.casework, wall_clock())


def _sample(options: argparse.Namespace, kind: LetterKind) -> NewLetter:
    """A sample needs no configuration; where there is one, its office signs and its calendar counts."""
    of_kind = {name: sample for name, sample in samples().items() if sample.kind is kind}
    name = options.sample or next(iter(of_kind))
    if name not in of_kind:
        message = f"{name}: no such sample of {kind.value}. There are: {', '.join(of_kind)}"
        raise NoSuchSample(message)
    if not options.config.exists():
        return compose_sample(of_kind[name], days=load_calendar())
    settings = load_settings(options.config)
    days = load_calendar(Path(settings.calendar.file) if settings.calendar.file else None)
    return compose_sample(of_kind[name], days=days, practice=settings.practice(), office=settings.office.office())


# ------------------------------------------------------------ what is shown


def shown(letter: NewLetter) -> Shown:
    """Take a finished letter apart."""
    message = message_from_bytes(letter.raw, policy=policy.default)
    # The old decoder: the new one of Python 3.11 keeps the blanks between encoded words.
    old = message_from_bytes(letter.raw, policy=policy.compat32)
    return Shown(
        headers={name: re.sub(r"\s+", " ", str(make_header(decode_header(str(old[name]))))) for name in HEADERS},
        text=_body(message, "plain"),
        html=_body(message, "html"),
        files={str(part.get_filename()): part.get_content() for part in message.iter_attachments()},
    )


def _body(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    assert part is not None  # every letter of ours has both
    return str(part.get_content()).replace("\r\n", "\n")


def as_words(letter: NewLetter, width: int = 0) -> str:
    """Return the letter for a terminal: headers, text, enclosures, and why its dates are what they are.

    width: columns to wrap at, 0 for not at all.
    """
    seen = shown(letter)
    lines = [f"{name}: {value}" for name, value in seen.headers.items()]
    lines += [f"Enclosed: {name} ({len(data)} bytes)" for name, data in seen.files.items()]
    lines += ["", *seen.text.splitlines(), "", *letter.explanation.splitlines()]
    return "\n".join(_wrapped(line, width) for line in lines)


def _wrapped(line: str, width: int) -> str:
    hanging = "  " if line.startswith("- ") else ""
    return textwrap.fill(line, width, subsequent_indent=hanging, break_on_hyphens=False) if width and line else line


def as_json(planned: Planned) -> dict[str, Any]:
    """Return the letter as plain JSON."""
    letter, seen = planned.letter, shown(planned.letter)
    return {
        "kind": letter.kind.value,
        "recipients": list(letter.recipients),
        "message_id": letter.message_id,
        "leaves": letter.not_before.isoformat(),
        "would_not_leave": planned.why_not or None,
        **{name.lower(): value for name, value in seen.headers.items()},
        "text": seen.text,
        "enclosures": [
            {"name": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in seen.files.items()
        ],
        "explanation": letter.explanation,
    }


# ------------------------------------------------------------ what is written


def written(letter: NewLetter, to: Path) -> list[Path]:
    """Write the letter as one .eml, or whole and in parts into a folder; return the files.

    Only their owner may read them.
    """
    if to.suffix.lower() == ".eml":
        return [_private(to, letter.raw)]
    to.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    seen = shown(letter)
    parts = {
        "letter.eml": letter.raw,
        "letter.txt": seen.text.encode(),
        "letter.html": seen.html.encode(),
        "explanation.txt": f"{letter.explanation}\n".encode(),
        **seen.files,
    }
    return [_private(to / name, data) for name, data in parts.items()]


def _private(path: Path, data: bytes) -> Path:
    path.touch(mode=PRIVATE, exist_ok=True)
    path.chmod(PRIVATE)
    path.write_bytes(data)
    return path
