"""The region that no form tells is set on the case's page, and stands in the entry and its release at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from inbox_daemon.errors import NotAllowed
from inbox_daemon.order.asks import Ask
from inbox_daemon.order.practice import Practice
from registry_store.accounts import Role
from registry_store.queue import Wanted
from registry_store.records import Case, CaseKind, ClerkIncluded, ClerkSetRegion, Region, State, Text
from tests.desk.browser import MORNING, DeskOffice, open_office
from tests.desk.test_pages import act, case_of
from tests.order.build import application, filed, sheet

NOWHERE = (application("volunteer"), sheet("volunteer", answers={"residence": "Үлгі көшесі, 7"}))
ORGANISATION = (application("organization"), sheet("organization"))
SHYMKENT = Region("KZ-79", Text("Шымкент қаласы", "город Шымкент"))


@pytest.fixture
def office(tmp_path: Path) -> DeskOffice:
    return open_office(tmp_path, Practice(inclusion="clerk"))


@pytest.fixture
def included(office: DeskOffice) -> Case:
    return include(office, case_of(office, *NOWHERE))


def include(office: DeskOffice, case: Case, entry: int | None = None) -> Case:
    return office.parts.casework.carry(ClerkIncluded(MORNING, "aigerim", entry=entry), case.number, now=MORNING).case


def changed(office: DeskOffice, *sheets: object, n: int = 2) -> Case:
    """A change of entry 1, carried out."""
    event = filed(MORNING, *sheets, n=n, entry=1)  # type: ignore[arg-type]
    return include(office, office.parts.casework.carry(event, None, now=MORNING, kind=CaseKind.CHANGE).case, entry=1)


def tasks_of(office: DeskOffice, case: Case) -> list[str]:
    return [one.code for one in office.store.tasks(case=case.number)]


def test_a_region_set_after_the_inclusion_stands_in_the_entry_and_nobody_need_look_for_it(
    office: DeskOffice, included: Case
) -> None:
    browser, page = office.signed_in(), f"/cases/{included.number}"
    assert tasks_of(office, included) == [Ask.REGION_MISSING]
    shown = browser.get(page).text
    assert '<a href="#region">' in shown
    assert '<details id="region" open>' in shown
    assert act(browser, included, "region", region="KZ-79", why="a call") == 303
    entry = office.store.entry(1)
    assert (entry.version, entry.facts.region) == (2, SHYMKENT)
    assert office.store.entry_versions(1)[-1].origin.why == "a call"
    assert tasks_of(office, included) == []
    after = browser.get(page).text
    assert "<dd>город Шымкент</dd>" in after
    assert '<option value="KZ-79" selected>' in after
    assert "указан регион" in after, "history tells it"
    assert office.store.case(included.number).state is State.INCLUDED
    assert [line.detail for _, line in office.store.audit(case=included.number) if line.action == "act"] == ["region"]


def test_a_region_set_before_the_inclusion_is_in_the_entry_from_its_first_day_and_finds_the_case(
    office: DeskOffice,
) -> None:
    case = case_of(office, *NOWHERE)
    browser = office.signed_in()
    assert act(browser, case, "region", region="KZ-79") == 303
    assert [one.number for one in office.store.queue(Wanted(region="KZ-79"), None, 9)[0]] == [case.number]
    assert act(browser, case, "include") == 303
    assert office.store.entry(1).facts.region == SHYMKENT
    assert tasks_of(office, case) == []


def test_a_region_set_by_mistake_goes_back_to_what_the_residence_tells(office: DeskOffice) -> None:
    case = case_of(office, *(application("volunteer"), sheet("volunteer")))
    browser = office.signed_in()
    assert act(browser, case, "region", region="KZ-79") == 303
    assert act(browser, case, "region", region="") == 303
    include(office, office.store.case(case.number))
    region = office.store.entry(1).facts.region
    assert region is not None
    assert region.iso == "KZ-71"


def test_a_region_that_is_none_and_a_case_that_has_none_are_refused(office: DeskOffice, included: Case) -> None:
    casework = office.parts.casework
    browser = office.signed_in()
    assert act(browser, included, "region", region="KZ-99") == 409
    programme = casework.carry(filed(MORNING, sheet("action"), n=2), None, now=MORNING, kind=CaseKind.PROGRAMME).case
    assert 'id="region"' not in browser.get(f"/cases/{programme.number}").text
    with pytest.raises(NotAllowed) as refused:
        casework.carry(ClerkSetRegion(MORNING, "aigerim", "KZ-79"), programme.number, now=MORNING)
    assert refused.value.code == "no_region_here"
    assert office.store.entry(1).version == 1


def test_a_viewer_sees_the_region_and_cannot_set_it(office: DeskOffice, included: Case) -> None:
    browser = office.signed_in("berik", Role.VIEWER)
    assert 'id="region"' not in browser.get(f"/cases/{included.number}").text
    page = f"/cases/{included.number}"
    assert browser.post(f"{page}/do", page, act="region", version=included.version, region="KZ-79").status_code == 403


def test_an_organisation_keeps_its_region_when_it_changes_something_else(office: DeskOffice) -> None:
    case = include(office, case_of(office, *ORGANISATION))
    assert act(office.signed_in(), case, "region", region="KZ-79") == 303
    change = changed(office, sheet("organization", answers={"org_name": "Жаңа"}))
    assert office.store.entry(1).facts.region == SHYMKENT
    assert tasks_of(office, change) == []
    page = office.signed_in("berik").get(f"/cases/{change.number}").text
    assert "<dd>город Шымкент</dd>" in page


def test_a_change_that_tells_the_region_answers_the_question_of_before(office: DeskOffice, included: Case) -> None:
    changed(office, sheet("volunteer", answers={"residence": "г. Шымкент"}))
    assert office.store.entry(1).facts.region == SHYMKENT
    assert tasks_of(office, included) == []


def test_an_entry_that_says_something_else_by_now_is_left_alone(office: DeskOffice, included: Case) -> None:
    changed(office, sheet("volunteer", answers={"full_name": "Қыдырова Айсұлу", "residence": "г. Шымкент"}))
    browser = office.signed_in()
    assert act(browser, included, "region", region="KZ-71") == 409
    assert office.store.entry(1).facts.region == SHYMKENT
