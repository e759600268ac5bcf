"""Which words of an entry stand in one language only (rules, section 6: they stand as written in both until a clerk
adds the other)."""

from __future__ import annotations

from collections.abc import Iterator

from .records import Entry, Text


def in_one_language(entry: Entry) -> tuple[tuple[str, str], ...]:
    """Return the places of an entry that lack a language, each with the language that it lacks.

    Places: "name", and "programmes.2.requirements" with the number that the programme has in the register.
    """
    return tuple((place, lack) for place, text in _texts(entry) if (lack := _lacks(text)))


def _texts(entry: Entry) -> Iterator[tuple[str, Text]]:
    yield "name", entry.facts.name
    for n, one in enumerate(entry.programmes, 1):
        for name in ("name", "place_time", "requirements"):
            yield f"programmes.{n}.{name}", getattr(one, name)


def _lacks(text: Text) -> str:
    if bool(text.kk) == bool(text.ru):
        return ""
    # What has no letters, such as a date in digits, needs no translation.
    return ("ru" if text.kk else "kk") if any(c.isalpha() for c in text.kk or text.ru or "") else ""
