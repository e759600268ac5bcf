"""Which printed wordings of the catalogue a line may begin with, and how surely.

One index over all forms and both languages. Exact wordings are found at once; the others by the
stems that a line shares with a wording and then by likeness (rapidfuzz), never letter by letter.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal

from rapidfuzz import fuzz, process

from parsers.catalogue import Field, Form, Option, Words, catalogue
from parsers.readings import FormId, Language
from parsers.wording import Word, key, words

LANGUAGES: tuple[Language, Language] = ("kk", "ru")
LIKE_ENOUGH = 0.72  # below this a wording is not taken for a label at all
LOOK_AT = 64  # words of a line that may belong to a label

_BRACKETS = re.compile(r"\([^()]*\)?\)?")
_AFTER_LABEL = re.compile(r"[\s.?»\"”)\]]*[:\t–—-]?[\s]*")
_SEPARATOR = re.compile(r"[\s)\"»”.?]*(?:[:\t=(\[*]|[–—/|-]\s|\s{2,}|_|\Z)")
_STRONG = re.compile(r"[\s)\"»”.?]*(?::|\t|_{2,}|\s{3,})")
_GOES_ON = re.compile(r"[^:@_\d]{2,90}(?=:)")
_DIGIT_NEXT = re.compile(r"[\s.)(№]*[+\d]")
_SKIPPED = frozenset({"v", "x", "х", "да", "иа", "жок", "нет", "yes", "п", "пп", "пункт", "тармак"})


@dataclass(frozen=True, slots=True)
class Element:
    """One printed thing of a form: its title, a heading, a field's label, or an option of a field."""

    form: FormId
    order: int
    kind: Literal["title", "heading", "hint", "field", "option"]
    words: Words
    field: Field | None = None
    option: Option | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A wording found at the beginning of a line.

    like: 0 … 1. words: how many words the wording has. start, end: where it stands in the text; what
    stands before is a number or a mark, what follows is the answer. numbered: an option with its printed
    number before it.
    """

    wording: int
    language: Language | None
    like: float
    words: int
    start: int
    end: int
    whole: bool
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class _Wording:
    key: tuple[str, ...]
    joined: str
    stems: frozenset[str]
    weight: float
    languages: frozenset[Language]
    numbers: frozenset[int]


class Labels:
    """The index. `elements[form]` are the form's printed things in order; `of[form][wording]` says
    which of them a wording names (several where a form asks the same thing twice)."""

    def __init__(self, forms: Mapping[FormId, Form]) -> None:
        spoken: dict[tuple[str, ...], set[Language]] = defaultdict(set)
        numbers: dict[tuple[str, ...], set[int]] = defaultdict(set)
        named: dict[FormId, dict[tuple[str, ...], list[int]]] = {}
        self.elements: dict[FormId, tuple[Element, ...]] = {}
        for form in forms.values():
            self.elements[form.id] = elements = _elements(form)
            named[form.id] = defaultdict(list)
            for element in elements:
                for language in LANGUAGES:
                    for wording in _wordings(element, language):
                        spoken[wording].add(language)
                        if element.option is not None:
                            numbers[wording].add(element.option.number)
                        if element.order not in named[form.id][wording]:
                            named[form.id][wording].append(element.order)
        count: dict[str, int] = defaultdict(int)
        for wording in spoken:
            for stem in {_stem(word) for word in wording}:
                count[stem] += 1
        self._weight = {stem: 1.0 / number**0.5 for stem, number in count.items()}
        self._wordings: list[_Wording] = []
        self._by_stem: dict[str, list[int]] = defaultdict(list)
        self._by_first: dict[str, list[int]] = defaultdict(list)
        ids: dict[tuple[str, ...], int] = {}
        for wording, languages in spoken.items():
            stems = frozenset(_stem(word) for word in wording)
            ids[wording] = number = len(self._wordings)
            self._wordings.append(
                _Wording(
                    wording,
                    " ".join(wording),
                    stems,
                    sum(self._weight[stem] for stem in stems),
                    frozenset(languages),
                    frozenset(numbers[wording]),
                )
            )
            self._by_first[wording[0]].append(number)
            for stem in stems:
                self._by_stem[stem].append(number)
        self._joined = {n: one.joined for n, one in enumerate(self._wordings) if len(one.joined) >= 6}
        self.of: dict[FormId, dict[int, tuple[Element, ...]]] = {
            form: {ids[wording]: tuple(self.elements[form][n] for n in orders) for wording, orders in table.items()}
            for form, table in named.items()
        }

        self._titles = frozenset(
            number
            for table in self.of.values()
            for number, said in table.items()
            if any(one.kind == "title" for one in said)
        )

    def find(self, text: str) -> tuple[Found, ...]:
        """Return the wordings that the text may begin with, the likeliest first, at most eight."""
        line = words(text)[: LOOK_AT + 4]
        start = _first_word(line)
        line = line[start:]
        if not line:
            return ()
        number = _number_before(text, line[0].start)
        found: list[Found] = []
        covered = 0
        for wording in self._by_first.get(line[0].text, ()):
            one = self._wordings[wording]
            if len(one.key) <= len(line) and all(a.text == b for a, b in zip(line, one.key, strict=False)):
                got = self._found(text, line, len(one.key), wording, 1.0, number)
                if got is not None:
                    found.append(got)
                    covered = max(covered, len(one.key))
        found = [one for one in found if one.words == covered]  # «Дата регистрации», not «Дата»
        if covered < len(line) or not found:
            found.extend(self._alike(text, line, number, covered))
        if not found:
            found.extend(self._misspelt(text, line, number))
        found.sort(key=lambda one: one.like * _worth(one.words), reverse=True)
        return tuple(found[:8])

    def may_begin(self, text: str) -> bool:
        """Say whether some wording begins with the first word of the text."""
        line = words(text[:LOOK_AT])
        return bool(line) and line[_first_word(line)].text in self._by_first

    def may_go_on(self, line: tuple[str, ...]) -> bool:
        """Say whether the line is the beginning, but not the whole, of a wording of at least three words."""
        line = next((line[n:] for n in range(min(3, len(line))) if not line[n].isdigit()), line)
        return bool(line) and any(
            len(self._wordings[n].key) > max(2, len(line)) and self._wordings[n].key[: len(line)] == line
            for n in self._by_first.get(line[0], ())
        )

    def may_be_title(self, line: tuple[str, ...]) -> bool:
        """Say whether the line is a title's first word, the rest of which may stand in the next line: «АНКЕТА»."""
        return any(self._wordings[n].key[: len(line)] == line != self._wordings[n].key for n in self._titles)

    def is_title(self, found: Found) -> bool:
        """Say whether a wording found is a form's title and fills the whole text."""
        return found.whole and found.wording in self._titles

    def _alike(self, text: str, line: tuple[Word, ...], number: int | None, covered: int) -> list[Found]:
        stop = _stop(text, line)
        shared: dict[int, float] = defaultdict(float)
        for stem in {_stem(word.text) for word in line}:
            for wording in self._by_stem.get(stem, ()):
                shared[wording] += self._weight[stem]
        found = []
        for wording, weight in shared.items():
            one = self._wordings[wording]
            short = number is not None and number in one.numbers
            if weight < (0.15 if short else 0.45) * one.weight or len(one.key) <= covered or len(one.joined) <= 4:
                continue
            like, size = _best_prefix(line, one, stop)
            if short and len(line) < len(one.key):
                like, size = max((like, size), (_cut_short(line, one), len(line)))
            if like >= LIKE_ENOUGH:
                got = self._found(text, line, size, wording, like, number)
                if got is not None:
                    found.append(got)
        return found

    def _misspelt(self, text: str, line: tuple[Word, ...], number: int | None) -> list[Found]:
        """Return wordings that the line up to its first colon is but a few letters away from."""
        size = _stop(text, line) or len(line)
        joined = " ".join(word.text for word in line[:size])
        if not 6 <= len(joined) <= 120:
            return []
        near = process.extract(joined, self._joined, scorer=fuzz.ratio, score_cutoff=82, limit=3)
        found = (self._found(text, line, size, wording, like / 100, number) for _, like, wording in near)
        return [one for one in found if one is not None]

    def _found(
        self, text: str, line: tuple[Word, ...], size: int, wording: int, like: float, number: int | None
    ) -> Found | None:
        one = self._wordings[wording]
        start, end = line[0].start, line[size - 1].end
        whole = size == len(line)
        separated = _SEPARATOR.match(text, end) is not None or _DIGIT_NEXT.match(text, end) is not None
        if not whole and not separated:
            if len(one.key) == 1 and number not in one.numbers:  # «ИИН 9001…» yes, «Телефон доверия …» no
                return None
            like -= 0.06 if len(one.key) < 4 else 0.0
            like -= 0.0 if one.key == tuple(word.text for word in line[:size]) else 0.08
            colon = None if one.numbers else _GOES_ON.match(text, end)
            if colon is not None:  # «… деятельности, в которых Вы участвуете на данный момент: 3, 5»
                end = colon.end()
        if one.numbers and number is not None:
            like += 0.05 if number in one.numbers else -0.25
        elif one.numbers and len(one.key) <= 3:
            like -= 0.05
        if like < LIKE_ENOUGH - 0.05:
            return None
        after = _AFTER_LABEL.match(text, end)
        language = next(iter(one.languages)) if len(one.languages) == 1 else None
        end = after.end() if after else end
        return Found(wording, language, like, len(one.key), start, end, whole, number in one.numbers)


