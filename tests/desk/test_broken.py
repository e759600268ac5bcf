"""What happens when something goes wrong under a click: the desk says so in its own words and keeps what was typed.

The kind: an error that nobody catches on the way of a click, whatever it is, leaves a bare page without a header and
takes away all that somebody had typed.
"""

from __future__ import annotations

import logging
import re
from sqlite3 import OperationalError

import pytest

from inbox_daemon.casework import CaseBusy, CaseMoved
from inbox_daemon.desk.app import PAGES
from inbox_daemon.desk.safety import HEADERS
from inbox_daemon.order.asks import Ask
from registry_store.accounts import Role
from registry_store.errors import CaseChanged, EntryChanged, LetterChanged, StoreBusy
from registry_store.store import Store
from tests.desk.browser import DeskOffice, token
from tests.desk.test_pages import case_of, mail_of
from tests.order.build import complete, with_gap

POSTS = [address for address, method, _, _ in PAGES if method == "POST"]
WORDS = "Сәуле телефон арқылы айтты <b>"
TYPED = {"why": WORDS, "words": WORDS, "text": WORDS, "kk": WORDS, "ru:": WORDS, "name": WORDS}
# What the page of each address needs beside to come to its writing.
WITH = {"public": "yes", "arrival": "1", "version": "1", "query": "", "task": "1"}
ACTS_OF = {"/views/change": "rename", "/letters/switch": "stop", "/letters/{id:number}/do": "again"}
BUSY, BROKEN = StoreBusy("locked"), OperationalError("disk I/O error: 960315101801")
OTHERS = (
    CaseBusy("VR-1: changed by others"),
    CaseMoved("VR-1: faster"),
    CaseChanged("VR-1"),
    EntryChanged("entry 1"),
    LetterChanged("letter 1"),
    ValueError("960315101801"),
)


def address_in(office: DeskOffice, pattern: str) -> str:
    case, (mail, _) = case_of(office, *with_gap()), mail_of(office)
    case_of(office, *complete())
    with office.store.writing() as writing:
        writing.add_task(None, Ask.LETTER_DELAYED, "", office.watch())
    places = {
        "number": case.number,
        "mail": mail,
        "act": "rework",
        "id:number": "1",
        "number:number": "1",
        "n:number": "0",
    }
    return re.sub(r"{([a-z:]+)}", lambda found: places[found[1]], pattern)


@pytest.mark.parametrize(
    ("pattern", "error"),
    [
        *((pattern, error) for pattern in POSTS for error in (BUSY, BROKEN)),
        *(("/cases/{number}/do", error) for error in OTHERS),
        *(("/register/{number:number}/contacts", error) for error in OTHERS),
    ],
    ids=str,
)
def test_whatever_fails_under_a_click_is_told_and_what_was_typed_stands_on_the_page(
    office: DeskOffice,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    pattern: str,
    error: Exception,
) -> None:
    address = address_in(office, pattern)
    browser = office.signed_in(role=Role.CHIEF)
    csrf = token(browser.get("/"), "csrf")

    def fails(store: Store) -> None:
        raise error

    monkeypatch.setattr(Store, "writing", fails)
    caplog.set_level(logging.DEBUG)
    answer = browser.client.post(
        address, data={"csrf": csrf, **TYPED, **WITH, "act": ACTS_OF.get(pattern, "withdrawn")}
    )
    assert answer.status_code in (409, 500, 503), answer.text[:300]
    assert answer.headers["content-type"].startswith("text/html")
    assert '<html lang="ru">' in answer.text
    assert 'role="alert"' in answer.text
    assert "Internal Server Error" not in answer.text
    assert "Сәуле телефон арқылы айтты &lt;b&gt;" in answer.text
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "960315101801" not in caplog.text, "an error's words may be somebody's data"
    assert str(error) not in answer.text


def test_a_page_that_cannot_be_made_says_so(office: DeskOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = office.signed_in(language="kk")

    def fails(store: Store, *others: object, **more: object) -> None:
        message = "disk I/O error"
        raise OperationalError(message)

    monkeypatch.setattr(Store, "open_by_state", fails)
    answer = browser.get("/")
    assert answer.status_code == 500
    assert '<html lang="kk">' in answer.text
    assert "disk" not in answer.text


def test_a_password_is_never_shown_back(office: DeskOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    office.person()
    browser = office.browser()
    entry = token(browser.get("/sign-in"), "entry")

    def fails(store: Store) -> None:
        raise StoreBusy

    monkeypatch.setattr(Store, "writing", fails)
    form = {"entry": entry, "name": "aigerim", "password": "qarlygash-uya-saldy", "code": "123456"}
    answer = browser.client.post("/sign-in", data=form)
    assert answer.status_code == 503
    assert "qarlygash" not in answer.text
    assert "123456" not in answer.text
