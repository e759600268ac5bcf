"""The timetable as it is printed while the demo runs: 100 columns, in colour on a terminal, plain elsewhere."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TextIO

from inbox_daemon.demo.chronicle import Line
from inbox_daemon.demo.wording import day_words, days_off_words
from inbox_daemon.order.workdays import WEEKEND, Ground, almaty
from registry_store.records import OutcomeKind, State

WIDTH = 100
COLUMNS = (("when", 15), ("who", 15), ("what happened", 33), ("case", 14), ("state", 15))
GAP = "  "
INDENT = 15 + 15 + 2 * len(GAP)

BOLD, DIM, GREEN, YELLOW, RED, CYAN = "1", "2", "32", "33", "31", "36"
COLOURS: dict[State | OutcomeKind, str] = {
    State.INCLUDED: GREEN,
    State.CARRIED_OUT: GREEN,
    State.COMPLETE: GREEN,
    State.REFUSED: RED,
    State.WITH_CLERK: YELLOW,
    State.INCOMPLETE: YELLOW,
    State.AWAITING_REWORK: CYAN,
    State.REWORK_SENT: CYAN,
    OutcomeKind.TRAY: YELLOW,
    OutcomeKind.BENCH: RED,
}


@dataclass(frozen=True, slots=True)
class Printer:
    """Writes to a stream. live: a terminal, where a line of progress stands below what is written."""

    out: TextIO
    live: bool = False
    colour: bool = False

    def say(self, words: str = "", style: str = "") -> None:
        """Write a line."""
        self._clear()
        print(self.styled(words, style), file=self.out, flush=True)

    def title(self, words: str) -> None:
        """Write a heading with a rule below it."""
        self.say()
        self.say(words, BOLD)
        self.say("─" * WIDTH, DIM)

    def head(self) -> None:
        """Write the names of the columns."""
        self.say(_row(*(name for name, _ in COLUMNS)).rstrip(), BOLD)
        self.say("─" * WIDTH, DIM)

    def line(self, line: Line) -> None:
        """Write a line of the timetable and its notes."""
        when = f"{day_words(almaty(line.at).date())} {almaty(line.at):%H:%M}"
        state = "" if line.state is None else line.state.value.replace("_", " ")
        what = textwrap.wrap(line.what, COLUMNS[2][1]) or [""]
        style = COLOURS.get(line.state, "") if line.state is not None else ""
        first = _row(when, line.who, what[0], line.case or "")
        self.say(f"{first}{GAP}{self.styled(state, style)}".rstrip())
        for more in what[1:]:
            self.say(" " * INDENT + more)
        if line.letters:
            self.say(f"{' ' * INDENT}✉ {', '.join(line.letters)}".replace("_", " "), CYAN)
        for note in line.notes:
            for part in textwrap.wrap(note, WIDTH - INDENT, subsequent_indent="  "):
                self.say(" " * INDENT + part, DIM)

    def days_off(self, days: Sequence[tuple[date, Ground]]) -> None:
        """Write which days the clock leapt over; a holiday stands out, a weekend does not."""
        words = f"── {days_off_words(days)} "
        holiday = any(why is not WEEKEND for _, why in days)
        self.say(words + "─" * (WIDTH - len(words)), YELLOW if holiday else DIM)

    def fault(self, words: str) -> None:
        """Write something that is not as it should be."""
        for part in textwrap.wrap(f"!! {words}", WIDTH, subsequent_indent="   "):
            self.say(part, RED)

    def progress(self, words: str) -> None:
        """Show how far it is, on a terminal only; the next line takes its place."""
        if self.live:
            self.out.write(f"\r\x1b[K{self.styled(words, DIM)}")
            self.out.flush()

    def styled(self, words: str, style: str) -> str:
        """Return the words in a colour, plain where there is none."""
        return f"\x1b[{style}m{words}\x1b[0m" if style and words and self.colour else words

    def _clear(self) -> None:
        if self.live:
            self.out.write("\r\x1b[K")


def _row(*cells: str) -> str:
    return GAP.join(_fit(cell, width) for cell, (_, width) in zip(cells, COLUMNS, strict=False))


def _fit(words: str, width: int) -> str:
    words = shortened(words, width)
    return words + " " * (width - _columns(words))


def shortened(words: str, width: int) -> str:
    """Return the words in at most so many columns; letters that combine take none."""
    while _columns(words) > width:
        words = words[:-2] + "…"
    return words


def _columns(words: str) -> int:
    return sum(not unicodedata.combining(letter) for letter in words)
