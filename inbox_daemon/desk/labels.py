"""The words of the forms for the desk: titles, labels and answers as a person reads them."""

from __future__ import annotations

from datetime import date

from inbox_daemon.errors import NotAllowed
from parsers.catalogue import Field, catalogue
from parsers.readings import Language
from parsers.regions import region_by_code
from registry_store.records import Answer, Case, FieldValue

# Refusals whose detail is an act's name or an English sentence.
ONLY_FOR_THE_LOG = frozenset({"arguments", "entry", "letter", "other", "not_foreseen", "one_by_one"})
WHOLE = ""  # a missing item without a field: the form itself
NAMES = ("org_name", "full_name", "leader_name", "head_name", "applicant_name", "signatory_name")
LANGUAGE_GAP = "in_"  # application.in_kk: the application in Kazakh


def title_of(form: str, language: Language) -> str:
    """Return a form's title; its id for a form that the catalogue does not have."""
    found = next((one for name, one in catalogue().forms.items() if name == form), None)
    return form if found is None else found.title.printed(language)


def field_of(item: str) -> Field | None:
    """Return the field that `form.field` names, None for a whole form."""
    form, _, name = item.partition(".")
    found = next((one for known, one in catalogue().forms.items() if known == form), None)
    return None if found is None else found.by_id.get(name)


def label_of(item: str, language: Language) -> str:
    """Return what `form.field` asks, in the words of the Order's form; for a whole form its title."""
    asked = field_of(item)
    if asked is None:
        return title_of(item.partition(".")[0], language)
    return asked.words.printed(language)


def region_named(iso: str | None, language: Language) -> str:
    """Return the name of a region by its ISO 3166-2 code, empty where there is none."""
    found = region_by_code(iso or "")
    return "" if found is None else found.kk if language == "kk" else found.ru


def shown(answer: Answer, asked: Field | None, language: Language) -> str:
    """Return an answer in words: options by what is printed beside them."""
    return _shown(answer.value, asked, language) or answer.text


def _shown(value: FieldValue, asked: Field | None, language: Language) -> str:
    match value:
        case bool():
            return "✓" if value else "✗"
        case dict():
            return "; ".join(", ".join(found) for found in value.values() if found)
        case list():
            return "; ".join(_option(one, asked, language) for one in value)
        case str() if value and asked is not None and asked.kind == "date":
            return day_shown(value)
        case _:
            return str(value)


def day_shown(value: str) -> str:
    """Return a stored date in digits; one that could not be taken apart in its own words."""
    try:
        return f"{date.fromisoformat(value):%d.%m.%Y}"
    except ValueError:
        return value


def _option(value: str | int, asked: Field | None, language: Language) -> str:
    for option in () if asked is None else asked.options:
        if value in (option.value, option.number):
            return option.words.printed(language)
    return str(value)


def applicant_name(case: Case) -> str:
    """Return the applicant's name as it stands in the newest form that has one, else the sender's address."""
    for field in NAMES:
        for sheet in reversed(case.sheets):
            if field in sheet.answers:
                return str(sheet.answers[field].value)
    return case.reply_to or (case.mails[-1].sender if case.mails else "")


def refused_about(refused: NotAllowed, language: Language) -> str:
    """Return what a refusal is about, in words: fields and forms by their labels, days in digits. What only the log
    understands is left out."""
    if refused.code in ONLY_FOR_THE_LOG:
        return ""
    items = [one.strip() for one in refused.detail.split(",")]
    said_so = [label_of(one, language) if is_ours(one) else day_shown(one) for one in items if one]
    return f"({', '.join(said_so)})" if said_so else ""


def is_ours(item: str) -> bool:
    """Whether a text names a field or a form of the catalogue."""
    return field_of(item) is not None or item in catalogue().forms or item.partition(".")[2].startswith(LANGUAGE_GAP)
