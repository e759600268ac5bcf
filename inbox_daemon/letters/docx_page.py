"""An A4 page in the ministry's dress, and the same bytes for the same page."""

from __future__ import annotations

import copy
import io
import zipfile
from datetime import UTC, datetime
from functools import cache
from typing import Any, cast

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.text.run import CT_R
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from parsers.readers.docx_looks import GAP_FILL
from parsers.readings import Language

FONT = "Times New Roman"
TAGS: dict[Language, str] = {"kk": "kk-KZ", "ru": "ru-RU"}
LEFT_MARGIN, RIGHT_MARGIN, TEXT_WIDTH = Mm(25), Mm(15), Mm(170)
YELLOW = GAP_FILL.upper()
# The day of the Order: a form is as old as the Order that prescribes it.
ORDERED = datetime(2025, 3, 31, tzinfo=UTC)
ZIP_TIME = (1980, 1, 1, 0, 0, 0)
# What the library's template brings and no form uses: it makes a form four times as large.
NOT_NEEDED = frozenset(
    {
        RELATIONSHIP_TYPE.THUMBNAIL,
        RELATIONSHIP_TYPE.CUSTOM_XML,
        RELATIONSHIP_TYPE.NUMBERING,
        RELATIONSHIP_TYPE.WEB_SETTINGS,
        "http://schemas.microsoft.com/office/2007/relationships/stylesWithEffects",
    }
)
TABLE_STYLES = ("TableNormal", "TableGrid")


def new_page(title: str, author: str, language: Language) -> DocxDocument:
    """Return an empty A4 document; its type is Times New Roman 14, its language that of the form."""
    document = Document(io.BytesIO(_dressed(language)))
    properties = document.core_properties
    properties.title, properties.author, properties.language = title, author, TAGS[language]
    properties.comments, properties.last_modified_by, properties.revision = "", author, 1
    properties.created = properties.modified = ORDERED
    return document


@cache
def _dressed(language: Language) -> bytes:
    """The library's template in the ministry's dress: made once, since that takes as long as writing a form."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = LEFT_MARGIN, RIGHT_MARGIN
    section.top_margin, section.bottom_margin = Mm(20), Mm(20)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(14)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:eastAsia", "w:cs"):
        fonts.set(qn(script), FONT)
    for style in list(document.styles.element.iter(qn("w:style"))):
        if style.get(qn("w:type")) == "table" and style.get(qn("w:styleId")) not in TABLE_STYLES:
            document.styles.element.remove(style)
    for lang in document.styles.element.iter(qn("w:lang")):
        lang.set(qn("w:val"), TAGS[language])
    normal.paragraph_format.space_after = Pt(0)
    return _saved(document)


def write(
    paragraph: Paragraph,
    words: str,
    *,
    size: int | None = None,
    bold: bool = False,
    align: WD_ALIGN_PARAGRAPH | None = None,
) -> Run:
    """Add words to a paragraph; size in points. Returns the run that holds them."""
    element = copy.deepcopy(_empty_run(size, bold))
    paragraph._p.append(element)
    run = Run(element, paragraph)
    if "\t" in words:
        run.text = words
    elif words:
        text = OxmlElement("w:t")
        text.text = words
        if words != words.strip():
            text.set(qn("xml:space"), "preserve")
        element.append(text)
    if align is not None:
        paragraph.alignment = align
    return run


@cache
def _empty_run(size: int | None, bold: bool) -> CT_R:
    """A run of one look, to be copied: the library takes long to make one."""
    element = cast(CT_R, OxmlElement("w:r"))
    run = Run(element, cast(Any, None))  # it hangs nowhere yet
    run.bold = bold or None
    if size is not None:
        run.font.size = Pt(size)
    return element


def shade(cell: _Cell) -> None:
    """Make a table cell yellow: something is missing here."""
    shading = OxmlElement("w:shd")
    shading.set(qn("w:val"), "clear")
    shading.set(qn("w:color"), "auto")
    shading.set(qn("w:fill"), YELLOW)
    cell._tc.get_or_add_tcPr().append(shading)


def highlight(run: Run) -> None:
    """Make words, or the line that a tab draws, yellow."""
    run.font.highlight_color = WD_COLOR_INDEX.YELLOW


def remark(document: DocxDocument, run: Run, words: str, author: str) -> None:
    """Put a remark in the margin beside a run. It is no part of the text, so nobody reads it as an answer."""
    comment = document.add_comment(run, text=words, author=author, initials="")
    del comment._comment_elm.attrib[qn("w:date")]  # the moment of writing: it is nothing to the reader


def note_above(document: DocxDocument, words: str) -> None:
    """Put a line above the form, on its first page. It is a header: whoever fills in the form cannot answer in it."""
    section = document.sections[0]
    section.different_first_page_header_footer = True
    write(section.first_page_header.paragraphs[0], words, size=10, align=WD_ALIGN_PARAGRAPH.CENTER)


def to_bytes(document: DocxDocument) -> bytes:
    """Return the file. Its parts lie in a fixed order and bear a fixed time, so equal forms are equal bytes."""
    written = _saved(document)
    fixed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(written)) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        # [Content_Types].xml sorts first, as readers expect.
        for name in sorted(source.namelist()):
            entry = zipfile.ZipInfo(name, ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            target.writestr(entry, source.read(name))
    return fixed.getvalue()


def _saved(document: DocxDocument) -> bytes:
    for part in (document.part.package, document.part):
        for key, relation in list(part.rels.items()):
            if relation.reltype in NOT_NEEDED:
                del part.rels[key]
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()
