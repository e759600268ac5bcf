r"""RTF as Word, WordPad, LibreOffice and older programs write it."""

from __future__ import annotations

import contextlib

import pytest

from parsers.readers import rtf
from parsers.readers.errors import Damaged, NotRead
from parsers.readings import Cell, CheckBox, Document, Mark, Paragraph, Picture, Row, Run, Table
from tests.parsers.files import as_rtf, png, rtf_of


def read(body: str) -> Document:
    return rtf.read(rtf_of(body), "a.rtf")


def lines(document: Document) -> list[str]:
    return [block.text if isinstance(block, Paragraph) else "TABLE" for block in document.blocks]


def inlines(body: str) -> tuple[object, ...]:
    block = read(body).blocks[0]
    assert isinstance(block, Paragraph)
    return block.inlines


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"\'cf\'f0\'e8\'e2\'e5\'f2", "Привет"),
        (r"\u1178?\u1072?\u1079?\u1072?\u1179?", "Қазақ"),
        (r"\u-3844?{\f1\u-3844?}", "\uf0fc✓"),
        (r"\uc0\u1178\u1072 x", "Қаx"),
        (r"\uc2\u1178\'3f\'3fb", "Қb"),
        (r"{\uc2 {\u1178??a}}\u1072?b", "Қaаb"),
        (r"\u-10179?\u-8704?", "😀"),
        (r"a\tab b\~c\_d\-e", "a\tb\u00a0c\u2011de"),
        (r"\ldblquote a\rdblquote  \endash  \{b\}\\", "“a” – {b}\\"),
        ("a\nb\r\nc", "abc"),
        (r"{\*\unknown something}a{\*\bkmkstart x}b", "ab"),
        (r"{\field{\*\fldinst HYPERLINK mailto:a@b.example}{\fldrslt {\ul a@b.example}}}", "a@b.example"),
        (r'{\field{\*\fldinst SYMBOL 252 \\f "Wingdings" \\s 12}{\fldrslt }}', "✓"),
        (r"{\upr{Kaz}{\*\ud{\u1178?az}}}", "Қaz"),
        (r"{\listtext\pard\plain 3.\tab}three", "3. three"),
        (r"{\listtext\pard\plain\f1 \'a7\tab}three", "three"),
        (r"{\footnote note}{\annotation hint}text", "text"),
    ],
)
def test_a_paragraph_reads_as_printed(body: str, text: str) -> None:
    assert lines(read(body)) == [text]


def test_raw_bytes_are_jumped_over() -> None:
    assert inlines(r"{\pict\pngblip\bin2 }}}text") == (Picture(b"", "pngblip"), Run("text"))


@pytest.mark.parametrize(
    ("looks", "marks"),
    [
        (r"\ul", {Mark.UNDERLINE}),
        (r"\uldb", {Mark.UNDERLINE}),
        (r"\ul\ulnone", set()),
        (r"\ul\ul0", set()),
        (r"\strike", {Mark.STRIKE}),
        (r"\striked1", {Mark.STRIKE}),
        (r"\strike\strike0", set()),
        (r"\b\i", {Mark.BOLD, Mark.ITALIC}),
        (r"\b\plain", set()),
        (r"\highlight2", {Mark.HIGHLIGHT}),
        (r"\highlight0", set()),
        (r"\chshdng0\chcbpat2", {Mark.HIGHLIGHT}),
        (r"\cb3", set()),  # white
    ],
)
def test_marks(looks: str, marks: set[Mark]) -> None:
    assert inlines(f"{{{looks} word}}") == (Run("word", frozenset(marks)),)


def test_marks_end_with_their_group() -> None:
    assert inlines(r"a{\ul b}c") == (Run("a"), Run("b", frozenset({Mark.UNDERLINE})), Run("c"))


def test_code_pages_follow_the_font() -> None:
    data = (
        rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 Arial;}{\f3\fcharset204 Arial Cyr;}{\f4\fcharset238 Arial;}}"
        rb"\f3\'c4\'e0 \f4\'e8 \f0\'e8}"
    )
    assert lines(rtf.read(data, "a.rtf")) == ["Да č è"]


def test_letters_above_ascii_may_stand_as_bytes() -> None:
    assert lines(rtf.read(rb"{\rtf1\ansi\ansicpg1251 " + "Ответ".encode("cp1251") + b"}", "a.rtf")) == ["Ответ"]


def test_without_a_code_page_cyrillic_is_meant() -> None:
    assert lines(rtf.read(rb"{\rtf1 \'c4\'e0}", "a.rtf")) == ["Да"]


def test_deleted_and_hidden_text_is_left_out_with_remarks() -> None:
    document = read(r"a{\deleted gone}{\v secret}{\revised new}b")
    assert lines(document) == ["anewb"]
    assert set(document.remarks) == {"tracked_changes", "hidden_text"}


@pytest.mark.parametrize(
    ("state", "ticked"),
    [(r"\ffres1", True), (r"\ffres0", False), (r"\ffres25\ffdefres1", True), (r"\ffdefres0", False)],
)
def test_form_boxes_know_their_state(state: str, ticked: bool) -> None:
    field = rf"{{\field{{\*\fldinst {{ FORMCHECKBOX }}{{\*\formfield{{\fftype1{state}}}}}}}{{\fldrslt x}}}}"
    assert inlines(field + " label") == (CheckBox(ticked), Run(" label"))


