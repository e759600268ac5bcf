"""The other language is added on the case's page, and the register says it in both."""

from __future__ import annotations

from pathlib import Path

import pytest

from inbox_daemon.errors import NotAllowed
from inbox_daemon.order.practice import Practice
from registry_store.records import Case, CaseKind, ClerkIncluded, ClerkTranslated, Text
from tests.desk.browser import MORNING, DeskOffice, open_office
from tests.desk.test_pages import act, case_of
from tests.order.build import application, filed, sheet

ORGANISATION = (application("organization"), sheet("organization"), sheet("action"))
HEAD = "Қыдырова Сәуле"


@pytest.fixture
def office(tmp_path: Path) -> DeskOffice:
    return open_office(tmp_path, Practice(inclusion="clerk"))


@pytest.fixture
def included(office: DeskOffice) -> Case:
    case = case_of(office, *ORGANISATION)
    return office.parts.casework.carry(ClerkIncluded(MORNING, "aigerim"), case.number, now=MORNING).case


def test_the_other_language_is_added_on_the_page_and_stands_in_the_entry(office: DeskOffice, included: Case) -> None:
    browser, page = office.signed_in(), f"/cases/{included.number}"
    assert 'name="words" value="Үлгі"' in browser.get(page).text
    assert act(browser, included, "translate", words="Үлгі", language="ru", text="Образец") == 303
    entry = office.store.entry(1)
    assert entry.version == 2
    assert entry.facts.name == Text(f"«Үлгі» — {HEAD}", f"«Образец» — {HEAD}")
    assert [one.number for one in office.store.find_entries(words=("образец",))] == [1]
    assert 'value="Образец"' in browser.get(page).text, "it can be put better"
    assert act(browser, included, "translate", words="Үлгі", language="ru", text="Пример") == 303
    assert office.store.entry(1).facts.name.ru == f"«Пример» — {HEAD}"
    assert act(browser, included, "translate", words="Үлгі", language="kk", text="Пример") == 409


def test_what_was_added_before_the_inclusion_is_in_the_entry_from_its_first_day(office: DeskOffice) -> None:
    case = case_of(office, *ORGANISATION)
    browser = office.signed_in()
    name = str(ORGANISATION[2].answers["name"].value)
    assert act(browser, case, "translate", words=name, language="ru", text="Субботник") == 303
    assert act(browser, case, "include") == 303
    (action,) = office.store.entry(1).programmes
    assert action.name == Text(name, "Субботник")


def test_an_entry_that_says_something_else_by_now_is_left_alone(office: DeskOffice, included: Case) -> None:
    casework = office.parts.casework
    renamed = filed(MORNING, sheet("organization", answers={"org_name": "Жаңа"}), n=2, entry=1)
    change = casework.carry(renamed, None, now=MORNING, kind=CaseKind.CHANGE).case
    casework.carry(ClerkIncluded(MORNING, "aigerim", entry=1), change.number, now=MORNING)
    before = office.store.entry(1)
    assert "Жаңа" in (before.facts.name.kk or "")
    with pytest.raises(NotAllowed) as refused:
        casework.carry(ClerkTranslated(MORNING, "aigerim", "Үлгі", "ru", "Образец"), included.number, now=MORNING)
    assert refused.value.code == "entry_changed"
    assert office.store.entry(1) == before
