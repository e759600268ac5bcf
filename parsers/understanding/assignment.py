"""Which stretch of a document is which printed thing of which form: one optimisation over the whole document.

Weighted intervals over the text, with the element placed last as the state (Viterbi). What a placement is worth: its
likeness, what bounds it, its printed number, and the evidence of the words in the answer's place. What a step from
one element to the next costs: little in the order of print, more backwards, most into another form without its title.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from parsers.labels import Element
from parsers.lines import Line
from parsers.readings import Language
from parsers.understanding.blocks import Begin, Cut, Stretch, stretches
from parsers.understanding.evidence import evidence, kinds_near
from parsers.understanding.geometry import Geometry
from parsers.understanding.meanings import LANGUAGES, wordings

Floats = npt.NDArray[np.float32]

# What a placement is worth
NOTHING_LIKE = 0.28  # likeness at which a stretch is as much an answer as a printed thing
STEEP = 9.0
MOST, BEYOND = 2.5, 3.0  # from about half way on, likeness adds less
LOOKED_AT, LOOKED_AT_NUMBERED = 0.15, 0.05  # likeness below which an element is not thought of
NUMBERED, MISNUMBERED = 2.4, 1.0  # worth of the right printed number before an option, cost of another
TITLE, TITLE_LIKE = 1.0, 0.5  # a title tells more than a question
SURELY_LIKE = 0.6
UNLIKELY = 1.5  # cost of a weak likeness in an answer's cell, or where nothing but a figure bounds it
BOUND: dict[Cut, float] = {
    "whole": 0.5,
    "wrapped": 0.4,
    "separator": 0.5,
    "ruled": 0.5,
    "style": 0.3,
    "figure": 0.1,
    "bracket": 0.0,
    "listed": -0.2,
}
BEGUN: dict[Begin, float] = {"line": 0.0, "separator": 0.1, "bracket": 0.4, "listed": 0.0}
LEAST = -1.0  # worth of a placement that may still pay by its place
NEVER = np.float32(-100.0)

# What a step from one element to the next costs
FORWARD, FORWARD_MOST = 0.03, 0.6
BACK, BACK_MORE, BACK_MOST = 0.9, 0.02, 0.5
AGAIN, IN_OTHER_LANGUAGE, CHANNEL = 4.5, 0.1, 0.5  # the same once more; another channel in the answer about contacts
OTHER_FORM, TO_TITLE, TO_OWN_TITLE, START_WITHOUT_TITLE = 9.0, 1.5, 3.0, 0.6
IN_MID_LINE = 1e6  # no form begins in the middle of a line

_MARKS_BEFORE = ' \t0123456789.)№(«"_-–—[]'


@dataclass(frozen=True, slots=True)
class Placed:
    """A stretch taken for a printed thing. likeness: 0 … 1; worth: what the placement adds to the whole."""

    stretch: Stretch
    element: Element
    language: Language
    likeness: float
    worth: float


@dataclass(frozen=True, slots=True)
class _States:
    """All elements of all forms, and the costs of the steps between them. within: the same where a line goes on."""

    elements: tuple[Element, ...]
    cost: Floats
    within: Floats
    start: Floats
    number: npt.NDArray[np.int64]
    is_title: npt.NDArray[np.bool_]
    is_caption: npt.NDArray[np.bool_]
    is_listed: npt.NDArray[np.bool_]  # options that stand in one sentence


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A stretch with what it is worth as each element. start, end: in letters of the document."""

    stretch: Stretch
    start: int
    end: int
    worth: Floats
    like: Floats  # by language and element


@cache
def _states() -> _States:
    index = wordings()
    elements = [element for here in index.elements.values() for element in here]
    forms = np.array([element.form for element in elements])
    is_title = np.array([e.kind == "title" for e in elements])
    cost = np.full((len(elements), len(elements)), OTHER_FORM, dtype=np.float32)
    cost[:, is_title] = TO_TITLE
    for form, here in index.elements.items():
        own = np.flatnonzero(forms == form)
        order = np.arange(len(own))
        step = order[None, :] - order[:, None]
        forward = np.minimum(FORWARD * np.maximum(step - 1, 0), FORWARD_MOST)
        back = BACK + np.minimum(BACK_MORE * -step, BACK_MOST)
        inner = np.where(step > 0, forward, np.where(step == 0, AGAIN, back))
        for n, element in enumerate(here):
            if element.kind == "field" and element.field is not None and element.field.kind == "contacts":
                inner[n, n] = CHANNEL
        inner[:, 0] = np.where(order == 0, IN_OTHER_LANGUAGE, TO_OWN_TITLE)
        cost[np.ix_(own, own)] = inner
    return _States(
        elements=tuple(elements),
        cost=cost,
        within=np.where(forms[:, None] == forms[None, :], cost, np.float32(IN_MID_LINE)),
        start=np.where(is_title, 0.0, START_WITHOUT_TITLE).astype(np.float32),
        number=np.array([e.option.number if e.option is not None else 0 for e in elements]),
        is_title=is_title,
        is_caption=np.array([e.kind == "hint" or (e.field is not None and e.field.caption) for e in elements]),
        is_listed=np.array(
            [e.kind == "option" and e.field is not None and e.field.id == "register_category" for e in elements]
        ),
    )


