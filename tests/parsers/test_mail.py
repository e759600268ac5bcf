"""Mails taken apart: bodies, files, mails inside, and the fingerprint."""

from __future__ import annotations

import base64
import io
import quopri
import zipfile

import pytest

from parsers.mail import take_apart
from parsers.readers.sniff import WITHHELD_KEY
from tests.parsers.raw_mails import HEAD, attached, multipart, part, plain

KAZAKH = "Сәлеметсіз бе! Арызымды жіберіп отырмын.\nҚұрметпен, Әділет"
RUSSIAN = "Здравствуйте! Направляю заявление и анкету.\nС уважением, Юлия"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 50
DOCX_TYPE = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def docx() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", "<document/>")
    return file.getvalue()


def encoded(text: str, codec: str, transfer: str) -> bytes:
    data = text.replace("\n", "\r\n").encode(codec)
    if transfer == "base64":
        return base64.encodebytes(data)
    return quopri.encodestring(data) if transfer == "quoted-printable" else data


# ---------------------------------------------------------------- bodies


@pytest.mark.parametrize("transfer", ["8bit", "base64", "quoted-printable"])
@pytest.mark.parametrize(
    ("text", "codec", "label"),
    [
        (KAZAKH, "utf-8", "utf-8"),
        (KAZAKH, "kz1048", "windows-1251"),
        (RUSSIAN, "cp1251", "windows-1251"),
        (RUSSIAN, "koi8-r", "koi8-r"),
        (RUSSIAN, "cp1251", "utf-8"),
        (RUSSIAN, "utf-8", "windows-1251"),
        (RUSSIAN, "cp1251", "us-ascii"),
        (RUSSIAN, "koi8-r", "X-UNKNOWN"),
        (RUSSIAN, "cp1251", ""),
    ],
)
def test_bodies_are_read_in_every_encoding_under_every_label(text: str, codec: str, label: str, transfer: str) -> None:
    headers = f'Content-Type: text/plain; charset="{label}"\r\nContent-Transfer-Encoding: {transfer}\r\n'.encode()
    assert take_apart(plain(encoded(text, codec, transfer), headers)).body == text


def test_a_body_without_any_content_type_is_text() -> None:
    assert take_apart(plain(RUSSIAN.encode("cp1251"), b"")).body == RUSSIAN


def test_plain_words_under_the_label_base64_stay_words() -> None:
    headers = b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n"
    assert take_apart(plain(RUSSIAN.encode(), headers)).body == RUSSIAN


def test_html_alone_becomes_lines() -> None:
    html = (
        "<html><head><style>p{margin:0}</style></head><body><p>Сәлем!</p>Бір<br>екі&nbsp;үш"
        "<table><tr><td>ЖСН</td><td>12</td></tr></table></body></html>"
    )
    mail = take_apart(plain(html.encode(), b'Content-Type: text/html; charset="utf-8"\r\n'))
    assert mail.body == "Сәлем!\nБір\nекі үш\nЖСН\t12"
    assert mail.body_html == html


def test_html_may_name_its_own_charset() -> None:
    html = f'<meta http-equiv="Content-Type" content="text/html; charset=koi8-r"><p>{RUSSIAN}</p>'
    assert "Направляю заявление" in take_apart(plain(html.encode("koi8-r"), b"Content-Type: text/html\r\n")).body


def test_of_two_shapes_of_one_text_the_plain_one_is_taken() -> None:
    raw = multipart(
        b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + KAZAKH.encode(),
        b"Content-Type: text/html; charset=utf-8\r\n\r\n<b>" + KAZAKH.encode() + b"</b>",
        kind=b"alternative",
    )
    mail = take_apart(raw)
    assert mail.body == KAZAKH
    assert mail.body_html.startswith("<b>")


@pytest.mark.parametrize("placeholder", [b"", b"\r\n", b"Your mail program shows no HTML."])
def test_a_plain_shape_that_says_nothing_gives_way_to_html(placeholder: bytes) -> None:
    html = "<p>" + "</p><p>".join(["Мені тізілімге қосуыңызды сұраймын"] * 6) + "</p>"
    raw = multipart(
        b"Content-Type: text/plain\r\n\r\n" + placeholder,
        b"Content-Type: text/html; charset=utf-8\r\n\r\n" + html.encode(),
        kind=b"alternative",
    )
    assert "Мені тізілімге қосуыңызды сұраймын" in take_apart(raw).body


