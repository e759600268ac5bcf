"""Paper: scanned, photographed, turned, in several pictures; whatever is read is put in doubt."""

from __future__ import annotations

import struct
import zlib
from email.message import EmailMessage

import cv2
import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein

from parsers.form import forms_in
from parsers.lines import lines_of
from parsers.printed import as_printed
from parsers.readers.scans import looks, program, shapes, spelling
from parsers.readers.scans.flow import Piece, TextLine, paragraphs
from parsers.readers.scans.join import blocks_of
from parsers.readers.scans.letters import written_on
from parsers.readers.scans.page import PageRead, _Page
from parsers.readers.scans.pictures import Pixels
from parsers.readers.scans.rules import Box, rules_of
from parsers.readers.scans.straighten import LETTER, straightened
from parsers.readings import (
    Attachment,
    Cell,
    Document,
    FieldValue,
    FilledForm,
    Mark,
    Paragraph,
    Reading,
    Row,
    Run,
    Table,
)
from parsers.sheets import in_order
from parsers.understand import understand
from tests.parsers.paper import file_of, filled, noisy, photo_of_a_cat, photographed, printed, scanned
from tests.parsers.written_forms import Written

APPLICATION = filled("application", "order", "ru", "reworded:False")
VOLUNTEER = filled("volunteer", "order", "kk", "kinds:sign")
EXACT = ("iin", "leader_iin", "bin", "phone", "email", "filled_date", "birth_year", "contacts", "activity_kinds")
UNSCORED = ("addressee", "liability_warning", "stamp", "signature")


def mail(*files: tuple[str, bytes]) -> Reading:
    message = EmailMessage()
    message["From"] = "applicant@mail.example"
    message.set_content("")
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return understand(message.as_bytes())


def alike(name: str, got: FieldValue, meant: FieldValue) -> bool:
    """Words may differ by a tenth of their letters, numbers may not."""
    if isinstance(got, str) and isinstance(meant, str) and name not in EXACT:
        return Levenshtein.normalized_similarity(got.casefold(), meant.casefold()) >= 0.9
    return got == meant


def faults(form: FilledForm, written: Written) -> list[str]:
    names = (set(form.fields) | set(written.meant)) - set(UNSCORED)
    return [
        f"{name}: {form.fields[name].value if name in form.fields else None!r} instead of {written.meant.get(name)!r}"
        for name in sorted(names)
        if name not in form.fields
        or name not in written.meant
        or not alike(name, form.fields[name].value, written.meant[name])
    ]


def test_tesseract_is_here_with_its_languages() -> None:
    good, words = program.ocr_available()
    assert good, words


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("photo.jpg", lambda page: file_of(photographed(page))),
        ("turned.heic", lambda page: file_of(np.ascontiguousarray(np.rot90(scanned(page))), ending="HEIF")),
        ("upside-down.png", lambda page: file_of(np.ascontiguousarray(np.rot90(scanned(page, -1.5), 2)), ending="PNG")),
        ("scan.pdf", lambda page: file_of(scanned(page), ending="PDF")),
    ],
)
def test_one_sheet_is_read_however_it_was_taken(name: str, data: object) -> None:
    assert callable(data)
    reading = mail((name, data(printed(APPLICATION.document)[0][:1100])))
    assert [(form.part, form.form, form.language) for form in reading.forms] == [(name, "application", "ru")]
    form = reading.forms[0]
    assert faults(form, APPLICATION) == []
    assert form.doubts
    assert all(value.doubt for value in form.fields.values())


def test_pages_that_come_as_pictures_of_their_own_are_one_form() -> None:
    pages = printed(VOLUNTEER.document)
    assert len(pages) > 1
    files = [(f"IMG_{n + 9}.jpg", file_of(scanned(page))) for n, page in enumerate(pages)]
    reading = mail(*reversed(files), ("cat.jpg", file_of(photo_of_a_cat())))
    assert [(form.part, form.form) for form in reading.forms] == [("IMG_9.jpg", "volunteer")]
    assert faults(reading.forms[0], VOLUNTEER) == []
    assert reading.unreadable == ()


def test_a_cat_asks_for_nobodys_eyes_but_paper_that_cannot_be_read_does() -> None:
    assert mail(("cat.jpg", file_of(photo_of_a_cat()))).unreadable == ()
    scribble: Pixels = np.full((1400, 1000), 250, dtype=np.uint8)
    for n in range(5):
        points = np.array([[60 + 90 * x, 200 + 150 * n + 40 * (x % 2)] for x in range(10)], dtype=np.int32)
        cv2.polylines(scribble, [points], False, (40,), 4)
    told = mail(("note.jpg", file_of(noisy(scribble)))).unreadable
    assert [(one.part, one.reason) for one in told] == [("note.jpg", "picture")]


