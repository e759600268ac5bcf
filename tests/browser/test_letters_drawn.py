"""Every kind of letter as an applicant's mail program draws it, on a telephone, with one, two and five files.

The kind: words that are whole in the source and run together, or run out of the window, when they are drawn.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from inbox_daemon.letters.markup import NOT_WORDS
from tests.letters.test_finished_words import NAMES, TOGETHER, WHOLE, file_names, with_files

PHONE = {"width": 360, "height": 800}


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Page:
    return chromium.new_context(viewport=PHONE, java_script_enabled=True).new_page()  # type: ignore[arg-type]


@pytest.mark.parametrize("count", [1, 2, 5])
@pytest.mark.parametrize("name", NAMES)
def test_a_drawn_letter_is_whole_words_within_the_window(page: Page, name: str, count: int) -> None:
    page.set_content(with_files(name, count)[1])
    drawn = page.inner_text("body")
    assert NOT_WORDS.search(drawn) is None
    for line in drawn.splitlines():
        assert TOGETHER.search(WHOLE.sub(" ", line)) is None, line
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    if name.startswith("receipt") and name != "receipt-with-key":
        items = page.locator("li").all_inner_texts()
        for file in file_names(count):
            assert sum(file in item for item in items) == 2  # once in Kazakh, once in Russian
        assert not any(file_names(count)[0] in item and file_names(2)[1] in item for item in items)
