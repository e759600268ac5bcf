"""The demo's own mail servers on loopback: an IMAP server (pymap) that holds the ministry's mailbox, and an
SMTP server (aiosmtpd) that takes its letters. Both speak TLS (STARTTLS) and ask for a login."""

from __future__ import annotations

import asyncio
import email
import imaplib
import threading
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.header import decode_header, make_header
from email.message import Message
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config, Login
from pymap.imap import IMAPServer
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

from inbox_daemon.demo.certificate import Certificate

HOST = "127.0.0.1"  # and never all interfaces, which is pymap's default
NAME = "localhost"  # as it stands in the certificate
START = 20.0  # seconds that a server may take to listen
LINE = 20.0  # seconds that an answer may take


class ImapServer:
    """One mailbox, kept in memory. Used as a context manager; `port` is known once it is entered."""

    def __init__(self, user: str, password: str, certificate: Certificate) -> None:
        self._user, self._password, self._certificate = user, password, certificate
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="demo-imap", daemon=True)
        self._listens, self._stop = threading.Event(), asyncio.Event()
        self._fault: BaseException | None = None
        self.port = 0

    def __enter__(self) -> ImapServer:
        self._thread.start()
        if not self._listens.wait(START) or self._fault is not None:
            message = "the demo's IMAP server did not start"
            raise RuntimeError(message) from self._fault
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(START)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        except BaseException as fault:
            self._fault = fault
        finally:
            self._listens.set()
            self._loop.close()

    async def _serve(self) -> None:
        arguments = Namespace(
            host=HOST,
            port="0",
            debug=False,
            cert=str(self._certificate.certificate),
            key=str(self._certificate.key),
            tls=True,
            proxy_protocol=None,
            inherited_sockets=None,
            passlib_cfg=None,
            demo_data=False,
            demo_user=self._user,
            demo_password=self._password,
        )
        # The password lives as long as this process; hashing it costs half a second at each login.
        config = _Config.from_args(arguments, hash_context=Cleartext())
        config.apply_context()
        login = Login(config)
        await login.demo_user_identity.set(UserMetadata(config, self._user, password=self._password))
        answer = ProxyProtocolReader(config.proxy_protocol).get_callback(IMAPServer(login, config))
        async with await asyncio.start_server(answer, HOST, 0) as server:
            self.port = int(server.sockets[0].getsockname()[1])
            self._listens.set()
            await self._stop.wait()


class _Config(Config):
    """Greets without asking the DNS for our name, which takes seconds where there is none."""

    @property
    def greeting(self) -> bytes:
        return b"The demo's mailbox is ready"


class Delivery:
    """The ministry's mail exchanger as far as the demo needs it: puts mails into the mailbox by APPEND, with the
    moment at which they came."""

    def __init__(self, server: ImapServer, user: str, password: str, certificate: Certificate) -> None:
        self._line = imaplib.IMAP4(NAME, server.port, timeout=LINE)
        self._line.starttls(certificate.for_client())
        self._line.login(user, password)

    def __enter__(self) -> Delivery:
        return self

    def __exit__(self, *_: object) -> None:
        self._line.logout()

    def make_folder(self, name: str) -> None:
        """Make a folder of the mailbox."""
        self._done(self._line.create(name))

    def put(self, raw: bytes, at: datetime, folder: str = "INBOX") -> None:
        """Deliver a mail. at: its INTERNALDATE, aware."""
        self._done(self._line.append(folder, "", imaplib.Time2Internaldate(at), raw))

    def count(self, folder: str) -> int:
        """Return how many mails lie in a folder, 0 where there is none."""
        told, words = self._line.select(folder, readonly=True)
        return int(words[0] or b"0") if told == "OK" else 0

    @staticmethod
    def _done(answer: tuple[str, Any]) -> None:
        if answer[0] != "OK":
            message = f"the demo's IMAP server refused: {answer}"
            raise RuntimeError(message)


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as the SMTP server took it. at: the simulated moment. file: where it is kept."""

    at: datetime
    recipients: tuple[str, ...]
    raw: bytes
    file: Path

    @property
    def message(self) -> Message:
        """The letter taken apart. By the old parser: the new one puts blanks into long names (Python 3.11)."""
        return email.message_from_bytes(self.raw)

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])

    def header(self, name: str) -> str:
        """Return a header as a mail program shows it, empty where there is none."""
        return str(make_header(decode_header(self.message.get(name, ""))))


@dataclass(slots=True)
class SmtpServer:
    """Takes every letter and keeps it in `folder`. Used as a context manager; now: the demo's clock."""

    user: str
    password: str
    certificate: Certificate
    folder: Path
    now: Callable[[], datetime]
    letters: list[Letter] = field(default_factory=list)
    _controller: Any = None

    def __enter__(self) -> SmtpServer:
        self._controller = _Controller(
            self,
            hostname=HOST,
            port=0,
            tls_context=self.certificate.for_server(),
            require_starttls=True,
            auth_required=True,
            authenticator=self._authenticate,
            server_hostname=NAME,
            ready_timeout=START,
        )
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    @property
    def port(self) -> int:
        return int(self._controller.server.sockets[0].getsockname()[1])

    def to(self, address: str) -> tuple[Letter, ...]:
        """Return the letters that somebody has got, oldest first."""
        return tuple(letter for letter in self.letters if address in letter.recipients)

    def _authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        right = LoginPassword(self.user.encode(), self.password.encode())
        return AuthResult(success=data == right, handled=False)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Keep a letter; aiosmtpd calls this after the final dot."""
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / f"{len(self.letters) + 1:04}.eml"
        file.write_bytes(bytes(envelope.content))
        self.letters.append(Letter(self.now(), tuple(envelope.rcpt_tos), bytes(envelope.content), file))
        return f"250 2.0.0 kept as {file.name}"


class _Controller(Controller):
    def _trigger_server(self) -> None:
        """Do not knock at the own port to see whether it stands: the port is 0 until the system has chosen one."""
        self._factory_invoked.set()
        self.smtpd = object()