def test_form_texts_and_lists_give_their_answer() -> None:
    text = r"{\field{\*\fldinst FORMTEXT {\*\formfield{\fftype0{\*\ffdeftext old}}}}{\fldrslt answer}}"
    choice = r"{\field{\*\fldinst FORMDROPDOWN {\*\formfield{\fftype2\ffres1{\*\ffl one}{\*\ffl two}}}}{\fldrslt }}"
    assert lines(read(text + " " + choice)) == ["answer two"]


def test_a_picture_is_taken_once() -> None:
    shown = rf"{{\*\shppict{{\pict{{\*\picprop{{\sp{{\sn a}}{{\sv b}}}}}}\pngblip\picw9 {png().hex()}}}}}"
    assert inlines(shown + r"{\nonshppict{\pict\wmetafile8 0102}}") == (Picture(png(), "pngblip"),)


def test_text_boxes_stand_behind_their_paragraph() -> None:
    box = (
        r"{\shp{\*\shpinst\shpleft0{\sp{\sn shapeType}{\sv 202}}{\shptxt \pard\plain in the box\par}}"
        r"{\shprslt{\*\do{\dptxbxtext\pard old\par}}}}"
    )
    assert lines(read(rf"before{box} after\par")) == ["before after", "in the box"]


def test_a_floating_picture_counts_too() -> None:
    shape = rf"{{\shp{{\*\shpinst{{\sp{{\sn pib}}{{\sv {{\pict\pngblip {png().hex()}}}}}}}}}}}"
    assert inlines(shape + "x") == (Picture(png(), "pngblip"), Run("x"))


def test_headers_stand_first_with_a_remark() -> None:
    document = read(r"{\header\pard top\par}text\par")
    assert lines(document)[:2] == ["top", "text"]
    assert "margins" in document.remarks


def cell(*texts: str, span: int = 1) -> Cell:
    return Cell(tuple(Paragraph((Run(text),)) for text in texts), span)


def test_tables_with_merged_cells() -> None:
    body = (
        r"\trowd\clmgf\cellx1000\clmrg\cellx2000\cellx3000\pard\intbl head\cell\cell c\cell\row"
        r"\trowd\clvmgf\cellx1000\cellx3000 down\cell wide\par two\cell\row"
        r"\trowd\clvmrg\cellx1010\cellx2000\cellx3000\cell x\cell y\cell\row\pard after\par"
    )
    document = read(body)
    assert document.blocks == (
        Table(
            (
                Row((cell("head", span=2), cell("c"))),
                Row((cell("down"), cell("wide", "two", span=2))),
                Row((Cell(()), cell("x"), cell("y"))),
            )
        ),
        Paragraph((Run("after"),)),
    )


def test_a_row_may_be_described_behind_its_cells_as_word_does() -> None:
    body = r"\pard\intbl{a\cell}{b\cell}{\trowd\cellx1000\cellx2000\row}\pard after\par"
    assert read(body).blocks[0] == Table((Row((cell("a"), cell("b"))),))


def test_nested_tables() -> None:
    body = (
        r"\trowd\cellx5000\pard\intbl outer\par\pard\intbl\itap2 in1\nestcell in2\nestcell"
        r"{\*\nesttableprops\trowd\cellx1000\cellx2000\nestrow}{\nonesttables\par}\pard\intbl\itap1 end\cell"
        r"\trowd\cellx5000\row\pard"
    )
    inner = Table((Row((cell("in1"), cell("in2"))),))
    outer = Cell((Paragraph((Run("outer"),)), inner, Paragraph((Run("end"),))))
    assert read(body).blocks == (Table((Row((outer,)),)),)


def test_a_deleted_row_is_gone() -> None:
    document = read(r"\trowd\trdel1\cellx1000\pard\intbl gone\cell\row\trowd\cellx1000 left\cell\row")
    assert document.blocks == (Table((Row((cell("left"),)),)),)


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9, 0.999])
def test_a_cut_off_one_is_damaged(cut: float) -> None:
    data = as_rtf(Document("a", "rtf", (Paragraph((Run("слово " * 50),)),)))
    with pytest.raises(Damaged):
        rtf.read(data[: int(len(data) * cut)], "a.rtf")


@pytest.mark.parametrize(
    "data",
    [b"{\\rtf1 " + b"{" * 5000 + b"}" * 5001, b"{\\rtf1" + b"\\trowd\\cellx1" + b"\\intbl\\cell" * 300_000 + b"\\row}"],
)
def test_bombs_are_refused(data: bytes) -> None:
    with pytest.raises(NotRead):
        rtf.read(data, "a.rtf")


@pytest.mark.parametrize(
    "body", [r"\u99999999999?", r"\'zz\'", r"\cell\row\nestrow\nestcell", r"\itap9999999 x\nestcell", "\\", r"\bin-5 x"]
)
def test_nonsense_is_no_error(body: str) -> None:
    with contextlib.suppress(NotRead):
        assert isinstance(read(body), Document)
