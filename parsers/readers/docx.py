"""A .docx as people see it on paper: bytes → Document.

Our own walk over the XML, because python-docx leaves out content controls, tracked insertions, simple
fields, smart tags, text boxes, nested tables and boxes to tick: a form made by Word's own form tools
would come out empty. Inserted text is kept, deleted text dropped (truth: the document as accepted),
hidden text dropped; each leaves a remark.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from parsers.readers.docx_looks import Numbering, Styles, W, is_shaded, looks_of, number_of
from parsers.readers.errors import Damaged
from parsers.readers.gather import Gather
from parsers.readers.numerals import whole
from parsers.readers.package import Element, Package
from parsers.readers.symbols import BOX, CROSSED, TICKED, is_picture_font, plain
from parsers.readings import Block, Cell, CheckBox, Document, Mark, Paragraph, Picture, Row, Run, Table

W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
V = "{urn:schemas-microsoft-com:vml}"

MAX_PICTURES = 60_000_000  # bytes of all pictures kept

_UNSEEN = """del moveFrom delText delInstrText instrText rPr pPr sectPr tblPr tblGrid trPr tcPr sdtPr sdtEndPr
proofErr bookmarkStart bookmarkEnd commentRangeStart commentRangeEnd commentReference footnoteReference
endnoteReference softHyphen lastRenderedPageBreak annotationRef permStart permEnd"""
_DROPPED = frozenset(W + name for name in _UNSEEN.split()) | {MC + "Fallback"}
_BOXES = frozenset((BOX, TICKED, CROSSED, "✓", "✔", "√"))
_ON = frozenset(("1", "true", "on"))


def read(data: bytes, part: str) -> Document:
    """Return the document of a .docx; raises Damaged, Encrypted, TooLarge."""
    package = Package(data)
    try:
        return _Walk(package).document(part)
    except RecursionError as fault:
        raise Damaged("nested too deeply") from fault


class _Walk:
    def __init__(self, package: Package) -> None:
        self.package = package
        self.main = next((t for _, kind, t in package.relations("") if kind == "officeDocument"), "word/document.xml")
        self.targets = {rel: (kind, target) for rel, kind, target in package.relations(self.main)}
        self.styles = Styles(self._side_part("styles"))
        self.numbering = Numbering(self._side_part("numbering"))
        self.remarks: dict[str, None] = {}
        self.pictures_left = MAX_PICTURES
        self.fields: list[_FieldCode] = []

    def document(self, part: str) -> Document:
        root = self.package.xml(self.main)
        body = root.find(W + "body")
        if body is None:
            raise Damaged("no body")
        main = tuple(self.blocks(body))
        margins: list[Block] = []
        for kind, target in dict.fromkeys(self.targets.values()):
            if kind in ("header", "footer") and target in self.package.names:
                lines = [b for b in self.blocks(self.package.xml(target)) if isinstance(b, Table) or b.inlines]
                margins.extend(lines)
        if margins:
            self.remarks["margins"] = None
        return Document(part, "docx", (*margins, *main), tuple(self.remarks))

    def _side_part(self, kind: str) -> Element | None:
        target = next((t for k, t in self.targets.values() if k == kind), "")
        return self.package.xml(target) if target in self.package.names else None

    # ------------------------------------------------------------ blocks

    def blocks(self, parent: Element) -> Iterator[Block]:
        """Yield paragraphs and tables, looking through whatever merely wraps them."""
        for child in parent:
            tag = child.tag
            if tag == W + "p":
                yield from self.paragraph(child)
            elif tag == W + "tbl":
                yield self.table(child)
            elif tag == W + "altChunk":
                self.remarks["embedded_part"] = None
            elif tag == W + "sdt":
                if not self.is_placeholder(child):
                    yield from self.blocks(child)
                else:
                    yield Paragraph(())
            elif tag in (W + "del", W + "moveFrom"):
                self.remarks["tracked_changes"] = None
            elif tag == MC + "AlternateContent":
                yield from self.blocks(_choice(child))
            elif tag not in _DROPPED and isinstance(tag, str):
                yield from self.blocks(child)

    def table(self, table: Element) -> Table:
        return Table(tuple(self.row(row) for row in self.inside(table, W + "tr") if not self.row_deleted(row)))

    def row(self, row: Element) -> Row:
        cells: list[Cell] = []
        before = row.find(f"{W}trPr/{W}gridBefore")
        if before is not None:
            cells.append(Cell((), whole(before.get(W + "val"), 1)))
        for cell in self.inside(row, W + "tc"):
            span = cell.find(f"{W}tcPr/{W}gridSpan")
            merged = cell.find(f"{W}tcPr/{W}vMerge")
            width = 1 if span is None else whole(span.get(W + "val"), 1)
            follows = merged is not None and merged.get(W + "val", "continue") == "continue"
            # A cell merged with the one above holds its place in the row and nothing else.
            blocks = () if follows else tuple(self.blocks(cell))
            cells.append(Cell(tuple(map(_highlighted, blocks)) if is_shaded(cell) else blocks, width))
        return Row(tuple(cells))

    def inside(self, parent: Element, wanted: str) -> Iterator[Element]:
        """Yield rows of a table or cells of a row, also those inside content controls."""
        for child in parent:
            if child.tag == wanted:
                yield child
            elif child.tag not in _DROPPED and child.tag not in (W + "tbl", W + "p") and isinstance(child.tag, str):
                yield from self.inside(child, wanted)

    def row_deleted(self, row: Element) -> bool:
        if row.find(f"{W}trPr/{W}del") is None:
            return False
        self.remarks["tracked_changes"] = None
        return True

    def is_placeholder(self, control: Element) -> bool:
        """Word's own words in a content control that nobody has filled in."""
        shown = control.find(f"{W}sdtPr/{W}showingPlcHdr")
        return shown is not None and shown.get(W + "val", "1") in _ON

    # ------------------------------------------------------------ one paragraph

    def paragraph(self, paragraph: Element) -> Iterator[Block]:
        properties = paragraph.find(W + "pPr")
        style, numbered = None, None
        if properties is not None:
            named = properties.find(W + "pStyle")
            style = None if named is None else named.get(W + "val")
            own = properties.find(W + "numPr")
            numbered = None if own is None else number_of(own)
        numbered = numbered or self.styles.numbering(style)
        line = _Line(style)
        if numbered is not None and numbered[0] not in ("", "0"):
            number = self.numbering.printed(*numbered)
            if number:
                line.add(Run(number + " "))
        self.inline(paragraph, line)
        yield from line.blocks()

    def inline(self, parent: Element, line: _Line) -> None:
        for child in parent:
            tag = child.tag
            if tag == W + "r":
                self.run(child, line)
            elif tag == W + "sdt":
                self.control(child, line)
            elif tag in (W + "ins", W + "moveTo"):
                self.remarks["tracked_changes"] = None
                self.inline(child, line)
            elif tag in (W + "del", W + "moveFrom"):
                self.remarks["tracked_changes"] = None
            elif tag == MC + "AlternateContent":
                self.inline(_choice(child), line)
            elif tag not in _DROPPED and isinstance(tag, str):
                self.inline(child, line)  # hyperlink, smartTag, fldSimple, customXml, dir …

    def control(self, control: Element, line: _Line) -> None:
        box = control.find(f"{W}sdtPr/{W14}checkbox")
        if box is not None:
            checked = box.find(W14 + "checked")
            line.add(CheckBox(checked is not None and checked.get(W14 + "val", "1") in _ON))
            inner = _Line(line.style)
            self.inline(control, inner)
            for one in inner.current:
                if not isinstance(one, Run):
                    line.add(one)
                elif text := "".join(letter for letter in one.text if letter not in _BOXES):
                    line.add(Run(text, one.marks))
        elif not self.is_placeholder(control):
            self.inline(control, line)

    def run(self, run: Element, line: _Line) -> None:
        properties = run.find(W + "rPr")
        named = properties.find(W + "rStyle") if properties is not None else None
        name = None if named is None else named.get(W + "val")
        looks = dict(self.styles.looks(line.style))
        if name is not None:
            inherited = dict(self.styles.looks(name))
            if name.lower() in ("hyperlink", "followedhyperlink"):
                inherited.pop(Mark.UNDERLINE, None)
            looks |= inherited
        looks |= looks_of(properties)
        if looks.get("hidden"):
            self.remarks["hidden_text"] = None
            return
        marks = frozenset(mark for mark, on in looks.items() if on and isinstance(mark, Mark))
        fonts = properties.find(W + "rFonts") if properties is not None else None
        font = (fonts.get(W + "ascii") or fonts.get(W + "hAnsi") or "") if fonts is not None else ""
        self.run_parts(run, line, marks, font or (self.styles.font(name) if name else ""))

    def run_parts(self, run: Element, line: _Line, marks: frozenset[Mark], font: str) -> None:
        for child in run:
            tag = child.tag
            if tag == W + "fldChar":
                self.field_code(child, line)
            elif any(code.in_instruction for code in self.fields):
                continue
            elif tag == W + "t":
                text = child.text or ""
                line.add(Run(plain(text, font) if is_picture_font(font) else text, marks))
            elif tag in (W + "tab", W + "ptab"):
                line.add(Run("\t", marks))
            elif tag in (W + "br", W + "cr"):
                line.feed()
            elif tag == W + "noBreakHyphen":
                line.add(Run("-", marks))
            elif tag == W + "sym":
                line.add(Run(plain(_sign(child.get(W + "char", "")), child.get(W + "font", "")), marks))
            elif tag == MC + "AlternateContent":
                self.run_parts(_choice(child), line, marks, font)
            elif tag in (W + "drawing", W + "pict", W + "object"):
                self.drawing(child, line)
            elif tag in (W + "ins", W + "moveTo"):
                self.run_parts(child, line, marks, font)

    def field_code(self, sign: Element, line: _Line) -> None:
        """Follow a complex field: its instruction is not printed, its result is; legacy boxes are boxes."""
        kind = sign.get(W + "fldCharType")
        if kind == "begin":
            self.fields.append(_FieldCode())
            box = sign.find(f"{W}ffData/{W}checkBox")
            if box is not None:
                state = box.find(W + "checked")
                state = box.find(W + "default") if state is None else state
                line.add(CheckBox(state is not None and state.get(W + "val", "1") in _ON))
            choice = sign.find(f"{W}ffData/{W}ddList")
            if choice is not None:
                result = choice.find(W + "result")
                entries = [entry.get(W + "val", "") for entry in choice.iter(W + "listEntry")]
                chosen = whole(result.get(W + "val"), 1) if result is not None else 0
                line.add(Run(entries[chosen] if chosen < len(entries) else ""))
        elif kind == "separate" and self.fields:
            self.fields[-1].in_instruction = False
        elif kind == "end" and self.fields:
            self.fields.pop()

    def drawing(self, drawing: Element, line: _Line) -> None:
        boxes = [box for box in drawing.iter(W + "txbxContent") if not _within(box, drawing, MC + "Fallback")]
        outermost = [box for box in boxes if not any(_within(box, other) for other in boxes if other is not box)]
        for box in outermost:
            line.after.extend(self.blocks(box))
        for blip in (*drawing.iter(A + "blip"), *drawing.iter(V + "imagedata")):
            if not any(_within(blip, box) for box in outermost) and not _within(blip, drawing, MC + "Fallback"):
                line.add(self.picture(blip.get(R + "embed") or blip.get(R + "id") or ""))

    def picture(self, relation: str) -> Picture:
        _, target = self.targets.get(relation, ("", ""))
        if target not in self.package.names or self.pictures_left <= 0:
            return Picture()
        data = self.package.read(target)
        self.pictures_left -= len(data)
        return Picture(data, target.rsplit("/", 1)[-1])


