"""HTML of a mail's body or a saved page → Document: blocks, tables, marks, boxes, pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from lxml import etree

from parsers.readers.colors import is_colored
from parsers.readers.errors import Damaged, TooLarge
from parsers.readers.numerals import whole
from parsers.readings import Block, Cell, CheckBox, Document, Inline, Mark, Paragraph, Picture, Row, Run, Table

LONGEST = 6_000_000  # letters of HTML that are read
LINES_AT_MOST = 20_000  # of a page, in and out of tables: a form has a few hundred

_BLOCK_TAGS = """address article aside blockquote body center dd details dialog div dl dt fieldset figure footer form
h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre section summary ul"""
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_UNSEEN = frozenset(["head", "script", "style", "title", "meta", "link", "noscript", "template", "object"])
_MARKS = {
    "u": Mark.UNDERLINE, "ins": Mark.UNDERLINE, "s": Mark.STRIKE, "strike": Mark.STRIKE, "del": Mark.STRIKE,
    "b": Mark.BOLD, "strong": Mark.BOLD, "h1": Mark.BOLD, "h2": Mark.BOLD, "h3": Mark.BOLD, "th": Mark.BOLD,
    "i": Mark.ITALIC, "em": Mark.ITALIC, "mark": Mark.HIGHLIGHT,
}  # fmt: skip
_QUOTES = re.compile(r"gmail_quote|yahoo_quoted|moz-cite-prefix|divRplyFwdMsg|mail_quote|appendonsend|protonmail_quote")
_WHITE = re.compile(r"#?fff(?:fff)?\b|white|transparent|inherit|none|rgba?\(255,\s*255,\s*255|initial", re.IGNORECASE)
_INK = re.compile(r"(?:^|;)\s*color:\s*([^;]+)")
_ENDS = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f]+")


def document_of(html: str, part: str, *, whole: bool = False) -> Document:
    """Return the HTML as a document; earlier letters quoted in it are left out unless `whole`.

    Raises Damaged when nothing can be made of it, TooLarge when it has more lines than any form.
    """
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        # What stands behind the end of the page (a second page, a form below a footer) is seen too.
        root = etree.fromstring(_ENDS.sub("", html[:LONGEST]).encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise Damaged("html") from fault
    if root is None:  # lxml's answer to no markup at all
        return Document(part, "html", ())
    try:
        return Document(part, "html", tuple(_Walk(whole).blocks(root, frozenset())))
    except RecursionError as fault:
        raise Damaged("nested too deeply") from fault


class _Walk:
    def __init__(self, whole: bool) -> None:
        self.whole = whole
        self.line: list[Inline] = []
        self.counters: list[int | None] = []
        self.lines = 0

    def blocks(self, element: etree._Element, marks: frozenset[Mark]) -> Iterator[Block]:
        """Yield the blocks of an element; ends with an empty line buffer."""
        yield from self._inside(element, marks)
        yield from self._end()

    def _inside(self, element: etree._Element, marks: frozenset[Mark]) -> Iterator[Block]:
        self._add(element.text, marks)
        for child in element:
            if isinstance(child.tag, str):
                yield from self._child(child, marks)
            self._add(child.tail, marks)

    def _child(self, child: etree._Element, marks: frozenset[Mark]) -> Iterator[Block]:
        tag = child.tag.lower()
        if tag in _UNSEEN or _hidden(child) or (not self.whole and _quoted(child, tag)):
            return
        marks = _marks(child, tag, marks)
        if tag == "br":
            yield from self._end(always=True)
        elif tag == "img":
            if child.get("width") != "1":
                self.line.append(Picture(b"", child.get("alt") or ""))
        elif tag == "input":
            self._input(child)
        elif tag == "select":
            chosen = [option for option in child.iter("option") if option.get("selected") is not None]
            self._add("; ".join("".join(map(str, option.itertext())).strip() for option in chosen), marks)
        elif tag == "table":
            yield from self._end()
            yield self._table(child, marks)
        elif tag in _BLOCKS:
            yield from self._end()
            if tag in ("ol", "ul"):
                self.counters.append(whole(child.get("start"), 1) if tag == "ol" else None)
            if tag == "li" and self.counters and self.counters[-1] is not None:
                self.line.append(Run(f"{self.counters[-1]}. "))
                self.counters[-1] += 1
            yield from self._inside(child, marks)
            yield from self._end()
            if tag in ("ol", "ul"):
                self.counters.pop()
        else:
            yield from self._inside(child, marks)

    def _input(self, child: etree._Element) -> None:
        kind = (child.get("type") or "text").lower()
        if kind in ("checkbox", "radio"):
            self.line.append(CheckBox(child.get("checked") is not None))
        elif kind == "text":
            self.line.append(Run(child.get("value") or ""))

    def _table(self, table: etree._Element, marks: frozenset[Mark]) -> Table:
        rows = []
        for row in table.iter("tr"):
            if next(row.iterancestors("table"), None) is not table:
                continue
            cells = []
            for cell in row.iterchildren("td", "th"):
                outer, self.line = self.line, []
                inner = tuple(self.blocks(cell, _marks(cell, cell.tag, marks)))
                self.line = outer
                cells.append(Cell(inner, min(whole(cell.get("colspan"), 1), 1000)))
            rows.append(Row(tuple(cells)))
        return Table(tuple(rows))

    def _add(self, text: str | None, marks: frozenset[Mark]) -> None:
        if not text:
            return
        text = _BLANKS.sub(" ", text)
        last = self.line[-1] if self.line else None
        if text.startswith(" ") and (last is None or (isinstance(last, Run) and last.text.endswith(" "))):
            text = text[1:]
        if text:
            self.line.append(Run(text, marks))

    def _end(self, *, always: bool = False) -> Iterator[Block]:
        if self.line or always:
            self.lines += 1
            if self.lines > LINES_AT_MOST:
                raise TooLarge("lines")
            yield Paragraph(tuple(_joined(self.line)))
            self.line = []


def _joined(line: list[Inline]) -> Iterator[Inline]:
    """Yield the inlines with neighbouring runs of the same marks as one."""
    for marks, together in groupby(line, key=lambda one: one.marks if isinstance(one, Run) else None):
        if marks is None:
            yield from together
        else:
            yield Run("".join(one.text for one in together if isinstance(one, Run)), marks)


def _marks(element: etree._Element, tag: str, marks: frozenset[Mark]) -> frozenset[Mark]:
    if tag in _MARKS:
        marks |= {_MARKS[tag]}
    if tag == "font" and is_colored(element.get("color") or ""):
        marks |= {Mark.COLOR}
    style = (element.get("style") or "").lower()
    if style:
        ink = _INK.search(style)
        if ink and tag != "a":
            marks = marks | {Mark.COLOR} if is_colored(ink[1]) else marks - {Mark.COLOR}
        if "underline" in style and tag != "a":
            marks |= {Mark.UNDERLINE}
        if "line-through" in style:
            marks |= {Mark.STRIKE}
        if re.search(r"font-weight:\s*(?:bold|[6-9]00)", style):
            marks |= {Mark.BOLD}
        elif re.search(r"font-weight:\s*(?:normal|[1-4]00)", style):
            marks -= {Mark.BOLD}
        ground = re.search(r"background(?:-color)?:\s*([^;]+)", style)
        if ground and not _WHITE.match(ground[1].strip()) and tag in ("span", "font", "p", "div", "b", "i", "u", "td"):
            marks |= {Mark.HIGHLIGHT}
    return marks


def _hidden(element: etree._Element) -> bool:
    return "display:none" in (element.get("style") or "").replace(" ", "").lower()


def _quoted(element: etree._Element, tag: str) -> bool:
    if tag == "blockquote" and (element.get("type") or "cite").lower() == "cite" and not element.get("class"):
        return "margin:0 0 0 40px" not in (element.get("style") or "")  # an indent, not a quotation
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return _QUOTES.search(names) is not None
