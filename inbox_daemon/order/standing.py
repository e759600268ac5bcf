"""Which letter tells of which state of a case: one that tells of another is void, whatever has kept it from leaving.

Servers that put a letter off, the minutes in which an act can be undone, a weekend: meanwhile the decision may have
been taken back, overruled, or overtaken by an answer (§12: what is made known is the decision that stands).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from registry_store.records import OPEN_STATES, Case, LetterKind, State, Step, Withdraw

# The states in which a letter of this kind may leave; a kind that is not named tells of no state: a receipt and an
# unread file are facts, a reply is a person's own words.
TELLS_OF: Mapping[LetterKind, frozenset[State]] = {
    LetterKind.REWORK: OPEN_STATES,
    LetterKind.STILL_INCOMPLETE: OPEN_STATES,
    LetterKind.INCLUSION: frozenset({State.INCLUDED}),
    LetterKind.REFUSAL: frozenset({State.REFUSED}),
    LetterKind.CHANGE: frozenset({State.CARRIED_OUT}),
    LetterKind.STOP: frozenset({State.CARRIED_OUT}),
    LetterKind.CLOSED: frozenset({State.CLOSED, State.NOT_CARRIED_OUT}),
}


def may_be_told(letter: LetterKind, state: State) -> bool:
    """Whether a letter of this kind still tells what is so while a case is in this state."""
    return letter not in TELLS_OF or state in TELLS_OF[letter]


def without_void_letters(before: Case, step: Step) -> Step:
    """Take back every letter that tells of the state that the case leaves, on whatever way it leaves it; and what did
    not arrive of it is not to be sent again."""
    void = tuple(kind for kind, states in TELLS_OF.items() if before.state in states and step.case.state not in states)
    if not void or before.version == 0:
        return step
    undelivered = tuple(kind for kind in step.case.undelivered if kind not in void)
    return Step(replace(step.case, undelivered=undelivered), (Withdraw(void), *step.effects))