class _FieldCode:
    __slots__ = ("in_instruction",)

    def __init__(self) -> None:
        self.in_instruction = True


class _Line(Gather):
    """A paragraph taking shape, and the style whose looks its runs inherit."""

    def __init__(self, style: str | None) -> None:
        super().__init__()
        self.style = style


def _highlighted(block: Block) -> Block:
    """A shaded cell marks its words as a highlighter does."""
    if not isinstance(block, Paragraph):
        return block
    inlines = tuple(Run(i.text, i.marks | {Mark.HIGHLIGHT}) if isinstance(i, Run) else i for i in block.inlines)
    return Paragraph(inlines)


def _choice(alternatives: Element) -> Element:
    """Return the one of two versions of the same thing that modern Word shows."""
    for child in alternatives:
        if child.tag == MC + "Choice":
            return child
    return alternatives


def _within(inner: Element, outer: Element, tag: str = "") -> bool:
    """Say whether `inner` lies in `outer`; with a tag: whether an element of that name lies between."""
    for one in inner.iterancestors():
        if tag and one.tag == tag:
            return True
        if one is outer:
            return not tag
    return False


def _sign(code: str) -> str:
    """Return the sign that four hexadecimal digits name, a bullet where they name none."""
    number = int(code, 16) if re.fullmatch(r"[0-9A-Fa-f]{1,4}", code) else 0x2022
    return "\N{BULLET}" if 0xD800 <= number < 0xE000 else chr(number)
