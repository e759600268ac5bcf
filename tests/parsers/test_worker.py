"""The worker: whatever a mail does to it, the next mail is read."""

from __future__ import annotations

import pickle
from email.message import EmailMessage
from io import BytesIO

import pytest

from parsers.understand import understand
from parsers.worker import Limits, Worker, _bare_mail, _Only
from tests.parsers.docx_written import docx_of
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
    assert [(one.part, one.reason) for one in reading.unreadable] == [("mail", "crashed")]
    assert reading.mail.sender.addr == "applicant@mail.example"


def test_an_answer_may_hold_nothing_but_a_reading() -> None:
    hostile = b"cos\nsystem\n(S'true'\ntR."
    with pytest.raises(pickle.UnpicklingError):
        _Only(BytesIO(hostile)).load()


def test_headers_alone_are_taken_from_anything() -> None:
    assert _bare_mail(b"\xff\xfe\x00 no mail at all").subject == ""
