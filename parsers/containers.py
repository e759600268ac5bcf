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

from parsers.charsets import text_of
from parsers.cms import opened
from parsers.mail import take_apart
from parsers.readers.sniff import LARGEST_DIRECTORY, WITHHELD_KEY, Kind, directory_size, kind_of
from parsers.readings import Attachment, Unreadable

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
    attachments: tuple[Attachment, ...], limits: Limits | None = None
) -> tuple[tuple[Attachment, ...], tuple[Unreadable, ...]]:
    """Return the files that are to be read, in order, and what could not be opened. Never raises."""
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
        if kind in CLOSED:
            closed.append(Unreadable(piece.name, "unsupported", kind))
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
    name = path.replace("\\", "/").rstrip("/").rpartition("/")[2] or path
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


# What is opened, by the kind that the bytes tell. A new format is one function and one line.
OPENERS: Mapping[Kind, Opener] = {"zip": _open_zip, "eml": _open_mail, "cms": _open_signed}
# Containers that nothing opens here yet.
CLOSED: frozenset[Kind] = frozenset(("rar", "7z", "gzip", "msg", "tnef"))
