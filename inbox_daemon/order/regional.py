"""Column 6 names a region that no form asks for: told from the residence, else set by a clerk (rules, section 6)."""

from __future__ import annotations

from dataclasses import replace

from inbox_daemon.errors import NotAllowed
from inbox_daemon.order.entries import entry_facts
from inbox_daemon.order.practice import Practice
from inbox_daemon.order.workdays import WorkingDays, almaty_day
from parsers.regions import region_by_code
from registry_store.records import Case, CaseKind, ClerkSetRegion, Effect, PutRegion, State, Step

# The cases that put a person or an organisation into the register.
OF_SOMEBODY = (CaseKind.APPLICATION, CaseKind.CHANGE)


def set_region(case: Case, event: ClerkSetRegion, days: WorkingDays, practice: Practice) -> Step:
    """Keep the region that a clerk names; an entry made of the case says it at once. Nothing else moves."""
    if case.kind not in OF_SOMEBODY:
        message = "only an application or a change tells where somebody lives"
        raise NotAllowed(message, "no_region_here")
    if event.region and region_by_code(event.region) is None:
        message = f"{event.region}: no such region; write its code of ISO 3166-2, such as KZ-75"
        raise NotAllowed(message, "no_value", event.region)
    case = replace(case, region=event.region)
    return Step(case, _into_the_entry(case))


def _into_the_entry(case: Case) -> tuple[Effect, ...]:
    verdict = case.verdict
    if case.state not in (State.INCLUDED, State.CARRIED_OUT) or case.entry is None:
        return ()
    assert verdict is not None
    assert verdict.applicant is not None
    assert case.received is not None
    on = almaty_day(case.received)
    return (PutRegion(case.entry, entry_facts(case.sheets, verdict.applicant, on, case.translations, case.region)),)
