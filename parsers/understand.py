"""A raw mail or a lone form file → all that was read from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import PurePath
from typing import TYPE_CHECKING

from parsers.charsets import text_of
from parsers.closing import without_closing
from parsers.containers import unpack
from parsers.form import forms_in
from parsers.lines import PICTURE, lines_of
from parsers.mail import take_apart
from parsers.quotes import own_words
from parsers.readers import docx, html, odt, old_office, pdf, pdf_pages, rtf, text, xlsx
from parsers.readers.errors import Damaged, Encrypted, NotRead, OnlyPicture, Unsupported
from parsers.readers.sniff import Kind, kind_of
from parsers.readings import (
    Address,
    Attachment,
    Block,
    Document,
    DocumentRead,
    FilledForm,
    Mail,
    Picture,
    Reading,
    Table,
    Unreadable,
)
from parsers.remarks import with_remarks
from parsers.wording import one_line

if TYPE_CHECKING:
    from parsers.sheets import Sheets

BODY = "body"
CLEARLY_MORE = 4  # answers
LONGEST_TEXT = 200_000  # letters kept of a readable file that is no form

_SIGNATURE_ENDINGS = (".p7s", ".cms", ".sig", ".p7m")
_DOCUMENT_ENDINGS = frozenset((".docx", ".doc", ".odt", ".rtf", ".pdf", ".xlsx", ".xls", ".zip", ".jpg", ".png"))
_PICTURES: frozenset[Kind] = frozenset(("jpeg", "png", "heic", "tiff", "gif", "bmp", "webp"))
_PERHAPS_SIGNATURE: frozenset[Kind] = frozenset(("unknown", "text", "xml"))
_IGNORED: frozenset[Kind] = frozenset(("empty", "private_key", "cms"))


def _text(data: bytes, part: str) -> Document:
    return text.document_of(text_of(data), part)


def _html(data: bytes, part: str) -> Document:
    return html.document_of(text_of(data), part, whole=True)


READERS: dict[Kind, Callable[[bytes, str], Document]] = {
    "docx": docx.read,
    "odt": odt.read,
    "doc": old_office.read_doc,
    "xls": old_office.read_xls,
    "rtf": rtf.read,
    "xlsx": xlsx.read,
    "pdf": pdf.read,
    "text": _text,
    "html": _html,
}


def understand(raw: bytes, *, leave_out: frozenset[int] = frozenset()) -> Reading:
    """Return all that was read from one mail. Never raises for what the sender wrote.

    leave_out: places of attachments (in `Mail.attachments`) that are not opened.
    """
    return _understood(take_apart(raw), leave_out)


def understand_with_documents(
    raw: bytes, *, leave_out: frozenset[int] = frozenset()
) -> tuple[Reading, tuple[DocumentRead, ...]]:
    """Return what `understand` returns, and every document that was read, the mail's own words first."""
    documents: list[DocumentRead] = []
    return _understood(take_apart(raw), leave_out, documents), tuple(documents)


def understand_file(data: bytes, name: str) -> Reading:
    """Return what was read from a lone file, as if it had come attached to a mail of nobody."""
    nobody = Address("", "")
    mail = Mail(None, (), (), "", nobody, (), (), None, (), (), {}, "", "", (Attachment(name, "", data),))
    return _understood(mail)


