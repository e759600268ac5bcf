"""What asks for a password is named so, wherever it lies: by itself, and in every kind of archive and saved mail."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from parsers.understand import understand, understand_file
from tests.parsers.outlook_written import msg_item, ole, winmail
from tests.parsers.pdf_locked import locked_pdf
from tests.parsers.rar_written import rar5
from tests.parsers.raw_mails import attached
from tests.parsers.test_archives import LOCKED_7Z, LOCKED_NAMES_7Z, packed

LOCKED = {
    "form.pdf": locked_pdf("Form", b"secret"),
    # [MS-OFFCRYPTO] 2.3: a .docx or .xlsx with a password is an OLE file of these two streams.
    "form.docx": ole({"EncryptionInfo": b"\4\0\4\0\x40\0\0\0<encryption/>" * 9, "EncryptedPackage": b"\x5a" * 5000}),
    "inner.7z": base64.b64decode(LOCKED_7Z),
    "names.7z": base64.b64decode(LOCKED_NAMES_7Z),
    "inner.rar": rar5([("form.pdf", b"x" * 16)], locked=True),
}


def in_zip(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, data)
    return out.getvalue()


AROUND: dict[str, Callable[[str, bytes], bytes]] = {
    "nothing": lambda _, data: data,
    "zip": in_zip,
    "rar": lambda name, data: rar5([(name, data)]),
    "msg": lambda name, data: ole(msg_item("Өтініш", "сәлем", files={name: data})),
    "winmail.dat": lambda name, data: winmail({name: data}),
    "msg in rar": lambda name, data: rar5([("saved.msg", ole(msg_item("x", files={name: data})))]),
}


@pytest.mark.parametrize("name", LOCKED)
@pytest.mark.parametrize("around", AROUND)
def test_what_asks_for_a_password_is_named_so_wherever_it_lies(name: str, around: str) -> None:
    data = AROUND[around](name, LOCKED[name])
    reading = understand(attached(data, f'; filename="{name if around == "nothing" else "a.bin"}"'.encode()))
    assert [(one.part, one.reason) for one in reading.unreadable] == [(name, "encrypted")]
    assert reading.forms == ()


@pytest.mark.parametrize("name", LOCKED)
def test_within_a_7z_too(tmp_path: Path, name: str) -> None:
    reading = understand_file(packed(tmp_path, {name: LOCKED[name]}), "a.7z")
    assert [(one.part, one.reason) for one in reading.unreadable] == [(name, "encrypted")]


def test_a_pdf_that_only_may_not_be_changed_is_read() -> None:
    words = "Nothing but words that everybody in the world may read"
    reading = understand_file(locked_pdf(words, b""), "form.pdf")
    assert (reading.unreadable, reading.texts) == ((), {"form.pdf": words})
