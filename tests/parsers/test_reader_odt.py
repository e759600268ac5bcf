"""OpenDocument texts and sheets: what people and programs put into them, read as seen on paper."""

from __future__ import annotations

import pytest

from parsers.readers import odt
from parsers.readers.errors import Damaged, Encrypted, NotRead
from parsers.readers.sniff import kind_of
from parsers.readings import Cell, CheckBox, Document, Mark, Paragraph, Picture, Row, Run, Table
from tests.parsers.files import as_odt, odt_of, png, zipped

UNDERLINED = '<style:style style:name="U" style:family="text" style:parent-style-name="Base"/>'
BASE = (
    '<style:style style:name="Base" style:family="text"><style:text-properties '
    'style:text-underline-style="solid" fo:font-weight="700"/></style:style>'
)


def lines(document: Document) -> list[str]:
    return [block.text if isinstance(block, Paragraph) else "TABLE" for block in document.blocks]


def only_paragraph(body: str, styles: str = "") -> Paragraph:
    block = odt.read(odt_of(body, styles), "a.odt").blocks[0]
    assert isinstance(block, Paragraph)
    return block


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("a<text:s text:c='3'/>b", "a\u00a0\u00a0\u00a0b"),
        ("a<text:tab/>b", "a\tb"),
        ("a\n   b", "a b"),
        ("a<text:bookmark text:name='x'/>b", "ab"),
        ("a<text:note><text:note-citation>1</text:note-citation></text:note>b", "ab"),
        ("a<office:annotation><text:p>note</text:p></office:annotation>b", "ab"),
        ("<text:text-input text:description=''>ответ</text:text-input>", "ответ"),
        ("<text:placeholder text:placeholder-type='text'>&lt;имя&gt;</text:placeholder>", ""),
        ("<loext:content-control loext:showing-place-holder='true'>Место для текста</loext:content-control>", ""),
        ("<text:ruby><text:ruby-base>б</text:ruby-base><text:ruby-text>r</text:ruby-text></text:ruby>", "б"),
        ("<text:a xlink:href='mailto:a@b.example'>a@b.example</text:a>", "a@b.example"),
    ],
)
def test_a_paragraph_reads_as_printed(inside: str, text: str) -> None:
    assert only_paragraph(f"<text:p>{inside}</text:p>").text == text


def test_a_line_break_makes_two_lines() -> None:
    assert lines(odt.read(odt_of("<text:p>one<text:line-break/>two</text:p>"), "a.odt")) == ["one", "two"]


@pytest.mark.parametrize(
    ("properties", "marks"),
    [
        ('style:text-underline-style="solid"', {Mark.UNDERLINE}),
        ('style:text-underline-style="none"', set()),
        ('style:text-line-through-style="solid" style:text-line-through-type="single"', {Mark.STRIKE}),
        ('style:text-line-through-style="none" style:text-line-through-type="none"', set()),
        ('fo:background-color="#ffff00"', {Mark.HIGHLIGHT}),
        ('fo:background-color="transparent"', set()),
        ('fo:font-weight="bold"', {Mark.BOLD}),
        ('fo:font-style="italic"', {Mark.ITALIC}),
    ],
)
def test_marks_come_from_automatic_styles(properties: str, marks: set[Mark]) -> None:
    style = f'<style:style style:name="T" style:family="text"><style:text-properties {properties}/></style:style>'
    paragraph = only_paragraph('<text:p><text:span text:style-name="T">word</text:span></text:p>', style)
    assert paragraph.inlines == (Run("word", frozenset(marks)),)


def test_marks_are_inherited_from_the_parent_style() -> None:
    paragraph = only_paragraph('<text:p><text:span text:style-name="U">word</text:span></text:p>', BASE + UNDERLINED)
    assert paragraph.inlines == (Run("word", frozenset({Mark.UNDERLINE, Mark.BOLD})),)


def test_hidden_text_is_left_out_with_a_remark() -> None:
    style = '<style:style style:name="H" style:family="text"><style:text-properties text:display="none"/></style:style>'
    data = odt_of('<text:p>a<text:span text:style-name="H">secret</text:span>b</text:p>', style)
    document = odt.read(data, "a.odt")
    assert lines(document) == ["ab"]
    assert document.remarks == ("hidden_text",)


