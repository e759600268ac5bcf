"""Mails that broke readers elsewhere.

The first eighteen are those at which the mail package of Python raises or stalls under one of its policies.
"""

from __future__ import annotations

from tests.parsers.raw_mails import HEAD, attached, multipart, plain

WORD = b"=?utf-8?B?0JA=?= "


def nested_multiparts(depth: int) -> bytes:
    opening = b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n'
    return HEAD + b"".join(opening % (n, n) for n in range(depth)) + b"Content-Type: text/plain\r\n\r\nhello\r\n"


def nested_mails(depth: int) -> bytes:
    return HEAD + b"Content-Type: message/rfc822\r\n\r\nSubject: x\r\n" * depth + b"\r\nhello"


POISON = {
    "a name parameter without a value": plain(b"hello", b"Content-Type: text/plain; name*\r\n"),
    "a filename parameter without a value": plain(b"hello", b"Content-Disposition: inline; filename*\r\n"),
    "brackets in the Message-ID": plain(b"hello", b"Message-ID: <[x@y]>\r\n"),
    "an encoded line feed in From": plain(b"hello", head=b"From: =?utf-8?Q?x=0Ay?= <aizhan@post.example>\r\n"),
    "a comment and a colon in To": plain(b"hello", b"To: (c):\r\n"),
    "a group without members": plain(b"hello", b"To: unlisted-recipients:; (no To-header on input)\r\n"),
    "an unknown charset": plain(b"hello", b"Content-Type: text/plain; charset=X-UNKNOWN\r\n"),
    "an empty charset": plain(b"hello", b'Content-Type: text/plain; charset=""\r\n'),
    "5,000 nested multiparts": nested_multiparts(5_000),
    "1,200 nested mails": nested_mails(1_200),
    "a To line of 480 kB": plain(b"hello", b"To: " + b", ".join(b"u%d@x.example" % n for n in range(24_000)) + b"\r\n"),
    "a To line of open brackets": plain(b"hello", b"To: " + b"(" * 480_000 + b"\r\n"),
    "a number of 5,000 digits in a parameter": plain(
        b"", b"Content-Type: multipart/mixed; boundary*" + b"9" * 5_000 + b"=x\r\n"
    ),
    "a codec that is no charset": plain(b"hello\xff", b"Content-Type: text/plain; charset=rot13\r\n"),
    "a codec of domain names": plain(b"hello" * 20 + b"\xff", b"Content-Type: text/plain; charset=idna\r\n"),
    "an endless encoded Subject": plain(
        b"hello", head=b"From: aizhan@post.example\r\nSubject: " + WORD * 40_000 + b"\r\n"
    ),
    "unfinished encoded words": plain(
        b"hello", head=b"From: aizhan@post.example\r\nSubject: " + b"=?utf-8?Q?" * 50_000 + b"\r\n"
    ),
    "a Subject folded 100,000 times": plain(
        b"hello", head=b"From: aizhan@post.example\r\nSubject:" + b"\r\n x" * 100_000 + b"\r\n"
    ),
    "20,000 parts": multipart(*[b"\r\nx"] * 20_000),
    "30,000 header lines": b"".join(b"X-%d: y\r\n" % n for n in range(30_000)) + plain(b"hello"),
    "no boundary": plain(
        b"--x\r\nContent-Type: text/plain\r\n\r\nhello\r\n--x--", b"Content-Type: multipart/mixed\r\n"
    ),
    "another boundary": plain(b"--x\r\n\r\nhello\r\n--x--", b"Content-Type: multipart/mixed; boundary=y\r\n"),
    "a multipart without parts": plain(b"", b"Content-Type: multipart/mixed; boundary=y\r\n"),
    "base64 of nothing": plain(b"=A=B=C!!!", b"Content-Transfer-Encoding: base64\r\n"),
    "quoted-printable that is none": plain(b"=XX=\r\n==", b"Content-Transfer-Encoding: quoted-printable\r\n"),
    "uuencode that is none": plain(b"begin 644 x\r\nzzz\r\n", b"Content-Transfer-Encoding: uuencode\r\n"),
    "HTML 50,000 deep": plain(b"<div>" * 50_000 + b"hello", b"Content-Type: text/html\r\n"),
    "HTML with entities inside entities": plain(
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>&b;', b"Content-Type: text/html\r\n"
    ),
    "half a million semicolons": attached(b"x", b";" * 500_000),
    "50,000 parameters": attached(b"x", b"".join(b";a%d=b" % n for n in range(50_000))),
    "a name of quotation marks": attached(b"x", b'; filename="' + b'\\"' * 100_000),
    "100,000 flowed lines": plain(b"a \r\n" * 100_000, b"Content-Type: text/plain; format=flowed\r\n"),
    "a million quote marks": plain(b">" * 1_000_000 + b" \r\n", b"Content-Type: text/plain; format=flowed\r\n"),
    "a report about nothing": multipart(
        b"Content-Type: message/delivery-status\r\n\r\n\r\n\r\nAction\r\nStatus: 9.9\r\n", kind=b"report"
    ),
    "a zip of a broken zip": attached(
        b"PK\x03\x04" + b"\xff" * 100 + b"PK\x05\x06" + b"\xff" * 18, b"; filename=a.zip"
    ),
    "an OLE file of nothing": attached(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 600, b"; filename=a.doc"),
    "a signature of nothing": attached(
        b"\x30\x82\xff\xff\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x84\xff\xff\xff\xff", b""
    ),
}
