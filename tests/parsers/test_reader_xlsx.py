"""Workbooks as Excel, openpyxl and LibreOffice write them."""

from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import PatternFill

from parsers.readers import xlsx
from parsers.readers.errors import Damaged, NotRead, TooLarge, Unsupported
from parsers.readings import Attachment, Block, CheckBox, Document, Mark, Paragraph, Picture, Run, Table
from parsers.understand import understand_file
from tests.parsers.files import png, xlsx_of, zipped

ROW = '<row r="{}">{}</row>'


def one_row(cells: str, **more: object) -> list[list[str]]:
    return texts(read(ROW.format(1, cells), **more))


def read(rows: str, **more: object) -> Document:
    return xlsx.read(xlsx_of([("Лист1", rows, "visible")], **more), "a.xlsx")  # type: ignore[arg-type]


def texts(document: Document) -> list[list[str]]:
    table = next(block for block in document.blocks if isinstance(block, Table))
    return [[" / ".join(text_of(block) for block in cell.blocks) for cell in row.cells] for row in table.rows]


def text_of(block: Block) -> str:
    assert isinstance(block, Paragraph)
    signs = {CheckBox(True): "[x]", CheckBox(False): "[ ]"}
    return "".join(
        one.text if isinstance(one, Run) else "[picture]" if isinstance(one, Picture) else signs[one]
        for one in block.inlines
    )


def number(name: str, value: str, style: int = 0) -> str:
    return f'<c r="{name}" s="{style}"><v>{value}</v></c>'


def string(name: str, text: str) -> str:
    return f'<c r="{name}" t="inlineStr"><is><t>{text}</t></is></c>'


@pytest.mark.parametrize(
    ("value", "style", "shown"),
    [
        ("690711217075", 0, "690711217075"),
        ("6.90711217075E+11", 0, "690711217075"),
        ("1969", 0, "1969"),
        ("12.5", 0, "12.5"),
        ("50312345678", 2, "050312345678"),  # format 000000000000
        ("46300", 3, "05.10.2026"),  # a date written out in words
        ("46300", 4, "05.10.2026"),  # the built-in short date
        ("46300.99", 4, "05.10.2026"),
    ],
)
def test_numbers_and_dates_as_shown(value: str, style: int, shown: str) -> None:
    assert one_row(number("A1", value, style) + string("B1", "x")) == [[shown, "x"]]


@pytest.mark.parametrize(
    ("value", "remarks"),
    [("50312345678", ("lost_zero",)), ("87771234567", ()), ("690711217075", ()), ("77771234567", ())],
)
def test_a_number_that_may_have_lost_its_zero_is_remarked(value: str, remarks: tuple[str, ...]) -> None:
    assert read(ROW.format(1, number("A1", value))).remarks == remarks


def test_an_iin_that_lost_its_zero_is_the_clerks_and_not_missing() -> None:
    rows = [
        ("Анкета волонтера", ""),
        ("Ф.И.О. (при его наличии)", string("B2", "Ким Дана")),
        ("Год рождения", string("B3", "1969")),
    ]
    rows += [("ИИН", number("B4", "50312345678")), ("Место жительства", string("B5", "г. Алматы"))]
    data = "".join(ROW.format(n, string(f"A{n}", label) + answer) for n, (label, answer) in enumerate(rows, 1))
    (form,) = understand_file(xlsx_of([("Лист1", data, "visible")]), "анкета.xlsx").forms
    assert "iin" not in form.fields
    assert form.unsure_blank == ("iin",)
    assert form.fields["full_name"].value == "Ким Дана"


