"""Documents as read with their answers marked, and pages with boxes over the answers."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape

import numpy as np
import pytest
from PIL import Image

from parsers.form import forms_in
from parsers.office.convert import shared
from parsers.readers.scans import page
from parsers.readers.scans.page import words_on
from parsers.readers.scans.pictures import Pixels
from parsers.readings import (
    Cell,
    CheckBox,
    Document,
    DocumentRead,
    LaidOpen,
    Mark,
    PagePicture,
    Paragraph,
    Picture,
    Row,
    Run,
    Spot,
    Table,
    Value,
)
from parsers.shown.fragment import LINES_AT_MOST, as_html, page_html
from parsers.shown.lay_open import laid_open
from parsers.shown.pages import pages_of_pdf
from parsers.shown.spots import PAD, PageWord, spots_of
from parsers.worker import Limits, Worker
from tests.parsers.files import as_docx
from tests.parsers.paper import file_of, filled, printed, scanned
from tests.parsers.raw_mails import multipart, part
from tests.parsers.written_forms import written_form

TEXT = b"Content-Type: text/plain; charset=utf-8\r\n\r\nhello"
MARK = re.compile(
    r'<mark data-field="([^"]+)" data-language="(kk|ru)"(?: data-doubt="([^"]+)")?>(.*?)</mark>', re.DOTALL
)


def read(document: Document) -> DocumentRead:
    return DocumentRead(document, forms_in(document, signed=False))


def line(*inlines: Run | CheckBox | Picture) -> Paragraph:
    return Paragraph(inlines)


def marked(html: str) -> dict[str, str]:
    """Field → what is marked as its answer, tags taken out."""
    found: dict[str, str] = {}
    for fields, _, _, inside in MARK.findall(html):
        for one in fields.split():
            found[one] = " ".join(filter(None, (found.get(one), unescape(re.sub("<.*?>", "", inside)))))
    return found


def answers(form_read: DocumentRead) -> Iterator[tuple[str, Value]]:
    for form in form_read.forms:
        for name, value in form.fields.items():
            yield f"{form.form}.{name}", value


FORM = Document(
    "form.docx",
    "docx",
    (
        line(Run("Волонтердің сауалнамасы", frozenset({Mark.BOLD}))),
        Table(
            (
                Row((Cell((line(Run("Т.А.Ә. (бар болған кезде)")),)), Cell((line(Run("Ахмет <b>&amp; Құрманов")),)))),
                Row((Cell((line(Run("Туған жылы")),)), Cell((line(Run("1999 ж.", frozenset({Mark.UNDERLINE}))),)))),
                Row((Cell((line(Run("Тұрғылықты жері")),)), Cell((line(Run("Астана")), line(Run("Абай 5"))), 2))),
                Row((Cell((line(Run("ЖСН")),)), Cell((line(Run("9901011"), Run("50000", frozenset({Mark.BOLD}))),)))),
            )
        ),
        line(CheckBox(True), Run(" "), CheckBox(False), Picture()),
    ),
)


def test_each_answer_is_marked_where_it_stands_and_nothing_else() -> None:
    assert marked(as_html(read(FORM))) == {
        "volunteer.full_name": "Ахмет <b>&amp; Құрманов",
        "volunteer.birth_year": "1999 ж.",
        "volunteer.iin": "990101150000",
        "volunteer.residence": "Астана Абай 5",
    }


def test_what_a_sender_wrote_is_shown_and_never_run() -> None:
    evil = '<script>alert(1)</script><img src=x onerror="x">\'"&'
    html = as_html(read(Document(evil, "docx", (line(Run(evil, frozenset({Mark.STRIKE}))),))))
    assert set(re.findall(r"<(/?\w+)", html)) == {"div", "/div", "p", "/p", "s", "/s"}
    assert unescape(re.sub("<.*?>", "", html)) == evil


def test_looks_boxes_and_spans_are_shown() -> None:
    html = as_html(read(FORM))
    assert "<b>Волонтердің сауалнамасы</b>" in html
    assert "<u>1999 ж.</u>" in html
    assert '☑ ☐<span class="picture">' in html
    assert '<td colspan="2">' in html


def test_a_doubt_stands_beside_its_answer() -> None:
    wrong = "990101150001"
    blocks = tuple(
        line(Run(text))
        for text in ("Анкета волонтера", "Ф.И.О. (при его наличии): Ким Аида", "Год рождения: 1999", f"ИИН: {wrong}")
    )
    html = as_html(read(Document("a", "text", blocks)))
    assert [(field, doubt) for field, _, doubt, _ in MARK.findall(html) if doubt] == [("volunteer.iin", "checksum")]


def test_an_endless_document_is_cut() -> None:
    html = as_html(DocumentRead(Document("a", "text", (line(Run("x")),) * (LINES_AT_MOST + 5)), ()))
    assert html.count("<p>") == LINES_AT_MOST
    assert html.endswith('<p class="cut">…</p></div>')


@pytest.mark.parametrize("seed", range(0, 300, 4))
def test_every_answer_of_a_made_up_form_has_its_mark(seed: int) -> None:
    form_read = read(written_form(seed).document)
    found = marked(as_html(form_read))
    for field, value in answers(form_read):
        assert field in found
        if isinstance(value.value, str) and value.text:
            wanted = [letter for letter in value.text.casefold() if letter.isalnum()]
            assert all(letter in found[field].casefold() for letter in wanted)


BLANK = re.compile(r'<span class="blank" data-field="([^"]+)" data-language="(kk|ru)">(.*?)</span>', re.DOTALL)


def questions(html: str) -> dict[str, str]:
    """Field without an answer → what is marked as its question."""
    return {field: unescape(re.sub("<.*?>", "", inside)) for field, _, inside in BLANK.findall(html)}


def test_where_a_question_has_no_answer_its_label_is_known() -> None:
    empty = Cell((line(Run("")),))
    document = Document(
        "form.docx",
        "docx",
        (
            line(Run("Анкета волонтера")),
            Table(
                (
                    Row((Cell((line(Run("Ф.И.О. (при его наличии)")),)), Cell((line(Run("Ким Аида")),)))),
                    Row((Cell((line(Run("Год рождения")),)), Cell((line(Run("________")),)))),
                    Row((Cell((line(Run("Место жительства", frozenset({Mark.BOLD}))),)), empty)),
                )
            ),
            line(Run("ИИН: ____________")),
        ),
    )
    html = as_html(read(document))
    assert marked(html) == {"volunteer.full_name": "Ким Аида"}
    found = questions(html)
    assert found == {
        "volunteer.birth_year": "Год рождения",
        "volunteer.residence": "Место жительства",
        "volunteer.iin": found["volunteer.iin"],
    }
    assert found["volunteer.iin"].startswith("ИИН")


@pytest.mark.parametrize("seed", range(1, 300, 20))
def test_every_question_without_an_answer_that_was_found_in_a_made_up_form_has_its_place(seed: int) -> None:
    form_read = read(written_form(seed).document)
    found = questions(as_html(form_read))
    assert found.keys() == {f"{form.form}.{name}" for form in form_read.forms for name in form.asked}
    assert not found.keys() & {field for field, _ in answers(form_read)}


# ---------------------------------------------------------------- pages


def test_a_question_without_an_answer_has_a_box_that_is_not_seen_until_it_is_lit() -> None:
    texts = ("Анкета волонтера", "Место жительства: Астана", "ИИН:")
    words = [PageWord(0, "ИИН:", 0.1, 0.1, 0.2, 0.12)]
    spots = spots_of(read(Document("a", "text", tuple(map(line, map(Run, texts))))), words)
    (spot,) = spots[0]
    assert (spot.field, spot.blank) == ("volunteer.iin", True)
    html = page_html(PagePicture("a", 1, b"", 100, 100, (spot,)))
    assert '<rect class="spot blank" data-field="volunteer.iin"' in html
    assert 'fill-opacity="0" stroke="none"' in html


def test_the_places_of_questions_come_back_from_the_child() -> None:
    head = b"Content-Transfer-Encoding: base64\r\nContent-Type: application/octet-stream; name=form.docx\r\n"
    gap = replace(FORM, blocks=(*FORM.blocks, line(Run("Волонтерлік тәжірибесі: ______"))))
    with Worker() as worker:
        shown = worker.lay_open(multipart(TEXT, part(as_docx(gap), head)))
    (form,) = shown.reading.forms
    assert {f"volunteer.{name}" for name in form.asked} == {"volunteer.volunteering_experience"}


def test_boxes_of_one_line_are_joined_and_of_two_lines_are_not() -> None:
    document = Document(
        "a",
        "text",
        tuple(map(line, map(Run, ("Анкета волонтера", "Место жительства: Астана Абай", "ИИН: 990101150000")))),
    )
    words = [
        PageWord(0, "Место", 0.1, 0.1, 0.2, 0.12),
        PageWord(0, "жительства:", 0.2, 0.1, 0.3, 0.12),
        PageWord(0, "Астана", 0.5, 0.1, 0.6, 0.12),
        PageWord(0, "Абай", 0.1, 0.13, 0.2, 0.15),
        PageWord(1, "ИИН:", 0.1, 0.1, 0.2, 0.12),
        PageWord(1, "990101", 0.3, 0.1, 0.4, 0.12),
        PageWord(1, "150000", 0.41, 0.1, 0.5, 0.12),
    ]
    spots = spots_of(read(document), words)
    assert [(page, spot.field) for page, some in spots.items() for spot in some] == [
        (0, "volunteer.residence"),
        (0, "volunteer.residence"),
        (1, "volunteer.iin"),
    ]
    assert spots[1][0] == Spot("volunteer.iin", 0.3 - PAD, 0.1 - PAD, 0.5 + PAD, 0.12 + PAD, "ru", "checksum")


@pytest.fixture(scope="module")
def opened() -> LaidOpen:
    """A questionnaire as a PDF and as a picture of the same page, in one mail."""
    pdf = shared().convert(as_docx(filled("volunteer").document), "docx", "pdf")
    (first, *_) = pages_of_pdf(pdf, 1)
    picture = io.BytesIO()
    Image.open(io.BytesIO(first.jpeg)).resize((first.width * 3 // 2, first.height * 3 // 2)).save(picture, "PNG")
    head = b"Content-Transfer-Encoding: base64\r\nContent-Type: application/octet-stream; name="
    files = [part(pdf, head + b"form.pdf\r\n"), part(picture.getvalue(), head + b"photo.png\r\n")]
    with Worker() as worker:
        return worker.lay_open(multipart(TEXT, *files))


def test_pages_of_pdfs_and_paper_come_with_boxes_over_their_answers(opened: LaidOpen) -> None:
    assert opened.left_out == ()
    assert [(page.part, page.number) for page in opened.pages][:1] == [("form.pdf", 1)]
    assert opened.pages[-1].part == "photo.png"
    words = {f"{form.form}.{n}" for form in opened.reading.forms for n, v in form.fields.items() if v.text}
    for name in ("form.pdf", "photo.png"):
        boxed = {s.field for page in opened.pages if page.part == name for s in page.spots if not s.blank}
        assert len(boxed) >= 5
        assert boxed <= words | {"volunteer.activity_kinds", "volunteer.preferred_time", "volunteer.volunteer_role"}
    assert all(0 <= s.left < s.right <= 1 and 0 <= s.top < s.bottom <= 1 for page in opened.pages for s in page.spots)


def test_the_ink_of_an_answer_lies_inside_its_box(opened: LaidOpen) -> None:
    page = opened.pages[0]
    picture = Image.open(io.BytesIO(page.jpeg)).convert("L")
    spot = next(spot for spot in page.spots if spot.field == "volunteer.full_name")
    wide, high = page.width, page.height
    dark, _ = picture.crop((spot.left * wide, spot.top * high, spot.right * wide, spot.bottom * high)).getextrema()
    assert isinstance(dark, int | float)
    assert dark < 120


def test_a_page_as_html_is_a_picture_with_boxes_and_nothing_that_runs(opened: LaidOpen) -> None:
    html = page_html(opened.pages[0])
    assert set(re.findall(r"<(\w+)", html)) == {"svg", "image", "rect", "title"}
    assert 'href="data:image/jpeg;base64,' in html
    assert "style=" not in html
    assert 'href="/p?a&amp;b"' in page_html(opened.pages[0], "/p?a&b")


def test_a_sheet_is_looked_at_once_to_be_read_and_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Pixels] = []
    look = page._recognised

    def counted(pixels: Pixels) -> page._Page | None:
        looked.append(pixels)
        return look(pixels)

    monkeypatch.setattr(page, "_recognised", counted)
    sheet, *_ = printed(filled("volunteer").document)
    head = b"Content-Type: application/octet-stream; name="
    pictures = (("a.png", scanned(sheet)), ("b.png", np.full((900, 700), 255, dtype=np.uint8)))
    files = [part(file_of(pixels, ending="PNG"), head + name.encode() + b"\r\n") for name, pixels in pictures]
    opened = laid_open(multipart(TEXT, *files))
    assert len(looked) == 2
    assert [len(one.spots) > 5 for one in opened.pages] == [True, False]
    words_on(looked[0])
    assert len(looked) == 3  # nothing of it is remembered after the mail


def test_a_damaged_file_is_left_out_and_said() -> None:
    files = [part(b"%PDF-1.7 nonsense", b"Content-Type: application/pdf; name=a.pdf\r\n")]
    with Worker() as worker:
        shown = worker.lay_open(multipart(TEXT, *files))
    assert [one.reason for one in shown.reading.unreadable] == ["damaged"]
    assert [(why.part, why.reason) for why in shown.left_out] == [("a.pdf", "damaged")]
    assert [read.document.part for read in shown.documents] == ["body"]


def test_where_the_child_has_no_time_the_reading_stands_alone() -> None:
    with Worker(Limits(seconds=0.01)) as worker:
        shown = worker.lay_open(multipart(TEXT))
    assert shown.documents == ()
    assert [(why.part, why.reason) for why in shown.left_out] == [("mail", "crashed")]
