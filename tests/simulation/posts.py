"""Mails as small raw bytes, and the reader that knows what forms were in them.

The parsers of files are not the subject here: headers and words are taken apart by the real one, the forms
come from a book that says which mail brought what.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from hashlib import sha256

from parsers.mail import take_apart
from parsers.readings import FilledForm, Reading, Unreadable

OFFICE = "volunteer@ministry.example"
OUR_SERVER = "mx.ministry.example"


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What a mail holds beside its words."""

    forms: tuple[FilledForm, ...] = ()
    unreadable: tuple[str, ...] = ()


NOTHING = Enclosed()


@dataclass(slots=True)
class Reader:
    """raw bytes → what was read. book: by the SHA-256 of the mail. broken: mails whose reading fails."""

    book: dict[str, Enclosed] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)

    def put(self, raw: bytes, enclosed: Enclosed) -> bytes:
        if enclosed != NOTHING:
            self.book[sha256(raw).hexdigest()] = enclosed
        return raw

    def read(self, raw: bytes) -> Reading:
        key = sha256(raw).hexdigest()
        if key in self.broken:
            message = "the worker died"
            raise RuntimeError(message)
        enclosed = self.book.get(key, NOTHING)
        closed = tuple(Unreadable(name, "damaged") for name in enclosed.unreadable)
        return Reading(take_apart(raw), enclosed.forms, closed)


def written(
    sender: str,
    subject: str,
    body: str,
    *,
    message_id: str | None,
    in_reply_to: str | None = None,
    stamped: datetime | None = None,
    dmarc: str = "",
    more: Mapping[str, str] | None = None,
    name: str = "",
) -> bytes:
    """A mail of a person. stamped: when our own server had it, as its Received says. name: beside their address."""
    headers: list[tuple[str, str]] = []
    if stamped is not None:
        headers.append(("Received", f"from there.example by {OUR_SERVER} with ESMTPS; {format_datetime(stamped)}"))
    if dmarc:
        headers.append(("Authentication-Results", f"{OUR_SERVER}; spf=pass; dmarc={dmarc}"))
    whom = f"{Header(name, 'utf-8').encode()} <{sender}>" if name else f"<{sender}>"
    headers += [("From", whom), ("To", OFFICE), ("Subject", Header(subject, "utf-8").encode())]
    if message_id is not None:
        headers.append(("Message-ID", message_id))
    if in_reply_to is not None:
        headers += [("In-Reply-To", in_reply_to), ("References", in_reply_to)]
    headers += [*(more or {}).items(), ("MIME-Version", "1.0"), ("Content-Type", "text/plain; charset=utf-8")]
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return (head + "Content-Transfer-Encoding: 8bit\r\n\r\n" + body + "\r\n").encode()


def report(recipient: str, about: str, action: str, n: int) -> bytes:
    """A delivery report of a mail server (RFC 3464). about: the Message-ID of our letter."""
    status = {"failed": "5.1.1", "delayed": "4.4.1", "delivered": "2.0.0"}[action]
    subject = {"failed": "Undelivered Mail Returned to Sender", "delayed": "Delayed Mail", "delivered": "Delivered"}
    return "\r\n".join(
        [
            "Return-Path: <>",
            "From: MAILER-DAEMON@post.example (Mail Delivery System)",
            f"To: {OFFICE}",
            f"Subject: {subject[action]}",
            f"Message-ID: <report-{n}@post.example>",
            "Auto-Submitted: auto-replied",
            "MIME-Version: 1.0",
            'Content-Type: multipart/report; report-type=delivery-status; boundary="=_r"',
            "",
            "--=_r",
            "Content-Type: text/plain; charset=us-ascii",
            "",
            "This is the mail system at host post.example.",
            "",
            "--=_r",
            "Content-Type: message/delivery-status",
            "",
            "Reporting-MTA: dns; post.example",
            "",
            f"Final-Recipient: rfc822; {recipient}",
            f"Action: {action}",
            f"Status: {status}",
            "",
            "--=_r",
            "Content-Type: text/rfc822-headers",
            "",
            f"From: {OFFICE}",
            f"Message-ID: {about}",
            "",
            "--=_r--",
            "",
        ]
    ).encode()


BOUNCES = {
    "names_recipient": "I'm sorry to have to inform you: your message was not delivered.\n\n<{to}>: mailbox gone",
    "names_case": "Your letter «[{case}]» was not accepted by the next host. It will not be tried again.",
    "in_russian": "Письмо не доставлено. Почтовый ящик {to} не существует. Повторных попыток не будет.",
    "in_kazakh": "Хат жеткізілмеді: {to} мекенжайы табылмады.",
}


def in_words(way: str, recipient: str, about: str, case: str, n: int) -> bytes:
    """A bounce as a mailer writes it that knows no standard, or that was kept in an mbox with its «From » line."""
    if way == "mbox_line":
        return b"From MAILER-DAEMON Fri Feb 13 23:31:30 2026\r\n" + report(recipient, about, "failed", n)
    return written(
        "mailer-daemon@post.example",
        "Returned mail" if way.startswith("names") else "Хат қайтарылды / Возврат письма",
        BOUNCES[way].format(to=recipient, case=case),
        message_id=f"<returned-{n}@post.example>",
        more={"Return-Path": "<>"},
        name="Mail Delivery Subsystem",
    )
