"""The whole queue by keyboard alone: nothing here touches the mouse or sets a focus by script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from inbox_daemon.desk.words import said
from parsers.readings import Language
from registry_store.records import State
from tests.browser.test_work import LANGUAGES, case_like
from tests.browser.visiting import Desk

FURTHEST = 200  # times Tab on the longest page


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the wanted place has the focus, and see that the focus can be seen."""
    for _ in range(FURTHEST):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", selector
            return
    pytest.fail(f"{selector} cannot be reached with Tab")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_is_walked_with_j_and_k_and_searched_with_a_slash(desk: Desk, language: Language) -> None:
    page = desk.clerk(language)
    page.goto("/queue")
    links = page.locator("a[data-row]")
    for keys, row in (("j", 0), ("jj", 2), ("k", 1)):
        for key in keys:
            page.keyboard.press(key)
        expect(links.nth(row)).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("қыдыр")
    page.keyboard.press("Enter")
    page.wait_for_url("**/queue?q=*")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/*")
    expect(page.locator("h1")).to_contain_text("Қыдырова")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_case_of_the_queue_is_reached_and_decided_by_keyboard(desk: Desk, language: Language) -> None:
    page, store = desk.clerk(language), desk.office.store
    page.goto("/queue")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # past the menu
    expect(page.locator("main")).to_be_focused()
    rows = page.locator("a[data-row]").all_inner_texts()
    reached = []
    for _ in rows:
        page.keyboard.press("j")
        reached.append(page.evaluate("document.activeElement.innerText"))
    assert reached == rows
    complete, incomplete = case_like(desk, State.COMPLETE), case_like(desk, State.INCOMPLETE)
    for number in (complete, incomplete):
        page.goto("/queue")
        for _ in range(page.locator("a[data-row]").all_inner_texts().index(number) + 1):
            page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/cases/{number}")
        if number == incomplete:
            tab_to(page, 'a[href$="/preview/rework"]')
            page.keyboard.press("Enter")
            page.wait_for_url("**/preview/rework")
            tab_to(page, "form.act button[name=act]")
        else:
            tab_to(page, 'form:has(input[name="act"][value="include"]) button')
        page.keyboard.press("Enter")
        expect(page.locator('[role="status"]')).to_have_text(said(language, "notice", "done"))
    assert store.case(complete).state is State.INCLUDED
    assert store.case(incomplete).state is State.REWORK_SENT


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_doubt_and_a_closing_are_decided_by_keyboard(desk: Desk, language: Language) -> None:
    page, store = desk.clerk(language), desk.office.store
    number = case_like(desk, State.WITH_CLERK, "unsure")
    page.goto(f"/cases/{number}")
    tab_to(page, "tr.doubtful summary")
    page.keyboard.press("Enter")
    tab_to(page, "tr.doubtful input[name^='why:']")
    page.keyboard.type("so on the scan of the passport")
    tab_to(page, "tr.doubtful button[name=seen]")
    page.keyboard.press("Enter")
    expect(page.locator('[role="status"]')).to_be_visible()
    assert store.case(number).state is State.COMPLETE
    stop = next(case for case in store.cases(states=(State.WITH_CLERK,)) if case.kind == "termination")
    page.goto(f"/cases/{stop.number}")
    tab_to(page, "section[aria-labelledby=decide] > details > summary")
    page.keyboard.press("Space")
    tab_to(page, "#why-withdrawn")
    page.keyboard.type("the sender says that it was a mistake")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator('[role="status"]')).to_be_visible()
    assert store.case(stop.number).state is State.CLOSED
