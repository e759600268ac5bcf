"""An IMAP server that says what a test tells it to say: for the oddities that no well-kept server shows.

    with OddImap(certificate, {r"UID FETCH 2 ": "TAG NO it is broken"}) as server: ...

Replies are told by patterns on the client's line without its tag, the test's own first; TAG stands for the
tag, and CUT closes the line there. What is foreseen nowhere is answered with BAD, so the server is strict, too.
"""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from inbox_daemon.mailbox.imap import ImapSettings

CUT = "cut the line"
MAIL = b"Subject: x\r\n\r\nline\r\n"
FACTS = 'UID {uid} INTERNALDATE "23-Oct-2026 10:00:00 +0500" RFC822.SIZE {size}'

USUAL = {
    r"CAPABILITY": "* CAPABILITY IMAP4rev1 MOVE UIDPLUS\r\nTAG OK",
    r"LOGIN ": "TAG OK [CAPABILITY IMAP4rev1 MOVE UIDPLUS] in",
    r"LIST ": '* LIST () "/" INBOX\r\n* LIST () "/" Processed\r\n* LIST () "/" Review\r\nTAG OK',
    r"(SELECT|EXAMINE) ": "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 4] x\r\nTAG OK [READ-WRITE] open",
    r"UID SEARCH ALL": "* SEARCH 1 2 3\r\nTAG OK",
    r"UID SEARCH UID (?P<uid>\d+)$": "* SEARCH {uid}\r\nTAG OK",
    r"UID FETCH (?P<uid>\d+) \(INTERNALDATE RFC822.SIZE\)": "* {uid} FETCH (" + FACTS + ")\r\nTAG OK",
    r"UID FETCH (?P<uid>\d+) \(BODY.PEEK\[\]\)": "* {uid} FETCH (UID {uid} BODY[] {{{size}}}\r\n{mail})\r\nTAG OK",
    r"UID (MOVE|COPY|STORE|EXPUNGE) ": "TAG OK",
    r"CREATE ": "TAG OK",
    r"LOGOUT": "* BYE\r\nTAG OK",
}


class OddImap:
    """Under TLS from the start. lines: what clients have said, without tags."""

    def __init__(
        self, certificate: tuple[Path, Path], script: Mapping[str, str] | None = None, greeting: str = "* OK ready"
    ) -> None:
        self._certificate = certificate
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._context.load_cert_chain(*certificate)
        self._greeting = greeting
        self.script = dict(script or {})
        self.lines: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept)]
        self._open: list[ssl.SSLSocket] = []

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for line in self._open:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def settings(self, **other: Any) -> ImapSettings:
        port = self._listener.getsockname()[1]
        usual: dict[str, Any] = {"timeout": 5.0, "ca_file": str(self._certificate[0]), "port": port}
        return ImapSettings("localhost", "inbox", lambda: "secret", **(usual | other))

    def said(self, pattern: str) -> list[str]:
        """The client's lines that begin so."""
        return [line for line in self.lines if re.match(pattern, line)]

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(line,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, plain: socket.socket) -> None:
        with contextlib.suppress(OSError), self._context.wrap_socket(plain, server_side=True) as line:
            self._open.append(line)
            with line.makefile("rb") as heard:
                line.sendall(self._greeting.encode() + b"\r\n")
                for said in heard:
                    tag, _, command = said.decode().strip().partition(" ")
                    self.lines.append(command)
                    reply, cut, _ = self._reply(command).partition(CUT)
                    line.sendall(reply.replace("TAG", tag).encode())
                    if cut:
                        return

    def _reply(self, command: str) -> str:
        for pattern, reply in (*self.script.items(), *USUAL.items()):
            if (match := re.match(pattern, command, re.IGNORECASE)) is not None:
                filled = reply.format(**match.groupdict(), size=len(MAIL), mail=MAIL.decode())
                filled += " done" if filled.endswith("OK") else ""
                return f"{filled}\r\n"
        return f"TAG BAD not understood: {command}\r\n"
