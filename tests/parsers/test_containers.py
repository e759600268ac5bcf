"""Files inside files, and the bounds."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

from parsers.containers import Limits, unpack
from parsers.mail import take_apart
from parsers.readers.sniff import WITHHELD_KEY
from parsers.readings import Attachment
from parsers.understand import understand_file
from tests.parsers.files import as_docx
from tests.parsers.paper import filled
from tests.parsers.raw_mails import HEAD, multipart, part

PDF = b"%PDF-1.7 form"


def zipped(files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def with_raw_names(names: list[bytes]) -> bytes:
    """A zip whose names carry no UTF-8 mark, as Windows writes them."""
    data = zipped({"x" * len(name): PDF for name in names if name}, zipfile.ZIP_STORED)
    for name in names:
        data = data.replace(b"x" * len(name), name)
    return data


def file(data: bytes, name: str = "a.zip") -> Attachment:
    return Attachment(name, "application/octet-stream", data)


def names(files: tuple[Attachment, ...]) -> list[str]:
    return [one.name for one in files]


# ---------------------------------------------------------------- archives


@pytest.mark.parametrize("codec", ["cp866", "cp1251", "utf-8"])
@pytest.mark.parametrize("name", ["Заявление.docx", "анкета волонтера.pdf", "фото.jpg"])
def test_names_without_a_mark_are_read_in_the_encoding_that_was_meant(name: str, codec: str) -> None:
    files, unreadable = unpack((file(with_raw_names([name.encode(codec)])),))
    assert (names(files), unreadable) == ([name], ())


def test_kazakh_names_with_the_mark_are_read() -> None:
    assert names(unpack((file(zipped({"Құжаттар/Арыз Мұқанова.pdf": PDF})),))[0]) == ["Арыз Мұқанова.pdf"]


def test_files_tell_where_they_came_from_and_archives_give_way_to_them() -> None:
    inner = zipped({"folder/b.pdf": PDF, "__MACOSX/._b.pdf": b"x", "Thumbs.db": b"x"})
    files, _ = unpack((file(PDF, "first.pdf"), file(zipped({"inner.zip": inner, "c.pdf": PDF}))))
    assert [(one.name, one.within) for one in files] == [
        ("first.pdf", ()),
        ("b.pdf", ("a.zip", "inner.zip")),
        ("c.pdf", ("a.zip",)),
    ]


def test_an_archive_is_opened_whatever_it_is_called() -> None:
    assert names(unpack((file(zipped({"a.pdf": PDF}), "form.docx"),))[0]) == ["a.pdf"]


def test_a_docx_is_a_document_and_no_archive() -> None:
    docx = zipped({"[Content_Types].xml": b"", "word/document.xml": b""})
    assert names(unpack((file(docx, "form.zip"),))[0]) == ["form.zip"]


def test_an_encrypted_entry_is_named_and_the_others_are_read() -> None:
    data = bytearray(zipped({"secret.pdf": PDF, "open.pdf": PDF}, zipfile.ZIP_STORED))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + offset] |= 1
    files, unreadable = unpack((file(bytes(data)),))
    assert names(files) == ["open.pdf"]
    assert [(one.part, one.reason) for one in unreadable] == [("secret.pdf", "encrypted")]


def test_a_damaged_entry_is_named_and_the_others_are_read() -> None:
    data = bytearray(zipped({"a.pdf": PDF, "b.pdf": PDF + b"b"}, zipfile.ZIP_STORED))
    data[data.find(PDF) + 3] ^= 0xFF
    files, unreadable = unpack((file(bytes(data)),))
    assert names(files) == ["b.pdf"]
    assert [(one.part, one.reason) for one in unreadable] == [("a.pdf", "damaged")]


def test_a_zip_that_was_cut_off_is_damaged() -> None:
    assert [(one.part, one.reason) for one in unpack((file(zipped({"a.pdf": PDF})[:-10]),))[1]] == [
        ("a.zip", "damaged")
    ]


@pytest.mark.parametrize(
    ("data", "limits"),
    [
        (zipped({f"{n}.pdf": PDF for n in range(20)}), Limits(entries=10)),
        (zipped({f"{n}.pdf": PDF for n in range(20)}), Limits(total=100)),
        (zipped({"zeros": b"\0" * 1_000_000}), Limits(free=1_000, ratio=50)),
        (zipped({"z.zip": zipped({"z.zip": zipped({"z.zip": zipped({"a.pdf": PDF})})})}), Limits(depth=2)),
    ],
    ids=["entries", "bytes", "ratio", "depth"],
)
def test_a_bomb_is_not_unpacked_further_than_the_limits(data: bytes, limits: Limits) -> None:
    files, unreadable = unpack((file(data),), limits)
    assert [one.reason for one in unreadable] == ["too_large"]
    assert sum(len(one.data) for one in files) <= 200


def test_the_limits_hold_for_all_archives_of_a_mail_together() -> None:
    archive = file(zipped({f"{n}.pdf": PDF for n in range(6)}))
    files, unreadable = unpack((archive, archive), Limits(entries=10))
    assert len(files) == 10
    assert [one.reason for one in unreadable] == ["too_large"]


def test_an_endless_list_of_contents_is_not_read() -> None:
    data = zipped({"a.pdf": PDF}) + b"\0" * 4_000_000
    end = data.rfind(b"PK\x05\x06")
    data = data[: end + 12] + struct.pack("<I", 3_500_000) + data[end + 16 :]
    assert [(one.reason, one.detail) for one in unpack((file(data),))[1]] == [("too_large", "list of contents")]


def test_a_private_key_in_an_archive_is_not_passed_on() -> None:
    key = b"-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n"
    (found,) = unpack((file(zipped({"RSA.p12": key})),))[0]
    assert (found.name, found.data) == ("RSA.p12", WITHHELD_KEY)


def test_a_mail_in_an_archive_gives_its_words_and_its_files() -> None:
    mail = multipart(
        b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + "Ішкі хат".encode(),
        part(PDF, b"Content-Type: application/pdf; name=a.pdf\r\n"),
    )
    files, _ = unpack((file(zipped({"letter.eml": mail})),))
    assert [(one.name, one.within) for one in files] == [
        ("body.txt", ("a.zip", "letter.eml")),
        ("a.pdf", ("a.zip", "letter.eml")),
    ]
    assert files[0].data.decode() == "Ішкі хат"


# ---------------------------------------------------------------- signatures


def signed(
    data: bytes, *options: pkcs7.PKCS7Options, encoding: serialization.Encoding = serialization.Encoding.DER
) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(data)
        .add_signer(certificate(key), key, hashes.SHA256())
        .sign(encoding, [pkcs7.PKCS7Options.Binary, *options])
    )


def certificate(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), start, start + timedelta(days=9)
    )
    return builder.sign(key, hashes.SHA256())


@pytest.mark.parametrize("ending", ["p7s", "cms", "sig", "p7m"])
def test_a_signed_document_is_taken_out_of_its_envelope(ending: str) -> None:
    files, unreadable = unpack((file(signed(PDF), f"арыз.pdf.{ending}"),))
    assert names(files) == [f"арыз.pdf.{ending}", "арыз.pdf"]
    assert files[1].data == PDF
    assert files[1].within == (f"арыз.pdf.{ending}",)
    assert unreadable == ()


@pytest.mark.parametrize("width", [64, 10**9])
def test_the_envelope_may_be_pem_or_bare_base64(width: int) -> None:
    bare = base64.b64encode(signed(PDF))
    lines = b"\r\n".join(bare[at : at + width] for at in range(0, len(bare), width))
    pem = signed(PDF, encoding=serialization.Encoding.PEM)
    assert [files[1].data for files, _ in (unpack((file(one, "a.cms"),)) for one in (lines, pem))] == [PDF, PDF]


def indefinite(inside: bytes, tag: int) -> bytes:
    """BER of indefinite length, as programs write that sign while they read (X.690, 8.1.3.6)."""
    return bytes([tag, 0x80]) + inside + b"\0\0"


def test_an_envelope_written_in_pieces_of_unknown_length_is_opened() -> None:
    pieces = b"".join(b"\x04" + bytes([len(PDF[at : at + 5])]) + PDF[at : at + 5] for at in range(0, len(PDF), 5))
    content = indefinite(bytes.fromhex("06092a864886f70d010701") + indefinite(indefinite(pieces, 0x24), 0xA0), 0x30)
    signed_data = indefinite(b"\x02\x01\x01" + b"\x31\x00" + content + b"\x31\x00", 0x30)
    whole = indefinite(bytes.fromhex("06092a864886f70d010702") + indefinite(signed_data, 0xA0), 0x30)
    files, unreadable = unpack((file(whole, "арыз.pdf.p7s"),))
    assert (files[1].data, unreadable) == (PDF, ())


def test_a_document_named_like_a_signature_is_a_document() -> None:
    form = as_docx(filled("volunteer").document)
    read = [understand_file(form, name).forms for name in ("сауалнама.p7s", "сауалнама.sig", "сауалнама.docx.cms")]
    assert [[one.form for one in forms] for forms in read] == [["volunteer"]] * 3


def test_a_detached_signature_stays_beside_its_document() -> None:
    signature = signed(PDF, pkcs7.PKCS7Options.DetachedSignature)
    files, unreadable = unpack((file(PDF, "арыз.pdf"), file(signature, "арыз.pdf.p7s")))
    assert (names(files), unreadable) == (["арыз.pdf", "арыз.pdf.p7s"], ())


def test_an_encrypted_envelope_is_said() -> None:
    key = rsa.generate_private_key(65537, 2048)
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(PDF).add_recipient(certificate(key))
    data = builder.encrypt(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
    assert [(one.part, one.reason) for one in unpack((file(data, "a.p7m"),))[1]] == [("a.p7m", "encrypted")]


def test_a_damaged_envelope_is_said() -> None:
    assert [one.reason for one in unpack((file(signed(PDF)[:60], "a.cms"),))[1]] == ["damaged"]


def test_a_mail_that_is_signed_and_packed_as_a_whole_is_opened() -> None:
    inside = multipart(
        b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + "Арыз".encode(),
        part(PDF, b"Content-Type: application/pdf; name=a.pdf\r\n"),
        head=b"",
    )
    lines = b"Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\n"
    mail = take_apart(HEAD + part(signed(inside), lines))
    assert mail.body == "Арыз"
    assert names(mail.attachments) == ["a.pdf"]
