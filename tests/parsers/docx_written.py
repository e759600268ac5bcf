"""Documents written out as .docx, plainly or in the twisted ways that Word and people find."""

from __future__ import annotations

import io
import zipfile
from random import Random
from xml.sax.saxutils import escape

from parsers.readings import Block, Cell, CheckBox, Document, Mark, Paragraph, Picture, Run

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
NAMESPACES = (
    f'{W} xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
MARKS = {
    Mark.UNDERLINE: '<w:u w:val="single"/>',
    Mark.STRIKE: "<w:strike/>",
    Mark.HIGHLIGHT: '<w:highlight w:val="yellow"/>',
    Mark.BOLD: "<w:b/>",
    Mark.ITALIC: "<w:i/>",
}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


def package(body: str, *, parts: dict[str, str] | None = None) -> bytes:
    """Return a .docx with this body XML. parts: further parts of word/, e.g. {"numbering.xml": …}."""
    parts = parts or {}
    relations = '<Relationship Id="rIdPicture" Type="http://x/image" Target="media/image1.png"/>'
    for name in parts:
        kind = name.removesuffix(".xml").rstrip("0123456789")
        relations += f'<Relationship Id="rId{name}" Type="http://x/{kind}" Target="{name}"/>'
    ns = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        main = '<Relationship Id="r1" Type="http://x/officeDocument" Target="word/document.xml"/>'
        archive.writestr("_rels/.rels", f"<Relationships {ns}>{main}</Relationships>")
        archive.writestr("word/document.xml", f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>")
        archive.writestr("word/_rels/document.xml.rels", f"<Relationships {ns}>{relations}</Relationships>")
        archive.writestr("word/media/image1.png", PNG)
        for name, text in parts.items():
            archive.writestr(f"word/{name}", text)
    return out.getvalue()


def docx_of(document: Document, random: Random | None = None) -> bytes:
    """Return the document as .docx; with `random`: shredded runs, content controls, tracked changes and the like."""
    return package("".join(_block(block, random) for block in document.blocks))


def _block(block: Block, random: Random | None) -> str:
    if isinstance(block, Paragraph):
        return f"<w:p>{''.join(_inline(one, random) for one in block.inlines)}</w:p>"
    rows = ""
    for row in block.rows:
        made = f"<w:tr>{''.join(_cell(cell, random) for cell in row.cells)}</w:tr>"
        rows += _perhaps(random, 0.05, "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>", made)
    return f"<w:tbl>{rows}</w:tbl>"


def _cell(cell: Cell, random: Random | None) -> str:
    inner = "".join(_block(block, random) for block in cell.blocks) or "<w:p/>"
    inner = _perhaps(random, 0.05, "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>", inner)
    made = f'<w:tc><w:tcPr><w:gridSpan w:val="{cell.span}"/></w:tcPr>{inner}</w:tc>'
    return _perhaps(random, 0.05, "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>", made)


def _inline(one: Run | CheckBox | Picture, random: Random | None) -> str:
    if isinstance(one, CheckBox):
        glyph = "☒" if one.checked else "☐"
        return (
            f'<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{int(one.checked)}"/></w14:checkbox></w:sdtPr>'
            f"<w:sdtContent><w:r><w:t>{glyph}</w:t></w:r></w:sdtContent></w:sdt>"
        )
    if isinstance(one, Picture):
        return '<w:r><w:drawing><a:blip r:embed="rIdPicture"/></w:drawing></w:r>'
    properties = f"<w:rPr>{''.join(MARKS[mark] for mark in sorted(one.marks))}</w:rPr>"
    pieces = [one.text]
    if random is not None and len(one.text) > 3 and random.random() < 0.5:
        cut = random.randint(1, len(one.text) - 1)
        pieces = [one.text[:cut], one.text[cut:]]
    made = ""
    for piece in pieces:
        run = f'<w:r>{properties}<w:t xml:space="preserve">{escape(piece)}</w:t></w:r>'
        made += run if random is None else random.choice(TWISTS).format(run)
    return made


TWISTS = (
    "{}", "{}", "{}", "{}",
    '<w:ins w:id="1">{}</w:ins>',
    '{}<w:del w:id="2"><w:r><w:delText>deleted</w:delText></w:r></w:del>',
    "<w:smartTag>{}</w:smartTag>",
    "<w:hyperlink>{}</w:hyperlink>",
    '<w:fldSimple w:instr="X">{}</w:fldSimple>',
    "<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>",
    '<w:bookmarkStart w:id="3"/><w:proofErr w:type="spellStart"/>{}<w:bookmarkEnd w:id="3"/>',
    '{}<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>',
)  # fmt: skip


def _perhaps(random: Random | None, chance: float, wrapping: str, inner: str) -> str:
    return wrapping.format(inner) if random is not None and random.random() < chance else inner
