"""The catalogue is whole, and its faults are named all at once."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

import parsers
from parsers.catalogue import CatalogueError, catalogue, load

FORMS = Path(parsers.__file__).parent / "forms"


def test_the_eight_forms_stand_in_the_order_of_the_appendix() -> None:
    assert list(catalogue().forms) == [
        "application", "volunteer", "group", "organization", "coordinator", "organizer", "programme", "action",
    ]  # fmt: skip


def test_every_questionnaire_asks_for_contacts_and_the_same_thirteen_kinds() -> None:
    for form in ("volunteer", "group", "organization", "coordinator", "organizer"):
        kinds = catalogue().field(form, "activity_kinds")
        assert len(kinds.options) == 13
        assert kinds.options[12].own_words == "activity_other"
        assert "contacts" in catalogue().forms[form].by_id


def test_the_four_categories_lead_to_the_five_questionnaires() -> None:
    assert catalogue().questionnaires_of("coordinator_organizer") == ("coordinator", "organizer")
    assert catalogue().questionnaires_of("group") == ("group",)
    with pytest.raises(KeyError):
        catalogue().questionnaires_of("nobody")


def test_the_kazakh_words_are_the_orders_own() -> None:
    application = catalogue().forms["application"]
    assert application.title.printed("kk") == "Волонтерлік қызметті есепке алу тізіліміне қосу туралы арыз"
    assert application.by_id["filled_date"].words.printed("kk") == "Толтырылған күні"


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        ("action", 'kind = "number"', 'kind = "numbr"', "kind ="),
        ("group", "rows = 3", "row = 3", "no such setting"),
        ("volunteer", 'or_else = "volunteer_role_other"', 'or_else = "nothing"', "no field of this form"),
        ("organization", 'id = "bin"', 'id = "org_name"', "stands twice"),
        ("activity_kinds", "number = 5", "number = 6", "numbered 1, 2, 3"),
        ("organizer", 'options_from = "activity_kinds"', 'options_from = "kinds"', "which is missing"),
        ("programme", 'form = "programme"', 'form = "program"', "does not name the file"),
    ],
)
def test_a_fault_in_the_files_is_named(tmp_path: Path, file: str, old: str, new: str, fault: str) -> None:
    copytree(FORMS, tmp_path, dirs_exist_ok=True)
    path = tmp_path / f"{file}.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CatalogueError, match=fault):
        load(tmp_path)


def test_all_faults_come_together(tmp_path: Path) -> None:
    copytree(FORMS, tmp_path, dirs_exist_ok=True)
    (tmp_path / "action.toml").unlink()
    group = tmp_path / "group.toml"
    group.write_text(group.read_text(encoding="utf-8").replace('kind = "iin"', 'kind = "iim"'), encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load(tmp_path)
    assert len(caught.value.problems) == 2