def assign(lines: Sequence[Line]) -> list[Placed]:
    """Return the printed things of a document in the order of its text."""
    states = _states()
    candidates = _candidates(lines, states)
    if not candidates:
        return []
    ends = np.array([one.end for one in candidates])
    size = len(states.elements)
    # best[k]: the best way of placing things among the first k candidates, by the element placed last.
    best = np.full((len(candidates) + 1, size), np.float32(-1e9))
    taken = np.full((len(candidates) + 1, size), -1, dtype=np.int32)  # the candidate that was placed last
    spoken = np.zeros((len(candidates) + 1, size), dtype=np.int8)  # in which language
    came_from = np.full((len(candidates), size), -1, dtype=np.int32)  # the element before it
    for k, one in enumerate(candidates):
        before = int(np.searchsorted(ends[:k], one.start, side="right"))
        live = np.flatnonzero(one.worth > NEVER)
        at = np.arange(len(live))
        goes_on = bool(one.stretch.line.text[: one.stretch.start].strip(_MARKS_BEFORE))
        reach = best[before][:, None] - (states.within if goes_on else states.cost)[:, live]
        language = one.like[:, live].argmax(axis=0).astype(np.int8)
        translated = (spoken[before, live] != language) & (states.cost[live, live] == np.float32(AGAIN))
        reach[live, at] += np.where(translated, np.float32(AGAIN - IN_OTHER_LANGUAGE), np.float32(0.0))
        came = reach.argmax(axis=0)
        value = reach[came, at]
        alone = -states.start[live] >= value
        value = np.maximum(value, -states.start[live]) + one.worth[live]
        best[k + 1], taken[k + 1], spoken[k + 1] = best[k], taken[k], spoken[k]
        better = value > best[k + 1, live]
        best[k + 1, live[better]] = value[better]
        taken[k + 1, live[better]] = k
        spoken[k + 1, live[better]] = language[better]
        came_from[k, live] = np.where(alone, -1, came)
    return _traced(candidates, ends, best[-1], taken, came_from, states)


def _traced(
    candidates: Sequence[_Candidate],
    ends: npt.NDArray[np.int64],
    last: Floats,
    taken: npt.NDArray[np.int32],
    came_from: npt.NDArray[np.int32],
    states: _States,
) -> list[Placed]:
    """Return the placements of the best way, from its last element back to the first."""
    state, k = int(last.argmax()), len(candidates)
    found: list[Placed] = []
    while state >= 0 and last.max() > 0 and (n := int(taken[k, state])) >= 0:
        one = candidates[n]
        like = one.like[:, state]
        language = LANGUAGES[int(like.argmax())]
        found.append(Placed(one.stretch, states.elements[state], language, float(like.max()), float(one.worth[state])))
        state, k = int(came_from[n, state]), int(np.searchsorted(ends[:n], one.start, side="right"))
    return found[::-1]


def _candidates(lines: Sequence[Line], states: _States) -> list[_Candidate]:
    """Return the stretches that may be printed things, in the order of their ends."""
    begins: dict[int, int] = {}
    letters = 0
    for line in lines:
        begins[line.number] = letters
        letters += len(line.text) + 1
    geometry = Geometry(lines)
    found = []
    for stretch in stretches(lines):
        like = wordings().likeness(stretch.text)
        worth = _worth(stretch, like, geometry, states)
        if worth is not None:
            start = begins[stretch.line.number] + stretch.start
            found.append(_Candidate(stretch, start, begins[stretch.last.number] + stretch.end, worth, like))
    return sorted(found, key=lambda one: (one.end, one.start))


def _worth(stretch: Stretch, like: Floats, geometry: Geometry, states: _States) -> Floats | None:
    """Return what a stretch is worth as each element, NEVER where it is none; None where it is nothing."""
    top = like.max(axis=0)
    numbered = states.number > 0
    right_number = numbered & (states.number == stretch.number)
    thought = (top >= LOOKED_AT) | (right_number & (top >= LOOKED_AT_NUMBERED))
    if not thought.any():
        return None
    worth = np.minimum(STEEP * (top - NOTHING_LIKE), MOST + BEYOND * (top - NOTHING_LIKE))
    worth += np.float32(BOUND[stretch.cut] - BEGUN[stretch.begins])
    worth += np.where(right_number, NUMBERED, 0.0) - np.where(
        numbered & ~right_number & (stretch.number > 0), MISNUMBERED, 0.0
    )
    worth += np.where(states.is_title & (top > TITLE_LIKE), TITLE, 0.0)
    beside = geometry.is_beside(stretch)
    worth -= np.where((top < SURELY_LIKE) & beside & ~numbered, UNLIKELY, 0.0)
    if stretch.cut == "bracket":  # what stands in brackets behind an option is the applicant's
        worth += np.where(numbered, BOUND["whole"], 0.0)
    _add_evidence(worth, top, thought & (top >= LOOKED_AT), stretch, geometry, states)
    allowed = thought & (worth >= LEAST)
    if stretch.begins == "bracket":
        allowed &= states.is_caption
    if stretch.cut == "listed" or stretch.begins == "listed":
        allowed &= states.is_listed
    if stretch.cut not in ("whole", "wrapped") or beside:
        allowed &= ~states.is_title
    return np.where(allowed, worth, NEVER).astype(np.float32) if allowed.any() else None


def _add_evidence(
    worth: Floats,
    top: Floats,
    thought: npt.NDArray[np.bool_],
    stretch: Stretch,
    geometry: Geometry,
    states: _States,
) -> None:
    """Add what the words in the answer's place say. Where nothing but a figure or a bracket bounds a stretch, it must
    be like a printed thing or have its answer behind it."""
    loose = stretch.cut in ("figure", "style") or (stretch.cut == "bracket" and stretch.begins == "line")
    kinds = kinds_near(stretch, geometry)
    for n in np.flatnonzero(thought):
        element = states.elements[n]
        if element.field is not None and element.kind == "field":
            said = evidence(element.field, kinds)
            worth[n] += said
            if loose and said <= 0 and top[n] < SURELY_LIKE:
                worth[n] -= UNLIKELY
