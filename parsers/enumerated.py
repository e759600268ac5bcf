"""Options known by their printed numbers, where their words are not ours: the official Russian text differs.

Only a whole list is taken so: all numbers of the question's options, once each and in order, between the
question and the next printed thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from parsers.align import Anchor
from parsers.labels import Element
from parsers.lines import Line, same_row
from parsers.marks import reading_of

WORDS_KNOWN = 0.95  # how like an option's words are to ours where they need no number
LIKE = 0.75  # how sure an option is that only its number tells

_ITEM = re.compile(r"[^\w\n]{0,6}(?:[+vVxXхХ]\s+)?(\d{1,2})\s*[.)]\s*(?=\W{0,2}[^\W\d_]{2})")
_ONLY_NUMBER = re.compile(r"\s*(\d{1,2})\s*[.)]?\s*")
_LAST_WORD = re.compile(r"[\s:–—-]*\S{1,5}\s*\Z|[\s:]*_{2,}\s*\Z")
_OWN_WORDS = re.compile(r"\([^()]*\)\s*[:–—-]*\s*|:\s*")


def with_enumerated(
    anchors: Sequence[Anchor], elements: Sequence[Element], lines: Sequence[Line]
) -> tuple[Anchor, ...]:
    """Return the anchors with the options that a complete numbered list shows and their words did not."""
    known = list(anchors)
    for question in elements:
        if question.kind != "field" or question.field is None or not question.field.options:
            continue
        options = {e.option.number: e for e in elements if e.field is question.field and e.option is not None}
        sure = {a.element.order for a in known if a.like >= WORDS_KNOWN}
        if len(options) < 3 or all(option.order in sure for option in options.values()):
            continue
        run = list(_run(known, question, lines))
        if [number for number, *_ in run] != sorted(options):
            continue
        for number, line, start in run:
            here = [a for a in known if a.line.number <= line.number <= a.last.number]
            if any(a.element is options[number] and a.like >= WORDS_KNOWN for a in here):
                continue
            known = [a for a in known if a not in here]
            last = options[number].option
            end = _end(line.text, start, own_words=last is not None and last.own_words is not None)
            whole = end >= len(line.text.rstrip())
            known.append(Anchor(options[number], line, line, start, end, LIKE, frozenset(), whole))
    return tuple(sorted(known, key=lambda anchor: (anchor.line.number, anchor.start)))


def _run(anchors: Sequence[Anchor], question: Element, lines: Sequence[Line]) -> Iterator[tuple[int, Line, int]]:
    """Yield number, line and where its words begin, of what is numbered behind a question."""
    own = [a for a in anchors if a.element is question]
    if not own:
        return
    first = own[-1].last.number
    others = (a.line.number for a in anchors if a.element.field is not question.field and a.line.number > first)
    end = min(others, default=10**9)
    stretch = [line for line in lines if first < line.number < end and line.text.strip()]
    for n, line in enumerate(stretch):
        item = _ITEM.match(line.text)
        if item is not None:
            yield int(item[1]), line, item.end()
            continue
        alone = _ONLY_NUMBER.fullmatch(line.text)
        following = stretch[n + 1] if n + 1 < len(stretch) else None
        if alone and line.cells and following is not None and same_row(line, following) and line.first_in_row:
            yield int(alone[1]), following, 0


def _end(text: str, start: int, *, own_words: bool) -> int:
    """Return where an option's words end: before a sign at the end of its line, or where own words are asked for."""
    if own_words:
        asked = _OWN_WORDS.search(text, start)
        if asked is not None:
            return asked.end()
    sign = _LAST_WORD.search(text, start)
    if sign is not None and reading_of(sign[0].strip(" :\t"))[0] in ("yes", "no", "blank"):
        return sign.start()
    return len(text)
