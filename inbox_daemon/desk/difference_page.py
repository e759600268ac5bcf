"""Two filings of one case side by side: what changed, what is new, what vanished, what is still missing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from starlette.responses import Response

from inbox_daemon.desk.asking import Asking
from inbox_daemon.desk.difference import (
    PAIRINGS,
    FormDifference,
    LineDifference,
    Pairing,
    Round,
    before_rework,
    can_be_compared,
    difference,
    likely_pairing,
    rounds,
    until,
)
from inbox_daemon.desk.labels import field_of, label_of
from inbox_daemon.order.practice import Practice
from inbox_daemon.order.steps import CATEGORY_OF, judged
from parsers.readings import Language
from registry_store.errors import CaseUnknown
from registry_store.records import Case

TOLD = ("changed", "came", "gone")


@dataclass(frozen=True, slots=True)
class Compared:
    """Two sides of a case and what lies between them. whole_missing: forms that the new side lacks altogether."""

    old: Round
    new: Round
    pairing: Pairing
    forms: tuple[FormDifference, ...]
    whole_missing: tuple[str, ...]

    def lines(self, *statuses: str) -> list[tuple[FormDifference, LineDifference]]:
        """Return the questions with one of these statuses, over all forms."""
        return [(one, line) for one in self.forms for line in one.of(*statuses)]

    @property
    def still_missing(self) -> list[tuple[FormDifference, LineDifference]]:
        """Return what the new side lacks and §8 asks for, each question once."""
        found = {line.item: (one, line) for one in self.forms for line in one.still_missing}
        return list(found.values())


def compared(
    case: Case, practice: Practice, language: Language, old: int = 0, new: int = 0, pairing: str = ""
) -> Compared | None:
    """Return how the round `new` of a case differs from `old`; None when nothing came twice.

    0, or a number that there is not: the last round, and the one before the first answer to a rework letter. An
    unknown pairing: the likely one.
    """
    every = rounds(case)
    if not can_be_compared(case) or case.kind not in CATEGORY_OF or case.received is None:
        return None
    new = new if 1 <= new <= len(every) else len(every)
    old = old if 1 <= old <= len(every) else min(before_rework(case), new)
    chosen = next((one for one in PAIRINGS if one == pairing), None) or likely_pairing(case, old, new)
    if old == new and chosen == "each":
        chosen = "kk-ru"
    now = until(case, new)
    verdict = judged(replace(case, sheets=now), practice)
    forms = difference(until(case, old), now, verdict, language, chosen)
    there = {sheet.form for sheet in now}
    missing = (*verdict.missing, *verdict.programme_missing)
    whole = tuple(
        label_of(item, language) for item in missing if field_of(item) is None or item.split(".")[0] not in there
    )
    return Compared(every[old - 1], every[new - 1], chosen, forms, tuple(dict.fromkeys(whole)))


def difference_page(asking: Asking) -> Response:
    """Two filings of a case, side by side; the reader chooses which."""
    try:
        case = asking.parts.store.case(asking.path["number"])
    except CaseUnknown:
        return asking.page("refused.html", 404, why="no_case")
    old, new = (_number(asking.query.get(side, "")) for side in ("old", "new"))
    found = compared(case, asking.parts.casework.practice, asking.language, old, new, asking.query.get("copies", ""))
    if found is None:
        return asking.page("refused.html", 404, why="nothing_to_compare")
    asking.note("difference", case.number, f"{found.old.number} – {found.new.number}, {found.pairing}")
    return asking.page("difference.html", case=case, found=found, rounds=rounds(case), pairings=PAIRINGS, told=TOLD)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 0
