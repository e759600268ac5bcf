"""Outlook's saved mails and winmail.dat."""

from __future__ import annotations

import struct

import pytest

from parsers.containers import Limits, unpack
from parsers.outlook import _BEFORE, unpacked_rtf
from parsers.readers.sniff import kind_of
from parsers.readings import Attachment
from parsers.tnef import read_tnef
from parsers.understand import understand, understand_file
from tests.parsers.files import as_docx
from tests.parsers.outlook_written import msg_item, ole, plain_rtf, tnef, winmail
from tests.parsers.paper import filled
from tests.parsers.raw_mails import multipart, part

PDF = b"%PDF-1.7" * 700  # more than a mini stream holds
RTF = rb"{\rtf1\ansi\ansicpg1251 hello}"
TEXT = b"Content-Type: text/plain; charset=utf-8\r\n\r\nhello"
NO_TEXT = b"Content-Type: text/plain; charset=utf-8\r\n\r\n"

Seen = tuple[list[tuple[str, tuple[str, ...]]], list[tuple[str, str]]]


def seen(data: bytes, name: str = "m", limits: Limits | None = None, *, words_known: bool = False) -> Seen:
    files, closed = unpack((Attachment(name, "", data),), limits, words_known=words_known)
    return [(one.name, one.within) for one in files], [(one.part, one.reason) for one in closed]


@pytest.mark.parametrize("name", ["хат.msg", "form.docx", ""])
def test_a_saved_mail_gives_its_words_its_files_and_the_mails_in_it(name: str) -> None:
    inner = msg_item("Ішкі хат", "сәлем", files={"b.pdf": b"%PDF small"}, head=24)
    data = ole(msg_item("Өтініш", "Қазақша", files={"Арыз мен қолхат.pdf": PDF, "fw": inner}))
    assert kind_of(data, name) == "msg"
    assert seen(data, name) == (
        [
            ("body.txt", (name,)),
            ("Арыз мен қолхат.pdf", (name,)),
            ("body.txt", (name, "Ішкі хат")),
            ("b.pdf", (name, "Ішкі хат")),
        ],
        [],
    )


def test_words_and_names_in_a_code_page_are_read() -> None:
    data = ole(msg_item("Заявление", "Прошу включить", codec="cp1251", files={"Анкета волонтёра.pdf": b"%PDF"}))
    (body, file), _ = unpack((Attachment("m", "", data),))
    assert (body.data.decode(), file.name) == ("Прошу включить", "Анкета волонтёра.pdf")


@pytest.mark.parametrize(
    ("html", "rtf", "kind"), [(b"<p>x</p>", RTF, "body.html"), (b"", RTF, "body.rtf"), (b"", b"", "body.txt")]
)
def test_the_shape_of_the_words_that_keeps_most_is_taken(html: bytes, rtf: bytes, kind: str) -> None:
    data = ole(msg_item("s", "words", html, plain_rtf(rtf) if rtf else b""))
    assert seen(data)[0] == [(kind, ("m",))]


def test_a_damaged_saved_mail_is_named_so() -> None:
    data = ole(msg_item("s", "words", files={"a.pdf": PDF}))
    assert seen(data[:-600]) == ([], [("m", "damaged")])


def test_mails_within_saved_mails_have_an_end() -> None:
    folder = msg_item("deepest", "words", head=24)
    for _ in range(12):
        folder = msg_item("in", "words", files={"m": folder}, head=24)
    assert len(seen(ole(msg_item("out", files={"m": folder})))[0]) <= 6


def test_winmail_gives_its_files_and_the_mails_in_it() -> None:
    inner = winmail({"b.pdf": b"%PDF small"}, codec="cp1251")
    data = winmail({"Өтініш Қанат.pdf": PDF}, words=plain_rtf(RTF), item=inner)
    files, closed = seen(data, "winmail.dat")
    assert files[:2] == [("body.rtf", ("winmail.dat",)), ("Өтініш Қанат.pdf", ("winmail.dat",))]
    assert files[2][0] == "b.pdf"
    assert closed == []


def test_the_words_of_winmail_do_not_come_twice() -> None:
    data = winmail({"a.pdf": b"%PDF"}, words=plain_rtf(RTF))
    assert [name for name, _ in seen(data, words_known=True)[0]] == ["a.pdf"]
    assert [name for name, _ in seen(data, words_known=False)[0]] == ["body.rtf", "a.pdf"]


@pytest.mark.parametrize("cut", [5, 20, 200])
def test_a_winmail_that_was_cut_off_is_damaged(cut: int) -> None:
    assert seen(winmail({"a.pdf": PDF}, words=plain_rtf(RTF))[:-cut])[1] == [("m", "damaged")]


def test_numbers_that_lie_in_a_winmail_raise_nothing() -> None:
    for block in (struct.pack("<I", 0xFFFFFFFF), struct.pack("<IHHII", 9, 0x1E, 1, 0xFFFFFFFF, 0xFFFFFFFF)):
        assert read_tnef(tnef((1, 0x00069003, block))).words == b""


def test_the_limits_hold_for_saved_mails_too() -> None:
    data = ole(msg_item("s", "", files={f"{n}.pdf": PDF for n in range(5)}))
    files, closed = seen(data, limits=Limits(entries=3))
    assert (len(files), closed) == (3, [("m", "too_large")])


def test_compressed_rtf_is_unpacked() -> None:
    # The example of MS-OXRTFCP 3.1: literals, then pieces of what every RTF begins from.
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert unpacked_rtf(packed) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert len(_BEFORE) == 207
    assert unpacked_rtf(packed[:30]) in b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


def test_forms_in_a_saved_mail_and_in_a_winmail_are_read() -> None:
    form = as_docx(filled("volunteer").document)
    saved = ole(msg_item("Анкета", "", files={"сауалнама.docx": form}))
    assert [one.form for one in understand_file(saved, "x.msg").forms] == ["volunteer"]
    mail = multipart(
        TEXT, part(winmail({"сауалнама.docx": form}), b"Content-Type: application/ms-tnef; name=winmail.dat\r\n")
    )
    assert [one.form for one in understand(mail).forms] == ["volunteer"]


def test_a_form_typed_into_a_mail_that_has_only_winmail_is_read() -> None:
    lines = ("Анкета волонтера", "Ф.И.О.: Ким Аида", "Год рождения: 1999", "Место жительства: Астана, Абая 5")
    rtf = rb"{\rtf1\ansi\ansicpg1251 " + rb"\par ".join(line.encode("cp1251") for line in lines) + b"}"
    data = winmail({}, words=plain_rtf(rtf))
    head = b"Content-Type: application/ms-tnef; name=winmail.dat\r\n"
    (form,) = understand(multipart(NO_TEXT, part(data, head))).forms
    assert form.fields["birth_year"].value == 1999
