"""The pages, clicked through: what they show, what a click does, and what is kept when it does not."""

from __future__ import annotations

import re
from email.message import EmailMessage
from pathlib import Path

import pytest

from inbox_daemon.casework import LetterMark
from inbox_daemon.order.practice import Practice
from registry_store.accounts import Role
from registry_store.records import (
    Case,
    Category,
    LetterAccepted,
    LetterFailed,
    LetterKind,
    LetterState,
    Outcome,
    OutcomeKind,
    Place,
    State,
)
from tests.desk.browser import MORNING, Browser, DeskOffice, open_office, token
from tests.desk.page_forms import correct
from tests.order.build import IIN, complete, filed, said, sheet, with_gap

PAGES = ("/", "/queue", "/queue?ended=1&q=сәуле", "/letters", "/tasks", "/mails", "/register", "/audit")


@pytest.fixture
def by_hand(tmp_path: Path) -> DeskOffice:
    """An office in which a person says yes to each inclusion."""
    return open_office(tmp_path, Practice(inclusion="clerk"))


def case_of(office: DeskOffice, *sheets: object) -> Case:
    return office.parts.casework.carry(filed(MORNING, *sheets), None, now=MORNING).case  # type: ignore[arg-type]


def act(browser: Browser, case: Case, name: str, version: int | None = None, **form: object) -> int:
    """Send the form of an act as the case's page has it; return the status."""
    page = f"/cases/{case.number}"
    seen = token(browser.get(page), "version") if version is None else version
    return browser.post(f"{page}/do", page, act=name, version=seen, **form).status_code


def mail_of(office: DeskOffice, kind: OutcomeKind = OutcomeKind.TRAY, name: str = "hat.txt") -> tuple[str, int]:
    """A mail with a file, settled so; return its id and its arrival."""
    message = EmailMessage()
    message["From"], message["Subject"] = "saule@post.example", "Сұрақ <script>alert(1)</script>"
    message["Message-ID"] = "<q-1@post.example>"
    message.set_content("Сәлеметсіз бе! <b>Қалай?</b>")
    message.add_attachment(b"<script>alert(1)</script>", maintype="text", subtype="html", filename=name)
    mail = office.parts.archive.keep(message.as_bytes())
    with office.store.writing() as writing:
        arrival = writing.arrive(mail, Place("INBOX", 1, 1), MORNING, MORNING)
        writing.settle(arrival, Outcome(kind, why="kept", category=Category.OTHER), MORNING)
    return mail, arrival


@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize("address", PAGES)
def test_each_page_opens_in_both_languages(by_hand: DeskOffice, language: str, address: str) -> None:
    case_of(by_hand, *complete())
    case_of(by_hand, *with_gap())
    mail_of(by_hand)
    answer = by_hand.signed_in(role=Role.CHIEF, language=language).get(address)
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text
    assert "style=" not in answer.text


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_a_case_shows_its_gap_its_clock_and_its_letters(by_hand: DeskOffice, language: str) -> None:
    case = case_of(by_hand, *with_gap())
    page = by_hand.signed_in(language=language).get(f"/cases/{case.number}").text
    assert 'class="missing" id="volunteer.iin-kk"' in page
    assert '<ol class="days">' in page
    assert "/letters/1" in page


def test_a_value_is_set_and_the_case_included_and_the_entry_shown(by_hand: DeskOffice) -> None:
    case = case_of(by_hand, *with_gap())
    browser = by_hand.signed_in()
    typed = {"value:volunteer.iin:kk": IIN, "why:volunteer.iin:kk": "by telephone"}
    assert correct(browser, case, typed).status_code == 303
    assert by_hand.store.case(case.number).state is State.COMPLETE
    assert act(browser, case, "include") == 303
    assert by_hand.store.case(case.number).state is State.INCLUDED
    entry = browser.get("/register/1")
    assert entry.status_code == 200
    assert IIN in entry.text
    assert browser.get("/register?q=қыдыр").text.count('href="/register/1"') == 1
    journal = [
        (type(line.event).__name__, getattr(line.event, "by", "")) for line in by_hand.store.journal(case.number)
    ]
    assert journal[1:] == [("ClerkSetField", "aigerim"), ("ClerkIncluded", "aigerim")]


