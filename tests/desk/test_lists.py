"""The lists of the desk: saved views, page after page, several tasks at once, and nonsense in the address."""

from __future__ import annotations

import re
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from inbox_daemon.desk import mails_pages
from inbox_daemon.mailbox.mailbox import Arrived
from inbox_daemon.order.asks import Ask
from inbox_daemon.order.practice import Practice
from registry_store.accounts import Role
from registry_store.records import LetterKind, LetterState, NewLetter, Place
from tests.desk.browser import MORNING, Browser, DeskOffice, open_office, token
from tests.order.build import complete, filed, with_gap


@pytest.fixture
def office(tmp_path: Path) -> DeskOffice:
    return open_office(tmp_path, Practice(inclusion="clerk"))


def leafed(browser: Browser, address: str, row: str) -> list[str]:
    """What matches `row` on this page and on all that follow it."""
    seen: list[str] = []
    for _ in range(20):
        page = browser.get(address)
        assert page.status_code == 200
        seen += re.findall(row, page.text)
        following = re.search(r'<a href="([^"]+)" rel="next"', page.text)
        if following is None:
            return seen
        address = following[1].replace("&amp;", "&")
    raise AssertionError(seen)


def put_tasks(office: DeskOffice, *codes: str) -> list[int]:
    with office.store.writing() as writing:
        return [writing.add_task(None, code, "", MORNING) for code in codes]


# ------------------------------------------------------------ views


def views_of(browser: Browser) -> list[tuple[str, str]]:
    menu = re.search(r'<ul class="views">(.*?)</ul>', browser.get("/queue").text, re.DOTALL)
    assert menu is not None
    return re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', menu[1])


def test_every_ready_view_opens(office: DeskOffice) -> None:
    browser = office.signed_in()
    ready = views_of(browser)
    assert len(ready) == 5
    assert [browser.get(address.replace("&amp;", "&")).status_code for address, _ in ready] == [200] * 5


def test_a_view_is_saved_renamed_and_deleted_and_is_its_owners_alone(office: DeskOffice) -> None:
    browser, other = office.signed_in(role=Role.VIEWER), office.signed_in("berik")
    page = "/queue?language=kk&doubt=any"
    saved = browser.post(
        "/views/save", page, name="  Менің   күмәндарым ", query="language=kk&doubt=any&after=x&evil=1"
    )
    assert saved.headers["location"] == "/queue?language=kk&doubt=any&notice=view_saved"
    assert views_of(browser)[5:] == [("/queue?language=kk&amp;doubt=any", "Менің күмәндарым")]
    assert len(views_of(other)) == 5
    assert other.post("/views/change", "/queue", view="Менің күмәндарым", act="drop").status_code == 404
    assert browser.post("/views/change", "/queue", view="Менің күмәндарым", act="rename", name="a").status_code == 303
    assert [name for _, name in views_of(browser)[5:]] == ["a"]
    assert browser.post("/views/change", "/queue", view="a", act="drop").status_code == 303
    assert len(views_of(browser)) == 5


@pytest.mark.parametrize(("name", "told"), [("", "view_unnamed"), (" ", "view_unnamed"), ("x" * 500, "view_saved")])
def test_a_view_needs_a_name_of_some_length(office: DeskOffice, name: str, told: str) -> None:
    browser = office.signed_in()
    assert browser.post("/views/save", "/queue", name=name, query="").headers["location"] == f"/queue?notice={told}"
    assert all(len(kept) <= 60 for kept, _ in office.store.views("aigerim"))


