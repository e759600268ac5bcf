"""Mails that broke readers elsewhere: each must be taken apart, with its header lines at least."""

from __future__ import annotations

import random

import pytest

from parsers.containers import unpack
from parsers.mail import take_apart
from tests.parsers.raw_mails import multipart, part, plain
from tests.torture.poison import POISON, nested_mails, nested_multiparts


@pytest.mark.parametrize("raw", POISON.values(), ids=POISON.keys())
def test_a_poison_mail_is_taken_apart_and_its_sender_known(raw: bytes) -> None:
    mail = take_apart(raw)
    assert mail.sender.addr == "aizhan@post.example"
    assert not [defect for defect in mail.defects if defect.startswith("reader_failed")]
    unpack(mail.attachments)


@pytest.mark.parametrize(
    "raw", [b"", b"\r\n\r\n", b"\0" * 10_000, b"\xff" * 10_000, b":", b"a", b"\r" * 1_000, b"Subject:\r\n"]
)
def test_bytes_that_are_no_mail_give_an_empty_one(raw: bytes) -> None:
    mail = take_apart(raw)
    assert mail.sender.addr == ""
    assert mail.attachments == ()


def test_words_and_files_are_found_where_no_boundary_was_named() -> None:
    file = b"Content-Type: application/pdf; name=a.pdf\r\n\r\n%PDF-1\r\n"
    body = b"--x\r\nContent-Type: text/plain\r\n\r\nhello\r\n--x\r\n" + file + b"--x--"
    mail = take_apart(plain(body, b"Content-Type: multipart/mixed\r\n"))
    assert mail.body == "hello"
    assert [file.name for file in mail.attachments] == ["a.pdf"]
    assert mail.defects == ("boundary_missing",)


def test_what_is_nested_too_deeply_is_said() -> None:
    assert take_apart(nested_multiparts(5_000)).defects == ("nested_too_deeply",)
    assert "nested_too_deeply" in take_apart(nested_mails(60)).defects


def test_a_moderate_nesting_is_read_to_the_bottom() -> None:
    assert take_apart(nested_multiparts(60)).body == "hello"


SEEDS = (
    multipart(
        b"Content-Type: text/plain; charset=windows-1251\r\n\r\n" + "Прошу включить".encode("cp1251"),
        part(b"%PDF-1.7", b"Content-Type: application/pdf; name*=utf-8''%D0%90.pdf\r\n"),
        b"Content-Type: message/rfc822\r\n\r\n" + plain(b"inside"),
    ),
    *(raw for raw in POISON.values() if len(raw) < 2_000),
)
PIECES = (
    b"=?",
    b"?=",
    b"?B?",
    b'"',
    b";",
    b"*",
    b"''",
    b"%",
    b"\r\n",
    b"\n\n",
    b"--",
    b"boundary=",
    b"charset=",
    b"\0",
    b"\xff",
    b"<",
    b"(",
    b"message/rfc822",
    b"multipart/mixed",
    b"Content-Type:",
    b"base64",
    b"\r",
)


@pytest.mark.parametrize("seed", range(300))
def test_mutated_mails_never_fail_inside_the_reader(seed: int) -> None:
    chance = random.Random(seed)
    raw = bytearray(chance.choice(SEEDS))
    for _ in range(chance.choice((1, 3, 10, 40))):
        at = chance.randrange(len(raw) + 1)
        match chance.randrange(4):
            case 0:
                raw[at : at + 1] = bytes((chance.randrange(256),))
            case 1:
                raw[at:at] = chance.choice(PIECES)
            case 2:
                del raw[at : at + chance.choice((1, 5, 50))]
            case _:
                other = chance.choice(SEEDS)
                start = chance.randrange(len(other))
                raw[at:at] = other[start : start + chance.randrange(200)]
    mail = take_apart(bytes(raw))
    assert not [defect for defect in mail.defects if "failed" in defect]
    unpack(mail.attachments)
