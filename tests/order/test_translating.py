"""§3: the register is in Kazakh and Russian; a clerk adds the language that a form did not come in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from inbox_daemon.errors import NotAllowed
from inbox_daemon.order.case import decide
from inbox_daemon.order.entries import complete_programmes, entry_facts
from inbox_daemon.order.translating import in_one_language
from registry_store.payloads import dump, load
from registry_store.records import Case, ClerkTranslated, Programme, Reword, Reworded, Step, Text, Translation
from tests.order import lives
from tests.order.build import application, at, complete, day, days, filed, new_case, sheet

NOW = at("2026-10-24 10:00")
ORGANISATION = (application("organization"), sheet("organization"), sheet("action"))


def put(case: Case, words: str, text: str, language: str = "ru") -> Step:
    return decide(case, ClerkTranslated(NOW, "aigerim", words, language, text), days())


def included(*sheets: object) -> Case:
    return replace(lives.led(new_case(), filed(lives.RECEIVED, *sheets)), entry=15)  # type: ignore[arg-type]


def test_what_the_register_publishes_in_one_language_is_named_and_what_came_in_both_is_not() -> None:
    one = lives.led(new_case(), filed(lives.RECEIVED, *ORGANISATION))
    named = {(line.item, line.words) for line in in_one_language(one)}
    assert ("organization.org_name", "Үлгі") in named
    assert {item for item, _ in named} >= {"action.name", "action.place", "action.date_and_time", "action.requirements"}
    assert "organization.bin" not in {item for item, _ in named}
    russian = (application("organization", language="ru"), sheet("organization", language="ru"))
    both = lives.led(new_case(), filed(lives.RECEIVED, *ORGANISATION[:2], *russian))
    assert in_one_language(both) == ()


@pytest.mark.parametrize(
    ("words", "text", "language", "code"),
    [
        ("Үлгі", " ", "ru", "nothing_said"),
        ("Үлгі", "Образец", "kk", "nothing_to_translate"),
        ("Басқа", "Другое", "ru", "nothing_to_translate"),
        ("Үлгі", "о" * 1001, "ru", "too_long"),
    ],
)
def test_only_what_lacks_a_language_gets_it(words: str, text: str, language: str, code: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        put(included(*ORGANISATION), words, text, language)
    assert refused.value.code == code


def test_a_case_that_is_not_decided_keeps_the_wording_for_its_entry() -> None:
    case = put(lives.is_complete(), "Қыдырова Сәуле", " Кыдырова \n Сауле ").case
    assert replace(case, translations=(), version=0) == replace(lives.is_complete(), version=0)
    facts = entry_facts(case.sheets, "volunteer", day("2026-10-27"), case.translations)
    assert facts.name == Text("Қыдырова Сәуле", "Кыдырова Сауле")
    again = put(case, "Қыдырова Сәуле", "Кыдырова Сауле Ерлановна").case
    assert again.translations == (Translation("Қыдырова Сәуле", "ru", "Кыдырова Сауле Ерлановна"),)


def test_an_entry_gets_the_wording_at_once() -> None:
    case = included(*ORGANISATION)
    (effect,) = put(case, "Үлгі", "Образец").effects
    before, after = Text("«Үлгі» — Қыдырова Сәуле"), Text("«Үлгі» — Қыдырова Сәуле", "«Образец» — Қыдырова Сәуле")
    assert effect == Reword(15, (Reworded(before, after),))
    assert put(lives.is_complete(), "Қыдырова Сәуле", "Кыдырова Сауле").effects == ()


def test_of_an_actions_place_and_time_the_part_without_a_wording_stands_as_written() -> None:
    (action,) = [s for s in ORGANISATION if s.form == "action"]
    place, time = str(action.answers["place"].value), str(action.answers["date_and_time"].value)
    (made,) = complete_programmes((action,), (), (Translation(place, "ru", "У реки"),))
    assert isinstance(made, Programme)
    assert made.place_time == Text(f"{place}; {time}", f"У реки; {time}")


def test_a_case_of_before_has_no_wordings() -> None:
    case = lives.led(new_case(), filed(lives.RECEIVED, *complete()))
    stored = dump(case).replace(',"translations":[]', "")
    assert "translations" not in stored
    assert load(Case, stored) == case
