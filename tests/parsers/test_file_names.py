"""Cyrillic file names in every shape that mailers give them."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest

from parsers.mail import take_apart
from tests.parsers.raw_mails import attached

KAZAKH = "Арыз Мұқанова.docx"
RUSSIAN = "Заявление Асель.docx"


def b(text: str, codec: str = "utf-8") -> bytes:
    return base64.b64encode(text.encode(codec))


def percent(text: str, codec: str = "utf-8") -> bytes:
    return quote(text.encode(codec)).encode()


CUT = len("Арыз М".encode()) + 1  # in the middle of a letter
FIRST, SECOND = quote(KAZAKH.encode()[:CUT]).encode(), quote(KAZAKH.encode()[CUT:]).encode()

SHAPES = {
    "RFC 2231": (b"; filename*=UTF-8''" + percent(KAZAKH), KAZAKH),
    "RFC 2231 continued, a letter cut in two": (
        b"; filename*0*=UTF-8''" + FIRST + b";\r\n filename*1*=" + SECOND,
        KAZAKH,
    ),
    "RFC 2231 continued, in the wrong order": (
        b"; filename*1*=" + SECOND + b";\r\n filename*0*=UTF-8''" + FIRST,
        KAZAKH,
    ),
    "RFC 2231 continued, cut in a percent sign": (
        b"; filename*0*=UTF-8''" + percent(KAZAKH)[:7] + b"; filename*1*=" + percent(KAZAKH)[7:],
        KAZAKH,
    ),
    "continued without any encoding": (b"; filename*0=scan; filename*1=0001.pdf", "scan0001.pdf"),
    "RFC 2231 in koi8-r, in quotation marks": (b"; filename*=\"koi8-r''" + percent(RUSSIAN, "koi8-r") + b'"', RUSSIAN),
    "RFC 2231, windows-1251 bytes under utf-8": (b"; filename*=utf-8''" + percent(RUSSIAN, "cp1251"), RUSSIAN),
    "RFC 2231, no charset": (b"; filename*=''" + percent(RUSSIAN, "cp1251"), RUSSIAN),
    "RFC 2231, nothing but the bytes": (b"; filename*=" + percent(KAZAKH), KAZAKH),
    "RFC 2231 without the asterisk": (b"; filename=\"utf-8''" + percent(KAZAKH) + b'"', KAZAKH),
    "both shapes": (b"; filename=\"_.docx\"; filename*=UTF-8''" + percent(KAZAKH), KAZAKH),
    "percent signs alone": (b'; filename="' + percent(KAZAKH) + b'"', KAZAKH),
    "RFC 2047 B": (b'; filename="=?utf-8?B?' + b(KAZAKH) + b'?="', KAZAKH),
    "RFC 2047, two words": (
        b'; filename="=?utf-8?B?' + b(KAZAKH)[:13] + b"?=\r\n =?utf-8?B?" + b(KAZAKH)[13:] + b'?="',
        KAZAKH,
    ),
    "RFC 2047, two quoted words": (
        b'; filename="=?utf-8?B?' + b(KAZAKH)[:12] + b'?="\r\n "=?utf-8?B?' + b(KAZAKH)[12:] + b'?="',
        KAZAKH,
    ),
    "RFC 2047 without quotation marks": (b"; filename==?koi8-r?B?" + b(RUSSIAN, "koi8-r") + b"?=", RUSSIAN),
    "raw utf-8": (b'; filename="' + KAZAKH.encode() + b'"', KAZAKH),
    "raw windows-1251": (b'; filename="' + RUSSIAN.encode("cp1251") + b'"', RUSSIAN),
    "raw koi8-r": (b'; filename="' + RUSSIAN.encode("koi8-r") + b'"', RUSSIAN),
    "raw, unquoted, with blanks": (b"; filename=" + RUSSIAN.encode("cp1251") + b"; size=3", RUSSIAN),
    "unquoted, with blanks and no end": (b"; filename=" + KAZAKH.encode(), KAZAKH),
    "windows-1251 read as latin-1 by a mailer": (
        b'; filename="' + RUSSIAN.encode("cp1251").decode("latin-1").encode() + b'"',
        RUSSIAN,
    ),
    "utf-8 read as windows-1251 by a mailer": (
        b'; filename="' + "Анкета".encode().decode("cp1251").encode() + b'.docx"',
        "Анкета.docx",
    ),
    "a whole path": (b'; filename="C:\\Documents\\form.docx"', "form.docx"),
    "a semicolon in the name": (b'; filename="a;b.docx"; x=y', "a;b.docx"),
    "a quotation mark in the name": (b'; filename="\xc2\xabA\xc2\xbb \\"B\\".docx"', '«A» "B".docx'),
    "capital letters and blanks": (b' ; FileName = "x.docx"', "x.docx"),
    "no closing quotation mark": (b'; filename="x.docx', "x.docx"),
    "a line break in the name": (b'; filename="=?utf-8?Q?a=0D=0Ab=2Edocx?="', "a b.docx"),
}


@pytest.mark.parametrize(("disposition", "name"), SHAPES.values(), ids=SHAPES.keys())
def test_the_name_in_the_disposition_is_read_in_every_shape(disposition: bytes, name: str) -> None:
    assert [file.name for file in take_apart(attached(b"\x01\x02\x03", disposition)).attachments] == [name]


@pytest.mark.parametrize(
    "parameter",
    [
        b'; name="' + RUSSIAN.encode("cp1251") + b'"',
        b'; name="=?utf-8?B?' + b(RUSSIAN) + b'?="',
        b"; name*=utf-8''" + percent(RUSSIAN),
        b'; filename="' + RUSSIAN.encode() + b'"',
    ],
)
def test_the_name_may_stand_in_the_content_type_alone(parameter: bytes) -> None:
    mail = take_apart(attached(b"\x01\x02\x03", b"", b"application/octet-stream" + parameter))
    assert [file.name for file in mail.attachments] == [RUSSIAN]


def test_a_file_without_a_name_gets_one_from_what_it_is() -> None:
    mail = take_apart(attached(b"%PDF-1.7\n", b""))
    assert [file.name for file in mail.attachments] == ["attachment-2.pdf"]


def test_an_endless_name_is_cut_and_keeps_its_ending() -> None:
    (file,) = take_apart(attached(b"\x01", b'; filename="' + b"a" * 5000 + b'.docx"')).attachments
    assert len(file.name) == 255
    assert file.name.endswith("a.docx")