def test_a_value_of_another_kind_is_refused_and_kept_in_the_form(by_hand: DeskOffice) -> None:
    case = case_of(by_hand, *with_gap())
    browser = by_hand.signed_in()
    answer = correct(browser, case, {"value:volunteer.iin:kk": "abc", "why:volunteer.iin:kk": "typed long"})
    assert answer.status_code == 409
    assert 'value="abc"' in answer.text
    assert "typed long" in answer.text
    assert by_hand.store.case(case.number) == case


def test_a_rework_letter_is_shown_then_sent_then_taken_back(by_hand: DeskOffice) -> None:
    case = case_of(by_hand, *with_gap())
    browser = by_hand.signed_in()
    preview = browser.get(f"/cases/{case.number}/preview/rework")
    assert "saule@post.example" in preview.text
    assert by_hand.store.case(case.number).state is State.INCOMPLETE, "nothing has happened"
    assert act(browser, case, "rework") == 303
    (letter,) = [one for one in by_hand.store.letters(case.number) if one.kind is LetterKind.REWORK]
    assert letter.not_before >= MORNING + by_hand.parts.undo
    assert act(browser, case, "undo") == 409, "without a reason"
    assert act(browser, case, "undo", why="a slip") == 303
    assert by_hand.store.letter(letter.id).state is LetterState.WITHDRAWN
    assert by_hand.store.case(case.number).state is State.INCOMPLETE


def test_a_refusal_that_the_order_does_not_allow_is_explained_before_and_after_a_click(by_hand: DeskOffice) -> None:
    doubtful = sheet("volunteer", answers={"full_name": said("Қыдырова Сәуле", doubt="two names")})
    case = case_of(by_hand, with_gap()[0], doubtful)
    assert case.state is State.WITH_CLERK
    browser = by_hand.signed_in()
    assert "Пункт 11" in browser.get(f"/cases/{case.number}").text
    assert act(browser, case, "refuse", why="tired") == 409
    assert by_hand.store.case(case.number) == case


def test_of_two_clerks_the_second_is_told_and_nothing_is_lost(by_hand: DeskOffice) -> None:
    case = case_of(by_hand, *with_gap())
    first, second = by_hand.signed_in("aigerim"), by_hand.signed_in("berik")
    page = f"/cases/{case.number}"
    csrf, version = (token(second.get(page), name) for name in ("csrf", "version"))
    assert act(first, case, "rework") == 303
    form = {"csrf": csrf, "version": version, "act": "withdrawn", "why": "She said so on the telephone."}
    answer = second.client.post(f"{page}/do", data=form)
    assert answer.status_code == 409
    assert "She said so on the telephone." in answer.text
    assert "aigerim" in answer.text
    assert by_hand.store.case(case.number).state is State.REWORK_SENT


@pytest.mark.parametrize("name", ["refuse", "withdrawn", "not-application", "address"])
def test_an_act_that_needs_its_reason_gets_it(by_hand: DeskOffice, name: str) -> None:
    case = case_of(by_hand, *with_gap())
    assert act(by_hand.signed_in(), case, name, address="a@post.example") == 409
    assert by_hand.store.case(case.number) == case


def test_revoking_is_a_chiefs(by_hand: DeskOffice) -> None:
    case = case_of(by_hand, *complete())
    clerk, chief = by_hand.signed_in(), by_hand.signed_in("chief", Role.CHIEF)
    assert act(clerk, case, "include") == 303
    assert act(clerk, case, "revoke", why="wrong") == 403
    assert act(chief, case, "revoke", why="wrong") == 303
    assert by_hand.store.entry(1).undone


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=сәуле", 2),
        ("q=қыдыр сәу", 2),
        ("q=ахметов", 0),
        (f"q={IIN}", 1),
        ("q=saule@post.example", 2),
        ("q=VR-2026-", 2),
        ("state=incomplete", 1),
        ("state=complete", 1),
        ("ask=confirm_inclusion", 1),
        ("applicant=volunteer", 2),
        ("region=KZ-71", 2),
        ("region=KZ-75", 0),
        ("kind=change", 0),
        ("due=overdue", 0),
        ("due=today", 0),
        ("due=soon", 0),
        ("who=applicant", 0),
        ("who=all", 2),
        ("language=kk", 2),
        ("language=ru", 0),
        ("language=nonsense", 2),
        ("doubt=any", 0),
        ("q=көшесі астана", 2),
        ("q=кыдыр коше", 2),
        ("q=қызылорда", 0),
        ("state=nonsense", 2),
        ("after=nonsense", 2),
    ],
)
def test_the_queue_is_filtered_and_searched(by_hand: DeskOffice, query: str, found: int) -> None:
    case_of(by_hand, *complete())
    case_of(by_hand, *with_gap())
    assert by_hand.signed_in().get(f"/queue?{query}").text.count("data-row") == found


