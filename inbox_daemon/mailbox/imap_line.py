"""The line to an IMAP server: TLS always, login, timeouts, and the library's errors in our words."""

from __future__ import annotations

import imaplib
import logging
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from inbox_daemon.mailbox.mailbox import CertificateRefused, LoginRefused, MailboxDown

log = logging.getLogger(__name__)

# One line answers UID SEARCH for a whole folder; the module's own limit ends near 150,000 mails, and only
# the module global counts (setting it on a connection has no effect).
imaplib._MAXLINE = max(getattr(imaplib, "_MAXLINE", 0), 20_000_000)  # type: ignore[attr-defined]

# The library logs every line of the conversation, headers of applicants included, on DEBUG.
logging.getLogger("imapclient").setLevel(logging.INFO)

GOODBYE = 5.0  # seconds that LOGOUT may take


@dataclass(frozen=True, slots=True)
class ImapSettings:
    """How to reach the mailbox.

    secret: gives the password, or for "xoauth2" a valid access token; called afresh at each login.
    folders: those to watch; "Junk" also means whatever folder the server marks as \\Junk (RFC 6154).
    timeout: seconds for connecting and for each read. ca_file: PEM; then only what it signs is trusted.
    readonly: shadow mode, folders are opened with EXAMINE and nothing is moved or flagged.
    """

    host: str
    user: str
    secret: Callable[[], str] = field(repr=False)
    port: int = 993
    tls: Literal["implicit", "starttls"] = "implicit"
    auth: Literal["password", "xoauth2"] = "password"
    folders: tuple[str, ...] = ("INBOX", "Junk")
    processed: str = "Processed"
    review: str = "Review"
    timeout: float = 60.0
    ca_file: str | None = None
    readonly: bool = False


class Declined(Exception):
    """The server refused one command, or answered it in a way that cannot be understood; the line is all right."""


class Line:
    """One connection, logged in. Once it failed it is closed and stays so; open another."""

    def __init__(self, settings: ImapSettings) -> None:
        """Connect and log in. Raises MailboxDown, CertificateRefused, LoginRefused."""
        self._settings = settings
        self._where = f"The mail server {settings.host}:{settings.port}"
        self.client: Any = None
        self.up = True
        secret = settings.secret()
        try:
            self._connect()
            self._log_in(secret)
        except BaseException:
            self.hang_up()
            raise

    def _connect(self) -> None:
        s = self._settings
        trust = self._trust()
        try:
            with self.doing("connecting"):
                self.client = IMAPClient(
                    s.host,
                    port=s.port,
                    ssl=s.tls == "implicit",
                    ssl_context=trust if s.tls == "implicit" else None,
                    timeout=s.timeout,  # without one, a port that accepts and never greets holds us for ever
                )
        except Declined as no:
            raise self.fails("connecting", str(no)) from no
        self.client.normalise_times = False
        if s.tls == "implicit":
            return
        if not self.client.has_capability("STARTTLS"):
            msg = (
                f"{self._where} does not offer STARTTLS; the secret is never sent in the open. "
                'Set [imap] tls = "implicit" and its port (usually 993), or ask its administrator.'
            )
            raise MailboxDown(msg)
        try:
            with self.doing("starting TLS"):
                self.client.starttls(trust)
        except Declined as no:
            raise self.fails("starting TLS", str(no)) from no

    def _trust(self) -> ssl.SSLContext:
        ca_file = self._settings.ca_file
        try:
            return ssl.create_default_context(cafile=ca_file)
        except OSError as bad:  # ssl.SSLError is one too
            msg = f"[imap] ca_file = {ca_file!r} cannot be used: {bad}. It must hold certificates in PEM."
            raise MailboxDown(msg) from bad

    def _log_in(self, secret: str) -> None:
        user = self._settings.user
        try:
            with self.doing("logging in"):
                if self._settings.auth == "xoauth2":
                    self.client.oauth2_login(user, secret)
                elif (user + secret).isascii() and not self.client.has_capability("LOGINDISABLED"):
                    self.client.login(user, secret)
                else:
                    self.client.plain_login(user, secret)  # the only one of the two that knows UTF-8
        except Declined as no:
            if "[UNAVAILABLE]" in str(no).upper():  # RFC 5530: passing, nobody need look at the account
                raise self.fails("logging in", str(no)) from no
            msg = (
                f"{self._where} refused the login of {user!r} ({no}). "
                "Look at [imap] user and auth, and at the secret that is handed to the daemon."
            )
            raise LoginRefused(msg) from no

    @contextmanager
    def doing(self, what: str) -> Iterator[None]:
        """Turn what the libraries raise into Declined, or into MailboxDown with the line closed."""
        if not self.up:
            msg = f"{self._where}: there is no connection any more."
            raise MailboxDown(msg)
        try:
            yield
        except ssl.SSLCertVerificationError as bad:
            self.hang_up()
            msg = (
                f"{self._where} shows a certificate that is not trusted: {bad.verify_message or bad}. "
                "No secret was sent. If the server is right, put the certificate of its authority into a file "
                "and name it in [imap] ca_file."
            )
            raise CertificateRefused(msg) from bad
        except (IMAPClientAbortError, OSError, EOFError) as broken:
            raise self.fails(what, _words(broken)) from broken
        except IMAPClientError as error:
            if _out_of_step(error):
                raise self.fails(what, str(error)) from error
            raise Declined(str(error)) from error
        except ValueError as odd:
            raise Declined(str(odd)) from odd
        except BaseException:  # we were interrupted: the rest of an answer may still be on the line
            self.hang_up()
            raise

    def fails(self, doing: str, why: str) -> MailboxDown:
        """Close the line; the error to raise."""
        self.hang_up()
        return MailboxDown(f"{self._where} failed us while {doing}: {why}")

    def hang_up(self) -> None:
        """Close the socket without a word: saying goodbye to a dead server would wait for its answer."""
        self.up = False
        if self.client is None:
            return
        try:
            self.client.shutdown()
        except (IMAPClientError, OSError, ValueError) as broken:
            log.debug("Closing a broken connection: %s", broken)

    def say_goodbye(self) -> None:
        """Log out, waiting a few seconds at most, and close. Never raises."""
        if not self.up:
            return
        try:
            self.client.socket().settimeout(min(self._settings.timeout, GOODBYE))
            self.client.logout()
            self.up = False
        except (IMAPClientError, OSError, ValueError) as broken:
            log.info("The mail server did not say goodbye: %s", broken)
            self.hang_up()


def _out_of_step(error: IMAPClientError) -> bool:
    """Whether imaplib gave up in the midst of an answer, so that the rest of it is still on the line."""
    return "got more than" in str(error) or str(error).startswith("command: ")


def _words(broken: BaseException) -> str:
    if isinstance(broken, TimeoutError):
        return "no answer in time"
    return str(broken) or type(broken).__name__
