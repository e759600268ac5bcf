"""A postman who speaks SMTP (RFC 5321) under TLS, and knows at every moment whether the letter may have left.

smtplib's own `sendmail` cannot tell a line cut before the final dot from one cut after it, so the
conversation is led here step by step; the two differ by a letter sent twice.
"""

from __future__ import annotations

import base64
import email
import email.policy
import logging
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from inbox_daemon.errors import InboxError
from inbox_daemon.letters.postman import (
    Accepted,
    Deferred,
    Delivery,
    Refused,
    Uncertain,
    checked_envelope,
    is_possible,
)

log = logging.getLogger(__name__)

GOODBYE = 5.0  # seconds that QUIT may take
DSN = "NOTIFY=SUCCESS,FAILURE,DELAY"  # RFC 3461
# 5xx that are about us and not about the letter: wrong or missing login, TLS wanted (RFC 4954, 3207).
ABOUT_THE_SESSION = frozenset({530, 534, 535, 538})


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """How to hand letters over.

    user: empty where the relay asks for no login. secret: as in ImapSettings, called afresh for each letter.
    timeout: seconds for connecting and for each answer; RFC 5321 wants ten minutes after the final dot
    (final_timeout), because giving up too early makes a letter uncertain. helo: our name in EHLO.
    """

    host: str
    user: str
    secret: Callable[[], str] = field(repr=False)
    port: int = 465
    tls: Literal["implicit", "starttls"] = "implicit"
    auth: Literal["password", "xoauth2"] = "password"
    timeout: float = 60.0
    final_timeout: float = 600.0
    ca_file: str | None = None
    helo: str = ""


class PostmanDown(InboxError):
    """No letter can be handed over now."""


class _Stop(Exception):
    """The conversation ends here, with this to tell."""

    def __init__(self, delivery: Delivery) -> None:
        super().__init__(delivery)
        self.delivery = delivery


