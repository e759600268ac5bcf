"""What is missing and what could not be read, in the words of the forms."""

from __future__ import annotations

from dataclasses import dataclass

from inbox_daemon.letters import words
from inbox_daemon.letters.errors import LetterError
from parsers.catalogue import FORM_ORDER, Form, catalogue
from parsers.readings import FormId, Language


@dataclass(frozen=True, slots=True)
class Label:
    """A missing field as its form prints it, and how to fill it."""

    words: str
    hint: str


@dataclass(frozen=True, slots=True)
class FormGap:
    """What is missing in one form; whole: the form itself, then labels is empty."""

    title: str
    whole: bool
    labels: tuple[Label, ...]
    blank_enclosed: bool


@dataclass(frozen=True, slots=True)
class UnreadFile:
    """A file that could not be read, and why in words."""

    name: str
    reason: str


def gaps(missing: tuple[str, ...], language: Language, blanks: tuple[FormId, ...] = ()) -> tuple[FormGap, ...]:
    """Group what is missing by form, in the order of Appendix 2 and of print; each item once."""
    items = [item.partition(".") for item in dict.fromkeys(missing)]
    by_form: dict[str, list[str]] = {}
    for form, _, field in items:
        by_form.setdefault(form, []).append(field)
    return tuple(
        _form_gap(catalogue().forms[form], by_form[form], language, form in blanks)
        for form in FORM_ORDER
        if form in by_form
    )


def whole_forms(missing: tuple[str, ...]) -> tuple[FormId, ...]:
    """Return the forms that are missing altogether, in the order of Appendix 2."""
    return tuple(form for form in FORM_ORDER if form in missing)


def unread_files(unreadable: tuple[str, ...], language: Language) -> tuple[UnreadFile, ...]:
    """Say why each file could not be read; an item is a name, or "name: reason" with a reason's code."""
    found = []
    for item in unreadable:
        name, colon, code = item.rpartition(": ")
        known = bool(colon) and code in words.reason_codes()
        found.append(UnreadFile(name if known else item, words.reason(code if known else "unknown", language)))
    return tuple(found)


def _form_gap(form: Form, missing: list[str], language: Language, blank_enclosed: bool) -> FormGap:
    labels = tuple(
        Label(field.words.printed(language), words.hint(field.kind, language))
        for field in form.fields
        if field.id in missing
    )
    whole = "" in missing
    if unknown := sorted(set(missing) - {field.id for field in form.fields} - {""}):
        raise LetterError(f"form {form.id} has no field {', '.join(unknown)}")
    return FormGap(form.title.printed(language), whole, () if whole else labels, blank_enclosed)
