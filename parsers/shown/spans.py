"""Where each answer stands among a document's lines: found again by the place that its `Source` names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from parsers.lines import Line, lines_of
from parsers.readings import DocumentRead, FilledForm, Value

LINES_OF_AN_ANSWER = 8  # that an answer outside of tables may go on over
LINES_OF_A_QUESTION = 40  # from a choice's question to its last option, where words of the applicant's own may stand


@dataclass(frozen=True, slots=True)
class Span:
    """Letters start … end of a line's text that are an answer. fields: "volunteer.iin"; several where answers can
    only be told to stand in the same line. order: of the form among those of the document. blank: no answer, but
    the question of a field that has none."""

    start: int
    end: int
    fields: tuple[str, ...]
    language: str
    doubt: str
    order: int
    blank: bool = False


def spans_of(read: DocumentRead, lines: Sequence[Line] | None = None) -> Mapping[int, tuple[Span, ...]]:
    """Return line number → the answers in that line, and the questions without one, in order, none over another.

    An answer whose words are not found again marks the lines of its place whole; where other answers are known to
    stand in the line it gets what is left, or shares with one of them.
    """
    lines = lines_of(read.document) if lines is None else lines
    by_place: dict[str, list[int]] = {}
    for n, line in enumerate(lines):
        by_place.setdefault(line.place, []).append(n)
    found: dict[int, list[Span]] = {}
    for order, form in enumerate(read.forms):
        for name, value in _words_first(form):
            at = by_place.get(value.source.place)
            if at is None:
                continue  # an electronic signature, say: its place is no line
            doubt = value.doubt or ", ".join(value.flaws)
            for number, start, end in _places(lines, at, value):
                taken = found.setdefault(number, [])
                _take(
                    lines[number - 1].text,
                    Span(start, end, (f"{form.form}.{name}",), form.language, doubt, order),
                    taken,
                )
    for order, form in enumerate(read.forms):
        for name, asked in form.asked.items():
            for n in by_place.get(asked.place, ()):
                start = lines[n].text.find(asked.words)
                if asked.words and start >= 0:
                    span = Span(
                        start, start + len(asked.words), (f"{form.form}.{name}",), form.language, "", order, blank=True
                    )
                    _take_if_free(span, found.setdefault(n + 1, []))
                    break
    return {number: tuple(sorted(spans, key=lambda span: span.start)) for number, spans in found.items() if spans}


def _words_first(form: FilledForm) -> Iterable[tuple[str, Value]]:
    """Answers with words of their own before those that can only name a line (a choice, a signature)."""
    return sorted(form.fields.items(), key=lambda item: not isinstance(item[1].value, str | dict) or not item[1].text)


def _places(lines: Sequence[Line], at: Sequence[int], value: Value) -> list[tuple[int, int, int]]:
    """Return (line number, start, end) of an answer."""
    here = [lines[n] for n in at]
    if not here[0].cells:
        here = _following(lines, at[0])
    wanted = letters(value.text)[0]
    if wanted and not _is_choice(value):
        for near in (here, lines[at[0] : at[0] + LINES_OF_A_QUESTION]):
            text, owners = _joined(near)
            start = _whole_words(text, wanted, owners, near)
            if start >= 0:
                return _back(owners[start : start + len(wanted)], near, value.text)
    return [(line.number, *_inked(line.text)) for line in (here if here[0].cells else here[:1])]


def _is_choice(value: Value) -> bool:
    return isinstance(value.value, list) and all(part.strip().isdigit() for part in value.text.split(","))


def _following(lines: Sequence[Line], first: int) -> list[Line]:
    out = [lines[first]]
    for line in lines[first + 1 : first + LINES_OF_AN_ANSWER]:
        if line.cells:
            break
        out.append(line)
    return out


def letters(text: str) -> tuple[str, list[int]]:
    """Return the letters and digits of a text in small, and where each of them stands."""
    kept = [(small[0], n) for n, letter in enumerate(text) if letter.isalnum() and (small := letter.casefold())]
    return "".join(letter for letter, _ in kept), [n for _, n in kept]


def _joined(lines: Sequence[Line]) -> tuple[str, list[tuple[int, int]]]:
    text = ""
    owners: list[tuple[int, int]] = []
    for n, line in enumerate(lines):
        small, places = letters(line.text)
        text += small
        owners.extend((n, place) for place in places)
    return text, owners


def _whole_words(text: str, wanted: str, owners: Sequence[tuple[int, int]], lines: Sequence[Line]) -> int:
    """Return where the wanted letters begin and end with a word of the text, else -1."""
    start = text.find(wanted)
    while start >= 0:
        (first, left), (last, right) = owners[start], owners[start + len(wanted) - 1]
        before, after = lines[first].text[left - 1 : left] if left else "", lines[last].text[right + 1 : right + 2]
        if not before.isalnum() and not after.isalnum():
            return start
        start = text.find(wanted, start + 1)
    return -1


def _back(owners: Sequence[tuple[int, int]], lines: Sequence[Line], text: str) -> list[tuple[int, int, int]]:
    ends: dict[int, list[int]] = {}
    for n, place in owners:
        ends.setdefault(n, [place, place + 1])[1] = place + 1
    # The signs around the letters: «+7 701 …», «@name», «1999 ж.»
    first, last = ends[owners[0][0]], ends[owners[-1][0]]
    places = letters(text)[1]
    head, tail = text[: places[0]].strip(), text[places[-1] + 1 :].strip()
    if head and lines[owners[0][0]].text[: first[0]].endswith(head):
        first[0] -= len(head)
    if tail and lines[owners[-1][0]].text[last[1] :].startswith(tail):
        last[1] += len(tail)
    return [(lines[n].number, start, end) for n, (start, end) in ends.items()]


def _take(text: str, span: Span, taken: list[Span]) -> None:
    left, right = _free(text, span.start, span.end, taken)
    if left < right:
        taken.append(replace(span, start=left, end=right))
        return
    for n, other in enumerate(taken):
        if other.start < span.end and span.start < other.end and span.fields[0] not in other.fields:
            taken[n] = replace(other, fields=(*other.fields, *span.fields), doubt=other.doubt or span.doubt)
            return


def _take_if_free(span: Span, taken: list[Span]) -> None:
    if all(other.end <= span.start or span.end <= other.start for other in taken):
        taken.append(span)


def _free(text: str, start: int, end: int, taken: Sequence[Span]) -> tuple[int, int]:
    """Return the longest stretch from start to end that no answer has."""
    edges = [start]
    for span in sorted(taken, key=lambda span: span.start):
        edges += [min(max(edges[-1], span.start), end), min(max(edges[-1], span.end), end)]
    edges.append(end)
    left, right = max(zip(edges[::2], edges[1::2], strict=True), key=lambda pair: pair[1] - pair[0])
    first, last = _inked(text[left:right])
    return left + first, left + last


def _inked(text: str) -> tuple[int, int]:
    """Return where a text begins and ends without the blanks around it."""
    start = len(text) - len(text.lstrip())
    return start, max(start, len(text.rstrip()))
