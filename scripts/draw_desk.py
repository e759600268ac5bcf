"""Draws every page of the desk into docs/desk: the demo is played, its desk opened at a fixed moment, and a picture
taken of each page in both languages, one of them on a phone and one in the dark."""

from __future__ import annotations

import io
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from PIL import Image
from playwright.sync_api import Page, sync_playwright
from starlette.applications import Starlette

from inbox_daemon.demo import run_demo
from inbox_daemon.demo.desk import BEFORE_THE_DESK, OPENS, DemoDesk, demo_desk
from parsers.readings import Language
from registry_store.records import State

TO = Path("docs/desk")
HOST = "127.0.0.1"
CHROMIUM = "/usr/bin/chromium"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
LANGUAGES: tuple[Language, Language] = ("kk", "ru")
WINDOW = {"width": 1200, "height": 900}
PHONE = {"width": 360, "height": 740}
HIGHEST = 1800  # pixels of the page: what is below is more of the same
LARGEST = 150_000  # bytes of a picture
COLOURS = (48, 32, 16)
OPENED = 120_000  # milliseconds that laying a mail open may take


def main() -> int:
    """Draw everything anew."""
    TO.mkdir(parents=True, exist_ok=True)
    for old in TO.glob("*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "demo"
        if run_demo(folder, out=io.StringIO(), story=BEFORE_THE_DESK):
            print("The demo did not end as it should.", file=sys.stderr)
            return 1
        with demo_desk(folder, lambda: OPENS) as desk, listening(desk.app) as address:
            for language in LANGUAGES:
                draw(desk, address, language)
    pictures = sorted(TO.glob("*.png"))
    print(f"{len(pictures)} pictures, {sum(one.stat().st_size for one in pictures) / 1e6:.2f} MB in {TO}")
    return 0


def draw(desk: DemoDesk, address: str, language: Language) -> None:
    """Draw all pages in one language."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        context = browser.new_context(base_url=address, locale=language, viewport=window(WINDOW))
        context.add_cookies([{"name": "desk_language", "value": language, "url": address, "secure": True}])
        page = context.new_page()
        page.goto("/sign-in")
        picture(page, f"sign-in.{language}")
        page.fill("#name", desk.name)
        page.fill("#password", desk.password)
        page.click("form[action='/sign-in'] button")
        page.wait_for_selector("nav")
        for name, target in addresses(desk):
            page.goto(target)
            if page.locator("[data-viewer][data-open]").count():
                page.wait_for_selector(".viewer .part", timeout=OPENED)
            picture(page, f"{name}.{language}")
            if name == "case-doubtful":
                touched(page, f"case-document.{language}")
        page.goto("/queue")
        page.emulate_media(color_scheme="dark")
        picture(page, f"queue-dark.{language}")
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(window(PHONE))
        picture(page, f"queue-phone.{language}")
        browser.close()


def addresses(desk: DemoDesk) -> Iterator[tuple[str, str]]:
    """Every page, and the name of its picture."""
    store = desk.parts.store
    incomplete = store.cases(states=(State.INCOMPLETE,))[0].number
    doubtful = next(case.number for case in store.cases(states=(State.WITH_CLERK,)) if case.sheets)
    changed = next(case for case in store.cases(states=(State.INCLUDED,)) if len(case.mails) > 1)
    yield from (("morning", "/"), ("queue", "/queue"), ("search", "/queue?ended=1&q=ким"))
    yield from (("case", f"/cases/{incomplete}"), ("case-doubtful", f"/cases/{doubtful}"))
    yield from (("case-after-rework", f"/cases/{changed.number}"), ("preview", f"/cases/{incomplete}/preview/rework"))
    yield from (("letters", "/letters"), ("letter", f"/letters/{store.letters(changed.number)[-1].id}"))
    yield from (("tasks", "/tasks"), ("mails", "/mails"), ("mail", f"/mail/{store.for_a_person()[0].mail}"))
    yield from (("register", "/register"), ("entry", f"/register/{changed.entry}"), ("audit", "/audit"))


def touched(page: Page, name: str) -> None:
    """Take a picture of an answer that is touched, and of its place in the document beside it."""
    row = page.locator("tr[data-item='application.email']").first
    row.locator("summary").focus()
    page.locator(".viewer .lit-up").first.wait_for()
    row.evaluate("row => window.scrollTo(0, window.scrollY + row.getBoundingClientRect().top - 300)")
    page.wait_for_timeout(300)  # milliseconds: the documents follow into sight
    save(page.screenshot(), name)


def picture(page: Page, name: str) -> None:
    """Take a picture of a page. Raises ValueError when it stays too large."""
    height = min(int(page.evaluate("document.documentElement.scrollHeight")), HIGHEST)
    width = page.viewport_size["width"] if page.viewport_size else WINDOW["width"]
    save(page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": width, "height": height}), name)


def save(raw: bytes, name: str) -> None:
    """Make a picture small with few colours, and keep it. Raises ValueError when it stays too large."""
    drawn, to = Image.open(io.BytesIO(raw)).convert("RGB"), TO / f"{name}.png"
    for colours in COLOURS:
        drawn.quantize(colours, dither=Image.Dither.NONE).save(to, optimize=True)
        if to.stat().st_size <= LARGEST:
            return
    message = f"{to} has {to.stat().st_size} bytes"
    raise ValueError(message)


def window(size: dict[str, int]) -> Any:
    """Return a size as Playwright types it."""
    return size


@contextmanager
def listening(app: Starlette) -> Iterator[str]:
    """Serve the desk to this machine on a free port; yields its address."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, host=HOST, port=port, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://{HOST}:{port}"
    server.should_exit = True
    thread.join(10)


if __name__ == "__main__":
    sys.exit(main())
