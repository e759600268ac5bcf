"""Which lines of a document are the printed lines of a form.

The lines and the form's printed things are two sequences in the same order; the alignment is the pairing
that keeps the order and likes best. Order is what tells the two «Ф.И.О.» of a form apart and lets a
freely worded label be found between its neighbours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from parsers.labels import LOOK_AT, Element, Found, find, labels, said_at_start, worth
from parsers.lines import Line
from parsers.readings import FormId, Language
from parsers.values.blank import is_blank
from parsers.wording import key

REPEATED_AT_MOST = 100  # lines of a form in which a wording is looked at: what stands more often is no label
JOIN_AT_MOST = 8  # lines that one wrapped label may fill
ALMOST = 0.95  # likeness of a longer wording that goes before a shorter one said exactly


@dataclass(frozen=True, slots=True)
class Anchor:
    """A printed thing found: on `line`, or from `line` to `last` where it is wrapped.

    start is on `line`, end on `last`: what stands before and behind belongs to the applicant.
    """

    element: Element
    line: Line
    last: Line
    start: int
    end: int
    like: float
    languages: frozenset[Language]
    whole: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A wording that a line (or a few lines together) may be."""

    found: Found
    last: Line
    end: int
    worth: float


def candidates(lines: Sequence[Line]) -> list[tuple[Candidate, ...]]:
    """Return for every line the wordings it may begin with."""
    table: list[tuple[Candidate, ...]] = []
    for n, line in enumerate(lines):
        if len(line.text) < 2:
            table.append(())
            continue
        here = []
        for found in find(line.text):
            value = worth(found) * (1.0 if line.first_in_row or found.whole else 0.6)
            here.append(Candidate(found, line, found.end, value))
        here.extend(_wrapped(lines, n))
        table.append(tuple(here))
    return table


def _wrapped(lines: Sequence[Line], n: int) -> list[Candidate]:
    """Return long wordings that begin on line n and go on in the next lines."""
    line = lines[n]
    spoken = key(line.text)[:LOOK_AT]
    if line.text[-1:] in ":;" or not (labels().may_go_on(spoken) or labels().may_be_title(spoken)):
        return []
    text, found = line.text, list[Candidate]()
    for last in lines[n + 1 : n + JOIN_AT_MOST]:
        if last.cells != line.cells or not last.text.strip():
            break
        before = len(text) + 1
        text = f"{text} {last.text}"
        found.extend(
            Candidate(one, last, one.end - before, worth(one))
            for one in find(text)
            if one.like >= 0.97 and text[before : one.end].strip() and (one.words >= 3 or labels().is_title(one))
        )
        if found:
            break
    return found


def align(form: FormId, lines: Sequence[Line], table: Sequence[tuple[Candidate, ...]]) -> tuple[Anchor, ...]:
    """Return the anchors of a form in lines that are known or guessed to be this form's."""
    of = labels().of[form]
    nodes: list[_Node] = []
    best: dict[tuple[int, str], int] = {}  # the best node that ends at (order, language)
    repeated: dict[int, int] = defaultdict(int)
    for line, here in zip(lines, table, strict=True):
        new: list[_Node] = []
        if form != "application" and any(cell.column for cell in line.cells) and is_blank(line.text):
            continue  # «(Ф.И.О. толық)» in an answer's place is no label, but in an application it is a caption
        for candidate in here:
            repeated[candidate.found.wording] += 1
            if repeated[candidate.found.wording] > REPEATED_AT_MOST:
                continue
            for element in of.get(candidate.found.wording, ()):
                previous = _best_before(element, candidate.found, nodes, best, line)
                score = candidate.worth + (nodes[previous].score if previous is not None else 0.0)
                new.append(_Node(element, candidate, line, score, previous))
        for node in new:
            nodes.append(node)
            place = (node.element.order, node.candidate.found.language or "")
            known = best.get(place)
            if known is None or nodes[known].score <= node.score:
                best[place] = len(nodes) - 1
    if not best:
        return ()
    at: int | None = max(best.values(), key=lambda n: nodes[n].score)
    path: list[Anchor] = []
    while at is not None:
        path.append(anchor_of(nodes[at].element, nodes[at].candidate, nodes[at].line))
        at = nodes[at].previous
    return tuple(reversed(path))


@dataclass(frozen=True, slots=True)
class _Node:
    element: Element
    candidate: Candidate
    line: Line
    score: float
    previous: int | None


def _best_before(
    element: Element, found: Found, nodes: list[_Node], best: dict[tuple[int, str], int], line: Line
) -> int | None:
    chosen, score = None, 0.0
    for (order, spoken), n in best.items():
        node = nodes[n]
        if order >= element.order:
            # The same thing once more in the other language: forms printed in both side by side.
            # An option written out without its number is an answer, not a label.
            again = spoken != (found.language or "") and (order == element.order or _same_field(node.element, element))
            if not again or (node.candidate.found.numbered and not found.numbered):
                continue
        if node.candidate.last.number < line.number and node.score > score:
            chosen, score = n, node.score
    return chosen


def _same_field(one: Element, other: Element) -> bool:
    return one.field is not None and one.field is other.field


def anchor_of(element: Element, candidate: Candidate, line: Line) -> Anchor:
    """Return the element found on this line, with the other language's words behind it where they stand there."""
    found, last, end = candidate.found, candidate.last, candidate.end
    languages = set() if found.language is None else {found.language}
    rest = last.text[end:].lstrip(" /|\\")
    if rest:  # «Туған жылы / Год рождения»: the label goes on in the other language
        told = said_at_start(element, rest)
        likest = _other_language(element, found, rest)
        if told is None or (likest is not None and likest.like >= ALMOST and likest.end > told[0] + 1):
            told = told if likest is None or likest.language is None else (likest.end, likest.language)
        if told is not None:
            end = len(last.text) - len(rest) + told[0]
            languages.add(told[1])
    return Anchor(
        element,
        line,
        last,
        found.start,
        end,
        found.like,
        frozenset(languages),
        end >= len(last.text.rstrip()),
    )


def _other_language(element: Element, found: Found, rest: str) -> Found | None:
    """Return the wording of the same printed thing in the other language that the rest of its line begins with."""
    for other in find(rest):
        elements = labels().of[element.form].get(other.wording, ())
        if element in elements and other.language not in (None, found.language):
            return other
    return None


def weight_of(anchors: Sequence[Anchor]) -> float:
    """Return how much of a form has been found: the fields and options, each once."""
    seen = {(a.element.order): a.like for a in anchors if a.element.kind in ("field", "option")}
    return sum(seen.values())
