"""What the ministry may choose where the Order is silent. The defaults are those of the rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Literal

from registry_store.records import LetterKind


@dataclass(frozen=True, slots=True)
class Practice:
    """The choices, each a setting of the configuration file.

    languages: "either" language of a form is enough (§4), or "both" are asked for.
    rework_send: the rework letter waits for the clerk until the lead day, or leaves at once (§10).
    rework_lead_days: working days before review due on which it leaves by itself.
    inclusion, refusal: by itself where the Order's conditions hold, or always by the clerk.
    office_opens, office_closes: office hours in Asia/Almaty, both ends in hours, to the second.
    supervised: letters that still need the clerk's yes (training mode: the first of each kind). What such a
    letter would tell is not yet decided.
    """

    languages: Literal["either", "both"] = "either"
    rework_send: Literal["clerk_then_lead", "at_once"] = "clerk_then_lead"
    rework_lead_days: int = 1
    inclusion: Literal["auto", "clerk"] = "auto"
    refusal: Literal["auto", "clerk"] = "auto"
    office_opens: time = time(9, 0)
    office_closes: time = time(18, 30)
    supervised: frozenset[LetterKind] = frozenset()
