"""Every wording of the catalogue leads to its field: beside the label, in a cell, and under it."""

from __future__ import annotations

import pytest

from parsers.catalogue import Field, catalogue
from parsers.form import forms_in
from parsers.readings import Block, Cell, Document, FormId, Language, Paragraph, Row, Run, Table

VALUES = {
    "text": "Үлгі Айжан Болатқызы",
    "year": "1990",
    "iin": "740530100012",
    "bin": "350140000014",
    "date": "05.10.2020",
    "number": "15",
    "people_list": "Абенов Мирас, Ким Ольга",
    "contacts": "+7 701 011 22 33, aizhan@mail.example",
}
MEANT = VALUES | {
    "year": 1990,
    "date": "2020-10-05",
    "number": 15,
    "people_list": ["Абенов Мирас", "Ким Ольга"],
    "contacts": {"phone": ["+77010112233"], "email": ["aizhan@mail.example"]},
}
FORMS: tuple[FormId, ...] = ("volunteer", "group", "organization", "coordinator", "organizer")


def asked(form: FormId) -> list[Field]:
    return [one for one in catalogue().forms[form].fields if one.within is None]


def wordings(one: Field, language: Language) -> tuple[str, ...]:
    return one.words.all(language)


CASES = [
    (form, language, n)
    for form in FORMS
    for language in ("kk", "ru")
    for n in range(max(len(wordings(one, language)) for one in asked(form)))
]


def paragraph(text: str) -> Paragraph:
    return Paragraph((Run(text),))


@pytest.mark.parametrize("layout", ["inline", "cells", "below"])
@pytest.mark.parametrize(("form", "language", "n"), CASES)
def test_every_wording_leads_to_its_field(form: FormId, language: Language, n: int, layout: str) -> None:
    title = catalogue().forms[form].title.all(language)
    blocks: list[Block] = [paragraph(title[n % len(title)])]
    meant: dict[str, object] = {}
    rows: list[Row] = []
    for one in asked(form):
        label = wordings(one, language)[n % len(wordings(one, language))]
        text = "1, 4" if one.kind == "choice" else VALUES[one.kind]
        meant[one.id] = [1, 4] if one.kind == "choice" else MEANT[one.kind]
        if one.id in ("volunteer_role", "preferred_time"):
            text, meant[one.id] = "1", [1]
        if layout == "cells":
            rows.append(Row((Cell((paragraph(label),)), Cell((paragraph(text),)))))
        elif layout == "below":
            blocks += [paragraph(label), paragraph(text)]
        else:
            blocks.append(paragraph(f"{label.rstrip(':')}: {text}"))
    if rows:
        blocks.append(Table(tuple(rows)))

    (read,) = forms_in(Document("a.docx", "docx", tuple(blocks)), signed=False)

    assert read.form == form
    found = {name: value.value for name, value in read.fields.items()}
    wrong = {name: found.get(name) for name in meant if name in found and found[name] != meant[name]}
    sure = {name for name in wrong if read.fields[name].doubt is None}
    lost = {name for name in meant if name not in found and name not in read.unsure_blank}
    assert (sure, lost) == (set(), set()), found
    assert len(wrong) + len(meant.keys() - found.keys()) <= 1
