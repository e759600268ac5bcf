"""A case that came back from rework: what changed is seen first, and any two filings are compared."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from inbox_daemon.desk.words import said
from parsers.readings import Language
from tests.browser.test_work import LANGUAGES
from tests.browser.visiting import Desk
from tests.desk.rework import SECOND, THIRD, reworked
from tests.order.build import IIN


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_clerk_sees_what_came_back_and_compares_two_filings(desk: Desk, language: Language) -> None:
    case = reworked(desk.office, SECOND, THIRD)
    page = desk.clerk(language)
    page.goto(f"/cases/{case.number}")
    back = page.locator("section.came-back")
    expect(back.locator("ins").first).to_contain_text("Алматы")
    back.locator("a[href$='/difference']").click()
    row = page.locator("table.compared tr", has_text=IIN)
    expect(row).to_contain_text(said(language, "difference", "came"))
    # Read without colour: struck through and underlined, with a sign; and said to who listens.
    signs = page.evaluate(
        "[...document.querySelectorAll('del, ins')].map(one => getComputedStyle(one, '::before').content)"
    )
    assert set(signs) == {'"−"', '"+"'}
    lines = page.evaluate("[...document.querySelectorAll('del')].map(one => getComputedStyle(one).textDecorationLine)")
    assert set(lines) == {"line-through"}
    assert "full_name" not in page.url
    page.select_option("#new", "2")
    page.press("#new", "Tab")
    page.locator("form.filters button").click()
    gone = page.locator("table.compared tr.missing")
    expect(gone).to_contain_text(said(language, "difference", "gone"))
    expect(gone).to_contain_text(said(language, "counts", "missing"))
