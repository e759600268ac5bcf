"""The page of two filings, and what of it stands on the page of a case that came back."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from inbox_daemon.desk.words import said as words_of
from registry_store.accounts import Role
from tests.desk.browser import MORNING, DeskOffice, open_office
from tests.desk.rework import SECOND, THIRD, reworked
from tests.order.build import IIN, application, filed, sheet


@pytest.fixture
def office(tmp_path: Path) -> DeskOffice:
    return open_office(tmp_path)


def plain(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_what_changed_is_told_in_words_and_in_signs(office: DeskOffice, language: str) -> None:
    case = reworked(office, SECOND)
    page = office.signed_in(language=language).get(f"/cases/{case.number}/difference")
    assert page.status_code == 200
    out, put = {"kk": ("алынып тасталған:", "қосылған:"), "ru": ("убрано:", "добавлено:")}[language]
    assert f'<del><span class="hidden">{out} </span>7</del>' in page.text
    assert f'<ins><span class="hidden">{put} </span>9</ins>' in page.text
    assert f'<ins><span class="hidden">{put} </span>{IIN}</ins>' in page.text
    assert f'<del><span class="hidden">{out} </span>Қыдырова Сәуле</del>' in page.text
    assert words_of(language, "counts", "missing") in plain(page.text)  # type: ignore[arg-type]
    assert words_of(language, "form_difference", "unsent") in plain(page.text)  # type: ignore[arg-type]
    assert ("aigerim", "difference", case.number) in [
        (line.user, line.action, line.case) for _, line in office.store.audit()
    ]


def test_a_case_that_came_back_shows_what_changed_before_anything_is_decided(office: DeskOffice) -> None:
    case = reworked(office, SECOND)
    page = office.signed_in().get(f"/cases/{case.number}").text
    assert f'href="/cases/{case.number}/difference"' in page
    assert page.index('id="came-back"') < page.index('id="forms"')
    assert page.index('id="came-back"') < page.find('id="decide"') or 'id="decide"' not in page
    assert "изменено: 1 , заполнено впервые: 1 , пропало: 1 , всё ещё не хватает: 1 ." in plain(page)


def test_a_case_that_came_once_offers_nothing_to_compare(office: DeskOffice) -> None:
    case = office.parts.casework.carry(filed(MORNING, *THIRD), None, now=MORNING).case
    browser = office.signed_in()
    assert "/difference" not in browser.get(f"/cases/{case.number}").text
    assert browser.get(f"/cases/{case.number}/difference").status_code == 404
    assert browser.get("/cases/VR-2026-999999/difference").status_code == 404


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", "Алматы"),  # the first filing and the last
        ("?old=1&new=2", "9"),
        ("?old=2&new=3", "Алматы"),
        ("?old=99&new=x&copies=nonsense", "Алматы"),
        ("?old=" + "9" * 5000, "Алматы"),
        ("?old=²&new=٣", "Алматы"),
    ],
)
def test_the_reader_chooses_which_filings_are_compared(office: DeskOffice, query: str, shown: str) -> None:
    case = reworked(office, SECOND, THIRD)
    page = office.signed_in(role=Role.VIEWER).get(f"/cases/{case.number}/difference{query}")
    assert page.status_code == 200
    assert f"</span>{shown}</ins>" in page.text


def test_the_kazakh_copy_is_compared_with_the_russian_one(office: DeskOffice) -> None:
    copies = (
        application("volunteer"),
        sheet("volunteer"),
        sheet("volunteer", language="ru", answers={"birth_year": 1996}),
    )
    case = office.parts.casework.carry(filed(MORNING, *copies), None, now=MORNING).case
    page = office.signed_in().get(f"/cases/{case.number}/difference").text
    assert '<option value="kk-ru" selected>' in page
    assert "</span>1995</del>" in page
    assert "</span>1996</ins>" in page


def test_what_an_applicant_typed_is_no_markup(office: DeskOffice) -> None:
    case = reworked(office, (sheet("volunteer", answers={"residence": "<script>alert(1)</script>"}),))
    browser = office.signed_in()
    for page in (f"/cases/{case.number}", f"/cases/{case.number}/difference"):
        assert "<script>alert" not in browser.get(page).text
