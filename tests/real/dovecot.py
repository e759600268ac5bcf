"""A real Dovecot for tests, from a configuration of its own, as root and as anybody else.

It listens on 127.0.0.1 only. Every test should open its own account (`server.account()`): accounts are made
by naming them, and share nothing.
"""

from __future__ import annotations

import base64
import ctypes
import getpass
import grp
import hmac
import itertools
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from imapclient import IMAPClient
from imapclient.response_types import SearchIds

from inbox_daemon.demo.certificate import make_certificate
from inbox_daemon.mailbox.imap import ImapSettings

PASSWORD = "a-secret-of-tests"
MISSING = "Dovecot is missing: `apt install dovecot-imapd` (scripts/install does it when run as root)."

CONFIG = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/dovecot.log
protocols = imap
listen = 127.0.0.1
{users}
ssl = required
ssl_cert = <{cert}
ssl_key = <{key}
auth_mechanisms = plain login xoauth2
auth_username_chars =
auth_failure_delay = 0
passdb {{
  driver = static
  args = password={password}
  mechanisms = plain login
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {home}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%u
}}
mail_location = maildir:~/Maildir
mail_fsync = never
first_valid_uid = 1
first_valid_gid = 1
mail_max_userip_connections = 100
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Junk {{
    auto = create
    special_use = \\Junk
  }}
  mailbox Processed {{
    auto = create
  }}
  mailbox Review {{
    auto = create
  }}
}}
service anvil {{
  {chroot}
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  {chroot}
}}
service imap-login {{
  {chroot}
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
{more}
"""


OAUTH2 = """
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={home}/tokens/
username_attribute = sub
"""
TOKEN_KEY = b"signs-the-tokens-of-tests"


def find_dovecot() -> str:
    """The path of the server. Raises RuntimeError that says what to install."""
    found = shutil.which("dovecot", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if found is None:
        raise RuntimeError(MISSING)
    return found


@dataclass(frozen=True, slots=True)
class Account:
    """One mailbox on the server, and how to reach it."""

    server: Dovecot
    user: str

    def settings(self, **other: Any) -> ImapSettings:
        """Implicit TLS unless told otherwise."""
        plain = ImapSettings(
            host="localhost",
            user=self.user,
            secret=lambda: PASSWORD,
            port=self.server.tls_port,
            ca_file=str(self.server.cert),
            timeout=10.0,
        )
        if other.get("tls") == "starttls":
            other.setdefault("port", self.server.port)
        return replace(plain, **other)

    def token(self, lasts: int = 3600) -> str:
        """An access token that the server accepts for so many seconds (RFC 7519)."""
        claims = {"sub": self.user, "iat": int(time.time()) - 7200, "exp": int(time.time()) + lasts}
        signed = _base64url(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
        signed += b"." + _base64url(json.dumps(claims).encode())
        return (signed + b"." + _base64url(hmac.digest(TOKEN_KEY, signed, "sha256"))).decode()

    def client(self) -> IMAPClient:
        """A connection of the test's own, to look behind the scenes."""
        client = IMAPClient("127.0.0.1", port=self.server.port, ssl=False, timeout=10)
        client.normalise_times = False
        client.login(self.user, PASSWORD)  # 127.0.0.1 counts as secured
        return client

    def append(self, raw: bytes, internal_date: datetime, folder: str = "INBOX") -> int:
        """Put a mail into a folder as it stands (give it CRLF); the UID."""
        with self.client() as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            client.append(folder, raw, msg_time=internal_date)
            client.select_folder(folder, readonly=True)
            return max(int(uid) for uid in client.search("ALL"))

    def uids(self, folder: str) -> SearchIds:
        with self.client() as client:
            client.select_folder(folder, readonly=True)
            return client.search("ALL")

    def bodies(self, folder: str) -> list[bytes]:
        """The bytes of all mails of a folder, oldest first."""
        with self.client() as client:
            client.select_folder(folder, readonly=True)
            found = client.fetch(client.search("ALL"), ["BODY.PEEK[]"])
            return [bytes(facts[b"BODY[]"]) for _, facts in sorted(found.items())]

    def flags(self, folder: str, uid: int) -> set[bytes]:
        with self.client() as client:
            client.select_folder(folder, readonly=True)
            return set(client.get_flags([uid])[uid]) - {b"\\Recent"}

    def renumber(self, folder: str) -> None:
        """What a rebuilt server does: the same mails get new UIDs under another UIDVALIDITY."""
        home = self.server.mail / self.user / "Maildir" / ("" if folder == "INBOX" else f".{folder}")
        before = self._uidvalidity(folder)

        def renumbered() -> bool:  # a session that is just ending may put its index back
            for file in [home / "dovecot-uidlist", *home.glob("dovecot.index*")]:
                file.unlink(missing_ok=True)
            return self._uidvalidity(folder) != before

        _until(renumbered, "The folder keeps its UIDVALIDITY", self.server.log)

    def _uidvalidity(self, folder: str) -> int:
        with self.client() as client:
            return int(client.folder_status(folder, ["UIDVALIDITY"])[b"UIDVALIDITY"])


class Dovecot:
    """Start with `start`, end with `stop`; in between `kill` and start again as often as a test likes.

    more: further lines of configuration, e.g. "protocol imap {\\n  imap_capability = IMAP4rev1\\n}".
    """

    def __init__(self, more: str = "") -> None:
        self._program = find_dovecot()
        # Not pytest's folder: its name is too long for the sockets in it, and Dovecot's own user must get in.
        self._home = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self._home.chmod(0o755)
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = itertools.count(1)
        made = make_certificate(self._home, datetime.now(UTC))
        self.cert, key = made.certificate, made.key
        self.port, self.tls_port = _free_port(), _free_port()
        self.mail = self._home / "mail"
        for name in ("run", "state", "mail"):
            (self._home / name).mkdir()
        root = os.getuid() == 0
        owner = pwd.getpwnam("nobody") if root else pwd.getpwuid(os.getuid())
        users = ""
        if root:
            os.chown(self.mail, owner.pw_uid, owner.pw_gid)
        else:
            me, group = getpass.getuser(), grp.getgrgid(os.getgid()).gr_name
            users = f"default_internal_user = {me}\ndefault_internal_group = {group}\ndefault_login_user = {me}"
        keys = self._home / "tokens" / "default" / "HS256"
        keys.mkdir(parents=True)
        (keys / "default").write_bytes(base64.b64encode(TOKEN_KEY))
        (self._home / "oauth2.conf").write_text(OAUTH2.format(home=self._home))
        (self._home / "dovecot.conf").write_text(
            CONFIG.format(
                home=self._home,
                users=users,
                cert=self.cert,
                key=key,
                uid=owner.pw_uid,
                gid=owner.pw_gid,
                password=PASSWORD,
                chroot="" if root else "chroot =",
                port=self.port,
                tls_port=self.tls_port,
                more=more,
            )
        )

    def account(self) -> Account:
        """A new and empty mailbox."""
        return Account(self, f"inbox{next(self._numbers)}")

    def start(self) -> None:
        """Start and wait until it greets."""
        self._process = subprocess.Popen(
            [self._program, "-F", "-c", str(self._home / "dovecot.conf")],
            start_new_session=True,  # its children go with it when the group is killed
            preexec_fn=die_with_the_tests,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _until(self._greets, "Dovecot does not greet", self.log)

    def kill(self) -> None:
        """SIGKILL to the master and all its sessions: to a client the line is simply gone."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def restart(self) -> None:
        self.kill()
        self.start()

    def stop(self) -> None:
        self.kill()
        shutil.rmtree(self._home, ignore_errors=True)

    def freeze(self) -> None:
        """Stop all processes: connections stay and nothing is ever answered."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def log(self) -> str:
        file = self._home / "dovecot.log"
        return file.read_text(errors="replace") if file.exists() else "(no log)"

    def _signal(self, number: int) -> None:
        assert self._process is not None
        os.killpg(self._process.pid, number)

    def _greets(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            raise RuntimeError("Dovecot ended at once:\n" + self.log())
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as line:
                return line.recv(4) == b"* OK"
        except OSError:
            return False


def die_with_the_tests() -> None:
    """Ask Linux for a SIGKILL when the test run is killed: then no fixture ends this process."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def _base64url(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _until(true: Callable[[], bool], otherwise: str, log: Callable[[], str], seconds: float = 15.0) -> None:
    ends = time.monotonic() + seconds
    while not true():
        if time.monotonic() > ends:
            msg = f"{otherwise} within {seconds} s:\n{log()}"
            raise RuntimeError(msg)
        time.sleep(0.02)
