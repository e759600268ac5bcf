"""Who means the desk ill: what each address does with nonsense, forged headers and stolen tokens."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from inbox_daemon.desk.accounts import with_link
from inbox_daemon.desk.app import PAGES, make_app
from inbox_daemon.desk.asking import COOKIE
from inbox_daemon.desk.numbers import day_in, moment_in
from inbox_daemon.desk.parts import Proxy
from registry_store.accounts import Role
from registry_store.records import Category, Outcome, OutcomeKind, Place
from tests.desk.browser import MORNING, PASSWORD, Browser, DeskOffice, open_office, token
from tests.order.build import at, complete, filed

HUGE = "9" * 30
LONG = "9" * 5000
GETS = [address for address, method, _, _ in PAGES if method == "GET"]
POSTS = [(address, needs) for address, method, _, needs in PAGES if method == "POST"]


def filled(address: str, with_: str) -> str:
    return re.sub(r"{\w+(:\w+)?}", with_, address)


def quiet(office: DeskOffice, role: Role = Role.CHIEF) -> Browser:
    """A browser that is told of a broken page by its status, as everybody is."""
    browser = office.signed_in(role=role)
    cookies = browser.client.cookies
    browser.client = TestClient(
        make_app(office.parts), base_url="https://desk.example", follow_redirects=False, raise_server_exceptions=False
    )
    browser.client.cookies = cookies
    return browser


# ------------------------------------------------------------ nonsense


@pytest.mark.parametrize(
    "nonsense", ["0", "7", HUGE, LONG, "-1", "%00", "..%2f..%2fetc%2fpasswd", "%F0%9F%98%80", "' OR 1=1"]
)
@pytest.mark.parametrize("address", [one for one in GETS if "{" in one])
def test_an_address_with_nonsense_is_told_that_nothing_is_there(
    office: DeskOffice, address: str, nonsense: str
) -> None:
    assert quiet(office).get(filled(address, nonsense)).status_code == 404


@pytest.mark.parametrize(
    "query",
    ["before", "after", "above", "below", "page", "old", "new", "id", "q", "user", "case", "state", "view", "offset"],
)
@pytest.mark.parametrize("address", [one for one in GETS if "{" not in one])
def test_a_question_with_nonsense_breaks_no_page(office: DeskOffice, address: str, query: str) -> None:
    browser = quiet(office)
    for nonsense in (HUGE, LONG, "-1", "²", "٣", "%00", "%ED%A0%80", "'", "%", "_"):
        assert browser.get(f"{address}?{query}={nonsense}").status_code in (200, 303, 404), nonsense[:40]


@pytest.mark.parametrize(("address", "needs"), POSTS)
def test_a_form_with_nonsense_breaks_nothing(office: DeskOffice, address: str, needs: Role) -> None:
    browser = quiet(office)
    names = (
        "act",
        "version",
        "arrival",
        "as_of",
        "entry",
        "decided_on",
        "to",
        "left_at",
        "public",
        "why",
        "name",
        "field",
    )
    csrf = token(browser.get("/"), "csrf")
    case = office.parts.casework.carry(filed(MORNING, *complete()), None, now=MORNING).case
    for number in ("1", HUGE, LONG, case.number):
        for nonsense in ("", HUGE, LONG, "²", "\0", "9999-99-99", "include", "left"):
            form = {"csrf": csrf, **dict.fromkeys(names, nonsense)}
            status = browser.client.post(filled(address, number), data=form).status_code
            assert status < 500, (number[:9], nonsense[:9])


# ------------------------------------------------------------ who may


@pytest.mark.parametrize("address", GETS)
def test_nothing_is_shown_to_who_is_not_signed_in(office: DeskOffice, address: str) -> None:
    answer = office.browser().get(filled(address, "1"))
    assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/sign-in")


@pytest.mark.parametrize(("address", "needs"), POSTS)
def test_each_form_needs_a_session_its_token_and_its_role(office: DeskOffice, address: str, needs: Role) -> None:
    target = filled(address, "1")
    assert office.browser().client.post(target).status_code == 401
    able = office.signed_in("able", needs)
    for csrf in ({}, {"csrf": ""}, {"csrf": "\udcff".encode("utf-8", "surrogateescape")}, {"csrf": "ү" * 43}):
        assert able.client.post(target, data=csrf).status_code == 403
    assert able.client.get(f"{target}?csrf={token(able.get('/'), 'csrf')}").status_code in (404, 405, 200, 303)
    below = [role for role in Role if not role.may(needs)]
    for role in below[-1:]:
        weaker = office.signed_in("weaker", role)
        assert weaker.client.post(target, data={"csrf": token(weaker.get("/"), "csrf")}).status_code == 403
        assert office.store.audit()[0][1].action == "role_refused"


def test_who_is_given_a_lesser_role_has_it_at_once(office: DeskOffice) -> None:
    browser = office.signed_in(role=Role.CHIEF)
    assert browser.get("/audit").status_code == 200
    user = office.store.user("aigerim")
    assert user is not None
    with office.store.writing() as writing:
        writing.put_user(replace(user, role=Role.VIEWER))
    assert browser.get("/audit").status_code == 403


# ------------------------------------------------------------ sessions


def test_a_new_password_ends_the_sessions_of_before(office: DeskOffice) -> None:
    browser = office.signed_in()
    user = office.store.user("aigerim")
    assert user is not None
    linked, secret = with_link(user, MORNING)
    with office.store.writing() as writing:
        writing.put_user(linked)
    other = office.browser()
    entry = token(other.get(f"/link/{secret}"), "entry")
    form = {"entry": entry, "password": "tugan zher topyragy", "again": "tugan zher topyragy"}
    assert other.client.post(f"/link/{secret}", data=form).status_code == 303
    assert browser.get("/").status_code == 303


def test_who_signs_in_anew_leaves_no_older_session_behind_in_that_browser(office: DeskOffice) -> None:
    browser = office.signed_in()
    older = browser.client.cookies[COOKIE]
    assert browser.sign_in().status_code == 303
    thief = office.browser()
    thief.client.cookies.set(COOKIE, older)
    assert thief.get("/").status_code == 303


def test_a_token_that_somebody_planted_is_nobodys_session(office: DeskOffice) -> None:
    office.person()
    browser = office.browser()
    browser.client.cookies.set(COOKIE, "planted")
    assert browser.sign_in().status_code == 303
    thief = office.browser()
    thief.client.cookies.set(COOKIE, "planted")
    assert thief.get("/").status_code == 303


def test_the_database_holds_nothing_to_enter_with(office: DeskOffice, tmp_path: Path) -> None:
    browser = office.signed_in()
    secret = browser.client.cookies[COOKIE]
    user, link = with_link(office.person("dana"), MORNING)
    with office.store.writing() as writing:
        writing.put_user(user)
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("register.db*"))
    assert secret.encode() not in kept
    assert link.encode() not in kept
    assert PASSWORD.encode() not in kept


def test_guesses_sent_all_at_once_are_all_counted(office: DeskOffice) -> None:
    office.person()

    def guess(n: int) -> int:
        return office.browser().sign_in(password=f"wrong guess {n}").status_code

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(guess, range(6))) == {401}
    user = office.store.user("aigerim")
    assert user is not None
    assert user.failures == 3, "the fourth waits already"
    assert office.browser().sign_in().status_code == 401


# ------------------------------------------------------------ the proxy


@pytest.mark.parametrize(
    ("address", "header", "status"),
    [
        ("10.1.2.3", {"x-remote-user": "aigerim"}, 200),
        ("11.1.2.3", {"x-remote-user": "aigerim"}, 303),
        ("11.1.2.3", {"x-remote-user": "aigerim", "x-forwarded-for": "10.1.2.3"}, 303),
        ("11.1.2.3", {"x-remote-user": "aigerim", "x-real-ip": "10.1.2.3", "forwarded": "for=10.1.2.3"}, 303),
        ("", {"x-remote-user": "aigerim"}, 303),
        ("10.1.2.3", {"x-remote-user": ""}, 303),
        ("10.1.2.3", {"x-remote-user": "@"}, 303),
        ("10.1.2.3", {"x_remote_user": "aigerim"}, 303),
        ("10.1.2.3", {"remote-user": "aigerim"}, 303),
    ],
)
def test_a_name_in_a_header_counts_from_the_proxy_alone(
    tmp_path: Path, address: str, header: dict[str, str], status: int
) -> None:
    office = open_office(tmp_path, proxy=Proxy(("10.0.0.0/8",), "x-remote-user"))
    office.person()
    browser = office.browser(address=address)
    browser.client.headers.update(header)
    assert browser.get("/").status_code == status
    office.store.close()


def test_two_names_in_the_header_are_nobodys(tmp_path: Path) -> None:
    """A browser's own header may reach us beside that of the proxy, in whatever order."""
    office = open_office(tmp_path, proxy=Proxy(("10.0.0.0/8",), "x-remote-user"))
    office.person()
    office.person("chief", Role.CHIEF)
    for names in (("chief", "aigerim"), ("aigerim", "chief")):
        browser = office.browser(address="10.1.2.3")
        answer = browser.client.get("/", headers=[("x-remote-user", name) for name in names])
        assert answer.status_code == 303
    office.store.close()


