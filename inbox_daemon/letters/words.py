"""Days, numbers with their nouns and short reasons, from the table `words.toml` beside the letters."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from parsers.catalogue import Field
from parsers.readings import FormId, Language


@cache
def table() -> Mapping[str, Any]:
    """Return `templates/letters/words.toml`, read once."""
    return tomllib.loads((files("templates") / "letters" / "words.toml").read_text(encoding="utf-8"))


def day_in_words(day: date, language: Language) -> str:
    """Return the day with its weekday, to stand alone or after a colon (nothing in it is declined)."""
    words = table()
    pattern: str = words["date"][language]
    return pattern.format(
        day=day.day,
        month=words["months"][language][day.month - 1],
        year=day.year,
        weekday=words["weekdays"][language][day.weekday()],
    )


def day_in_digits(day: date) -> str:
    """Return the day as both languages write it in digits, for subject lines."""
    return f"{day.day:02}.{day.month:02}.{day.year}"


def counted(number: int, noun: str, language: Language) -> str:
    """Return the number with the right form of the noun: KeyError for a noun that the table lacks."""
    forms: list[str] = table()["counted"][noun][language]
    return f"{number} {forms[_plural(number) if len(forms) > 1 else 0]}"


def _plural(number: int) -> int:
    """Return which of the three Russian forms follows the number: 0 for 1, 21 …; 1 for 2–4, 22 …; else 2."""
    if number % 10 == 1 and number % 100 != 11:
        return 0
    if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14):
        return 1
    return 2


def reason(code: str, language: Language) -> str:
    """Return why a file could not be read, in words."""
    words: str = table()["reasons"][code][language]
    return words


def reason_codes() -> frozenset[str]:
    """Return the reasons that have words."""
    return frozenset(table()["reasons"])


def hint(field: Field, language: Language) -> str:
    """Return how a field is filled in, empty where nothing needs to be said."""
    hints = table()["hints"]
    words: str = hints.get(field.id, hints.get(field.kind, {})).get(language, "")
    return words


def remark(field: Field, language: Language) -> str:
    """Return what is said in the margin of a form beside a field that is to be filled in."""
    remarks = table()["remarks"]
    words: str = remarks.get(field.id, remarks.get(field.kind))[language]
    return words


def other_remark(code: str, language: Language) -> str:
    """Return a remark that is about no gap: sign_again, not_copied."""
    words: str = table()["remarks"][code][language]
    return words


def note_above(number: str, language: Language) -> str:
    """Return the line above a form that is given back; number: of the case."""
    pattern: str = table()["own_form"]["note"][language]
    return pattern.format(number=number)


def in_language(form_in: Language, language: Language) -> str:
    """Return "in Kazakh" or "in Russian" in the language of the letter."""
    words: str = table()["in_language"][form_in][language]
    return words


def form_file(form: FormId, language: Language) -> str:
    """Return the name of a blank form as a file, without its ending."""
    name: str = table()["form_files"][form][language]
    return name


def own_form_file(form: FormId, language: Language, number: str, n: int = 0) -> str:
    """Return the name of a form that is given back, without its ending; n: which of several, 0 for the only one."""
    pattern: str = table()["own_form"]["file_of_several" if n else "file"][language]
    return pattern.format(form=form_file(form, language), number=number, n=n)
