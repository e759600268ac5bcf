"""Files inside files: archives, enclosed mails, signed envelopes. Bounded in every direction.

What is inside takes the container's place in the list; `within` tells where it came from. A signed
envelope stays beside its document, so that a reader of forms can see what was signed.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from parsers import archives
from parsers.charsets import text_of
from parsers.cms import opened
from parsers.mail import take_apart
from parsers.msg import read_msg
from parsers.outlook import NotOutlook, OutlookItem
from parsers.rar import RAR4, RAR5, list_of
from parsers.readers.sniff import LARGEST_DIRECTORY, WITHHELD_KEY, Kind, directory_size, kind_of
from parsers.readings import Attachment, Unreadable
from parsers.tnef import read_tnef

Piece = Attachment | Unreadable


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken out of all containers of one mail together. Sizes in bytes."""

    entries: int = 300
    total: int = 200_000_000
    ratio: int = 200  # unpacked to packed, for entries beyond `free`
    free: int = 5_000_000
    depth: int = 5


class _Budget:
    """What is left of the limits while one mail is unpacked."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.entries = limits.entries
        self.total = limits.total

    def takes(self, size: int) -> bool:
        """Whether one more entry of this size still goes in; if so it is counted."""
        if self.entries <= 0 or size > self.total:
            return False
        self.entries -= 1
        self.total -= size
        return True


Opener = Callable[[Attachment, _Budget], Iterator[Piece]]


def unpack(
    attachments: tuple[Attachment, ...], limits: Limits | None = None, *, words_known: bool = False
) -> tuple[tuple[Attachment, ...], tuple[Unreadable, ...]]:
    """Return the files that are to be read, in order, and what could not be opened. Never raises.

    words_known: the words of the mail are known from its text; a winmail.dat in it has them once more.
    """
    budget = _Budget(limits or Limits())
    files: list[Attachment] = []
    closed: list[Unreadable] = []
    waiting = list(reversed(attachments))
    while waiting:
        piece = waiting.pop()
        kind = kind_of(piece.data, piece.name)
        if kind == "private_key":
            files.append(replace(piece, data=WITHHELD_KEY))
            continue
        opener = OPENERS.get(kind)
        if opener is None:
            files.append(piece)
            continue
        if kind == "cms":
            files.append(piece)
        if len(piece.within) >= budget.limits.depth:
            closed.append(Unreadable(piece.name, "too_large", "nested too deeply"))
            continue
        found: list[Attachment] = []
        for inside in opener(piece, budget):
            if kind == "tnef" and words_known and not piece.within and _is_words_of(inside, piece):
                continue
            if isinstance(inside, Unreadable):
                closed.append(inside)
            else:
                found.append(inside)
        waiting.extend(reversed(found))
    return tuple(files), tuple(closed)


# ---------------------------------------------------------------- openers

_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, KeyError, IndexError, RuntimeError)
_LITTER = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")


def _open_zip(piece: Attachment, budget: _Budget) -> Iterator[Piece]:
    if directory_size(piece.data) > LARGEST_DIRECTORY:
        yield Unreadable(piece.name, "too_large", "list of contents")
        return
    try:
        with zipfile.ZipFile(io.BytesIO(piece.data)) as archive:
            for entry in archive.infolist():
                name = _entry_name(entry)
                if entry.is_dir() or any(litter in name.lower() for litter in _LITTER):
                    continue
                inside = _entry(archive, entry, name, piece, budget)
                yield inside
                if isinstance(inside, Unreadable) and inside.reason == "too_large":
                    return
    except _DAMAGE as fault:
        yield Unreadable(piece.name, "damaged", type(fault).__name__)


def _entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: str, piece: Attachment, budget: _Budget) -> Piece:
    name = _last_name(path)
    limits = budget.limits
    if entry.flag_bits & 0x1:
        return Unreadable(name, "encrypted", piece.name)
    size = entry.file_size
    if size > limits.free and size > limits.ratio * max(1, entry.compress_size):
        return Unreadable(piece.name, "too_large", "ratio")
    if not budget.takes(size):
        return Unreadable(piece.name, "too_large", "entries or bytes")
    try:
        with archive.open(entry) as stream:
            data = stream.read(size + 1)  # what the directory says, and not a byte more
    except NotImplementedError as fault:
        return Unreadable(name, "unsupported", str(fault))
    except _DAMAGE as fault:
        return Unreadable(name, "damaged", type(fault).__name__)
    return Attachment(name, "", data, (*piece.within, piece.name), piece.inline)


def _entry_name(entry: zipfile.ZipInfo) -> str:
    """Names that carry no UTF-8 mark are in the encoding of the machine: cp866 in Windows' own archives."""
    if entry.flag_bits & 0x800:
        return text_of(entry.filename.encode("utf-8", "surrogateescape"))
    return text_of(entry.orig_filename.split("\0")[0].encode("cp437", "replace"), candidates=("cp866",))


