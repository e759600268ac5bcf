"""Where in a document a form begins and ends: by its title, or by its labels where the title is gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from parsers.align import Candidate, align, candidates, weight_of
from parsers.catalogue import FORM_ORDER, catalogue
from parsers.head import is_free_application
from parsers.labels import labels
from parsers.lines import Line
from parsers.readings import FormId
from parsers.values.people import looks_like_a_name
from parsers.wording import key

TITLE_LIKE = 0.86
SHARE_UNTITLED = 0.5  # of a form's labels, found where no title says what it is
LEAD = 8  # lines before the application's title that may name its addressee

Table = Sequence[tuple[Candidate, ...]]


@dataclass(frozen=True, slots=True)
class Segment:
    form: FormId
    lines: Sequence[Line]
    table: Table
    titled: bool
    lead: Sequence[Line] = ()  # lines before the title, where the application names its addressee
    free: bool = False  # an application as people write letters: hardly any of the printed labels


def segments(lines: Sequence[Line]) -> Iterator[Segment]:
    table = candidates(lines)
    starts: list[tuple[int, FormId]] = []
    for n, line in enumerate(lines):
        form = _title(line, table[n])
        if form is None:
            continue
        if starts and starts[-1][1] == form and not _asks_between(form, table[starts[-1][0] + 1 : n]):
            continue  # the same title in the other language
        starts.append((n, form))
    first = starts[0][0] if starts else len(lines)
    yield from _untitled(lines[:first], table[:first], ())
    for at, (start, form) in enumerate(starts):
        end = starts[at + 1][0] if at + 1 < len(starts) else len(lines)
        lead = lines[max(0, start - LEAD) : start] if form == "application" else ()
        own, tail = _cut_tail(form, lines[start:end], table[start:end])
        yield Segment(form, lines[start : start + own], table[start : start + own], True, lead)
        if tail:
            yield from _untitled(lines[start + own : end], table[start + own : end], (form,))


def _title(line: Line, here: Sequence[Candidate]) -> FormId | None:
    for candidate in here:
        if candidate.found.like < TITLE_LIKE:
            continue
        for form in FORM_ORDER:
            for element in labels().of[form].get(candidate.found.wording, ()):
                if element.kind == "title" and _nothing_but_title(form, candidate):
                    return form
    return None


def _nothing_but_title(form: FormId, candidate: Candidate) -> bool:
    rest = candidate.last.text[candidate.end :]
    return (
        key(rest) == ()
        or rest.lstrip().startswith("(")
        or looks_like_a_name(rest.strip(' .,:–—-«»"'))  # whose questionnaire it is
        or any(
            key(rest)[: len(key(title))] == key(title)
            for title in (*catalogue().forms[form].title.kk, *catalogue().forms[form].title.ru)
        )
    )


def _asks_between(form: FormId, table: Table) -> bool:
    of = labels().of[form]
    return any(
        element.kind in ("field", "option")
        for here in table
        for candidate in here
        if candidate.found.like > 0.9
        for element in of.get(candidate.found.wording, ())
    )


def _cut_tail(form: FormId, lines: Sequence[Line], table: Table) -> tuple[int, bool]:
    """Return how many lines are this form's; a second form without a title may follow in the rest."""
    anchors = align(form, lines, table)
    if not anchors:
        return len(lines), False
    last = max(anchor.last.number for anchor in anchors)
    own = next((n for n, line in enumerate(lines) if line.number > last), len(lines))
    rest = range(own, len(lines))
    if len(rest) > 8 and any(_best_form(lines[own:], table[own:], (form,))):
        return own, True
    return len(lines), False


def _untitled(lines: Sequence[Line], table: Table, but: tuple[FormId, ...]) -> Iterator[Segment]:
    found = False
    for form in _best_form(lines, table, but):
        found = True
        yield Segment(form, lines, table, False)
    if not found and not but and is_free_application(lines):
        yield Segment("application", lines, table, False, free=True)


def _best_form(lines: Sequence[Line], table: Table, but: tuple[FormId, ...]) -> Iterator[FormId]:
    """Yield the form whose labels stand in lines without a title, if enough of them do."""
    best, share = None, SHARE_UNTITLED
    for form in FORM_ORDER:
        asked = [element for element in labels().elements[form] if element.kind == "field"]
        anchors = [a for a in align(form, lines, table) if a.element.kind == "field" and a.like > 0.85]
        here = weight_of(anchors) / len(asked)
        if here > share and form not in but:
            best, share = form, here
    if best is not None:
        yield best
