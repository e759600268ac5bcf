"""The readable lines of an HTML body: what a person would copy out of it."""

from __future__ import annotations

import re

from lxml import etree

LONGEST = 4_000_000  # letters of HTML that are read

_BLOCK_TAGS = """address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure
footer form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre section summary table tr ul"""
_UNSEEN_TAGS = "head script style title meta link noscript template object"
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_UNSEEN = frozenset(_UNSEEN_TAGS.split())
_BLANKS = re.compile(r"[ \t\r\n\f\xa0\u2000-\u200a\u202f]+")
_HEAD = re.compile(r"<(script|style|head|title)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_MARKUP = re.compile(r"<[^>]*>")
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)


def meta_charset(data: bytes) -> str | None:
    """Return the charset that the HTML itself declares."""
    match = _META_CHARSET.search(data[:4096])
    return match[1].decode("ascii", "replace") if match else None


def html_lines(html: str) -> str:
    """Return the text of HTML: a line for each block, row and break, a tab between the cells of a row."""
    html = html[:LONGEST]
    root = _tree(html)
    text = _walked(root) if root is not None else ""
    # What is nested more deeply than the parser follows is not lost: the words between the tags.
    return text or _BLANKS.sub(" ", _MARKUP.sub(" ", _HEAD.sub(" ", html))).strip()


def _walked(root: etree._Element) -> str:
    lines = _Lines()
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        if event in ("comment", "pi"):
            lines.add(element.tail)
            continue
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if tag in _UNSEEN:
                walk.skip_subtree()
            elif tag == "br":
                lines.end()
            elif tag in _BLOCKS:
                lines.end_unless_empty()
            elif tag in ("td", "th"):
                lines.cell()
            if tag not in _UNSEEN:
                lines.add(element.text)
        else:
            if tag in _BLOCKS:
                lines.end_unless_empty()
            lines.add(element.tail)
    return lines.text()


def _tree(html: str) -> etree._Element | None:
    parser = etree.HTMLParser(encoding="utf-8", recover=True, huge_tree=True, no_network=True)
    data = html.replace("\0", "").encode("utf-8", "replace")
    try:
        return etree.fromstring(data, parser) if data.strip() else None
    except (etree.XMLSyntaxError, ValueError):
        return None


class _Lines:
    """Lines under construction. Blanks count as one, as on the screen."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.pieces: list[str] = []

    def add(self, text: str | None) -> None:
        if text:
            self.pieces.append(text)

    def cell(self) -> None:
        if any(piece.strip() for piece in self.pieces):
            self.pieces.append("\v")

    def end(self) -> None:
        cells = "".join(self.pieces).split("\v")
        self.lines.append("\t".join(_BLANKS.sub(" ", cell).strip() for cell in cells).strip())
        self.pieces = []

    def end_unless_empty(self) -> None:
        if any(piece.strip() for piece in self.pieces):
            self.end()
        else:
            self.pieces = []

    def text(self) -> str:
        self.end_unless_empty()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines)).strip("\n")
