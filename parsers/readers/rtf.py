"""Rich text (.rtf) → Document: paragraphs, tables, marks, boxes, pictures.

Our own reading of the control words, because the libraries at hand give bare text and lose underlining,
strike-out and boxes. A table row's columns are told by the right edges of its cells.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from parsers.readers.errors import Damaged, TooLarge
from parsers.readings import Block, Cell, CheckBox, Document, Inline, Mark, Paragraph, Picture, Row, Run, Table

LARGEST = 60_000_000  # bytes
DEEPEST = 500  # groups inside groups

_TOKEN = re.compile(
    rb"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,9})?\x20?|\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<sign>[^a-zA-Z'])"
    rb"|(?P<open>\{)|(?P<close>\})|(?P<text>[^\\{}\r\n]+)|[\r\n]+|\\"
)
_SKIPPED = frozenset(
    [
        *("colortbl", "stylesheet", "info", "generator", "fldinst", "listtable", "listoverridetable", "rsidtbl"),
        *("themedata", "colorschememapping", "latentstyles", "datastore", "xmlnstbl", "header", "headerl", "headerr"),
        *("headerf", "footer", "footerl", "footerr", "footerf", "footnote", "annotation", "nonshppict", "shprslt"),
        *("sp", "pgdsctbl", "userprops", "bkmkstart", "bkmkend", "atnid", "atnauthor", "revtbl", "objdata", "result"),
    ]
)
_KEPT_STARRED = frozenset(["shppict", "shpinst", "shptxt", "formfield", "pict"])
_CODE_PAGES = {0: "cp1252", 1: "cp1252", 204: "cp1251", 161: "cp1253", 162: "cp1254", 238: "cp1250", 128: "cp932"}
_SIGNS = {
    "tab": "\t", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
    "bullet": "•", "emspace": " ", "enspace": " ", "qmspace": " ",
}  # fmt: skip
_SWITCHES = {"b": Mark.BOLD, "i": Mark.ITALIC, "strike": Mark.STRIKE, "striked": Mark.STRIKE}


@dataclass(frozen=True, slots=True)
class _State:
    """What holds inside a group."""

    skip: bool = False
    fonts: bool = False
    picture: bool = False
    form_field: bool = False
    marks: frozenset[Mark] = frozenset()
    unseen: bool = False  # hidden or deleted
    font: int = 0
    fallback: int = 1  # letters that stand for one \u


@dataclass(slots=True)
class _Rows:
    """A table while its rows are read: each row with the right edges of its cells."""

    rows: list[tuple[tuple[tuple[Block, ...], ...], tuple[int, ...]]] = field(default_factory=list)


def read(data: bytes, part: str) -> Document:
    """Return the document of an .rtf; raises Damaged, TooLarge."""
    if len(data) > LARGEST:
        raise TooLarge("rtf")
    if not data.lstrip()[:5].startswith(b"{\\rtf"):
        raise Damaged("no rtf")
    reader = _Reader(data)
    reader.read()
    return Document(part, "rtf", tuple(reader.finished()), tuple(reader.remarks))


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.state = _State()
        self.stack: list[_State] = []
        self.remarks: dict[str, None] = {}
        self.blocks: list[Block] = []
        self.line: list[Inline] = []
        self.cell: list[Block] = []
        self.row: list[tuple[Block, ...]] = []
        self.edges: list[int] = []
        self.rows: _Rows | None = None
        self.in_table = False
        self.code_page = "cp1252"
        self.font_pages: dict[int, str] = {}
        self.eat = 0  # letters after a \u that stand for the same
        self.hex = bytearray()
        self.picture = bytearray()
        self.box: tuple[int, int, int] = (0, 25, 0)  # type, result, default of a form field
        self.starred = False
        self.fresh = False  # right after an opening brace

    def read(self) -> None:
        at, data = 0, self.data
        while at < len(data):
            match = _TOKEN.match(data, at)
            if match is None:
                break
            at = match.end()
            kind = match.lastgroup
            if kind in ("number", "word"):
                word = match["word"].decode("ascii")
                number = int(match["number"]) if match["number"] else None
                if word == "bin" and number:
                    at += max(0, number)
                else:
                    self.control(word, number)
            elif kind == "hex":
                self.byte(int(match["hex"], 16))
            elif kind == "sign":
                self.sign(match["sign"])
                continue
            elif kind == "open":
                self.flush()
                if len(self.stack) >= DEEPEST:
                    raise TooLarge("groups")
                self.stack.append(self.state)
                self.fresh, self.starred = True, False
                continue
            elif kind == "close":
                self.close()
            elif kind == "text":
                self.plain(match["text"])
            self.fresh = False

    # ------------------------------------------------------------ letters

    def plain(self, text: bytes) -> None:
        if self.state.picture:
            self.picture += text
            return
        if self.eat:
            cut = min(self.eat, len(text))
            self.eat -= cut
            text = text[cut:]
        self.hex += text

    def byte(self, value: int) -> None:
        if self.eat:
            self.eat -= 1
        else:
            self.hex.append(value)

    def flush(self) -> None:
        """Turn the bytes gathered into letters of the font's alphabet."""
        if self.hex:
            page = self.font_pages.get(self.state.font, self.code_page)
            page = self.code_page if page == "cp1252" else page
            text = bytes(self.hex).decode(page, "replace")
            self.hex.clear()
            self.letters(text)

    def letters(self, text: str) -> None:
        state = self.state
        if state.skip or state.fonts or state.picture or state.form_field:
            return
        if state.unseen:
            self.remarks["hidden_text"] = None
            return
        last = self.line[-1] if self.line else None
        if isinstance(last, Run) and last.marks == state.marks:
            self.line[-1] = Run(last.text + text, last.marks)
        else:
            self.line.append(Run(text, state.marks))

    def sign(self, sign: bytes) -> None:
        if sign == b"*":
            self.starred = True
            return
        self.flush()
        self.fresh = False
        if sign in (b"\\", b"{", b"}"):
            self.letters(sign.decode("ascii"))
        elif sign == b"~":
            self.letters(" ")
        elif sign == b"_":
            self.letters("-")
        elif sign in (b"\n", b"\r"):
            self.end_line()

    # ------------------------------------------------------------ control words

    def control(self, word: str, number: int | None) -> None:
        if word == "u" and number is not None:
            self.flush()
            if self.eat == 0 and not self.state.skip:
                self.letters(chr(number + 65_536 if number < 0 else number))
            self.eat = self.state.fallback
            return
        self.flush()
        if self.fresh and self.destination(word):
            return
        if self.starred and self.fresh:
            self.state = replace(self.state, skip=True)
            return
        if self.state.skip:
            return
        if self.state.form_field:
            self.form_field(word, number or 0)
        elif self.state.fonts:
            self.font_table(word, number or 0)
        elif not self.looks(word, number) and not self.places(word, number):
            if word in _SIGNS:
                self.letters(_SIGNS[word])
            elif word == "ansicpg" and number:
                self.code_page = f"cp{number}" if number in (1250, 1251, 1252, 1254, 866) else "cp1251"
            elif word == "uc":
                self.state = replace(self.state, fallback=number or 0)
            elif word == "f":
                self.state = replace(self.state, font=number or 0)

    def destination(self, word: str) -> bool:
        """Say whether the word right after a brace opens a group that is not running text."""
        if word == "fonttbl":
            self.state = replace(self.state, fonts=True)
        elif word == "pict":
            self.picture.clear()
            self.state = replace(self.state, picture=True)
        elif word == "formfield":
            self.box = (0, 25, 0)
            self.state = replace(self.state, form_field=True)
        elif word in _SKIPPED:
            self.state = replace(self.state, skip=True)
        else:
            return self.starred and word in _KEPT_STARRED
        return True

    def form_field(self, word: str, number: int) -> None:
        kind, result, default = self.box
        if word == "fftype":
            kind = number
        elif word == "ffres":
            result = number
        elif word == "ffdefres":
            default = number
        self.box = (kind, result, default)

    def font_table(self, word: str, number: int) -> None:
        if word == "f":
            self.state = replace(self.state, font=number)
        elif word == "fcharset":
            self.font_pages[self.state.font] = _CODE_PAGES.get(number, "cp1252")

    def looks(self, word: str, number: int | None) -> bool:
        """Take a word that changes how letters look."""
        on = number != 0
        if word == "plain":
            self.state = replace(self.state, marks=frozenset(), unseen=False)
        elif word in _SWITCHES:
            self.mark(_SWITCHES[word], on)
        elif word.startswith("ul") and word != "ulc":
            self.mark(Mark.UNDERLINE, on and word != "ulnone")
        elif word in ("highlight", "chcbpat", "cb"):
            # Colour 8 of Word's palette is white; 0 is none.
            self.mark(Mark.HIGHLIGHT, bool(number) and not (word == "highlight" and number == 8))
        elif word in ("v", "deleted"):
            self.state = replace(self.state, unseen=on)
        else:
            return False
        return True

    def mark(self, mark: Mark, on: bool) -> None:
        marks = self.state.marks | {mark} if on else self.state.marks - {mark}
        self.state = replace(self.state, marks=marks)

    def places(self, word: str, number: int | None) -> bool:
        """Take a word that ends a line, a cell, a row."""
        if word in ("par", "sect", "line", "page", "nestcell"):
            self.end_line()
        elif word == "pard":
            self.in_table = False
        elif word == "intbl":
            self.in_table = True
        elif word == "trowd":
            self.edges = []
        elif word == "cellx":
            self.edges.append(number or 0)
        elif word == "cell":
            self.end_line(cell=True)
            self.row.append(tuple(self.cell))
            self.cell = []
        elif word == "row":
            self.end_row()
        else:
            return False
        return True

    def close(self) -> None:
        self.flush()
        ended = self.state
        if not self.stack:
            return
        self.state = self.stack.pop()
        if ended.picture and not self.state.picture and not ended.skip:
            self.line.append(Picture(_unhexed(self.picture)))
            self.picture.clear()
        elif ended.form_field and not self.state.form_field and self.box[0] == 1:
            self.line.append(CheckBox((self.box[2] if self.box[1] == 25 else self.box[1]) == 1))
        if self.state.font != ended.font or ended.fonts:
            self.eat = 0

    # ------------------------------------------------------------ lines, cells, rows

    def end_line(self, *, cell: bool = False) -> None:
        if self.state.skip:
            return
        paragraph = Paragraph(tuple(self.line))
        self.line = []
        if cell or self.in_table or self.row:
            self.cell.append(paragraph)
        else:
            self.end_table()
            self.blocks.append(paragraph)

    def end_row(self) -> None:
        if self.row:
            if self.rows is None:
                self.rows = _Rows()
            self.rows.rows.append((tuple(self.row), tuple(self.edges)))
        self.row, self.cell = [], []

    def end_table(self) -> None:
        if self.rows is None:
            return
        edges = sorted({edge for _, own in self.rows.rows for edge in own})
        rows = []
        for cells, own in self.rows.rows:
            start, made = 0, []
            for n, blocks in enumerate(cells):
                end = edges.index(own[n]) + 1 if n < len(own) else start + 1
                made.append(Cell(blocks, max(1, end - start)))
                start = max(end, start + 1)
            rows.append(Row(tuple(made)))
        self.blocks.append(Table(tuple(rows)))
        self.rows = None

    def finished(self) -> Iterator[Block]:
        """Return all blocks; what a cut-off file left open is closed."""
        self.flush()
        if self.line:
            self.end_line()
        if self.cell:
            self.row.append(tuple(self.cell))
        self.end_row()
        self.end_table()
        return iter(self.blocks)


def _unhexed(digits: bytearray) -> bytes:
    clean = bytes(byte for byte in digits if byte in b"0123456789abcdefABCDEF")
    try:
        return binascii.unhexlify(clean[: len(clean) // 2 * 2])
    except binascii.Error:  # not a picture in hexadecimal: that there is one is enough
        return b""
