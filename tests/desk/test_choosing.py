"""A clerk chooses an entry or a case from those that may be meant, sees whose it is, what would change and the letter,
and only then carries it out.

The kind: a bare number typed into a form, carried out on whoever has it, before anybody has seen a name.
"""

from __future__ import annotations

import pytest
from httpx2 import Response
from lxml import html

from registry_store.records import Case, ClerkJoined, ClerkTookOut, State
from tests.desk.browser import MORNING, Browser, DeskOffice
from tests.desk.page_forms import PageForm, forms_in, post
from tests.desk.test_whose_entry import BERIK, LATER, WHY, asks_to_stop, changed, office, opened
from tests.order.build import SENDER, application, filed, sheet, with_gap

__all__ = ["office"]  # the register has Saule in entry 1


def chooser(browser: Browser, case: Case, act: str) -> PageForm:
    """The form of a case's page in which an entry is chosen."""
    page = browser.get(f"/cases/{case.number}")
    return next(one for one in forms_in(page) if one.action == f"/cases/{case.number}/preview/{act}")


def asked(browser: Browser, form: PageForm, **changed_to: str) -> Response:
    query = "&".join(f"{name}={value}" for name, value in form.changed(dict(changed_to)))
    return browser.get(f"{form.action}?{query}")


def sender(page: Response, act: str) -> PageForm:
    """The form of a preview that carries the act out."""
    return next(one for one in forms_in(page) if ("act", act) in one.buttons)


def words_of(page: Response) -> str:
    return " ".join(str(html.document_fromstring(page.text).xpath("string(//main)")).split())


def test_a_change_of_the_same_person_is_offered_seen_and_carried_out(office: DeskOffice) -> None:
    browser = office.signed_in()
    case = changed(office, sender=SENDER, residence="Шымкент", contacts={"phone": ["+77470001122"]})
    form = chooser(browser, case, "include")
    assert dict(form.sent)["entry"] == "1", "nothing speaks against the one entry: it is chosen already"
    page = asked(browser, form)
    assert page.status_code == 200
    assert office.store.case(case.number) == case, "looking carries nothing out"
    shown = words_of(page)
    assert "Қыдырова Сәуле" in shown
    assert "+77000001122" in shown, "what stands there now"
    assert "+77470001122" in shown, "what would stand there"
    sent = sender(page, "include")
    assert "other_person_why" not in dict(sent.sent), "nothing has to be overruled"
    assert post(browser, sent, [*sent.sent, ("act", "include")]).status_code == 303
    assert office.store.case(case.number).state is State.CARRIED_OUT
    assert office.store.entry(1).facts.contacts.phone == ("+77470001122",)


@pytest.mark.parametrize("act", ["include", "stop"])
def test_somebody_elses_entry_is_named_and_needs_a_tick_and_a_reason(office: DeskOffice, act: str) -> None:
    browser = office.signed_in()
    stranger = "dinara@post.example"
    case = changed(office, sender=stranger, **BERIK) if act == "include" else asks_to_stop(office, stranger)
    form = chooser(browser, case, act)
    assert dict(form.sent)["entry"] == "another", "no entry of this person is known"
    page = asked(browser, form, entry="another", entry_typed="1")
    assert page.status_code == 200
    assert "Қыдырова Сәуле" in words_of(page), "whose it is stands there before anybody clicks"
    assert page.text.count("<pre>") >= 1, "and so does the letter"
    sent, before = sender(page, act), office.store.entry(1)
    button = ("act", act)
    for typed in (
        {"why": "typed before"},
        {"why": "typed before", "other_person_why": WHY},
        {"why": "typed before", "other_person": "yes"},
    ):
        refused = post(browser, sent, [*sent.changed(dict(typed)), button])
        assert refused.status_code == 409, typed
        again = dict(sender(refused, act).sent)
        assert {name: again[name] for name in typed} == typed, "what was typed stays"
        assert office.store.case(case.number) == case
        assert office.store.entry(1) == before
    said = {"why": "by hand", "other_person": "yes", "other_person_why": WHY}
    assert post(browser, sent, [*sent.changed(dict(said)), button]).status_code == 303
    assert office.store.case(case.number).state is State.CARRIED_OUT
    event = office.store.journal(case.number)[-1].event
    assert getattr(event, "other_person_why", "") == WHY


@pytest.mark.parametrize("number", ["77", "999999999", "abc", ""])
def test_a_number_that_no_entry_has_carries_nothing_out_and_is_said_to_be_none(office: DeskOffice, number: str) -> None:
    browser, case = office.signed_in(), asks_to_stop(office, "dinara@post.example")
    page = asked(browser, chooser(browser, case, "stop"), entry="another", entry_typed=number)
    assert 'role="alert"' in page.text
    assert not [one for one in forms_in(page) if ("act", "stop") in one.buttons]


