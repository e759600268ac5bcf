"""Outlook's files written by hand, as MS-CFB, MS-OXMSG and MS-OXTNEF say: .msg and winmail.dat."""

from __future__ import annotations

import struct
from collections.abc import Mapping

from parsers.outlook import BODY, FILE_DATA, FILE_LONG, HTML, RTF, SUBJECT

Folder = Mapping[str, "bytes | Folder"]

_FREE, _END, _FAT, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_SECTOR, _MINI, _CUTOFF = 512, 64, 4096


def ole(tree: Folder) -> bytes:
    """Return a compound file (MS-CFB, version 3) with these folders and streams."""
    entries: list[list[object]] = [["Root Entry", 5, _NONE, _NONE, b""]]  # name, type, right, child, data

    def add(folder: Folder, parent: int) -> None:
        before = -1
        for name, inside in sorted(folder.items(), key=lambda item: (len(item[0]), item[0].upper())):
            number = len(entries)
            entries.append(
                [
                    name,
                    2 if isinstance(inside, bytes) else 1,
                    _NONE,
                    _NONE,
                    inside if isinstance(inside, bytes) else b"",
                ]
            )
            entries[parent if before < 0 else before][3 if before < 0 else 2] = number
            before = number
            if not isinstance(inside, bytes):
                add(inside, number)

    add(tree, 0)
    fat: list[int] = []
    sectors: list[bytes] = []

    def put(data: bytes) -> int:
        if not data:
            return _END
        first = len(sectors)
        pieces = [data[at : at + _SECTOR].ljust(_SECTOR, b"\0") for at in range(0, len(data), _SECTOR)]
        sectors.extend(pieces)
        fat.extend([*range(first + 1, first + len(pieces)), _END])
        return first

    mini = b""
    minifat: list[int] = []
    starts: dict[int, int] = {}
    for number, (_, kind, _, _, data) in enumerate(entries):
        assert isinstance(data, bytes)
        if kind != 2 or not data:
            starts[number] = _END
        elif len(data) >= _CUTOFF:
            starts[number] = put(data)
        else:
            starts[number] = len(minifat)
            count = -(-len(data) // _MINI)
            minifat.extend([*range(len(minifat) + 1, len(minifat) + count), _END])
            mini += data.ljust(count * _MINI, b"\0")
    starts[0] = put(mini)
    directory = b""
    for number, (name, kind, right, child, data) in enumerate(entries):
        assert isinstance(name, str)
        assert isinstance(data, bytes)
        wide = name.encode("utf-16-le")
        size = len(mini) if number == 0 else len(data)
        directory += wide.ljust(64, b"\0") + struct.pack("<HBB", len(wide) + 2, kind, 1)
        directory += struct.pack("<III", _NONE, right, child) + b"\0" * 36 + struct.pack("<IQ", starts[number], size)
    while len(directory) % _SECTOR:
        directory += b"\0" * 64 + struct.pack("<HBB", 0, 0, 0) + struct.pack("<III", _NONE, _NONE, _NONE) + b"\0" * 48
    first_directory = put(directory)
    table = struct.pack(f"<{len(minifat)}I", *minifat)
    table += b"\xff" * (-len(table) % _SECTOR)
    first_minifat = put(table)
    fats = 1
    while (len(fat) + fats) * 4 > fats * _SECTOR:
        fats += 1
    first_fat = len(sectors)
    fat.extend([_FAT] * fats)
    whole = struct.pack(f"<{len(fat)}I", *fat)
    whole += b"\xff" * (fats * _SECTOR - len(whole))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack(
        "<IIIIIIIII", 0, fats, first_directory, 0, _CUTOFF, first_minifat, len(table) // _SECTOR, _END, 0
    )
    head += struct.pack("<109I", *([*range(first_fat, first_fat + fats), *[_FREE] * 109][:109]))
    return head + b"".join(sectors) + whole


def msg_item(
    subject: str = "",
    body: str = "",
    html: bytes = b"",
    rtf: bytes = b"",
    files: Mapping[str, bytes | Folder] | None = None,
    *,
    head: int = 32,
    codec: str = "",
) -> Folder:
    """Return the folder of a mail. codec: words as bytes of this code page (cp1251), "" in Unicode."""

    def words(tag: int, text: str) -> tuple[str, bytes]:
        if codec:
            return f"__substg1.0_{tag:04X}001E", text.encode(codec)
        return f"__substg1.0_{tag:04X}001F", text.encode("utf-16-le")

    page = int(codec.removeprefix("cp")) if codec else 1200
    tree: dict[str, bytes | Folder] = {
        "__properties_version1.0": b"\0" * head + struct.pack("<HHIII", 3, 0x3FFD, 6, page, 0),
        **dict([words(SUBJECT, subject), words(BODY, body)]),
    }
    if html:
        tree[f"__substg1.0_{HTML:04X}0102"] = html
    if rtf:
        tree[f"__substg1.0_{RTF:04X}0102"] = rtf
    for n, (name, data) in enumerate((files or {}).items()):
        inside: dict[str, bytes | Folder] = {"__properties_version1.0": b"\0" * 8, **dict([words(FILE_LONG, name)])}
        inside[f"__substg1.0_{FILE_DATA:04X}" + ("0102" if isinstance(data, bytes) else "000D")] = data
        tree[f"__attach_version1.0_#{n:08X}"] = inside
    return tree


def plain_rtf(text: bytes) -> bytes:
    """Return RTF as the property has it, not compressed."""
    return struct.pack("<III", len(text) + 12, len(text), 0x414C454D) + b"\0" * 4 + text


# ---------------------------------------------------------------- winmail.dat


def tnef(*attributes: tuple[int, int, bytes]) -> bytes:
    """Return a winmail.dat of (level, attribute, value)."""
    out = b"\x78\x9f\x3e\x22\x01\x00"
    for level, name, value in attributes:
        out += struct.pack("<BII", level, name, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)
    return out


def properties(*some: tuple[int, int, bytes]) -> bytes:
    """Return a block of MAPI properties of (kind, tag, value)."""
    out = struct.pack("<I", len(some))
    for kind, tag, value in some:
        out += struct.pack("<HH", kind, tag)
        if tag >= 0x8000:
            out += b"\x08\x20\x06\0" + b"\0" * 12 + struct.pack("<II", 1, 6) + "abc".encode("utf-16-le") + b"\0\0"
        if kind in (0x1E, 0x1F, 0x102, 0x0D):
            out += struct.pack("<II", 1, len(value))
        out += value + b"\0" * (-len(value) % 4)
    return out


def winmail(files: Mapping[str, bytes], *, words: bytes = b"", item: bytes = b"", codec: str = "cp1251") -> bytes:
    """Return what Exchange writes. words: compressed RTF; item: a winmail.dat as a forwarded mail."""
    page = struct.pack("<II", int(codec.removeprefix("cp")), 0)
    out: list[tuple[int, int, bytes]] = [
        (1, 0x00089006, b"\0\0\1\0"),
        (1, 0x00069007, page),
        (1, 0x00018004, "Өтініш".encode(codec, "replace") + b"\0"),
        (1, 0x00069003, properties((0x40, 0x0039, b"\0" * 8), (0x1003, 0x8000, b""), (0x0B, 0x0E1B, b"\1\0\0\0"))),
    ]
    if words:
        out[-1] = (1, 0x00069003, properties((0x1E, 0x8001, b"x\0"), (0x102, RTF, words)))
    else:
        out.pop()
    for name, data in files.items():
        out.append((2, 0x00069002, b"\1\0" + b"\xff" * 4 + b"\0" * 8))
        out.append((2, 0x00018010, name.encode(codec, "replace") + b"\0"))
        out.append((2, 0x0006800F, data))
        out.append((2, 0x00069005, properties((0x1F, FILE_LONG, (name + "\0").encode("utf-16-le")))))
    if item:
        out.append((2, 0x00069002, b"\1\0" + b"\xff" * 4 + b"\0" * 8))
        out.append((2, 0x00069005, properties((0x0D, FILE_DATA, b"\0" * 16 + item))))
    return tnef(*out)
