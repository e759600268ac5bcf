"""In which case a closed one goes on."""

from __future__ import annotations

from registry_store.records import Case, CaseNumber, State

JOINED = "joined to "  # the grounds of a case that goes on as another, before that one's number
WENT = "all forms went to "


def went_to(case: Case) -> CaseNumber | None:
    """Return the case in which a closed one goes on, None when it was closed for another reason. A case of earlier
    days that was joined to itself goes on nowhere."""
    for ground in (JOINED, WENT):
        if case.state is State.CLOSED and case.ground.startswith(ground):
            number = case.ground.removeprefix(ground)
            return None if number == case.number else number
    return None
