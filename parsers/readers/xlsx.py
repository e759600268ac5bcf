"""A workbook as people see it: bytes → Document, one table a sheet.

Our own walk: openpyxl keeps neither boxes to tick nor text boxes, and takes ten times as long. Rows,
columns and sheets that are hidden are not read; they leave a remark.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from parsers.readers.errors import Damaged, TooLarge, Unsupported
from parsers.readers.numerals import whole
from parsers.readers.package import Element, Package, has_doctype, words_of
from parsers.readers.sheet import lost_zero, sheet_blocks
from parsers.readers.xlsx_looks import Looks, M, marks_of
from parsers.readings import Block, Cell, CheckBox, Document, Inline, Mark, Paragraph, Picture, Row, Run, Table

R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
V = "{urn:schemas-microsoft-com:vml}"
X = "{urn:schemas-microsoft-com:office:excel}"

SHEETS_AT_MOST = 50
CELLS_AT_MOST = 50_000  # of all sheets together that hold something
WIDEST = 200  # columns
LONGEST = 5_000  # rows
MAX_PICTURES = 60_000_000  # bytes of all pictures kept

_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_ON = frozenset(("1", "true"))

Place = tuple[int, int]  # row, column, from 1


def read(data: bytes, part: str) -> Document:
    """Return the document of an .xlsx; raises Damaged, Encrypted, TooLarge, Unsupported."""
    return _Book(Package(data)).document(part)


@dataclass(slots=True)
class _Sheet:
    """What one sheet holds, by place."""

    cells: dict[Place, list[Paragraph]] = field(default_factory=dict)
    merged: dict[Place, Place] = field(default_factory=dict)  # upper left corner → lower right
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)

    def put(self, place: Place, *blocks: Paragraph) -> None:
        self.cells.setdefault(place, []).extend(blocks)

    def lay(self, place: Place, inline: Inline) -> None:
        """Put what lies on the sheet before the words of the cell under its corner."""
        lines = self.cells.setdefault(place, [Paragraph(())])
        lines[0] = Paragraph((inline, *lines[0].inlines))


class _Book:
    def __init__(self, package: Package) -> None:
        self.package = package
        self.main = next((t for _, kind, t in package.relations("") if kind == "officeDocument"), "xl/workbook.xml")
        if self.main.endswith(".bin"):
            raise Unsupported("xlsb")
        self.book = package.xml(self.main)
        self.targets = {rel: (kind, target) for rel, kind, target in package.relations(self.main)}
        properties = self.book.find(M + "workbookPr")
        since_1904 = properties is not None and properties.get("date1904") in _ON
        self.looks = Looks(self.side_part("styles"), since_1904=since_1904)
        strings = self.side_part("sharedStrings")
        self.strings = [] if strings is None else strings.findall(M + "si")
        self.remarks: dict[str, None] = {}
        self.cells_left = CELLS_AT_MOST
        self.pictures_left = MAX_PICTURES

    def side_part(self, kind: str) -> Element | None:
        target = next((t for k, t in self.targets.values() if k == kind), "")
        return self.package.xml(target) if target in self.package.names else None

    def document(self, part: str) -> Document:
        blocks: list[Block] = []
        for sheet in self.book.findall(f"{M}sheets/{M}sheet")[:SHEETS_AT_MOST]:
            kind, target = self.targets.get(sheet.get(R + "id", ""), ("", ""))
            if kind != "worksheet":
                continue
            if sheet.get("state", "visible") != "visible":
                self.remarks["hidden_text"] = None
                continue
            blocks.extend(sheet_blocks(self.table(self.sheet(target))))
            blocks.append(Paragraph(()))
        if not self.targets:
            raise Damaged("no sheets")
        return Document(part, "xlsx", tuple(blocks), tuple(self.remarks))

    # ------------------------------------------------------------ what a sheet holds

    def sheet(self, target: str) -> _Sheet:
        sheet = _Sheet()
        row = 0
        for element in self.elements(target):
            tag = element.tag
            if tag == M + "row":
                row = whole(element.get("r"), row + 1)
                if element.get("hidden") in _ON:
                    sheet.hidden_rows.add(row)
                self.row(element, row, sheet)
            elif tag == M + "mergeCell":
                first, _, last = element.get("ref", "").partition(":")
                corner, end = _place(first), _place(last)
                if corner and end:
                    sheet.merged[corner] = end
            elif tag == M + "col" and element.get("hidden") in _ON:
                sheet.hidden_columns.append((whole(element.get("min"), 0), whole(element.get("max"), 0)))
        for _, kind, other in self.package.relations(target):
            if other in self.package.names and kind == "drawing":
                self.drawing(other, sheet)
            elif other in self.package.names and kind == "vmlDrawing":
                self.boxes(other, sheet)
        return sheet

    def elements(self, target: str) -> Iterator[Element]:
        """Yield the rows, merged ranges and columns of a sheet one by one: a sheet can be large."""
        tags = [M + name for name in ("row", "mergeCell", "col")]
        data = self.package.plain(target)
        found = etree.iterparse(
            io.BytesIO(data), tag=tags, resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True
        )
        try:
            for _, element in found:
                if has_doctype(element):
                    raise Damaged("doctype")  # no program writes one, and what it declares may be anything
                yield element
                element.clear()
        except etree.XMLSyntaxError as fault:
            raise Damaged("xml") from fault

    def row(self, element: Element, row: int, sheet: _Sheet) -> None:
        column = 0
        for cell in element.iterchildren(M + "c"):
            place = _place(cell.get("r", "")) or (row, column + 1)
            column = place[1]
            if place[0] > LONGEST or column > WIDEST:
                if cell.find(M + "v") is None:
                    continue  # merely formatted
                raise TooLarge("cells")
            lines = self.cell(cell)
            if lines:
                self.cells_left -= 1
                if self.cells_left < 0:
                    raise TooLarge("cells")
                sheet.put(place, *lines)

    def cell(self, cell: Element) -> list[Paragraph]:
        kind, style = cell.get("t", "n"), cell.get("s")
        value = cell.findtext(M + "v")
        marks = self.looks.marks(style)
        if kind == "inlineStr":
            inside = cell.find(M + "is")
            return _lines([]) if inside is None else _lines(_runs(inside, marks))
        if value is None:
            if cell.find(M + "f") is not None:
                self.remarks["uncomputed_formula"] = None
            return []
        if kind == "s":
            n = whole(value, -1)
            return _lines(_runs(self.strings[n], marks)) if 0 <= n < len(self.strings) else []
        if kind == "b":
            return [Paragraph((CheckBox(value in _ON),))]
        if kind == "n":
            value = self.looks.shown(value, style)
            if lost_zero(value):
                self.remarks["lost_zero"] = None
        elif kind == "d":
            value = re.sub(r"^(\d{4})-(\d\d)-(\d\d).*", r"\3.\2.\1", value)
        return _lines([Run(value, marks)])

    # ------------------------------------------------------------ what lies on a sheet

    def drawing(self, target: str, sheet: _Sheet) -> None:
        relations = {rel: other for rel, _, other in self.package.relations(target)}
        for anchor in self.package.xml(target):
            corner = anchor.find(XDR + "from")
            if corner is None:
                continue
            place = (whole(corner.findtext(XDR + "row"), 0) + 1, whole(corner.findtext(XDR + "col"), 0) + 1)
            if place[0] > LONGEST or place[1] > WIDEST:
                continue
            for picture in anchor.iter(A + "blip"):
                sheet.lay(place, self.picture(relations.get(picture.get(R + "embed", ""), "")))
            for body in anchor.iter(XDR + "txBody"):
                for line in body.iter(A + "p"):
                    sheet.put(place, Paragraph((Run("".join(t.text or "" for t in line.iter(A + "t"))),)))

    def picture(self, target: str) -> Picture:
        if target not in self.package.names or self.pictures_left <= 0:
            return Picture()
        data = self.package.read(target)
        self.pictures_left -= len(data)
        return Picture(data, target.rsplit("/", 1)[-1])

    def boxes(self, target: str, sheet: _Sheet) -> None:
        """Boxes to tick and buttons to choose by: Excel keeps them as VML even today."""
        try:
            root = self.package.xml(target)
        except Damaged:
            self.remarks["boxes_unread"] = None
            return
        for shape in root.iter(V + "shape"):
            data = shape.find(X + "ClientData")
            if data is None or data.get("ObjectType") not in ("Checkbox", "Radio"):
                continue
            anchor = [part.strip() for part in (data.findtext(X + "Anchor") or "").split(",")]
            if len(anchor) != 8:
                continue
            words = shape.find(V + "textbox")
            label = " ".join(words_of(words).split()) if words is not None else ""
            box = CheckBox((data.findtext(X + "Checked") or "0").strip() == "1")
            place = (whole(anchor[2], 0) + 1, whole(anchor[0], 0) + 1)
            if place[0] <= LONGEST and place[1] <= WIDEST:
                if label:
                    sheet.put(place, Paragraph((box, Run(f" {label}"))))
                else:
                    sheet.lay(place, box)

    # ------------------------------------------------------------ the table

    def table(self, sheet: _Sheet) -> Table:
        places = [*sheet.cells]
        if not places:
            return Table(())
        last_row = max(row for row, _ in places)
        last_column = max(column for _, column in places)
        covered = {
            (row, column): corner
            for corner, end in sheet.merged.items()
            for row in range(corner[0], min(end[0], last_row) + 1)
            for column in range(corner[1], min(end[1], WIDEST) + 1)
        }
        hidden = {column for first, last in sheet.hidden_columns for column in range(first, min(last, WIDEST) + 1)}
        rows: list[Row] = []
        for row in range(1, last_row + 1):
            if row in sheet.hidden_rows:
                if any((row, column) in sheet.cells for column in range(1, last_column + 1)):
                    self.remarks["hidden_text"] = None
                continue
            rows.append(self.table_row(sheet, row, last_column, covered, hidden))
        return Table(tuple(rows))

    def table_row(
        self, sheet: _Sheet, row: int, last_column: int, covered: dict[Place, Place], hidden: set[int]
    ) -> Row:
        cells: list[Cell] = []
        column = 1
        while column <= last_column:
            corner = covered.get((row, column))
            end = last_column if corner is None else min(sheet.merged[corner][1], last_column)
            span = 1 if corner is None else max(1, end - column + 1)
            blocks = sheet.cells.get((row, column), []) if corner in (None, (row, column)) else []
            if column in hidden and blocks:
                self.remarks["hidden_text"] = None
            cells.append(Cell(() if column in hidden else tuple(blocks), span))
            column += span
        return Row(tuple(cells))


def _runs(parent: Element, marks: frozenset[Mark]) -> list[Inline]:
    """Return the runs of a string, plain or in several looks."""
    runs: list[Inline] = []
    for child in parent:
        if child.tag == M + "t":
            runs.append(Run(child.text or "", marks))
        elif child.tag == M + "r":
            own = child.find(M + "rPr")
            looks = marks if own is None else marks_of(own) | (marks & {Mark.HIGHLIGHT})
            runs.append(Run(child.findtext(M + "t") or "", looks))
    return runs


def _lines(runs: list[Inline]) -> list[Paragraph]:
    """Return the lines of a cell; none where there is nothing but blanks."""
    lines: list[list[Inline]] = [[]]
    for run in runs:
        if isinstance(run, Run):
            for n, piece in enumerate(run.text.replace("_x000D_", "").replace("\r\n", "\n").split("\n")):
                if n:
                    lines.append([])
                if piece:
                    lines[-1].append(Run(piece, run.marks))
    return [Paragraph(tuple(line)) for line in lines] if any(lines) else []


def _place(name: str) -> Place | None:
    match = _PLACE.fullmatch(name.replace("$", ""))
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column