def test_shared_strings_keep_the_marks_of_their_runs() -> None:
    strings = (
        "<si><r><t>1) </t></r><r><rPr><u/><strike val='0'/></rPr><t>under</t></r><r><rPr><strike/></rPr>"
        "<t>out</t></r></si><si><t>plain</t><rPh sb='0' eb='1'><t>x</t></rPh></si>"
    )
    cells = '<c r="A1" t="s"><v>0</v></c><c r="B1" t="s" s="1"><v>1</v></c>'
    document = read(ROW.format(1, cells), strings=strings)
    table = document.blocks[0]
    assert isinstance(table, Table)
    first, second = (cell.blocks[0] for cell in table.rows[0].cells)
    assert first == Paragraph(
        (Run("1) "), Run("under", frozenset({Mark.UNDERLINE})), Run("out", frozenset({Mark.STRIKE})))
    )
    assert second == Paragraph((Run("plain", frozenset({Mark.HIGHLIGHT})),))  # by the fill of its cell


def test_a_cell_of_several_lines() -> None:
    assert one_row(string("A1", "one&#10;two_x000D_&#10;three") + string("B1", "x")) == [["one / two / three", "x"]]


def test_boolean_cells_are_boxes_and_formulas_give_their_result() -> None:
    cells = '<c r="A1" t="b"><v>1</v></c><c r="B1" t="b"><v>0</v></c><c r="C1" t="str"><f>A1</f><v>да</v></c>'
    assert one_row(cells) == [["[x]", "[ ]", "да"]]


def test_a_formula_without_a_result_is_remarked() -> None:
    assert read(ROW.format(1, '<c r="A1"><f>B1</f></c>')).remarks == ("uncomputed_formula",)


def test_merged_cells_stand_once_and_keep_their_width() -> None:
    rows = ROW.format(1, string("A1", "wide") + string("D1", "d")) + ROW.format(
        2, string("A2", "a") + string("C2", "c")
    )
    ranges = '<mergeCell ref="A1:C1"/><mergeCell ref="A2:B3"/>'
    table = read(f"{rows}{ROW.format(3, string('C3', 'e') + string('D3', 'f'))}|{ranges}").blocks[0]
    assert isinstance(table, Table)
    assert [[cell.span for cell in row.cells] for row in table.rows] == [[3, 1], [2, 1, 1], [2, 1, 1]]
    assert texts(Document("", "", (table,))) == [["wide", "d"], ["a", "c", ""], ["", "e", "f"]]


def test_the_row_in_the_table_is_the_row_on_the_sheet() -> None:
    rows = ROW.format(1, string("A1", "a") + string("B1", "b")) + ROW.format(4, string("A4", "c") + string("B4", "d"))
    assert texts(read(rows)) == [["a", "b"], ["", ""], ["", ""], ["c", "d"]]


def test_hidden_rows_columns_and_sheets_are_left_out_with_a_remark() -> None:
    rows = ROW.format(1, string("A1", "a") + string("B1", "secret") + string("C1", "c"))
    rows += '<row r="2" hidden="1">' + string("A2", "no") + "</row>"
    columns = '<cols><col min="2" max="2" hidden="1"/></cols>'
    sheets = [("Лист1", rows, "visible"), ("Лист2", ROW.format(1, string("A1", "gone")), "hidden")]
    document = xlsx.read(xlsx_of(sheets, columns=columns), "a.xlsx")
    assert texts(document) == [["a", "", "c"]]
    assert document.remarks == ("hidden_text",)


def test_sheets_follow_one_another() -> None:
    sheets = [(f"Лист{n}", ROW.format(1, string("A1", f"title {n}")), "visible") for n in (1, 2)]
    blocks = xlsx.read(xlsx_of(sheets), "a.xlsx").blocks
    assert [block.text for block in blocks if isinstance(block, Paragraph)] == ["title 1", "", "title 2", ""]


def test_pictures_and_text_boxes_lie_in_the_cell_of_their_corner() -> None:
    rows = ROW.format(1, string("A1", "a") + string("B1", "b"))
    document = read(rows, pictures=[(0, 1), (1, 0)])
    assert texts(document) == [["a", "[picture]b"]]
    last = document.blocks[1]
    assert last == Paragraph((Picture(png(), "image1.png"),))


