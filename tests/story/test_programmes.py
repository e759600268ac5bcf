"""Columns 7–10: the programmes and actions of an entry with one running number (rules, sections 3 and 6)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from inbox_daemon.order.completeness import enclosed_forms
from parsers.readings import FilledForm, FormId, Language
from registry_store.records import LetterKind
from tests.order.build import sheet
from tests.simulation.people import form, person
from tests.story.told import Ministry, filing, ministry

SAULE = person(1)


def programme(name: str, *, language: Language = "kk", kind: FormId = "programme", without: str = "") -> FilledForm:
    plain = form(SAULE, kind, language=language, without={without})
    return replace(plain, fields={**plain.fields, "name": replace(plain.fields["name"], value=name, text=name)})


def brings(story: Ministry, *forms: FilledForm) -> None:
    story.receives(SAULE, *forms, subject="Бағдарлама / Программа", words="Бағдарлама қоса беріледі.")


def test_programmes_that_come_later_are_added_and_keep_their_numbers(tmp_path: Path) -> None:
    with ministry(tmp_path, "2026-10-12 10:00") as story:
        story.receives(SAULE, *filing(SAULE, "organization"), programme("Таза өзен"))
        brings(story, programme("Жасыл бақ"))
        brings(story, programme("Қала күні", kind="action"))
        # The same again, in other letters and blanks: its facts are newer, its number is the same.
        brings(story, programme("ТАЗА  ӨЗЕН"))

        row = story.published("kk")[0]
        assert row[6].splitlines() == ["1. ТАЗА ӨЗЕН", "2. Жасыл бақ"]
        assert row[7] == "3. Қала күні"
        assert [line[:2] for line in row[8].splitlines()] == ["1.", "2.", "3."]


def test_a_programme_that_comes_while_the_application_is_under_review_is_added_too(tmp_path: Path) -> None:
    with ministry(tmp_path, "2026-10-20 11:00") as story:
        story.receives(SAULE, *filing(SAULE, "organization", without="head_name"), programme("Таза өзен"))
        brings(story, programme("Жасыл бақ"))
        story.receives(SAULE, *filing(SAULE, "organization"))

        assert story.published("kk")[0][6].splitlines() == ["1. Таза өзен", "2. Жасыл бақ"]


def test_the_rework_of_a_programme_takes_its_place_though_its_name_was_put_right(tmp_path: Path) -> None:
    with ministry(tmp_path, "2026-10-12 10:00") as story:
        story.receives(SAULE, *filing(SAULE, "organization"))
        story.until("2026-10-20 11:00")
        number = story.receives(
            SAULE, programme("Таза озен", without="goal"), subject="Бағдарлама", words="Қоса беріледі."
        )
        assert number is not None
        story.until("2026-10-28 12:00")
        letter = story.letter(LetterKind.REWORK, number)
        story.receives(SAULE, programme("Таза өзен"), subject="Толықтырылды", answering=letter)

        assert story.published("kk")[0][6].splitlines() == ["1. Таза өзен"]


@pytest.mark.parametrize(
    ("first", "later", "known"),
    [
        (sheet("programme"), sheet("programme"), 1),
        (sheet("programme"), sheet("programme", answers={"name": "Басқа бағдарлама"}), 2),
        (sheet("programme", "goal"), sheet("programme", answers={"name": "Басқа бағдарлама"}), 1),
        (sheet("programme", "name"), sheet("programme"), 1),
        (sheet("programme"), sheet("action"), 2),
    ],
)
def test_a_later_programme_replaces_the_same_one_and_one_with_gaps(first: object, later: object, known: int) -> None:
    sheets = (replace(first, mail="01" * 32), replace(later, mail="02" * 32))  # type: ignore[type-var]

    assert len(enclosed_forms(sheets)) == known  # type: ignore[arg-type]
