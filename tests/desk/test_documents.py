"""The documents beside the fields: laid open once, kept within a bound, and nothing of a stranger's in them alive."""

from __future__ import annotations

import threading
from dataclasses import replace
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path

import pytest

from inbox_daemon.desk import documents_pages
from inbox_daemon.desk.documents import Documents
from parsers.readings import Document, LaidOpen, NotShown, PagePicture, Paragraph, Run, Unreadable
from parsers.understand import understand
from registry_store.accounts import Role
from registry_store.errors import MailMissing
from tests.desk.browser import DeskOffice, open_office
from tests.parsers.files import as_docx, png

TAGS = {"article", "h3", "p", "a", "span", "details", "summary", "div", "table", "tr", "td", "mark", "u", "s", "b", "i"}
PAGE_TAGS = {"svg", "image", "rect", "title"}
HOSTILE = '<script>alert(1)</script><img src="https://evil.example/x" onerror="alert(2)"><svg onload=alert(3)>'


@pytest.fixture
def office(tmp_path: Path) -> DeskOffice:
    return open_office(tmp_path)


class Seen(HTMLParser):
    """The tags of a fragment, and each attribute by name."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: dict[str, list[str]] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, []).append(value or "")


def kept(office: DeskOffice, *files: tuple[str, bytes], body: str = "hello") -> str:
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = "saule@post.example", "x", "<d@post.example>"
    message.set_content(body)
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return office.parts.archive.keep(message.as_bytes())


def test_nothing_that_a_stranger_wrote_is_alive_in_what_is_shown(office: DeskOffice) -> None:
    docx = as_docx(Document("a.docx", "docx", (Paragraph((Run(HOSTILE),)),)))
    html = f"<html><body><p>{HOSTILE}Аты-жөні: Сәуле</p></body></html>".encode()
    mail = kept(
        office, (f"{HOSTILE}.docx", docx), ("b.html", html), ("c.svg", b"<svg onload='alert(1)'/>"), body=HOSTILE
    )

    shown = Seen(office.signed_in().get(f"/mail/{mail}/shown?bare=1").text)

    assert shown.tags <= TAGS | PAGE_TAGS
    assert not {name for name in shown.attributes if name.startswith("on") or name == "style"}
    assert all(one.startswith("/mail/") for one in shown.attributes.get("href", ()))
    assert "src" not in shown.attributes


def test_a_page_is_a_picture_drawn_anew(office: DeskOffice) -> None:
    sent = png(120, 80)
    mail = kept(office, ("photo.png", sent))
    browser = office.signed_in()

    shown = Seen(browser.get(f"/mail/{mail}/shown?bare=1").text)
    answer = browser.get(f"/mail/{mail}/pages/0")

    assert shown.tags <= TAGS | PAGE_TAGS
    assert f"/mail/{mail}/pages/0" in shown.attributes["href"]
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.content[:2] == b"\xff\xd8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert browser.get(f"/mail/{mail}/pages/1").status_code == 404


def test_every_look_at_the_documents_is_in_the_audit_log_and_only_for_who_is_signed_in(office: DeskOffice) -> None:
    mail = kept(office, ("photo.png", png(120, 80)))
    assert office.browser().get(f"/mail/{mail}/shown").status_code == 303
    assert office.browser().get(f"/mail/{mail}/pages/0").status_code == 303

    browser = office.signed_in(role=Role.VIEWER)
    assert browser.get(f"/mail/{mail}/shown").status_code == 200
    assert browser.get(f"/mail/{mail}/pages/0").status_code == 200

    looks = [line.detail for _, line in office.store.audit() if line.action == "shown"]
    assert sorted(looks) == [mail, f"{mail} page 1"]


@pytest.mark.parametrize("mail", ["ff", "../../register.db", "%2e%2e%2fregister.db", "0" * 64])
def test_a_mail_that_is_not_kept_is_said_so(office: DeskOffice, mail: str) -> None:
    browser = office.signed_in()
    assert browser.get(f"/mail/{mail}/shown").status_code == 404
    assert browser.get(f"/mail/{mail}/pages/0").status_code == 404


# ---------------------------------------------------------------- what is kept


def laid(size: int = 10) -> LaidOpen:
    return LaidOpen(understand(b"Subject: x\r\n\r\nhello"), (), (PagePicture("a.pdf", 1, b"j" * size, 10, 10, ()),))


def test_a_mail_is_opened_once_however_many_ask(office: DeskOffice) -> None:
    begun, go_on, opened = threading.Event(), threading.Event(), []

    def lay_open(raw: bytes) -> LaidOpen:
        opened.append(raw)
        begun.set()
        assert go_on.wait(10)
        return laid()

    documents = Documents(lay_open)
    assert documents.shown("m", lambda: b"1", 0.05) is None
    assert begun.wait(10)
    assert documents.shown("m", lambda: b"2", 0.05) is None
    go_on.set()
    first = documents.shown("m", lambda: b"3")
    assert first is not None
    assert documents.shown("m", lambda: b"4") is first
    assert opened == [b"1"]


def test_what_was_asked_for_last_is_opened_first_and_the_longest_waiting_forgotten() -> None:
    begun, go_on, all_done, opened = threading.Event(), threading.Event(), threading.Event(), []

    def lay_open(raw: bytes) -> LaidOpen:
        opened.append(raw)
        begun.set()
        assert go_on.wait(10)
        if len(opened) == 3:
            all_done.set()
        return laid()

    documents = Documents(lay_open, waiting=2)
    assert documents.shown("first", lambda: b"first", 0) is None
    assert begun.wait(10)
    for mail in ("forgotten", "a", "b", "a"):
        assert documents.shown(mail, mail.encode, 0) is None
    go_on.set()
    assert all_done.wait(10)
    assert opened == [b"first", b"a", b"b"]


def test_what_cannot_be_opened_fails_for_who_asked_and_the_next_is_opened() -> None:
    def lay_open(raw: bytes) -> LaidOpen:
        if raw == b"bad":
            raise MemoryError
        return laid()

    documents = Documents(lay_open)
    with pytest.raises(MemoryError):
        documents.shown("bad", lambda: b"bad")
    assert documents.shown("good", lambda: b"good") is not None


def test_what_was_opened_is_kept_within_a_bound_and_the_oldest_let_go() -> None:
    opened: list[bytes] = []

    def lay_open(raw: bytes) -> LaidOpen:
        opened.append(raw)
        return laid(1_000)

    documents = Documents(lay_open, kept=4_500)
    for mail in ("a", "b", "a", "c", "a", "b"):
        assert documents.shown(mail, mail.encode) is not None
    assert opened == [b"a", b"b", b"c", b"b"]


def test_a_mail_that_could_not_be_had_is_asked_for_again() -> None:
    def gone() -> bytes:
        raise MailMissing("m")

    documents = Documents(lambda raw: laid())
    with pytest.raises(MailMissing):
        documents.shown("m", gone)
    assert documents.shown("m", lambda: b"") is not None


def test_while_a_mail_is_being_opened_the_page_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = open_office(tmp_path)
    wait = threading.Event()

    def lay_open(raw: bytes) -> LaidOpen:
        assert wait.wait(10)
        return laid()

    monkeypatch.setattr(documents_pages, "PATIENCE", 0.01)
    monkeypatch.setattr(documents_pages, "ASKED_AGAIN", 0.01)
    object.__setattr__(office.parts, "documents", Documents(lay_open))
    mail = kept(office)
    browser = office.signed_in()
    answers = [browser.get(f"/mail/{mail}/{way}") for way in ("shown", "shown?bare=1", "pages/0")]
    wait.set()
    assert [one.status_code for one in answers] == [202, 202, 503]
    assert f'href="/mail/{mail}/shown"' in answers[0].text
    assert "shown" not in {line.action for _, line in office.store.audit()}  # nothing was seen yet


@pytest.mark.parametrize(("language", "words"), [("kk", "бет саны тым көп"), ("ru", "их слишком много")])
def test_what_is_not_shown_is_said_in_a_sentence_and_once(office: DeskOffice, language: str, words: str) -> None:
    opened = laid()
    damaged = Unreadable("b.pdf", "damaged", "no pages")
    opened = replace(
        opened,
        reading=replace(opened.reading, unreadable=(damaged,)),
        left_out=(NotShown("b.pdf", "damaged", "no pages"), NotShown("a.pdf", "too_many_pages")),
    )
    object.__setattr__(office.parts, "documents", Documents(lambda raw: opened))
    mail = kept(office)
    page = office.signed_in(language=language).get(f"/mail/{mail}/shown").text
    assert words in page
    assert page.count("b.pdf") == 1
    assert "no pages" not in page