def test_who_waits_for_the_applicant_stands_in_the_queue_only_when_asked_for(by_hand: DeskOffice) -> None:
    case = case_of(by_hand, *with_gap())
    browser = by_hand.signed_in()

    def shown(query: str) -> bool:
        return case.number in browser.get(f"/queue?{query}").text

    assert shown("")
    assert act(browser, case, "rework") == 303
    (letter,) = [one for one in by_hand.store.letters(case.number) if one.kind is LetterKind.REWORK]
    accepted = LetterAccepted(MORNING, letter.kind, letter.message_id, "250 ok")
    for state in (State.REWORK_SENT, State.AWAITING_REWORK):
        assert by_hand.store.case(case.number).state is state
        for query, is_there in (("", 0), ("who=applicant", 1), ("who=all", 1), ("q=сәуле", 1), (f"state={state}", 1)):
            assert shown(query) == bool(is_there), (state, query)
        assert browser.get("/first").headers["location"] == "/queue", "nobody needs a person"
        assert re.search(r"<b[^>]*>0</b>[^<]*<", browser.get("/").text)
        if state is State.REWORK_SENT:
            by_hand.parts.casework.carry(accepted, case.number, now=MORNING)


def test_the_queue_is_filtered_by_doubt(by_hand: DeskOffice) -> None:
    doubtful = sheet("volunteer", answers={"full_name": said("Қыдырова Сәуле", doubt="two names")})
    case_of(by_hand, complete()[0], doubtful)
    browser = by_hand.signed_in()
    found = {kind: browser.get(f"/queue?doubt={kind}").text.count("data-row") for kind in ("any", "value", "file")}
    assert found == {"any": 1, "value": 1, "file": 0}


def test_a_number_in_the_search_opens_the_case(by_hand: DeskOffice) -> None:
    case = case_of(by_hand, *complete())
    assert by_hand.signed_in().get(f"/queue?q={case.number.lower()}").headers["location"] == f"/cases/{case.number}"


