"""What we send out, we can read when it comes back: blank forms as blank, filled ones to the letter."""

from __future__ import annotations

import pytest

from inbox_daemon.letters.blank_form import blank_form, file_name, filled_form
from inbox_daemon.letters.filling import Filling
from inbox_daemon.letters.render import LANGUAGES
from parsers.catalogue import FORM_ORDER
from parsers.readings import FieldValue, FormId, Language
from parsers.understand import understand_file
from registry_store.records import Answer

PRINTED = {"addressee", "personal_data_consent", "liability_warning"}  # stand in the form itself

ANSWERS: dict[FormId, dict[str, FieldValue]] = {
    "application": {
        "applicant_name": "Үлгі Сәуле Маратқызы",
        "register_category": ["group"],
        "phone": "+77000001122",
        "email": "saule@post.example",
        "filled_date": "2026-10-23",
        "signatory_name": "Үлгі Сәуле",
    },
    "volunteer": {
        "full_name": "Үлгі Сәуле Маратқызы",
        "birth_year": 2005,
        "residence": "Астана қ., Үлгі көшесі, 7",
        "iin": "050515109998",
        "volunteering_experience": "жоқ",
        "contacts": {"phone": ["+77000001122"], "email": ["saule@post.example"]},
        "activity_kinds": [1, 13],
        "activity_other": "кітап оқу",
        "volunteer_role": [2],
        "preferred_time": [1, 3],
    },
    "group": {
        "leader_name": "Үлгі Сәуле",
        "leader_birth_year": 2005,
        "members": ["Үлгі Алма", "Үлгі Болат", "Үлгі Дана", "Үлгі Ерлан"],
        "activity_kinds": [12],
    },
    "organization": {"org_name": "«Үлгі» ҚҚ", "registration_date": "2020-03-05", "volunteers_count": 12},
    "coordinator": {"full_name": "Үлгі Сәуле", "coordinator_experience": "2 жыл", "coordinated_volunteers_count": 30},
    "organizer": {"org_name": "«Үлгі» ЖШС", "registration_date": "2020-03-05", "activity_kinds": [6]},
    "programme": {"name": "Жасыл аула", "objectives": "ағаш отырғызу", "participants_count": 40},
    "action": {"name": "Таза жаға", "goal": "жағаны тазалау", "place": "Астана қ."},
}
ALL = [(form, language) for form in FORM_ORDER for language in LANGUAGES]


@pytest.mark.parametrize(("form", "language"), ALL)
def test_a_blank_form_is_read_as_blank(form: FormId, language: Language) -> None:
    (found,) = understand_file(blank_form(form, language), file_name(form, language)).forms
    assert (found.form, found.language) == (form, language)
    assert set(found.fields) - PRINTED == set()
    assert (found.doubts, found.unsure_blank) == ((), ())


@pytest.mark.parametrize(("form", "language"), ALL)
def test_a_form_given_back_is_read_as_it_was_written(form: FormId, language: Language) -> None:
    answers = ANSWERS[form]
    gaps = {"iin": "12", "signature": "", "goal": ""}
    filling = Filling({field: Answer(value, "") for field, value in answers.items()}, gaps)
    (found,) = understand_file(filled_form(form, language, filling), "form.docx").forms
    read = {field: value.value for field, value in found.fields.items() if field not in PRINTED}
    assert read == answers
    assert [value.doubt for value in found.fields.values() if value.doubt] == []
