"""All letters are stopped and let go from the desk, with a reason and by a chief only."""

from __future__ import annotations

from inbox_daemon.letters.by_hand import why_stopped
from registry_store.accounts import Role
from tests.desk.browser import DeskOffice


def test_a_chief_stops_all_letters_with_a_reason_and_lets_them_go(office: DeskOffice) -> None:
    chief = office.signed_in(role=Role.CHIEF)
    assert chief.post("/letters/switch", "/letters", act="stop", why=" ").status_code == 409
    assert why_stopped(office.store) == ""
    assert chief.post("/letters/switch", "/letters", act="stop", why="a wrong text").status_code == 303
    assert why_stopped(office.store).endswith("by aigerim: a wrong text")
    page = chief.get("/letters").text
    assert "data-stopped" in page
    assert "a wrong text" in page
    assert chief.post("/letters/switch", "/letters", act="go").status_code == 303
    assert why_stopped(office.store) == ""
    assert "data-stopped" not in chief.get("/letters").text
    assert "остановлены: a wrong text" in chief.get("/audit").text


def test_the_brake_stands_behind_the_work_and_its_release_before_it(office: DeskOffice) -> None:
    chief = office.signed_in(role=Role.CHIEF)
    page = chief.get("/letters").text
    assert page.index('id="switch-why"') > page.rindex("<h2>")
    chief.post("/letters/switch", "/letters", act="stop", why="a wrong text")
    stopped = chief.get("/letters").text
    assert "switch-why" not in stopped
    assert stopped.index('value="go"') < stopped.index("<h2>")


def test_a_clerk_sees_that_letters_are_stopped_but_has_no_switch(office: DeskOffice) -> None:
    office.signed_in("berik", Role.CHIEF).post("/letters/switch", "/letters", act="stop", why="a wrong text")
    clerk = office.signed_in()
    page = clerk.get("/letters").text
    assert "a wrong text" in page
    assert "letters-switch" not in page
    assert clerk.post("/letters/switch", "/letters", act="go").status_code == 403
    assert why_stopped(office.store)
