"""inspect for a person: the table, and the one HTML file."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from inbox_daemon.commands import main
from parsers.readings import Document, Paragraph, Run
from tests.parsers.files import as_docx
from tests.parsers.raw_mails import multipart, part

LINES = ("Анкета волонтера", "Ф.И.О. (при его наличии): Ким Аида", "Год рождения: 1999", "ИИН: 990101150001")
EVIL = '<script>alert(1)</script><img src="https://evil.example/x.png" onerror="x()">'


@pytest.fixture
def mail(tmp_path: Path) -> Path:
    document = Document("", "docx", tuple(Paragraph((Run(text),)) for text in (*LINES, EVIL)))
    body = b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>hello</p>" + EVIL.encode()
    head = (
        b"Content-Transfer-Encoding: base64\r\nContent-Type: application/octet-stream; name*=utf-8''%3Cb%3Ea.docx\r\n"
    )
    path = tmp_path / "mail.eml"
    path.write_bytes(multipart(body, part(as_docx(document), head)))
    return path


class _Seen(HTMLParser):
    """Tags and addresses of a page as a browser takes them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src", "action", "srcset")]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]


def test_the_form_is_a_table_with_places_and_doubts(mail: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(mail)]) == 0
    rows = [" ".join(row.split()) for row in capsys.readouterr().out.splitlines()]
    assert "ИИН 990101150001 [line 4] ! checksum" in rows
    assert "Место жительства missing" in rows
    assert "verdict: needs_clerk, applicant: volunteer" in rows


def test_the_html_file_stands_alone_and_runs_nothing(mail: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.html"
    assert main(["inspect", str(mail), "--html", str(out)]) == 0
    page = out.read_text(encoding="utf-8")
    seen = _Seen()
    seen.feed(page)
    assert not seen.tags & {"script", "iframe", "object", "embed", "form", "link", "base", "a"}
    assert seen.handlers == []
    assert all(address.startswith("data:image/jpeg;") for address in seen.addresses)
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
    assert re.search(
        r'<mark data-field="volunteer.iin" data-language="ru" data-doubt="checksum">990101150001</mark>', page
    )
    assert "&lt;script&gt;" in page
    assert out.stat().st_mode & 0o077 == 0


def test_a_path_that_is_not_there_is_said_and_the_others_are_shown(
    mail: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.html"
    assert main(["inspect", str(tmp_path / "none.eml"), str(mail), "--html", str(out)]) == 1
    assert "none.eml: cannot be opened: No such file or directory" in capsys.readouterr().err
    assert "990101150001" in out.read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_written_is_said(
    mail: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["inspect", str(mail), "--html", str(tmp_path / "no" / "out.html")]) == 2
    assert "out.html: cannot be written: No such file or directory" in capsys.readouterr().err
