"""A document as read, and a page as it looks → HTML fragments with every answer marked. Pure; all text is escaped.

The fragments hold no style, script, link or foreign picture; class names are for the page around them:
`document`, `page`, `spot`, `blank`, `picture`, `cut`.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from markupsafe import Markup, escape

from parsers.catalogue import catalogue
from parsers.lines import BOX_EMPTY, BOX_TICKED, PICTURE, Line, lines_of
from parsers.readings import Block, DocumentRead, Mark, PagePicture, Paragraph, Table
from parsers.shown.spans import Span, spans_of

LINES_AT_MOST = 4_000  # of a document; the fragment ends with <p class="cut"> where there are more

_TAGS = {Mark.UNDERLINE: "u", Mark.STRIKE: "s", Mark.BOLD: "b", Mark.ITALIC: "i", Mark.HIGHLIGHT: 'span class="lit"'}
_SIGNS = {BOX_TICKED: "☑", BOX_EMPTY: "☐", PICTURE: '<span class="picture">▧</span>'}


def as_html(read: DocumentRead) -> Markup:
    """Return a document as an HTML fragment, its answers as <mark data-field="form.field">, the questions of fields
    without an answer as <span class="blank" data-field="form.field">.

    Where answers can only be told to stand in the same line, data-field names them all, with blanks between.
    """
    lines = lines_of(read.document)
    spans = spans_of(read, lines)
    body = _Walk(lines, spans).blocks(read.document.blocks)
    return Markup('<div class="document">{}</div>').format(Markup("".join(body)))


def page_html(page: PagePicture, src: str | None = None) -> Markup:
    """Return a page's picture with a box over each answer; src: its address, None puts the picture itself in."""
    address = src or "data:image/jpeg;base64," + base64.b64encode(page.jpeg).decode("ascii")
    wide, high = page.width, page.height
    spots = Markup("").join(
        Markup(
            '<rect class="spot{}" data-field="{}" data-language="{}"{} x="{}" y="{}" width="{}" height="{}" '
            'fill="#fc0" fill-opacity="{}" stroke="{}"><title>{}</title></rect>'
        ).format(
            " blank" if spot.blank else "",
            spot.field,
            spot.language,
            Markup(' data-doubt="{}"').format(spot.doubt) if spot.doubt else "",
            round(spot.left * wide),
            round(spot.top * high),
            round((spot.right - spot.left) * wide),
            round((spot.bottom - spot.top) * high),
            *((0, "none") if spot.blank else (".25", "#b50")),
            _label(spot.field, spot.language),
        )
        for spot in page.spots
    )
    return Markup(
        '<svg class="page" viewBox="0 0 {} {}" role="img" aria-label="{} {}">'
        '<image href="{}" width="{}" height="{}"/>{}</svg>'
    ).format(wide, high, page.part, page.number, address, wide, high, spots)


def _label(item: str, language: str) -> str:
    """Return what a field asks, in the language of the form that it stands in."""
    form, _, name = item.partition(".")
    found = next((one for known, one in catalogue().forms.items() if known == form), None)
    asked = None if found is None else found.by_id.get(name)
    return "" if asked is None else asked.words.printed("ru" if language == "ru" else "kk")


class _Walk:
    """One walk through the blocks, counting lines just as `lines_of` does."""

    def __init__(self, lines: Sequence[Line], spans: Mapping[int, tuple[Span, ...]]) -> None:
        self.lines = iter(lines)
        self.spans = spans
        self.left = LINES_AT_MOST

    def blocks(self, blocks: Iterable[Block]) -> Iterator[str]:
        for block in blocks:
            if self.left <= 0:
                if self.left == 0:
                    self.left = -1
                    yield '<p class="cut">…</p>'
                return
            if isinstance(block, Paragraph):
                self.left -= 1
                yield f"<p>{self._line(next(self.lines))}</p>"
            else:
                yield from self._table(block)

    def _table(self, table: Table) -> Iterator[str]:
        yield "<table>"
        for row in table.rows:
            yield "<tr>"
            for cell in row.cells:
                yield f'<td colspan="{int(cell.span)}">' if cell.span > 1 else "<td>"
                yield from self.blocks(cell.blocks)
                yield "</td>"
            yield "</tr>"
        yield "</table>"

    def _line(self, line: Line) -> str:
        out = []
        at = 0
        for span in self.spans.get(line.number, ()):
            out.append(_marked(line, at, span.start))
            doubt = f' data-doubt="{escape(span.doubt)}"' if span.doubt else ""
            fields, language = escape(" ".join(span.fields)), escape(span.language)
            tag = 'span class="blank"' if span.blank else "mark"
            out.append(f'<{tag} data-field="{fields}" data-language="{language}"{doubt}>')
            out.append(_marked(line, span.start, span.end) + f"</{tag.split()[0]}>")
            at = span.end
        out.append(_marked(line, at, len(line.text)))
        return "".join(out)


def _marked(line: Line, start: int, end: int) -> str:
    """Return text[start:end] with the marks of its runs."""
    edges = sorted(
        {start, end, *(edge for first, last, _ in line.marks for edge in (first, last) if start < edge < end)}
    )
    out = []
    for left, right in pairwise(edges):
        marks = next((marks for first, last, marks in line.marks if first <= left and right <= last), frozenset())
        tags = [tag for mark, tag in _TAGS.items() if mark in marks]
        text = str(escape(line.text[left:right]))
        for sign, shown in _SIGNS.items():
            text = text.replace(sign, shown)
        closing = "".join(f"</{tag.split()[0]}>" for tag in reversed(tags))
        out.append("".join(f"<{tag}>" for tag in tags) + text + closing)
    return "".join(out)
