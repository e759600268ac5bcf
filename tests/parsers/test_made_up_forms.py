"""Whatever a made-up person writes, in any layout and habit, is read as it was meant, or put in doubt."""

from __future__ import annotations

import textwrap
from random import Random

import pytest

from parsers.form import forms_in
from parsers.lines import lines_of
from parsers.readers import docx, text
from parsers.readings import Document, FieldValue, FilledForm
from parsers.wording import one_line
from tests.parsers.docx_written import docx_of
from tests.parsers.written_forms import Written, typed_on_a_russian_keyboard, written_form

UNSCORED = ("addressee", "liability_warning")


def shortened(contact: str) -> str:
    return contact.replace("https://www.instagram.com/", "@").rstrip("/")


def comparable(value: FieldValue | None) -> object:
    if isinstance(value, dict):
        return {channel: sorted(map(shortened, values)) for channel, values in value.items()}
    if isinstance(value, list):
        return [one_line(one) if isinstance(one, str) else one for one in value]
    return one_line(value) if isinstance(value, str) else value


def wrong_and_sure(written: Written, forms: tuple[FilledForm, ...]) -> list[str]:
    """Return what was read otherwise than meant, without any doubt being raised."""
    if [form.form for form in forms] != [written.form]:
        return [f"forms: {[form.form for form in forms]}"]
    form = forms[0]
    faults = []
    for name in sorted((set(form.fields) | set(written.meant)) - set(UNSCORED)):
        got, meant = form.fields.get(name), written.meant.get(name)
        doubted = bool(form.doubts) or name in form.unsure_blank or (got is not None and got.doubt is not None)
        if comparable(got.value if got else None) != comparable(meant) and not doubted:
            faults.append(f"{name}: {got.value if got else None!r} instead of {meant!r}")
    return faults


def sure(forms: tuple[FilledForm, ...]) -> bool:
    return all(
        not form.doubts and not form.unsure_blank and all(value.doubt is None for value in form.fields.values())
        for form in forms
    )


def read(document: Document) -> tuple[FilledForm, ...]:
    return forms_in(document, signed=False)


@pytest.mark.parametrize("start", range(0, 500, 50))
def test_made_up_forms_are_read_as_meant(start: int) -> None:
    for seed in range(start, start + 50):
        written = written_form(seed)
        assert wrong_and_sure(written, read(written.document)) == [], f"seed {seed}: {written.story}"


def test_hardly_any_made_up_form_is_put_in_doubt() -> None:
    assert sum(not sure(read(written_form(seed).document)) for seed in range(5000, 5200)) <= 4


def test_labels_typed_on_a_russian_keyboard_are_the_same_labels() -> None:
    for seed in range(60):
        written = written_form(seed)
        if written.language == "kk" or "both" in written.story:
            forms = read(typed_on_a_russian_keyboard(written.document))
            assert [form.form for form in forms] == [written.form], f"seed {seed}: {written.story}"
            assert set(forms[0].fields) - set(UNSCORED) == set(written.meant), f"seed {seed}: {written.story}"


@pytest.mark.parametrize("start", range(0, 200, 50))
def test_made_up_forms_survive_whatever_word_does_to_a_file(start: int) -> None:
    for seed in range(start, start + 50):
        written = written_form(seed)
        document = docx.read(docx_of(written.document, Random(seed)), "form.docx")
        assert wrong_and_sure(written, read(document)) == [], f"seed {seed}: {written.story}"


def test_two_forms_in_one_file_are_two_forms() -> None:
    for seed in range(0, 80, 2):
        first, second = written_form(seed), written_form(seed + 1)
        if first.form == second.form:
            continue
        document = Document("both.docx", "docx", (*first.document.blocks, *second.document.blocks))
        forms = read(document)
        story = f"seeds {seed}, {seed + 1}: {first.story} + {second.story}"
        assert [form.form for form in forms] == [first.form, second.form], story
        assert wrong_and_sure(first, forms[:1]) + wrong_and_sure(second, forms[1:]) == [], story


def test_a_mail_program_that_breaks_long_lines_changes_nothing() -> None:
    """Only habits that survive in plain text: signs, numbers and words, no underlining."""
    told = ("kinds:sign", "kinds:numbers", "kinds:before", "kinds:brackets", "kinds:rows")
    for seed in range(1500):
        written = written_form(seed)
        lists = any(f"lists:{habit}" in written.story for habit in ("sign", "numbers", "words"))
        if " paragraphs " not in written.story or written.form == "application":
            continue
        if not lists or not any(habit in written.story for habit in told):
            continue
        lines = [line.words_only for line in lines_of(written.document)]
        broken = [piece for line in lines for piece in textwrap.wrap(line, 72, break_long_words=False) or [""]]
        forms = read(text.document_of("\n".join(broken), "body"))
        assert wrong_and_sure(written, forms) == [], f"seed {seed}: {written.story}"