def test_deleted_text_does_not_count_inserted_does() -> None:
    body = (
        '<text:tracked-changes><text:changed-region text:id="c1"><text:deletion><text:p>GONE</text:p></text:deletion>'
        "</text:changed-region></text:tracked-changes><text:p>left<text:change text:change-id='c1'/>"
        "<text:change-start text:change-id='c2'/> new<text:change-end text:change-id='c2'/></text:p>"
    )
    document = odt.read(odt_of(body), "a.odt")
    assert lines(document) == ["left new"]
    assert document.remarks == ("tracked_changes",)


def test_boxes_of_every_kind_know_their_state() -> None:
    body = (
        '<office:forms><form:form><form:checkbox form:id="c1" form:current-state="checked" form:label="да"/>'
        '<form:radio form:id="c2" form:selected="false" form:label="нет"/>'
        '<form:textarea form:id="c3"><text:p>много слов</text:p></form:textarea>'
        '<form:text form:id="c4" form:value="old" form:current-value="new"/></form:form></office:forms>'
        "<text:p>"
        + "".join(f'<draw:control draw:control="c{n}"/>' for n in (1, 2, 3, 4))
        + '<loext:content-control loext:checkbox="true" loext:checked="true">☒</loext:content-control>'
        " волонтер</text:p>"
    )
    assert only_paragraph(body).inlines == (
        CheckBox(True), Run("да"), CheckBox(False), Run("нетмного словnew"), CheckBox(True), Run(" волонтер"),
    )  # fmt: skip


def test_a_ticked_letter_of_wingdings_is_a_tick() -> None:
    styles = (
        '<style:style style:name="W" style:family="text"><style:text-properties fo:font-family="Wingdings"/>'
        "</style:style>"
    )
    paragraph = only_paragraph('<text:p><text:span text:style-name="W">\uf0fc</text:span></text:p>', styles)
    assert paragraph.text == "✓"


def test_pictures_and_text_boxes_stand_where_they_are_anchored() -> None:
    body = (
        "<text:p>before<draw:frame><draw:text-box><text:p>in the box</text:p></draw:text-box></draw:frame>after"
        '<draw:frame><draw:image xlink:href="Pictures/a.png"/></draw:frame></text:p>'
        "<text:p><draw:custom-shape><text:p>in a shape</text:p></draw:custom-shape></text:p>"
    )
    document = odt.read(odt_of(body), "a.odt")
    first = document.blocks[0]
    assert isinstance(first, Paragraph)
    assert first.inlines == (Run("beforeafter"), Picture(png(), "a.png"))
    assert lines(document) == ["beforeafter", "in the box", "", "in a shape"]


def test_merged_and_nested_tables_keep_their_columns() -> None:
    body = """<table:table><table:table-header-rows><table:table-row>
        <table:table-cell table:number-columns-spanned="2"><text:p>head</text:p></table:table-cell>
        <table:covered-table-cell/><table:table-cell><text:p>c</text:p></table:table-cell></table:table-row>
        </table:table-header-rows><table:table-row>
        <table:table-cell table:number-rows-spanned="2"><text:p>down</text:p></table:table-cell>
        <table:table-cell table:number-columns-repeated="2"><text:p>x</text:p></table:table-cell></table:table-row>
        <table:table-row><table:covered-table-cell/><table:table-cell><table:table><table:table-row>
        <table:table-cell><text:p>inner</text:p></table:table-cell></table:table-row></table:table></table:table-cell>
        <table:table-cell><text:p/></table:table-cell></table:table-row></table:table>"""
    table = odt.read(odt_of(body), "a.odt").blocks[0]

    def one(text: str, span: int = 1) -> Cell:
        return Cell((Paragraph((Run(text),)),), span)

    inner = Cell((Table((Row((one("inner"),)),)),))
    assert table == Table(
        (
            Row((one("head", 2), one("c"))),
            Row((one("down"), one("x"), one("x"))),
            Row((Cell(()), inner, Cell(()))),
        )
    )


