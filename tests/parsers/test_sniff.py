"""Files are known by their bytes."""

from __future__ import annotations

import io
import zipfile

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from parsers.readers.sniff import WITHHELD_KEY, kind_of


def package(*names: str, mimetype: str = "") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, "x" * 50)
    return file.getvalue()


OFFICE = "application/vnd.oasis.opendocument."
WORD = package("[Content_Types].xml", "word/document.xml")
KINDS = {
    "docx": WORD,
    "xlsx": package("[Content_Types].xml", "xl/workbook.xml"),
    "pptx": package("[Content_Types].xml", "ppt/presentation.xml"),
    "odt": package("content.xml", mimetype=OFFICE + "text"),
    "ods": package("content.xml", mimetype=OFFICE + "spreadsheet"),
    "zip": package("Арыз.docx"),
    "rtf": b"{\\rtf1\\ansi x}",
    "pdf": b"%PDF-1.7\n",
    "rar": b"Rar!\x1a\x07\x01\x00",
    "7z": b"7z\xbc\xaf\x27\x1c\x00",
    "gzip": b"\x1f\x8b\x08\x00",
    "tnef": b"\x78\x9f\x3e\x22\x00",
    "jpeg": b"\xff\xd8\xff\xe0",
    "png": b"\x89PNG\r\n\x1a\n",
    "heic": b"\0\0\0\x18ftypheic",
    "tiff": b"II*\0\x08",
    "gif": b"GIF89a",
    "webp": b"RIFF\0\0\0\0WEBP",
    "html": b"\xef\xbb\xbf <!DOCTYPE html><html>",
    "xml": b"<?xml version='1.0'?><a/>",
    "eml": b"Return-Path: <>\r\nFrom: a@b.example\r\nSubject: x\r\nDate: y\r\n\r\nhello",
    "text": "Сәлеметсіз бе".encode("kz1048"),
    "empty": b" \r\n\0",
    "unknown": bytes(range(1, 200)),
}


@pytest.mark.parametrize(("kind", "data"), KINDS.items(), ids=KINDS.keys())
@pytest.mark.parametrize("name", ["", "form.docx", "IMG_1.jpg"])
def test_a_file_is_known_whatever_its_name(kind: str, data: bytes, name: str) -> None:
    assert kind_of(data, name) == kind


@pytest.mark.parametrize("name", ["a.docx", ""])
def test_a_docx_that_was_cut_off_is_still_one(name: str) -> None:
    assert kind_of(WORD[:-30], name) == "docx"


def test_only_where_no_byte_tells_any_more_the_name_is_asked() -> None:
    assert kind_of(b"PK\x03\x04\xff\xff\xff", "form.docx") == "docx"
    assert kind_of(b"PK\x03\x04\xff\xff\xff", "form") == "zip"


@pytest.mark.parametrize(
    ("stream", "kind"),
    [
        ("WordDocument", "doc"),
        ("Workbook", "xls"),
        ("EncryptedPackage", "ole-encrypted"),
        ("__properties_version1.0", "msg"),
        ("Other", "ole"),
    ],
)
def test_ole_files_are_told_by_their_streams_also_when_damaged(stream: str, kind: str) -> None:
    assert kind_of(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + stream.encode("utf-16-le") + b"\0" * 100) == kind


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be"])
def test_wide_text_is_text(codec: str) -> None:
    assert kind_of("Сәлеметсіз бе! Hello".encode(codec)) == "text"


PEM, DER = serialization.Encoding.PEM, serialization.Encoding.DER
PKCS8, OLD = serialization.PrivateFormat.PKCS8, serialization.PrivateFormat.TraditionalOpenSSL
OPEN, LOCKED = serialization.NoEncryption(), serialization.BestAvailableEncryption(b"x")
RSA, EC, ED = (
    rsa.generate_private_key(65537, 2048),
    ec.generate_private_key(ec.SECP256R1()),
    ed25519.Ed25519PrivateKey.generate(),
)
KEYS = {
    "p12, locked": pkcs12.serialize_key_and_certificates(b"k", RSA, None, None, LOCKED),
    "p12, open": pkcs12.serialize_key_and_certificates(b"k", EC, None, None, OPEN),
    "PKCS #8 DER": RSA.private_bytes(DER, PKCS8, OPEN),
    "PKCS #8 DER, locked": RSA.private_bytes(DER, PKCS8, LOCKED),
    "PKCS #8 PEM": EC.private_bytes(PEM, PKCS8, OPEN),
    "PKCS #8 PEM, locked": RSA.private_bytes(PEM, PKCS8, LOCKED),
    "PKCS #1 DER": RSA.private_bytes(DER, OLD, OPEN),
    "SEC 1 DER": EC.private_bytes(DER, OLD, OPEN),
    "Ed25519 DER": ED.private_bytes(DER, PKCS8, OPEN),
    "OpenSSH": ED.private_bytes(PEM, serialization.PrivateFormat.OpenSSH, OPEN),
    "Java key store": b"\xfe\xed\xfe\xed\0\0\0\2",
    "withheld": WITHHELD_KEY,
}


@pytest.mark.parametrize("data", KEYS.values(), ids=KEYS.keys())
def test_a_private_key_is_recognised(data: bytes) -> None:
    assert kind_of(data, "form.docx") == "private_key"


def test_a_public_key_is_none() -> None:
    public = RSA.public_key().public_bytes(DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert kind_of(public) != "private_key"


@pytest.mark.parametrize("start", ["<meta charset=utf-8>", "<h1>", "<style>p{}</style>", "<br/>", "<!-- x --><title>"])
def test_a_page_without_its_outermost_element_is_a_page(start: str) -> None:
    assert kind_of((start + "Анкета волонтера<p>Ф.И.О.").encode()) == "html"