def test_nobody_keeps_views_without_end(office: DeskOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inbox_daemon.desk.views_pages.MOST", 2)
    browser = office.signed_in()
    told = [
        browser.post("/views/save", "/queue", name=name, query="").headers["location"] for name in ("a", "b", "c", "a")
    ]
    assert [one.rpartition("=")[2] for one in told] == ["view_saved", "view_saved", "views_full", "view_saved"]


# ------------------------------------------------------------ page after page


def test_tasks_go_on_where_a_page_ended(office: DeskOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inbox_daemon.desk.tasks_pages.PAGE", 2)
    ids = put_tasks(office, *[Ask.REGION_MISSING] * 5)
    assert leafed(office.signed_in(), "/tasks", r'action="/tasks/(\d+)/done"') == [str(id) for id in ids]


def test_letters_go_on_where_a_page_ended(office: DeskOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inbox_daemon.desk.letters_pages.PAGE", 2)
    with office.store.writing() as writing:
        ids = [
            writing.put_letter(
                NewLetter(
                    LetterKind.HOW_TO_APPLY,
                    f"<{n}@x>",
                    ("a@post.example",),
                    b"Subject: x\r\n\r\n",
                    MORNING,
                    needs_yes=True,
                ),
                None,
                0,
                MORNING,
            )
            for n in range(5)
        ]
    browser, row = office.signed_in(), r'data-row href="/letters/(\d+)"'
    assert leafed(browser, "/letters?shelf=parked", row) == [str(id) for id in ids]
    assert re.findall(row, browser.get("/letters").text) == [str(id) for id in ids[:2]], "the first page of the shelf"
    assert leafed(browser, "/letters?shelf=stuck", row) == []
    with office.store.writing() as writing:
        writing.mark_letter(ids[3], LetterState.WAITING)
    assert leafed(browser, "/letters?shelf=waiting", row) == [str(ids[3])]


def test_complete_cases_go_on_where_a_page_ended(office: DeskOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inbox_daemon.desk.letters_pages.PAGE", 2)
    numbers = []
    for n in range(1, 6):
        event = filed(MORNING, *complete(), n=n, sender=f"p{n}@post.example")
        numbers.append(office.parts.casework.carry(event, None, now=MORNING).case.number)
    found = leafed(office.signed_in(), "/letters?shelf=complete", r'data-row href="/cases/([^/"]+)"')
    assert found == numbers


# ------------------------------------------------------------ several at once


def tick(browser: Browser, *tasks: int) -> Any:
    return browser.client.post("/tasks/done", data={"csrf": token(browser.get("/tasks"), "csrf"), "task": list(tasks)})


def test_what_only_tells_is_ticked_together_and_each_is_noted(office: DeskOffice) -> None:
    one, two, three = put_tasks(office, Ask.CALENDAR_CHANGED, Ask.LETTER_DELAYED, Ask.DEEMED_REFUSAL)
    browser = office.signed_in()
    with office.store.writing() as writing:  # a colleague, meanwhile
        writing.task_done(two, MORNING)
    answer = tick(browser, one, two)
    assert answer.status_code == 200
    told = re.findall(r'<div class="note (done|warn)" role="status">.*?</div>', answer.text, re.DOTALL)
    assert told == ["done", "warn"], "what was done, and what had moved"
    assert [task.id for task in office.store.tasks()] == [three]
    noted = [line.detail for _, line in office.store.audit() if line.action == "task_done"]
    assert noted == [str(one)]


def test_what_asks_for_a_decision_is_not_ticked_among_others(office: DeskOffice) -> None:
    telling, deciding = put_tasks(office, Ask.CALENDAR_CHANGED, Ask.MINOR_CONTACTS)
    browser = office.signed_in()
    assert browser.get("/tasks").text.count('type="checkbox"') == 1
    assert tick(browser, telling, deciding).status_code == 403
    assert len(office.store.tasks()) == 2, "nothing has happened"
    assert tick(browser, 99).status_code == 404
    assert tick(office.signed_in("viewer", Role.VIEWER), telling).status_code == 403


# ------------------------------------------------------------ nonsense

NONSENSE = (
    "²",
    "-1",
    "9" * 40,
    "\0",
    "' OR 1=1 --",
    "%s",
    "\ud7ff\uffff",
    "ә" * 500,
    "9999-99-99 VR-2026-000001",
    "[]",
)


@pytest.mark.parametrize("nonsense", NONSENSE)
@pytest.mark.parametrize("page", ["/queue", "/letters", "/tasks", "/mails", "/register", "/audit", "/"])
def test_nonsense_in_the_address_gets_a_page(office: DeskOffice, page: str, nonsense: str) -> None:
    office.parts.casework.carry(filed(MORNING, *with_gap()), None, now=MORNING)
    browser, value = office.signed_in(role=Role.CHIEF), quote(nonsense)
    names = (
        "q",
        "who",
        "due",
        "state",
        "ask",
        "doubt",
        "language",
        "region",
        "after",
        "before",
        "below",
        "shelf",
        "case",
    )
    together = "&".join(f"{name}={value}" for name in names)
    assert browser.get(f"{page}?{together}").status_code in (200, 303)
    for name in ("q", "after", "below", "before"):
        assert browser.get(f"{page}?shelf=parked&ended=1&{name}={value}").status_code in (200, 303)


@pytest.mark.parametrize("address", ["/letters/{}", "/register/{}", "/letters/{}/raw"])
def test_a_number_that_no_database_takes_is_nowhere(office: DeskOffice, address: str) -> None:
    assert office.signed_in().get(address.format("9" * 40)).status_code == 404


# ------------------------------------------------------------ the morning


def test_the_morning_draws_categories_and_regions_with_their_numbers(office: DeskOffice) -> None:
    for n in range(1, 4):
        event = filed(MORNING, *with_gap(), n=n, sender=f"p{n}@post.example")
        office.parts.casework.carry(event, None, now=MORNING)
    page = office.signed_in().get("/").text
    charts = re.findall(r'<table class="shares">(.*?)</table>', page, re.DOTALL)
    assert len(charts) == 2
    for chart, address in zip(charts, ("who=all&amp;applicant=volunteer", "who=all&amp;region=KZ-71"), strict=True):
        assert f'href="/queue?{address}"' in chart
        assert re.search(r'<rect class="bar" width="100.0".*<td class="number">3</td>', chart, re.DOTALL)
        assert office.signed_in(f"u{len(chart)}{address[-3:]}").get(f"/queue?{address}").text.count("data-row") == 3


def test_the_morning_says_how_mailbox_and_outbox_stand(office: DeskOffice) -> None:
    browser = office.signed_in()
    with office.store.writing() as writing:
        whole = writing.begin_look(MORNING)
        writing.end_look(whole, MORNING, True, {"INBOX": 1})
    calm = browser.get("/").text
    assert "сбоев нет" in calm
    assert "больше часа" not in calm
    office.watch.forward(hours=2)
    with office.store.writing() as writing:
        broken = writing.begin_look(office.watch() - timedelta(minutes=1))
        writing.end_look(broken, office.watch(), False, {}, "no Junk")
        writing.put_note("letters stopped", "2026-10-23 by chief: a wrong template")
        letter = writing.put_letter(
            NewLetter(LetterKind.HOW_TO_APPLY, "<1@x>", ("a@post.example",), b"Subject: x\r\n\r\n", MORNING),
            None,
            0,
            MORNING,
        )
        writing.mark_letter(letter, LetterState.FAILED)
    told = office.signed_in("later").get("/").text
    assert "в последний раз полностью: 23.10.2026 10:00" in told
    assert "не дошли: 1" in told
    assert "a wrong template" in told
    office.watch.forward(hours=2)
    assert "больше часа никто не смотрел" in office.signed_in("late").get("/").text


# ------------------------------------------------------------ mails


def mail_from(office: DeskOffice, n: int, subject: str, text: str, name: str = "") -> str:
    """A mail that the daemon has read; return its id."""
    message = EmailMessage()
    message["From"], message["Subject"] = f"{name} <p{n}@post.example>", subject
    message["Message-ID"] = f"<m{n}@post.example>"
    message.set_content(text)
    intake = office.parts.intake
    kept = intake.keep(Arrived(Place("INBOX", 1, n), message.as_bytes(), MORNING), MORNING)
    intake.work(office.store.arrival(kept), MORNING)
    return office.store.arrival(kept).mail


def test_mails_go_on_page_after_page(office: DeskOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mails_pages, "PAGE", 2)
    mails = [mail_from(office, n, "Реклама", "Купите окна.") for n in range(1, 6)]
    browser = office.signed_in()
    row = r'data-row href="/mail/([0-9a-f]+)"'
    assert leafed(browser, "/mails", row) == mails
    assert leafed(browser, "/mails?shelf=tray", row) == mails[::-1]
    assert leafed(browser, "/mails?q=окна", row) == mails[::-1]
    assert leafed(browser, "/mails?q=окна&shelf=bench", row) == []


@pytest.mark.parametrize(
    ("asked", "places"),
    [
        ("субботник", [1]),
        ("СУББОТ парк", [1]),
        ("субботник рынок", []),
        ("қайда", [0]),
        ("кайда", [0]),
        ("960315101801", [1]),
        ("960 315 101 801", [1]),
        ("P2@post.example", [1]),
        ("нурлан", [1]),
        ("процитировано", []),
        ("!", [1, 0]),
    ],
)
def test_a_mail_is_found_by_subject_text_sender_and_number(office: DeskOffice, asked: str, places: list[int]) -> None:
    quoted = "Когда субботник? Мой ИИН 960315101801, встретимся в парке.\n\n> процитировано раньше\n"
    mails = [
        mail_from(office, 1, "Сұрақ", "Кеңсе қайда орналасқан?"),
        mail_from(office, 2, "Субботник", quoted.replace("парке", "парк"), "Нұрлан"),
    ]
    page = office.signed_in().get(f"/mails?q={quote(asked)}").text
    found = re.findall(r'data-row href="/mail/([0-9a-f]+)"', page)
    assert found == [mails[place] for place in places]


def test_the_queue_leads_on_to_the_mails_and_a_number_to_its_case(office: DeskOffice) -> None:
    browser = office.signed_in()
    assert 'href="/mails?q=%D0%BF%D0%B0%D1%80%D0%BA%20a"' in browser.get("/queue?q=парк a").text
    assert 'href="/mails?q=' not in browser.get("/queue").text
    assert browser.get("/mails?q=vr-2026-000007").headers["location"] == "/cases/VR-2026-000007"
    browser.get("/mails?q=парк")
    assert [line.detail for _, line in office.store.audit(limit=1) if line.action == "search"] == ["парк"]
