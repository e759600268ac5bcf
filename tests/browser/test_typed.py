"""What somebody types is not left behind without a word, and the keys of a list work in every layout.

The kind: a page with several forms, of which one is sent, or the page left, while words stand in another.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from parsers.readings import Language
from registry_store.accounts import Role
from registry_store.records import State
from tests.browser.test_work import LANGUAGES, case_like
from tests.browser.visiting import Desk

# For each form with a place to type in: words are put there, then every other form is sent and the page left.
TRY = """
() => {
  const asked = [], dropped = [];
  let answer = false;
  window.confirm = (words) => { asked.push(words); return answer; };
  const typing = 'input:not([type=hidden], [type=checkbox], [type=radio], [readonly]), textarea:not([readonly])';
  const forms = [...document.forms];
  const writing = forms.filter((form) => form.method === 'post' && form.querySelector(typing) !== null);
  document.addEventListener('submit', (event) => event.preventDefault());
  for (const form of writing) {
    for (const place of form.querySelectorAll(typing)) {
      const before = place.value;
      place.value = before + ' typed';
      for (const other of forms.filter((one) => one !== form)) {
        const count = asked.length;
        other.dispatchEvent(new SubmitEvent('submit', { cancelable: true, bubbles: true }));
        if (asked.length === count) dropped.push(`${place.name} when ${other.action} is sent`);
      }
      const leave = new Event('beforeunload', { cancelable: true });
      window.dispatchEvent(leave);
      if (!leave.defaultPrevented) dropped.push(`${place.name} when the page is left`);
      const own = asked.length;
      form.dispatchEvent(new SubmitEvent('submit', { cancelable: true, bubbles: true }));
      if (asked.length !== own) dropped.push(`${place.name} asked about when its own form is sent`);
      window.dispatchEvent(new PageTransitionEvent('pageshow'));
      place.value = before;
    }
  }
  const quiet = new Event('beforeunload', { cancelable: true });
  window.dispatchEvent(quiet);
  return { dropped, writing: writing.length, forms: forms.length, untouched: quiet.defaultPrevented, words: asked[0] };
}
"""


def pages_of(desk: Desk) -> list[str]:
    """Every page on which somebody may type."""
    store = desk.office.store
    cases = [case.number for case in store.cases()]
    mails = [one.mail for one in store.for_a_person()]
    incomplete = case_like(desk, State.INCOMPLETE)
    return [
        *("/", "/queue", "/letters", "/tasks", "/mails", "/register", "/audit"),
        *(f"/cases/{number}" for number in cases),
        *(f"/cases/{number}/preview/rework" for number in (incomplete,)),
        f"/cases/{cases[0]}/reply",
        *(f"/mail/{mail}" for mail in mails),
        *(f"/letters/{letter.id}" for number in cases[:3] for letter in store.letters(number)),
    ]


def test_no_page_drops_what_is_typed_in_one_form_when_another_is_sent(desk: Desk) -> None:
    page = desk.clerk("ru", role=Role.CHIEF)
    several = 0
    for address in pages_of(desk):
        page.goto(address)
        found: dict[str, Any] = page.evaluate(TRY)
        assert found["dropped"] == [], address
        assert not found["untouched"], f"{address} warns though nothing is typed"
        several += found["writing"] > 1
    assert several > 5, "pages with more than one form to write in were tried"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_question_is_asked_in_the_pages_language_and_no_keeps_the_words(desk: Desk, language: Language) -> None:
    page = desk.clerk(language)
    number = case_like(desk, State.COMPLETE)
    page.goto(f"/cases/{number}")
    asked: list[str] = []

    def no(dialog: Any) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", no)
    page.locator("#why-include").fill("words of mine")
    page.locator("tr[data-item='volunteer.iin'] summary").first.click()
    page.locator("tr[data-item='volunteer.iin'] .act button").first.click()
    assert len(asked) == 1
    assert page.locator("body").get_attribute("data-unsaved") == asked[0]
    assert page.locator("#why-include").input_value() == "words of mine"
    assert desk.office.store.case(number).state is State.COMPLETE


def press(page: Page, code: str, key: str) -> None:
    """A key as a browser tells of it: where it lies, and what stands on it in this layout."""
    page.evaluate(
        "([code, key]) => (document.activeElement ?? document.body).dispatchEvent("
        "new KeyboardEvent('keydown', { code, key, bubbles: true, cancelable: true }))",
        [code, key],
    )


# The same three keys in English, in Russian and Kazakh, and where they lie elsewhere (Dvorak).
LAYOUTS = {
    "en": (("KeyJ", "j"), ("KeyK", "k"), ("Slash", "/")),
    "ru": (("KeyJ", "о"), ("KeyK", "л"), ("Slash", ".")),
    "kk": (("KeyJ", "о"), ("KeyK", "л"), ("Slash", "№")),
    "dvorak": (("KeyC", "j"), ("KeyV", "k"), ("BracketLeft", "/")),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_keys_of_a_list_work_in_every_layout(desk: Desk, layout: str) -> None:
    page, (down, up, search) = desk.clerk("kk"), LAYOUTS[layout]
    page.goto("/queue")
    rows = page.locator("a[data-row]")
    focused = "document.activeElement.innerText"
    press(page, *down)
    press(page, *down)
    assert page.evaluate(focused) == rows.nth(1).inner_text()
    press(page, *up)
    assert page.evaluate(focused) == rows.nth(0).inner_text()
    press(page, *search)
    assert page.evaluate("document.activeElement.id") == "q"


COVERED = """
() => [...document.querySelectorAll('table.cards thead')].filter((head) => {
  const box = head.getBoundingClientRect();
  return box.width > 1.5 || box.height > 1.5;
}).length
"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_a_telephone_no_head_of_a_table_lies_over_a_card(desk: Desk, language: Language) -> None:
    page = desk.clerk(language, role=Role.CHIEF, viewport={"width": 360, "height": 780})
    for address in ("/queue", "/letters", "/tasks", "/mails", f"/cases/{case_like(desk, State.INCOMPLETE)}"):
        page.goto(address)
        assert page.evaluate(COVERED) == 0, address
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
