"""A real SMTP server (aiosmtpd) that keeps what it gets and fails where a test tells it to.

    sink.script["dot"] = "451 4.3.0 later"     # answer of the server after the final dot
    sink.script["body"] = DROP                 # cut the line in the midst of the letter
    sink.recipients["b@example.org"] = "550 5.1.1 nobody here"

Phases: connect, ehlo, auth, mail, rcpt, data (instead of 354), body, dot, quit.
"""

from __future__ import annotations

import asyncio
import base64
import re
import ssl
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from inbox_daemon.letters.smtp import SmtpSettings

DROP = "drop the line"
HANG = "never answer"

USER, PASSWORD, TOKEN = "inbox@example.org", "a-secret-of-tests", "token-of-tests"
DSN_PARAMETER = re.compile(r" ((?:RET|ENVID|NOTIFY|ORCPT)=\S+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Taken:
    """One letter that the server said 250 to, or would have if it had not been told otherwise."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    options: tuple[str, ...]


@dataclass(eq=False)  # without slots: aiosmtpd looks at every attribute, and Python 3.11.2 stumbles over theirs
class SmtpSink:
    """tls: "starttls" or "implicit". hidden: extensions that are not offered; DSN is, until it is hidden."""

    certificate: tuple[Path, Path]
    tls: str = "starttls"
    login_required: bool = True
    taken: list[Taken] = field(default_factory=list)
    script: dict[str, str] = field(default_factory=dict)
    recipients: dict[str, str] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    heard: list[str] = field(default_factory=list)  # MAIL and RCPT as they came
    lines: list[Any] = field(default_factory=list)  # every connection ever made
    _controller: Any = None

    def start(self) -> None:
        cert, key = self.certificate
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(cert, key)
        starttls = self.tls == "starttls"
        self._controller = _Server(
            self,
            hostname="127.0.0.1",
            port=0,
            ssl_context=None if starttls else context,
            tls_context=context if starttls else None,
            require_starttls=starttls,
            auth_required=self.login_required,
            auth_require_tls=starttls,  # under implicit TLS aiosmtpd does not know that it is secured
            authenticator=_check_login,
            timeout=20,
        )
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            asyncio.run_coroutine_threadsafe(self._cut_all(), self._controller.loop).result(5)
            self._controller.stop()
            self._controller = None

    async def _cut_all(self) -> None:
        for line in self.lines:
            if not line.is_closing():
                line.abort()
        for _ in range(5):  # the loop closes them one round later, those under TLS two
            await asyncio.sleep(0)

    def settings(self, **other: Any) -> SmtpSettings:
        plain = SmtpSettings(
            host="localhost",
            user=USER,
            secret=lambda: PASSWORD,
            port=self.port,
            tls="starttls" if self.tls == "starttls" else "implicit",
            ca_file=str(self.certificate[0]),
            timeout=5.0,
            final_timeout=5.0,
            helo="daemon.example.org",
        )
        return replace(plain, **other)

    @property
    def port(self) -> int:
        return int(self._controller.server.sockets[0].getsockname()[1])

    # hooks that aiosmtpd calls

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        offered = [line for line in responses if not any(name in line for name in self.hidden)]
        return offered if "DSN" in self.hidden else [offered[0], "250-DSN", *offered[1:]]

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.taken.append(
            Taken(envelope.mail_from, tuple(envelope.rcpt_tos), bytes(envelope.content), tuple(envelope.mail_options))
        )
        return await server.scripted("dot") or f"250 2.0.0 queued as {len(self.taken)}"

    async def auth_XOAUTH2(self, server: Any, args: list[str]) -> AuthResult:
        if len(args) == 1:
            await server.push("334 ")
            return AuthResult(success=False, handled=False)
        said = base64.b64decode(args[1]).decode()
        if said == f"user={USER}\1auth=Bearer {TOKEN}\1\1":
            return AuthResult(success=True)
        await server.challenge_auth(b'{"status":"401"}')
        return AuthResult(success=False, handled=False)


def _check_login(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    right = LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=data == right, handled=False)


class _Server(Controller):
    def factory(self) -> SMTP:
        with warnings.catch_warnings():
            # It does not see that the port is under TLS from the start, and warns of logins in the open.
            warnings.filterwarnings("ignore", "Requiring AUTH", UserWarning)
            return _ScriptedSMTP(self.handler, **self.SMTP_kwargs)

    def _trigger_server(self) -> None:
        """Nothing: it would knock once, and a test that counts connections or scripts the first would fail."""
        self._factory_invoked.set()
        self.smtpd = object()


class _ScriptedSMTP(SMTP):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.event_handler.lines.append(transport)
        super().connection_made(transport)

    async def scripted(self, phase: str) -> str | None:
        """What the script says instead of the usual answer; does not come back where the line is dropped."""
        answer: str | None = self.event_handler.script.get(phase)
        if answer == DROP:
            self._writer.transport.abort()
        if answer in (DROP, HANG):
            await asyncio.sleep(3600)  # cancelled as soon as the connection is gone
        return answer

    async def _handle_client(self) -> None:
        if answer := await self.scripted("connect"):
            await self.push(answer)
            self._writer.close()
            return
        await super()._handle_client()

    async def smtp_EHLO(self, arg: str) -> None:
        await self._or(super().smtp_EHLO, "ehlo", arg)

    async def smtp_AUTH(self, arg: str) -> None:
        await self._or(super().smtp_AUTH, "auth", arg)

    async def smtp_MAIL(self, arg: str | None) -> None:
        self.event_handler.heard.append(f"MAIL {arg}")
        await self._or(super().smtp_MAIL, "mail", self._without_dsn(arg))

    async def smtp_RCPT(self, arg: str | None) -> None:
        self.event_handler.heard.append(f"RCPT {arg}")
        address = re.search(r"<(.*?)>", arg or "")
        if address and (answer := self.event_handler.recipients.get(address[1])):
            await self.push(answer)
            return
        await self._or(super().smtp_RCPT, "rcpt", self._without_dsn(arg))

    async def smtp_DATA(self, arg: str) -> None:
        if "body" in self.event_handler.script:
            await self.push("354 go on")
            await self._reader.readuntil(b"\r\n")
            below: Any = self._original_transport or self._writer.transport
            below.pause_reading()  # or asyncio reads on by itself
            await self.scripted("body")
        await self._or(super().smtp_DATA, "data", arg)

    async def smtp_QUIT(self, arg: str) -> None:
        await self._or(super().smtp_QUIT, "quit", arg)

    async def _or(self, usual: Callable[..., Any], phase: str, arg: str | None) -> None:
        if answer := await self.scripted(phase):
            await self.push(answer)
        else:
            await usual(arg)

    def _without_dsn(self, arg: str | None) -> str | None:
        return arg if arg is None or "DSN" in self.event_handler.hidden else DSN_PARAMETER.sub("", arg)