def test_text_below_a_file_belongs_to_the_body() -> None:
    raw = multipart(
        b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + "Бірінші".encode(),
        part(PNG, b"Content-Type: image/png; name=a.png\r\n"),
        b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + "Екінші".encode(),
    )
    mail = take_apart(raw)
    assert mail.body == "Бірінші\nЕкінші"
    assert len(mail.attachments) == 1


def test_flowed_lines_are_put_together_and_quotes_stay() -> None:
    text = b"Menin \r\natym Adil.\r\n> q1 \r\n> q2\r\n-- \r\nAdil\r\n"
    mail = take_apart(plain(text, b"Content-Type: text/plain; format=flowed\r\n"))
    assert mail.body == "Menin atym Adil.\n> q1 q2\n-- \nAdil"


# ---------------------------------------------------------------- files


def test_a_file_is_a_file_whatever_type_and_disposition_it_declares() -> None:
    data = docx()
    raw = multipart(
        part(data, b"Content-Type: text/plain\r\n"),
        part(data, b"Content-Type: application/octet-stream\r\nContent-Disposition: inline\r\n"),
        part(data, b"Content-Type: " + DOCX_TYPE + b"\r\n"),
    )
    mail = take_apart(raw)
    assert [file.data for file in mail.attachments] == [data] * 3
    assert [file.name for file in mail.attachments] == ["attachment-1.docx", "attachment-2.docx", "attachment-3.docx"]


def test_a_logo_in_the_text_is_an_inline_attachment() -> None:
    raw = multipart(
        b"Content-Type: text/html\r\n\r\n<img src=cid:1>x",
        part(PNG, b"Content-Type: image/png\r\nContent-ID: <1>\r\nContent-Disposition: inline; filename=logo.png\r\n"),
        kind=b"related",
    )
    (logo,) = take_apart(raw).attachments
    assert (logo.name, logo.inline, logo.declared_type) == ("logo.png", True, "image/png")


def test_a_text_file_with_a_name_is_no_body() -> None:
    raw = multipart(
        b"Content-Type: text/plain\r\n\r\nhello",
        b"Content-Type: text/plain; name=form.txt\r\nContent-Disposition: inline\r\n\r\nIIN 1",
    )
    mail = take_apart(raw)
    assert mail.body == "hello"
    assert [file.name for file in mail.attachments] == ["form.txt"]


def test_binary_parts_keep_every_line_ending() -> None:
    data = b"\x01a\r\nb\rc\nd\x00\xff"
    raw = multipart(
        b"Content-Type: application/octet-stream; name=a.bin\r\nContent-Transfer-Encoding: binary\r\n\r\n" + data
    )
    assert take_apart(raw).attachments[0].data == data


def test_uuencoded_files_are_decoded() -> None:
    raw = multipart(
        b"Content-Type: application/octet-stream; name=a.bin\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\n"
        b"begin 644 a.bin\r\n#0V%T\r\n`\r\nend\r\n"
    )
    assert take_apart(raw).attachments[0].data == b"Cat"


def test_a_private_key_is_not_passed_on() -> None:
    key = b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
    mail = take_apart(attached(key, b"; filename=AUTH_RSA.p12"))
    assert [(file.name, file.data) for file in mail.attachments] == [("AUTH_RSA.p12", WITHHELD_KEY)]
    assert mail.defects == ("private_key",)
    assert "AAAA" not in repr(mail)


# ---------------------------------------------------------------- mails inside

INNER = (
    b"From: Bauyrzhan <b@post.example>\r\nTo: akimat@org.example\r\nSubject: "
    + "Арыз".encode()
    + b'\r\nMessage-ID: <in@x>\r\nContent-Type: multipart/mixed; boundary="i"\r\n\r\n'
    b"--i\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    + "Ішкі хат".encode()
    + b"\r\n--i\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\n%PDF-1.7\r\n--i--\r\n"
)


