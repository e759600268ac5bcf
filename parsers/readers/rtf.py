"""An RTF text as people see it: bytes → Document.

Read directly, because the way over LibreOffice costs sixty times as much and loses hidden text and form
fields. What the writing program gives to older readers beside the real thing is passed over, deleted
text of tracked changes and hidden text are dropped; both leave a remark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from parsers.readers.errors import Damaged, TooLarge
from parsers.readers.rtf_flow import Flow, RowShape
from parsers.readers.rtf_state import Field, State, switched
from parsers.readers.rtf_words import LETTERS, SWITCHES, UNDERLINES, Kind, code_page, decoded, tokens
from parsers.readers.symbols import is_picture_font, plain
from parsers.readings import Block, CheckBox, Document, Mark, Paragraph, Picture, Run, Table

SIGNS_AT_MOST = 1_000_000  # control words, braces, stretches of letters: a form has 10,000
GROUPS_AT_MOST = 400  # nested in one another: Word writes a dozen
MAX_PICTURES = 60_000_000  # bytes of all pictures kept

_SKIPPED_WORDS = """stylesheet info listtable listoverridetable revtbl rsidtbl generator filetbl xmlnstbl mmathPr
themedata footnote annotation atnid atnauthor atrfstart atrfend nonshppict nonesttables sn shprslt xe tc tcn objdata
objclass objname bkmkstart bkmkend datafield pntxta pntxtb template keywords private"""
_SKIPPED = frozenset(_SKIPPED_WORDS.split())
_STARRED_AND_READ = frozenset(("shppict", "shpinst", "nesttableprops", "fldinst", "formfield", "ud", "do", "ffl"))
_MARGINS = frozenset(("header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf"))
_TEXT_BOXES = frozenset(("shptxt", "dptxbxtext"))
_WHITE = frozenset(((255, 255, 255), (254, 254, 254)))
_NOT_HEX = re.compile(r"[^0-9a-fA-F]")


def read(data: bytes, part: str) -> Document:
    """Return the document of an .rtf; raises Damaged, TooLarge."""
    reader = _Reader()
    return reader.document(data.decode("latin-1"), part)


class _Reader:
    def __init__(self) -> None:
        self.state = State()
        self.stack: list[State] = []
        self.flows: list[Flow] = [Flow()]
        self.margins: list[Block] = []
        self.remarks: dict[str, None] = {}
        self.page = "cp1251"  # where the file does not say: most likely what a machine here meant
        self.charsets: dict[int, int] = {}
        self.names: dict[int, str] = {}
        self.default_font: int | None = None
        self.defined: int | None = None  # the font being described
        self.colors: list[tuple[int, int, int] | None] = []
        self.color: dict[str, int] = {}
        self.fields: list[Field] = []
        self.gathered: list[str] = []  # letters of a picture or of a name
        self.picture_kind = ""
        self.pictures_left = MAX_PICTURES
        self.bytes = ""  # letters of a code page not yet decoded
        self.ready = ""  # letters decoded, not yet written
        self.to_skip = 0
        self.high = 0  # first half of a surrogate pair

    @property
    def flow(self) -> Flow:
        return self.flows[-1]

    def document(self, data: str, part: str) -> Document:
        ended = False
        for count, (kind, word, number) in enumerate(tokens(data)):
            if count > SIGNS_AT_MOST:
                raise TooLarge("signs")
            if kind is Kind.WORD:
                self.word(word, number)
            elif kind is Kind.LETTERS:
                self.letters(word)
            elif kind is Kind.BYTE:
                self.byte(word)
            elif kind is Kind.OPEN:
                self.open()
            else:
                self.close()
                if not self.stack:
                    ended = True
                    break
        if not ended:
            raise Damaged("the text breaks off")
        self.flush()
        main = tuple(self.flows[0].end())
        margins = tuple(block for block in self.margins if isinstance(block, Table) or block.inlines)
        if margins:
            self.remarks["margins"] = None
        return Document(part, "rtf", (*margins, *main), tuple(self.remarks))

    # ------------------------------------------------------------ groups

    def open(self) -> None:
        self.flush()
        self.to_skip = 0
        if len(self.stack) >= GROUPS_AT_MOST:
            raise Damaged("nested too deeply")
        self.stack.append(self.state)
        self.state = self.state.inherited()

    def close(self) -> None:
        self.flush()
        self.to_skip = 0
        if not self.stack:
            raise Damaged("a group too many is closed")
        done, self.state = self.state, self.stack.pop()
        if done.purpose != self.state.purpose:
            self.finish(done)
        if done.flow:
            blocks = self.flows.pop().end()
            if done.purpose in _MARGINS:
                self.margins.extend(blocks)
            else:
                self.flow.line.after.extend(_filled(blocks))

    def finish(self, done: State) -> None:
        """Take what a group has gathered."""
        purpose = done.purpose
        if purpose == "pict":
            self.picture()
        elif purpose == "fonttbl":
            self.defined = None
        elif purpose == "listtext":
            number = " ".join("".join(self.gathered).split())
            self.gathered = []
            if any(letter.isalnum() for letter in number):
                self.flow.add(Run(number + " "))
        elif purpose == "ffl" and self.fields:
            self.fields[-1].entries.append("".join(self.gathered))
            self.gathered = []
        elif purpose == "fldinst" and self.fields:
            self.form_field(self.fields[-1], done)
        elif purpose == "field" and self.fields:
            self.fields.pop()

    def begin(self, purpose: str, *, flow: bool = False) -> None:
        self.state.purpose = purpose
        if flow:
            self.state.flow, self.state.level = True, 0
            self.flows.append(Flow())

    def destination(self, word: str) -> bool:
        """Say whether a control word begins a group with a purpose of its own; if so it is begun."""
        starred, self.state.starred = self.state.starred, False
        if self.state.purpose == "skip":
            return True
        if word in _MARGINS or word in _TEXT_BOXES:
            self.begin(word if word in _MARGINS else "text", flow=True)
        elif word in ("fonttbl", "colortbl"):
            self.begin(word)
        elif word in ("shp", "shpinst", "do", "object", "sp"):
            self.begin("mute")
        elif word in ("result", "sv") and self.state.purpose == "mute":
            self.begin("text" if word == "result" else "mute")
        elif word == "pict":
            self.gathered, self.picture_kind = [], ""
            self.begin("pict")
        elif word == "field":
            self.fields.append(Field())
            self.begin("field")
        elif word == "fldinst":
            self.begin("fldinst")
        elif word == "fldrslt":
            self.begin("skip" if self.fields and self.fields[-1].kind in (1, 2) else "text")
        elif word in ("listtext", "pntext", "ffl"):
            self.gathered = []
            self.begin("listtext" if word != "ffl" else "ffl")
        elif word == "upr":
            self.begin("skip")
        elif word == "nesttableprops":
            self.begin("mute")
        elif word == "ud" or word in ("shppict", "formfield"):
            pass
        elif word in _SKIPPED or (starred and word not in _STARRED_AND_READ):
            self.begin("skip")
        else:
            return False
        return True

    # ------------------------------------------------------------ control words

    def word(self, word: str, number: int | None) -> None:
        if self.to_skip:
            self.to_skip -= 1
            return
        if word == "u":
            self.unicode(number or 0)
            return
        self.flush()
        if word == "*":
            self.state.starred = True
        elif word == "ud" and self.state.starred:
            self.begin("text")  # the Unicode of an \upr whose other half is passed over
        elif not self.destination(word) and self.state.purpose != "skip":
            if self.state.purpose in ("fonttbl", "colortbl", "pict"):
                self.in_a_table(word, number)
            elif word in LETTERS:
                self.put(LETTERS[word])
            elif not self.looks(word, number):
                self.shape(word, number)

    def in_a_table(self, word: str, number: int | None) -> None:
        """Of fonts, of colours, of the kind of a picture."""
        if self.state.purpose == "pict":
            if word in ("pngblip", "jpegblip", "wmetafile", "emfblip", "dibitmap"):
                self.picture_kind = word
        elif self.state.purpose == "colortbl":
            if word in ("red", "green", "blue"):
                self.color[word] = number or 0
        elif word == "f":
            self.defined = number
        elif word == "fcharset" and self.defined is not None and number is not None:
            self.charsets[self.defined] = number

    def looks(self, word: str, number: int | None) -> bool:
        """Follow a control word that changes how letters look; False when it is none."""
        state = self.state
        if word in SWITCHES:
            state.marks = switched(state.marks, SWITCHES[word], number != 0)
        elif word in UNDERLINES or word == "ulnone":
            on = word != "ulnone" and number != 0
            state.marks = switched(state.marks, Mark.UNDERLINE, on)
        elif word in ("highlight", "cb", "chcbpat"):
            state.marks = switched(state.marks, Mark.HIGHLIGHT, self.colored(number or 0))
        elif word == "v":
            state.hidden = number != 0
        elif word == "deleted":
            state.deleted = number != 0
        elif word == "revised":
            self.remarks["tracked_changes"] = None
        elif word == "f":
            state.font = number
        elif word == "plain":
            state.marks, state.hidden, state.deleted, state.font = frozenset(), False, False, self.default_font
        else:
            return False
        return True

    def colored(self, number: int) -> bool:
        color = self.colors[number] if 0 < number < len(self.colors) else None
        return color is not None and color not in _WHITE

    def shape(self, word: str, number: int | None) -> None:
        """Follow a control word that ends a paragraph, a cell, a row, or tells of one."""
        flow, level = self.flow, self.state.level
        quiet = self.state.purpose == "mute"
        if word in ("par", "sect", "\n", "\r") and not quiet:
            flow.paragraph(level)
        elif word in ("line", "page", "column", "softline") and not quiet:
            flow.line.feed()
        elif word in ("cell", "nestcell") and not quiet:
            flow.cell(1 if word == "cell" else max(2, level))
        elif word == "row" and not quiet:
            flow.row(1)
        elif word == "nestrow":
            flow.row(max(2, level))
        elif word == "pard":
            self.state.level = 0
        elif word == "intbl":
            self.state.level = max(1, level)
        elif word == "itap":
            self.state.level = max(0, number or 0)
        elif word == "trowd":
            flow.shape = RowShape()
        elif word == "cellx":
            flow.shape.edge(number or 0)
        elif word == "clmrg":
            flow.shape.follows_left = True
        elif word == "clvmrg":
            flow.shape.follows_above = True
        elif word == "trdel":
            flow.shape.deleted = True
            self.remarks["tracked_changes"] = None
        elif word == "uc":
            self.state.fallback = max(0, min(number or 0, 20))
        elif word == "ansicpg" and number:
            self.page = f"cp{number}"
        elif word == "deff":
            self.default_font = number
            self.state.font = number
        elif word in ("fftype", "ffres", "ffdefres") and self.fields:
            name = {"fftype": "kind", "ffres": "result", "ffdefres": "otherwise"}[word]
            setattr(self.fields[-1], name, number)

    # ------------------------------------------------------------ letters

    def byte(self, letter: str) -> None:
        if self.to_skip:
            self.to_skip -= 1
        else:
            self.bytes += letter

    def unicode(self, number: int) -> None:
        if self.bytes:
            self.decode()
        code = number & 0xFFFF
        self.to_skip = self.state.fallback
        if 0xD800 <= code < 0xDC00:
            self.high = code
            return
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((self.high - 0xD800) << 10) + code - 0xDC00 if self.high else 0xFFFD
        self.high = 0
        self.ready += chr(code)

    def letters(self, text: str) -> None:
        if self.to_skip:
            skipped = min(self.to_skip, len(text))
            self.to_skip -= skipped
            text = text[skipped:]
        if self.state.purpose == "pict":
            self.gathered.append(text)
        elif text:
            self.bytes += text

    def flush(self) -> None:
        """Write what was gathered, before anything changes how it looks or where it goes."""
        if self.bytes:
            self.decode()
        if self.ready:
            ready, self.ready = self.ready, ""
            self.put(ready)

    def decode(self) -> None:
        """Decode the letters gathered so far, all at once: a letter of some code pages takes two bytes."""
        letters, self.bytes = self.bytes, ""
        font = self.defined if self.state.purpose == "fonttbl" else self.state.font
        charset = self.charsets.get(-1 if font is None else font)
        if letters.isascii() or (charset == 2 and self.state.purpose != "fonttbl"):
            self.ready += letters  # of picture letters the byte is the code
        else:
            self.ready += decoded(letters, code_page(charset, self.page))

    def put(self, text: str) -> None:
        """Take decoded text to where the state says."""
        state = self.state
        if state.purpose in ("text", "field"):
            self.write(text, state)
        elif state.purpose in ("listtext", "ffl"):
            self.gathered.append(text)
        elif state.purpose == "fldinst" and self.fields:
            self.fields[-1].code += text
        elif state.purpose == "fonttbl":
            if self.defined is not None and self.defined not in self.names:
                self.names[self.defined] = text.partition(";")[0].strip()
        elif state.purpose == "colortbl":
            for _ in range(text.count(";")):
                known = len(self.color) > 0
                self.colors.append(
                    (self.color.get("red", 0), self.color.get("green", 0), self.color.get("blue", 0)) if known else None
                )
                self.color = {}
        elif state.purpose in _MARGINS:
            self.write(text, state)

    def write(self, text: str, state: State) -> None:
        if state.deleted:
            self.remarks["tracked_changes"] = None
        elif state.hidden:
            self.remarks["hidden_text"] = None
        else:
            font = self.names.get(state.font if state.font is not None else -1, "")
            self.flow.add(Run(plain(text, font) if is_picture_font(font) else text, state.marks))

    # ------------------------------------------------------------ pictures and fields

    def picture(self) -> None:
        letters = _NOT_HEX.sub("", "".join(self.gathered))
        self.gathered = []
        size = len(letters) // 2
        keep = self.picture_kind in ("pngblip", "jpegblip") and size <= self.pictures_left
        self.pictures_left -= size if keep else 0
        data = bytes.fromhex(letters[: size * 2]) if keep else b""
        if not (self.state.deleted or self.state.hidden):
            self.flow.add(Picture(data, self.picture_kind))

    def form_field(self, form: Field, state: State) -> None:
        r"""A box of Word's older forms (\fftype1), its list to choose from (\fftype2), or a letter by SYMBOL."""
        if form.kind == 1:
            ticked = form.otherwise if form.result in (None, 25) else form.result
            self.flow.add(CheckBox(bool(ticked)))
        elif form.kind == 2:
            chosen = form.otherwise if form.result in (None, 25) else form.result
            if chosen is not None and 0 <= chosen < len(form.entries):
                self.flow.add(Run(form.entries[chosen], state.marks))
        match = re.match(r'\s*SYMBOL\s+(\d{1,6})(?:.*\\f\s+"([^"]+)")?', form.code)
        if match:
            self.flow.add(Run(plain(chr(int(match[1]) & 0xFFFF), match[2] or ""), state.marks))


def _filled(blocks: Iterable[Block]) -> list[Block]:
    blocks = list(blocks)
    return blocks if any(isinstance(b, Table) or b != Paragraph(()) for b in blocks) else []
