"""From an entry to its row: the eleven columns of Appendix 1 (rules, section 6), and nothing else.

What an entry must not show is decided here: an undone entry has no row, the contacts of a minor wait for
the clerk, and a row in which an IIN or BIN stands is held back as a whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from ..records import Entry, EntryNumber, Text
from .appendix import LANGUAGES, Appendix, Language
from .identifiers import holds_identifier

_KZ_PHONE = re.compile(r"\+7(\d{3})(\d{3})(\d{2})(\d{2})")
# Signs that turn the direction of what follows could make a row read otherwise than it is.
_TURNS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the register: eleven cells in each language; a cell may have several lines."""

    number: EntryNumber
    kk: tuple[str, ...]
    ru: tuple[str, ...]

    def cells(self, language: Language) -> tuple[str, ...]:
        return self.kk if language == "kk" else self.ru


@dataclass(frozen=True, slots=True)
class Held:
    """An entry that is not published: in these columns (by id) stands what looks like an IIN or BIN."""

    number: EntryNumber
    columns: tuple[str, ...]


def row(entry: Entry, on: date, form: Appendix) -> Row | Held:
    """Return the row of an entry as it is published on the day `on` (Asia/Almaty).

    ValueError: the entry is undone; such a one has no row.
    """
    if entry.undone:
        msg = f"entry {entry.number} is undone"
        raise ValueError(msg)
    made = Row(entry.number, _cells(entry, "kk", on, form), _cells(entry, "ru", on, form))
    leaks = {
        column.id
        for language in LANGUAGES
        for column, cell in zip(form.columns, made.cells(language), strict=True)
        if holds_identifier(cell, entry.facts.key)
    }
    if leaks:
        return Held(entry.number, tuple(column.id for column in form.columns if column.id in leaks))
    return made


def shows_contacts(entry: Entry, on: date) -> bool:
    """Contacts of a minor wait for the clerk's yes, until 31 December of the year in which they turn 18."""
    until = entry.facts.minor_until
    return until is None or on > until or entry.contacts_public is True


def _cells(entry: Entry, language: Language, on: date, form: Appendix) -> tuple[str, ...]:
    parts = {
        "number": str(entry.number),
        "contacts_region": _contacts(entry, language, on, form),
        "programme": _numbered((p.name if p.kind == "programme" else None for p in entry.programmes), language, _line),
        "action": _numbered((p.name if p.kind == "action" else None for p in entry.programmes), language, _line),
        "place_time": _numbered((p.place_time for p in entry.programmes), language, _lines),
        "requirements": _numbered((p.requirements for p in entry.programmes), language, _lines),
        "termination": _stop(entry, language, form),
    }
    name = _line(entry.facts.name.in_language(language))
    return tuple(parts.get(column.id, name if entry.facts.kind in column.names else "") for column in form.columns)


def _contacts(entry: Entry, language: Language, on: date, form: Appendix) -> str:
    """One line for each channel, then the region; the region of a minor stands, the channels wait."""
    contacts = entry.facts.contacts
    channels: dict[str, Iterable[str]] = {}
    if shows_contacts(entry, on):
        channels = {
            "phone": map(readable_phone, contacts.phone),
            "email": contacts.email,
            "website": contacts.website,
            "instagram": contacts.instagram,
            "whatsapp": map(readable_phone, contacts.whatsapp),
        }
    if entry.facts.region is not None:
        channels["region"] = (entry.facts.region.name.in_language(language),)
    values = ((name, ", ".join(filter(None, map(_line, found)))) for name, found in channels.items())
    return "\n".join(form.contacts[name].in_language(language).format(value) for name, value in values if value)


def _numbered(texts: Iterable[Text | None], language: Language, laid: Callable[[str], str]) -> str:
    """One running number for all programmes and actions of an entry, so that the four cells can be matched."""
    said = ((n, laid(text.in_language(language))) for n, text in enumerate(texts, 1) if text is not None)
    return "\n".join(f"{n}. {words}" for n, words in said if words)


def _stop(entry: Entry, language: Language, form: Appendix) -> str:
    return "" if entry.stop is None else form.stop.in_language(language).format(f"{entry.stop.on:%d.%m.%Y}")


def readable_phone(phone: str) -> str:
    """Return a number of Kazakhstan in groups, any other as it stands."""
    found = _KZ_PHONE.fullmatch(phone)
    return f"+7 {' '.join(found.groups())}" if found else phone


def _line(text: str) -> str:
    """Return the words on one line, without signs that no file format can carry."""
    return " ".join(_visible(text).split())


def _lines(text: str) -> str:
    lines = (" ".join(line.split()) for line in _visible(text).splitlines())
    return "\n".join(line for line in lines if line)


def _visible(text: str) -> str:
    """Control and private-use signs become spaces (line ends stay); half characters, non-characters and turns go.

    A private-use sign is a picture in one font (a bullet of Symbol, say): it means nothing to whoever reads the file.
    """
    said = text.translate(_TURNS)
    return "".join(
        c
        if c == "\n" or (category := unicodedata.category(c)) not in ("Cc", "Co", "Cs", "Cn")
        else " "
        if category in ("Cc", "Co")
        else ""
        for c in said.replace("\r\n", "\n").replace("\r", "\n")
    )
