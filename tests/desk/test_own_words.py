"""The rework letter as the clerk wants it: what is filled is taken out, what is asked for is explained."""

from __future__ import annotations

import io
import json
import zipfile
from email import message_from_bytes, policy
from html import unescape
from pathlib import Path

import pytest

from inbox_daemon.order.practice import Practice
from registry_store.payloads import dump, load
from registry_store.records import (
    Case,
    ClerkSawFilled,
    ClerkSentRework,
    Explained,
    Letter,
    LetterKind,
    Said,
    State,
    Text,
)
from tests.desk.browser import DeskOffice, open_office, token
from tests.desk.page_forms import forms_in, post
from tests.desk.test_pages import case_of
from tests.order.build import application, sheet

REMARK, ABOUT = "Вы подписали анкету.", "Там 11 цифр <b>."
WORDS = {"ru:": REMARK, "kk:": "", "ru:volunteer.iin": ABOUT, "kk:volunteer.iin": ""}


@pytest.fixture
def office(tmp_path: Path) -> DeskOffice:
    return open_office(tmp_path, Practice(inclusion="clerk"))


@pytest.fixture
def case(office: DeskOffice) -> Case:
    return case_of(office, application("volunteer"), sheet("volunteer", "iin", "residence"))


def rework(office: DeskOffice, case: Case) -> Letter:
    (letter,) = [one for one in office.store.letters(case.number) if one.kind is LetterKind.REWORK]
    return letter


def test_what_a_clerk_explains_is_shown_and_then_sent_as_it_was_shown(office: DeskOffice, case: Case) -> None:
    browser, page = office.signed_in(), f"/cases/{case.number}/preview/rework"
    shown = browser.post(page, page, **WORDS)
    assert shown.status_code == 200
    assert shown.text.count("Там 11 цифр &lt;b&gt;.") >= 3, "in both languages of the letter, and in the form"
    assert office.store.case(case.number) == case, "nothing has happened"
    form = {"csrf": token(shown, "csrf"), "version": token(shown, "version"), "act": "rework"}
    sent = browser.client.post(f"/cases/{case.number}/do", data={**form, **WORDS})
    assert sent.status_code == 303
    message = message_from_bytes(rework(office, case).raw, policy=policy.default)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().count(ABOUT) == plain.get_content().count(REMARK) == 2
    assert html.get_content().count("Там 11 цифр &lt;b&gt;.") == 2
    (docx,) = [part.get_content() for part in message.iter_attachments() if "docx" in str(part.get_filename())]
    with zipfile.ZipFile(io.BytesIO(docx)) as parts:
        assert "Там 11 цифр &lt;b&gt;." in parts.read("word/comments.xml").decode()
    event = office.store.journal(case.number)[-1].event
    assert isinstance(event, ClerkSentRework)
    assert event.said == Said(Text(ru=REMARK), (Explained("volunteer.iin", Text(ru=ABOUT)),))


@pytest.mark.parametrize(
    "form", [{"ru:volunteer.full_name": "Паспорт."}, {"ru:volunteer.passport": "Паспорт."}, {"ru:": "а" * 1001}]
)
def test_a_letter_cannot_ask_for_more_than_the_order(office: DeskOffice, case: Case, form: dict[str, str]) -> None:
    browser, page = office.signed_in(), f"/cases/{case.number}/preview/rework"
    shown = browser.post(page, page, **form)
    assert shown.status_code == 409
    answer = browser.post(f"/cases/{case.number}/do", page, act="rework", version=case.version, **form)
    assert answer.status_code == 409
    assert office.store.case(case.number) == case


def test_what_is_seen_to_be_filled_is_taken_out_of_the_letter(office: DeskOffice, case: Case) -> None:
    browser, page = office.signed_in(), f"/cases/{case.number}/preview/rework"
    form = {
        "filled": "volunteer.iin",
        "version": case.version,
        "ru:volunteer.residence": "Город и улица.",
        "ru:": ABOUT,
    }
    sent = browser.post(page, page, **form)
    event = office.store.journal(case.number)[-1].event
    assert isinstance(event, ClerkSawFilled)
    assert 'name="ru:volunteer.iin"' not in sent.text
    assert 'name="ru:volunteer.residence"' in sent.text
    assert "Город и улица." in sent.text, "what was typed stays"
    assert ABOUT in unescape(sent.text)
    last = {"filled": "volunteer.residence", "version": case.version + 1}
    done = browser.post(page, page, **last)
    assert done.headers["location"].startswith(f"/cases/{case.number}?"), "there is nothing left to ask for"
    assert office.store.case(case.number).state is State.COMPLETE


def test_an_explanation_goes_with_the_letter_whichever_button_is_pressed(office: DeskOffice, case: Case) -> None:
    """The button that sends stood in a form of its own: what was typed beside it was dropped."""
    browser, page = office.signed_in(), f"/cases/{case.number}/preview/rework"
    (form,) = [one for one in forms_in(browser.get(page)) if ("act", "rework") in one.buttons]
    sent = [*form.changed({"ru:": REMARK, "ru:volunteer.iin": ABOUT}), ("act", "rework")]
    assert post(browser, form, sent).status_code == 303
    event = office.store.journal(case.number)[-1].event
    assert isinstance(event, ClerkSentRework)
    assert event.said == Said(Text(ru=REMARK), (Explained("volunteer.iin", Text(ru=ABOUT)),))
    assert form.buttons[0] == ("", ""), "Enter sends nothing"


def test_a_case_of_before_is_read_without_words(office: DeskOffice, case: Case) -> None:
    """What an older version wrote has no field `said`."""
    sent = office.parts.casework.carry(ClerkSentRework(office.watch(), "aigerim"), case.number, now=office.watch()).case
    stored = json.loads(dump(sent))
    del stored["rework"]["said"]
    assert load(Case, json.dumps(stored)) == sent