def _worth(count: int) -> float:
    return 1.0 + 0.25 * min(count, 8)


def worth(found: Found) -> float:
    """Return how much a found wording speaks for its element: longer and liker is more."""
    return _worth(found.words) * max(0.0, found.like - 0.55) / 0.45


@cache
def labels() -> Labels:
    """Return the index over the installation's catalogue, built once."""
    return Labels(catalogue().forms)


@lru_cache(maxsize=4_096)
def find(text: str) -> tuple[Found, ...]:
    """Return `labels().find(text)`, remembered: the same labels come in every mail."""
    return labels().find(text)


def said_at_start(element: Element, text: str) -> tuple[int, Language] | None:
    """Return where the element's own words end if the text begins with them, and their language."""
    spoken = words(text)
    for language in LANGUAGES:
        for wording in _wordings(element, language):
            if tuple(word.text for word in spoken[: len(wording)]) == wording:
                after = _AFTER_LABEL.match(text, spoken[len(wording) - 1].end)
                return (after.end() if after else len(text)), language
    return None


def _elements(form: Form) -> tuple[Element, ...]:
    elements = [Element(form.id, 0, "title", form.title)]

    def add(kind: Literal["heading", "hint", "field", "option"], said: Words, *of: Any) -> None:
        elements.append(Element(form.id, len(elements), kind, said, *of))

    for line in form.lines:
        if not isinstance(line, Field):
            add("heading", line.words)
        elif line.within is None:
            add("field", line.words, line)
            if line.hint is not None:
                add("hint", line.hint, line)
            if line.id != "register_category":  # its four words stand inside the sentence
                for option in line.options:
                    add("option", option.words, line, option)
    return tuple(elements)


