"""What the RTF reader remembers of a group and of a field while it walks through the text."""

from __future__ import annotations

from dataclasses import dataclass, field

from parsers.readings import Mark


@dataclass(slots=True)
class State:
    """What a group inherits from the group around it; `flow` and `starred` are its own."""

    purpose: str = "text"  # text, mute (only pictures are seen), skip, or the name of what is gathered
    marks: frozenset[Mark] = frozenset()
    hidden: bool = False
    deleted: bool = False
    font: int | None = None
    fallback: int = 1  # letters that stand for each \uN in older programs
    level: int = 0  # tables around the paragraph
    flow: bool = False  # this group is a stream of its own
    starred: bool = False

    def inherited(self) -> State:
        return State(self.purpose, self.marks, self.hidden, self.deleted, self.font, self.fallback, self.level)


@dataclass(slots=True)
class Field:
    """A field while it is gathered: its code, the kind of a form field, and what that holds."""

    code: str = ""
    kind: int = 0
    result: int | None = None
    otherwise: int | None = None
    entries: list[str] = field(default_factory=list)


def switched(marks: frozenset[Mark], mark: Mark, on: bool) -> frozenset[Mark]:
    """Return the marks with one of them on or off."""
    return marks | {mark} if on else marks - {mark}
