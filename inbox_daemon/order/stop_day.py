"""The day of a decision to stop, as people write dates: column 11 of the register (§13, rules, section 6)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from inbox_daemon.order.meanings import TABLE
from parsers.wording import key

_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})\s?[./-]\s?(\d{1,2})\s?[./-]\s?(20\d\d|\d\d)(?!\d)")
_ISO = re.compile(r"(?<!\d)(20\d\d)-(\d\d)-(\d\d)(?!\d)")
_DAY_MONTH = re.compile(r"(?<!\d)[«\"“]?(\d{1,2})[»\"”]?(?:-?(?:го|ші|шы|е))?\s+([^\W\d_]+)\s*,?\s*(20\d\d)(?!\d)")
_YEAR_DAY_MONTH = re.compile(
    r"(?<!\d)(20\d\d)\s*(?:ж|жыл\w*|г|год\w*)?[.,]?\s*[«\"“]?(\d{1,2})[»\"”]?\s*-?(?:ші|шы)?\s+([^\W\d_]+)"
)
FIRST_DAY = date(2025, 4, 1)  # the Order was registered: nobody left this register earlier
BEFORE, BEHIND = 80, 80  # letters around a date that tell what it is


def stop_decided_on(text: str) -> date | None:
    """Return the day of the decision to stop if the message states one (§13), None when none surely is it."""
    best: tuple[int, date] | None = None
    dates = sorted(_dates(text))
    for number, (at, end, day) in enumerate(dates):
        # Words speak for the date that they stand next to: none beyond another date count.
        first = dates[number - 1][1] if number else 0
        last = dates[number + 1][0] if number + 1 < len(dates) else len(text)
        before = _clause(text[max(first, at - BEFORE) : at], last=True)
        behind = _clause(text[end : min(last, end + BEHIND)], last=False)
        score = _score(before, behind)
        if score > 0 and (best is None or score > best[0]):
            best = (score, day)
    return best[1] if best else None


def _score(before: str, behind: str) -> int:
    table = TABLE["dates"]
    words = [*key(before), *key(behind)]
    score = 3 * _any_begins(words, table["decision"]) + 2 * _any_begins(words, _stop_stems())
    if _any_begins([*key(before)[-3:], *key(behind)[:2]], table["other"]):
        return 0
    if re.search(r"(?:\A|\s)[сc]\s*[«\"]?\Z", before, re.IGNORECASE) or re.match(r"\s*(?:\w+\s+)?баста", behind):
        score += 1
    return score


def _stop_stems() -> tuple[str, ...]:
    words = TABLE["words"]
    return tuple(stem for name in ("stop", "remove") for stems in words[name].values() for stem in stems)


def _any_begins(words: list[str], stems: Iterable[str]) -> bool:
    folded = tuple("".join(key(stem)) for stem in stems)
    return any(word.startswith(folded) for word in words)


def _clause(text: str, *, last: bool) -> str:
    """The part of a text on the date's side of a full stop; a stop after a short word ends no sentence."""
    pieces = re.split(r"(?<=\w{4})[.!?](?=\s|\Z)|\n\s*\n", text)
    return pieces[-1] if last else pieces[0]


def _dates(text: str) -> Iterator[tuple[int, int, date]]:
    for found in _ISO.finditer(text):
        yield from _dated(found, int(found[1]), int(found[2]), int(found[3]))
    for found in _NUMBERS.finditer(text):
        year = int(found[3])
        yield from _dated(found, year if year > 99 else 2000 + year, int(found[2]), int(found[1]))
    for found in _DAY_MONTH.finditer(text):
        yield from _dated(found, int(found[3]), _month(found[2]), int(found[1]))
    for found in _YEAR_DAY_MONTH.finditer(text):
        yield from _dated(found, int(found[1]), _month(found[3]), int(found[2]))


def _dated(found: re.Match[str], year: int, month: int, day: int) -> Iterator[tuple[int, int, date]]:
    try:
        named = date(year, month, day)
    except ValueError:
        return  # 31.02 and the like: no day at all
    if named >= FIRST_DAY:
        yield found.start(), found.end(), named


def _month(word: str) -> int:
    folded = "".join(key(word))
    for number, stems in enumerate(TABLE["dates"]["months"], start=1):
        if any(folded.startswith("".join(key(stem))) for stem in stems):
            return number
    return 0
