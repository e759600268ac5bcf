"""The answers of a form as rows for a person: label, answer, place, doubts."""

from __future__ import annotations

from dataclasses import dataclass

from parsers.catalogue import catalogue
from parsers.readings import FilledForm, Value
from registry_store.records import Verdict


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One field of a form. shown: the answer, or why there is none; text: the words as written."""

    id: str
    label: str
    shown: str
    text: str = ""
    place: str = ""
    doubts: str = ""
    filled: bool = True


def rows_of(form: FilledForm, verdict: Verdict | None) -> tuple[AnswerRow, ...]:
    """Return every field of a form in the catalogue's order, blank ones too."""
    missing = () if verdict is None else (*verdict.missing, *verdict.programme_missing)
    rows = []
    for field in catalogue().forms[form.form].fields:
        value = form.fields.get(field.id)
        label = field.words.printed(form.language)
        name = f"{form.form}.{field.id}"
        if value is None:
            blank = "missing" if name in missing else "-"
            shown = "? may be filled" if field.id in form.unsure_blank else blank
            rows.append(AnswerRow(name, label, shown, filled=False))
        else:
            rows.append(AnswerRow(name, label, shown_value(value), value.text, value.source.place, _doubts(value)))
    return tuple(rows)


def shown_value(value: Value) -> str:
    """Return a value in one line."""
    if isinstance(value.value, dict):
        return "; ".join(f"{channel} {', '.join(found)}" for channel, found in value.value.items() if found)
    if isinstance(value.value, list):
        return ", ".join(str(item) for item in value.value)
    return {True: "yes", False: "no"}[value.value] if isinstance(value.value, bool) else str(value.value)


def _doubts(value: Value) -> str:
    return "; ".join((*((f"unsure: {value.doubt}",) if value.doubt else ()), *value.flaws))
