"""A raw mail or a lone form file → all that was read from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import PurePath

from parsers.charsets import text_of
from parsers.containers import unpack
from parsers.form import forms_in
from parsers.lines import PICTURE, lines_of
from parsers.mail import take_apart
from parsers.quotes import own_words
from parsers.readers import docx, html, odt, old_office, pdf, rtf, text, xlsx
from parsers.readers.errors import Damaged, Encrypted, NotRead, OnlyPicture, Unsupported
from parsers.readers.sniff import Kind, kind_of
from parsers.readings import Address, Attachment, Document, FilledForm, Mail, Reading, Unreadable
from parsers.remarks import with_remarks
from parsers.wording import one_line

BODY = "body"
LONGEST_TEXT = 200_000  # letters kept of a readable file that is no form

_SIGNATURE_ENDINGS = (".p7s", ".cms", ".sig", ".p7m")
_DOCUMENT_ENDINGS = frozenset((".docx", ".doc", ".odt", ".rtf", ".pdf", ".xlsx", ".xls", ".zip", ".jpg", ".png"))
_PICTURES: frozenset[Kind] = frozenset(("jpeg", "png", "heic", "tiff", "gif", "bmp", "webp"))
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


def _understood(mail: Mail, leave_out: frozenset[int] = frozenset()) -> Reading:
    files, closed = unpack(tuple(one for n, one in enumerate(mail.attachments) if n not in leave_out))
    signatures = [file for file in files if _is_signature(file)]
    documents = [file for file in files if not _is_signature(file)]
    got = _Gathered(unreadable=list(closed))
    for file in documents:
        _read_file(file, _signed(file, signatures, documents), got)
    body = _from_body(mail, bool(signatures) and not any(_may_be_form(file) for file in documents))
    got.forms = [*body, *got.forms]
    return Reading(mail, tuple(got.forms), tuple(got.unreadable), got.texts)


def _read_file(file: Attachment, signed: bool, got: _Gathered) -> None:
    kind = kind_of(file.data, file.name)
    if kind in _IGNORED:
        return
    try:
        document = document_of(file, kind)
    except NotRead as fault:
        if not (isinstance(fault, OnlyPicture) and file.inline):
            got.unreadable.append(Unreadable(file.name, fault.reason, fault.detail))
        return
    forms = with_remarks(forms_in(document, signed=signed), document.remarks)
    got.forms.extend(forms)
    if not forms:
        lines = [one_line(line.words_only) for line in lines_of(document)]
        words = "\n".join(line for line in lines if line)
        if not words and _has_picture(document):
            got.unreadable.append(Unreadable(file.name, "picture", "a document of pictures"))
        elif words:
            got.texts[file.name] = words[:LONGEST_TEXT]


def document_of(file: Attachment, kind: Kind) -> Document:
    """Return a file as a document; raises NotRead with the reason."""
    reader = READERS.get(kind)
    if reader is not None:
        return reader(file.data, file.name)
    if kind == "ole-encrypted":
        raise Encrypted(kind)
    if kind in _PICTURES:
        raise OnlyPicture(kind)
    if kind == "unknown" and PurePath(file.name).suffix.lower() in _DOCUMENT_ENDINGS:
        raise Damaged(kind)
    raise Unsupported(kind)


# ---------------------------------------------------------------- the body


def _from_body(mail: Mail, signed: bool) -> list[FilledForm]:
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
        found = [forms_in(shape, signed=signed) for shape in shapes]
        best = max(found, key=_amount)
        if best:
            return list(best)
    for inner in mail.forwarded:
        deeper = _from_body(inner, signed)
        if deeper:
            return deeper
    return []


def _amount(forms: Iterable[FilledForm]) -> tuple[int, int]:
    forms = list(forms)
    return sum(len(form.fields) for form in forms), -sum(len(form.doubts) for form in forms)


# ---------------------------------------------------------------- electronic signatures


def _is_signature(file: Attachment) -> bool:
    return file.name.lower().endswith(_SIGNATURE_ENDINGS) or kind_of(file.data, file.name) == "cms"


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


def _has_picture(document: Document) -> bool:
    return any(PICTURE in line.text for line in lines_of(document))
