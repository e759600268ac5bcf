"""A raw mail → `LaidOpen`: what was read, its documents, and the pictures of its pages with the answers on them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from parsers.containers import unpack
from parsers.office import fence
from parsers.office.convert import missing, shared
from parsers.readers.errors import NotRead
from parsers.readers.scans.seen import remembering
from parsers.readers.sniff import Kind, kind_of
from parsers.readings import Attachment, DocumentRead, LaidOpen, NotShown, PagePicture, Spot
from parsers.sheets import in_order
from parsers.shown.pages import Page, pages_of_paper, pages_of_pdf
from parsers.shown.spots import spots_of
from parsers.understand import understand_with_documents

PAGES_AT_MOST = 20  # of a mail: pages on paper beyond those that are read take two to four seconds each
_PAPER: frozenset[Kind] = frozenset(("jpeg", "png", "heic", "tiff", "gif", "bmp", "webp"))
_WRITTEN: frozenset[Kind] = frozenset(("docx", "odt", "doc", "rtf"))  # LibreOffice prints them as they look

_Drawn = tuple[str, int, Page]  # part, number, page


def laid_open(raw: bytes, *, leave_out: frozenset[int] = frozenset()) -> LaidOpen:
    """Return a mail laid open. Never raises for what the sender wrote; what cannot be drawn is left out, and said.

    leave_out: places of attachments (in `Mail.attachments`) that are not opened.
    """
    with remembering():
        return _laid_open(raw, leave_out)


def _laid_open(raw: bytes, leave_out: frozenset[int]) -> LaidOpen:
    reading, documents = understand_with_documents(raw, leave_out=leave_out)
    opened = tuple(one for n, one in enumerate(reading.mail.attachments) if n not in leave_out)
    files = [file for file in unpack(opened)[0] if not file.inline or _is_large(file)]
    read = {one.document.part for one in documents}
    drawn: list[_Drawn] = []
    left_out: list[NotShown] = []
    papers = iter(in_order([file for file in files if kind_of(file.data, file.name) in _PAPER]))
    for file in files:
        kind = kind_of(file.data, file.name)
        shown = next(papers) if kind in _PAPER else file
        if not _has_pages(shown, kind, read):
            continue
        left = PAGES_AT_MOST - len(drawn)
        if left <= 0:
            left_out.append(NotShown(shown.name, "too_many_pages"))
            continue
        try:
            pages = list(_pages(shown, kind, left + 1))
        except NotRead as fault:
            left_out.append(NotShown(shown.name, fault.reason, fault.detail))
            continue
        drawn.extend((shown.name, n, page) for n, page in enumerate(pages[:left], start=1))
        if len(pages) > left:
            left_out.append(NotShown(shown.name, "too_many_pages"))
    return LaidOpen(reading, documents, tuple(_with_spots(documents, drawn)), tuple(left_out))


def _has_pages(file: Attachment, kind: Kind, read: Collection[str]) -> bool:
    if kind in _WRITTEN:  # LibreOffice draws nothing where it could be talked into drawing other files with it
        return file.name in read and missing() is None and fence.version() > 0
    return kind == "pdf" or kind in _PAPER


def _pages(file: Attachment, kind: Kind, at_most: int) -> Iterator[Page]:
    """Return the pages of a file, at most so many. Raises NotRead."""
    if kind in _PAPER:
        return pages_of_paper(file.data, at_most)
    return pages_of_pdf(shared().convert(file.data, kind, "pdf") if kind in _WRITTEN else file.data, at_most)


def _is_large(file: Attachment) -> bool:
    return len(file.data) > 30_000  # a photo pasted into the mail; not a logo


def _with_spots(documents: Sequence[DocumentRead], drawn: Sequence[_Drawn]) -> Iterator[PagePicture]:
    """Photos of one form are one document under the first one's name: its answers are looked for on all of them."""
    parts = {read.document.part for read in documents}
    places: dict[str, list[int]] = {}
    current = ""
    for n, (part, _, _) in enumerate(drawn):
        current = part if part in parts else current
        places.setdefault(current, []).append(n)
    found: dict[int, tuple[Spot, ...]] = {}
    for read in documents:
        words = [replace(word, page=n) for n in places.get(read.document.part, ()) for word in drawn[n][2].words]
        for n, spots in spots_of(read, words).items():
            found[n] = (*found.get(n, ()), *spots)
    for n, (part, number, page) in enumerate(drawn):
        yield PagePicture(part, number, page.jpeg, page.width, page.height, found.get(n, ()))
