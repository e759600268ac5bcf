"""A clerk answers a mail: seen before it goes, to the one who wrote, in the thread, and nothing in a case moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from inbox_daemon.letters.outbox import Outbox
from inbox_daemon.letters.postman import Accepted
from inbox_daemon.order.asks import Ask
from inbox_daemon.order.practice import Practice
from registry_store.accounts import Role
from registry_store.records import Case, Letter, LetterKind, LetterState, Wrote
from registry_store.records import Category as C
from tests.desk.browser import MORNING, Browser, DeskOffice, open_office, token
from tests.desk.test_pages import case_of, mail_of
from tests.order.build import case_mail, with_gap

WORDS = {"kk": "", "ru": "Пришлите, пожалуйста, копию.\n\nСпасибо за письмо <b>!</b>"}


@pytest.fixture
def office(tmp_path: Path) -> DeskOffice:
    return open_office(tmp_path, Practice(inclusion="clerk"))


def asked_in_case(office: DeskOffice) -> Case:
    """A case about which somebody else than the applicant has asked something."""
    case = case_of(office, *with_gap())
    mail = case_mail(MORNING, 2, forms=False, sender="brother@post.example")
    return office.parts.casework.carry(Wrote(MORNING, mail, C.QUESTION), case.number, now=MORNING).case


def send(browser: Browser, page: str, **form: str) -> str:
    """Look at the letter, then send it; return where it leads."""
    look = browser.post(page, page, step="look", **form)
    again = {"shown": token(look, "shown"), "csrf": token(look, "csrf"), "mail": token(look, "mail")}
    version = {"version": token(look, "version")} if "/cases/" in page else {}
    sent = browser.client.post(page, data={**again, **version, "step": "send", **form})
    assert sent.status_code == 303, sent.text
    return str(sent.headers["location"])


def parsed(letter: Letter) -> EmailMessage:
    return message_from_bytes(letter.raw, policy=policy.default)


def replies(office: DeskOffice, case: str | None = None) -> list[Letter]:
    found = office.store.letters_in(tuple(LetterState))
    return [one for one in found if one.kind is LetterKind.REPLY and one.case == case]


def test_an_answer_in_a_case_is_shown_then_waits_and_the_case_stays(office: DeskOffice) -> None:
    case, browser = asked_in_case(office), office.signed_in()
    page = f"/cases/{case.number}/reply"
    look = browser.post(page, page, step="look", **WORDS)
    assert "Спасибо за письмо &lt;b&gt;!&lt;/b&gt;" in look.text
    assert f"[{case.number}]" in look.text
    assert replies(office, case.number) == []
    assert send(browser, page, **WORDS).startswith("/letters/")
    (letter,) = replies(office, case.number)
    assert (letter.state, letter.recipients) == (LetterState.WAITING, ("brother@post.example",))
    assert letter.not_before == MORNING + office.parts.undo
    message = parsed(letter)
    assert message["In-Reply-To"] == case.mails[-1].message_id
    assert str(message["References"]).split()[-1] == case.mails[-1].message_id
    assert message["Auto-Submitted"] is None, "a person wrote it"
    assert f"[{case.number}]" in str(message["Subject"])
    body = message.get_body(("plain",))
    assert body is not None
    assert "Текст ответа" not in body.get_content()
    assert "төменде орыс тілінде" in body.get_content()
    after = office.store.case(case.number)
    assert replace(after, version=case.version) == case
    assert [one.code for one in office.store.tasks(case=case.number) if one.code == Ask.WROTE] == []


def test_what_was_changed_after_it_was_shown_is_shown_again(office: DeskOffice) -> None:
    case, browser = asked_in_case(office), office.signed_in()
    page = f"/cases/{case.number}/reply"
    look = browser.post(page, page, step="look", **WORDS)
    form = {"csrf": token(look, "csrf"), "shown": token(look, "shown"), "version": token(look, "version")}
    answer = browser.client.post(page, data={**form, "step": "send", "kk": "", "ru": "Другое."})
    assert answer.status_code == 200
    assert "Другое." in answer.text
    assert replies(office, case.number) == []


def test_who_was_slower_is_told_and_keeps_the_words(office: DeskOffice) -> None:
    case, browser = asked_in_case(office), office.signed_in()
    page = f"/cases/{case.number}/reply"
    look = browser.post(page, page, step="look", **WORDS)
    form = {"csrf": token(look, "csrf"), "shown": token(look, "shown"), "version": token(look, "version")}
    send(office.signed_in("berik"), page, kk="", ru="Уже ответили.")
    answer = browser.client.post(page, data={**form, "step": "send", **WORDS})
    assert answer.status_code == 409
    assert "Пришлите, пожалуйста" in answer.text
    assert len(replies(office, case.number)) == 1


def test_a_mail_of_the_tray_is_answered_and_counts_as_seen_to(office: DeskOffice) -> None:
    (mail, arrival), browser = mail_of(office), office.signed_in()
    assert [one.id for one in office.store.for_a_person()] == [arrival]
    send(browser, f"/mail/{mail}/reply", kk="Жауап.", ru="")
    (letter,) = replies(office)
    assert letter.recipients == ("saule@post.example",)
    assert parsed(letter)["In-Reply-To"] == "<q-1@post.example>"
    assert "Written by aigerim" in letter.explanation
    assert "Қалай?" not in str(parsed(letter).get_body(("plain",))), "nothing of the mail is quoted"
    assert office.store.for_a_person() == ()
    send(browser, f"/mail/{mail}/reply", kk="Тағы.", ru="")
    assert len({one.message_id for one in replies(office)}) == 2


@pytest.mark.parametrize("in_case", [True, False])
def test_an_answer_is_taken_back_before_it_leaves(office: DeskOffice, in_case: bool) -> None:
    browser = office.signed_in()
    page = f"/cases/{asked_in_case(office).number}/reply" if in_case else f"/mail/{mail_of(office)[0]}/reply"
    letter = send(browser, page, **WORDS).partition("?")[0]
    assert browser.post(f"{letter}/do", letter, act="drop", why="a slip").status_code == 303
    assert office.store.letter(int(letter.rpartition("/")[2])).state is LetterState.WITHDRAWN


@pytest.mark.parametrize("in_case", [True, False])
def test_an_answer_that_says_nothing_is_refused(office: DeskOffice, in_case: bool) -> None:
    page = f"/cases/{asked_in_case(office).number}/reply" if in_case else f"/mail/{mail_of(office)[0]}/reply"
    assert office.signed_in().post(page, page, step="send", kk=" ", ru="").status_code == 409
    assert office.signed_in("berik", Role.VIEWER).get(page).status_code == 403


def test_the_switch_stops_an_answer_and_no_brake_does(office: DeskOffice) -> None:
    case, browser = asked_in_case(office), office.signed_in()
    for n in range(5):
        send(browser, f"/cases/{case.number}/reply", kk="", ru=f"Ответ {n}.")
    assert len(replies(office, case.number)) == 5
    sent: list[bytes] = []

    class Postman:
        def send(self, raw: bytes, sender: str, recipients: tuple[str, ...]) -> Accepted:
            sent.append(raw)
            return Accepted("250 ok")

    later = MORNING + timedelta(hours=1)
    stopped = Outbox(office.store, office.parts.casework, Postman(), "volunteer@ministry.example", stopped=True)
    assert stopped.send_due(lambda: later) == 0
    replace(stopped, stopped=False).send_due(lambda: later)
    assert {one.state for one in replies(office, case.number)} == {LetterState.ACCEPTED}
    assert office.store.case(case.number).state is case.state
