"""Words at their places → lines → paragraphs: what a person would have typed without the paper's edge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from parsers.printed import begins_label
from parsers.readers.scans.straighten import LETTER
from parsers.readings import Inline, Mark, Paragraph, Picture, Run

WORD_GAP = 1.9 * LETTER  # wider: another place on the line
_LIST_START = ("–", "-", "•", "—", "*", "+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, box, picture or ruled gap at its place on the line."""

    left: int
    right: int
    inline: Inline


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line from left to right. base: the y on which its letters stand."""

    top: int
    base: int
    pieces: tuple[Piece, ...]

    @property
    def left(self) -> int:
        return self.pieces[0].left

    @property
    def right(self) -> int:
        return max(piece.right for piece in self.pieces)

    @property
    def bold(self) -> bool:
        """Whether most letters of the line are heavy."""
        runs = [piece.inline for piece in self.pieces if isinstance(piece.inline, Run)]
        heavy = sum(len(run.text) for run in runs if Mark.BOLD in run.marks)
        return heavy * 2 > sum(len(run.text) for run in runs)

    @property
    def text(self) -> str:
        return " ".join(piece.inline.text for piece in self.pieces if isinstance(piece.inline, Run))


def paragraphs(lines: Sequence[TextLine], left: int, right: int) -> Iterator[Paragraph]:
    """Yield the paragraphs of a column whose writing reaches from `left` to `right`."""
    pitch = 0
    gathered: list[TextLine] = []
    for line in lines:
        if gathered and _goes_on(gathered[-1], line, left, right, pitch):
            pitch = line.base - gathered[-1].base
            gathered.append(line)
        else:
            if gathered:
                yield _paragraph(gathered)
            gathered, pitch = [line], 0
    if gathered:
        yield _paragraph(gathered)


def _goes_on(before: TextLine, line: TextLine, left: int, right: int, pitch: int) -> bool:
    first = line.text.lstrip()[:1]
    if (
        line.left > left + 1.2 * LETTER
        or before.left > left + 9 * LETTER
        or not first
        or first in _LIST_START
        or _numbered(line.text)
    ):
        return False
    opening = line.pieces[0].inline
    if not isinstance(opening, Run) or any(isinstance(p.inline, Picture) for p in before.pieces):
        return False
    if before.text.lstrip().startswith("(") and before.text.rstrip().endswith(")"):
        return False  # a caption
    if opening.text.endswith(":") and first != "(":  # «e-mail: …» begins a line of its own, a bracket ends a label
        return False
    if before.text.rstrip()[-1:] in (".", ":", ";") and first.isupper():
        return False
    if before.bold != line.bold:
        return False  # a heading and what stands under it
    if first.isupper() and not before.text.rstrip().endswith("/") and begins_label(line.text):
        return False  # the next question, though the one before reached the edge by chance
    step = line.base - before.base
    if step > 3.6 * LETTER or (pitch and step > 1.35 * pitch):
        return False
    width = line.pieces[0].right - line.pieces[0].left
    wordy = first.islower() and before.text.rstrip()[-1:] not in (".", ":", ";")
    slack = (0.06 if wordy else 0.015) * (right - left) + 0.4 * LETTER  # the sheet may not lie quite flat
    return before.right + 0.4 * LETTER + width > right - slack


def _numbered(text: str) -> bool:
    head = text.lstrip()[:4]
    digits = len(head) - len(head.lstrip("0123456789"))
    return 0 < digits <= 2 and head[digits : digits + 1] in (")", ".")


def _paragraph(lines: Sequence[TextLine]) -> Paragraph:
    inlines: list[Inline] = []
    for line in lines:
        if inlines and not _cut_at_hyphen(inlines[-1]):
            _add(inlines, Run(" "))
        end: int | None = None
        for piece in line.pieces:
            if end is not None:
                _add(inlines, Run("   " if piece.left - end > WORD_GAP else " "))
            _add(inlines, piece.inline)
            end = piece.right
    return Paragraph(tuple(inlines))


def _cut_at_hyphen(last: Inline) -> bool:
    """«umit-» ends a line and «sarsenova@…» begins the next: the word goes on."""
    return isinstance(last, Run) and last.text[-1:] in ("-", "/", "@", "_") and last.text[-2:-1].isalnum()


def _add(inlines: list[Inline], new: Inline) -> None:
    last = inlines[-1] if inlines else None
    if isinstance(new, Run) and isinstance(last, Run):
        marks = last.marks if not new.text.strip() else new.marks
        if marks == last.marks:
            inlines[-1] = Run(last.text + new.text, last.marks)
            return
    inlines.append(new)


def years_joined(pieces: list[Piece]) -> list[Piece]:
    """«20 26 года», written on the form's own «20___ года», is one number."""
    joined: list[Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if (
            last is not None
            and isinstance(last.inline, Run)
            and isinstance(piece.inline, Run)
            and last.inline.text.strip("_") == "20"
            and len(piece.inline.text.strip("_")) == 2
            and piece.inline.text.strip("_").isdigit()
            and piece.left - last.right < 2 * LETTER
        ):
            year = Run("20" + piece.inline.text.strip("_"), piece.inline.marks)
            joined[-1] = Piece(last.left, piece.right, year)
        else:
            joined.append(piece)
    return joined
