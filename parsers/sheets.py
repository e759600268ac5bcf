"""Sheets of paper in a mail → documents: which pictures are sheets of a form, and which belong together.

A form of three pages comes as one PDF, or as three photos. A page with the title of a form begins a
document, the pages behind it go on with it; the document bears the name of its first page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from parsers.align import candidates
from parsers.labels import labels
from parsers.lines import lines_of
from parsers.printed import as_printed
from parsers.readers import scan
from parsers.readers.errors import NotRead, OnlyPicture
from parsers.readers.scans.page import PageRead
from parsers.readings import Attachment, Document, Unreadable

PAGES_AT_MOST = 15  # of a mail: three to four seconds each
TITLE_WITHIN = 14  # lines of a page
TITLE_LIKE = 0.86

_NUMBER = re.compile(r"\d+")


@dataclass(slots=True)
class Sheets:
    """What the sheets of a mail have given so far. pages: looked at, so that a mail of pictures has an end."""

    documents: list[Document] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    pages: int = 0

    def take_pictures(self, files: Sequence[Attachment]) -> None:
        """Read picture files that came one after the other."""
        seen: list[tuple[str, PageRead]] = []
        for file in in_order(files):
            left = PAGES_AT_MOST - self.pages
            if left <= 0:
                self._refuse(file, "too many pages")
                continue
            try:
                looks = scan.looks_at_picture(file.data, left)
            except NotRead as fault:
                self.pages += 1
                self._refuse(file, fault.detail if isinstance(fault, OnlyPicture) else f"{fault.reason} {fault.detail}")
                continue
            self.pages += len(looks)
            pages = [look.page for look in looks if look.page is not None]
            seen.extend((file.name, page) for page in pages)
            # A photo of a cat asks for nobody's eyes; paper that could not be read does.
            if scan.hardly_legible(pages) or any(look.page is None and look.paper for look in looks):
                self._refuse(file, "hardly legible")
        for group in _groups(seen):
            document = scan.document_of([page for _, page in group], group[0][0])
            self.documents.append(as_printed(document))

    def take_pdf(self, data: bytes, name: str, numbers: Sequence[int]) -> None:
        """Read the pages of a PDF (numbered from 0) that are pictures."""
        numbers = numbers[: max(0, PAGES_AT_MOST - self.pages)]
        self.pages += len(numbers)
        if not numbers:
            self.unreadable.append(Unreadable(name, "picture", "too many pages"))
            return
        try:
            looks = scan.looks_at_pdf(data, numbers)
        except NotRead as fault:
            self.unreadable.append(Unreadable(name, fault.reason, fault.detail))
            return
        pages = [look.page for look in looks if look.page is not None]
        if not pages or scan.hardly_legible(pages):
            self.unreadable.append(Unreadable(name, "picture", "hardly legible"))
        if pages:
            self.documents.append(as_printed(scan.document_of(pages, name)))

    def taken(self) -> tuple[list[Document], list[Unreadable]]:
        """Return what was read since this was asked last."""
        documents, self.documents = self.documents, []
        unreadable, self.unreadable = self.unreadable, []
        return documents, unreadable

    def _refuse(self, file: Attachment, detail: str) -> None:
        if not file.inline:  # a logo asks for nobody's eyes
            self.unreadable.append(Unreadable(file.name, "picture", detail))


def in_order(files: Sequence[Attachment]) -> list[Attachment]:
    """Return the files with those that are named alike («Scan002», «Scan010») in the order of their numbers."""
    places: dict[str, list[int]] = {}
    for n, file in enumerate(files):
        places.setdefault(_NUMBER.sub("#", file.name.casefold()), []).append(n)
    ordered = list(files)
    for some in places.values():
        alike = sorted(
            (files[n] for n in some), key=lambda file: [int(number) for number in _NUMBER.findall(file.name)]
        )
        for n, file in zip(some, alike, strict=True):
            ordered[n] = file
    return ordered


def _groups(seen: Sequence[tuple[str, PageRead]]) -> Iterator[list[tuple[str, PageRead]]]:
    group: list[tuple[str, PageRead]] = []
    for name, page in seen:
        if group and _begins_form(page):
            yield group
            group = []
        group.append((name, page))
    if group:
        yield group


def _begins_form(page: PageRead) -> bool:
    lines = [line for line in lines_of(Document("", "scan", page.blocks)) if line.text.strip()][:TITLE_WITHIN]
    return any(
        element.kind == "title"
        for here in candidates(lines)
        for candidate in here
        if candidate.found.like >= TITLE_LIKE
        for elements in labels().of.values()
        for element in elements.get(candidate.found.wording, ())
    )
