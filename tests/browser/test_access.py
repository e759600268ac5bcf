"""Nobody is shut out: axe-core on every page, light and dark; a narrow phone and 200 % zoom lose nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

from inbox_daemon.desk.accounts import with_link
from parsers.readings import Language
from registry_store.accounts import Role
from registry_store.records import ClerkIncluded, ClerkSentRework, State
from tests.browser.test_work import LANGUAGES, case_like
from tests.browser.visiting import Desk
from tests.desk.rework import SECOND, THIRD, reworked

AXE = Axe().axe_script
COLOURS = "{runOnly: ['color-contrast'], resultTypes: ['violations']}"
PHONE = ViewportSize(width=360, height=740)
ZOOMED = ViewportSize(width=640, height=400)  # what is left of 1280 × 800 at 200 % (WCAG 1.4.10)
OPEN_ALL = "document.querySelectorAll('details').forEach(one => one.open = true)"
# What can be clicked or typed into and would have to be sought sideways. A table that scrolls by itself says so.
OUTSIDE = """() => [...document.querySelectorAll('a, button, input, select, textarea, summary')].filter(one => {
    const box = one.getBoundingClientRect();
    return box.width > 1 && !one.closest('.skip, .hidden, .wide') && (box.left < 0 || box.right > innerWidth + 1);
}).map(one => one.outerHTML.slice(0, 120))"""
LOST = """() => [...document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea')].filter(one => {
    const box = one.getBoundingClientRect();
    return !one.closest('.skip') && (box.width === 0 || box.height === 0);
}).map(one => one.outerHTML.slice(0, 120))"""


def prepared(desk: Desk) -> None:
    """One more of each thing that has a page: an entry, a letter that was sent, a link to choose a password."""
    carry, now = desk.office.parts.casework.carry, desk.office.watch()
    carry(ClerkIncluded(now, "berik"), case_like(desk, State.COMPLETE), now=now)
    carry(ClerkSentRework(now, "berik"), case_like(desk, State.INCOMPLETE, missing="volunteer.iin"), now=now)
    asked = case_like(desk, State.WITH_CLERK)
    with desk.office.store.writing() as writing:
        writing.add_case_note(asked, "Is it she?", by="berik", at=now, to="aigerim")
    reworked(desk.office, SECOND, THIRD)
    desk.office.watch.now = now
    desk.office.parts.release(now)
    desk.office.watch.forward(minutes=1)
    carry(ClerkIncluded(now + timedelta(minutes=1), "berik"), case_like(desk, State.COMPLETE), now=now)


def addresses(desk: Desk) -> Iterator[tuple[str, int]]:
    """Every page of the desk, and the status that it answers with."""
    store = desk.office.store
    yield from ((one, 200) for one in ("/", "/queue", "/queue?ended=1&q=сәуле", "/queue?q=nobody", "/letters"))
    yield from (
        (one, 200)
        for one in (
            "/tasks",
            "/mails",
            "/mails?shelf=case",
            "/register",
            "/register/1",
            "/register/draft",
            "/register?state=one_language",
            "/audit",
        )
    )
    seen = set()
    for case in store.cases():
        kind = (case.state, case.kind)
        if kind not in seen:
            seen.add(kind)
            yield f"/cases/{case.number}", 200
    (came_back,) = [case.number for case in store.cases() if case.answers]
    yield from ((f"/cases/{came_back}{more}", 200) for more in ("", "/difference", "/difference?old=2&new=3"))
    yield f"/cases/{case_like(desk, State.INCOMPLETE)}/preview/rework", 200
    yield f"/cases/{case_like(desk, State.WITH_CLERK, 'overdue')}/preview/refuse", 200
    yield f"/cases/{case_like(desk, State.INCOMPLETE)}/reply", 200
    yield f"/mail/{store.for_a_person()[0].mail}/reply", 200
    yield from (
        (f"/letters/{one.id}", 200) for one in store.letters(case_like(desk, State.WITH_CLERK, "rework_bounced"))
    )
    yield from ((f"/mail/{one.mail}", 200) for one in (*store.for_a_person(), *store.arrivals()[-3:]))
    yield from (("/nowhere", 404), ("/cases/VR-2026-999999", 404))


def outside_addresses(desk: Desk) -> Iterator[tuple[str, int]]:
    """The pages of somebody who is not signed in."""
    user, token = with_link(desk.office.person("dana"), desk.office.watch())
    with desk.office.store.writing() as writing:
        writing.put_user(user)
    yield from (("/sign-in", 200), (f"/link/{token}", 200), ("/link/used", 404))


def every_page(desk: Desk, language: Language, **window: object) -> Iterator[tuple[str, Page]]:
    """Open every page of the desk with all that is folded up laid open."""
    prepared(desk)
    for page, wanted in (
        (desk.clerk(language, "chief", Role.CHIEF, **window), addresses(desk)),
        (desk.visitor(language, **window), outside_addresses(desk)),
    ):
        for address, status in wanted:
            answer = page.goto(address)
            assert answer is not None
            assert answer.status == status, address
            page.evaluate(OPEN_ALL)
            yield address, page


def violations(page: Page, options: str = "{resultTypes: ['violations']}") -> list[tuple[str, list[str]]]:
    """Return what axe-core finds on a page as it stands: the rule, and where."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    result = page.evaluate(f"axe.run({options})")
    return [
        (one["id"], [f"{node['target']}: {node['failureSummary']}" for node in one["nodes"][:2]])
        for one in result["violations"]
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_any_page_in_light_and_dark(desk: Desk, language: Language) -> None:
    found: list[tuple[object, ...]] = []
    for address, page in every_page(desk, language):
        found += [(address, *one) for one in violations(page)]
        page.emulate_media(color_scheme="dark")  # nothing but the colours is another
        found += [(address, "dark", *one) for one in violations(page, COLOURS)]
        page.emulate_media(color_scheme="light")
    assert found == []


def test_axe_would_find_a_field_without_its_label_and_a_pale_word(desk: Desk) -> None:
    page = desk.clerk()
    page.goto("/queue")
    page.evaluate("document.querySelector('label[for=q]').remove()")
    page.emulate_media(color_scheme="dark")
    page.evaluate("document.querySelector('h1').style.color = '#333'")
    assert {rule for rule, _ in violations(page)} == {"label", "color-contrast"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phone_and_200_percent_lose_nothing_and_nobody_scrolls_sideways(desk: Desk, language: Language) -> None:
    found = []
    for address, page in every_page(desk, language, device_scale_factor=2):
        for window in (PHONE, ZOOMED):
            page.set_viewport_size(window)
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            lost = [*page.evaluate(OUTSIDE), *page.evaluate(LOST)]
            if wide > 0 or lost:
                found.append((address, window["width"], wide, lost[:4]))
    assert found == []
