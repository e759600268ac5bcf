"""From a sample to the raw mail as the ministry's own server hands it over: forms, headers, reports."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from email import encoders
from email.header import Header
from email.message import EmailMessage, Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime

from docx import Document

from inbox_daemon.demo.people import FormOf, Sample
from inbox_daemon.letters.blank_form import file_name, filled_form
from inbox_daemon.letters.filling import Filling
from registry_store.records import Answer

POLICY = compat32.clone(linesep="\r\n", mangle_from_=False)
DOCX = ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document")
LOST = 700  # bytes at the end of a damaged file that did not arrive


@dataclass(frozen=True, slots=True)
class Exchanger:
    """The ministry's mail server: what it writes above every mail. own: the mailbox's address."""

    name: str
    own: str

    def stamp(self, raw: bytes, sender: str, at: datetime, *, passed: bool) -> bytes:
        """Return the mail with the trace headers of the server (RFC 5321 §4.4, RFC 8601)."""
        domain = sender.rpartition("@")[2]
        verdict = "pass" if passed else "none"
        lines = (
            f"Return-Path: <{sender}>",
            f"Received: from mx.{domain or 'example.net'} by {self.name} with ESMTPS; {format_datetime(at)}",
            f"Authentication-Results: {self.name}; dmarc={verdict} header.from={domain or 'example.net'}",
        )
        return "\r\n".join(lines).encode() + b"\r\n" + raw


def write_mail(sample: Sample, exchanger: Exchanger, at: datetime, answered: Message | None) -> bytes:
    """Return the mail that a person sends. answered: the letter that it replies to, None for none."""
    whole = MIMEMultipart("mixed", boundary=f"=_{sample.person}")
    whole.attach(MIMEText(sample.text + "\n", "plain", "utf-8"))
    for form in sample.forms:
        whole.attach(_enclosed(form, damaged=sample.damaged))
    subject = sample.subject
    if answered is not None:
        whole["In-Reply-To"] = str(answered["Message-ID"])
        whole["References"] = " ".join([*str(answered.get("References", "")).split(), str(answered["Message-ID"])])
    _address(whole, sample, exchanger, subject, at)
    if sample.automatic:
        whole["Auto-Submitted"] = "auto-replied"  # RFC 3834
    return exchanger.stamp(whole.as_bytes(policy=POLICY), sample.address, at, passed=True)


def write_bounce(sample: Sample, exchanger: Exchanger, at: datetime, letter: Message) -> bytes:
    """Return the report that a letter of ours could not be delivered (RFC 3462, RFC 3464)."""
    domain = sample.address.rpartition("@")[2]
    whole = MIMEMultipart("report", boundary="=_report")
    whole.set_param("report-type", "delivery-status")
    whole.attach(MIMEText(f"The mail to {sample.address} could not be delivered: mailbox full.\n", "plain", "us-ascii"))
    whole.attach(_status(f"mx.{domain}", sample.address, at))
    headers = MIMENonMultipart("text", "rfc822-headers")
    kept = ("From", "To", "Subject", "Date", "Message-ID")
    headers.set_payload("".join(f"{name}: {letter[name]}\n" for name in kept))
    whole.attach(headers)
    whole["From"] = f"Mail Delivery System <MAILER-DAEMON@mx.{domain}>"
    whole["To"] = exchanger.own
    whole["Subject"] = "Undelivered Mail Returned to Sender"
    whole["Date"] = format_datetime(at)
    whole["Message-ID"] = f"<{at:%Y%m%d%H%M}.report@mx.{domain}>"
    whole["Auto-Submitted"] = "auto-replied"
    return exchanger.stamp(whole.as_bytes(policy=POLICY), "", at, passed=False)


def _address(whole: MIMEMultipart, sample: Sample, exchanger: Exchanger, subject: str, at: datetime) -> None:
    sender = Header(sample.sender, "utf-8", header_name="From")
    sender.append(f"<{sample.address}>", "us-ascii")
    whole["From"] = sender  # type: ignore[assignment]  # typeshed knows only str; compat32 encodes a Header
    whole["To"] = exchanger.own
    whole["Subject"] = Header(subject, "utf-8", header_name="Subject")  # type: ignore[assignment]
    whole["Date"] = format_datetime(at)
    whole["Message-ID"] = f"<{at:%Y%m%d%H%M}.{sample.key}@{sample.address.rpartition('@')[2]}>"


def _status(reporter: str, recipient: str, at: datetime) -> MIMEBase:
    about_mail, about_recipient = EmailMessage(policy=POLICY), EmailMessage(policy=POLICY)
    about_mail["Reporting-MTA"] = f"dns; {reporter}"
    about_mail["Arrival-Date"] = format_datetime(at)
    about_recipient["Final-Recipient"] = f"rfc822; {recipient}"
    about_recipient["Action"] = "failed"
    about_recipient["Status"] = "5.2.2"
    about_recipient["Diagnostic-Code"] = "smtp; 552 5.2.2 mailbox full"
    part = MIMEBase("message", "delivery-status")
    part.set_payload([about_mail, about_recipient])
    return part


def _enclosed(form: FormOf, *, damaged: bool) -> MIMEBase:
    data = fill(form)
    part = MIMEBase(*DOCX)
    part.set_payload(data[:-LOST] if damaged else data)
    encoders.encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", file_name(form.form, form.language)))
    return part


def fill(form: FormOf) -> bytes:
    """Return the ministry's blank form with the answers written in, as an applicant does it."""
    answers = {field: _answer(value) for field, value in form.answers.items() if field != "signature"}
    made = filled_form(form.form, form.language, Filling(answers))
    return _signed(made, form.answers["signature"]) if "signature" in form.answers else made


def _answer(value: object) -> Answer:
    if isinstance(value, list):
        return Answer(value, "")
    return Answer(str(value), str(value))


def _signed(made: bytes, signature: str) -> bytes:
    """Write the short signature over its line: the first cell of the application's only table."""
    document = Document(io.BytesIO(made))
    document.tables[-1].cell(0, 0).paragraphs[0].add_run(signature).italic = True
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()
