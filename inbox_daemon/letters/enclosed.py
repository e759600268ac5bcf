"""Which forms go with a letter: blank ones, and the applicant's own with their gaps marked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from inbox_daemon.letters import words
from inbox_daemon.letters.blank_form import blank_form, filled_form
from inbox_daemon.letters.blank_form import file_name as blank_name
from inbox_daemon.letters.gaps import forms_in_language, whole_forms
from inbox_daemon.letters.markup import clean
from inbox_daemon.letters.message import Enclosure
from inbox_daemon.letters.render import LANGUAGES
from inbox_daemon.letters.returned import OwnForm, languages_of, own_forms
from inbox_daemon.order.completeness import counted_sheets
from parsers.catalogue import FORM_ORDER
from parsers.readings import FormId, Language
from registry_store.records import NOTHING_SAID, Case, LetterKind, Said


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A form that goes with a letter in one language. own: None for a blank one."""

    form: FormId
    language: Language
    own: OwnForm | None = None

    @property
    def label(self) -> str:
        """What the record calls it; nothing of the applicant stands in it."""
        return f"{self.form} ({self.language}, {'blank' if self.own is None else 'own, gaps marked'})"


def all_blank() -> tuple[Enclosed, ...]:
    """Return all eight forms, blank in both languages."""
    return tuple(Enclosed(form, language) for form in FORM_ORDER for language in LANGUAGES)


def enclosed_with(
    letter: LetterKind, case: Case, missing: tuple[str, ...], said: Said = NOTHING_SAID
) -> tuple[Enclosed, ...]:
    """Return what goes with a letter, in the order of Appendix 2. missing: all that the letter asks for. said: what a
    clerk adds; it stands in the margin of the gap too."""
    match letter:
        case LetterKind.HOW_TO_APPLY:
            return all_blank()
        case LetterKind.REWORK | LetterKind.STILL_INCOMPLETE:
            own = tuple(_explained(one, said) for one in own_forms(case, missing))
            return tuple(one for form in FORM_ORDER for one in _of_form(form, case, missing, own))
        case _:
            return ()


def _explained(own: OwnForm, said: Said) -> OwnForm:
    about = {one.item: clean(one.words.in_language(own.language)) for one in said.about}
    gaps = {
        field: f"{words} {about.get(f'{own.form}.{field}', '')}".strip() for field, words in own.filling.gaps.items()
    }
    return replace(own, filling=replace(own.filling, gaps=gaps))


def _of_form(form: FormId, case: Case, missing: tuple[str, ...], own: tuple[OwnForm, ...]) -> Iterator[Enclosed]:
    if form in whole_forms(missing):
        yield from (Enclosed(form, language) for language in LANGUAGES)
        return
    given = [one for one in own if one.form == form]
    yield from (Enclosed(form, one.language, one) for one in given)
    blank = set(forms_in_language(missing).get(form, ()))
    if not given and any(item.startswith(f"{form}.") for item in missing):
        # Their own form may not or cannot go back: a blank one, as they filed it.
        filed = [s for s in (*counted_sheets(case.sheets), *case.sheets) if s.form == form]
        blank.update(language for sheet in filed for language in languages_of(sheet))
    yield from (Enclosed(form, language) for language in LANGUAGES if language in blank)


def as_file(enclosed: Enclosed, number: str) -> Enclosure:
    """Return the file that leaves. number: of the case, which stands in the name of a form that is given back."""
    if enclosed.own is None:
        return Enclosure(blank_name(enclosed.form, enclosed.language), blank_form(enclosed.form, enclosed.language))
    name = words.own_form_file(enclosed.form, enclosed.language, number, enclosed.own.n)
    return Enclosure(f"{name}.docx", filled_form(enclosed.form, enclosed.language, enclosed.own.filling))
