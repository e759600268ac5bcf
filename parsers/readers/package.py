"""Bounded opening of zipped XML documents (.docx, .xlsx, .odt)."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from posixpath import dirname, join, normpath
from typing import Any

from lxml import etree

from parsers.readers.errors import Damaged, Encrypted, TooLarge

MAX_PARTS = 4_000
MAX_PART = 40_000_000  # bytes of one part, unpacked: a form has 200,000
MAX_ALL = 160_000_000  # bytes of all parts that we look at

Element = etree._Element

_RELS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
    (b"http://purl.oclc.org/ooxml/drawingml/main", b"http://schemas.openxmlformats.org/drawingml/2006/main"),
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main", b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"),
)


class Package:
    """A zipped document; every read is bounded. Raises Damaged, Encrypted, TooLarge."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            self.names = frozenset(self._zip.namelist())
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeDecodeError) as fault:
            raise Damaged(type(fault).__name__) from fault
        if len(self.names) > MAX_PARTS:
            raise TooLarge("parts")
        self._left = MAX_ALL

    def read(self, name: str) -> bytes:
        """Return one part; Damaged when it is missing or broken."""
        try:
            with self._zip.open(name) as stream:
                data = stream.read(min(MAX_PART, self._left) + 1)
        except KeyError as fault:
            raise Damaged("part missing") from fault
        except RuntimeError as fault:  # zipfile's way of asking for a password
            raise Encrypted("zip") from fault
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as fault:
            raise Damaged(type(fault).__name__) from fault
        self._left -= len(data)
        if len(data) > MAX_PART or self._left < 0:
            raise TooLarge("unpacked size")
        return data

    def xml(self, name: str) -> Element:
        """Return the root element of one part, entities never resolved."""
        return parse_xml(self.plain(name))

    def plain(self, name: str) -> bytes:
        """Return one part with the names of the strict standard as the usual ones."""
        data = self.read(name)
        for strict, usual in _STRICT if b"purl.oclc.org" in data else ():
            data = data.replace(strict, usual)
        return data

    def relations(self, name: str) -> Iterator[tuple[str, str, str]]:
        """Yield (id, last word of the type, part name) of what a part refers to inside the package."""
        folder = dirname(name)
        rels = join(folder, "_rels", name.rsplit("/", 1)[-1] + ".rels")
        if rels not in self.names:
            return
        for one in self.xml(rels).iter(_RELS):
            if one.get("TargetMode") != "External":
                target = one.get("Target", "")
                path = target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))
                yield one.get("Id", ""), one.get("Type", "").rsplit("/", 1)[-1], path


def parse_xml(data: bytes) -> Element:
    """Return the root of an XML text: no entities, no network, libxml2's own limits kept."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise Damaged("xml") from fault
    if has_doctype(root):
        etree.strip_elements(root, etree.Entity, with_tail=False)  # left unresolved, they say nothing
    return root


def has_doctype(element: Element) -> bool:
    """Say whether the document that the element stands in declares anything (entities, say)."""
    tree: Any = element.getroottree()  # the type stubs know no internalDTD
    return tree.docinfo.internalDTD is not None


def words_of(element: Element) -> str:
    """Return all text inside an element, joined."""
    return str(element.xpath("string()"))
