"""What Word can hide in a .docx, one trap a test: each text must be read as it is seen on paper."""

from __future__ import annotations

import io
import zipfile

import pytest

from parsers.readers import docx
from parsers.readers.errors import Damaged, TooLarge
from parsers.readings import Block, CheckBox, Mark, Paragraph, Picture, Run, Table
from tests.parsers.docx_written import W, package


def read(body: str, **more: str) -> tuple[Block, ...]:
    return docx.read(package(body, parts=more), "form.docx").blocks


def text(block: Block) -> str:
    if isinstance(block, Paragraph):
        return "".join(
            i.text
            if isinstance(i, Run)
            else ("[x]" if i.checked else "[ ]")
            if isinstance(i, CheckBox)
            else "[picture]"
            for i in block.inlines
        )
    return "|".join("/".join(text(b) for b in cell.blocks) for row in block.rows for cell in row.cells)


RUN = "<w:r><w:t>8811</w:t></w:r>"
FIELD = '<w:r><w:fldChar w:fldCharType="{}">{}</w:fldChar></w:r>'


@pytest.mark.parametrize(
    ("inside", "seen"),
    [
        (f"<w:sdt><w:sdtContent>{RUN}</w:sdtContent></w:sdt>", "8811"),
        (f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{RUN}</w:sdtContent></w:sdt>", ""),
        (f'<w:ins w:id="1">{RUN}</w:ins>', "8811"),
        ('<w:del w:id="1"><w:r><w:delText>8811</w:delText></w:r></w:del>', ""),
        (f"<w:smartTag><w:smartTag>{RUN}</w:smartTag></w:smartTag>", "8811"),
        (f"<w:hyperlink>{RUN}</w:hyperlink>", "8811"),
        (f"<w:fldSimple>{RUN}</w:fldSimple>", "8811"),
        (
            FIELD.format("begin", "")
            + "<w:r><w:instrText>FORMTEXT</w:instrText></w:r>"
            + FIELD.format("separate", "")
            + RUN
            + FIELD.format("end", ""),
            "8811",
        ),
        (FIELD.format("begin", "<w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData>"), "[x]"),
        (FIELD.format("begin", '<w:ffData><w:checkBox><w:default w:val="0"/></w:checkBox></w:ffData>'), "[ ]"),
        (
            FIELD.format(
                "begin",
                '<w:ffData><w:ddList><w:result w:val="1"/>'
                '<w:listEntry w:val="a"/><w:listEntry w:val="b"/></w:ddList></w:ffData>',
            ),
            "b",
        ),
        (
            '<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="1"/></w14:checkbox></w:sdtPr><w:sdtContent><w:r>'
            "<w:t>☒ волонтер</w:t></w:r></w:sdtContent></w:sdt>",
            "[x] волонтер",
        ),
        ("<w:r><w:t>12</w:t><w:noBreakHyphen/><w:t>34</w:t></w:r>", "12-34"),
        ("<w:r><w:t>1</w:t><w:tab/><w:t>2</w:t></w:r>", "1\t2"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>', "✓"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0A8"/></w:r>', "☐"),
        ('<w:r><w:rPr><w:rFonts w:ascii="Wingdings"/></w:rPr><w:t>þ</w:t></w:r>', "☑"),
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>8811</w:t></w:r>", ""),
        ('<w:r><w:drawing><a:blip r:embed="rIdPicture"/></w:drawing></w:r>', "[picture]"),
        ('<w:r><w:pict><v:imagedata r:id="rIdPicture"/></w:pict></w:r>', "[picture]"),
        (
            f"<mc:AlternateContent><mc:Choice>{RUN}</mc:Choice><mc:Fallback>{RUN}</mc:Fallback></mc:AlternateContent>",
            "8811",
        ),
    ],
)
def test_a_paragraph_is_read_as_seen(inside: str, seen: str) -> None:
    assert text(read(f"<w:p>{inside}</w:p>")[0]) == seen


def test_a_text_box_is_read_once_and_after_its_paragraph() -> None:
    box = f"<w:txbxContent><w:p>{RUN}</w:p></w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>before</w:t></w:r><w:r><mc:AlternateContent>"
        f"<mc:Choice><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert [text(block) for block in read(body)] == ["before", "8811"]


def test_line_breaks_part_lines() -> None:
    assert [text(b) for b in read("<w:p><w:r><w:t>1</w:t><w:br/><w:t>2</w:t></w:r></w:p>")] == ["1", "2"]


def test_controls_around_paragraphs_rows_and_cells_hide_nothing() -> None:
    def control(inner: str) -> str:
        return f"<w:sdt><w:sdtContent>{inner}</w:sdtContent></w:sdt>"

    paragraph = f"<w:p>{RUN}</w:p>"
    cell = control(f"<w:tc>{control(paragraph)}</w:tc>")
    row = control(f"<w:tr>{cell}<w:tc>{paragraph}</w:tc></w:tr>")
    assert text(read(control(f"<w:tbl>{row}</w:tbl>"))[0]) == "8811|8811"


def test_merged_cells_are_read_once_and_keep_their_columns() -> None:
    def cell(properties: str, words: str) -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:tc>"

    first = cell('<w:vMerge w:val="restart"/>', "label") + cell('<w:gridSpan w:val="2"/>', "wide")
    second = cell("<w:vMerge/>", "again") + cell("", "a") + cell("", "b")
    table = read(f"<w:tbl><w:tr>{first}</w:tr><w:tr>{second}</w:tr></w:tbl>")[0]
    assert isinstance(table, Table)
    assert [[(text(Table((type(row)((c,)),))), c.span) for c in row.cells] for row in table.rows] == [
        [("label", 1), ("wide", 2)],
        [("", 1), ("a", 1), ("b", 1)],
    ]


def test_a_table_in_a_cell_stays_in_the_cell() -> None:
    inner = f"<w:tbl><w:tr><w:tc><w:p>{RUN}</w:p></w:tc></w:tr></w:tbl>"
    assert text(read(f"<w:tbl><w:tr><w:tc>{inner}<w:p/></w:tc></w:tr></w:tbl>")[0]) == "8811/"


def test_a_row_deleted_with_tracked_changes_is_gone() -> None:
    rows = (
        '<w:tr><w:trPr><w:del w:id="1"/></w:trPr><w:tc><w:p><w:r><w:t>old</w:t></w:r></w:p></w:tc></w:tr>'
        "<w:tr><w:tc><w:p><w:r><w:t>new</w:t></w:r></w:p></w:tc></w:tr>"
    )
    document = docx.read(package(f"<w:tbl>{rows}</w:tbl>"), "form.docx")
    assert text(document.blocks[0]) == "new"
    assert "tracked_changes" in document.remarks


@pytest.mark.parametrize(
    ("properties", "marks"),
    [
        ('<w:u w:val="single"/>', {Mark.UNDERLINE}),
        ('<w:u w:val="none"/>', set()),
        ("<w:strike/><w:b/>", {Mark.STRIKE, Mark.BOLD}),
        ('<w:dstrike w:val="true"/><w:b w:val="0"/>', {Mark.STRIKE}),
        ('<w:highlight w:val="yellow"/>', {Mark.HIGHLIGHT}),
        ('<w:shd w:fill="FFFF00"/>', {Mark.HIGHLIGHT}),
        ('<w:shd w:fill="FFFFFF"/><w:i/>', {Mark.ITALIC}),
        ('<w:rStyle w:val="Marked"/>', {Mark.UNDERLINE, Mark.BOLD}),
        ('<w:rStyle w:val="Marked"/><w:u w:val="none"/>', {Mark.BOLD}),
    ],
)
def test_a_run_looks_as_its_own_and_its_styles_properties_say(properties: str, marks: set[Mark]) -> None:
    styles = (
        f'<w:styles {W}><w:style w:type="character" w:styleId="Base"><w:rPr><w:b/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="Marked"><w:basedOn w:val="Base"/>'
        '<w:rPr><w:u w:val="single"/></w:rPr></w:style></w:styles>'
    )
    body = f"<w:p><w:r><w:rPr>{properties}</w:rPr><w:t>x</w:t></w:r></w:p>"
    paragraph = docx.read(package(body, parts={"styles.xml": styles}), "form.docx").blocks[0]
    assert isinstance(paragraph, Paragraph)
    assert paragraph.inlines == (Run("x", frozenset(marks)),)


def test_automatic_numbers_are_printed_before_their_lines() -> None:
    numbering = (
        f'<w:numbering {W}><w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        '<w:numFmt w:val="decimal"/><w:lvlText w:val="%1)"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num></w:numbering>'
    )
    list_of = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr>'
    line = f"<w:p><w:pPr>{list_of}</w:pPr><w:r><w:t>логист</w:t></w:r></w:p>"
    blocks = docx.read(package(line * 2, parts={"numbering.xml": numbering}), "form.docx").blocks
    assert [text(block) for block in blocks] == ["1) логист", "2) логист"]


def test_headers_are_read_first() -> None:
    header = f"<w:hdr {W}><w:p><w:r><w:t>2-қосымша</w:t></w:r></w:p></w:hdr>"
    blocks = docx.read(package(f"<w:p>{RUN}</w:p>", parts={"header1.xml": header}), "form.docx").blocks
    assert [text(block) for block in blocks] == ["2-қосымша", "8811"]


def test_a_picture_keeps_its_bytes() -> None:
    block = read('<w:p><w:r><w:drawing><a:blip r:embed="rIdPicture"/></w:drawing></w:r></w:p>')[0]
    assert isinstance(block, Paragraph)
    picture = block.inlines[0]
    assert isinstance(picture, Picture)
    assert picture.data.startswith(b"\x89PNG")


@pytest.mark.parametrize("cut", [10, 200, 600])
def test_a_file_cut_off_is_damaged(cut: int) -> None:
    with pytest.raises(Damaged):
        docx.read(package(f"<w:p>{RUN}</w:p>")[:cut], "form.docx")


def test_entities_are_not_resolved() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(
            "word/document.xml",
            '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
            f"<w:document {W}><w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>",
        )
    assert text(docx.read(out.getvalue(), "form.docx").blocks[0]) == ""


def test_a_part_that_unpacks_without_end_is_too_large() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 41_000_000)
    with pytest.raises(TooLarge):
        docx.read(out.getvalue(), "form.docx")