@dataclass(slots=True)
class _Gathered:
    forms: list[FilledForm] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    documents: list[DocumentRead] | None = None  # kept where somebody wants to see them
    _sheets: Sheets | None = None

    def take(self, document: Document, signed: bool) -> bool:
        """Take what a document says; False when it says nothing."""
        forms = with_remarks(forms_in(document, signed=signed), document.remarks)
        self.forms.extend(forms)
        if self.documents is not None:
            self.documents.append(DocumentRead(document, tuple(forms)))
        if forms:
            return True
        lines = [one_line(line.words_only) for line in lines_of(document)]
        words = "\n".join(line for line in lines if line)
        if words:
            self.texts[document.part] = words[:LONGEST_TEXT]
        return bool(words)

    def sheets(self) -> Sheets:
        # Imported when the first picture comes: OpenCV is large, and most mails bring none.
        from parsers.sheets import Sheets

        if self._sheets is None:
            self._sheets = Sheets()
        return self._sheets

    def take_sheets(self, signed: bool) -> None:
        """Take what the pictures read so far say."""
        documents, unreadable = self.sheets().taken()
        self.unreadable.extend(unreadable)
        for document in documents:
            self.take(document, signed)


def _understood(
    mail: Mail, leave_out: frozenset[int] = frozenset(), documents: list[DocumentRead] | None = None
) -> Reading:
    opened = tuple(one for n, one in enumerate(mail.attachments) if n not in leave_out)
    files, closed = unpack(opened, words_known=bool(mail.body.strip()))
    signatures = [file for file in files if _is_signature(file)]
    papers = [file for file in files if not _is_signature(file)]
    got = _Gathered(unreadable=list(closed), documents=documents)
    for pictures, files_of in groupby(papers, key=_is_picture):
        if pictures:
            together = list(files_of)
            _read_pictures(together, bool(signatures) and _signed(together[0], signatures, papers), got)
        else:
            for file in files_of:
                _read_file(file, _signed(file, signatures, papers), got)
    body = _from_body(mail, bool(signatures) and not any(_may_be_form(file) for file in papers))
    if documents is not None and (body is not None or mail.body.strip()):
        documents.insert(0, body or DocumentRead(text.document_of(mail.body, BODY), ()))
    got.forms = [*(body.forms if body is not None else ()), *got.forms]
    return Reading(mail, tuple(got.forms), tuple(got.unreadable), got.texts)


def _read_file(file: Attachment, signed: bool, got: _Gathered) -> None:
    kind = kind_of(file.data, file.name)
    if kind in _IGNORED:
        if kind == "empty" and _named_as_document(file):
            got.unreadable.append(Unreadable(file.name, "damaged", "empty"))
        return
    try:
        document = document_of(file, kind)
    except OnlyPicture as fault:
        if kind != "pdf":
            got.unreadable.append(Unreadable(file.name, fault.reason, fault.detail))
            return
        document = None
    except NotRead as fault:
        got.unreadable.append(Unreadable(file.name, fault.reason, fault.detail))
        return
    if document is not None and not got.take(document, signed) and _has_picture(document):
        pasted = [Attachment(file.name, "", data, file.within) for data in _pictures(document.blocks) if data]
        if pasted:
            _read_pictures(pasted, signed, got)
        else:
            got.unreadable.append(Unreadable(file.name, "picture", "a document of pictures"))
    if kind == "pdf":
        _read_picture_pages(file, document is None, signed, got)


def _read_pictures(files: list[Attachment], signed: bool, got: _Gathered) -> None:
    got.sheets().take_pictures(files)
    got.take_sheets(signed)


def _read_picture_pages(file: Attachment, all_of_them: bool, signed: bool, got: _Gathered) -> None:
    """Read the pages of a PDF that have no letters."""
    numbers = pdf_pages.picture_pages(file.data)
    if numbers:
        got.sheets().take_pdf(file.data, file.name, numbers)
        got.take_sheets(signed)
    elif all_of_them:
        got.unreadable.append(Unreadable(file.name, "picture", "no page that can be looked at"))


def document_of(file: Attachment, kind: Kind) -> Document:
    """Return a file as a document; raises NotRead with the reason."""
    reader = READERS.get(kind)
    if reader is not None:
        return reader(file.data, file.name)
    if kind == "ole-encrypted":
        raise Encrypted(kind)
    if kind in _PICTURES:
        raise OnlyPicture(kind)
    if kind == "unknown" and _named_as_document(file):
        raise Damaged(kind)
    raise Unsupported(kind)


