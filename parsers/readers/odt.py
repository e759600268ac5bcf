"""An OpenDocument text or spreadsheet as people see it: bytes → Document.

Our own walk over content.xml: it keeps what LibreOffice itself loses on the way to other formats
(boxes to tick, form fields), and it costs a millisecond. Deleted text of tracked changes does not stand
in the flow of an OpenDocument; inserted text does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from parsers.readers.errors import Damaged, Encrypted, TooLarge
from parsers.readers.gather import Gather
from parsers.readers.numerals import whole
from parsers.readers.odt_looks import LOEXT, OFFICE, STYLE, TABLE, TEXT, Numbering, Styles
from parsers.readers.package import Element, Package, words_of
from parsers.readers.sheet import lost_zero, sheet_blocks
from parsers.readers.symbols import BOX, CROSSED, TICKED, is_picture_font, plain
from parsers.readings import Block, Cell, CheckBox, Document, Mark, Paragraph, Picture, Row, Run, Table

DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
FORM = "{urn:oasis:names:tc:opendocument:xmlns:form:1.0}"
FIELD = "{urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0}"
XLINK = "{http://www.w3.org/1999/xlink}"
XML = "{http://www.w3.org/XML/1998/namespace}"

MAX_PICTURES = 60_000_000  # bytes of all pictures kept
MAX_CELLS = 300_000  # of all tables together, repeated ones counted
REPEATED_AT_MOST = 200  # times that a repeated row or cell is written out
SPACES_AT_MOST = 500

_UNSEEN_TEXT = """tracked-changes change change-start change-end note annotation sequence-decls variable-decls
user-field-decls dde-connection-decls index-title-template bookmark bookmark-start bookmark-end reference-mark
toc-mark alphabetical-index-mark ruby-text soft-page-break table-of-content-source illustration-index-source
placeholder script hidden-text hidden-paragraph number"""
_DROPPED = frozenset(TEXT + name for name in _UNSEEN_TEXT.split()) | frozenset(
    (OFFICE + "annotation", OFFICE + "annotation-end", OFFICE + "forms", OFFICE + "event-listeners")
)
_SHAPE_TAGS = """custom-shape rect ellipse circle polygon polyline path line connector caption regular-polygon
measure"""
_SHAPES = frozenset(DRAW + name for name in _SHAPE_TAGS.split())
_ROW_GROUPS = frozenset(TABLE + name for name in ("table-header-rows", "table-rows", "table-row-group"))
_HIDDEN = frozenset(("collapse", "filter"))
_BOXES = frozenset((BOX, TICKED, CROSSED, "✓", "✔", "√"))
_BLANKS = re.compile(r"[ \t\r\n]+")


def read(data: bytes, part: str) -> Document:
    """Return the document of an .odt or .ods; raises Damaged, Encrypted, TooLarge."""
    package = Package(data)
    if "encrypted-package" in package.names or _is_encrypted(package):
        raise Encrypted("OpenDocument")
    try:
        return _Walk(package).document(part)
    except RecursionError as fault:
        raise Damaged("nested too deeply") from fault


def _is_encrypted(package: Package) -> bool:
    manifest = "META-INF/manifest.xml"
    return manifest in package.names and b":encryption-data" in package.read(manifest)


class _Walk:
    def __init__(self, package: Package) -> None:
        self.package = package
        self.content = package.xml("content.xml")
        side = package.xml("styles.xml") if "styles.xml" in package.names else None
        self.masters = side.find(OFFICE + "master-styles") if side is not None else None
        self.styles = Styles(side, self.content)
        self.numbering = Numbering(side, self.content)
        self.controls = {
            control.get(XML + "id") or control.get(FORM + "id") or "": control
            for forms in self.content.iter(OFFICE + "forms")
            for control in forms.iter()
        }
        self.remarks: dict[str, None] = {}
        self.cells_left = MAX_CELLS
        self.pictures_left = MAX_PICTURES

    def document(self, part: str) -> Document:
        body = self.content.find(OFFICE + "body")
        content = body[0] if body is not None and len(body) else None
        if content is None:
            raise Damaged("no body")
        if self.content.find(f".//{TEXT}changed-region") is not None:
            self.remarks["tracked_changes"] = None
        main = tuple(self.sheets(content) if content.tag == OFFICE + "spreadsheet" else self.blocks(content))
        margins = tuple(self.margins())
        if margins:
            self.remarks["margins"] = None
        kind = "ods" if content.tag == OFFICE + "spreadsheet" else "odt"
        return Document(part, kind, (*margins, *main), tuple(self.remarks))

    def sheets(self, content: Element) -> Iterator[Block]:
        for block in self.blocks(content):
            yield from sheet_blocks(block) if isinstance(block, Table) else (block,)
            yield Paragraph(())

    def margins(self) -> Iterator[Block]:
        """Yield what stands in the headers and footers, each once."""
        seen = set()
        for page in self.masters if self.masters is not None else ():
            for margin in page:
                words = words_of(margin).strip()
                if words and words not in seen and margin.get(STYLE + "display") != "false":
                    seen.add(words)
                    yield from (b for b in self.blocks(margin) if isinstance(b, Table) or b.inlines)

    # ------------------------------------------------------------ blocks

    def blocks(self, parent: Element) -> Iterator[Block]:
        """Yield paragraphs and tables, looking through whatever merely wraps them."""
        for child in parent:
            tag = child.tag
            if tag in (TEXT + "p", TEXT + "h"):
                yield from self.paragraph(child)
            elif tag == TABLE + "table":
                if not self.is_hidden_table(child):
                    yield self.table(child)
            elif tag == TEXT + "list":
                yield from self.list(child)
            elif tag == TEXT + "section" and self.is_hidden_section(child):
                self.remarks["hidden_text"] = None
            elif tag == DRAW + "frame" or tag == DRAW + "control" or tag == DRAW + "g" or tag in _SHAPES:
                line = Gather()
                self.drawing(child, line)
                yield from (block for block in line.blocks() if isinstance(block, Table) or block.inlines)
            elif tag not in _DROPPED:
                yield from self.blocks(child)

    def is_hidden_section(self, section: Element) -> bool:
        return section.get(TEXT + "display") == "none"

    def is_hidden_table(self, table: Element) -> bool:
        """Sheets can be hidden whole."""
        hidden = self.styles.hidden("table", table.get(TABLE + "style-name"))
        if hidden:
            self.remarks["hidden_text"] = None
        return hidden

    def list(
        self, element: Element, style: str = "", depth: int = 1, counts: dict[int, int] | None = None
    ) -> Iterator[Block]:
        style = element.get(TEXT + "style-name") or style
        counts = self.numbering.counts(style, element) if counts is None else counts
        for item in element:
            number = ""
            if item.tag == TEXT + "list-item":
                number = self.numbering.printed(style, depth, counts, item.get(TEXT + "start-value"))
            for child in item:
                if child.tag == TEXT + "list":
                    yield from self.list(child, style, depth + 1, counts)
                elif child.tag in (TEXT + "p", TEXT + "h"):
                    yield from self.paragraph(child, number)
                    number = ""

    # ------------------------------------------------------------ tables

    def table(self, table: Element) -> Table:
        above: dict[int, int] = {}  # column → rows that a cell higher up still covers
        rows: list[Row] = []
        for row in self.rows(table):
            cells = self.row(row, above)
            if row.get(TABLE + "visibility") in _HIDDEN:
                self.remarks["hidden_text"] = None
                continue
            full = any(cell.blocks for cell in cells)
            times = _times(row, TABLE + "number-rows-repeated") if full or row.getnext() is not None else 1
            self.cells_left -= times * len(cells)
            if self.cells_left < 0:
                raise TooLarge("cells")
            rows.extend([Row(cells)] * times)
        return Table(tuple(rows))

    def rows(self, parent: Element) -> Iterator[Element]:
        for child in parent:
            if child.tag == TABLE + "table-row":
                yield child
            elif child.tag in _ROW_GROUPS:
                yield from self.rows(child)

    def row(self, row: Element, above: dict[int, int]) -> tuple[Cell, ...]:
        cells: list[Cell] = []
        column = 0
        for cell in row:
            if cell.tag == TABLE + "table-cell":
                span = _number(cell, TABLE + "number-columns-spanned")
                down = _number(cell, TABLE + "number-rows-spanned")
                blocks = tuple(self.cell(cell))
                repeated = cell.get(TABLE + "number-columns-repeated")
                if repeated and not blocks and cell.getnext() is None:
                    break  # the empty rest of a sheet's width
                for _ in range(_times(cell, TABLE + "number-columns-repeated")):
                    cells.append(Cell(blocks, span))
                    for n in range(span):
                        above[column + n] = down - 1
                    # What the span covers follows as covered cells; the column counts those itself.
                    column += 1
            elif cell.tag == TABLE + "covered-table-cell":
                for _ in range(_times(cell, TABLE + "number-columns-repeated")):
                    if above.get(column, 0) > 0 and not _spans(cells, column):
                        cells.append(Cell(()))
                        above[column] -= 1
                    column += 1
        return tuple(cells)

    def cell(self, cell: Element) -> Iterator[Block]:
        """Yield the blocks of a cell; nothing where it holds one empty paragraph or none."""
        blocks = list(self.blocks(cell))
        if cell.get(OFFICE + "value-type") == "float" and lost_zero(words_of(cell).strip()):
            self.remarks["lost_zero"] = None
        if any(isinstance(block, Table) or block.inlines for block in blocks):
            yield from blocks

    # ------------------------------------------------------------ one paragraph

    def paragraph(self, paragraph: Element, number: str = "") -> Iterator[Block]:
        line = Gather()
        if number:
            line.add(Run(number + " "))
        style = paragraph.get(TEXT + "style-name")
        self.inline(paragraph, line, dict(self.styles.looks("paragraph", style)), self.styles.font("paragraph", style))
        yield from line.blocks()

    def inline(self, parent: Element, line: Gather, looks: dict[Mark | str, bool], font: str) -> None:
        self.text(parent.text, line, looks, font)
        for child in parent:
            if child.tag not in _DROPPED:
                self.child(child, line, looks, font)
            self.text(child.tail, line, looks, font)

    def child(self, child: Element, line: Gather, looks: dict[Mark | str, bool], font: str) -> None:
        tag = child.tag
        if tag == TEXT + "span":
            style = child.get(TEXT + "style-name")
            own = self.styles.looks("text", style)
            self.inline(child, line, looks | dict(own), self.styles.font("text", style) or font)
        elif tag == TEXT + "s":
            self.text("\N{NO-BREAK SPACE}" * min(_number(child, TEXT + "c"), SPACES_AT_MOST), line, looks, "")
        elif tag == TEXT + "tab":
            line.add(Run("\t", _marks(looks)))
        elif tag == TEXT + "line-break":
            line.feed()
        elif tag == TEXT + "a":
            inside = Gather()
            self.inline(child, inside, looks, font)
            for one in inside.current:  # every link is underlined: that marks nothing
                line.add(Run(one.text, one.marks - {Mark.UNDERLINE}) if isinstance(one, Run) else one)
            line.after.extend(inside.after)
        elif tag == LOEXT + "content-control":
            self.control(child, line, looks, font)
        elif tag == FIELD + "fieldmark":
            self.legacy_field(child, line)
        elif tag.startswith(DRAW):
            self.drawing(child, line)
        elif child.get(TEXT + "display") != "none":
            self.inline(child, line, looks, font)  # fields, text-input, meta, ruby …

    def text(self, text: str | None, line: Gather, looks: dict[Mark | str, bool], font: str) -> None:
        if not text:
            return
        if looks.get("hidden"):
            if text.strip():
                self.remarks["hidden_text"] = None
            return
        text = _BLANKS.sub(" ", text)
        line.add(Run(plain(text, font) if is_picture_font(font) else text, _marks(looks)))

    def control(self, control: Element, line: Gather, looks: dict[Mark | str, bool], font: str) -> None:
        if control.get(LOEXT + "checkbox") == "true":
            line.add(CheckBox(control.get(LOEXT + "checked") == "true"))
            words = "".join(letter for letter in words_of(control) if letter not in _BOXES)
            line.add(Run(words, _marks(looks)))
        elif control.get(LOEXT + "showing-place-holder") != "true":
            self.inline(control, line, looks, font)

    def legacy_field(self, field: Element, line: Gather) -> None:
        """A form field that came from Word: its state stands in parameters, not in the text."""
        kind = field.get(FIELD + "type", "")
        told = [(one.get(FIELD + "name", ""), one.get(FIELD + "value", "")) for one in field.iter(FIELD + "param")]
        if kind.endswith("FORMCHECKBOX"):
            line.add(CheckBox(any(n.endswith("Checkbox_Checked") and v in ("true", "1") for n, v in told)))
        elif kind.endswith("FORMDROPDOWN"):
            entries = [value for name, value in told if name.endswith("ListEntry")]
            chosen = next((value for name, value in told if name.endswith("Selected")), "")
            at = whole(chosen, -1)
            if 0 <= at < len(entries):
                line.add(Run(entries[at]))

    # ------------------------------------------------------------ drawings and form controls

    def drawing(self, drawing: Element, line: Gather) -> None:
        tag = drawing.tag
        if tag == DRAW + "frame":
            box = drawing.find(DRAW + "text-box")
            picture = drawing.find(DRAW + "image")
            if box is not None:
                line.after.extend(self.blocks(box))
            elif picture is not None:
                line.add(self.picture(picture))
        elif tag == DRAW + "control":
            control = self.controls.get(drawing.get(DRAW + "control", ""))
            if control is not None:
                self.form_control(control, line)
        elif tag in (DRAW + "g", DRAW + "a"):
            for child in drawing:
                if child.tag.startswith(DRAW):
                    self.drawing(child, line)
        elif tag in _SHAPES:
            inside = list(self.blocks(drawing))
            if any(isinstance(block, Table) or block.inlines for block in inside):
                line.after.extend(inside)

    def picture(self, image: Element) -> Picture:
        name = image.get(XLINK + "href", "").removeprefix("./")
        if name not in self.package.names or self.pictures_left <= 0:
            return Picture()
        data = self.package.read(name)
        self.pictures_left -= len(data)
        return Picture(data, name.rsplit("/", 1)[-1])

    def form_control(self, control: Element, line: Gather) -> None:
        kind = control.tag.rpartition("}")[2]
        value = control.get(FORM + "current-value", control.get(FORM + "value", ""))
        if kind == "checkbox":
            state = control.get(FORM + "current-state", control.get(FORM + "state"))
            line.add(CheckBox(state == "checked"))
            line.add(Run(control.get(FORM + "label", "")))
        elif kind == "radio":
            state = control.get(FORM + "current-selected", control.get(FORM + "selected"))
            line.add(CheckBox(state == "true"))
            line.add(Run(control.get(FORM + "label", "")))
        elif kind == "listbox":
            chosen = [o for o in control if (o.get(FORM + "current-selected") or o.get(FORM + "selected")) == "true"]
            line.add(Run(", ".join(option.get(FORM + "label", "") for option in chosen)))
        elif kind == "textarea":
            words = [words_of(one) for one in control.findall(TEXT + "p")]
            line.add(Run("\n".join(words) or value))
        elif kind in ("text", "formatted-text", "combobox", "date", "time", "number", "generic-control"):
            line.add(Run(value))


def _marks(looks: dict[Mark | str, bool]) -> frozenset[Mark]:
    return frozenset(mark for mark, on in looks.items() if on and isinstance(mark, Mark))


def _spans(cells: list[Cell], column: int) -> bool:
    """Say whether the cells of this row so far reach over the column."""
    return sum(cell.span for cell in cells) > column


def _number(element: Element, name: str) -> int:
    return min(max(whole(element.get(name), 1), 1), 100_000)


def _times(element: Element, name: str) -> int:
    return min(_number(element, name), REPEATED_AT_MOST)
