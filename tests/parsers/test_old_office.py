"""Word 97 and Excel 97 files by way of LibreOffice, which is kept warm, and kept on a short lead."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from inbox_daemon.mailbox.noted import sheet_of
from inbox_daemon.order.completeness import check
from parsers.form import forms_in
from parsers.office import convert
from parsers.office.convert import Office, shared
from parsers.readers import docx, old_office
from parsers.readers.errors import Crashed, Damaged, Encrypted, TooLarge
from parsers.readers.sniff import kind_of
from parsers.readings import Cell, Document, Mark, Paragraph, Row, Run, Table
from parsers.understand import understand_file
from registry_store.records import Category, Judgement
from tests.parsers.files import as_docx, as_xlsx
from tests.parsers.written_forms import written_form

SAMPLE = Document(
    "a.docx",
    "docx",
    (
        Paragraph(
            (Run("Қазақ тілі "), Run("under", frozenset({Mark.UNDERLINE})), Run(" out", frozenset({Mark.STRIKE})))
        ),
        Table((Row((Cell((Paragraph((Run("ЖСН"),)),)), Cell((Paragraph((Run("690711217075"),)),)))),)),
    ),
)


@pytest.fixture(scope="module")
def a_doc() -> bytes:
    return shared().convert(as_docx(SAMPLE), "docx", "doc")


@pytest.fixture(scope="module")
def an_xls() -> bytes:
    return shared().convert(as_xlsx(SAMPLE), "xlsx", "xls")


@pytest.fixture
def office() -> Iterator[Office]:
    one = Office()
    yield one
    one.close()


def test_a_doc_is_read_with_its_marks_and_cells(a_doc: bytes) -> None:
    assert kind_of(a_doc, "form.pdf") == "doc"
    document = old_office.read_doc(a_doc, "form.doc")
    assert document.format == "doc"
    assert document.part == "form.doc"
    first, table = document.blocks[:2]
    assert isinstance(first, Paragraph)
    assert [(run.text, run.marks) for run in first.inlines if isinstance(run, Run)] == [
        ("Қазақ тілі ", frozenset()),
        ("under", {Mark.UNDERLINE}),
        (" out", {Mark.STRIKE}),
    ]
    assert isinstance(table, Table)
    assert [cell.blocks[0] for cell in table.rows[0].cells] == [
        Paragraph((Run("ЖСН"),)),
        Paragraph((Run("690711217075"),)),
    ]


def test_an_xls_is_read_with_its_marks_and_cells(an_xls: bytes) -> None:
    assert kind_of(an_xls, "") == "xls"
    document = old_office.read_xls(an_xls, "form.xls")
    assert document.format == "xls"
    first = document.blocks[0]
    assert isinstance(first, Paragraph)
    assert first.text == "Қазақ тілі under out"
    assert [run.marks for run in first.inlines if isinstance(run, Run)] == [set(), {Mark.UNDERLINE}, {Mark.STRIKE}]


@pytest.mark.parametrize("seed", range(8))
def test_forms_read_from_a_doc_are_those_of_the_docx_it_was_made_of(seed: int) -> None:
    modern = as_docx(written_form(seed).document)
    old = old_office.read_doc(shared().convert(modern, "docx", "doc"), "form.docx")

    def said(document: Document) -> list[object]:
        return [
            (form.form, form.language, {name: value.value for name, value in form.fields.items()})
            for form in forms_in(document, signed=False)
        ]

    assert said(old) == said(docx.read(modern, "form.docx")) != []


# ---------------------------------------------------------------- what cannot be read


def test_a_doc_with_a_password_is_named_so(a_doc: bytes) -> None:
    at = a_doc.index(b"\xec\xa5")  # the text's first bytes; its flags stand ten bytes on
    flags = int.from_bytes(a_doc[at + 10 : at + 12], "little") | 0x0100
    with pytest.raises(Encrypted):
        old_office.read_doc(a_doc[: at + 10] + flags.to_bytes(2, "little") + a_doc[at + 12 :], "a.doc")


def test_an_xls_with_a_password_is_named_so(an_xls: bytes) -> None:
    at = an_xls.index(b"\x09\x08\x10\x00\x00\x06") + 20  # the record behind the first one
    with pytest.raises(Encrypted):
        old_office.read_xls(an_xls[:at] + b"\x2f\x00" + an_xls[at + 2 :], "a.xls")


@pytest.mark.parametrize("cut", [0.1, 0.4, 0.7])
def test_cut_off_ones_are_damaged_and_not_half_read(a_doc: bytes, an_xls: bytes, cut: float) -> None:
    with pytest.raises(Damaged):
        old_office.read_doc(a_doc[: int(len(a_doc) * cut)], "a.doc")
    with pytest.raises(Damaged):
        old_office.read_xls(an_xls[: int(len(an_xls) * cut)], "a.xls")


def test_without_libreoffice_the_clerk_is_told_what_to_install(a_doc: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(convert, "program_folder", lambda: None)
    monkeypatch.setattr(old_office, "shared", Office)
    (unread,) = understand_file(a_doc, "арыз.doc").unreadable
    assert (unread.part, unread.reason) == ("арыз.doc", "unsupported")
    assert "libreoffice-writer-nogui" in unread.detail
    assert convert.missing() == convert.MISSING


def test_with_libreoffice_nothing_is_missing() -> None:
    assert convert.missing() is None


# ---------------------------------------------------------------- on a short lead


def test_one_that_hangs_is_killed_and_the_next_file_is_read(office: Office) -> None:
    patient = office.limits
    office.convert(as_docx(SAMPLE), "docx", "doc")
    office.limits = replace(patient, file=0.0)
    with pytest.raises(Crashed):
        office.convert(as_docx(SAMPLE), "docx", "doc")
    office.limits = patient
    assert kind_of(office.convert(as_docx(SAMPLE), "docx", "doc")) == "doc"


def test_a_doc_that_takes_too_long_goes_to_the_clerk_and_is_never_no_form(
    office: Office, a_doc: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(old_office, "shared", lambda: office)
    office.convert(as_docx(SAMPLE), "docx", "doc")  # warm: it is the file that takes too long, not the start
    office.limits = replace(office.limits, file=0.001)
    reading = understand_file(a_doc, "арыз.doc")
    assert (reading.forms, reading.texts) == ((), {})
    assert [(one.part, one.reason) for one in reading.unreadable] == [("арыз.doc", "crashed")]
    parts = tuple(f"{one.part}: {one.reason}" for one in reading.unreadable)
    filled = sheet_of(forms_in(written_form(0).document, signed=False)[0], "")
    for sheets in ((), (filled,)):
        verdict = check(sheets, category=Category.APPLICATION, unreadable=parts, on=date(2026, 11, 20))
        assert verdict.judgement is Judgement.NEEDS_CLERK


def test_one_that_died_is_started_anew(office: Office) -> None:
    office.convert(as_docx(SAMPLE), "docx", "doc")
    os.kill(_pid(office), signal.SIGKILL)
    time.sleep(0.2)
    assert kind_of(office.convert(as_docx(SAMPLE), "docx", "doc")) == "doc"


def test_it_stays_warm_between_files(office: Office) -> None:
    office.convert(as_docx(SAMPLE), "docx", "doc")
    first = _pid(office)
    office.convert(as_docx(SAMPLE), "docx", "doc")
    assert _pid(office) == first


def test_its_folder_goes_with_it(office: Office) -> None:
    office.convert(as_docx(SAMPLE), "docx", "doc")
    home = office._home
    assert home is not None
    assert home.is_dir()
    office.close()
    assert not home.exists()


def test_folders_of_dead_helpers_are_swept_away(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    left, living = tmp_path / "inbox-daemon-office-4194305-x", tmp_path / f"inbox-daemon-office-{os.getpid()}-y"
    left.mkdir()
    living.mkdir()
    office.convert(as_docx(SAMPLE), "docx", "doc")
    assert not left.exists()
    assert living.exists()


def test_nothing_linked_is_fetched(office: Office) -> None:
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for name, long in (("office", "office"), ("text", "text"), ("draw", "drawing"), ("svg", "svg-compatible"))
    )
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.5)
        link = f"http://127.0.0.1:{server.getsockname()[1]}/a.png"
        text = (
            f'<?xml version="1.0"?><office:document{spaces} xmlns:xlink="http://www.w3.org/1999/xlink" '
            'office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text>'
            "<text:p>words"
            f'<draw:frame svg:width="2cm" svg:height="1cm"><draw:image xlink:href="{link}" xlink:type="simple" '
            'xlink:show="embed" xlink:actuate="onLoad"/></draw:frame></text:p></office:text></office:body>'
            "</office:document>"
        )
        written = office.convert(text.encode(), "fodt", "docx")
        with pytest.raises(TimeoutError):
            server.accept()
    (first, *_) = docx.read(written, "a.docx").blocks
    assert isinstance(first, Paragraph)
    assert first.text == "words"


def test_too_large_a_file_is_not_even_tried(office: Office) -> None:
    office.limits = replace(office.limits, largest=10)
    with pytest.raises(TooLarge):
        office.convert(b"x" * 11, "doc", "docx")


def _pid(office: Office) -> int:
    assert office._child is not None
    return office._child.pid
