"""What a stretch of words could be among the printed things of the eight forms: likeness by runs of letters.

Every wording of the catalogue, of both languages, is a vector of its runs of 2–5 letters, weighted by how rare they
are; a text is as like a printed thing as its likest wording. Order, place and answers are not asked here.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections import defaultdict
from functools import cache, lru_cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from parsers.catalogue import Field, Form, Words, catalogue
from parsers.labels import Element
from parsers.readings import Language
from parsers.wording import key

Floats = npt.NDArray[np.float32]

LANGUAGES: tuple[Language, Language] = ("kk", "ru")
RUNS = (2, 3, 4, 5)
BARE = np.float32(0.97)  # what likeness without the words in brackets counts
SHORT, SLIP = 14, 72.0  # of so few letters, one wrong one hides most runs: they are compared letter by letter
# «If there is one»: said of nearly every question, so it tells none from another.
_IF_ANY = re.compile(
    r"\(?\s*(?:при\s+(?:его\s+|ее\s+|её\s+|их\s+)?наличи[ие]|если\s+име[ею]тся|бар\s+бол(?:ған|ган)\s*(?:кезде|жағдайда)?|бар\s+болса)\s*\)?",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\([^():]*(?:\([^():]*\)[^():]*)*\)?")


def runs_of(text: str) -> dict[str, float]:
    """Return the runs of letters of a text with the share of each."""
    joined = " " + " ".join(key(text)) + " "
    found: dict[str, int] = defaultdict(int)
    for size in RUNS:
        for at in range(len(joined) - size + 1):
            run = joined[at : at + size]
            if run.count(" ") < 2 or size > 3:
                found[run] += 1
    return {run: 1.0 + math.log(count) for run, count in found.items()}


class Wordings:
    """All wordings as one matrix in the form of posting lists."""

    def __init__(self) -> None:
        self.elements = {form.id: elements_of(form) for form in catalogue().forms.values()}
        self.all = tuple(element for here in self.elements.values() for element in here)
        texts: dict[str, int] = {}
        named = [
            (texts.setdefault(text, len(texts)), n, lang)
            for n, element in enumerate(self.all)
            for lang, language in enumerate(LANGUAGES)
            for wording in (*words_of(element).all(language), *_paraphrases(element, language))
            for text in _shapes(wording)
        ]
        self._wording, self._element, self._language = (np.array(column) for column in zip(*named, strict=True))
        spoken = [runs_of(text) for text in texts]
        count: dict[str, int] = defaultdict(int)
        for runs in spoken:
            for run in runs:
                count[run] += 1
        total = len(spoken)
        self._weight = {run: math.log(1 + total / n) for run, n in count.items()}
        self._unknown = math.log(1 + total)
        postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for n, runs in enumerate(spoken):
            weighed = {run: share * self._weight[run] for run, share in runs.items()}
            norm = math.sqrt(sum(x * x for x in weighed.values()))
            for run, value in weighed.items():
                postings[run].append((n, value / norm))
        self._postings = {
            run: (np.array([n for n, _ in found]), np.array([v for _, v in found], dtype=np.float32))
            for run, found in postings.items()
        }
        self._size = total
        joined = ["".join(key(text)) for text in texts]
        self._short_at = [n for n, one in enumerate(joined) if len(one) <= SHORT]
        self._short = [joined[n] for n in self._short_at]

    @lru_cache(maxsize=4096)  # noqa: B019 - one instance for the life of the process
    def likeness(self, text: str) -> Floats:
        """Return how like a text is to each element, in the order of `all`: first Kazakh, then Russian; 0 … 1."""
        text = _IF_ANY.sub(" ", text)
        best = self._cosine(text)
        bare = _BRACKETS.sub(" ", text)
        if bare.strip() and bare != text and sum(map(str.isalpha, bare)) > 1:
            best = np.maximum(best, BARE * self._cosine(bare))
        said = "".join(key(text))
        if 2 < len(said) <= SHORT:
            for wording, ratio, n in process.extract(said, self._short, scorer=fuzz.ratio, score_cutoff=SLIP, limit=8):
                if abs(len(wording) - len(said)) <= 2:
                    at = self._short_at[n]
                    best[at] = max(best[at], 0.5 + (ratio - SLIP) / (100 - SLIP) * 0.45)
        found = np.zeros((len(LANGUAGES), len(self.all)), dtype=np.float32)
        np.maximum.at(found, (self._language, self._element), best[self._wording])
        found.flags.writeable = False
        return found

    def _cosine(self, text: str) -> Floats:
        scores = np.zeros(self._size, dtype=np.float32)
        total = 0.0
        for run, share in runs_of(text).items():
            weight = share * self._weight.get(run, self._unknown)
            total += weight * weight
            posting = self._postings.get(run)
            if posting is not None:
                scores[posting[0]] += weight * posting[1]
        return scores / np.float32(math.sqrt(total)) if total else scores


def words_of(element: Element) -> Words:
    """Return what an element prints: an option's own words, else its question's."""
    return element.option.words if element.option is not None else element.words


@cache
def _told() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((files("parsers.understanding") / "paraphrases.toml").read_text(encoding="utf-8"))


def _paraphrases(element: Element, language: Language) -> list[str]:
    """Return the other ways of asking a field."""
    asks = element.kind == "field" and element.field is not None
    return _told().get(element.field.id, {}).get(language, []) if asks and element.field is not None else []


def elements_of(form: Form) -> tuple[Element, ...]:
    """Return the printed things of a form in the order of print: its title, headings, questions, hints, options."""
    found = [Element(form.id, 0, "title", form.title)]
    for line in form.lines:
        if not isinstance(line, Field):
            found.append(Element(form.id, len(found), "heading", line.words))
        elif line.within is None:
            found.append(Element(form.id, len(found), "field", line.words, line))
            for option in line.options:
                found.append(Element(form.id, len(found), "option", option.words, line, option))
                asking = _in_brackets(option.words)
                if asking is not None:
                    found.append(Element(form.id, len(found), "hint", asking, line))
            if line.hint is not None:
                found.append(Element(form.id, len(found), "hint", line.hint, line))
    return tuple(found)


def _in_brackets(said: Words) -> Words | None:
    """What an option asks for in brackets: «(укажите конкретный вид/виды)»."""
    kk, ru = (tuple(m[0] for w in wording if (m := _BRACKETS.search(w)) is not None) for wording in (said.kk, said.ru))
    return Words(kk, ru) if kk and ru else None


def _shapes(wording: str) -> list[str]:
    """A wording as printed, and without what stands in brackets."""
    wording = " ".join(_IF_ANY.sub(" ", wording).split())
    bare = " ".join(_BRACKETS.sub(" ", wording).split())
    return [wording, bare] if bare and bare != wording and len(bare) > 3 else [wording]


@cache
def wordings() -> Wordings:
    """Return the index of this installation's catalogue."""
    return Wordings()
