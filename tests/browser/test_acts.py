"""A clerk writes: to a colleague, into the rework letter, to whoever asked; and moves a mail to another case."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from inbox_daemon.desk.words import translations
from parsers.readings import Language
from registry_store.records import LetterKind, LetterState, State
from tests.browser.test_work import act, case_like
from tests.browser.visiting import Desk

LANGUAGE: Language = "ru"


def words(key: str) -> str:
    return translations(LANGUAGE).gettext(key)


def test_a_clerk_asks_explains_answers_and_moves(desk: Desk) -> None:
    store, number = desk.office.store, case_like(desk, State.INCOMPLETE, missing="volunteer.iin")
    other = case_like(desk, State.WITH_CLERK, "unsure")
    berik, page = desk.clerk(LANGUAGE, "berik"), desk.clerk(LANGUAGE)

    # a colleague is asked, sees it in the morning and answers
    page.goto(f"/cases/{number}")
    page.get_by_text(words("Ask a colleague, or write a note"), exact=True).click()
    page.fill("#note-words", "Это та же Сауле?")
    page.select_option("#note-to", "berik")
    page.get_by_role("button", name=words("Keep the note")).click()
    expect(page.locator("section[aria-labelledby=history]")).to_contain_text("Это та же Сауле?")
    berik.goto("/")
    berik.locator("section[aria-labelledby=asked] a").click()
    berik.get_by_label(words("Your answer")).fill("Да, она.")
    berik.get_by_role("button", name=words("Answer it")).click()
    page.goto("/")
    expect(page.locator("section[aria-labelledby=asked]")).to_contain_text("Да, она.")

    # the letter is explained, seen, and sent as it was seen
    page.goto(f"/cases/{number}/preview/rework")
    page.get_by_text(words("Explain, or take out what is filled"), exact=True).click()
    page.fill("#said-ru", "Позвоните, если неясно.")
    page.get_by_role("button", name=words("Show the letter with these words")).click()
    expect(page.locator("pre").first).to_contain_text("Позвоните, если неясно.")
    assert store.case(number).state is State.INCOMPLETE
    page.locator("button[name=act][value=rework]").click()
    expect(page.locator('[role="status"]')).to_be_visible()
    (letter,) = [one for one in store.letters(number) if one.kind is LetterKind.REWORK]
    assert letter.state is LetterState.WAITING

    # a mail of the tray is answered, and waits for nobody any more
    mail = store.for_a_person()[0].mail
    page.goto(f"/mail/{mail}")
    page.get_by_role("link", name=words("Answer in your own words")).click()
    page.fill("#ru", "Спасибо, это не к нам.")
    page.get_by_role("button", name=words("Show the letter"), exact=True).click()
    expect(page.locator("pre")).to_contain_text("Спасибо, это не к нам.")
    page.get_by_role("button", name=words("Send it"), exact=True).click()
    expect(page).to_have_url(re.compile(r"/letters/\d+"))
    expect(page.locator("pre").first).to_contain_text("Спасибо, это не к нам.")
    assert mail not in {one.mail for one in store.for_a_person()}

    # a mail goes to the case that it belongs to
    moved = store.case(other).mails[0].mail
    page.goto(f"/cases/{other}")
    page.locator("summary", has_text=words("It belongs to another case")).first.click()
    form = page.locator(act("move")).first
    form.locator("input[name=to_typed]").fill("VR-2026-999999")
    form.locator("textarea").fill("the sister's")
    form.locator("button").click()
    expect(page.locator('[role="alert"]')).to_be_visible()
    form = page.locator(act("move")).first
    expect(form.locator("textarea")).to_have_value("the sister's")
    expect(form.locator("input[name=to_typed]")).to_have_value("VR-2026-999999")
    form.locator("input[name=to_typed]").fill("")
    form.locator("input[name=to][value=new]").check()
    form.locator("button").click()
    expect(page.locator('[role="status"]')).to_be_visible()
    assert store.case(other).state is State.CLOSED
    assert any(moved in {one.mail for one in case.mails} for case in store.cases() if case.number != other)
