"""By what a case is found: words of its forms however they are typed, language, doubts; old cases too."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from inbox_daemon.finding import WORDS_OF_A_CASE, doubts_of, finding_keys, language_of, words_of_case
from inbox_daemon.refinding import AT_ONCE, find_anew
from registry_store.folded import words_of
from registry_store.records import Case, Sheet
from tests.desk.browser import MORNING, DeskOffice, open_office
from tests.order.build import complete, filed, judged, new_case, said, sheet, with_gap

APPLICATION = complete()[0]


@pytest.fixture
def office(tmp_path: Path) -> DeskOffice:
    return open_office(tmp_path)


def case_with(*sheets: Sheet, unreadable: tuple[str, ...] = ()) -> Case:
    case = replace(new_case(), received=MORNING, sheets=sheets, unreadable=unreadable)
    return replace(case, verdict=judged(*sheets, unreadable=unreadable))


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Қыдырова Сәуле", "кыдырова сауле"),
        ("Көшесі, 7-үй", "кошеси 7 уй"),
        ("ҰҢҒЫ", "унгы"),
        ("Һәм", "хам"),
        ("Пётр", "петр"),
        ("Ермаков", "Epмаков"),  # Latin E and p
        ("Қызылorda", "кызылоrdа"),  # Latin o and a
        ("cafe", "CAFE"),
    ],
)
def test_a_word_is_found_however_it_was_typed(written: str, typed: str) -> None:
    assert words_of(written) == words_of(typed)


def test_latin_words_stay_latin_and_long_ones_are_cut() -> None:
    assert words_of("post.example Сауле_2") == ("post", "example", "сауле", "2")
    assert [len(word) for word in words_of("ә" * 500)] == [40]


def test_the_words_of_all_forms_are_known_and_not_without_end() -> None:
    told = sheet("volunteer", answers={"volunteering_experience": said("Мамандығым — дәрігер, 7 жыл")})
    assert {"даригер", "мамандыгым", "кыдырова", "астана"} <= words_of_case(case_with(told))
    endless = sheet("volunteer", answers={"volunteering_experience": said(" ".join(map(str, range(10_000, 12_000))))})
    words = words_of_case(case_with(endless))
    assert len(words) == WORDS_OF_A_CASE
    assert "кыдырова" in words, "names come first"


@pytest.mark.parametrize(
    ("sheets", "language"),
    [
        ((), None),
        (complete("kk"), "kk"),
        (complete("ru"), "ru"),
        ((complete("kk")[0], complete("ru")[1]), "both"),
        ((sheet("volunteer", language_any=True),), "both"),
    ],
)
def test_the_language_is_that_of_the_forms(sheets: tuple[Sheet, ...], language: str | None) -> None:
    assert language_of(case_with(*sheets)) == language


@pytest.mark.parametrize(
    ("sheets", "unreadable", "kinds"),
    [
        (complete(), (), set()),
        (with_gap(), (), set()),
        (
            (APPLICATION, sheet("volunteer", answers={"full_name": said("Сәуле", doubt="two names")})),
            (),
            {"any", "value"},
        ),
        (
            (APPLICATION, sheet("volunteer", answers={"iin": said("960315101802", flaws=("checksum",))})),
            (),
            {"any", "flaw"},
        ),
        ((APPLICATION, sheet("volunteer", "iin", unsure_blank=("iin",))), (), {"any", "blank"}),
        (complete(), ("скан.pdf: damaged",), {"any", "file"}),
        # the newest copy counts
        (
            (APPLICATION, sheet("volunteer", answers={"full_name": said("Сәуле", doubt="?")}), sheet("volunteer")),
            (),
            set(),
        ),
    ],
)
def test_the_kinds_of_doubt(sheets: tuple[Sheet, ...], unreadable: tuple[str, ...], kinds: set[str]) -> None:
    assert doubts_of(case_with(*sheets, unreadable=unreadable)) == kinds


def test_cases_of_before_are_found_anew_some_in_each_round(office: DeskOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inbox_daemon.refinding.AT_ONCE", 2)
    numbers = [
        office.parts.casework.carry(
            filed(MORNING, *with_gap(), n=n, sender=f"p{n}@post.example"), None, now=MORNING
        ).case.number
        for n in range(1, 6)
    ]
    with office.store.writing() as writing:
        for number in numbers:
            writing.put_keys(number, [("word", "old")])
    assert [find_anew(office.store) for _ in range(4)] == [2, 2, 1, 0]
    assert office.store.cases_by_key("word", "old") == ()
    assert office.store.cases_by_key("word", "астана") == tuple(numbers)
    assert office.store.cases_by_key("language", "kk") == tuple(numbers)
    assert AT_ONCE > 2


def test_another_version_goes_through_all_cases_again(office: DeskOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    case = office.parts.casework.carry(filed(MORNING, *complete()), None, now=MORNING).case
    assert [find_anew(office.store), find_anew(office.store)] == [1, 0]
    monkeypatch.setattr("inbox_daemon.refinding.VERSION", "3")
    assert find_anew(office.store) == 1
    assert ("language", "kk") in finding_keys(office.store.case(case.number))
