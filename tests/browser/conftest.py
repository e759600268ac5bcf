"""A real desk over a filled store, and Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.filled import TRAINING, fill
from tests.browser.visiting import CHROMIUM, QUIET, Desk, listening
from tests.desk.browser import open_office


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The filled store, made once; each test gets its copy."""
    folder = tmp_path_factory.mktemp("filled")
    fill(folder)
    return folder


# By module and not for the whole run: Playwright holds an event loop in this thread while it lives.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def desk(filled: Path, tmp_path: Path, chromium: Browser) -> Iterator[Desk]:
    """A desk of the test's own. No page may have broken the policy or thrown an error in the end."""
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    office = open_office(tmp_path, training=TRAINING)
    with listening(office) as address:
        desk = Desk(office, address, chromium)
        yield desk
        for context in desk.open:
            context.close()
    office.store.close()
    assert desk.said == []
