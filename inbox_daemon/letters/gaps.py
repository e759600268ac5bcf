"""What is missing and what could not be read, in the words of the forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from inbox_daemon.letters import words
from inbox_daemon.letters.errors import LetterError
from inbox_daemon.letters.render import LANGUAGES
from parsers.catalogue import FORM_ORDER, Form, catalogue
from parsers.readings import FormId, Language
from registry_store.records import NOTHING_SAID, Said

IN = "in_"  # application.in_kk: the application in Kazakh (order/completeness)


@dataclass(frozen=True, slots=True)
class Label:
    """A missing field as its form prints it, how to fill it, and what a clerk added."""

    words: str
    hint: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class FormGap:
    """What is missing in one form.

    whole: the form itself, then labels is empty. languages: the form in these languages, in words ("in
    Russian"), where both are asked for (§4). note: what a clerk added about the form as a whole.
    """

    title: str
    whole: bool
    labels: tuple[Label, ...]
    languages: tuple[str, ...]
    blank_enclosed: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class UnreadFile:
    """A file that could not be read, and why in words."""

    name: str
    reason: str


def gaps(
    missing: tuple[str, ...],
    language: Language,
    blanks: frozenset[FormId] = frozenset(),
    said: Said = NOTHING_SAID,
) -> tuple[FormGap, ...]:
    """Group what is missing by form, in the order of Appendix 2 and of print; each item once.

    blanks: the forms of which a blank is enclosed. said: what a clerk added. Raises LetterError for a field that
    no form has.
    """
    items = [item.partition(".") for item in dict.fromkeys(missing)]
    notes = {one.item: one.words.in_language(language) for one in said.about}
    by_form: dict[str, list[str]] = {}
    for form, _, field in items:
        by_form.setdefault(form, []).append(field)
    return tuple(
        _form_gap(catalogue().forms[form], by_form[form], language, form in blanks, notes)
        for form in FORM_ORDER
        if form in by_form
    )


def whole_forms(missing: tuple[str, ...]) -> tuple[FormId, ...]:
    """Return the forms that are missing altogether, in the order of Appendix 2."""
    return tuple(form for form in FORM_ORDER if form in missing)


def forms_in_language(missing: tuple[str, ...]) -> dict[FormId, tuple[Language, ...]]:
    """Return the forms that are missing in one language only, and in which."""
    found = {form: tuple(x for x in LANGUAGES if f"{form}.{IN}{x}" in missing) for form in FORM_ORDER}
    return {form: languages for form, languages in found.items() if languages}


def unread_files(unreadable: tuple[str, ...], language: Language) -> tuple[UnreadFile, ...]:
    """Say why each file could not be read; an item is a name, or "name: reason" with a reason's code."""
    found = []
    for item in unreadable:
        name, colon, code = item.rpartition(": ")
        known = bool(colon) and code in words.reason_codes()
        found.append(UnreadFile(name if known else item, words.reason(code if known else "unknown", language)))
    return tuple(found)


def _form_gap(
    form: Form, missing: list[str], language: Language, blank_enclosed: bool, notes: Mapping[str, str]
) -> FormGap:
    labels = tuple(
        Label(_bare(field.words.printed(language)), words.hint(field, language), notes.get(f"{form.id}.{field.id}", ""))
        for field in form.fields
        if field.id in missing
    )
    whole = "" in missing
    wanted = tuple(x for x in LANGUAGES if f"{IN}{x}" in missing)
    known = {"", *(field.id for field in form.fields), *(f"{IN}{x}" for x in LANGUAGES)}
    if unknown := sorted(set(missing) - known):
        raise LetterError(f"form {form.id} has no field {', '.join(unknown)}")
    return FormGap(
        title=form.title.printed(language),
        whole=whole,
        labels=() if whole else labels,
        languages=() if whole else tuple(words.in_language(x, language) for x in wanted),
        blank_enclosed=blank_enclosed,
        note=notes.get(form.id, ""),
    )


def _bare(caption: str) -> str:
    """A caption that stands in brackets under its line, without them: "(signature)" is the field "signature"."""
    return caption[1:-1] if caption.startswith("(") and caption.endswith(")") else caption