VML = """<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel">
<v:shape><v:textbox><div><font>волонтер</font></div></v:textbox><x:ClientData ObjectType="Checkbox">
<x:Anchor>1, 15, 0, 2, 2, 3, 1, 4</x:Anchor><x:Checked>1</x:Checked></x:ClientData></v:shape>
<v:shape><x:ClientData ObjectType="Checkbox"><x:Anchor>0, 15, 0, 2, 2, 3, 1, 4</x:Anchor></x:ClientData></v:shape>
<v:shape><x:ClientData ObjectType="Note"><x:Anchor>0, 0, 0, 0, 0, 0, 0, 0</x:Anchor></x:ClientData></v:shape></xml>"""
RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/vmlDrawing" '
    'Target="../drawings/vml1.vml"/></Relationships>'
)


@pytest.mark.parametrize(
    ("vml", "shown", "remarks"),
    [(VML, [["[ ]1) a", "b / [x] волонтер"]], ()), (VML + "<br>", [["1) a", "b"]], ("boxes_unread",))],
)
def test_form_boxes_lie_in_their_cell(vml: str, shown: list[list[str]], remarks: tuple[str, ...]) -> None:
    more = {"xl/worksheets/_rels/sheet1.xml.rels": RELS, "xl/drawings/vml1.vml": vml}
    document = read(ROW.format(1, string("A1", "1) a") + string("B1", "b")), more=more)
    assert texts(document) == shown
    assert document.remarks == remarks


def test_the_strict_standard_is_read_too() -> None:
    data = xlsx_of([("a", ROW.format(1, string("A1", "a") + string("B1", "b")), "visible")])
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    strict = {
        name: part.replace(
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        ).replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        )
        for name, part in parts.items()
    }
    assert texts(xlsx.read(zipped(dict(strict)), "a.xlsx")) == [["a", "b"]]


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.95])
def test_a_cut_off_one_is_damaged(cut: float) -> None:
    data = xlsx_of([("a", ROW.format(1, string("A1", "слово " * 200)), "visible")])
    with pytest.raises(Damaged):
        xlsx.read(data[: int(len(data) * cut)], "a.xlsx")


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        (ROW.format(1, string("A1", "a"))[:-3], Damaged),
        (ROW.format(9_999_999, number("A9999999", "1")), TooLarge),
        (ROW.format(1, number("XFD1", "1")), TooLarge),
        (
            "".join(ROW.format(n, "".join(number(f"{c}{n}", "1") for c in "ABCDEFGHIJK")) for n in range(1, 4999)),
            TooLarge,
        ),
    ],
)
def test_damage_and_bombs_are_named(rows: str, fault: type[NotRead]) -> None:
    with pytest.raises(fault):
        read(rows)


def test_the_binary_kind_is_named_unsupported() -> None:
    rels = RELS.replace("vmlDrawing", "officeDocument").replace("../drawings/vml1.vml", "xl/workbook.bin")
    with pytest.raises(Unsupported):
        xlsx.read(zipped({"_rels/.rels": rels, "xl/workbook.bin": b"\0"}), "a.xlsb")


def test_what_openpyxl_writes_is_read() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["B1"] = "1) a", "V"
    sheet["A2"] = CellRichText("2) ", TextBlock(InlineFont(strike=True), "b"))
    sheet["B2"] = "x"
    sheet["A1"].fill = PatternFill("solid", fgColor="FFFF00")
    target = io.BytesIO()
    book.save(target)
    table = xlsx.read(target.getvalue(), "a.xlsx").blocks[0]
    assert isinstance(table, Table)
    assert [row.cells[0].blocks[0] for row in table.rows] == [
        Paragraph((Run("1) a", frozenset({Mark.HIGHLIGHT})),)),
        Paragraph((Run("2) "), Run("b", frozenset({Mark.STRIKE})))),
    ]


def test_a_lone_file_keeps_its_name() -> None:
    data = xlsx_of([("a", ROW.format(1, string("A1", "просто таблица")), "visible")])
    reading = understand_file(data, "список.xlsx")
    assert reading.texts == {"список.xlsx": "просто таблица"}
    assert reading.mail.attachments == (Attachment("список.xlsx", "", data),)
