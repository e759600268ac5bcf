"""Made-up forms after a disturbance: what can no longer be told must be doubted, never guessed or called missing."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from parsers.catalogue import Field, catalogue
from parsers.form import forms_in
from parsers.readings import Block, Document, Paragraph, Row, Table
from tests.parsers import disturbed
from tests.parsers.disturbed import changed
from tests.parsers.made_up import Answers
from tests.parsers.test_made_up_forms import sure, wrong_and_sure
from tests.parsers.written_forms import LAYOUTS, Writer, Written, cell, p, written_form

TABLES = ("order", "numbered", "boxes", "nested")


def with_unknown_label(written: Written, random: Random) -> Document:
    """One question is asked in words that say nothing to us."""
    form = catalogue().forms[written.form]
    untouched = ("addressee", "signatory_name", "applicant_name")
    fields = [
        line
        for line in form.lines
        if isinstance(line, Field)
        and line.within is None
        and line.kind not in ("statement", "signature", "stamp", "choice")
        and line.id not in untouched
    ]
    chosen = random.choice(fields)
    wordings = [word.rstrip("?:") for word in (*chosen.words.kk, *chosen.words.ru) if len(word) > 3]
    done: list[str] = []

    def change(paragraph: Paragraph) -> Paragraph:
        label = next((word for word in wordings if paragraph.text.startswith(word)), None)
        if label is None or done:
            return paragraph
        done.append(label)
        return p("Басқаша жазылған сөздер" + paragraph.text[len(label) :])

    return Document("f", "docx", tuple(changed(block, change) for block in written.document.blocks))


def with_unknown_rows(written: Written, random: Random) -> Document:
    """Somebody added questions of their own to the table."""
    added = (
        [cell(p("Азаматтығы / Гражданство")), cell(p("ҚР"))],
        [cell(p("Қосымша мәліметтер"), span=2)],
        [cell(p("Жынысы")), cell(p(""))],
    )
    blocks: list[Block] = []
    for block in written.document.blocks:
        if isinstance(block, Table) and len(block.rows) > 4:
            rows = list(block.rows)
            for _ in range(2):
                rows.insert(random.randint(1, len(rows) - 1), Row(tuple(random.choice(added))))
            block = Table(tuple(rows))
        blocks.append(block)
    return Document("f", "docx", tuple(blocks))


def with_misspelt_labels(written: Written, random: Random) -> Document:
    """A wrong letter in every second label of one word or more that stands alone."""
    form = catalogue().forms[written.form]
    labels = {word for line in form.fields for word in (*line.words.kk, *line.words.ru) if len(word) > 9}

    def change(paragraph: Paragraph) -> Paragraph:
        text = paragraph.text
        if text not in labels or random.random() < 0.5:
            return paragraph
        at = random.randint(3, len(text) - 2)
        return p(text[:at] + "щ" + text[at + 1 :]) if text[at].isalpha() else paragraph

    return Document("f", "docx", tuple(changed(block, change) for block in written.document.blocks))


def layout_of(written: Written) -> str:
    return written.story.split()[2]


def test_a_label_in_unknown_words_hides_no_answer_and_fills_no_other() -> None:
    for seed in range(500):
        written = written_form(seed)
        if layout_of(written) in (*TABLES, "paragraphs"):
            forms = forms_in(with_unknown_label(written, Random(seed)), signed=False)
            assert wrong_and_sure(written, forms) == [], f"seed {seed}: {written.story}"


def test_questions_that_the_form_does_not_have_fill_nothing() -> None:
    for seed in range(500):
        written = written_form(seed)
        if layout_of(written) in TABLES:
            forms = forms_in(with_unknown_rows(written, Random(seed)), signed=False)
            assert wrong_and_sure(written, forms) == [], f"seed {seed}: {written.story}"


def test_a_wrong_letter_in_a_label_changes_nothing() -> None:
    for seed in (*range(400), 2014, 2325, 2395):  # the last: ones that were read wrongly once
        written = written_form(seed)
        if written.form != "application":
            forms = forms_in(with_misspelt_labels(written, Random(seed)), signed=False)
            assert wrong_and_sure(written, forms) == [], f"seed {seed}: {written.story}"


@pytest.mark.parametrize("disturb", [*disturbed.ANYWHERE, *disturbed.IN_TABLES], ids=lambda one: str(one.__name__))
def test_a_disturbed_form_is_read_as_meant_or_put_in_doubt(disturb: Callable[[Written, Random], Document]) -> None:
    """Rows whose answers stand in the row below are left out where rows move: nobody could tell whose they were."""
    layouts = (*TABLES, "pairs", "both_in_cell", "both_in_cells") if disturb in disturbed.IN_TABLES else LAYOUTS
    for seed in range(120):
        written = written_form(seed)
        if written.form != "application" and layout_of(written) in layouts:
            forms = forms_in(disturb(written, Random(seed)), signed=False)
            assert wrong_and_sure(written, forms) == [], f"seed {seed}: {written.story}"


@pytest.mark.parametrize(
    ("disturb", "at_most"),
    [
        (disturbed.with_lookalikes, 0),
        (disturbed.in_capitals, 0),
        (disturbed.without_a_space, 2),
        (disturbed.with_opening_words, 0),
        (disturbed.with_labels_said_again, 8),
    ],
    ids=lambda one: getattr(one, "__name__", str(one)),
)
def test_what_changes_no_word_of_an_answer_is_hardly_asked_of_the_clerk(
    disturb: Callable[[Written, Random], Document], at_most: int
) -> None:
    asked = 0
    for seed in range(120):
        written = written_form(seed)
        if written.form != "application" and sure(forms_in(written.document, signed=False)):
            asked += not sure(forms_in(disturb(written, Random(seed)), signed=False))
    assert asked <= at_most


def test_an_empty_form_is_a_form_without_answers() -> None:
    """The whole Appendix comes with the forms of others left empty, in any layout and with any kind of blank."""
    random = Random(7)
    for _ in range(60):
        for form in catalogue().forms.values():
            writer = Writer(random, form, random.choice(LAYOUTS))
            writer.given, writer.meant = Answers(), {}
            if form.id != "application":
                written = writer.written()
                forms = forms_in(written.document, signed=False)
                assert [(one.form, dict(one.fields)) for one in forms] == [(form.id, {})], written.story
