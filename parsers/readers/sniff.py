"""What kind of file do these bytes make? Told by content; names and declared types are often wrong."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Literal

import olefile

from parsers.charsets import text_of
from parsers.cms import der_of, is_private_key

Kind = Literal[
    "docx", "xlsx", "pptx", "odt", "ods", "doc", "xls", "ppt", "rtf", "pdf",
    "zip", "rar", "7z", "gzip", "tar", "ole-encrypted", "ole", "msg", "tnef", "eml", "cms", "private_key",
    "jpeg", "png", "heic", "tiff", "gif", "bmp", "webp", "html", "xml", "text", "empty", "unknown",
]  # fmt: skip

# What stands in the place of a private key once it was seen: the key itself is not passed on.
WITHHELD_KEY = b"-----A PRIVATE KEY WAS HERE-----\n"

LARGEST_DIRECTORY = 3_000_000  # bytes of a zip's list of contents that is still read through

_STARTS: tuple[tuple[bytes, Kind], ...] = (
    (b"{\\rtf", "rtf"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b\x08", "gzip"),
    (b"\x78\x9f\x3e\x22", "tnef"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"BM", "bmp"),
)
_HEIF_BRANDS = frozenset((b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif"))
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# In this order: a .msg or a .doc may hold an .xls inside.
_OLE_STREAMS: tuple[tuple[str, Kind], ...] = (
    ("EncryptedPackage", "ole-encrypted"),
    ("__properties_version1.0", "msg"),
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "ppt"),
)
_PACKAGES: tuple[tuple[str, Kind], ...] = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"))
_OPEN_DOCUMENT: tuple[tuple[bytes, Kind], ...] = (
    (b"application/vnd.oasis.opendocument.text", "odt"),
    (b"application/vnd.oasis.opendocument.spreadsheet", "ods"),
)
_BY_ENDING: dict[str, Kind] = {"docx": "docx", "docm": "docx", "xlsx": "xlsx", "odt": "odt", "ods": "ods"}
_MAIL_LINES = frozenset(
    b"""received from to cc subject date message-id mime-version return-path delivered-to reply-to content-type
    dkim-signature x-mailer user-agent in-reply-to references x-received envelope-to""".split()
)
_HTML = re.compile(
    rb"(?:<!--.{0,2000}?-->\s*)*<(?:!doctype html|html|head|body|meta|title|style|base|link|table|div|p|span|font"
    rb"|center|h[1-6]|b|ul|ol|br|hr)[\s/>]",
    re.IGNORECASE | re.DOTALL,
)
_ODD_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def kind_of(data: bytes, name: str = "") -> Kind:
    """Return the kind of a file. The name is asked only where damaged bytes do not tell any more."""
    if not data.strip(b"\0 \t\r\n"):
        return "empty"
    if data.startswith(WITHHELD_KEY) or is_private_key(data):
        return "private_key"
    for start, kind in _STARTS:
        if data.startswith(start) and (kind != "bmp" or data[6:10] == b"\0\0\0\0"):
            return kind
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        return "heic"
    if data[257:262] == b"ustar":
        return "tar"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data.startswith(b"PK\x03\x04") or data.startswith(b"PK\x05\x06"):
        return _kind_of_zip(data, name)
    if data.startswith(_OLE):
        return _kind_of_ole(data)
    if der_of(data) is not None:
        return "cms"
    if b"%PDF-" in data[:1024] and not _is_mail(data[:1024]):  # a PDF may have other bytes in front
        return "pdf"
    return _kind_of_text(data)


def directory_size(data: bytes) -> int:
    """Return the size in bytes of a zip's list of contents as the zip states it, 0 when it states none.

    A list of a million names costs memory before a single file was read.
    """
    end = data.rfind(b"PK\x05\x06")
    stated = int.from_bytes(data[end + 12 : end + 16], "little") if end >= 0 else 0
    return len(data) if stated == 0xFFFFFFFF else min(stated, len(data))


def _kind_of_zip(data: bytes, name: str) -> Kind:
    if directory_size(data) > LARGEST_DIRECTORY:
        return "zip"
    for declared, kind in _OPEN_DOCUMENT:
        if declared in data[:200]:
            return kind
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = package.namelist()
            if "mimetype" in names and "content.xml" in names:
                with package.open("mimetype") as stream:
                    declared = stream.read(200)
                for start, kind in _OPEN_DOCUMENT:
                    if declared.startswith(start):
                        return kind
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, OSError, EOFError, RuntimeError):
        return _kind_of_broken_zip(data, name)
    if "[Content_Types].xml" in names:
        for folder, kind in _PACKAGES:
            if any(entry.startswith(folder) for entry in names):
                return kind
    return "zip"


def _kind_of_broken_zip(data: bytes, name: str) -> Kind:
    """The local headers are still there when the directory at the end was cut off."""
    if b"[Content_Types].xml" in data:
        for folder, kind in _PACKAGES:
            if folder.encode() in data:
                return kind
    return _BY_ENDING.get(name.rpartition(".")[2].lower(), "zip")


def _kind_of_ole(data: bytes) -> Kind:
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as storage:
            for stream, kind in _OLE_STREAMS:
                if storage.exists(stream):
                    return kind
    except (OSError, ValueError, IndexError, TypeError, KeyError, RecursionError):
        # A cut-off file: the names of its streams may still stand in it.
        for stream, kind in _OLE_STREAMS:
            if stream.encode("utf-16-le") in data:
                return kind
    return "ole"


def _kind_of_text(data: bytes) -> Kind:
    head = data[:8192].lstrip(b"\xef\xbb\xbf \t\r\n")
    if _HTML.match(head):
        return "html"
    if head.startswith(b"<?xml"):
        return "html" if b"<html" in head.lower() else "xml"
    if _is_mail(head):
        return "eml"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or _is_wide(data):
        text = text_of(data[:8192])
        if _HTML.match(text.lstrip("\ufeff \t\r\n").encode()):
            return "html"
        return (
            "text" if sum(letter.isprintable() or letter.isspace() for letter in text) > 0.95 * len(text) else "unknown"
        )
    return "unknown" if len(_ODD_CONTROLS.findall(data[:8192])) > 2 else "text"


def _is_wide(data: bytes) -> bool:
    """UTF-16 without a mark: every second byte of Latin text is NUL, of Cyrillic text 4."""
    head = data[:400]
    return len(head) >= 8 and max(
        head[0::2].count(0) + head[0::2].count(4), head[1::2].count(0) + head[1::2].count(4)
    ) > 0.45 * len(head)


def _is_mail(head: bytes) -> bool:
    """Header lines at the start, at least three of them of the kind that every mail has."""
    known = 0
    for line in re.split(rb"\r?\n", head)[:60]:
        if not line:
            break
        if line[:1] in b" \t":
            continue
        title, colon, _ = line.partition(b":")
        if not colon or not re.fullmatch(rb"[!-9;-~]+", title):
            return known >= 3 and title.startswith(b"From ")
        known += title.lower() in _MAIL_LINES
    return known >= 3 or (known >= 2 and head[:13].lower() == b"mime-version:")  # a page that Word saved as one file
