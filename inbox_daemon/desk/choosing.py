"""Which entry and which case: what a person chooses from, and what a form says of their choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from inbox_daemon.candidates import CaseCandidate, EntryCandidate, case_candidate
from inbox_daemon.desk.numbers import day_in, number_in
from inbox_daemon.errors import NotAllowed
from parsers.readings import Language
from registry_store.records import CaseNumber, Contacts, EntryNumber, Programme, Region, Text
from registry_store.store import Store

NEW = "new"  # the choice of no case that is there
ANOTHER = "another"  # the choice beside the candidates: a number that somebody types


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a form says. entry, case: the number, None for none; day: of a stop. other_person_why: empty unless the
    tick is set that somebody else is meant."""

    entry: EntryNumber | None
    case: CaseNumber | None
    day: date | None
    other_person_why: str


def chosen(form: Mapping[str, str]) -> Chosen:
    """Return the choice of a form. Raises NotAllowed where a number or a day is typed that is none."""
    text = _picked(form, "entry").lstrip("№").strip()
    entry = number_in(text)
    if text and entry is None:
        message = f"{text!r} is no number of an entry"
        raise NotAllowed(message, "no_value", text)
    try:
        day = day_in(form.get("decided_on", ""))
    except ValueError as error:
        message = f"{form['decided_on']!r} is no day"
        raise NotAllowed(message, "no_value", form["decided_on"]) from error
    said = form.get("other_person_why", "").strip() if form.get("other_person") else ""
    return Chosen(entry, case_in(form, "other") or case_in(form, "to"), day, said)


def case_in(form: Mapping[str, str], name: str) -> CaseNumber | None:
    """Return the case that is chosen under a name, or typed beside it; None for none. Raises NotAllowed."""
    return _picked(form, name).upper() or None


def _picked(form: Mapping[str, str], name: str) -> str:
    """Return what is chosen of a list, or typed beside it. Raises NotAllowed where the two say different things."""
    picked, typed = form.get(name, "").strip(), form.get(f"{name}_typed", "").strip()
    if picked in ("", ANOTHER):
        return typed
    if typed and typed.upper() != picked.upper():
        message = f"{picked} is chosen, and {typed} is typed"
        raise NotAllowed(message, "two_choices", typed)
    return "" if picked == NEW else picked


def with_named_case(
    candidates: tuple[CaseCandidate, ...], other: CaseNumber | None, case: CaseNumber, store: Store
) -> tuple[CaseCandidate, ...]:
    """Return the candidates, and the one that somebody named by its number."""
    if other is None or other in {one.number for one in candidates}:
        return candidates
    named = case_candidate(case, other, store)
    return candidates if named is None else (*candidates, named)


def sure_entry(candidates: tuple[EntryCandidate, ...]) -> EntryNumber | None:
    """Return the one entry against which nothing speaks; None where there is none, or more than one."""
    sure = [one.number for one in candidates if not one.differs]
    return sure[0] if len(sure) == 1 else None


def part_shown(value: object, language: Language) -> str:
    """Return one part of an entry in words."""
    match value:
        case None:
            return ""
        case Text():
            return value.in_language(language) or ""
        case Region():
            return value.name.in_language(language) or ""
        case Contacts():
            channels = (value.phone, value.email, value.website, value.instagram, value.whatsapp)
            return ", ".join(one for channel in channels for one in channel)
        case date():
            return f"{value:%d.%m.%Y}"
        case tuple():
            return "; ".join(one.name.in_language(language) or "" for one in value if isinstance(one, Programme))
        case _:
            return str(value)
