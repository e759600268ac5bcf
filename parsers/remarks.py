"""What a reader's remarks about a document mean for the forms found in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from parsers.catalogue import catalogue
from parsers.readings import FilledForm

READ_FROM_PICTURE = "read from a picture"

# Remarks after which nothing read from the document is sure, and why.
_DOUBTS = {
    "broken_letters": "letters of the file that mean nothing",
    "boxes_unread": "boxes to tick that could not be read",
    "uncomputed_formula": "formulas without a result",
    "text_over_picture": "letters that a program saw in a picture",
    "marks_unsure": "marks that could not be told from the lines of the form",
    "ocr": READ_FROM_PICTURE,
}


def with_remarks(forms: Iterable[FilledForm], remarks: Sequence[str]) -> tuple[FilledForm, ...]:
    """Return the forms with the doubts that the document as a whole raises."""
    doubts = tuple(_DOUBTS[remark] for remark in remarks if remark in _DOUBTS)
    return tuple(_one(form, doubts, lost_zero="lost_zero" in remarks) for form in forms)


def _one(form: FilledForm, doubts: tuple[str, ...], *, lost_zero: bool) -> FilledForm:
    unsure = form.unsure_blank
    if lost_zero:  # eleven digits are no IIN, but perhaps the sheet has swallowed the twelfth
        numbers = [one.id for one in catalogue().forms[form.form].fields if one.kind in ("iin", "bin")]
        unsure += tuple(name for name in numbers if name not in form.fields and name not in unsure)
    fields = form.fields
    if READ_FROM_PICTURE in doubts:  # each answer is a suggestion to the clerk
        fields = {name: replace(value, doubt=value.doubt or READ_FROM_PICTURE) for name, value in fields.items()}
    return replace(form, fields=fields, doubts=form.doubts + doubts, unsure_blank=unsure)
