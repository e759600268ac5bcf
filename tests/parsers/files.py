"""The neutral Document written out as real files: what the readers are tried on.

Plain writers of the least that each format asks for; the files of real programs come from LibreOffice
(see `office.py` in this folder).
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from parsers.readings import Block, Cell, CheckBox, Document, Inline, Mark, Paragraph, Picture, Run, Table

TICKED, EMPTY = "☒", "☐"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int = 60, height: int = 24) -> bytes:
    """Return a small grey picture."""
    rows = b"".join(b"\0" + bytes([90 + (x * y) % 60 for x in range(width)]) for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


def zipped(parts: dict[str, str | bytes], *, stored: Sequence[str] = ()) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            kind = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            package.writestr(zipfile.ZipInfo(name), data, kind)
    return target.getvalue()


# ---------------------------------------------------------------- .docx

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DOCX_HEAD = (
    f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{_W}" xmlns:r="{_R}" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"><w:body>'
)
_DOCX_MARKS = {
    Mark.BOLD: "<w:b/>",
    Mark.ITALIC: "<w:i/>",
    Mark.STRIKE: "<w:strike/>",
    Mark.HIGHLIGHT: '<w:highlight w:val="yellow"/>',
    Mark.UNDERLINE: '<w:u w:val="single"/>',
}
_DOCX_PICTURE = (
    '<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="900000" cy="360000"/>'
    '<wp:docPr id="7" name="pic"/><a:graphic><a:graphicData '
    'uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="7" '
    'name="pic"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="rId7"/><a:stretch><a:fillRect/>'
    '</a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="900000" cy="360000"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline>'
    "</w:drawing></w:r>"
)


def as_docx(document: Document, *, font: str = "Liberation Serif") -> bytes:
    body = "".join(_docx_block(block, font) for block in document.blocks)
    if document.blocks and isinstance(document.blocks[-1], Table):
        body += "<w:p/>"  # Word wants a paragraph behind every table
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="png" ContentType="image/png"/><Override PartName="/word/document.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    rels = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    main = f'<Relationship Id="rId1" Type="{_R}/officeDocument" Target="word/document.xml"/>'
    picture = f'<Relationship Id="rId7" Type="{_R}/image" Target="media/image1.png"/>'
    return zipped(
        {
            "[Content_Types].xml": types,
            "_rels/.rels": rels.format(main),
            "word/document.xml": f"{_DOCX_HEAD}{body}<w:sectPr/></w:body></w:document>",
            "word/_rels/document.xml.rels": rels.format(picture),
            "word/media/image1.png": png(),
        }
    )


def _docx_block(block: Block, font: str) -> str:
    if isinstance(block, Paragraph):
        return f"<w:p>{''.join(_docx_inline(one, font) for one in block.inlines)}</w:p>"
    width = max((sum(cell.span for cell in row.cells) for row in block.rows), default=1)
    grid = f'<w:gridCol w:w="{9000 // width}"/>' * width
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="4"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    rows = "".join(
        f"<w:tr>{''.join(_docx_cell(cell, 9000 // width, font) for cell in row.cells)}</w:tr>" for row in block.rows
    )
    return f"<w:tbl><w:tblPr><w:tblBorders>{edges}</w:tblBorders></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"


def _docx_cell(cell: Cell, width: int, font: str) -> str:
    inside = "".join(_docx_block(block, font) for block in cell.blocks)
    if not cell.blocks or isinstance(cell.blocks[-1], Table):
        inside += "<w:p/>"
    span = f'<w:gridSpan w:val="{cell.span}"/>' if cell.span > 1 else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width * cell.span}" w:type="dxa"/>{span}</w:tcPr>{inside}</w:tc>'


def _docx_inline(inline: Inline, font: str) -> str:
    if isinstance(inline, Picture):
        return _DOCX_PICTURE
    if isinstance(inline, CheckBox):
        sign = TICKED if inline.checked else EMPTY
        return (
            f'<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{int(inline.checked)}"/></w14:checkbox></w:sdtPr>'
            '<w:sdtContent><w:r><w:rPr><w:rFonts w:ascii="DejaVu Sans" w:hAnsi="DejaVu Sans"/></w:rPr>'
            f"<w:t>{sign}</w:t></w:r></w:sdtContent></w:sdt>"
        )
    looks = f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:cs="{font}"/>' + "".join(
        _DOCX_MARKS[mark] for mark in sorted(inline.marks)
    )
    pieces = inline.text.split("\t")
    text = "<w:tab/>".join(f'<w:t xml:space="preserve">{escape(piece)}</w:t>' for piece in pieces)
    return f"<w:r><w:rPr>{looks}</w:rPr>{text}</w:r>"


# ---------------------------------------------------------------- .odt

_ODT_SPACES = {
    name: f"urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"
    for name, long in {
        "office": "office", "style": "style", "text": "text", "table": "table", "draw": "drawing",
        "fo": "xsl-fo-compatible", "svg": "svg-compatible", "form": "form",
    }.items()
} | {
    "xlink": "http://www.w3.org/1999/xlink",
    "loext": "urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0",
}  # fmt: skip
_ODT_MARKS = {
    Mark.BOLD: 'fo:font-weight="bold"',
    Mark.ITALIC: 'fo:font-style="italic"',
    Mark.STRIKE: 'style:text-line-through-style="solid" style:text-line-through-type="single"',
    Mark.HIGHLIGHT: 'fo:background-color="#ffff00"',
    Mark.UNDERLINE: 'style:text-underline-style="solid" style:text-underline-width="auto"',
}
_ODT_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    '<manifest:file-entry manifest:full-path="Pictures/a.png" manifest:media-type="image/png"/></manifest:manifest>'
)


def as_odt(document: Document) -> bytes:
    styles: dict[frozenset[Mark], str] = {}
    body = "".join(_odt_block(block, styles) for block in document.blocks)
    return odt_of(body, odt_styles(styles))


def odt_styles(styles: dict[frozenset[Mark], str]) -> str:
    return "".join(
        f'<style:style style:name="{name}" style:family="text"><style:text-properties '
        f"{' '.join(_ODT_MARKS[mark] for mark in sorted(marks))}/></style:style>"
        for marks, name in styles.items()
    )


def odt_of(body: str, styles: str = "", *, kind: str = "text", more: dict[str, str] | None = None) -> bytes:
    """Return an OpenDocument with this body and these automatic styles."""
    spaces = " ".join(f"xmlns:{name}={quoteattr(long)}" for name, long in _ODT_SPACES.items())
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.3">'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    parts: dict[str, str | bytes] = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": content,
        "META-INF/manifest.xml": _ODT_MANIFEST,
        "Pictures/a.png": png(),
        **(more or {}),
    }
    return zipped(parts, stored=("mimetype",))


def _odt_block(block: Block, styles: dict[frozenset[Mark], str]) -> str:
    if isinstance(block, Paragraph):
        return f"<text:p>{''.join(_odt_inline(one, styles) for one in block.inlines)}</text:p>"
    rows = []
    for row in block.rows:
        cells = []
        for cell in row.cells:
            span = f' table:number-columns-spanned="{cell.span}"' if cell.span > 1 else ""
            inside = "".join(_odt_block(one, styles) for one in cell.blocks) or "<text:p/>"
            cells.append(f"<table:table-cell{span}>{inside}</table:table-cell>")
            cells.append("<table:covered-table-cell/>" * (cell.span - 1))
        rows.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    return f"<table:table>{''.join(rows)}</table:table>"


def _odt_inline(inline: Inline, styles: dict[frozenset[Mark], str]) -> str:
    if isinstance(inline, Picture):
        return '<draw:frame svg:width="2cm" svg:height="1cm"><draw:image xlink:href="Pictures/a.png"/></draw:frame>'
    if isinstance(inline, CheckBox):
        state = ' loext:checked="true"' if inline.checked else ""
        sign = TICKED if inline.checked else EMPTY
        return f'<loext:content-control loext:checkbox="true"{state}>{sign}</loext:content-control>'
    text = escape(inline.text).replace("\t", "<text:tab/>").replace("  ", ' <text:s text:c="1"/>')
    if not inline.marks:
        return text
    name = styles.setdefault(inline.marks, f"T{len(styles) + 1}")
    return f'<text:span text:style-name="{name}">{text}</text:span>'


# ---------------------------------------------------------------- .rtf

_RTF_HEAD = (
    r"{\rtf1\ansi\ansicpg1251\deff0{\fonttbl{\f0\froman\fcharset204 Times New Roman;}{\f1\fcharset2 Wingdings;}}"
    r"{\colortbl;\red0\green0\blue0;\red255\green255\blue0;\red255\green255\blue255;}"
)
_RTF_MARKS = {
    Mark.BOLD: r"\b",
    Mark.ITALIC: r"\i",
    Mark.STRIKE: r"\strike",
    Mark.HIGHLIGHT: r"\highlight2",
    Mark.UNDERLINE: r"\ul",
}


def as_rtf(document: Document, *, code_page: bool = False) -> bytes:
    """code_page: letters of windows-1251 as single bytes, as Word writes them; otherwise all as Unicode."""
    body = "".join(_rtf_block(block, code_page, 0) for block in document.blocks)
    return rtf_of(body)


def rtf_of(body: str) -> bytes:
    return f"{_RTF_HEAD}{body}}}".encode("ascii")


def rtf_text(text: str, *, code_page: bool = False) -> str:
    return "".join(_rtf_letter(letter, code_page) for letter in text)


def _rtf_letter(letter: str, code_page: bool) -> str:
    if letter in "\\{}":
        return "\\" + letter
    if letter == "\t":
        return r"\tab "
    if letter.isascii():
        return letter
    single = letter.encode("cp1251", "ignore") if code_page else b""
    if single:
        return f"\\'{single[0]:02x}"
    units = letter.encode("utf-16-le")
    codes = (int.from_bytes(units[n : n + 2], "little", signed=True) for n in range(0, len(units), 2))
    return "".join(f"\\u{code}?" for code in codes)


def _rtf_block(block: Block, code_page: bool, level: int) -> str:
    if isinstance(block, Paragraph):
        place = r"\intbl" if level else ""
        return f"\\pard{place} {_rtf_inlines(block, code_page)}\\par\n"
    return "".join(_rtf_rows(block, code_page, level + 1))


def _rtf_rows(table: Table, code_page: bool, level: int) -> Iterator[str]:
    for row in table.rows:
        edge, edges = 0, ""
        for cell in row.cells:
            edge += 2000 * cell.span
            edges += f"\\cellx{edge}"
        cells = "".join(_rtf_cell(cell, code_page, level) for cell in row.cells)
        if level == 1:
            yield f"\\trowd{edges}{cells}\\row\n"
        else:
            shape = f"{{\\*\\nesttableprops\\trowd{edges}\\nestrow}}{{\\nonesttables\\par}}"
            yield f"\\pard\\intbl\\itap{level}{cells}{shape}\n"


def _rtf_cell(cell: Cell, code_page: bool, level: int) -> str:
    place = "\\pard\\intbl" + (f"\\itap{level}" if level > 1 else "")
    blocks = list(cell.blocks) or [Paragraph(())]
    out = ""
    for n, block in enumerate(blocks):
        last = n == len(blocks) - 1
        if isinstance(block, Table):
            out += "".join(_rtf_rows(block, code_page, level + 1)) + (f"{place} " if last else "")
        else:
            out += f"{place} {_rtf_inlines(block, code_page)}" + ("" if last else "\\par\n")
    return out + ("\\cell\n" if level == 1 else "\\nestcell\n")


def _rtf_inlines(paragraph: Paragraph, code_page: bool) -> str:
    out = ""
    for inline in paragraph.inlines:
        if isinstance(inline, Picture):
            out += f"{{\\*\\shppict{{\\pict\\pngblip\\picw60\\pich24 {png().hex()}}}}}"
            out += "{\\nonshppict{\\pict\\wmetafile8 00}}"
        elif isinstance(inline, CheckBox):
            state = f"{{\\*\\formfield{{\\fftype1\\ffres{int(inline.checked)}\\ffdefres0{{\\*\\ffname Check1}}}}}}"
            out += f"{{\\field{{\\*\\fldinst {{FORMCHECKBOX }}{state}}}{{\\fldrslt }}}}"
        else:
            looks = "".join(_RTF_MARKS[mark] for mark in sorted(inline.marks))
            out += (
                f"{{{looks} {rtf_text(inline.text, code_page=code_page)}}}"
                if looks
                else rtf_text(inline.text, code_page=code_page)
            )
    return out


# ---------------------------------------------------------------- .xlsx

_M = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_XLSX_MARKS = {Mark.BOLD: "<b/>", Mark.ITALIC: "<i/>", Mark.STRIKE: "<strike/>", Mark.UNDERLINE: "<u/>"}
_XLSX_STYLES = (
    f'<styleSheet xmlns="{_M}"><numFmts count="2"><numFmt numFmtId="164" formatCode="000000000000"/>'
    '<numFmt numFmtId="165" formatCode="[$-419]d\\ mmmm\\ yyyy&quot; г.&quot;"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/></font><font><b/><sz val="11"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFFFFF00"/></patternFill></fill></fills>'
    '<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0"/><xf numFmtId="0" fontId="0" fillId="2"/>'
    '<xf numFmtId="164" fontId="0" fillId="0"/><xf numFmtId="165" fontId="0" fillId="0"/>'
    '<xf numFmtId="14" fontId="0" fillId="0"/></cellXfs></styleSheet>'
)


def as_xlsx(document: Document) -> bytes:
    """One sheet; a table's cells are the sheet's, a paragraph is a row of its own."""
    rows: list[str] = []
    merged: list[str] = []
    pictures: list[tuple[int, int]] = []
    for block in document.blocks:
        for cells in [[Cell((block,))]] if isinstance(block, Paragraph) else [list(row.cells) for row in block.rows]:
            at, out = 0, ""
            for cell in cells:
                name = f"{chr(65 + at)}{len(rows) + 1}"
                if any(isinstance(one, Picture) for one in _all_inlines(cell.blocks)):
                    pictures.append((len(rows), at))
                out += _xlsx_cell(name, cell)
                if cell.span > 1:
                    merged.append(f"{name}:{chr(64 + at + cell.span)}{len(rows) + 1}")
                at += cell.span
            rows.append(f'<row r="{len(rows) + 1}">{out}</row>')
    ranges = "".join(f'<mergeCell ref="{one}"/>' for one in merged)
    return xlsx_of([("Лист1", "".join(rows) + ("|" + ranges if ranges else ""), "visible")], pictures=pictures)


def xlsx_of(
    sheets: Sequence[tuple[str, str, str]],
    *,
    strings: str = "",
    pictures: Sequence[tuple[int, int]] = (),
    columns: str = "",
    more: dict[str, str | bytes] | None = None,
) -> bytes:
    """Return a workbook; each sheet is (name, rows and after a "|" its merged ranges, state)."""
    rel = '<Relationship Id="{}" Type="{}" Target="{}"/>'
    rels = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    entries = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}" state="{state}" r:id="rId{n}"/>'
        for n, (name, _, state) in enumerate(sheets, 1)
    )
    book_rels = "".join(
        rel.format(f"rId{n}", f"{_R}/worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)
    )
    book_rels += rel.format("rId90", f"{_R}/styles", "styles.xml") + rel.format(
        "rId91", f"{_R}/sharedStrings", "sharedStrings.xml"
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _xlsx_types(len(sheets)),
        "_rels/.rels": rels.format(rel.format("rId1", f"{_R}/officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{_M}" xmlns:r="{_R}"><sheets>{entries}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": rels.format(book_rels),
        "xl/styles.xml": _XLSX_STYLES,
        "xl/sharedStrings.xml": f'<sst xmlns="{_M}">{strings}</sst>',
        "xl/media/image1.png": png(),
    }
    for n, (_, rows, _) in enumerate(sheets, 1):
        data, _, ranges = rows.partition("|")
        parts[f"xl/worksheets/sheet{n}.xml"] = (
            f'<worksheet xmlns="{_M}">{columns}<sheetData>{data}</sheetData>'
            + (f"<mergeCells>{ranges}</mergeCells>" if ranges else "")
            + "</worksheet>"
        )
    if pictures:
        parts["xl/worksheets/_rels/sheet1.xml.rels"] = rels.format(
            rel.format("rId1", f"{_R}/drawing", "../drawings/drawing1.xml")
        )
        parts["xl/drawings/_rels/drawing1.xml.rels"] = rels.format(
            rel.format("rId1", f"{_R}/image", "../media/image1.png")
        )
        parts["xl/drawings/drawing1.xml"] = _xlsx_drawing(pictures)
    return zipped(parts | (more or {}))


def _xlsx_types(sheets: int) -> str:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = [("workbook", "sheet.main"), ("styles", "styles"), ("sharedStrings", "sharedStrings")]
    parts += [(f"worksheets/sheet{n}", "worksheet") for n in range(1, sheets + 1)]
    overrides = "".join(f'<Override PartName="/xl/{n}.xml" ContentType="{kind}.{t}+xml"/>' for n, t in parts)
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="png" '
        f'ContentType="image/png"/>{overrides}</Types>'
    )


def _xlsx_drawing(pictures: Sequence[tuple[int, int]]) -> str:
    drawn = "".join(
        f"<xdr:oneCellAnchor><xdr:from><xdr:col>{column}</xdr:col><xdr:row>{row}</xdr:row></xdr:from><xdr:pic>"
        f'<xdr:blipFill><a:blip r:embed="rId1"/></xdr:blipFill></xdr:pic></xdr:oneCellAnchor>'
        for row, column in pictures
    )
    return (
        '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
        f'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="{_R}">{drawn}</xdr:wsDr>'
    )


def _xlsx_cell(name: str, cell: Cell) -> str:
    runs: list[str] = []
    style = ""
    for n, block in enumerate(cell.blocks):
        for inline in (Run("\n"), *_all_inlines([block])) if n else _all_inlines([block]):
            if isinstance(inline, Picture):
                continue
            text = inline.text if isinstance(inline, Run) else TICKED if inline.checked else EMPTY
            marks = inline.marks if isinstance(inline, Run) else frozenset()
            if Mark.HIGHLIGHT in marks:  # a fill is the whole cell's: part of a cell can only be underlined
                whole = all(one.marks == marks for one in _all_inlines(cell.blocks) if isinstance(one, Run))
                style, marks = (' s="1"', marks) if whole else ("", marks | {Mark.UNDERLINE})
            looks = "".join(_XLSX_MARKS.get(mark, "") for mark in sorted(marks))
            runs.append(f'<r><rPr>{looks}</rPr><t xml:space="preserve">{escape(text)}</t></r>')
    if not runs:
        return ""
    return f'<c r="{name}" t="inlineStr"{style}><is>{"".join(runs)}</is></c>'


def _all_inlines(blocks: Sequence[Block]) -> Iterator[Inline]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from block.inlines
        else:
            for row in block.rows:
                for cell in row.cells:
                    yield from _all_inlines(cell.blocks)
