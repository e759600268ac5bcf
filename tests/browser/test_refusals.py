"""What the desk refuses in a real Chromium: wrong passwords, other roles, old sessions, forms of others."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from inbox_daemon.desk.words import said
from parsers.readings import Language
from registry_store.accounts import Role
from registry_store.records import State
from tests.browser.test_work import LANGUAGES, act, case_like
from tests.browser.visiting import Desk, sign_in


@pytest.mark.parametrize("language", LANGUAGES)
def test_after_wrong_passwords_even_the_right_one_has_to_wait(desk: Desk, language: Language) -> None:
    desk.office.person()
    page = desk.visitor(language)
    page.goto("/sign-in")
    for _ in range(3):
        sign_in(page, password="not the right one")
        expect(page.locator('[role="alert"]')).to_be_visible()
        expect(page.locator("#name")).to_have_value("aigerim")
    sign_in(page)
    expect(page.locator('[role="alert"]')).to_be_visible()
    desk.office.watch.forward(seconds=16)
    sign_in(page)
    expect(page.locator("nav")).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_viewer_sees_no_button_and_a_form_of_his_own_making_is_refused(desk: Desk, language: Language) -> None:
    page = desk.clerk(language, "viewer", Role.VIEWER)
    number = case_like(desk, State.COMPLETE)
    page.goto(f"/cases/{number}")
    expect(page.locator('main form[method="post"]')).to_have_count(0)
    answer = page.goto("/audit")
    assert answer is not None
    assert answer.status == 403
    expect(page.locator('[role="alert"]')).to_have_text(said(language, "refused", "role"))
    page.goto("/queue")
    token = page.locator('input[name="csrf"]').first.get_attribute("value") or ""
    sent = page.request.post(f"/cases/{number}/do", form={"csrf": token, "act": "include", "version": "1"})
    assert sent.status == 403
    assert desk.office.store.case(number).state is State.COMPLETE


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_session_ends_and_what_was_clicked_then_is_not_done(desk: Desk, language: Language) -> None:
    page, number = desk.clerk(language), case_like(desk, State.COMPLETE)
    page.goto(f"/cases/{number}")
    desk.office.watch.forward(minutes=61)
    page.click(f"{act('include')} button")
    expect(page.locator('[role="alert"]')).to_have_text(said(language, "refused", "session_ended"))
    assert desk.office.store.case(number).state is State.COMPLETE
    page.goto("/queue")
    expect(page.locator("#password")).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("token", [None, "of-another-session"])
def test_a_form_without_its_token_is_refused(desk: Desk, language: Language, token: str | None) -> None:
    page, number = desk.clerk(language), case_like(desk, State.COMPLETE)
    page.goto(f"/cases/{number}")
    field = page.locator(f'{act("include")} input[name="csrf"]')
    field.evaluate("(field, token) => token === null ? field.remove() : field.value = token", token)
    page.click(f"{act('include')} button")
    expect(page.locator('[role="alert"]')).to_have_text(said(language, "refused", "csrf"))
    assert desk.office.store.case(number).state is State.COMPLETE