def _open_mail(piece: Attachment, budget: _Budget) -> Iterator[Piece]:
    """A mail that lay in an archive. What was typed into it counts as a file of its own."""
    mail = take_apart(piece.data)
    within = (*piece.within, piece.name)
    if mail.body_html or mail.body:
        html = bool(mail.body_html)
        data = (mail.body_html or mail.body).encode("utf-8", "replace")
        if budget.takes(len(data)):
            kind, name = ("text/html", "body.html") if html else ("text/plain", "body.txt")
            yield Attachment(name, kind, data, within)
    for attachment in mail.attachments:
        if not budget.takes(len(attachment.data)):
            yield Unreadable(piece.name, "too_large", "entries or bytes")
            return
        yield replace(attachment, within=(*within, *attachment.within))


def _open_signed(piece: Attachment, budget: _Budget) -> Iterator[Piece]:
    envelope = opened(piece.data)
    if envelope.kind == "encrypted":
        yield Unreadable(piece.name, "encrypted", "cms")
    elif envelope.kind == "damaged":
        yield Unreadable(piece.name, "damaged", "cms")
    elif envelope.content is not None and budget.takes(len(envelope.content)):
        name = piece.name
        for ending in (".p7s", ".p7m", ".cms", ".sig", ".p7"):
            name = name[: -len(ending)] if name.lower().endswith(ending) else name
        yield Attachment(name, "", envelope.content, (*piece.within, piece.name), piece.inline)


def _open_other(piece: Attachment, budget: _Budget) -> Iterator[Piece]:
    """.rar, .7z, .tar."""
    limits = budget.limits
    listed = list_of(piece.data) if piece.data.startswith((RAR4, RAR5)) else None
    if listed is not None and listed.locked:
        yield Unreadable(piece.name, "encrypted", "rar")
        return
    try:
        anything = False
        for entry in archives.entries(piece.data, min(budget.total, max(limits.free, limits.ratio * len(piece.data)))):
            anything = True
            path = text_of(entry.raw_name, candidates=("cp866",))
            if any(litter in path.lower() for litter in _LITTER):
                continue
            if entry.data is None or not budget.takes(entry.size):
                yield Unreadable(piece.name, "too_large", "entries or bytes")
                return
            if listed is not None and listed.tells_against(entry.size, zlib.crc32(entry.data)):
                yield Unreadable(_last_name(path), "damaged", "check sum")
                continue
            yield Attachment(_last_name(path), "", entry.data, (*piece.within, piece.name), piece.inline)
        if not anything:
            yield Unreadable(piece.name, "damaged", "nothing in it")
        elif listed is not None and not listed.whole:
            yield Unreadable(piece.name, "damaged", "the end is missing")
    except archives.NotOpened as fault:
        yield Unreadable(piece.name, fault.reason, fault.detail)


def _open_gzip(piece: Attachment, budget: _Budget) -> Iterator[Piece]:
    unpacker = zlib.decompressobj(wbits=31)
    limits = budget.limits
    most = min(budget.total, max(limits.free, limits.ratio * len(piece.data)))
    try:
        data = unpacker.decompress(piece.data, most + 1)
    except zlib.error:
        yield Unreadable(piece.name, "damaged", "gzip")
        return
    if len(data) > most or not budget.takes(len(data)):
        yield Unreadable(piece.name, "too_large", "gzip")
    elif not unpacker.eof:
        yield Unreadable(piece.name, "damaged", "gzip")
    else:
        name = piece.name[:-4] + ".tar" if piece.name.lower().endswith(".tgz") else piece.name.removesuffix(".gz")
        yield Attachment(name, "", data, (*piece.within, piece.name), piece.inline)


def _open_msg(piece: Attachment, budget: _Budget) -> Iterator[Piece]:
    try:
        item = read_msg(piece.data)
    except NotOutlook as fault:
        yield Unreadable(piece.name, "damaged", str(fault))
        return
    yield from _outlook(item, piece, (*piece.within, piece.name), budget)


def _open_tnef(piece: Attachment, budget: _Budget) -> Iterator[Piece]:
    try:
        item = read_tnef(piece.data)
    except NotOutlook as fault:
        yield Unreadable(piece.name, "damaged", str(fault))
        return
    yield from _outlook(item, piece, (*piece.within, piece.name), budget)


def _outlook(item: OutlookItem, piece: Attachment, within: tuple[str, ...], budget: _Budget) -> Iterator[Piece]:
    if item.words and budget.takes(len(item.words)):
        yield Attachment(f"body.{item.kind}", "", item.words, within)
    for file in item.files:
        if file.item is not None:
            yield from _outlook(file.item, piece, (*within, file.name), budget)
        elif not budget.takes(len(file.data)):
            yield Unreadable(piece.name, "too_large", "entries or bytes")
            return
        else:
            yield Attachment(file.name, file.declared_type, file.data, within, file.hidden)


def _is_words_of(inside: Piece, piece: Attachment) -> bool:
    return isinstance(inside, Attachment) and inside.name.startswith("body.") and inside.within == (piece.name,)


def _last_name(path: str) -> str:
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2] or path


# What is opened, by the kind that the bytes tell. A new format is one function and one line.
OPENERS: Mapping[Kind, Opener] = {
    "zip": _open_zip,
    "rar": _open_other,
    "7z": _open_other,
    "tar": _open_other,
    "gzip": _open_gzip,
    "eml": _open_mail,
    "msg": _open_msg,
    "tnef": _open_tnef,
    "cms": _open_signed,
}
