"""A letter as the bytes that leave: RFC 5322 and MIME, ASCII only, CRLF, the same for the same letter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email import encoders, message_from_bytes
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime

from inbox_daemon.letters.markup import not_words

# compat32 and not SMTP: the new header classes of Python 3.11 lose blanks between encoded words.
POLICY = compat32.clone(linesep="\r\n", mangle_from_=False)
# "=_" occurs in no base64 and no quoted-printable line, so fixed boundaries are safe (RFC 2045, 6.7).
WHOLE, BOTH = "=_letter", "=_kk_ru"
DOCX = ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document")


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A .docx file that goes with a letter."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """What stands in the headers and the parts. Addresses are validated by whoever makes it.

    token: the case's mark in the subject, in ASCII, empty for none; it is never encoded, so that any
    program finds it. in_reply_to, references: Message-IDs with angle brackets. date: aware. automatic: made by
    the program; a letter that a person wrote says nothing of the kind (RFC 3834).
    """

    sender: str
    sender_name: str
    to: tuple[str, ...]
    token: str
    subject: str
    date: datetime
    message_id: str
    text: str
    html: str
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    automatic: bool = True


def to_bytes(message: Message) -> bytes:
    """Return the finished letter. Raises ValueError when a header would hold a line break."""
    both = MIMEMultipart("alternative", boundary=BOTH)
    both.attach(_text_part(message.text, "plain"))
    both.attach(_text_part(message.html, "html"))
    whole = both
    if message.enclosures:
        whole = MIMEMultipart("mixed", boundary=WHOLE)
        whole.attach(both)
        for enclosure in message.enclosures:
            whole.attach(_file_part(enclosure))
    for name, value in _headers(message):
        whole[name] = value  # type: ignore[assignment]  # typeshed knows only str; compat32 encodes a Header
    return whole.as_bytes(policy=POLICY)


def has_fault(raw: bytes) -> bool:
    """Whether a finished letter's text holds what is no word: one that an older version may have left behind."""
    texts = [part for part in message_from_bytes(raw).walk() if part.get_content_type() == "text/plain"]
    said = "".join(bytes(part.get_payload(decode=True)).decode("utf-8", "replace") for part in texts)
    return bool(not_words(said.replace("\r\n", "\n")))


def _headers(message: Message) -> list[tuple[str, str | Header]]:
    headers: list[tuple[str, str | Header]] = [
        ("From", _named(message.sender_name, message.sender)),
        ("To", _one_line(", ".join(message.to))),
        ("Subject", _subject(message.token, message.subject)),
        ("Date", format_datetime(message.date)),
        ("Message-ID", _one_line(message.message_id)),
    ]
    if message.in_reply_to is not None:
        headers.append(("In-Reply-To", _one_line(message.in_reply_to)))
    if message.references:
        headers.append(("References", _one_line(" ".join(message.references))))
    if message.automatic:
        headers.append(("Auto-Submitted", "auto-replied"))  # RFC 3834
        headers.append(("X-Auto-Response-Suppress", "All"))  # the same for Exchange
    return [*headers, ("Content-Language", "kk, ru")]


def _subject(token: str, words: str) -> Header:
    header = Header(header_name="Subject")
    if token:
        header.append(_one_line(token), "us-ascii")
    header.append(_one_line(words), "utf-8")
    return header


def _named(name: str, address: str) -> Header:
    header = Header(header_name="From")
    header.append(_one_line(name), "utf-8")
    header.append(f"<{_one_line(address)}>", "us-ascii")
    return header


def _one_line(value: str) -> str:
    if any(ord(character) < 32 or ord(character) == 127 for character in value):
        message = "a header of a letter may not hold a control character"
        raise ValueError(message)
    return value


def _text_part(words: str, subtype: str) -> MIMEText:
    # Text is in its canonical form, with CRLF, before base64 hides its lines (RFC 2045, 6.8).
    return MIMEText(words.replace("\n", "\r\n"), subtype, "utf-8")


def _file_part(enclosure: Enclosure) -> MIMEBase:
    part = MIMEBase(*DOCX)
    part.set_payload(enclosure.data)
    encoders.encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", _one_line(enclosure.name)))
    return part