def test_lists_print_their_numbers_and_go_on_counting() -> None:
    style = (
        '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-suffix=")" '
        'style:num-format="1"/><text:list-level-style-number text:level="2" style:num-format="a" '
        'text:display-levels="2" style:num-suffix="."/></text:list-style>'
    )
    item = "<text:list-item><text:p>{}</text:p></text:list-item>"
    body = (
        f'<text:list text:style-name="L">{item.format("one")}<text:list-item><text:p>two</text:p><text:list>'
        f"{item.format('deep')}</text:list></text:list-item></text:list><text:p>between</text:p>"
        f'<text:list text:style-name="L" text:continue-numbering="true">{item.format("three")}</text:list>'
        f'<text:list text:style-name="L">{item.format("anew")}</text:list>'
    )
    document = odt.read(odt_of(body, style), "a.odt")
    assert lines(document) == ["1) one", "2) two", "2.a. deep", "between", "3) three", "1) anew"]


def test_a_sheet_is_a_table_without_its_hidden_rows() -> None:
    body = """<table:table><table:table-row><table:table-cell office:value-type="string"><text:p>Анкета</text:p>
        </table:table-cell><table:table-cell table:number-columns-repeated="16383"/></table:table-row>
        <table:table-row><table:table-cell><text:p>ИИН</text:p></table:table-cell>
        <table:table-cell office:value-type="float" office:value="50312345678"><text:p>50312345678</text:p>
        </table:table-cell></table:table-row>
        <table:table-row table:visibility="collapse"><table:table-cell><text:p>no</text:p></table:table-cell>
        </table:table-row><table:table-row table:number-rows-repeated="1048573"><table:table-cell
        table:number-columns-repeated="16384"/></table:table-row></table:table>"""
    document = odt.read(odt_of(body, kind="spreadsheet"), "a.ods")
    assert document.format == "ods"
    assert [block.text for block in document.blocks if isinstance(block, Paragraph) and block.text] == ["Анкета"]
    assert [len(block.rows) for block in document.blocks if isinstance(block, Table)] == [1]
    assert set(document.remarks) == {"hidden_text", "lost_zero"}


def test_an_encrypted_one_is_named_so() -> None:
    manifest = '<m:manifest xmlns:m="x"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
    with pytest.raises(Encrypted):
        odt.read(odt_of("<text:p/>", more={"META-INF/manifest.xml": manifest}), "a.odt")


@pytest.mark.parametrize("cut", [0.2, 0.6, 0.95])
def test_a_cut_off_one_is_damaged(cut: float) -> None:
    data = as_odt(Document("a", "odt", (Paragraph((Run("слово " * 500),)),)))
    with pytest.raises(Damaged):
        odt.read(data[: int(len(data) * cut)], "a.odt")


@pytest.mark.parametrize(
    "content",
    [
        "<not xml",
        "<a/>",
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>',
        '<o:document-content xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0"><o:body/></o:document-content>',
    ],
)
def test_nonsense_inside_is_damage_and_not_an_error(content: str) -> None:
    data = zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content}, stored=("mimetype",))
    with pytest.raises(NotRead):
        odt.read(data, "a.odt")


def test_a_bomb_of_repeated_cells_is_refused_or_kept_small() -> None:
    row = '<table:table-row table:number-rows-repeated="999999"><table:table-cell table:number-columns-repeated="999">'
    body = f"<table:table>{(row + '<text:p>x</text:p></table:table-cell></table:table-row>') * 40}</table:table>"
    with pytest.raises(NotRead):
        odt.read(odt_of(body), "a.odt")


def test_it_is_known_by_its_mimetype_wherever_that_stands() -> None:
    data = odt_of("<text:p/>")
    repacked = zipped(
        {"content.xml": "<a/>", "mimetype": "application/vnd.oasis.opendocument.text", "META-INF/manifest.xml": "<a/>"}
    )
    assert kind_of(data, "form.zip") == kind_of(repacked, "") == "odt"
