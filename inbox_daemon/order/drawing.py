"""The table of case.py, drawn: for a lawyer to read, and for the documentation."""

from __future__ import annotations

from typing import Any, NamedTuple

from inbox_daemon.order import paragraphs
from inbox_daemon.order.case import TABLE, Row
from registry_store.records import OPEN_STATES, State


class Line(NamedTuple):
    """One state and event: the rule's first sentence, where it may lead, and its ground."""

    state: str
    event: str
    leads_to: tuple[str, ...]
    ground: str
    rule: str


def as_rows() -> tuple[Line, ...]:
    """Return the table line by line, in the order of the states."""
    rows: tuple[Row[Any], ...] = TABLE
    lines = [
        Line(state.value, row.event.__name__, tuple(s.value for s in row.targets(state)), row.ground, _sentence(row))
        for row in rows
        for state in row.when
    ]
    order = [state.value for state in State]
    return tuple(sorted(lines, key=lambda line: order.index(line.state)))


def paragraph(number: int) -> str:
    """Return the sentence of a paragraph of the Order, and what it makes the software do; empty for others."""
    for block in (paragraphs.__doc__ or "").split("\n\n"):
        if block.startswith(f"§{number} "):
            return " ".join(block.split())
    return ""


def as_mermaid() -> str:
    """Return the changes of state as a Mermaid state diagram; events that change facts only are left out."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for line in as_rows():
        for target in line.leads_to:
            if target != line.state:
                arrows.setdefault((line.state, target), []).append(line.event)
    drawn = ["stateDiagram-v2", "    [*] --> received"]
    drawn += [f"    {a} --> {b}: {', '.join(dict.fromkeys(events))}" for (a, b), events in arrows.items()]
    drawn += [f"    {state.value} --> [*]" for state in State if state not in OPEN_STATES]
    return "\n".join(drawn)


def _sentence(row: Row[Any]) -> str:
    words = " ".join((row.rule.__doc__ or "").split())
    return words.split(". ")[0].rstrip(".") + "."