def test_the_queue_goes_on_where_a_page_ended(by_hand: DeskOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inbox_daemon.desk.queue_page.PAGE", 2)
    numbers = [case_of(by_hand, *with_gap()).number for _ in range(1)]
    for n in range(2, 6):
        event = filed(MORNING, *with_gap(), n=n, sender=f"nobody{n}@post.example")
        numbers.append(by_hand.parts.casework.carry(event, None, now=MORNING).case.number)
    browser, address, seen = by_hand.signed_in(), "/queue?state=incomplete", []
    while address:
        page = browser.get(address).text
        seen += re.findall(r'data-row href="/cases/([^"]+)"', page)
        following = re.search(r'<a href="([^"]+)" rel="next"', page)
        address = "" if following is None else following[1].replace("&amp;", "&")
    assert seen == numbers


def test_what_a_sender_wrote_is_shown_as_words(by_hand: DeskOffice) -> None:
    mail, _ = mail_of(by_hand)
    page = by_hand.signed_in().get(f"/mail/{mail}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "&lt;b&gt;" in page


def test_a_file_is_stored_and_never_shown(by_hand: DeskOffice) -> None:
    mail, _ = mail_of(by_hand, name='"; filename=evil.html')
    answer = by_hand.signed_in().get(f"/mail/{mail}/files/0")
    assert answer.content == b"<script>alert(1)</script>"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith('attachment; filename="')
    assert answer.headers["content-disposition"].count('"') == 2
    assert answer.headers["content-security-policy"].startswith("sandbox")


def test_a_private_key_is_not_offered(by_hand: DeskOffice) -> None:
    mail, _ = mail_of(by_hand, name="GOST.p12")
    browser = by_hand.signed_in()
    assert f"/mail/{mail}/files/0" not in browser.get(f"/mail/{mail}").text
    assert browser.get(f"/mail/{mail}/files/0").status_code == 403
    assert browser.get(f"/mail/{mail}/raw").status_code == 403


def test_a_mail_that_was_seen_to_no_longer_waits(by_hand: DeskOffice) -> None:
    mail, arrival = mail_of(by_hand)
    browser = by_hand.signed_in()
    assert browser.post(f"/mail/{mail}/clear", f"/mail/{mail}", arrival=arrival).status_code == 303
    assert by_hand.store.count_for_a_person() == 0
    assert browser.post(f"/mail/{mail}/clear", f"/mail/{mail}", arrival=arrival).status_code == 409
    assert by_hand.store.arrival(arrival).cleared_at is not None


def test_a_mail_goes_into_the_case_that_the_clerk_names(by_hand: DeskOffice) -> None:
    case = case_of(by_hand, *with_gap())
    mail, arrival = mail_of(by_hand, OutcomeKind.BENCH)
    browser = by_hand.signed_in()
    wrong = browser.post(f"/mail/{mail}/take-up", f"/mail/{mail}", arrival=arrival, to="VR-2026-999999")
    assert wrong.status_code == 409
    assert "VR-2026-999999" in wrong.text
    assert browser.post(f"/mail/{mail}/take-up", f"/mail/{mail}", arrival=arrival, to=case.number).status_code == 303
    outcome = by_hand.store.arrival(arrival).outcome
    assert outcome is not None
    assert outcome.cases == (case.number,)


def test_a_letter_whose_end_nobody_saw_is_settled_by_the_clerk(by_hand: DeskOffice) -> None:
    case = case_of(by_hand, *with_gap())
    browser = by_hand.signed_in()
    assert act(browser, case, "rework") == 303
    (letter,) = [one for one in by_hand.store.letters(case.number) if one.kind is LetterKind.REWORK]
    page = f"/letters/{letter.id}"
    by_hand.watch.forward(minutes=40)
    failed = LetterFailed(by_hand.watch(), letter.kind, letter.message_id, "cut", uncertain=True)
    mark = LetterMark(letter.id, LetterState.UNCERTAIN, "cut")
    by_hand.parts.casework.carry(failed, case.number, now=by_hand.watch(), letter=mark)
    form = {"act": "left", "left_at": "2026-10-23T10:30"}
    assert browser.post(f"{page}/do", page, **form).status_code == 409, "without a reason"
    assert browser.post(f"{page}/do", page, **form, why="It is in the relay's log.").status_code == 303
    assert by_hand.store.letter(letter.id).state is LetterState.ACCEPTED
    assert by_hand.store.case(case.number).state is State.AWAITING_REWORK


def test_a_task_is_seen_to_once(by_hand: DeskOffice) -> None:
    with by_hand.store.writing() as writing:
        task = writing.add_task(None, "brake", "receipt", MORNING)
    browser = by_hand.signed_in()
    assert browser.post(f"/tasks/{task}/done").status_code == 303
    assert by_hand.store.tasks() == ()


def test_the_register_says_how_the_published_files_differ(by_hand: DeskOffice) -> None:
    browser = by_hand.signed_in("chief", Role.CHIEF)
    assert browser.post("/register/release").headers["location"].endswith("released")
    by_hand.watch.forward(minutes=5)
    case = case_of(by_hand, *complete())
    assert act(browser, case, "include") == 303
    assert browser.get("/register/draft").text.count('href="/register/1"') == 1
    assert browser.post("/register/release").headers["location"].endswith("unchanged"), "it may still be undone"
    by_hand.watch.forward(minutes=30)
    assert browser.post("/register/release").headers["location"].endswith("released")
    assert browser.get("/register/draft").text.count('href="/register/1"') == 0


def test_the_contacts_of_a_minor_are_decided(by_hand: DeskOffice) -> None:
    young = sheet("volunteer", answers={"birth_year": 2012})
    case = case_of(by_hand, complete()[0], young)
    browser = by_hand.signed_in()
    assert act(browser, case, "include") == 303
    assert [task.code for task in by_hand.store.tasks()] == ["minor_contacts"]
    assert browser.post("/register/1/contacts", "/register/1", public="no", why="no parent").status_code == 303
    assert by_hand.store.entry(1).contacts_public is False
    assert by_hand.store.tasks() == ()


def test_every_look_at_personal_data_is_in_the_audit_log(by_hand: DeskOffice) -> None:
    case = case_of(by_hand, *complete())
    mail, _ = mail_of(by_hand)
    browser = by_hand.signed_in()
    for address in (f"/cases/{case.number}", "/queue?q=сәуле", f"/mail/{mail}", f"/mail/{mail}/files/0", "/letters/1"):
        assert browser.get(address).status_code == 200
    kept = [(line.action, line.case) for _, line in reversed(by_hand.store.audit())][1:]
    assert kept == [
        ("case", case.number),
        ("search", None),
        ("mail", None),
        ("download", None),
        ("letter", case.number),
    ]
    assert {line.user for _, line in by_hand.store.audit()} == {"aigerim"}


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("/queue", "queue: who=person; 1"),
        ("/queue?who=all&doubt=any&state=complete", "queue: who=all state=complete doubt=any; 0"),
        ("/queue?region=960315101801&applicant=%D0%A1%D0%B0%D1%83%D0%BB%D0%B5&due=saule&kind=saule", None),
        ("/register", "register: all; 1"),
        ("/mails", "mails: all; 1"),
        ("/mails?shelf=tray", "mails: shelf=tray; 1"),
        ("/letters", "letters: all; 4"),
        ("/letters?shelf=waiting", "letters: shelf=waiting; 3"),
        ("/letters?shelf=saule", "letters: all; 4"),
    ],
)
def test_a_look_at_a_list_is_in_the_audit_log_and_says_nothing_of_anybody(
    by_hand: DeskOffice, address: str, kept: str | None
) -> None:
    case_of(by_hand, *complete())
    mail_of(by_hand)
    act(by_hand.signed_in("berik"), case_of(by_hand, *complete()), "include")
    assert by_hand.signed_in().get(address).status_code == 200
    (line,) = [line for _, line in by_hand.store.audit(user="aigerim") if line.action == "list"]
    assert line.detail == (kept or "queue: who=person; 0")