def test_without_a_header_set_up_nobody_is_believed(office: DeskOffice) -> None:
    office.person()
    browser = office.browser(address="127.0.0.1")
    browser.client.headers["x-remote-user"] = "aigerim"
    assert browser.get("/").status_code == 303


# ------------------------------------------------------------ what an applicant sent


@pytest.mark.parametrize(
    "name",
    ["a.html", "x.svg", 'a"; filename="b.html', "a\r\nSet-Cookie: x=1.html", "../../etc/passwd", "\u202egpj.exe", ""],
)
def test_a_file_is_only_ever_stored(office: DeskOffice, name: str) -> None:
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = "a@post.example", "x", "<a@post.example>"
    message.set_content("text")
    part = EmailMessage()
    part.set_content("<script>alert(1)</script>", subtype="html")
    part.add_header("Content-Disposition", "attachment", filename="placeholder.html")
    message.make_mixed()
    message.attach(part)
    raw = message.as_bytes().replace(b"placeholder.html", name.encode("utf-8").replace(b"\r\n", b"\r\n "))
    mail = office.parts.archive.keep(raw)
    with office.store.writing() as writing:
        arrival = writing.arrive(mail, Place("INBOX", 1, 1), MORNING, MORNING)
        writing.settle(arrival, Outcome(OutcomeKind.TRAY, why="kept", category=Category.OTHER), MORNING)
    answer = office.signed_in().get(f"/mail/{mail}/files/0")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/octet-stream"
    assert re.fullmatch(
        r"attachment; filename=\"[\w.-]+\"; filename\*=UTF-8''[\w.%~-]*", answer.headers["content-disposition"]
    )
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "set-cookie" not in answer.headers