def test_the_day_of_a_stop_stands_in_the_letter_that_is_shown(office: DeskOffice) -> None:
    browser, case = office.signed_in(), asks_to_stop(office, SENDER)
    form = chooser(browser, case, "stop")
    page = asked(browser, form, decided_on="20.10.2026")
    assert "20 октября 2026" in words_of(page)
    sent = sender(page, "stop")
    assert dict(sent.sent)["decided_on"] == "20.10.2026"
    assert post(browser, sent, [*sent.changed({"why": "asked"}), ("act", "stop")]).status_code == 303
    stop = office.store.entry(1).stop
    assert stop is not None
    assert str(stop.on) == "2026-10-20"


def test_a_number_typed_beside_another_choice_is_asked_about(office: DeskOffice) -> None:
    """Words that a clerk typed are never passed over: neither of the two is taken."""
    browser = office.signed_in()
    case = changed(office, sender=SENDER, residence="Шымкент")
    page = asked(browser, chooser(browser, case, "include"), entry="1", entry_typed="5")
    assert 'role="alert"' in page.text
    assert not [one for one in forms_in(page) if ("act", "include") in one.buttons]


def joining(browser: Browser, case: Case) -> PageForm:
    return next(one for one in forms_in(browser.get(f"/cases/{case.number}")) if ("act", "join") in one.sent)


def test_cases_are_joined_by_choosing_and_taken_apart_again(office: DeskOffice) -> None:
    browser = office.signed_in()
    first = opened(office, *with_gap(), n=11)
    second = opened(office, sheet("volunteer"), n=12)
    form = joining(browser, first)
    offered = words_of(browser.get(f"/cases/{first.number}"))
    assert f"{second.number}: Қыдырова Сәуле" in offered
    typed = form.changed({"other": second.number, "why": "one filing in two mails"})
    assert post(browser, form, typed).status_code == 303
    assert office.store.case(second.number).state is State.CLOSED
    page = browser.get(f"/cases/{first.number}")
    undo = next(one for one in forms_in(page) if ("act", "undo") in one.sent)
    assert post(browser, undo, undo.changed({"why": "two filings after all"})).status_code == 303
    assert office.store.case(second.number).state is second.state
    assert office.store.case(first.number).sheets == first.sheets


def test_another_persons_case_is_joined_only_with_a_tick_and_a_reason(office: DeskOffice) -> None:
    browser = office.signed_in()
    mine = opened(office, *with_gap(), n=11)
    berik = opened(office, application("volunteer"), sheet("volunteer", answers=BERIK), n=12, sender="b@post.example")
    form = joining(browser, mine)
    typed = {"other": "another", "other_typed": berik.number.lower(), "why": "the same, I think"}
    refused = post(browser, form, form.changed(dict(typed)))
    assert refused.status_code == 409
    assert "Асанов Берік" in words_of(refused), "whose case it is stands there"
    again = next(one for one in forms_in(refused) if ("act", "join") in one.sent)
    kept = dict(again.sent)
    assert (kept["other_typed"].upper(), kept["why"]) == (berik.number, typed["why"])
    assert office.store.case(berik.number) == berik
    sent = again.changed({"other_person": "yes", "other_person_why": WHY})
    assert post(browser, again, sent).status_code == 303
    event = office.store.journal(mine.number)[-1].event
    assert isinstance(event, ClerkJoined)
    assert event.other_person_why == WHY


def test_the_case_that_a_split_made_is_named_and_the_split_taken_back(office: DeskOffice) -> None:
    browser = office.signed_in()
    both = (application("volunteer"), sheet("volunteer", "iin"), sheet("volunteer", language="ru", answers=BERIK))
    case = office.parts.casework.carry(filed(LATER, *both, n=21), None, now=LATER).case
    page = browser.get(f"/cases/{case.number}")
    form = next(one for one in forms_in(page) if ("act", "take-out") in one.sent)
    done = post(browser, form, form.changed({"sheet": "2", "why": "two people in one mail"}))
    assert done.status_code == 303, words_of(done)[:400]
    event = office.store.journal(case.number)[-1].event
    assert isinstance(event, ClerkTookOut)
    shown = browser.get(done.headers["location"])
    assert f'href="/cases/{event.to}"' in shown.text
    undo = next(one for one in forms_in(shown) if ("act", "undo") in one.sent)
    assert post(browser, undo, undo.changed({"why": "one person"})).status_code == 303
    assert office.store.case(case.number).sheets == case.sheets
    assert office.store.case(event.to).state is State.CLOSED
    assert MORNING < LATER


def test_no_address_names_a_case_that_is_none(office: DeskOffice) -> None:
    browser, case = office.signed_in(), opened(office, *with_gap(), n=11)
    page = browser.get(f"/cases/{case.number}?went_to=https://evil.example")
    assert "evil" not in page.text.replace("back=", "").split("<main")[1]