@pytest.mark.parametrize("address", ["/cases/VR-2026-000999", "/letters/99", "/register/99", "/mail/ff", "/nowhere"])
def test_what_is_not_there_is_said_so(by_hand: DeskOffice, address: str) -> None:
    assert by_hand.signed_in().get(address).status_code == 404


def test_what_makes_a_filing_unsure_is_marked_in_its_row_and_linked(by_hand: DeskOffice) -> None:
    """«Check the marked rows» and no row was marked: two categories, each surely read."""
    two = sheet("application", answers={"register_category": ["volunteer", "group"]})
    case = case_of(by_hand, two, sheet("volunteer"))
    assert case.state is State.WITH_CLERK
    page = by_hand.signed_in().get(f"/cases/{case.number}").text
    assert 'class="doubtful" id="application.register_category-kk"' in page
    assert 'href="#application.register_category-kk"' in page


def test_a_yes_stands_beside_whose_case_it_is(by_hand: DeskOffice) -> None:
    """A yes beside a bare number is a yes without looking: name, region and day stand there, and lead to the forms."""
    case = case_of(by_hand, *complete())
    page = by_hand.signed_in().get("/letters?shelf=complete").text
    row = page[page.index(f'data-row href="/cases/{case.number}"') :]
    row = row[: row.index("</tr>")]
    assert "Қыдырова Сәуле" in row
    assert "Астана" in row
    assert "2 ноября 2026" in row
