"""Days and numbers in both languages."""

from __future__ import annotations

import re
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

import inbox_daemon.letters
from inbox_daemon.letters import words
from inbox_daemon.letters.render import _letters
from parsers.catalogue import FORM_ORDER, Kind, catalogue
from parsers.readings import FormId, Language, Unreadable

TEMPLATES = sorted(
    (f.name, f.read_text(encoding="utf-8"))
    for f in (files("templates") / "letters").iterdir()
    if f.name.endswith(".j2")
)


@pytest.mark.parametrize(
    ("day", "language", "said"),
    [
        (date(2026, 11, 2), "kk", "2026 жылғы 2 қараша, дүйсенбі"),
        (date(2026, 11, 2), "ru", "2 ноября 2026 года, понедельник"),
        (date(2028, 2, 29), "kk", "2028 жылғы 29 ақпан, сейсенбі"),
        (date(2027, 1, 31), "ru", "31 января 2027 года, воскресенье"),
    ],
)
def test_a_day_is_said_with_its_weekday(day: date, language: Language, said: str) -> None:
    assert words.day_in_words(day, language) == said


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_there_are_twelve_months_and_seven_weekdays(language: str) -> None:
    assert len(set(words.table()["months"][language])) == 12
    assert len(set(words.table()["weekdays"][language])) == 7


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "0 рабочих дней"),
        (1, "1 рабочий день"),
        (2, "2 рабочих дня"),
        (4, "4 рабочих дня"),
        (5, "5 рабочих дней"),
        (11, "11 рабочих дней"),
        (12, "12 рабочих дней"),
        (21, "21 рабочий день"),
        (22, "22 рабочих дня"),
        (111, "111 рабочих дней"),
    ],
)
def test_a_russian_number_has_its_noun_in_the_right_form(number: int, said: str) -> None:
    assert words.counted(number, "working_days", "ru") == said
    assert words.counted(number, "working_days", "kk") == f"{number} жұмыс күні"


def test_every_reason_of_an_unreadable_file_has_words_in_both_languages() -> None:
    for reason in get_args(get_type_hints(Unreadable)["reason"]):
        assert words.reason(reason, "kk") != words.reason(reason, "ru")


@pytest.mark.parametrize("form", FORM_ORDER)
def test_every_field_has_a_remark_in_both_languages(form: FormId) -> None:
    for field in catalogue().forms[form].fields:
        kazakh, russian = words.remark(field, "kk"), words.remark(field, "ru")
        assert kazakh.endswith(".")
        assert russian.endswith(".")
        assert kazakh != russian


def test_every_remark_and_hint_is_about_a_field_or_a_kind_that_there_is() -> None:
    fields = {one.id for form in catalogue().forms.values() for one in form.fields}
    known = fields | set(get_args(Kind)) | {"sign_again", "not_copied"}
    assert set(words.table()["remarks"]) <= known
    assert set(words.table()["hints"]) <= known


def test_official_russian_is_written_without_yo_in_the_table_too() -> None:
    assert "ё" not in (files("templates") / "letters" / "words.toml").read_text(encoding="utf-8").lower()


@pytest.mark.parametrize(("name", "source"), TEMPLATES)
def test_both_languages_print_the_same_facts(name: str, source: str) -> None:
    """What stands in {{ }} of one language stands in the other: nobody is told less."""
    halves = re.split(r"\{% block subject_ru %\}", source)
    if len(halves) == 1:  # a shared part, or a frame
        return
    facts = [set(re.findall(r"\{\{ ([a-z_.]+)", half)) for half in halves]
    assert facts[0] == facts[1]


@pytest.mark.parametrize(("name", "source"), TEMPLATES)
def test_official_russian_is_written_without_yo(name: str, source: str) -> None:
    assert "ё" not in source.lower()


def test_every_template_compiles() -> None:
    for name, _ in TEMPLATES:
        _letters().get_template(name)


def test_no_word_for_applicants_stands_in_python() -> None:
    for source in Path(inbox_daemon.letters.__path__[0]).glob("*.py"):
        assert not re.search("[А-Яа-яӘәІіҢңҒғҮүҰұҚқӨөҺһ]{2}", source.read_text(encoding="utf-8")), source.name