# ------------------------------------------------------------ elsewhere


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "/\\evil.example", "/\t/evil.example", "https:evil.example", "javascript:alert(1)", "\\\\evil"],
)
@pytest.mark.parametrize("address", ["/language/kk?back={}", "/language/xx?back={}"])
def test_no_link_of_ours_leads_elsewhere(office: DeskOffice, address: str, target: str) -> None:
    assert office.browser().get(address.format(quote(target, safe=""))).headers["location"] == "/"


# ------------------------------------------------------------ days as people type them


@pytest.mark.parametrize("text", ["31.12.2026", " 31.12.2026 ", "31/12/2026", "2026-12-31", "31.12.2026 10:30"])
def test_a_day_is_taken_as_it_is_typed(text: str) -> None:
    if ":" in text:
        assert moment_in(text) == moment_in("2026-12-31T10:30") == at("2026-12-31 10:30")
    else:
        assert day_in(text) == date(2026, 12, 31)


@pytest.mark.parametrize("text", ["32.12.2026", "12.31.2026", "31.12.26", "0001-01-01", "9999-12-31", "tomorrow", "²"])
def test_what_is_no_day_is_refused(text: str) -> None:
    for read in (day_in, moment_in):
        with pytest.raises(ValueError, match=r"day|century|iso|must be|range"):
            read(text)
