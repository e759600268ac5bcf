"""Delivery reports: RFC 3464, and what the usual servers write in free words."""

from __future__ import annotations

import pytest

from parsers.mail import take_apart
from parsers.readings import DeliveryReport
from tests.parsers.raw_mails import multipart, plain

OURS = b"<VR-2026-000417.2.1@mki.gov.kz>"
LETTER = (
    b"Received: by x\r\nFrom: volunteer@mki.gov.kz\r\nTo: lost@example.com\r\nSubject: y\r\nMessage-ID: "
    + OURS
    + b"\r\n\r\nwords"
)
MAILER = (
    b"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.net\r\nTo: volunteer@mki.gov.kz\r\nSubject: Undelivered\r\n"
)
PLAIN = b'Content-Type: text/plain; charset="utf-8"\r\n'


def dsn(fields: bytes, last: bytes | None = None) -> bytes:
    status = b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n" + fields
    returned = last if last is not None else b"Content-Type: message/rfc822\r\n\r\n" + LETTER
    return multipart(b"Content-Type: text/plain\r\n\r\nSorry.", status, returned, kind=b"report", head=MAILER)


FAILED = (
    b"Final-Recipient: rfc822; Lost@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    b"Diagnostic-Code: smtp; 550 no such user\r\n"
)


@pytest.mark.parametrize(
    "last",
    [
        b"Content-Type: message/rfc822\r\n\r\n" + LETTER,
        b"Content-Type: text/rfc822-headers\r\n\r\n" + LETTER,
        b"Content-Type: message/rfc822-headers\r\n\r\n" + LETTER,
    ],
)
def test_a_report_names_the_letter_the_recipient_and_why(last: bytes) -> None:
    report = take_apart(dsn(FAILED, last)).report
    assert report == DeliveryReport("failed", "lost@example.com", "5.1.1", "smtp; 550 no such user", OURS.decode())


@pytest.mark.parametrize(
    ("fields", "action"),
    [
        (b"Final-Recipient: rfc822; a@b.example\r\nAction: delayed\r\nStatus: 4.4.1\r\n", "delayed"),
        (b"Final-Recipient: rfc822; a@b.example\r\nAction: delivered\r\nStatus: 2.0.0\r\n", "delivered"),
        (b"Final-Recipient: rfc822; a@b.example\r\nAction: relayed\r\nStatus: 2.0.0\r\n", "relayed"),
        (b"Final-Recipient: rfc822; a@b.example\r\nStatus: 4.2.2\r\n", "delayed"),
        (b"Final-Recipient: rfc822; a@b.example\r\n", "failed"),
        (b"Original-Recipient: rfc822;a@b.example\r\nAction: Failed (bad address)\r\n", "failed"),
        (b"Final-Recipient: rfc822;a@b.example\r\nAction: delivered\r\nStatus: 2.0.0\r\n\r\n" + FAILED, "failed"),
    ],
)
def test_the_action_is_told_and_the_worst_of_several_counts(fields: bytes, action: str) -> None:
    report = take_apart(dsn(fields)).report
    assert report is not None
    assert report.action == action


def test_our_own_letter_that_comes_back_is_not_read_as_mail() -> None:
    letter = multipart(
        b"Content-Type: application/pdf; name=form.pdf\r\n\r\n%PDF-1.7", head=b"Message-ID: " + OURS + b"\r\n"
    )
    mail = take_apart(dsn(FAILED, b"Content-Type: message/rfc822\r\n\r\n" + letter))
    assert mail.forwarded == ()
    assert mail.attachments == ()
    assert mail.report is not None
    assert mail.report.original_message_id == OURS.decode()


def test_a_bounce_that_an_applicant_passes_on_is_no_bounce_of_ours() -> None:
    file = b"Content-Type: application/pdf; name=form.pdf\r\n\r\n%PDF-1.7"
    raw = multipart(
        b"Content-Type: text/plain\r\n\r\nIt came back, I send it again",
        b"Content-Type: message/rfc822\r\n\r\n" + dsn(FAILED),
        file,
        boundary=b"outer",
    )
    mail = take_apart(raw)
    assert mail.report is None
    assert "form.pdf" in [file.name for file in mail.attachments]


