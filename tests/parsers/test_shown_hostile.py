"""Files that want to do more than be looked at: nothing of them lives in what a person is shown, nothing is fetched."""

from __future__ import annotations

import io
import re
import socket
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from parsers.office import fence
from parsers.readings import Document, LaidOpen, Paragraph, Run
from parsers.shown.fragment import as_html, page_html
from parsers.shown.lay_open import laid_open
from parsers.worker import Worker
from tests.parsers.files import as_docx, zipped
from tests.parsers.raw_mails import multipart, part

TAGS = {"div", "p", "table", "tr", "td", "mark", "u", "s", "b", "i", "span", "svg", "image", "rect", "title"}
ATTRIBUTES = {
    *("class", "colspan", "data-field", "data-language", "data-doubt", "viewbox", "role", "aria-label"),
    *("href", "x", "y", "width", "height", "fill", "fill-opacity", "stroke"),
}
LIVE = (
    '<script>alert(1)</script><img src=x onerror="alert(2)"><svg onload="alert(3)"><a href="javascript:alert(4)">'
    "<style>*{background:url(//evil.example)}</style><iframe src=//evil.example></iframe>\"'&"
)
RED = (255, 0, 0)


@dataclass(frozen=True, slots=True)
class Bait:
    """What a hostile file reaches for: a server that counts who comes, and a red picture on this machine's disk."""

    server: socket.socket
    picture: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.getsockname()[1]}/seen.png"

    def was_visited(self) -> bool:
        try:
            self.server.accept()
        except BlockingIOError:
            return False
        return True


@pytest.fixture
def bait(tmp_path: Path) -> Iterator[Bait]:
    Image.new("RGB", (300, 300), RED).save(tmp_path / "private.png")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield Bait(server, tmp_path / "private.png")


def docx_that_reaches_out(targets: list[str]) -> bytes:
    """A Word file with linked pictures, fields that include them, a live link and a foreign template."""
    written = Document("a.docx", "docx", (Paragraph((Run(LIVE),)),))
    relation = '<Relationship Id="{}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" '
    relation += 'Target="{}" TargetMode="External"/>'
    drawing = (
        '<w:p><w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="2800000" cy="2800000"/>'
        '<wp:docPr id="{0}" name="p"/><a:graphic><a:graphicData '
        'uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="{0}" '
        'name="p"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:link="rIdE{0}"/><a:stretch><a:fillRect/>'
        '</a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="2800000" cy="2800000"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline>'
        "</w:drawing></w:r></w:p>"
    )
    field = (
        '<w:p><w:fldSimple w:instr=" INCLUDEPICTURE &quot;{}&quot; \\d "><w:r><w:t>x</w:t></w:r></w:fldSimple></w:p>'
    )
    link = '<w:p><w:hyperlink r:id="rIdL"><w:r><w:t>link</w:t></w:r></w:hyperlink></w:p>'
    parts: dict[str, str | bytes] = _unzipped(as_docx(written))
    body = "".join(drawing.format(n) + field.format(target) for n, target in enumerate(targets)) + link
    parts["word/document.xml"] = str(parts["word/document.xml"]).replace("<w:sectPr/>", body + "<w:sectPr/>")
    more = "".join(relation.format(f"rIdE{n}", "image", target) for n, target in enumerate(targets))
    more += relation.format("rIdL", "hyperlink", "javascript:alert(1)")
    more += relation.format("rIdT", "attachedTemplate", targets[0])
    rels = "word/_rels/document.xml.rels"
    parts[rels] = str(parts[rels]).replace("</Relationships>", more + "</Relationships>")
    return zipped(parts)


def _unzipped(data: bytes) -> dict[str, str | bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {
            name: package.read(name).decode() if name.endswith((".xml", ".rels")) else package.read(name)
            for name in package.namelist()
        }


def odt_that_reaches_out(targets: list[str]) -> bytes:
    """An OpenDocument text with linked pictures, a linked section, a script and a live link."""
    names = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
        'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
        'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" '
        'xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0" '
        'xmlns:xlink="http://www.w3.org/1999/xlink"'
    )
    pictures = "".join(
        '<text:p><draw:frame text:anchor-type="as-char" svg:width="8cm" svg:height="8cm"><draw:image '
        f'xlink:type="simple" xlink:actuate="onLoad" xlink:href="{one}"/></draw:frame></text:p>'
        f'<text:section text:name="s{n}"><text:section-source xlink:type="simple" xlink:href="{one}"/></text:section>'
        for n, one in enumerate(targets)
    )
    escaped = LIVE.replace("&", "&amp;").replace("<", "&lt;")
    text = (
        f'<office:document-content {names} office:version="1.2"><office:scripts><office:script '
        'script:language="ooo:Basic">Sub Main\nEnd Sub</office:script></office:scripts><office:body><office:text>'
        f'<text:p>{escaped}</text:p><text:p><text:a xlink:href="javascript:alert(1)">link</text:a></text:p>'
        f"{pictures}</office:text></office:body></office:document-content>"
    )
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
        '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    parts: dict[str, str | bytes] = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": text,
        "META-INF/manifest.xml": manifest,
    }
    return zipped(parts, stored=("mimetype",))


