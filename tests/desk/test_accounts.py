"""Who gets in, who does not, and what is kept of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from inbox_daemon.desk.accounts import AccountRefused, checked_name, with_link, with_password
from inbox_daemon.desk.parts import Proxy
from inbox_daemon.desk.totp import code_at, step_of
from registry_store.accounts import Role, User
from tests.desk.browser import MORNING, PASSWORD, DeskOffice, open_office, token

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # of RFC 6238, appendix B


def actions(office: DeskOffice) -> list[tuple[str, str]]:
    return [(line.user, line.action) for _, line in reversed(office.store.audit())]


def test_who_is_not_signed_in_is_led_to_the_sign_in_and_back(office: DeskOffice) -> None:
    browser = office.browser()
    office.person()
    sent = browser.get("/tasks?at=top")
    assert (sent.status_code, sent.headers["location"]) == (303, "/sign-in?next=%2Ftasks%3Fat%3Dtop")
    entered = browser.sign_in(to="/tasks?at=top")
    assert (entered.status_code, entered.headers["location"]) == (303, "/tasks?at=top")
    assert browser.get("/").status_code == 200
    assert actions(office) == [("aigerim", "sign_in")]


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example", "evil"])
def test_a_sign_in_leads_nowhere_else(office: DeskOffice, target: str) -> None:
    office.person()
    assert office.browser().sign_in(to=target).headers["location"] == "/"


def test_the_cookie_is_for_this_site_alone_and_no_script_sees_it(office: DeskOffice) -> None:
    office.person()
    cookie = office.browser().sign_in().headers["set-cookie"].lower()
    for word in ("desk_session=", "secure", "httponly", "samesite=strict", "path=/"):
        assert word in cookie


def test_a_wrong_password_waits_longer_each_time_and_the_right_one_waits_too(office: DeskOffice) -> None:
    office.person()
    browser = office.browser()
    for _ in range(3):
        assert browser.sign_in(password="wrong wrong wrong").status_code == 401
    assert browser.sign_in().status_code == 401, "the right password during the wait"
    office.watch.forward(seconds=15)
    assert browser.sign_in(password="wrong again").status_code == 401
    office.watch.forward(seconds=29)
    assert browser.sign_in().status_code == 401, "the second wait is twice as long"
    office.watch.forward(seconds=1)
    assert browser.sign_in().status_code == 303
    user = office.store.user("aigerim")
    assert user is not None
    assert (user.failures, user.locked_until) == (0, None)


def test_an_unknown_name_is_told_the_same_as_a_wrong_password(office: DeskOffice) -> None:
    office.person()
    wrong, unknown = (office.browser().sign_in(name, "wrong wrong") for name in ("aigerim", "nobody"))
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.count("alert") == unknown.text.count("alert") == 1


def test_a_session_ends_without_clicks_and_ends_in_any_case(office: DeskOffice) -> None:
    browser = office.signed_in()
    for _ in range(11):
        office.watch.forward(minutes=50)
        assert browser.get("/").status_code == 200
    office.watch.forward(minutes=50)
    assert browser.get("/").status_code == 303, "ten hours are over"
    assert browser.sign_in().status_code == 303
    office.watch.forward(minutes=60)
    assert browser.get("/").status_code == 303, "an hour without a click"


def test_a_form_of_an_ended_session_changes_nothing_and_says_so(office: DeskOffice) -> None:
    browser = office.signed_in()
    csrf = token(browser.get("/"), "csrf")
    office.watch.forward(hours=11)
    assert browser.client.post("/tasks/1/done", data={"csrf": csrf}).status_code == 401


def test_who_signs_out_is_out(office: DeskOffice) -> None:
    browser = office.signed_in()
    kept = browser.client.cookies["desk_session"]
    assert browser.post("/sign-out").status_code == 303
    browser.client.cookies.set("desk_session", kept)
    assert browser.get("/").status_code == 303


@pytest.mark.parametrize("given", ["", "wrong"])
def test_a_form_without_its_sessions_token_is_refused(office: DeskOffice, given: str) -> None:
    browser = office.signed_in(role=Role.CHIEF)
    answer = browser.client.post("/register/release", data={"csrf": given} if given else {})
    assert answer.status_code == 403


def test_the_token_of_another_session_is_refused(office: DeskOffice) -> None:
    browser = office.signed_in(role=Role.CHIEF)
    other = office.signed_in("berik", Role.CHIEF)
    answer = browser.client.post("/register/release", data={"csrf": token(other.get("/"), "csrf")})
    assert answer.status_code == 403


def test_a_sign_in_form_from_elsewhere_is_refused(office: DeskOffice) -> None:
    office.person()
    browser = office.browser()
    answer = browser.client.post("/sign-in", data={"name": "aigerim", "password": PASSWORD, "entry": "guessed"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("role", "address", "status"),
    [
        (Role.VIEWER, "/audit", 403),
        (Role.CLERK, "/audit", 403),
        (Role.CHIEF, "/audit", 200),
        (Role.ADMINISTRATOR, "/audit", 200),
    ],
)
def test_a_page_asks_for_its_role(office: DeskOffice, role: Role, address: str, status: int) -> None:
    assert office.signed_in(role=role).get(address).status_code == status


def test_a_viewer_decides_nothing(office: DeskOffice) -> None:
    browser = office.signed_in(role=Role.VIEWER)
    assert browser.post("/tasks/1/done").status_code == 403
    assert actions(office)[-1] == ("aigerim", "role_refused")


def test_every_answer_carries_the_headers(office: DeskOffice) -> None:
    browser = office.signed_in()
    for address in ("/", "/sign-in", "/static/desk.css", "/nowhere"):
        headers = browser.get(address).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["strict-transport-security"]


def test_more_than_a_form_is_not_read(office: DeskOffice) -> None:
    browser = office.signed_in()
    assert browser.client.post("/sign-out", data={"csrf": "x" * 3_000_000}).status_code == 413


# ------------------------------------------------------------ codes of the phone


@pytest.mark.parametrize(
    ("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_a_code_is_that_of_the_rfc(seconds: int, code: str) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    assert code_at(SECRET, seconds // 30) == code
    assert step_of(f"{code[:3]} {code[3:]}", SECRET, moment, 0) == seconds // 30


def test_an_account_with_a_code_needs_it_and_each_code_counts_once(office: DeskOffice) -> None:
    office.person(totp_secret=SECRET)
    code = code_at(SECRET, int(MORNING.timestamp()) // 30)
    browser = office.browser()
    assert browser.sign_in().status_code == 401
    assert browser.sign_in(code=code).status_code == 303
    assert office.browser().sign_in(code=code).status_code == 401, "used before"


# ------------------------------------------------------------ links, names, passwords


def test_a_link_gives_a_password_once_and_for_a_day(office: DeskOffice) -> None:
    user, secret = with_link(User("dana", "", Role.CLERK), MORNING)
    with office.store.writing() as writing:
        writing.add_user(user, MORNING)
    browser = office.browser()
    address = f"/link/{secret}"
    form = {"entry": token(browser.get(address), "entry"), "password": "zhanbyr zhauyp tur", "again": "zhanbyr zhauyp"}
    assert browser.client.post(address, data=form).status_code == 400, "the two differ"
    assert browser.client.post(address, data={**form, "again": form["password"]}).status_code == 303
    assert browser.sign_in("dana", form["password"]).status_code == 303
    assert browser.get(address).status_code == 404, "used"


def test_an_old_link_is_of_no_use(office: DeskOffice) -> None:
    user, secret = with_link(User("dana", "", Role.CLERK), MORNING)
    with office.store.writing() as writing:
        writing.add_user(user, MORNING)
    office.watch.forward(hours=24)
    assert office.browser().get(f"/link/{secret}").status_code == 404


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "my name is aigerim"])
def test_a_weak_password_is_refused(password: str) -> None:
    with pytest.raises(AccountRefused):
        with_password(User("aigerim", "", Role.CLERK), password)


def test_a_password_is_kept_as_argon2id() -> None:
    assert with_password(User("dana", "", Role.CLERK), PASSWORD).password.startswith("$argon2id$v=19$m=65536,t=3")


def test_a_name_is_plain() -> None:
    assert checked_name(" Aigerim.S ") == "aigerim.s"
    with pytest.raises(AccountRefused):
        checked_name("a b")


# ------------------------------------------------------------ a proxy in front


def test_a_name_from_a_proxy_is_believed_from_its_address_alone(tmp_path: Path) -> None:
    office = open_office(tmp_path, proxy=Proxy(("10.0.0.0/8",), "x-remote-user"))
    office.person()
    outside, browser = office.browser(), office.browser(address="10.1.2.3")
    for one, status in ((outside, 303), (browser, 200)):
        one.client.headers["x-remote-user"] = "aigerim@MINISTRY.EXAMPLE"
        assert one.get("/").status_code == status
    browser.client.headers["x-forwarded-for"] = "198.51.100.1, 203.0.113.9"
    browser.client.headers["x-remote-user"] = "nobody"
    assert browser.get("/").status_code == 303, "the proxy names somebody without an account"
    browser.sign_in(password="wrong wrong")
    assert office.store.audit()[0][1].address == "203.0.113.9"
    office.store.close()


def test_the_longest_wait_is_an_hour(office: DeskOffice) -> None:
    office.person(failures=40)
    office.browser().sign_in(password="wrong wrong")
    user = office.store.user("aigerim")
    assert user is not None
    assert user.locked_until == MORNING + timedelta(hours=1)
