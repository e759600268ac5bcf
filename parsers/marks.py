"""What is chosen among printed options: signs, boxes, underlining, striking out, numbers, words, rows left.

People answer in a dozen ways, often unlike what the form asks for. Each way that was used gives its own
answer; ways that contradict each other give a doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from rapidfuzz import fuzz

from parsers.catalogue import Option
from parsers.lines import BOX_EMPTY, BOX_TICKED, PICTURE
from parsers.readings import Mark
from parsers.values.blank import is_blank, without_rule
from parsers.wording import key, one_line, words

Says = Literal["yes", "no", "blank", "words"]

_SIGNS = re.compile(rf"[{BOX_TICKED}{BOX_EMPTY}{PICTURE}]")
_LEADING_DASH = re.compile(r"^[\s–—\-:,;.(\[{<\])]+")
_ONE = r"(?:№|n|п\.|пункт\w*|вид\w*|т\.)?\s*\d{1,2}(?:\s*-?(?:тармақ\w*|т\.|й|ші|шы|я))?[).]?"
_JOIN = r"(?:\s*(?:[,;/&+]|и\b|және\b|мен\b|пен\b|бен\b)\s*|\s+)"
_NUMBER_AT_END = re.compile(r"\d{1,2}\s*[.)]\s*$")
_RANGE = re.compile(r"(\d{1,2})\s*[-–—]\s*(\d{1,2})(?!\d)")
_NUMBERS = re.compile(rf"\s*\(?\s*({_ONE}(?:{_JOIN}{_ONE})*)\s*", re.IGNORECASE)
_CROSS = re.compile(r"\W*[xXхХ×✗✘✕✖]\W*\Z")
WORDS_WITH_SIGN = 3  # at most, behind the sign of an option that asks for no words
_ALL = frozenset({("барлыгы",), ("все",), ("барлык", "турлери"), ("все", "виды"), ("все", "перечисленное")})


@dataclass(frozen=True, slots=True)
class Seen:
    """An option as found in the document: how its own words look, and what stands beside it."""

    number: int
    label: frozenset[Mark]
    box: bool | None
    beside: tuple[str, ...]
    in_part: frozenset[Mark] = frozenset()  # marks that some words carry, not most


@dataclass(frozen=True, slots=True)
class Chosen:
    """The answer: the options' numbers in order, and words of the applicant's own."""

    numbers: tuple[int, ...] = ()
    own_words: str = ""
    doubt: str | None = None


@cache
def mark_words() -> dict[str, Says]:
    """Return the signs and words that say yes or no beside an option, as compared."""
    table: dict[str, Says] = {}
    for line in (files("parsers") / "mark_words.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            says, _, signs = line.partition("\t")
            for sign in signs.split():
                table["".join(key(sign)) or sign] = "yes" if says == "yes" else "no"
    return table


def reading_of(text: str) -> tuple[Says, str]:
    """Return what a mark beside an option says, and the words that come with it."""
    if is_blank(text):
        return ("no" if any(box in text for box in "☐□") else "blank"), ""
    table = mark_words()
    rest = _LEADING_DASH.sub("", one_line(_SIGNS.sub("", text)))
    says: Says = "words"
    while rest:
        head = words(rest)[:1]
        sign = rest[0]
        if sign in table:
            said, length = table[sign], 1
        elif head and head[0].start == 0 and head[0].text in table:
            said, length = table[head[0].text], head[0].end
        else:
            break
        says = said if says == "words" else says
        rest = _LEADING_DASH.sub("", rest[length:])
    return says, without_rule(rest).strip("()").strip() if not is_blank(rest) else ""


def chosen(options: Sequence[Option], seen: Sequence[Seen], shared: Iterable[str], *, complete: bool) -> Chosen:
    """Return what was chosen.

    seen: the options printed in the document; shared: answers written for all options together;
    complete: whether every line between the question and the next one has been understood, so that
    an option not seen has surely been taken out.
    """
    said = _Said(options, seen)
    for text in shared:
        said.take_shared(text)
    return said.conclude(complete=complete)


class _Said:
    """The answers given in each way, gathered."""

    def __init__(self, options: Sequence[Option], seen: Sequence[Seen]) -> None:
        self.options = options
        self.seen = seen
        self.own: list[str] = []
        self._shared: set[str] = set()  # texts that were taken: once more they say nothing new
        self.doubts: list[str] = []
        self.written: set[int] = set()  # by number or in words, for all together
        self.with_words = next((option.number for option in options if option.own_words), None)
        self.signs: set[int] = set()
        self.words_at_last = False
        self.crosses: set[bool] = set()  # whether a cross, and whether another sign, stands beside an option
        for one in seen:
            self._take_beside(one)

    def _take_beside(self, one: Seen) -> None:
        for text in one.beside:
            says, own = reading_of(text)
            if says == "words" and own.rstrip(").") == str(one.number):
                says, own = "yes", ""
            if says == "yes":
                self.signs.add(one.number)
                self.crosses.add(_CROSS.match(text) is not None)
                if one.number != self.with_words and len(words(own)) > WORDS_WITH_SIGN:
                    # Perhaps the next option, run together with this one: then the sign is that one's.
                    self.doubts.append(f"words beside option {one.number}")
            elif says == "words" and self._goes_on_with_options(own):
                self.signs.add(one.number)
            elif says == "words" and one.number != self.with_words:
                self.signs.add(one.number)
                self.doubts.append(f"words beside option {one.number}")
            if own and says != "no" and one.number == self.with_words:
                self.own.append(own)
                self.words_at_last = True

    def take_shared(self, text: str) -> None:
        """Take an answer like «3, 11», «13 (…)», «секретарь; логист», «все», or own words."""
        text = without_rule(_SIGNS.sub("", text))
        if is_blank(text) or text in self._shared:
            return
        self._shared.add(text)
        if key(text) in _ALL:
            self.written |= {option.number for option in self.options}
            self.doubts.append("all options at once")
            return
        numbers, rest = _numbers(text, len(self.options))
        parts = self._parts_of_options(rest)
        if (numbers and self._is_option(rest)) or parts:
            rest = ""
        self.written |= numbers or parts
        named, rest = self._named(rest)
        self.written |= named
        rest = one_line(rest).strip(" ,;.–—-/")
        rest = rest[1:-1] if rest.startswith("(") and rest.endswith(")") else rest
        if not is_blank(rest):
            says, own = reading_of(rest)
            if says in ("yes", "no") and not own:
                self.doubts.append("a sign that belongs to no option")
            elif not any(map(str.isalpha, rest)):
                self.doubts.append("figures that are no options")
                self.own.append(rest)
            else:
                self.own.append(rest)

    def _goes_on_with_options(self, text: str) -> bool:
        """Take options copied out one after the other into one line: «менеджер; логист»."""
        named, rest = self._named(text)
        if not named or key(rest):
            return False
        self.signs |= named
        return True

    def _is_option(self, text: str) -> bool:
        return any(key(text) == key(w) for o in self.options for w in (*o.words.kk, *o.words.ru))

    def _parts_of_options(self, text: str) -> set[int]:
        """Return the options of which the text names nothing but one of two names: «лидер» of «руководитель/лидер»."""
        parts = {
            key(part): option.number
            for option in self.options
            for word in (*option.words.kk, *option.words.ru)
            if "/" in word
            for part in word.split("/")
        }
        said = [key(piece) for piece in re.split(r"[,;/]", text) if key(piece)]
        return {parts[one] for one in said} if said and all(one in parts for one in said) else set()

    def _named(self, text: str) -> tuple[set[int], str]:
        """Return the options written out in the text, and the text without them."""
        named: set[int] = set()
        for option in sorted(self.options, key=lambda o: -len(o.words.kk[0])):
            for wording in (*option.words.kk, *option.words.ru):
                spoken, wanted = words(text), key(wording)
                said, meant = [word.text for word in spoken], " ".join(wanted)
                for n in range(len(spoken) - len(wanted) + 1):
                    part = spoken[n : n + len(wanted)]
                    heard = " ".join(said[n : n + len(wanted)])
                    if heard == meant or (len(wording) > 8 and fuzz.ratio(heard, meant, score_cutoff=88)):
                        named.add(option.number)
                        text = _NUMBER_AT_END.sub(" ", text[: part[0].start]) + " " + text[part[-1].end :]
                        break
        return named, text

    def conclude(self, *, complete: bool) -> Chosen:
        if len(self.crosses) > 1:
            self.doubts.append("crosses and other signs: one of them may mean no")
        printed = {one.number for one in self.seen}
        boxes = {one.number for one in self.seen if one.box}
        ways: list[set[int]] = [way for way in (boxes, self.signs, self.written) if way]
        struck = {one.number for one in self.seen if Mark.STRIKE in one.label}
        if struck and struck != printed:
            ways.append(printed - struck)
        for mark in (Mark.UNDERLINE, Mark.HIGHLIGHT):
            marked = {one.number for one in self.seen if mark in one.label} - struck
            if marked and marked != printed - struck:
                ways.append(marked)
        for mark in (Mark.UNDERLINE, Mark.HIGHLIGHT):
            marked = {one.number for one in self.seen if mark in one.in_part}
            if not ways and marked and marked != printed:
                ways.append(marked)
                self.doubts.append("some words of an option are marked")
        for mark in (Mark.BOLD, Mark.ITALIC, Mark.COLOR):
            marked = {one.number for one in self.seen if mark in one.label}
            if not ways and marked and marked != printed:
                ways.append(marked)
        no_boxes = all(one.box is None for one in self.seen)
        if not ways and no_boxes and printed and len(printed) < len(self.options) and not self.own_answers_alone():
            ways.append(printed)
            if not complete:
                self.doubts.append("some options were not found")
            elif len(printed) > max(2, len(self.options) * 2 // 3):
                self.doubts.append("few options are missing")
        return self._agreed(ways)

    def own_answers_alone(self) -> bool:
        """Own words given where no option takes words: a role described, no row taken out."""
        return bool(self.own) and not self.words_at_last and self.with_words is None

    def _agreed(self, ways: list[set[int]]) -> Chosen:
        numbers = set().union(*ways)
        if len(ways) > 1 and any(way != ways[0] for way in ways[1:]):
            self.doubts.append("marked in two ways that differ")
        if self.words_at_last and self.with_words is not None and self.with_words not in numbers:
            numbers.add(self.with_words)
        if ways and len(self.options) > 4 and len(numbers) == len(self.options) and self.seen:
            self.doubts.append("every option is marked")
        own = one_line("; ".join(dict.fromkeys(self.own)))
        return Chosen(tuple(sorted(numbers)), own, self.doubts[0] if self.doubts else None)


def _numbers(text: str, highest: int) -> tuple[set[int], str]:
    """Return the option numbers that the text begins with, and the rest; nothing when they are no such numbers."""
    text = _RANGE.sub(lambda m: ",".join(map(str, range(int(m[1]), int(m[2]) + 1))), text)
    match = _NUMBERS.match(text)
    if match is None:
        return set(), text
    rest = text[match.end() :]
    numbers = {int(number) for number in re.findall(r"\d{1,2}", match[1])}
    # «2 раза в неделю», «18:00-ден кейін» count something else.
    if not all(1 <= number <= highest for number in numbers) or re.match(r"[^\W_]|:\d", rest):
        return set(), text
    return numbers, rest
