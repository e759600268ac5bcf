"""What stands below the timetable: one letter, the register in short, counts, and where everything lies."""

from __future__ import annotations

import json
import sys
import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from inbox_daemon.demo.folder import DemoFolder
from inbox_daemon.demo.servers import Letter
from inbox_daemon.demo.timetable import CYAN, DIM, WIDTH, Printer, shortened
from registry_store.records import CaseNumber, LetterState
from registry_store.release.publish import Release
from registry_store.store import Store

MARGIN = "│ "
NAME_COLUMNS = 5  # columns 2–5 of Appendix 1 hold the name
CONTACTS, PROGRAMME, ACTION, STOPPED = 5, 6, 7, 10  # the others, counted from 0


def show_letter(printer: Printer, letter: Letter) -> None:
    """Print a letter as its recipient reads it."""
    printer.title("One of the letters as it came")
    for name in ("From", "To", "Subject", "Date", "In-Reply-To"):
        _quote(printer, f"{name}: {letter.header(name)}", DIM)
    _quote(printer, "")
    for part in letter.message.walk():
        if part.get_content_type() == "text/plain":
            _quote(printer, bytes(part.get_payload(decode=True)).decode())
        elif part.get_filename() is not None:
            _quote(printer, f"attached: {part.get_filename()}", DIM)


def _quote(printer: Printer, words: str, style: str = "") -> None:
    for line in words.splitlines() or [""]:
        for part in textwrap.wrap(line, WIDTH - len(MARGIN)) or [""]:
            printer.say(f"{MARGIN}{part}".rstrip(), style)


def show_register(printer: Printer, release: Release) -> None:
    """Print the rows that are published, in short, in Kazakh."""
    register: Mapping[str, Any] = json.loads((release.folder / "register.json").read_text("utf-8"))
    printer.title(f"The register as it is published: release {release.number}, {len(register['rows'])} entries")
    for row in register["rows"]:
        cells: Sequence[str] = row["kk"]
        name = " ".join(filter(None, cells[1:NAME_COLUMNS]))
        column = next(n for n, cell in enumerate(cells[1:NAME_COLUMNS], 2) if cell)
        printer.say(
            f"{cells[0]:>3}  {shortened(name, 44):<44}  column {column}  {shortened(_last(cells[CONTACTS]), 36)}"
        )
        for cell in (cells[PROGRAMME], cells[ACTION]):
            for line in cell.splitlines():
                printer.say(f"     {shortened(line, 90)}", DIM)
        if cells[STOPPED]:
            printer.say(f"     {shortened(cells[STOPPED], 90)}", DIM)


def _last(cell: str) -> str:
    return cell.splitlines()[-1] if cell else ""


def show_counts(printer: Printer, store: Store, mails: int, release: Release) -> None:
    """Print how many mails came and what became of them, which letters left, how often was published."""
    outcomes = Counter(a.outcome.kind.value for a in store.arrivals(limit=None) if a.outcome is not None)
    left = store.letters_in((LetterState.ACCEPTED, LetterState.BOUNCED))
    accepted = Counter(letter.kind.value for letter in left)
    back = sum(letter.state is LetterState.BOUNCED for letter in left)
    printer.title("In numbers")
    for name, number, parts in (
        ("mails in", mails, ""),
        ("outcomes", outcomes.total(), _each(outcomes)),
        ("letters accepted", accepted.total(), f"{_each(accepted)}; {back} of them came back"),
        ("releases", release.number, ""),
    ):
        lines = textwrap.wrap(parts, WIDTH - 22) or [""]
        printer.say(f"{name:<17}{number:>3}  {lines[0]}".rstrip())
        for line in lines[1:]:
            printer.say(" " * 22 + line)


def _each(counted: Counter[str]) -> str:
    return ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in counted.most_common())


def show_places(printer: Printer, folder: DemoFolder, release: Release, case: CaseNumber | None) -> None:
    """Print where everything lies, and what may be tried next. case: one that is worth a look."""
    printer.title("Where it lies")
    published = folder.public / "current"
    places = (
        ("register", published / "register.xlsx"),
        ("", published / "register.kk.csv"),
        ("", published / "register.ru.csv"),
        ("", published / "register.json"),
        *(("", published / file.name) for file in sorted(release.folder.glob("*.html"))),
        ("store", folder.store),
        ("mails as they came", folder.archive),
        ("letters as they left", folder.letters),
        ("configuration", folder.config),
    )
    for name, place in places:
        printer.say(f"{name:<22}{near(place)}")
    printer.say()
    printer.say("Try next:")
    program = near(Path(sys.prefix) / "bin" / "inbox-daemon")
    for arguments in ("case list --all", *([] if case is None else [f"case show {case}"])):
        printer.say(f"  {program} --config {near(folder.config)} {arguments}", CYAN)


def near(path: Path) -> str:
    """Return a path as one types it from here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
