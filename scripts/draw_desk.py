"""Draws the desk's pages into docs/desk, in both languages, on the morning after the demo's story."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from inbox_daemon.demo import run_demo
from inbox_daemon.demo.desk import BEFORE_THE_DESK, OPENS, DemoDesk, demo_desk
from tests.browser.visiting import CHROMIUM, QUIET, listening, sign_in

TO = Path("docs/desk")
WINDOW = {"width": 1200, "height": 900}
TALLEST = 1600  # pixels; a longer page is cut there
COLOURS = "24"
LARGEST = 150_000  # bytes of a picture


def main() -> int:
    """Draw everything anew; pictures of pages that are gone are taken away."""
    if shutil.which("pngquant") is None or not Path(CHROMIUM).exists():
        print("Missing system parts. Install them as root: apt-get install chromium pngquant", file=sys.stderr)
        return 1
    TO.mkdir(parents=True, exist_ok=True)
    for old in TO.glob("*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory() as scratch:
        told = io.StringIO()
        if run_demo(Path(scratch), out=told, story=BEFORE_THE_DESK):
            print(told.getvalue(), file=sys.stderr)
            return 1
        with demo_desk(Path(scratch), lambda: OPENS) as desk, listening(desk) as address:
            draw(desk, address)
    drawn = sorted(TO.glob("*.png"))
    for picture in drawn:
        subprocess.run(
            ["pngquant", "--force", "--nofs", "--ext", ".png", "--speed", "1", COLOURS, str(picture)], check=True
        )
    large = [picture.name for picture in drawn if picture.stat().st_size > LARGEST]
    print(f"{len(drawn)} pictures, {sum(one.stat().st_size for one in drawn) / 1e6:.2f} MB in {TO}")
    if large:
        print(f"over {LARGEST} bytes: {', '.join(large)}", file=sys.stderr)
    return 1 if large else 0


def draw(desk: DemoDesk, address: str) -> None:
    """Visit each page in each language."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        for language in ("kk", "ru"):
            context = chromium.new_context(base_url=address, locale=language, viewport=WINDOW, reduced_motion="reduce")
            context.add_cookies([{"name": "desk_language", "value": language, "url": address}])
            page = context.new_page()
            page.goto("/sign-in")
            take(page, f"sign-in.{language}")
            sign_in(page, desk.name, desk.password)
            for name, path in pages(desk):
                answer = page.goto(path)
                if answer is None or answer.status != 200:
                    raise RuntimeError(f"{path} was not shown")
                take(page, f"{name}.{language}")
            context.close()
        chromium.close()


def pages(desk: DemoDesk) -> Iterator[tuple[str, str]]:
    """Yield each page that is drawn: what its picture is called, and its path."""
    yield from (("morning", "/"), ("queue", "/queue"), ("mails", "/mails"), ("letters", "/letters"))
    yield from (("tasks", "/tasks"), ("register", "/register"), ("entry", "/register/1"), ("audit", "/audit"))
    waiting = [case for case in desk.parts.store.cases() if case.state == "with_clerk"]
    yield "case", f"/cases/{waiting[0].number}"


def take(page: Page, name: str) -> None:
    """Draw what the page shows, down to TALLEST."""
    height = min(TALLEST, page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({**WINDOW, "height": height})
    page.screenshot(path=TO / f"{name}.png")
    page.set_viewport_size(WINDOW)


if __name__ == "__main__":
    sys.exit(main())