def _named_as_document(file: Attachment) -> bool:
    return PurePath(file.name).suffix.lower() in _DOCUMENT_ENDINGS


# ---------------------------------------------------------------- the body


def _from_body(mail: Mail, signed: bool) -> DocumentRead | None:
    """Return the forms written in the mail itself; those of a quoted letter only when there are no others."""
    for whole in (False, True):
        shapes = []
        if mail.body_html.strip():
            try:
                shapes.append(html.document_of(mail.body_html, BODY, whole=whole))
            except NotRead:
                shapes = []  # the text beside it is read all the same
        typed = mail.body if whole else own_words(mail.body, mail.subject)
        shapes.append(text.document_of(typed, BODY))
        found = [_forms_of(shape, signed) for shape in shapes]
        if not whole and len(found) > 1 and found[1].forms and not found[0].forms:
            # Passed on, the page stands in what its program marks as a quotation; the typed words tell that it counts.
            passed_on = _forms_of(html.document_of(mail.body_html, BODY, whole=True), signed)
            if [form.form for form in passed_on.forms] == [form.form for form in found[1].forms]:
                found[0] = passed_on
        best = max(found, key=lambda read: (bool(read.forms), _amount(read.forms)))
        # Lines of text no longer tell which cell a word stood in: they must say clearly more than the page does.
        if found[0].forms and _amount(best.forms) - _amount(found[0].forms) < CLEARLY_MORE:
            best = found[0]
        if best.forms:
            return best
    for inner in mail.forwarded:
        deeper = _from_body(inner, signed)
        if deeper is not None:
            return deeper
    return None


def _forms_of(shape: Document, signed: bool) -> DocumentRead:
    shape = without_closing(shape)
    return DocumentRead(shape, tuple(forms_in(shape, signed=signed)))


def _amount(forms: Iterable[FilledForm]) -> int:
    """Return how much was read surely: a doubtful answer speaks against a reading as much as a sure one for it."""
    return sum(-1 if value.doubt else 1 for form in forms for value in form.fields.values())


# ---------------------------------------------------------------- electronic signatures


def _is_signature(file: Attachment) -> bool:
    """A CMS file, or one named so whose bytes are nothing that we know."""
    kind = kind_of(file.data, file.name)
    return kind == "cms" or (kind in _PERHAPS_SIGNATURE and file.name.lower().endswith(_SIGNATURE_ENDINGS))


def _may_be_form(file: Attachment) -> bool:
    return not file.inline and kind_of(file.data, file.name) not in (*_PICTURES, *_IGNORED)


def _signed(file: Attachment, signatures: list[Attachment], documents: list[Attachment]) -> bool:
    """Whether a signature is of this file: by its name, around it, or the only ones of both."""
    names = {name for one in signatures for name in _names_of_signed(one)}
    if file.name.casefold() in names or PurePath(file.name).stem.casefold() in names:
        return True
    if any(name.lower().endswith(_SIGNATURE_ENDINGS) for name in file.within):
        return True
    return bool(signatures) and len([one for one in documents if _may_be_form(one)]) == 1


def _names_of_signed(signature: Attachment) -> set[str]:
    """«арыз.docx.p7s» and «арыз.p7s» are both of «арыз.docx»."""
    name = PurePath(signature.name)
    return {name.stem.casefold()}


def _is_picture(file: Attachment) -> bool:
    return kind_of(file.data, file.name) in _PICTURES


def _pictures(blocks: Iterable[Block]) -> Iterator[bytes]:
    for block in blocks:
        if isinstance(block, Table):
            yield from (data for row in block.rows for cell in row.cells for data in _pictures(cell.blocks))
        else:
            yield from (inline.data for inline in block.inlines if isinstance(inline, Picture))


def _has_picture(document: Document) -> bool:
    return any(PICTURE in line.text for line in lines_of(document))
