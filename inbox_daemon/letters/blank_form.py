"""The eight forms of Appendix 2 as fillable .docx in the Order's own layout, made from the catalogue.

The same builder makes a blank form and a form that gives the applicant's answers back with its gaps marked.
"""

from __future__ import annotations

from functools import cache

from inbox_daemon.letters import words
from inbox_daemon.letters.application_form import write_application
from inbox_daemon.letters.docx_page import new_page, note_above, to_bytes
from inbox_daemon.letters.filling import EMPTY, Filling
from inbox_daemon.letters.questionnaire_form import write_questionnaire
from parsers.catalogue import catalogue
from parsers.readings import FormId, Language


@cache
def blank_form(form: FormId, language: Language) -> bytes:
    """Return the form as the Order prints it, ready to be filled in: a .docx file, always the same bytes."""
    return filled_form(form, language, EMPTY)


def filled_form(form: FormId, language: Language, filling: Filling) -> bytes:
    """Return the form with answers written in and gaps marked in yellow; equal arguments, equal bytes."""
    found = catalogue().forms[form]
    ministry = catalogue().field("application", "addressee").prefilled
    assert ministry is not None
    document = new_page(found.title.printed(language), ministry.printed(language), language)
    if filling.note:
        note_above(document, filling.note)
    if form == "application":
        write_application(document, found, language, filling)
    else:
        write_questionnaire(document, found, language, filling)
    return to_bytes(document)


def file_name(form: FormId, language: Language) -> str:
    """Return what the file of a form is called, with its ending."""
    return f"{words.form_file(form, language)}.docx"
