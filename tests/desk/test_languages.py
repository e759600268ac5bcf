"""No English, no code and no class name before a clerk: every page, in both languages, on a store of all kinds."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html

from inbox_daemon.desk.case_facts import history
from inbox_daemon.desk.words import LANGUAGES
from inbox_daemon.order.asks import Ask
from parsers.readings import Language
from registry_store.accounts import Role
from registry_store.records import (
    CaseKind,
    ClerkApproved,
    ClerkClosed,
    ClerkJoined,
    ClerkRecast,
    ClerkSawFilled,
    ClerkSetField,
    ClerkSetRegion,
    ClerkTookOut,
    Correction,
    Event,
    JournalLine,
    LetterAccepted,
    LetterKind,
    State,
)
from tests.browser.filled import TRAINING, fill
from tests.desk.browser import MORNING, DeskOffice, open_office
from tests.desk.latin import latin_words

FURTHEST = 400  # pages
# What a task tells beside its code, as the program writes it.
DETAILS = {
    Ask.LETTER_FAILED: ("inclusion",),
    Ask.LETTER_HELD: ("receipt",),
    Ask.BRAKE: ("receipt", "how_to_apply"),
    Ask.DEEMED_REFUSAL: ("2",),
    Ask.CALENDAR_CHANGED: ("2026-11-02 -> 2026-11-03",),
    Ask.PROGRAMME_WAITS: ("programme.goal, programme.methods",),
    Ask.WROTE: ("ab" * 32,),
    Ask.MAIL_IN_DOUBT: ("cd" * 32,),
    Ask.UNREADABLE: ("cd" * 32,),
    Ask.CALENDAR_MISSING: ("2028",),
}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("all-kinds")
    fill(folder)
    office = open_office(folder, training=TRAINING)
    with office.store.writing() as writing:
        case = office.store.cases()[0].number
        for ask in Ask:
            for detail in DETAILS.get(ask, ("",)):
                writing.add_task(None if ask is Ask.BRAKE else case, ask, detail, office.watch())
    office.store.close()
    return folder


@pytest.fixture
def office(filled: Path, tmp_path: Path) -> Iterator[DeskOffice]:
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    office = open_office(tmp_path, training=TRAINING)
    yield office
    office.store.close()


def links(page: str) -> list[str]:
    found = [one.get("href", "") for one in html.document_fromstring(page).iter("a")]
    skipped = ("/static", "/language", "/sign", "/link")
    return [one.split("#")[0] for one in found if one.startswith("/") and not one.startswith(skipped)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_shows_english_words(office: DeskOffice, language: Language) -> None:
    browser = office.signed_in(role=Role.CHIEF, language=language)
    names = ["aigerim", "berik", "Ким", "person"]
    waiting, seen, wrong = ["/"], {"/"}, []
    for address in itertools.islice(iter(lambda: waiting.pop(0) if waiting else "", ""), FURTHEST):
        answer = browser.get(address)
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        wrong += [f"{address}: {word}" for word in latin_words(answer.text, names)]
        for link in links(answer.text):
            if link not in seen and "/raw" not in link and "/files/" not in link:
                seen.add(link)
                waiting.append(link)
    assert len(seen) > 60
    assert {one.split("/")[1].split("?")[0] for one in seen} >= {"cases", "letters", "mail", "tasks", "queue", "audit"}
    assert not wrong, "\n".join(wrong)


HAPPENED = (
    ClerkSetField(MORNING, "aigerim", "application.register_category", ["volunteer"], "volunteer"),
    ClerkSetField(MORNING, "aigerim", "volunteer.volunteer_role", [1], "1"),
    ClerkSetField(MORNING, "aigerim", "volunteer.iin", "", "-", also=(Correction("volunteer.contacts", seen=True),)),
    ClerkSetField(MORNING, "aigerim", "application.signature", True, "+"),
    ClerkSawFilled(MORNING, "aigerim", "volunteer.iin"),
    ClerkClosed(MORNING, "aigerim", "", "not_application"),
    ClerkClosed(MORNING, "aigerim", "", "withdrawn"),
    ClerkClosed(MORNING, "aigerim", "", "not_carried_out"),
    ClerkClosed(MORNING, "aigerim", "", "joined to VR-2026-000002"),
    ClerkClosed(MORNING, "aigerim", "", "refusal_stands"),
    ClerkRecast(MORNING, "aigerim", "", CaseKind.CHANGE),
    ClerkJoined(MORNING, "aigerim", "", "VR-2026-000002", None, (), ()),
    ClerkTookOut(MORNING, "aigerim", "", (0,), (), "VR-2026-000002"),
    ClerkApproved(MORNING, "aigerim", LetterKind.UNREADABLE),
    ClerkSetRegion(MORNING, "aigerim", "KZ-75"),
    LetterAccepted(MORNING, LetterKind.REWORK, "<m@x.example>", "250 ok"),
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("event", HAPPENED, ids=lambda event: type(event).__name__)
def test_no_line_of_a_history_shows_english_words(event: Event, language: Language) -> None:
    (past,) = history((JournalLine("VR-2026-000001", 1, event, (), State.COMPLETE, MORNING),), (), language)
    assert latin_words(f"<p>{past.about}</p>") == []
    assert past.about.strip(" ;:-")