EXIM = f"""This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  lost@example.com
    host mx.example.com [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<lost@example.com>:
    550 5.1.1 No such user

------ This is a copy of the message, including all the headers. ------

From: volunteer@mki.gov.kz
Message-ID: {OURS.decode()}
"""
EXIM_WARNING = """This message was created automatically by mail delivery software.
A message that you sent has not yet been delivered to one or more of its
recipients after more than 24 hours on the queue on mx.example.net.
The address to which the message has not yet been delivered is:

  lost@example.com
"""
QMAIL = f"""Hi. This is the qmail-send program at mx.example.net.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<lost@example.com>:
192.0.2.1 does not like recipient.
Remote host said: 550 5.1.1 unknown

--- Below this line is a copy of the message.

Message-ID: {OURS.decode()}
"""
MAIL_RU = """Это письмо создано автоматически сервером Mail.Ru, отвечать на него не нужно.

К сожалению, Ваше письмо не может быть доставлено одному или нескольким получателям:

lost@example.com
Пояснение от удаленного почтового сервера: 550 5.1.1 user not found
"""
YANDEX = """Это письмо отправлено почтовым сервером yandex.ru.

К сожалению, мы вынуждены сообщить Вам о том, что Ваше письмо не может
быть отправлено одному или нескольким адресам. Причины указаны ниже.

<lost@example.com>: host mx.example.com said: 550 5.1.1 No such user
"""
GMAIL = """** Адрес не найден **

Письмо не доставлено: пользователь lost@example.com не найден.
550 5.1.1 The email account that you tried to reach does not exist.
"""
EXCHANGE = """Не удалось выполнить доставку следующим получателям или группам:

lost@example.com
Указанный адрес электронной почты не найден.
#550 5.1.1 RESOLVER.ADR.RecipNotFound ##
"""
KAZAKH = """Хабарлама жеткізілмеді: lost@example.com
550 5.1.1 мұндай пайдаланушы жоқ
"""


@pytest.mark.parametrize(
    "words",
    [EXIM, QMAIL, MAIL_RU, YANDEX, GMAIL, EXCHANGE, KAZAKH],
    ids=["exim", "qmail", "mail.ru", "yandex", "gmail", "exchange", "kk"],
)
def test_a_bounce_in_free_words_names_recipient_and_reason(words: str) -> None:
    report = take_apart(plain(words.encode(), PLAIN, MAILER)).report
    assert report is not None
    assert (report.action, report.recipient, report.status) == ("failed", "lost@example.com", "5.1.1")
    assert "550" in (report.diagnostic or "")


@pytest.mark.parametrize("words", [EXIM, QMAIL])
def test_the_letter_is_known_from_the_copy_below(words: str) -> None:
    report = take_apart(plain(words.encode(), PLAIN, MAILER)).report
    assert report is not None
    assert report.original_message_id == OURS.decode()


def test_the_letter_is_known_from_the_mail_that_is_answered() -> None:
    report = take_apart(plain(GMAIL.encode(), PLAIN + b"In-Reply-To: " + OURS + b"\r\n", MAILER)).report
    assert report is not None
    assert report.original_message_id == OURS.decode()


def test_a_letter_that_lies_in_the_bounce_is_named_and_not_read() -> None:
    raw = multipart(PLAIN + b"\r\n" + YANDEX.encode(), b"Content-Type: message/rfc822\r\n\r\n" + LETTER, head=MAILER)
    mail = take_apart(raw)
    assert mail.report is not None
    assert mail.report.original_message_id == OURS.decode()
    assert mail.forwarded == ()


def test_a_warning_is_a_delay() -> None:
    report = take_apart(plain(EXIM_WARNING.encode(), PLAIN, MAILER)).report
    assert report is not None
    assert (report.action, report.recipient) == ("delayed", "lost@example.com")


def test_failed_recipients_may_stand_in_the_header() -> None:
    head = b"From: server@mx.example.net\r\nX-Failed-Recipients: lost@example.com\r\nSubject: Returned\r\n"
    report = take_apart(plain(b"Sorry", PLAIN, head)).report
    assert report is not None
    assert report.recipient == "lost@example.com"


@pytest.mark.parametrize(
    "head",
    [
        b"From: Aizhan <aizhan@post.example>\r\nSubject: FW: Undelivered Mail Returned to Sender\r\n",
        b"From: Microsoft Outlook <aizhan@post.example>\r\nSubject: x\r\n",
    ],
)
def test_a_person_who_tells_of_a_bounce_is_no_mailer(head: bytes) -> None:
    assert take_apart(plain(EXIM.encode(), PLAIN, head)).report is None


