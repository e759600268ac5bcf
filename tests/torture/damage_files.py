"""Damage to files: bytes, numbers, the insides of archives, markup. Every damage is a function of bytes."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable
from random import Random

Damage = Callable[[bytes, Random], bytes]

NUMBERS = (b"0", b"-1", b"1", b"65536", b"2147483647", b"4294967295", b"99999999999999999999", b"1e309", b"9" * 5_000)
LAUGHS = (
    b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>'
)
OUTSIDE = b'<!DOCTYPE a [<!ENTITY d SYSTEM "file:///etc/hostname"><!ENTITY % e SYSTEM "http://127.0.0.1:9/x.dtd">%e;]>'
BAD_LETTERS = (b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"\x1b[2J", b"\xef\xbf\xbf", "\u202e".encode(), b"\x80" * 200)

_TAG = re.compile(rb"<[^<>]{1,300}>")
_OPENING = re.compile(rb"<([a-zA-Z][\w:.-]*)(?:\s[^<>]*)?(?<!/)>")
_NUMBER = re.compile(rb"\d+")


# ---------------------------------------------------------------- any bytes


def flipped(data: bytes, random: Random) -> bytes:
    out = bytearray(data)
    for _ in range(random.choice((1, 3, 10, 100)) if out else 0):
        out[random.randrange(len(out))] ^= 1 << random.randrange(8)
    return bytes(out)


def cut_off(data: bytes, random: Random) -> bytes:
    return data[: random.randrange(len(data) + 1)]


def cut_out(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + data[at + random.choice((1, 10, 1_000, 20_000)) :]


def repeated(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data) + 1)
    piece = data[at : at + random.choice((4, 100, 2_000))]
    return data[:at] + piece * random.choice((2, 20, 500)) + data[at:]


def blanked(data: bytes, random: Random) -> bytes:
    at, size = random.randrange(len(data) + 1), random.choice((4, 64, 4_096))
    return data[:at] + random.choice((b"\0", b"\xff", b" ", b"_"))[:1] * len(data[at : at + size]) + data[at + size :]


def swapped(data: bytes, random: Random) -> bytes:
    one, two, three = sorted(random.randrange(len(data) + 1) for _ in range(3))
    return data[:one] + data[two:three] + data[one:two] + data[three:]


def bad_letters(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + random.choice(BAD_LETTERS) + data[at:]


def other_number(data: bytes, random: Random) -> bytes:
    found = [m.span() for m in _NUMBER.finditer(data[:400_000])]
    for start, end in sorted(random.sample(found, min(len(found), random.choice((1, 5, 50)))), reverse=True):
        data = data[:start] + random.choice(NUMBERS) + data[end:]
    return data


ANY: tuple[Damage, ...] = (flipped, cut_off, cut_out, repeated, blanked, swapped, bad_letters, other_number)


# ---------------------------------------------------------------- markup


def tag_lost(data: bytes, random: Random) -> bytes:
    found = [m.span() for m in _TAG.finditer(data)]
    for start, end in sorted(random.sample(found, min(len(found), random.choice((1, 4)))), reverse=True):
        data = data[:start] + data[end:]
    return data


def tags_exchanged(data: bytes, random: Random) -> bytes:
    found = [m.span() for m in _TAG.finditer(data)]
    if len(found) < 2:
        return data
    (a, b), (c, d) = sorted(random.sample(found, 2))
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def nested(data: bytes, random: Random) -> bytes:
    """Nest one element in itself, as deep as no document is."""
    found = list(_OPENING.finditer(data))
    if not found:
        return data
    tag = random.choice(found)
    depth = random.choice((50, 240, 3_000, 40_000))
    opening, closing = tag[0] * depth, b"</" + tag[1] + b">"
    return data[: tag.start()] + opening + closing * random.choice((0, depth)) + data[tag.start() :]


def crowded(data: bytes, random: Random) -> bytes:
    """Repeat one stretch of whole tags thousands of times."""
    found = [m.start() for m in _TAG.finditer(data)]
    if len(found) < 10:
        return data
    n = random.randrange(len(found) - 6)
    start, end = found[n], found[min(len(found) - 1, n + random.choice((2, 6, 60)))]
    return data[:end] + data[start:end] * random.choice((20, 500, 3_000)) + data[end:]


def entities(data: bytes, random: Random) -> bytes:
    head = re.match(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>)?", data)
    at = head.end() if head else 0
    data = data[:at] + random.choice((LAUGHS, OUTSIDE)) + data[at:]
    return data.replace(b"</", b"&d;</", random.choice((1, 200)))


def other_encoding(data: bytes, random: Random) -> bytes:
    name = random.choice((b"utf-16", b"windows-1251", b"x-unknown", b"utf-7", b"ebcdic-cp-us", b""))
    return b'<?xml version="1.0" encoding="' + name + b'"?>' + re.sub(rb"^\s*<\?xml[^>]*\?>", b"", data)


def long_words(data: bytes, random: Random) -> bytes:
    at = data.find(b">", random.randrange(len(data) + 1)) + 1
    word = random.choice(("_", "а", "ЖСН ", "12 ", "((((", "Аты-жөні: ", "@", "+7 701 ", "«20__» "))
    return data[:at] + (word * random.choice((300, 20_000))).encode() + data[at:]


def attributes(data: bytes, random: Random) -> bytes:
    found = list(_OPENING.finditer(data))
    if not found:
        return data
    at = random.choice(found).end(1)
    many = random.choice((10, 5_000))
    return data[:at] + b"".join(b' a%d="%d"' % (n, n) for n in range(many)) + data[at:]


MARKUP: tuple[Damage, ...] = (
    tag_lost,
    tags_exchanged,
    nested,
    crowded,
    entities,
    other_encoding,
    long_words,
    attributes,
    other_number,
)


# ---------------------------------------------------------------- archives


def member_damaged(data: bytes, random: Random) -> bytes:
    """Damage one part of a zip and pack it again, so that the damage gets past the checksums."""

    def change(parts: dict[str, bytes]) -> None:
        # The larger a part the likelier: there is what is read.
        name = random.choices(list(parts), [len(one) + 200 for one in parts.values()])[0]
        marked_up = parts[name].lstrip(b"\xef\xbb\xbf \r\n").startswith(b"<")
        damages = MARKUP if marked_up and random.random() < 0.8 else ANY
        for _ in range(random.choice((1, 1, 3))):
            parts[name] = random.choice(damages)(parts[name], random)

    return _packed_again(data, change)


def member_lost(data: bytes, random: Random) -> bytes:
    return _packed_again(data, lambda parts: parts.__delitem__(random.choice(list(parts))))


def members_exchanged(data: bytes, random: Random) -> bytes:
    def change(parts: dict[str, bytes]) -> None:
        one, two = random.choice(list(parts)), random.choice(list(parts))
        parts[one], parts[two] = parts[two], parts[one]

    return _packed_again(data, change)


def bomb(data: bytes, random: Random) -> bytes:
    def change(parts: dict[str, bytes]) -> None:
        name = random.choice([*parts, "word/media/x.bin"])
        size = random.choice((1_000_000, 30_000_000, 90_000_000))
        parts[name] = random.choice((b"\0", b" ", b"<w:p/>", b"a&amp;"))[:1] * size

    return _packed_again(data, change)


def many_members(data: bytes, random: Random) -> bytes:
    many = random.choice((301, 4_100))

    def change(parts: dict[str, bytes]) -> None:
        parts.update({f"{'d/' * (n % 40)}{n}.xml": b"" for n in range(many)})

    return _packed_again(data, change)


def bad_names(data: bytes, random: Random) -> bytes:
    def change(parts: dict[str, bytes]) -> None:
        parts[random.choice(("../../etc/passwd", "/a", "a\\b.docx", "x" * 60_000, "\u202excod.exe", ""))] = b"<a/>"

    return _packed_again(data, change)


def directory_damaged(data: bytes, random: Random) -> bytes:
    """Change fields of the local heads or of the list of contents: sizes, methods, flags, offsets."""
    out = bytearray(data)
    heads = [m.start() for m in re.finditer(rb"PK(?:\x01\x02|\x03\x04|\x05\x06)", data)]
    for _ in range(random.choice((1, 2, 8)) if heads else 0):
        at = random.choice(heads) + random.randrange(4, 46)
        if at < len(out):
            out[at] = random.choice((0, 1, 255, 99, random.randrange(256)))
    return bytes(out)


def _packed_again(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = {name: package.read(name) for name in package.namelist()}
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError, KeyError, zlib.error):
        return data  # damaged before
    if parts:
        change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(zipfile.ZipInfo(name or "x"), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


ARCHIVE: tuple[Damage, ...] = (
    member_damaged, member_damaged, member_damaged, member_damaged, member_damaged, member_damaged,
    member_lost, members_exchanged, bomb, many_members, bad_names, directory_damaged, directory_damaged,
)  # fmt: skip


# ---------------------------------------------------------------- RTF and PDF


def rtf_words(data: bytes, random: Random) -> bytes:
    at = data.find(b"\\", random.randrange(len(data) + 1))
    word = random.choice(
        (b"{" * 5_000, b"}" * 50, b"\\bin99999999 ", b"\\u-99999 ?", b"\\trowd" * 3_000, b"\\cellx2147483648",
         b"\\cell" * 3_000, b"\\row", b"{\\*\\x ", b"\\'zz", b"\\itap9999 ", b"\\fonttbl", b"\\ansicpg99999",
         b"\\uc500 ", b"\\nestrow", b"\\upr{", b"\\listtext", b"\\ls77777777777 ", b"\\pict\\bin5 ab")
    )  # fmt: skip
    return data[: max(at, 0)] + word + data[max(at, 0) :]


def pdf_words(data: bytes, random: Random) -> bytes:
    found = [m.span() for m in re.finditer(rb"/\w+|\d+ 0 R|endobj|endstream|stream|xref|trailer|<<|>>|\[|\]", data)]
    if not found:
        return data
    start, end = random.choice(found)
    others = [data[a:b] for a, b in random.sample(found, min(5, len(found)))]
    return data[:start] + random.choice([b"", *others, b"[" * 3_000, b"<<" * 3_000, b"/Kids [1 0 R]"]) + data[end:]


# ---------------------------------------------------------------- which damage fits which bytes


def damaged(data: bytes, random: Random) -> bytes:
    """Return the file with one damage that suits what it is, now and then any other."""
    fitting: tuple[Damage, ...] = ANY
    if random.random() < 0.75:
        if data.startswith(b"PK"):
            fitting = ARCHIVE
        elif data.startswith(b"{\\rtf"):
            fitting = (rtf_words, other_number, *ANY)
        elif data.startswith(b"%PDF"):
            fitting = (pdf_words, pdf_words, other_number, *ANY)
        elif b"</" in data[-3_000:]:
            fitting = MARKUP
    return random.choice(fitting)(data, random)