class SmtpPostman:
    """See `Postman`. One connection for each letter."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings

    def send(self, raw: bytes, envelope_from: str, recipients: tuple[str, ...]) -> Delivery:
        checked_envelope(envelope_from, recipients)
        smtp: smtplib.SMTP | None = None
        try:
            letter = _on_the_wire(raw)
            secret = self._settings.secret() if self._settings.user else ""
            smtp = self._connected()
            self._log_in(smtp, secret)
            self._mail_from(smtp, letter, envelope_from, recipients)
            not_taken = self._rcpt_to(smtp, recipients)
            delivery = self._data(smtp, letter, not_taken)
        except _Stop as stop:
            delivery = stop.delivery
        except (InboxError, smtplib.SMTPException, OSError, ValueError) as broken:
            # Whatever fails up to the final dot: the server has nothing that it may deliver (RFC 5321, 4.1.1.4).
            delivery = Deferred(f"{self._where} does not have the letter: {_words(broken)}")
        finally:
            if smtp is not None:
                _say_goodbye(smtp)
        return delivery

    def greet(self) -> str:
        """Connect and log in, hand nothing over; return what the server offers, in words.

        Raises PostmanDown with what to do when that cannot be had.
        """
        smtp: smtplib.SMTP | None = None
        try:
            secret = self._settings.secret() if self._settings.user else ""
            smtp = self._connected()
            self._log_in(smtp, secret)
            offers = [name for name in ("dsn", "smtputf8", "size") if smtp.has_extn(name)]
            return f"logged in; the server offers {', '.join(offers).upper() or 'nothing beside'}"
        except _Stop as stop:
            raise PostmanDown(stop.delivery.reply) from stop
        except (smtplib.SMTPException, OSError) as broken:
            message = f"{self._where} cannot be used: {_words(broken)}"
            raise PostmanDown(message) from broken
        finally:
            if smtp is not None:
                _say_goodbye(smtp)

    @property
    def _where(self) -> str:
        return f"The mail server {self._settings.host}:{self._settings.port}"

    # ------------------------------------------------------------ before the letter

    def _connected(self) -> smtplib.SMTP:
        s = self._settings
        # Left alone, smtplib asks the DNS for our name, which takes seconds where there is none.
        name = s.helo or (host if "." in (host := socket.gethostname()) else "[127.0.0.1]")
        try:
            trust = ssl.create_default_context(cafile=s.ca_file)
        except OSError as bad:
            why = f"[smtp] ca_file = {s.ca_file!r} cannot be used: {bad}. It must hold certificates in PEM."
            raise _Stop(Deferred(why)) from bad
        try:
            if s.tls == "implicit":
                smtp: smtplib.SMTP = smtplib.SMTP_SSL(s.host, s.port, name, timeout=s.timeout, context=trust)
            else:
                smtp = smtplib.SMTP(s.host, s.port, name, timeout=s.timeout)
        except ssl.SSLCertVerificationError as bad:
            raise _Stop(Deferred(self._untrusted(bad))) from bad
        try:
            smtp.ehlo_or_helo_if_needed()
            if s.tls == "starttls":
                if not smtp.has_extn("starttls"):
                    why = f"{self._where} does not offer STARTTLS; neither secret nor letter is sent in the open."
                    raise _Stop(Deferred(why))
                smtp.starttls(context=trust)
                smtp.ehlo_or_helo_if_needed()
        except ssl.SSLCertVerificationError as bad:
            smtp.close()
            raise _Stop(Deferred(self._untrusted(bad))) from bad
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _untrusted(self, bad: ssl.SSLCertVerificationError) -> str:
        return (
            f"{self._where} shows a certificate that is not trusted: {bad.verify_message or bad}. "
            "If the server is right, put the certificate of its authority into a file and name it in [smtp] ca_file."
        )

    def _log_in(self, smtp: smtplib.SMTP, secret: str) -> None:
        s = self._settings
        if not s.user:
            return
        offered = smtp.esmtp_features.get("auth", "").upper().split()
        try:
            if s.auth == "xoauth2":
                first = f"user={s.user}\1auth=Bearer {secret}\1\1"
                # A refused token is first answered by a question; the empty answer brings the refusal.
                smtp.auth("XOAUTH2", lambda challenge=None: first if challenge is None else "")
            elif "PLAIN" in offered:
                token = base64.b64encode(f"\0{s.user}\0{secret}".encode()).decode()
                code, words = smtp.docmd("AUTH", f"PLAIN {token}")
                if code != 235:
                    raise smtplib.SMTPAuthenticationError(code, words)
            else:
                smtp.login(s.user, secret)
        except smtplib.SMTPAuthenticationError as no:
            why = f"{self._where} refused the login of {s.user!r}: {_reply(no.smtp_code, no.smtp_error)}"
            raise _Stop(Deferred(why)) from no

    # ------------------------------------------------------------ the envelope

    def _mail_from(self, smtp: smtplib.SMTP, letter: bytes, sender: str, recipients: Sequence[str]) -> None:
        options = []
        if smtp.has_extn("size"):
            options.append(f"SIZE={len(letter)}")
        if not letter.isascii():
            if not smtp.has_extn("8bitmime"):
                raise _Stop(Refused(f"{self._where} takes 7-bit letters only (it does not offer 8BITMIME)."))
            options.append("BODY=8BITMIME")
        named = (sender, *filter(is_possible, recipients))
        if not all(_ascii_address(address).isascii() for address in named) or _raw_headers(letter):
            if not smtp.has_extn("smtputf8"):
                why = f"{self._where} knows no addresses or headers outside ASCII (it does not offer SMTPUTF8)."
                raise _Stop(Refused(why))
            options.append("SMTPUTF8")
            smtp.command_encoding = "utf-8"
        if smtp.has_extn("dsn"):
            options += ["RET=HDRS", *_envid(letter)]
        code, words = smtp.docmd("MAIL", " ".join([f"FROM:<{_ascii_address(sender)}>", *options]))
        if not _took(code):
            raise _Stop(_declined(code, _reply(code, words)))

    def _rcpt_to(self, smtp: smtplib.SMTP, recipients: Sequence[str]) -> dict[str, str]:
        """Name the recipients; those that the server will not take, with its words. The first must be taken."""
        not_taken: dict[str, str] = {}
        option = f" {DSN}" if smtp.has_extn("dsn") else ""
        for address in recipients:
            if is_possible(address):
                code, words = smtp.docmd("RCPT", f"TO:<{_ascii_address(address)}>{option}")
            else:
                code, words = 553, b"this can be no address; the server was not asked"
            if not _took(code):
                if address == recipients[0]:
                    raise _Stop(_declined(code, _reply(code, words)))
                not_taken[address] = _reply(code, words)
        return not_taken

    # ------------------------------------------------------------ the letter

    def _data(self, smtp: smtplib.SMTP, letter: bytes, not_taken: dict[str, str]) -> Delivery:
        code, words = smtp.docmd("DATA")
        if code != 354:
            raise _Stop(_declined(code, _reply(code, words)))
        smtp.send(letter)
        assert smtp.sock is not None
        smtp.sock.settimeout(self._settings.final_timeout)
        smtp.send(b".\r\n")  # raises when it could not be sent whole; then the letter has no end yet
        # From here on the server may have the whole letter, whatever we hear or do not hear.
        try:
            code, words = smtp.getreply()
        except (smtplib.SMTPException, OSError) as broken:
            return Uncertain(f"{self._where} had the letter and did not answer: {_words(broken)}")
        reply = _reply(code, words)
        if _took(code):
            also = "".join(f"; not taken for {address}: {why}" for address, why in not_taken.items())
            return Accepted(reply + also, tuple(not_taken))
        if 400 <= code <= 599:
            return _declined(code, reply)
        return Uncertain(f"{self._where} had the letter and answered what no server may answer: {reply}")


def _declined(code: int, reply: str) -> Deferred | Refused:
    """What a refusal means; an answer that is none of the protocol's leaves the letter with us too."""
    return Refused(reply) if 500 <= code <= 599 and code not in ABOUT_THE_SESSION else Deferred(reply)