def test_a_read_receipt_is_no_delivery_report() -> None:
    raw = multipart(
        b"Content-Type: text/plain\r\n\r\nRead.",
        b"Content-Type: message/disposition-notification\r\n\r\nDisposition: manual-action; displayed\r\n",
        kind=b"report; report-type=disposition-notification",
    )
    assert take_apart(raw).report is None


# The shapes of servers that write in free words, in words of our own: (sender, subject, body).
FREE_WORDS = [
    (
        "MAILER-DAEMON@post.example",
        "Delivery status notification: error",
        "This is the MAILER-DAEMON.\n\nAn error has occurred while attempting to deliver it:\nlost@example.com: 550",
    ),
    (
        "Notes Router <postmaster@post.example>",
        "DELIVERY FAILURE",
        "------- Failure Reasons  --------\n\nUser not listed in public Name & Address Book\nlost@example.com",
    ),
    ("postmaster@post.example", "Undeliverable Mail", "Unknown user: lost@example.com\n\nOriginal message follows."),
    ("postmaster@post.example", "Undeliverable Mail", "User mailbox exceeds allowed size: lost@example.com"),
    (
        "Internet Mail Delivery <postmaster@post.example>",
        "Delivery Notification: Delivery has failed",
        "About a letter of yours.\nThe following recipients cannot be reached:\n\n  Recipient: lost@example.com",
    ),
    (
        "MAILER-DAEMON@post.example",
        "Mail System Error - Returned Mail",
        "This message was not delivered to the following recipient:\nlost@example.com",
    ),
    (
        "Mail Deliver System <MAILER-DAEMON@post.example>",
        "Returned",
        "Unable to deliver message to the following address(es).\n\n<lost@example.com>:\nNo account.",
    ),
    (
        "mailer-daemon@post.example",
        "There was an error",
        "We had trouble delivering your message. Full report follows:\n\nSubject: x\nRecipient: lost@example.com",
    ),
    (
        "postmaster@mobile.example",
        "Mail",
        "Your mail sent on: Thu, 1 Oct 2026\nCould not be delivered to: lost@example.com\nAs their mailbox is full.",
    ),
    (
        "MAILER-DAEMON@post.example",
        "error",
        "----- The following addresses had delivery problems -----\n<lost@example.com>   (User unknown)",
    ),
    ("postmaster@post.example", "Сообщение", "Получатель не найден: lost@example.com"),
    ("mailer-daemon@post.example", "Ваше письмо", "Письмо для lost@example.com возвращено отправителю: ящик отключён."),
    ("postmaster@post.example", "Хат", "Хатыңыз lost@example.com мекенжайына жеткізілген жоқ."),
    ("mailer-daemon@post.example", "Хабар", "Алушы табылмады: lost@example.com"),
]


@pytest.mark.parametrize(("sender", "subject", "words"), FREE_WORDS)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=repr)
@pytest.mark.parametrize("above", ["", "From MAILER-DAEMON Fri Feb 13 04:12:00 2026\n", ">From x@y Fri Feb 13 2026\n"])
def test_bounces_of_many_servers_are_known_however_they_were_kept(
    sender: str, subject: str, words: str, line_end: str, above: str
) -> None:
    """The kind of fault: a report is taken for a person's letter, and who never got the rework letter is refused as
    silent: by words that nobody knew, a mailbox file's line above the header, line ends of old systems."""
    kind = "Content-Type: text/plain; charset=utf-8"
    head = f"{above}From: {sender}\nTo: volunteer@mki.gov.kz\nSubject: {subject}\n{kind}\n"
    report = take_apart(f"{head}\n{words}\n".replace("\n", line_end).encode()).report
    assert report is not None
    assert (report.action, report.recipient) == ("failed", "lost@example.com")


@pytest.mark.parametrize(
    "above", [b"From x@y Fri Feb 13 2026\r\n", b">From x@y Fri Feb 13\r\n", b"\r\nFrom x y\r\n>From z\r\n"]
)
def test_the_line_of_a_mailbox_file_takes_no_header_away(above: bytes) -> None:
    report = take_apart(above + dsn(FAILED)).report
    assert report is not None
    assert report.original_message_id == OURS.decode()
    inside = dsn(FAILED).replace(b"\r\nSubject:", b"\r\n>From x@y Fri Feb 13\r\nSubject:", 1)
    assert take_apart(inside).report == report
