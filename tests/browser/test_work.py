"""A clerk's morning in a real Chromium: every kind of flag, each act, and taking one back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from inbox_daemon.desk.words import said, translations
from parsers.readings import Language
from registry_store.accounts import Role
from registry_store.records import CaseNumber, LetterKind, LetterState, OutcomeKind, State
from tests.browser.visiting import Desk, sign_in
from tests.order.build import IIN

LANGUAGES: tuple[Language, Language] = ("kk", "ru")
WAITS_FOR_A_PERSON = (State.INCOMPLETE, State.COMPLETE, State.WITH_CLERK)


def act(name: str) -> str:
    """The form of an act on a case's page."""
    return f'form:has(input[name="act"][value="{name}"])'


def number_of(page: Page) -> CaseNumber:
    found = re.search(r"VR-\d{4}-\d{6}", page.url)
    assert found is not None, page.url
    return found[0]


def waiting(desk: Desk) -> list[CaseNumber]:
    return [case.number for case in desk.office.store.cases(states=WAITS_FOR_A_PERSON)]


def case_like(desk: Desk, state: State, *asks: str, missing: str = "") -> CaseNumber:
    """The number of a case in this state, with these flags, in which this is missing."""
    return next(
        case.number
        for case in desk.office.store.cases(states=(state,))
        if set(asks) <= set(case.asks) and (not missing or (case.verdict and missing in case.verdict.missing))
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_signing_in_leads_to_the_morning_and_the_language_is_switched_there(desk: Desk, language: Language) -> None:
    desk.office.person(full_name="Aigerim Example")
    page = desk.visitor(language)
    page.goto("/queue?due=overdue")
    expect(page).to_have_title(re.compile(re.escape(translations(language).gettext("Sign in"))))
    sign_in(page)
    expect(page).to_have_url(re.compile(r"/queue\?due=overdue$"))
    other = "ru" if language == "kk" else "kk"
    page.click(f'a[hreflang="{other}"]')
    expect(page.locator("html")).to_have_attribute("lang", other)
    expect(page).to_have_url(re.compile(r"/queue\?due=overdue$"))
    page.click('form[action="/sign-out"] button')
    expect(page.locator("#password")).to_be_visible()
    page.goto("/queue")
    expect(page.locator("#password")).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_queue_of_all_kinds_is_worked_to_its_end(desk: Desk, language: Language) -> None:
    page = desk.clerk(language)
    flags = {ask for number in waiting(desk) for ask in desk.office.store.case(number).asks}
    assert flags >= {"overdue", "unsure", "unreadable", "rework_bounced", "confirm_inclusion", "entry_unknown"}
    page.goto("/queue")
    for flag in sorted(flags):
        expect(page.locator("tbody")).to_contain_text(said(language, "ask", flag))
    for _ in range(40):
        if not waiting(desk):
            break
        page.goto(f"/cases/{waiting(desk)[0]}")
        decide(page, language)
        assert page.locator('[role="alert"]').all_inner_texts() == []
    assert waiting(desk) == []
    states = {case.state for case in desk.office.store.cases()}
    assert states == {State.INCLUDED, State.REWORK_SENT, State.CLOSED}


def decide(page: Page, language: Language) -> None:
    """One step of a clerk who takes what the page offers: look at doubts, then include, then the letter, else close."""
    doubts = page.locator("button[name=seen]")
    include = page.locator(f"{act('include')} button")
    rework = page.locator('a[href$="/preview/rework"]')
    page.wait_for_load_state()
    if page.locator("tr.doubtful").count() and doubts.count():
        page.locator("tr.doubtful summary").first.click()
        if page.locator("tr.doubtful").first.locator(".warn").count():
            page.locator("tr.doubtful input[name^='why:']").first.fill("so on the scan")
        page.locator("tr.doubtful button[name=seen]").first.click()
    elif include.count():
        include.click()
    elif rework.count():
        rework.click()
        expect(page.locator("pre").first).to_contain_text(number_of(page))
        page.locator("button[name=act][value=rework]").click()
    else:
        page.get_by_text(translations(language).gettext("More"), exact=True).click()
        form = page.locator(act("withdrawn" if page.locator(act("withdrawn")).count() else "not-carried-out"))
        form.locator("textarea").fill("said so on the telephone")
        form.locator("button").click()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_missing_value_is_typed_in_and_the_applicant_included(desk: Desk, language: Language) -> None:
    number, page = case_like(desk, State.INCOMPLETE, missing="volunteer.iin"), desk.clerk(language)
    page.goto(f"/cases/{number}")
    page.locator("section[aria-labelledby=forms] ul.note a[href^='#volunteer.iin']").click()
    row = page.locator("tr[id^='volunteer.iin']")
    expect(row).to_be_in_viewport()
    row.locator("summary").click()
    row.locator("input[name^='value:']").fill("12345")
    row.locator("button").first.click()
    expect(page.locator('[role="alert"]')).to_be_visible()
    row = page.locator("tr[id^='volunteer.iin']")
    expect(row.locator("input[name^='value:']")).to_have_value("12345")
    row.locator("input[name^='value:']").fill(IIN)
    row.locator("input[name^='why:']").fill("read out on the telephone")
    row.locator("button").first.click()
    expect(page.locator('[role="status"]')).to_have_text(said(language, "notice", "done"))
    expect(page.locator("tr[id^='volunteer.iin']")).to_have_class("set")
    page.locator(f"{act('include')} button").click()
    expect(page.locator("dl.facts")).to_contain_text(said(language, "state", State.INCLUDED))
    page.locator("a[href^='/register/']").click()
    expect(page.locator("h1")).to_contain_text("№ 1")
    assert desk.office.store.case(number).state is State.INCLUDED


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rework_letter_is_seen_first_sent_and_taken_back(desk: Desk, language: Language) -> None:
    number, page = case_like(desk, State.INCOMPLETE, missing="organization.bin"), desk.clerk(language)
    store = desk.office.store
    page.goto(f"/cases/{number}")
    page.click('a[href$="/preview/rework"]')
    expect(page.locator("pre").first).to_contain_text("БИН")
    assert store.case(number).state is State.INCOMPLETE, "nothing is sent by looking"
    page.click("button[name=act][value=rework]")
    expect(page.locator("dl.facts")).to_contain_text(said(language, "state", State.REWORK_SENT))
    (letter,) = [one for one in store.letters(number) if one.kind is LetterKind.REWORK]
    assert letter.not_before >= desk.office.watch() + desk.office.parts.undo
    page.fill("#why-undo", "a slip of the hand")
    page.click(f"{act('undo')} button")
    expect(page.locator("dl.facts")).to_contain_text(said(language, "state", State.INCOMPLETE))
    expect(page.locator("#history ~ ol")).to_contain_text("a slip of the hand")
    assert store.letter(letter.id).state is LetterState.WITHDRAWN


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_training_each_letter_gets_its_yes(desk: Desk, language: Language) -> None:
    page, store = desk.clerk(language), desk.office.store
    page.goto("/letters")
    complete = [case.number for case in store.cases(states=(State.COMPLETE,))]
    assert len(complete) == 3
    for number in complete:
        page.goto("/letters")
        page.locator(f"tr:has(a[href='/cases/{number}/preview/include']) button").click()
        expect(page.locator('[role="status"]')).to_be_visible()
        assert store.case(number).state is State.INCLUDED
    page.goto("/letters")
    parked = {one.kind: one for one in store.letters_in((LetterState.PARKED,))}
    assert set(parked) == {LetterKind.HOW_TO_APPLY, LetterKind.UNREADABLE}
    page.click(f"a[href='/letters/{parked[LetterKind.HOW_TO_APPLY].id}']")
    page.fill("#why-yes", "as it should be")
    page.click(f"{act('yes')} button")
    expect(page.locator('[role="status"]')).to_be_visible()
    case = parked[LetterKind.UNREADABLE].case
    page.goto(f"/cases/{case}")
    page.click('a[href$="/preview/unreadable"]')
    page.click("button[name=act][value=approve]")
    expect(page.locator('[role="status"]')).to_be_visible()
    assert store.letters_in((LetterState.PARKED,)) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bench_is_cleared_by_reading_again_or_by_seeing_to_it(desk: Desk, language: Language) -> None:
    page, store = desk.clerk(language), desk.office.store
    shelf = {one.outcome.kind: one.mail for one in store.for_a_person() if one.outcome is not None}
    broken, offer = shelf[OutcomeKind.BENCH], shelf[OutcomeKind.TRAY]
    page.goto("/mails")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.click(f"a[href='/mail/{broken}']")
    expect(page.locator("dl.facts")).to_contain_text("ValueError")
    with page.expect_download() as download:
        page.click(f"a[href='/mail/{broken}/raw']")
    assert download.value.suggested_filename.endswith(".eml")
    page.locator("form[action$='/take-up'] button").click()
    expect(page.locator('[role="status"]')).to_be_visible()
    page.goto(f"/mail/{offer}")
    page.locator("form[action$='/clear'] button").click()
    expect(page.locator('[role="status"]')).to_be_visible()
    assert offer not in [one.mail for one in store.for_a_person()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_two_clerks_the_second_is_told_and_nothing_is_lost(desk: Desk, language: Language) -> None:
    number = case_like(desk, State.INCOMPLETE, missing="volunteer.iin")
    first, second = desk.clerk(language), desk.clerk(language, "berik")
    for page in (first, second):
        page.goto(f"/cases/{number}")
    first.click('a[href$="/preview/rework"]')
    first.click("button[name=act][value=rework]")
    second.get_by_text(translations(language).gettext("More"), exact=True).click()
    form = second.locator(act("withdrawn"))
    form.locator("textarea").fill("She said so on the telephone.")
    form.locator("button").click()
    expect(second.locator('[role="alert"]')).to_contain_text("aigerim")
    expect(second.locator(f"{act('withdrawn')} textarea")).to_have_value("She said so on the telephone.")
    expect(second.locator(f"{act('withdrawn')} textarea")).to_be_visible()
    assert desk.office.store.case(number).state is State.REWORK_SENT


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chief_publishes_revokes_and_reads_the_audit_log(desk: Desk, language: Language) -> None:
    page = desk.clerk(language, "chief", Role.CHIEF)
    number = case_like(desk, State.COMPLETE)
    page.goto(f"/cases/{number}")
    page.click(f"{act('include')} button")
    page.goto("/register")
    page.click("form[action='/register/release'] button")
    expect(page.locator('[role="status"]')).to_be_visible()
    page.goto(f"/cases/{number}")
    form = page.locator(act("revoke"))
    form.locator("textarea").fill("the wrong person")
    form.locator("button").click()
    expect(page.locator("dl.facts")).to_contain_text(said(language, "state", State.WITH_CLERK))
    page.goto("/audit")
    expect(page.locator("tbody")).to_contain_text(number)
