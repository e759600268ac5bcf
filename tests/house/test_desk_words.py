"""The desk speaks both languages: no sentence and no code of the program is without its words."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import fields
from enum import Enum
from typing import get_args

import pytest
from babel.messages.catalog import Message
from jinja2.ext import babel_extract

from inbox_daemon.desk.case_facts import NOTE
from inbox_daemon.desk.case_page import ACTS, UNSURE_CODES
from inbox_daemon.desk.difference import PAIRINGS
from inbox_daemon.desk.difference_page import TOLD
from inbox_daemon.desk.letters_pages import ACTS as LETTER_ACTS
from inbox_daemon.desk.letters_pages import SHELVES
from inbox_daemon.desk.places import NAMED
from inbox_daemon.desk.queue_page import DUE, FILED_IN, READY, WHO
from inbox_daemon.desk.register_pages import PARTS, SHOWN
from inbox_daemon.desk.words import LANGUAGES, catalog
from inbox_daemon.finding import Doubt
from inbox_daemon.order.asks import Ask
from parsers.readings import Language
from registry_store.accounts import Role
from registry_store.records import CaseKind, Category, Event, LetterKind, LetterState, OutcomeKind, State
from registry_store.release.draft import Differs
from registry_store.release.package import PublicOffice
from tests.house.tree import ROOT

PAGES = ROOT / "templates" / "desk"
CODE = re.compile(r"[a-z_]+:\S+")
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def values(kind: type[Enum]) -> list[str]:
    return [str(one.value) for one in kind]


def written_in(pattern: str, folder: str = "inbox_daemon") -> list[str]:
    """The codes that stand in the Python files of a folder."""
    return sorted({found for file in (ROOT / folder).rglob("*.py") for found in re.findall(pattern, file.read_text())})


# Each kind of code, and all that the program knows of it.
CODES: dict[str, Iterable[str]] = {
    "language": LANGUAGES,
    "role": values(Role),
    "ask": values(Ask),
    "state": values(State),
    "kind": values(CaseKind),
    "category": values(Category),
    "letter": values(LetterKind),
    "letter_state": values(LetterState),
    "outcome": values(OutcomeKind),
    "event": [NOTE, *(event.__name__ for event in get_args(Event))],
    "act": ACTS,
    "letter_act": LETTER_ACTS,
    "part": PARTS,
    "contacts": ("None", "True", "False"),
    "term": ("review", "rework", "stop"),
    "unsure": UNSURE_CODES,
    "status": ("missing", "unsure", "doubtful", "set"),
    "difference": (*TOLD, "same", "blank"),
    "form_difference": ("compared", "unsent", "new", "gone"),
    "counts": ("missing", "unsure", "elsewhere", "seen", "unjudged", "optional"),
    "copies": PAIRINGS,
    "standing": SHOWN,
    "differs": values(Differs),
    "read_at": NAMED.values(),
    "office": [one.name for one in fields(PublicOffice)],
    "place": ("entry_name", "name", "place_time", "requirements"),
    "lacks": LANGUAGES,
    "view": READY,
    "shelf": ("complete", *SHELVES),
    "who": WHO,
    "due": DUE,
    "doubt": values(Doubt),
    "filed_in": FILED_IN,
    "flaw": ("checksum", "email_impossible"),
    "unreadable": ("encrypted", "damaged", "unsupported", "too_large", "crashed", "picture"),
    "not_shown": ("encrypted", "damaged", "unsupported", "too_large", "crashed", "picture", "too_many_pages"),
    "not_allowed": written_in(r'(?:NotAllowed|Obstacle)\([^\n]*?,?\s*"([a-z_]+)"', "inbox_daemon"),
    "refused": written_in(r'why="([a-z_]+)"', "inbox_daemon/desk"),
    "mail_refused": written_in(r'409, "([a-z_]+)"', "inbox_daemon/desk"),
    "password": written_in(r'AccountRefused\(message, "(\w+)"', "inbox_daemon/desk"),
    "notice": written_in(r"notice=([a-z_]+)", "inbox_daemon/desk"),
    "audit": written_in(r'(?:asking\.note\(|AuditLine\([^"\n]*)"([a-z_]+)"', "inbox_daemon"),
}


def plain(language: Language) -> dict[str, Message]:
    return {one.id if isinstance(one.id, str) else one.id[0]: one for one in catalog(language) if one.id}


def sentences() -> set[str]:
    """All that the pages translate."""
    found: set[str] = set()
    for page in PAGES.rglob("*.html"):
        for _, _, message, _ in babel_extract(
            io.BytesIO(page.read_bytes()), ("_", "gettext", "ngettext"), (), {"trimmed": "true"}
        ):
            found.add(message if isinstance(message, str) else str((message or ("",))[0]))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_the_pages_is_translated_and_none_is_left_over(language: Language) -> None:
    assert {key for key in plain(language) if not CODE.fullmatch(key)} == sentences()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", CODES)
def test_every_code_has_its_words(kind: str, language: Language) -> None:
    known = set(CODES[kind])
    if kind == "password":
        known -= {"name"}  # told on the command line only
    assert known
    assert {f"{kind}:{code}" for code in known} - plain(language).keys() == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_says_something_and_keeps_what_is_put_in(language: Language) -> None:
    for key, message in plain(language).items():
        strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
        assert all(one.strip() for one in strings), key
        assert {frozenset(PLACEHOLDER.findall(one)) for one in strings} == {frozenset(PLACEHOLDER.findall(key))}, key


def test_no_page_holds_words_of_its_own() -> None:
    for page in (*PAGES.rglob("*.html"), *PAGES.glob("static/*")):
        assert not re.search(r"[Ѐ-ӿ]", page.read_text("utf-8")), page.name


def test_no_page_holds_a_style_or_a_script_of_its_own() -> None:
    for page in PAGES.rglob("*.html"):
        text = page.read_text("utf-8")
        assert not re.search(r"\sstyle=|<style|<script(?! src=\"/static/)|\son[a-z]+=|https?://", text), page.name