def test_without_tesseract_the_clerk_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    page = file_of(printed(APPLICATION.document)[0])
    monkeypatch.setenv("PATH", "/nowhere")
    program.ocr_available.cache_clear()
    told = mail(("scan.jpg", page)).unreadable
    program.ocr_available.cache_clear()
    assert [(one.part, one.reason) for one in told] == [("scan.jpg", "picture")]
    assert "apt install tesseract-ocr tesseract-ocr-kaz tesseract-ocr-rus" in told[0].detail


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)),
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 9_000, 9_000, 8, 0, 0, 0, 0)),
        b"\xff\xd8\xff\xe0 no more than a beginning",
        b"II*\x00\x08\x00\x00\x00\xff\xff",
    ],
)
def test_bombs_and_broken_pictures_are_named_not_opened(data: bytes) -> None:
    assert [one.reason for one in mail(("a.png", data)).unreadable] == ["picture"]


# ---------------------------------------------------------------- the parts


@pytest.mark.parametrize(
    ("above", "below", "one"),
    [
        ("Наименование программы (проекта): Субботники и встречи", "Организатор программы (проекта): нет", False),
        ("Өткізу орны мен уақыты / Место и время программы", "(проекта): берег реки", True),
        ("Өткізу орны мен уақыты / Место и время", "проведения программы: берег реки", True),
        ("Қала тұрғындарымен жұмыс, балаларға көмек және", "Алматы қаласындағы сенбіліктер мен кездесулер", True),
    ],
)
def test_a_line_that_reaches_the_edge_goes_on_unless_the_next_begins_a_question(
    above: str, below: str, one: bool
) -> None:
    wide = 40 * round(LETTER)
    lines = [
        TextLine(top, top + 20, in_words(text, end)) for top, end, text in ((0, wide, above), (40, wide // 2, below))
    ]
    assert len(list(paragraphs(lines, 0, wide))) == (1 if one else 2)


def in_words(text: str, end: int) -> tuple[Piece, ...]:
    """Return the words of a line of writing that reaches from 0 to `end`."""
    letter, at, pieces = end / len(text), 0, list[Piece]()
    for word in text.split():
        pieces.append(Piece(round(at * letter), round((at + len(word)) * letter), Run(word)))
        at += len(word) + 1
    return tuple(pieces)


def test_rules_become_cells_with_their_widths() -> None:
    ink: Pixels = np.zeros((700, 900), dtype=np.uint8)
    for y in (100, 200, 300, 400):
        ink[y : y + 4, 100:804] = 255
    for x, top in ((100, 100), (400, 200), (800, 100)):
        ink[top:404, x : x + 4] = 255
    ink[550:554, 100:300] = 255
    ruled = rules_of(ink)
    assert [[(cell.column, cell.span) for cell in row] for row in ruled.grids[0].rows] == [
        [(0, 2)],
        [(0, 1), (1, 1)],
        [(0, 1), (1, 1)],
    ]
    assert [(rule.start // 10, rule.end // 10) for rule in ruled.free] == [(9, 30)]


def drawn(*strokes: list[tuple[int, int]]) -> Pixels:
    ink: Pixels = np.zeros((60, 60), dtype=np.uint8)
    for stroke in strokes:
        cv2.polylines(ink, [np.array(stroke, dtype=np.int32)], False, (255,), 4)
    return ink


@pytest.mark.parametrize(
    ("ink", "sign"),
    [
        (drawn([(10, 30), (20, 45), (45, 10)]), shapes.TICK),
        (drawn([(25, 10), (25, 40)], [(10, 25), (40, 25)]), shapes.PLUS),
        (drawn([(10, 25), (45, 25)]), shapes.DASH),
        (drawn([(10, 10), (25, 45), (40, 10)]), None),  # V
        (drawn([(10, 10), (40, 10), (20, 45)]), None),  # 7
        (drawn([(10, 10), (40, 40)], [(40, 10), (10, 40)]), None),  # X
    ],
)
def test_lone_signs_are_told_by_their_shape(ink: Pixels, sign: str | None) -> None:
    written = written_on(ink)
    assert shapes.sign_of(list(written.letters), written) == sign


@pytest.mark.parametrize(("ticked", "inner"), [(False, []), (True, [(16, 16), (38, 38)])])
def test_boxes_know_whether_they_are_ticked(ticked: bool, inner: list[tuple[int, int]]) -> None:
    ink = drawn([(10, 10), (44, 10), (44, 44), (10, 44), (10, 10)], *([inner] if inner else []))
    written = written_on(ink)
    assert shapes.box_state(max(written.letters, key=lambda blob: blob.area), ink, written) is ticked


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("оffiсе@ехаmplе.org", "office@example.org"),
        ("9ОО7О2526477", "900702526477"),
        ("+7(7О5)l11-22-33", "+7(705)111-22-33"),
        ("Алматы,", "Алматы,"),
        ("aлматы", "алматы"),
        ("Instagram,", "Instagram,"),
        ("3-үй", "3-үй"),
        ("WhatsApp:", "WhatsApp:"),
        ("applicantS@mail.example", "applicant5@mail.example"),
        ("volunteer1S6@kz.example", "volunteer156@kz.example"),
        ("З", "3"),
        ("З.", "З."),
        ("office.SOS@mail.example", "office.SOS@mail.example"),
    ],
)
def test_look_alike_letters_follow_their_neighbours(read: str, meant: str) -> None:
    assert spelling.right_letters(read) == meant


def test_a_straight_flourish_of_a_signature_is_no_line_to_write_on() -> None:
    page = printed(APPLICATION.document)[0].copy()
    cv2.line(page, (60, 1400), (420, 1400), (0,), 2)
    wave = [(120 + 14 * n, 1410 if n % 2 else 1330) for n in range(18)]
    cv2.polylines(page, [np.array(wave, dtype=np.int32)], False, (0,), 4)
    cv2.line(page, (150, 1384), (330, 1384), (0,), 3)
    sheet = straightened(page)
    assert sheet is not None
    drawn_page = _Page(sheet)
    assert len(drawn_page.written.scrawls) == 1
    scrawl = drawn_page.written.scrawls[0]
    under = [rule for rule in drawn_page.rules if scrawl.top < rule.at < scrawl.bottom]
    assert [rule.length > scrawl.width for rule in under] == [True]


@pytest.mark.parametrize(("plain", "heavy"), [(0, True), (1, True), (4, False)])
def test_an_option_is_in_heavy_letters_when_most_of_it_is(plain: int, heavy: bool) -> None:
    words = ["6)", "участие", "в", "защите", "и", "охране", "окружающей", "среды,", "благоустройстве", "территорий"]
    bold = frozenset({Mark.BOLD})
    runs = [Run(f"{w} ", frozenset() if n >= len(words) - plain else bold) for n, w in enumerate(words)]
    line = lines_of(as_printed(Document("", "scan", (Paragraph(tuple(runs)),))))[0]
    assert line.text.strip() == " ".join(words)
    assert line.marks_between(0, len(line.text)) == (bold if heavy else frozenset())


def test_letters_that_stand_together_are_no_boxes() -> None:
    square = [(10, 10), (40, 10), (40, 40), (10, 40), (10, 10)]
    alone, beside = drawn(square), drawn(square, [(46, 12), (46, 38)])
    for ink, state in ((alone, False), (beside, None)):
        written = written_on(ink)
        assert shapes.box_state(max(written.letters, key=lambda blob: blob.width), ink, written) is state


def page_of(edges: tuple[float, ...], *rows: tuple[str, ...]) -> PageRead:
    cells = [Row(tuple(Cell((Paragraph((Run(text),)),)) for text in row)) for row in rows]
    return PageRead((Table(tuple(cells)),), edges, edges, 90.0)


def test_a_row_that_a_page_break_parted_is_one_though_the_next_page_has_fewer_columns() -> None:
    upper = page_of((0.1, 0.3, 0.5, 0.9), ("Год рождения", "1980", ""), ("3) участие в оказании", "", "+"))
    lower = page_of((0.11, 0.31, 0.91), ("помощи лицам", ""), ("4) оказание содействия", "V"))
    other = page_of((0.11, 0.41, 0.91), ("помощи лицам", ""), ("4) оказание содействия", "V"))
    joined = blocks_of([upper, lower])
    assert len(joined) == 1
    last = [line for line in lines_of(Document("", "scan", joined)) if line.text][-2:]
    assert [line.text for line in last] == ["4) оказание содействия", "V"]
    assert [(cell.column, cell.span) for line in last for cell in line.cells] == [(1, 1), (2, 2)]
    assert len(blocks_of([upper, other])) == 2


def test_the_grain_of_a_photo_in_the_dark_becomes_no_dust() -> None:
    page = printed(APPLICATION.document)[0]
    grain = np.random.default_rng(1).normal(0, 25, page.shape)
    dark = np.clip(page * 0.4 + grain, 0, 255).astype(np.uint8)
    dust = [len(written_on(sheet.ink).letters) for sheet in map(straightened, (page, dark)) if sheet is not None]
    assert dust[0] > 300
    assert dust[1] < 5 * dust[0]


def test_a_label_misread_in_its_second_language_is_no_answer_from_where_a_shorter_wording_ends() -> None:
    asked = "Қазіргі уақытта сіз қатысып жүрген негізгі қызмет түрлерін таңдаңыз: / "
    asked += "Выберите основные виды деятельности, в которых Вы участвуете в настояшее время: 3, 8"
    lines = (
        "Волонтерлер үйлестірушісінің сауалнамасы",
        "ЖСН / ИИН: 900702526477",
        "Туған жылы / Год рождения: 1990",
        asked,
    )
    document = Document("", "scan", tuple(Paragraph((Run(line),)) for line in lines))
    fields = forms_in(document, signed=False)[0].fields
    assert fields["activity_kinds"].value == [3, 8]
    assert "activity_other" not in fields


@pytest.mark.parametrize(("word", "dust"), [("`", True), ("‚", True), ("|", True), ("«", False), ("1", False)])
def test_specks_are_read_as_quotation_marks_that_nobody_writes_alone(word: str, dust: bool) -> None:
    assert spelling.is_dust(word) is dust


def test_a_word_that_was_put_beside_the_sheet_stands_on_no_ground() -> None:
    sheet = straightened(printed(APPLICATION.document)[0])
    assert sheet is not None
    width = sheet.grey.shape[1]
    assert not looks.on_ground(Box(width + 2, 10, width + 40, 30), sheet)
    assert not looks.on_ground(Box(10, 30, 40, 30), sheet)


def test_pictures_are_put_in_the_order_of_their_numbers() -> None:
    files = [Attachment(name, "", b"") for name in ("Scan10.jpg", "Scan2.jpg", "Scan1.jpg")]
    assert [file.name for file in in_order(files)] == ["Scan1.jpg", "Scan2.jpg", "Scan10.jpg"]
    files = [Attachment(name, "", b"") for name in ("b.jpg", "a7.jpg")]
    assert [file.name for file in in_order(files)] == ["b.jpg", "a7.jpg"]


@pytest.mark.parametrize(
    ("read", "printed_words"),
    [
        ("3) менелжер", "3) менеджер"),
        ("б) учаетие в защите и ехране екружающей ереды, благеуетрейетве территерий",
         "6) участие в защите и охране окружающей среды, благоустройстве территорий"),
        ("[ 16) учаетие в защите и ехране окружающей среды, благоуетрейетве территорий",
         "[ ] 6) участие в защите и охране окружающей среды, благоустройстве территорий"),
        ("[] 6) участие в защите и охране окружающей среды, благоустройстве территорий",
         "[ ] 6) участие в защите и охране окружающей среды, благоустройстве территорий"),
        ("{ 16) участие в защите и охране окружающей среды, благоустройстве территорий",
         "[ ] 6) участие в защите и охране окружающей среды, благоустройстве территорий"),
        ("3) участие в оказании помощи лицам,", "3) участие в оказании помощи лицам,"),
        ("[х] 6) участие в защите и охране окружающей среды, благоустройстве территорий",
         "[х] 6) участие в защите и охране окружающей среды, благоустройстве территорий"),
        ("жсСн", "ЖСН"),
        ("3) Ким Наталья Ивановна", "3) Ким Наталья Ивановна"),
        ("Нет", "Нет"),
        ("2, 4 (в любое время)", "2, 4 (в любое время)"),
        # What an applicant set behind a printed option stays, however the option itself was read.
        ("3) менелжер +", "3) менеджер +"),
        ("2) мереке күндері ✓", "2) мереке күндері ✓"),
        ("4) в другое время V", "4) в другое время V"),
        ("б) учаетие в защите и ехране екружающей ереды, благеуетрейетве территерий – + да",
         "6) участие в защите и охране окружающей среды, благоустройстве территорий – + да"),
        ("13) иные виды волонтерской деятельноети, не противоречащие законодательству Республики Казахстан "
         "(укажите конкретный вид/вилы) – помощь животным",
         "13) иные виды волонтерской деятельности, не противоречащие законодательству Республики Казахстан "
         "(укажите конкретный вид/виды) – помощь животным"),
    ],
)  # fmt: skip
def test_misread_options_and_labels_are_as_printed(read: str, printed_words: str) -> None:
    document = as_printed(Document("", "scan", (Paragraph((Run(read),)),)))
    assert [line.text for line in lines_of(document)] == [printed_words]
