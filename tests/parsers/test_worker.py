"""The worker: whatever a mail does to it, the next mail is read."""

from __future__ import annotations

import io
import pickle
import socket
import subprocess
import sys
from email.message import EmailMessage
from io import BytesIO

import pypdfium2
import pytest

from parsers.confined import surroundings
from parsers.office.convert import shared
from parsers.readings import LaidOpen, Reading
from parsers.understand import understand
from parsers.worker import Limits, Worker, _bare_mail, _Only
from tests.parsers.docx_written import docx_of
from tests.parsers.files import as_docx
from tests.parsers.written_forms import written_form


def mail(*files: tuple[str, bytes]) -> bytes:
    message = EmailMessage()
    message["From"] = "Aruzhan <applicant@mail.example>"
    message["Subject"] = "form"
    message.set_content("Сәлеметсіз бе")
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


FORM = docx_of(written_form(1).document)


def test_the_worker_reads_what_the_reader_reads() -> None:
    raw = mail(("form.docx", FORM))
    with Worker() as worker:
        assert worker.read(raw) == understand(raw)
        assert worker.read(mail()).forms == ()


def test_a_dead_worker_is_replaced() -> None:
    raw = mail(("form.docx", FORM))
    with Worker() as worker:
        first = worker.read(raw)
        assert worker._child is not None
        worker._child.kill()
        assert worker.read(raw) == first


def test_a_worker_without_time_costs_the_mail_its_files_and_says_so() -> None:
    with Worker(Limits(seconds=0.001)) as worker:
        reading = worker.read(mail(("form.docx", FORM)))
    assert [(one.part, one.reason, one.detail) for one in reading.unreadable] == [
        ("mail", "crashed", "longer than 0 s")
    ]
    assert reading.mail.sender.addr == "applicant@mail.example"


def test_an_answer_may_hold_nothing_but_a_reading() -> None:
    hostile = b"cos\nsystem\n(S'true'\ntR."
    with pytest.raises(pickle.UnpicklingError):
        _Only(BytesIO(hostile)).load()


def test_headers_alone_are_taken_from_anything() -> None:
    assert _bare_mail(b"\xff\xfe\x00 no mail at all").subject == ""


def test_the_worker_is_told_no_secret() -> None:
    kept = surroundings({"PATH": "/bin", "INBOX_DAEMON_IMAP_PASSWORD": "secret", "CREDENTIALS_DIRECTORY": "/run"})
    assert kept == {"PATH": "/bin"}


def test_a_confined_process_and_what_it_starts_reach_no_server() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        tries = f"import socket\nsocket.create_connection(('127.0.0.1', {port}))"
        script = (
            "import subprocess, sys\nfrom parsers.confined import confine\n"
            f"tries = {tries!r}\n"
            "print(confine())\n"
            "for run in (lambda: exec(tries), lambda: subprocess.run([sys.executable, '-c', tries], check=True)):\n"
            "    try:\n        run()\n    except Exception as fault:\n        print(type(fault).__name__)\n"
        )
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "PermissionError", "CalledProcessError"]


def test_an_empty_file_named_as_a_document_is_damaged() -> None:
    with Worker() as worker:
        reading = worker.read(mail(("Заявление.docx", b""), ("notes", b"")))
    assert [(one.part, one.reason, one.detail) for one in reading.unreadable] == [
        ("Заявление.docx", "damaged", "empty")
    ]


def test_old_word_files_and_scans_are_read_within_the_workers_limits() -> None:
    """LibreOffice and Tesseract inherit the memory and the missing network of the process that starts them."""
    form = written_form(0)
    old = shared().convert(as_docx(form.document), "docx", "doc")
    with pypdfium2.PdfDocument(shared().convert(as_docx(form.document), "docx", "pdf")) as pdf:
        picture = io.BytesIO()
        pdf[0].render(scale=150 / 72).to_pil().save(picture, "PNG")
    with Worker() as worker:
        reading = worker.read(mail(("form.doc", old), ("scan.png", picture.getvalue())))
    assert {one.part for one in reading.forms} == {"form.doc", "scan.png"}
    assert reading.unreadable == ()


def test_a_mail_larger_than_mail_servers_take_is_named_so_and_its_sender_known() -> None:
    raw = mail(("form.docx", FORM))
    with Worker(Limits(mail=len(raw) - 1)) as worker:
        reading, shown = worker.read(raw), worker.lay_open(raw)
        assert worker._child is None  # nobody was asked
    assert [(one.part, one.reason) for one in reading.unreadable] == [("mail", "too_large")]
    assert reading.mail.sender.addr == "applicant@mail.example"
    assert (shown.reading, [why.reason for why in shown.left_out]) == (reading, ["too_large"])


def test_a_file_over_which_the_child_dies_costs_the_pages_of_that_file_alone() -> None:
    class Fragile(Worker):
        def _asked(self, what: bytes, leave_out: frozenset[int], raw: bytes) -> Reading | LaidOpen | None:
            """As the child, which the second file kills when its pages are drawn."""
            dies = what == b"O" and 1 not in leave_out
            return None if dies else super()._asked(what, leave_out, raw)

    with Fragile() as worker:
        shown = worker.lay_open(mail(("form.docx", as_docx(written_form(1).document)), ("bad.pdf", b"%PDF-1.7")))
    assert [one.document.part for one in shown.documents] == ["body", "form.docx"]
    assert [(one.part, one.reason) for one in shown.left_out] == [("bad.pdf", "crashed")]
