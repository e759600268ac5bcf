"""The stretches of a document that are a form each: from one title, or one form's things, to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from parsers.lines import Line
from parsers.readings import FormId
from parsers.understanding.places import Anchor

ASKED_BEFORE = 2  # questions behind which a title begins the form once more, in the other language or another person's


@dataclass(frozen=True, slots=True)
class Segment:
    """One form's printed things and all lines among them. untitled: no title was found."""

    form: FormId
    anchors: tuple[Anchor, ...]
    lines: tuple[Line, ...]

    @property
    def titled(self) -> bool:
        return any(anchor.element.kind == "title" for anchor in self.anchors)

    @property
    def asked(self) -> frozenset[str]:
        """The fields whose questions were found."""
        return frozenset(a.field_id for a in self.anchors if a.element.kind == "field")

    @property
    def worth(self) -> float:
        return sum(anchor.worth for anchor in self.anchors)


def segments_of(lines: Sequence[Line], anchors: Sequence[Anchor]) -> list[Segment]:
    """Return the forms of a document in order; its first lines belong to the first, its last ones to the last."""
    groups: list[list[Anchor]] = []
    for anchor in anchors:
        last = groups[-1] if groups else None
        again = last is not None and anchor.element.kind == "title" and _asks(last) > ASKED_BEFORE
        if last is None or again or anchor.element.form != last[0].element.form:
            groups.append([anchor])
        else:
            last.append(anchor)
    at = {line.number: n for n, line in enumerate(lines)}
    begins = [_begin(n, groups, lines, at) for n in range(len(groups))]
    ends = [*begins, len(lines)][1:]
    return [
        Segment(group[0].element.form, tuple(group), tuple(lines[begin:end]))
        for group, begin, end in zip(groups, begins, ends, strict=True)
    ]


def _asks(group: Sequence[Anchor]) -> int:
    return len({a.field_id for a in group if a.element.kind == "field" and not a.is_caption})


def _begin(n: int, groups: Sequence[Sequence[Anchor]], lines: Sequence[Line], at: dict[int, int]) -> int:
    """Return where a form begins. An application's addressee and applicant stand above its first printed thing."""
    if n == 0:
        return 0
    begin = at[groups[n][0].line.number]
    if groups[n][0].element.form == "application":
        floor = at[groups[n - 1][-1].last.number] + 1
        while begin > floor and not lines[begin - 1].cells and lines[begin - 1].text.strip():
            begin -= 1
    return begin
