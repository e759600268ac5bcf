"""The documents beside the fields, in a real Chromium: what is touched here is lit there."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from playwright.sync_api import Page, expect

from inbox_daemon.mailbox.mailbox import Arrived
from parsers.office.convert import shared
from parsers.readings import Language
from registry_store.records import CaseNumber, Place
from tests.browser.visiting import Desk
from tests.desk.browser import MORNING, OFFICE
from tests.parsers.files import as_docx
from tests.parsers.paper import filled

LIT = ".viewer .lit-up"
OPENED = 60_000  # milliseconds: pages are drawn meanwhile


@pytest.fixture
def number(desk: Desk) -> CaseNumber:
    """A case whose application came as a Word file and whose questionnaire as a PDF."""
    application, questionnaire = (as_docx(filled(form).document) for form in ("application", "volunteer"))
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "saule@post.example", OFFICE.mailbox, "Өтініш"
    message["Message-ID"] = "<beside@post.example>"
    message.set_content("Құжаттар қоса берілді.")
    for name, data in (
        ("Арыз.docx", application),
        ("Сауалнама.pdf", shared().convert(questionnaire, "docx", "pdf")),
    ):
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    intake, store = desk.office.parts.intake, desk.office.store
    kept = intake.keep(Arrived(Place("INBOX", 1, 900), message.as_bytes(), MORNING), MORNING)
    intake.work(store.arrival(kept), MORNING)
    outcome = store.arrival(kept).outcome
    assert outcome is not None
    return outcome.cases[0]


def fields_lit(page: Page) -> set[str]:
    return {str(one.get_attribute("data-field")) for one in page.locator(LIT).all()}


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_a_field_that_is_touched_is_lit_in_the_document_and_a_place_leads_to_its_field(
    desk: Desk, number: CaseNumber, language: Language
) -> None:
    page = desk.clerk(language, viewport={"width": 1280, "height": 720})
    page.goto(f"/cases/{number}")
    expect(page.locator(".viewer .part")).to_have_count(3, timeout=OPENED)

    # On the page of the Word file: by keyboard, and Escape puts it out.
    word = page.locator(".part[data-part='Арыз.docx']")
    page.locator("tr[data-language=kk][data-item='application.phone'] summary").focus()
    expect(word.locator("svg .lit-up")).to_have_count(1)
    expect(word.locator("svg .lit-up")).to_be_in_viewport()
    assert fields_lit(page) == {"application.phone"}
    page.keyboard.press("Escape")
    expect(page.locator(LIT)).to_have_count(0)

    # A field that only scrolls under the resting mouse is not touched; one that the mouse comes to is.
    page.mouse.move(200, 400)
    page.locator("tr[data-item='volunteer.iin'] summary").first.focus()
    page.wait_for_timeout(500)
    assert fields_lit(page) == {"volunteer.iin"}
    page.locator("tr[data-item='volunteer.birth_year'] th").first.hover()
    expect(page.locator("tr[data-item='volunteer.birth_year'][data-lit]")).to_be_visible()

    # A question that nobody answered: its place on the form.
    page.locator("tr[data-item='application.signature'] summary").first.focus()
    expect(word.locator("svg .lit-up.blank")).to_have_count(1)
    expect(word.locator("svg .lit-up.blank")).to_be_in_viewport()

    # In the words as they were read, beside the page.
    word.locator("summary").click()
    page.locator("tr[data-language=kk][data-item='application.phone'] summary").focus()
    expect(word.locator("mark.lit-up")).to_have_count(1)

    # On the page of the PDF: by the mouse, and brought into sight.
    page.locator("tr[data-item='volunteer.full_name'] th").first.click()
    expect(page.locator(f"svg {LIT.removeprefix('.viewer ')}").first).to_be_in_viewport()
    assert fields_lit(page) == {"volunteer.full_name"}

    # From the document to the field.
    word.locator("mark[data-field='application.email']").click()
    expect(page.locator("tr[data-language=kk][data-item='application.email']")).to_be_in_viewport()
    expect(page.locator("tr[data-language=kk][data-item='application.email'] summary")).to_be_focused()
    word.locator("svg [data-field='application.phone']").click()
    expect(page.locator("tr[data-language=kk][data-item='application.phone'] summary")).to_be_focused()


def test_on_a_phone_a_link_at_each_field_leads_to_its_place(desk: Desk, number: CaseNumber) -> None:
    page = desk.clerk(viewport={"width": 360, "height": 740})
    page.goto(f"/cases/{number}")
    expect(page.locator(".viewer .part")).to_have_count(3, timeout=OPENED)
    page.locator("tr[data-language=kk][data-item='application.phone'] [data-to-place]").click()
    expect(page.locator("svg .lit-up")).to_be_in_viewport()
    assert fields_lit(page) == {"application.phone"}
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_without_scripts_the_link_opens_the_documents_with_their_answers_marked(desk: Desk, number: CaseNumber) -> None:
    page = desk.clerk(java_script_enabled=False)
    page.goto(f"/cases/{number}")
    page.locator(".viewer a[data-mail]").first.click()
    expect(page.locator("svg.page image").first).to_be_visible()
    page.locator(".part[data-part='Арыз.docx'] summary").click()
    expect(page.locator("mark[data-field='application.phone']")).to_be_visible()