def _wordings(element: Element, language: Language) -> list[tuple[str, ...]]:
    """Return the wordings of an element as compared, with and without what stands in brackets."""
    found = []
    for text in element.words.all(language):
        found.append(key(text))
        short = key(_BRACKETS.sub(" ", text))
        if len(short) >= (1 if element.kind == "field" else 3) and sum(map(len, short)) > 2:
            found.append(short)
    return list(dict.fromkeys(found))


def _stem(word: str) -> str:
    return word[:5]


def _first_word(line: tuple[Word, ...]) -> int:
    """Return where the wording may begin: behind a number and a mark."""
    for n, word in enumerate(line[:3]):
        if not (word.text in _SKIPPED or (word.text.isdigit() and len(word.text) <= 2)):
            return n
    return 0


_NUMBER = re.compile(r"(\d{1,2})\s*[.)]?\s*[\"«(]?\Z")


def _number_before(text: str, start: int) -> int | None:
    match = _NUMBER.search(text[max(0, start - 8) : start])
    return int(match[1]) if match else None


def _cut_short(line: tuple[Word, ...], one: _Wording) -> float:
    """Return how like the line is to the beginning of a wording that the applicant did not copy to its end."""
    beginning = " ".join(one.key[: len(line)])
    return 0.9 * fuzz.ratio(" ".join(word.text for word in line), beginning) / 100 if len(line) > 1 else 0.0


def _stop(text: str, line: tuple[Word, ...]) -> int | None:
    """Return how many words stand before the first colon, tab or ruled line; a label ends there."""
    for n, word in enumerate(line[:LOOK_AT], start=1):
        if _STRONG.match(text, word.end):
            return n
        if any(letter.isdigit() for letter in word.text):
            return None
    return None


def _best_prefix(line: tuple[Word, ...], one: _Wording, stop: int | None) -> tuple[float, int]:
    """Return (likeness, number of words) of the beginning of the line that is most like the wording."""
    size = len(one.key)
    most = len(line) if stop is None else stop
    ends = {n for n in range(max(1, size - 2), size + 3) if n <= most}
    if most <= size * 2 + 4:
        ends.add(most)
    best, best_size = 0.0, 0
    for end in sorted(ends):
        part = " ".join(word.text for word in line[:end])
        like = fuzz.ratio(part, one.joined) / 100
        if size >= 3 and like < 0.9:
            stems = {_stem(word.text) for word in line[:end]}
            common = 2 * len(stems & one.stems) / (len(stems) + len(one.stems))
            like = max(like, min(0.9, 0.5 * like + 0.5 * common), 0.95 * fuzz.token_sort_ratio(part, one.joined) / 100)
        if like > best:
            best, best_size = like, end
        elif end == size == best_size + 1 and like > best - 0.05:
            best_size = end  # a misspelt last word is the label's still
    return best, best_size
