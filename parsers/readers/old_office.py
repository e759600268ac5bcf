"""Word 97 and Excel 97 files, by way of LibreOffice: bytes → Document."""

from __future__ import annotations

import io
import struct
from dataclasses import replace

import olefile

from parsers.office.convert import shared
from parsers.readers import docx, xlsx
from parsers.readers.errors import Damaged, Encrypted
from parsers.readings import Document

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORD_MAGIC = frozenset((0xA5EC, 0xA5DC, 0xA5DB, 0xA697, 0xA699))
_ENCRYPTED = 0x0100  # fEncrypted, [MS-DOC] 2.5.1
_BOF, _FILEPASS, _BOUNDSHEET = 0x0809, 0x002F, 0x0085  # [MS-XLS] 2.3
_RECORDS_LOOKED_AT = 400
_FAULTS = (OSError, ValueError, IndexError, TypeError, KeyError, struct.error, RecursionError)


def read_doc(data: bytes, part: str) -> Document:
    """Return the document of a .doc; raises Damaged, Encrypted, Crashed, TooLarge, Unsupported."""
    _look_into_doc(data)
    return replace(docx.read(shared().convert(data, "doc", "docx"), part), format="doc")


def read_xls(data: bytes, part: str) -> Document:
    """Return the document of an .xls; raises Damaged, Encrypted, Crashed, TooLarge, Unsupported."""
    _look_into_xls(data)
    return replace(xlsx.read(shared().convert(data, "xls", "xlsx"), part), format="xls")


def _look_into_doc(data: bytes) -> None:
    """Raise Encrypted or Damaged before LibreOffice makes something up of the ruins."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as storage:
            text = storage.openstream("WordDocument").read()
            magic, flags = struct.unpack_from("<H8xH", text)
            if magic not in _WORD_MAGIC:
                raise Damaged("no Word text")
            if flags & _ENCRYPTED:
                raise Encrypted("doc")
            for name in ("0Table", "1Table"):
                if storage.exists(name):
                    storage.openstream(name).read()
    except _FAULTS as fault:
        raise Damaged(type(fault).__name__) from fault


def _look_into_xls(data: bytes) -> None:
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as storage:
            book = storage.openstream("Workbook" if storage.exists("Workbook") else "Book").read()
        at = 0
        for n in range(_RECORDS_LOOKED_AT):
            kind, size = struct.unpack_from("<HH", book, at)
            if n == 0 and kind & 0xFF != _BOF & 0xFF:
                raise Damaged("no workbook")
            if kind == _FILEPASS:
                raise Encrypted("xls")
            if kind == _BOUNDSHEET:
                return
            at += 4 + size
    except _FAULTS as fault:
        raise Damaged(type(fault).__name__) from fault
