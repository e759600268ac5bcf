"""Mails to be tortured: made-up forms in every format and wrapping that people send."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random

import pypdfium2
from PIL import Image

from parsers.lines import lines_of
from parsers.mail import take_apart
from parsers.office.convert import shared
from tests.parsers.docx_written import docx_of
from tests.parsers.files import as_docx, as_odt, as_rtf, as_xlsx
from tests.parsers.raw_mails import HEAD, multipart, part, plain
from tests.parsers.written_forms import Written, written_form

POOL = 4  # forms of each format that costs a program's start
DOTS = 150  # an inch, of pictures of sheets
CHARSETS = ("utf-8", "windows-1251", "koi8-r", "utf-16")


@dataclass(frozen=True, slots=True)
class File:
    """A file of a mail. headers: its own header lines, None for those that a usual mail program writes."""

    name: str
    data: bytes
    headers: bytes | None = None

    def part(self) -> bytes:
        name = self.name.encode("utf-8")
        kind = self.headers or b'Content-Type: application/octet-stream; name="' + name + b'"\r\n'
        return part(self.data, kind + b'Content-Disposition: attachment; filename="' + name + b'"\r\n')


@dataclass(frozen=True, slots=True)
class Made:
    """A mail before it is written out. typed: the letter itself, with its own header lines."""

    kind: str
    typed: bytes = b"Content-Type: text/plain; charset=utf-8\r\n\r\n\xd0\xa1\xd3\x99\xd0\xbb\xd0\xb5\xd0\xbc!"
    files: tuple[File, ...] = ()

    def raw(self) -> bytes:
        return multipart(self.typed, *(file.part() for file in self.files)) if self.files else HEAD + self.typed


def made(kind: str, random: Random) -> Made:
    """Return a mail with a random form in the format or wrapping of that name."""
    return replace(MAKERS[kind](random), kind=kind)


def of_saved(folder: Path) -> list[Made]:
    """Return the saved mails (.eml) of a folder and of those in it, taken apart so that they can be damaged."""
    found = []
    for path in sorted(folder.rglob("*.eml")):
        mail = take_apart(path.read_bytes())
        html = bool(mail.body_html)
        body = (mail.body_html if html else mail.body).encode("utf-8", "replace")
        typed = b"Content-Type: text/%s; charset=utf-8\r\n\r\n" % (b"html" if html else b"plain") + body
        files = tuple(File(one.name, one.data) for one in mail.attachments)
        found.append(Made("saved", typed, files))
    return found


# ---------------------------------------------------------------- formats


def _attached(name: str, data: bytes) -> Made:
    return Made("", files=(File(name, data),))


def _written(random: Random) -> Written:
    return written_form(random.randrange(100_000))


def _words(written: Written) -> list[str]:
    return [line.words_only for line in lines_of(written.document)]


def _typed(random: Random) -> Made:
    charset = random.choice(CHARSETS)
    data = "\r\n".join(_words(_written(random))).encode(charset, "xmlcharrefreplace")
    return Made("", b"Content-Type: text/plain; charset=" + charset.encode() + b"\r\n\r\n" + data)


def _html(random: Random) -> Made:
    charset = random.choice(CHARSETS[:3])
    rows = "".join(f"<tr><td>{line}</td></tr>" for line in _words(_written(random)))
    data = f"<html><body><table>{rows}</table></body></html>".encode(charset, "xmlcharrefreplace")
    return Made("", b"Content-Type: text/html; charset=" + charset.encode() + b"\r\n\r\n" + data)


def _zip(random: Random) -> Made:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Өтініш/арыз.docx", docx_of(_written(random).document))
        archive.writestr("сауалнама.rtf", as_rtf(_written(random).document))
    return _attached("Құжаттар.zip", out.getvalue())


def _forwarded(random: Random) -> Made:
    inner = random.choice((_docx, _typed, _html, _odt))(random).raw()
    return Made("", files=(File("fwd.eml", inner, b"Content-Type: message/rfc822\r\n"),))


def _mail_in_zip(random: Random) -> Made:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("letter.eml", _docx(random).raw())
    return _attached("mail.zip", out.getvalue())


def _several(random: Random) -> Made:
    documents = [_written(random).document for _ in range(3)]
    files = (
        File("1.docx", as_docx(documents[0])),
        File("2.odt", as_odt(documents[1])),
        File("2.odt.p7s", b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80\x30\x80\x02\x01\x01\x31\x00"),
        File("3.xlsx", as_xlsx(documents[2])),
    )
    return Made("", files=files)


def _docx(random: Random) -> Made:
    return _attached("форма.docx", docx_of(_written(random).document, random))


def _odt(random: Random) -> Made:
    return _attached("форма.odt", as_odt(_written(random).document))


def _doc(random: Random) -> Made:
    return _attached("форма.doc", _by_office(random.randrange(POOL), "docx", "doc"))


def _xls(random: Random) -> Made:
    return _attached("форма.xls", _by_office(random.randrange(2), "xlsx", "xls"))


def _pdf(random: Random) -> Made:
    return _attached("форма.pdf", _by_office(random.randrange(POOL), "docx", "pdf"))


def _picture(random: Random) -> Made:
    form = random.choice(("JPEG", "PNG", "PDF", "TIFF"))
    return _attached(f"scan.{form.lower()}", _drawn(random.randrange(POOL), form))


@cache
def _by_office(seed: int, ending: str, to: str) -> bytes:
    document = written_form(seed).document
    return shared().convert((as_docx if ending == "docx" else as_xlsx)(document), ending, to)


@cache
def _drawn(seed: int, form: str) -> bytes:
    """Return the first sheet of a form as a scanner would give it."""
    with pypdfium2.PdfDocument(_by_office(seed, "docx", "pdf")) as pdf:
        picture: Image.Image = pdf[0].render(scale=DOTS / 72).to_pil().convert("L")
    out = io.BytesIO()
    picture.save(out, form, resolution=float(DOTS))
    return out.getvalue()


MAKERS: dict[str, Callable[[Random], Made]] = {
    "docx": _docx,
    "odt": _odt,
    "rtf": lambda random: _attached("форма.rtf", as_rtf(_written(random).document, code_page=random.random() < 0.5)),
    "xlsx": lambda random: _attached("форма.xlsx", as_xlsx(_written(random).document)),
    "doc": _doc,
    "xls": _xls,
    "pdf": _pdf,
    "body": _typed,
    "html": _html,
    "html file": lambda random: _attached("форма.html", _html(random).typed.partition(b"\r\n\r\n")[2]),
    "zip": _zip,
    "forwarded": _forwarded,
    "mail in a zip": _mail_in_zip,
    "several": _several,
    "picture": _picture,
}
COSTLY = frozenset(("pdf", "doc", "xls", "picture"))  # seconds a file: thirty of them are thirty times as much
# How many of a thousand mails are of a kind; pictures are counted apart, for the minutes that they take.
SHARES = {
    "docx": 225, "odt": 100, "rtf": 100, "xlsx": 100, "doc": 25, "xls": 2, "pdf": 35, "body": 130, "html": 83,
    "html file": 20, "zip": 70, "forwarded": 40, "mail in a zip": 30, "several": 40,
}  # fmt: skip


def good() -> bytes:
    """Return the mail that must be read rightly whatever came before it."""
    seed = next(n for n in range(1000) if written_form(n).form == "coordinator")
    return plain("\r\n".join(_words(written_form(seed))).encode())
