"""Printed lines that stand elsewhere than the form has them: somebody moved a row, or typed the form from memory.

The alignment keeps the form's order and so leaves them out. A label that names one question only is that
question's wherever it stands; one that may name several makes the questions without a label doubtful.
"""

from __future__ import annotations

from collections.abc import Sequence

from parsers.align import Anchor, Candidate, anchor_of
from parsers.catalogue import Field
from parsers.labels import LANGUAGES, Element, labels
from parsers.lines import Line
from parsers.readings import FormId

SURE = 0.95  # likeness of a label that needs no order to be known
OPTION_WORDS = 3  # of an option that is known without its place: «Басқа» may be anything


def with_out_of_order(
    form: FormId, anchors: Sequence[Anchor], lines: Sequence[Line], table: Sequence[tuple[Candidate, ...]]
) -> tuple[tuple[Anchor, ...], frozenset[str]]:
    """Return the anchors with those of printed lines out of order, and the fields whose label may stand somewhere."""
    known = {anchor.element.order for anchor in anchors}
    covered = {n for anchor in anchors for n in range(anchor.line.number, anchor.last.number + 1)}
    columns = {(cell.table, cell.column) for a in anchors if a.element.kind == "field" for cell in a.line.cells}
    found = list(anchors)
    perhaps: set[str] = set()
    for line, here in zip(lines, table, strict=True):
        if line.number in covered or not _may_ask(line, columns):
            continue
        for candidate in here:
            named = labels().of[form].get(candidate.found.wording, ())
            missing = [element for element in named if element.order not in known]
            if not missing or not _surely(candidate, line, missing[0]):
                continue
            if len(named) > 1:
                perhaps |= {element.field.id for element in missing if element.field is not None}
                continue
            known.add(missing[0].order)
            found.append(anchor_of(missing[0], candidate, line))
            break
    return tuple(sorted(found, key=lambda anchor: (anchor.line.number, anchor.start))), frozenset(perhaps)


def interleaved(anchors: Sequence[Anchor], field: Field) -> bool:
    """Say whether a choice's options stand in another order than printed, or something else among them."""
    own = [n for n, a in enumerate(anchors) if a.element.field is field]
    among = anchors[own[0] : own[-1] + 1] if own else ()
    if any(a.element.field is not field for a in among):
        return True
    spoken = ([a.element.order for a in among if language in a.languages or not a.languages] for language in LANGUAGES)
    return any(orders != sorted(set(orders)) for orders in spoken)


def _may_ask(line: Line, columns: set[tuple[int, int]]) -> bool:
    """A label begins its row, or stands in a column of labels; in an answer's cell it is somebody's words."""
    return line.first_in_row or any((cell.table, cell.column) in columns for cell in line.cells)


def _surely(candidate: Candidate, line: Line, element: Element) -> bool:
    found = candidate.found
    if found.like < SURE or element.kind not in ("field", "option"):
        return False
    if element.kind == "option":
        return found.words >= OPTION_WORDS
    end = found.end if candidate.last is line else len(line.text)
    return found.whole or bool(line.cells) or ":" in line.text[found.start : end]
