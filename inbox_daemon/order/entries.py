"""What a filing puts into the register (§5, Appendix 1): the facts of an entry from its sheets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from inbox_daemon.order.completeness import Copies, counted_sheets, enclosed_forms, is_filled
from inbox_daemon.order.paragraphs import minor_until
from parsers.catalogue import catalogue
from parsers.regions import region_by_code, region_of
from registry_store.records import Contacts, EntryFacts, Programme, Region, Sheet, Text, Translation


@dataclass(frozen=True, slots=True)
class Identity:
    """Which answers of a questionnaire say who it is. key: IIN or BIN; name: of the person in column 2–5."""

    key: tuple[str, ...]
    person: str
    organisation: str | None = None
    residence: str | None = None
    birth_year: str | None = None


IDENTITIES = {
    "volunteer": Identity(("iin",), "full_name", residence="residence", birth_year="birth_year"),
    "group": Identity(("leader_iin",), "leader_name", residence="leader_residence", birth_year="leader_birth_year"),
    "organization": Identity(("bin",), "head_name", organisation="org_name"),
    "coordinator": Identity(("iin",), "full_name", residence="residence", birth_year="birth_year"),
    "organizer": Identity(
        ("bin", "iin"), "full_name", organisation="org_name", residence="residence", birth_year="birth_year"
    ),
}


# The seventh digit of an IIN: the century of birth, odd for men and even for women.
CENTURIES = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}


def key_of(sheets: Iterable[Sheet], kind: str) -> str:
    """Return the IIN or BIN that identifies an entry of this questionnaire kind, empty when there is none."""
    copies = copies_of(sheets, kind)
    for field in IDENTITIES[kind].key:
        for answer in copies.answers(field):
            return str(answer.value)
    return ""


def entry_facts(
    sheets: Sequence[Sheet], kind: str, on: date, translations: Sequence[Translation] = (), region: str = ""
) -> EntryFacts:
    """Return what the register says of an applicant. `on`: the day of inclusion, for a minor's contacts; region: as a
    clerk has set it."""
    copies, identity = copies_of(sheets, kind), IDENTITIES[kind]
    places = [str(a.value) for a in copies.answers(identity.residence)] if identity.residence else []
    return EntryFacts(
        kind=kind,
        key=key_of(sheets, kind),
        name=_name(copies, identity, kind, translations),
        contacts=_contacts(copies),
        region=_region(places, region),
        minor_until=_minor_until(copies, identity, on),
    )


def _minor_until(copies: Copies, identity: Identity, on: date) -> date | None:
    """Return until when the contacts of a minor wait (rules, section 6); None for an adult.

    Any year of birth that stands in a copy, or the date in the IIN, is enough, and the latest counts: contacts that
    were held back for nothing are published with a clerk's yes, published ones are never taken back.
    """
    years = [a.value for a in copies.answers(identity.birth_year)] if identity.birth_year else []
    numbers = [str(a.value) for field in identity.key if field != "bin" for a in copies.answers(field)]
    born = [year for year in (*years, *(birth_year_of(iin, on) for iin in numbers)) if isinstance(year, int)]
    return max((until for year in born if (until := minor_until(year, on)) is not None), default=None)


def birth_year_of(iin: str, on: date) -> int | None:
    """Return the year of birth that an IIN tells, None when its first seven digits are no day up to `on`."""
    if len(iin) != 12 or not iin.isascii() or not iin.isdigit() or iin[6] not in CENTURIES:
        return None
    try:
        born = date(CENTURIES[iin[6]] + int(iin[:2]), int(iin[2:4]), int(iin[4:6]))
    except ValueError:
        return None
    return born.year if born <= on else None


def complete_programmes(
    sheets: Sequence[Sheet], missing: Sequence[str], translations: Sequence[Translation] = ()
) -> tuple[Programme, ...]:
    """Return the programmes and actions that are ready for columns 7–10; those with gaps wait.

    missing: the verdict's list; a form kind named in it waits as a whole.
    """
    waiting = {item.split(".")[0] for item in missing}
    return tuple(_programme(c, translations) for c in enclosed_forms(sheets) if c.form not in waiting)


def copies_of(sheets: Iterable[Sheet], kind: str) -> Copies:
    """Return the copies of a questionnaire that count."""
    form = next(form for form in catalogue().forms if form == kind)
    return Copies(form, tuple(s for s in counted_sheets(sheets) if s.form == kind))


def _text(copies: Copies, field: str, translations: Sequence[Translation]) -> Text:
    """Return the words of a field in both languages: as written, else as a clerk has put them."""
    text = written(copies, field)
    for one in translations:
        if text.kk is None and one.language == "kk" and text.ru == one.words:
            text = replace(text, kk=one.text)
        if text.ru is None and one.language == "ru" and text.kk == one.words:
            text = replace(text, ru=one.text)
    return text


def written(copies: Copies, field: str) -> Text:
    """Return the words of a field in the languages in which they were filed."""
    by_language = {s.language: str(s.answers[field].value) for s in copies.sheets if is_filled(s.answers.get(field))}
    return Text(by_language.get("kk"), by_language.get("ru"))


def _name(copies: Copies, identity: Identity, kind: str, translations: Sequence[Translation]) -> Text:
    """Columns 2–5: a person's name; an organisation «name» — head's name; an organiser that is a legal
    entity: its name alone."""
    person = _text(copies, identity.person, translations)
    if identity.organisation is None:
        return person
    organisation = _text(copies, identity.organisation, translations)
    if kind == "organizer":
        return organisation if organisation.kk or organisation.ru else person
    said = {s.language for s in copies.sheets}
    said |= {x for text in (organisation, person) for x, words in (("kk", text.kk), ("ru", text.ru)) if words}
    languages = [x for x in ("kk", "ru") if x in said]
    return Text(**{x: f"{_quoted(organisation.in_language(x))} — {person.in_language(x)}" for x in languages})


def _quoted(name: str) -> str:
    return name if any(mark in name for mark in '«"“„') else f"«{name}»"


def _contacts(copies: Copies) -> Contacts:
    channels: dict[str, list[str]] = {}
    for answer in copies.answers("contacts"):
        if isinstance(answer.value, dict):
            for channel, found in answer.value.items():
                channels.setdefault(channel, []).extend(x for x in found if x not in channels.get(channel, []))
    return Contacts(**{c: tuple(found) for c, found in channels.items()})


def _region(places: Iterable[str], iso: str) -> Region | None:
    told = (region_by_code(iso),) if iso else (region_of(place) for place in places)
    found = next((one for one in told if one is not None), None)
    return None if found is None else Region(found.iso, Text(found.kk, found.ru))


def _programme(copies: Copies, translations: Sequence[Translation]) -> Programme:
    name, requirements = _text(copies, "name", translations), _text(copies, "requirements", translations)
    if copies.form == "programme":
        return Programme("programme", name, _text(copies, "place_and_time", translations), requirements)
    place, time = _text(copies, "place", translations), _text(copies, "date_and_time", translations)
    # Where one of the two has a language, the other stands beside it as it was written.
    kk, ru = (
        "; ".join(filter(None, (part.in_language(x) for part in (place, time)))) or None if any(there) else None
        for x, there in (("kk", (place.kk, time.kk)), ("ru", (place.ru, time.ru)))
    )
    return Programme("action", name, Text(kk, ru), requirements)