@pytest.mark.parametrize(
    "headers",
    [
        b'Content-Type: message/rfc822; name="in.eml"\r\n\r\n',
        b'Content-Type: application/octet-stream; name="in.eml"\r\n\r\n',
        b'Content-Type: text/plain; name="in.eml"\r\nContent-Disposition: attachment\r\n\r\n',
    ],
)
def test_a_mail_inside_is_taken_apart_whatever_it_is_called(headers: bytes) -> None:
    mail = take_apart(multipart(b"Content-Type: text/plain\r\n\r\nfwd", headers + INNER))
    assert mail.body == "fwd"
    assert [(inner.subject, inner.body, inner.message_id) for inner in mail.forwarded] == [
        ("Арыз", "Ішкі хат", "<in@x>")
    ]
    assert [(file.name, file.within) for file in mail.attachments] == [("a.pdf", ("in.eml",))]


def test_a_mail_inside_may_be_encoded_though_it_must_not() -> None:
    mail = take_apart(multipart(part(INNER, b"Content-Type: message/rfc822\r\n")))
    assert [inner.body for inner in mail.forwarded] == ["Ішкі хат"]
    assert [file.within for file in mail.attachments] == [("Арыз",)]


# ---------------------------------------------------------------- header lines


def test_the_lines_that_others_need_are_there() -> None:
    head = (
        b"Return-Path: <>\r\nReceived: from a by b;\r\n\tWed, 14 Oct 2026 20:56:08 +0500\r\n"
        b"Received: from c by a; x\r\n"
        b"Authentication-Results: mail.mki.gov.kz;\r\n dmarc=pass\r\nMessage-ID: <m@x>\r\nIn-Reply-To: <l@x>\r\n"
        b"References: <k@x>\r\n <l@x>\r\nReply-To: Other <o@x.example>\r\n"
        b"Auto-Submitted: auto-replied\r\nPrecedence: bulk\r\n"
    )
    mail = take_apart(plain(b"x", head=head + HEAD))
    assert mail.return_path == ""
    assert mail.received == ("from a by b; Wed, 14 Oct 2026 20:56:08 +0500", "from c by a; x")
    assert mail.authentication_results == ("mail.mki.gov.kz; dmarc=pass",)
    assert (mail.message_id, mail.in_reply_to, mail.references) == ("<m@x>", ("<l@x>",), ("<k@x>", "<l@x>"))
    assert [address.addr for address in mail.reply_to] == ["o@x.example"]
    assert mail.headers["auto-submitted"] == "auto-replied"
    assert mail.headers["precedence"] == "bulk"


def test_no_return_path_is_not_the_same_as_an_empty_one() -> None:
    assert take_apart(plain(b"x")).return_path is None


# ---------------------------------------------------------------- the fingerprint


def fingerprint(transfer: str, boundary: bytes, codec: str, line_end: bytes) -> str:
    raw = multipart(
        f"Content-Type: text/plain; charset={codec}\r\nContent-Transfer-Encoding: {transfer}\r\n\r\n".encode()
        + encoded(RUSSIAN, codec, transfer),
        part(PNG, b"Content-Type: image/png; name=a.png\r\n"),
        boundary=boundary,
    )
    return take_apart(raw.replace(b"\r\n", line_end) if transfer != "8bit" else raw).parts_sha256


def test_the_fingerprint_survives_a_server_that_encodes_the_mail_anew() -> None:
    prints = {
        fingerprint("8bit", b"a", "utf-8", b"\r\n"),
        fingerprint("base64", b"b", "cp1251", b"\r\n"),
        fingerprint("quoted-printable", b"c", "koi8-r", b"\n"),
    }
    assert len(prints) == 1


@pytest.mark.parametrize("other", [(b"hello!", PNG), (b"hello", PNG + b"1"), (b"hello", b"")])
def test_the_fingerprint_tells_other_words_and_other_files(other: tuple[bytes, bytes]) -> None:
    def of(words: bytes, file: bytes) -> str:
        return take_apart(
            multipart(b"Content-Type: text/plain\r\n\r\n" + words, part(file, b"Content-Type: image/png; name=a\r\n"))
        ).parts_sha256

    assert of(*other) != of(b"hello", PNG)


def test_the_name_of_a_file_is_no_part_of_the_fingerprint() -> None:
    assert (
        take_apart(attached(PNG, b"; filename=a.png")).parts_sha256
        == take_apart(attached(PNG, b"; filename=b.png")).parts_sha256
    )
