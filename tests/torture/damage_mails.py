"""Damage to mails: headers, boundaries, charsets, encodings, nesting, order of the parts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from random import Random

from tests.parsers.raw_mails import HEAD
from tests.torture.damage_files import ANY, NUMBERS, damaged
from tests.torture.mails import COSTLY, File, Made

RawDamage = Callable[[bytes, Random], bytes]

CHARSETS = (
    b"utf-8",
    b"utf-16",
    b"windows-1251",
    b"koi8-r",
    b"X-UNKNOWN",
    b'""',
    b"rot13",
    b"idna",
    b"utf-7",
    b"hz",
    b"cp866",
)
TYPES = (
    b"message/rfc822", b"multipart/mixed", b"text/html", b"text/plain", b"image/png", b"application/ms-tnef",
    b"message/delivery-status", b"multipart/report", b"message/partial", b"multipart/signed", b"x/" + NUMBERS[-1],
)  # fmt: skip
ENCODINGS = (b"base64", b"quoted-printable", b"x-uuencode", b"7bit", b"binary", b"x-none", b"")
PIECES = (
    b"=?", b"?=", b"?B?", b"=?utf-8?Q?", b'"', b";", b"*", b"*0*=", b"''", b"%", b"\r\n", b"\n\n", b"--", b"boundary=",
    b"charset=", b"\0", b"\xff", b"<", b"(", b"((((((((", b"message/rfc822", b"multipart/mixed", b"Content-Type:",
    b"\r", b"name*=utf-8''%FF",
)  # fmt: skip
ENDINGS = ("docx", "doc", "pdf", "zip", "p7s", "eml", "jpg", "msg", "dat", "rtf", "xlsx", "exe", "", "docx.exe")

_BOUNDARY = re.compile(rb"--=_cut")
_HEADER = re.compile(rb"^[\w-]+:.*$", re.MULTILINE)


def bytes_changed(raw: bytes, random: Random) -> bytes:
    return random.choice(ANY)(raw, random)


def headers_damaged(raw: bytes, random: Random) -> bytes:
    """Put pieces of grammar into header lines, of the mail or of its parts."""
    for _ in range(random.choice((1, 3, 10))):
        lines = [m.span() for m in _HEADER.finditer(raw[:20_000])]
        if not lines:
            return raw
        start, end = random.choice(lines)
        at = random.randrange(start, end + 1)
        raw = raw[:at] + random.choice(PIECES) * random.choice((1, 1, 1, 2_000)) + raw[at:]
    return raw


def header_lost(raw: bytes, random: Random) -> bytes:
    lines = [m.span() for m in _HEADER.finditer(raw[:20_000])]
    start, end = random.choice(lines) if lines else (0, 0)
    return raw[:start] + raw[end:]


def header_long(raw: bytes, random: Random) -> bytes:
    name = random.choice((b"To", b"References", b"Subject", b"Received", b"Content-Type", b"From", b"Message-ID"))
    item = random.choice((b"<a@b.example>, ", b"=?utf-8?B?0JA=?= ", b"a\r\n ", b"(", b'"', b"x;y=", b"@", b":"))
    return name + b": " + item * random.choice((100, 10_000)) + b"\r\n" + raw


def boundary_damaged(raw: bytes, random: Random) -> bytes:
    places = [m.start() for m in _BOUNDARY.finditer(raw)]
    if not places:
        return raw
    at = random.choice(places)
    other = random.choice((b"", b"--=_cut--", b"--=_CUT", b"-=_cut", b"--=_cut \t", b"--other", b"\r\n\r\n--=_cut"))
    return raw[:at] + other + raw[at + 7 :]


def charset_lie(raw: bytes, random: Random) -> bytes:
    return re.sub(rb"charset=[\w\"-]*", b"charset=" + random.choice(CHARSETS), raw)


def encoding_lie(raw: bytes, random: Random) -> bytes:
    lie = random.choice(ENCODINGS)
    if b"Transfer-Encoding" not in raw:
        return b"Content-Transfer-Encoding: " + lie + b"\r\n" + raw
    return re.sub(rb"(Content-Transfer-Encoding:) \S+", rb"\1 " + lie, raw, count=random.choice((0, 1)))


def type_lie(raw: bytes, random: Random) -> bytes:
    lie = b"Content-Type: " + random.choice(TYPES)
    return re.sub(rb"Content-Type: [\w/-]+", lie, raw, count=random.choice((0, 1, 2)))


def wrapped(raw: bytes, random: Random) -> bytes:
    """Put the mail into mails or multiparts, a few or very many."""
    depth = random.choice((1, 3, 12, 60, 600))
    if random.random() < 0.5:
        return (HEAD + b"Content-Type: message/rfc822\r\n\r\n") * depth + raw
    cuts = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(depth))
    head, _, body = raw.partition(b"\r\n\r\n")
    types = b"\r\n".join(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-"))
    return HEAD + cuts + types + b"\r\n\r\n" + body


def with_line_ends(raw: bytes, random: Random) -> bytes:
    return raw.replace(b"\r\n", random.choice((b"\n", b"\r", b"\r\r\n", b"\n\r")))


RAW: tuple[RawDamage, ...] = (
    bytes_changed, headers_damaged, headers_damaged, header_lost, header_long, boundary_damaged, charset_lie,
    encoding_lie, type_lie, wrapped, with_line_ends,
)  # fmt: skip


def mutated(mail: Made, random: Random) -> bytes:
    """Return the mail with one to four damages: to its files, to its parts, to its bytes."""
    for _ in range(random.choice((1, 1, 2, 3))):
        if mail.files and random.random() < 0.7:
            mail = _with_damaged_file(mail, random)
        elif random.random() < 0.5:
            mail = replace(mail, typed=_typed(mail.typed, random))
        elif mail.files:
            mail = replace(mail, files=_in_disorder(mail.files, random, again=mail.kind not in COSTLY))
    raw = mail.raw()
    for _ in range(random.choice((0, 0, 0, 1, 1, 3))):
        raw = random.choice(RAW)(raw, random)
    return raw


def _with_damaged_file(mail: Made, random: Random) -> Made:
    n = random.randrange(len(mail.files))
    file = mail.files[n]
    changed = replace(file, data=damaged(file.data, random))
    return replace(mail, files=(*mail.files[:n], changed, *mail.files[n + 1 :]))


def _typed(typed: bytes, random: Random) -> bytes:
    head, cut, body = typed.partition(b"\r\n\r\n")
    return head + cut + damaged(body, random)


def _in_disorder(files: tuple[File, ...], random: Random, *, again: bool) -> tuple[File, ...]:
    """Swap, repeat or rename files; or take their contents away."""
    match random.randrange(4):
        case 0:
            return tuple(random.sample(files, len(files)))
        case 1:
            return files * random.choice((2, 30)) if again else files
        case 2:
            return (*files, replace(files[0], data=random.choice((b"", b"\0" * 100, b"x"))))
        case _:
            name = f"{files[0].name.rpartition('.')[0]}.{random.choice(ENDINGS)}"
            return (replace(files[0], name=random.choice((name, "", "а" * 3_000, "../../x.docx"))), *files[1:])