def _took(code: int) -> bool:
    return 200 <= code <= 299


def _reply(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {' '.join(text.split())}".strip()


def _words(broken: BaseException) -> str:
    if isinstance(broken, smtplib.SMTPResponseException):
        return _reply(broken.smtp_code, broken.smtp_error)
    return str(broken) or type(broken).__name__


def _on_the_wire(raw: bytes) -> bytes:
    """CRLF at every line's end, no lone CR or LF (a server could be smuggled a second letter), dots doubled."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", raw)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", lines)


def _ascii_address(address: str) -> str:
    """The domain as A-labels, which every server knows (RFC 5891); a local part outside ASCII stays."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode()}"


def _raw_headers(letter: bytes) -> bool:
    """Whether the headers hold raw UTF-8 (RFC 6532)."""
    return not letter.partition(b"\r\n\r\n")[0].isascii()


def _envid(letter: bytes) -> list[str]:
    """ENVID from the Message-ID, so that a report names the letter even where it encloses nothing (RFC 3461)."""
    head = letter.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    found = str(email.message_from_bytes(head, policy=email.policy.compat32).get("Message-ID", "")).strip(" <>\r\n\t")
    xtext = "".join(c if "!" <= c <= "~" and c not in "+=" else f"+{ord(c):02X}" for c in found)
    return [f"ENVID={xtext}"] if found.isascii() and 0 < len(xtext) <= 100 else []


def _say_goodbye(smtp: smtplib.SMTP) -> None:
    """QUIT and close; whatever goes wrong now changes nothing about the letter."""
    try:
        if smtp.sock is not None:
            smtp.sock.settimeout(GOODBYE)
            smtp.docmd("QUIT")
    except (smtplib.SMTPException, OSError) as broken:
        log.debug("The mail server did not say goodbye: %s", broken)
    finally:
        smtp.close()