def rtf_that_reaches_out(targets: list[str]) -> bytes:
    """An RTF with fields that include files, and an object that wants to be opened."""
    fields = "".join(
        rf'{{\field\flddirty{{\*\fldinst INCLUDEPICTURE "{one}" \\d}}{{\fldrslt x}}}}\par '
        rf'{{\field\flddirty{{\*\fldinst INCLUDETEXT "{one}"}}{{\fldrslt x}}}}\par '
        for one in targets
    )
    live = LIVE.replace("{", r"\{").replace("}", r"\}")
    thing = r"{\object\objautlink\objupdate{\*\objclass Word.Document.8}{\*\objdata 0105000002000000}}"
    return rf"{{\rtf1\ansi {live}\par {fields}{thing}}}".encode()


def html_that_reaches_out(targets: list[str]) -> bytes:
    pictures = "".join(f'<img src="{one}"><link rel=stylesheet href="{one}"><object data="{one}">' for one in targets)
    return (
        f"<html><base href='{targets[0]}'><body onload='alert(1)'>{LIVE}{pictures}<p>hello</p></body></html>".encode()
    )


def svg_that_reaches_out(targets: list[str]) -> bytes:
    pictures = "".join(f'<image xlink:href="{one}" width="9" height="9"/>' for one in targets)
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'<?xml version="1.0"?><svg {names} onload="alert(1)"><script>alert(2)</script>{pictures}</svg>'.encode()


def pdf_that_reaches_out(targets: list[str]) -> bytes:
    """A PDF that runs a script when it is opened and links to places."""
    action = f"/OpenAction<</S/JavaScript/JS(app.launchURL\\('{targets[0]}'\\))>>"
    objects = (
        f"<</Type/Catalog/Pages 2 0 R{action}>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Annots[4 0 R]>>",
        f"<</Type/Annot/Subtype/Link/Rect[0 0 300 300]/A<</S/URI/URI({targets[0]})>>>>",
    )
    body, places = "%PDF-1.7\n", []
    for n, one in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{n} 0 obj{one}endobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    tail = f"trailer<</Size 5/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF"
    return f"{body}xref\n0 5\n0000000000 65535 f \n{table}{tail}".encode()


HOSTILE = {
    "a.docx": docx_that_reaches_out,
    "b.odt": odt_that_reaches_out,
    "c.rtf": rtf_that_reaches_out,
    "d.html": html_that_reaches_out,
    "e.svg": svg_that_reaches_out,
    "f.png": svg_that_reaches_out,
    "g.pdf": pdf_that_reaches_out,
}


class Seen(HTMLParser):
    """All tags of a fragment with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update((name, value or "") for name, value in attrs)


def opened(bait: Bait) -> LaidOpen:
    targets = [bait.picture.as_uri(), bait.address]
    files = [
        part(make(targets), b'Content-Type: application/octet-stream; name="%s"\r\n' % name.encode())
        for name, make in HOSTILE.items()
    ]
    named = part(b"hello", b'Content-Type: text/plain; name="\'><script>alert(1)</script>.txt"\r\n')
    body = b"Content-Type: text/html; charset=utf-8\r\n\r\n" + html_that_reaches_out(targets)
    with Worker() as worker:
        return worker.lay_open(multipart(body, *files, named))


def test_nothing_of_a_hostile_file_lives_and_nothing_is_fetched(bait: Bait) -> None:
    shown = opened(bait)

    names = {one.document.part for one in shown.documents}
    assert names >= {"body", "a.docx", "b.odt", "c.rtf", "d.html"}
    assert {page.part for page in shown.pages} == {"a.docx", "b.odt", "c.rtf", "g.pdf"}
    html = "".join([*map(as_html, shown.documents), *(page_html(page, "/p") for page in shown.pages)])
    seen = Seen(html)
    assert seen.tags <= TAGS
    assert {name for name, _ in seen.attributes} <= ATTRIBUTES
    assert {value for name, value in seen.attributes if name == "href"} == {"/p"}
    assert "&lt;script&gt;" in html  # it is shown as what it is: letters
    assert not bait.was_visited()


def test_no_picture_of_this_machine_gets_onto_a_page(bait: Bait) -> None:
    for page in opened(bait).pages:
        assert page.jpeg.startswith(b"\xff\xd8"), page.part
        red, green, blue = np.asarray(Image.open(io.BytesIO(page.jpeg)).convert("RGB"), dtype=np.int16).T
        reddish = int(((red > 200) & (green < 60) & (blue < 60)).sum())
        assert reddish < 200, page.part


def test_what_a_page_carries_besides_its_picture_stays_behind(bait: Bait) -> None:
    for page in opened(bait).pages:
        assert not re.search(rb"exif|javascript|127\.0\.0\.1", page.jpeg, re.IGNORECASE), page.part


def test_nothing_is_drawn_by_libreoffice_where_other_files_cannot_be_kept_from_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fence, "version", lambda: 0)
    data = as_docx(Document("a.docx", "docx", (Paragraph((Run("hello"),)),)))
    shown = laid_open(multipart(part(data, b"Content-Type: application/octet-stream; name=a.docx\r\n")))
    assert [one.document.part for one in shown.documents] == ["a.docx"]
    assert (shown.pages, shown.left_out) == ((), ())
