"""A real PostgreSQL for tests: a cluster of its own on a unix socket, as root and as anybody else.

Its databases are made for the Kazakh language (ICU), as a server of the ministry may well be: what works there does
not lean on the order of bytes. Every test has a database of its own (`new`).
"""

from __future__ import annotations

import itertools
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import NullPool, create_engine
from sqlalchemy.exc import OperationalError

from registry_store.store import open_store
from tests.real.dovecot import die_with_the_tests

MISSING = "PostgreSQL is missing: `apt install postgresql` (scripts/install does it when run as root)."
USER = "registry"
# Nothing of a test outlives a power cut, so nothing waits for the disk.
OPTIONS = ("listen_addresses=", "fsync=off", "full_page_writes=off", "autovacuum=off", "shared_buffers=16MB")


def find_programs() -> Path | None:
    """The folder of initdb and postgres, of the newest server there is; None where there is none."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else list(Path("/usr/lib/postgresql").glob("*/bin"))
    usable = [folder for folder in folders if (folder / "initdb").is_file() and (folder / "postgres").is_file()]
    return max(usable, key=lambda folder: [int(n) for n in re.findall(r"\d+", str(folder))], default=None)


class Postgres:
    """Start with `start`, end with `stop`. programs: where its own lie."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        # Not pytest's folder: its name is too long for the socket in it, and another user must get in.
        self.home = Path(tempfile.mkdtemp(prefix="pg-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = itertools.count(1)
        # The server refuses to run as root.
        self._owner = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        os.chown(self.home, self._owner.pw_uid, self._owner.pw_gid)

    def start(self) -> None:
        """Make the cluster when it is new; start it and wait until it answers."""
        if not (self.home / "data").exists():
            made = self._run(
                "initdb", "-D", "data", "-U", USER, "-A", "trust", "--no-sync", "--no-instructions",
                "-E", "UTF8", "--locale", "C.UTF-8", "--locale-provider=icu", "--icu-locale=kk-KZ",
            )  # fmt: skip
            if made.wait() != 0:
                raise RuntimeError("initdb failed:\n" + self.log())
        settings = itertools.chain.from_iterable(("-c", option) for option in OPTIONS)
        self._process = self._run("postgres", "-D", "data", "-k", str(self.home), *settings)
        ends = time.monotonic() + 15
        while not self._answers():
            if time.monotonic() > ends or self._process.poll() is not None:
                raise RuntimeError("PostgreSQL does not answer:\n" + self.log())
            time.sleep(0.02)

    def stop(self) -> None:
        """End the server and take its folder away."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)  # at once, whoever is connected
            self._process.wait()
            self._process = None
        shutil.rmtree(self.home, ignore_errors=True)

    def new(self, like: str = "template1") -> str:
        """The URL of a database of its own: empty, or a copy of another one."""
        name = f"registry{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
        return self.url(name)

    def made(self) -> str:
        """The URL of a store that was opened once and holds nothing: a copy of one takes less time than its making."""
        if not self.execute("SELECT 1 FROM pg_database WHERE datname = 'made'"):
            self.execute("CREATE DATABASE made")
            open_store(self.url("made")).close()
        return self.new("made")

    def url(self, database: str) -> str:
        return f"postgresql://{USER}@/{database}?host={self.home}"

    def drop(self, url: str) -> None:
        """Take a database away, whoever is connected."""
        self.execute(f"DROP DATABASE {self.name(url)} WITH (FORCE)")

    def name(self, url: str) -> str:
        """The database of a URL."""
        return url.partition("@/")[2].partition("?")[0]

    def execute(self, statement: str, url: str = "") -> list[Any]:
        """Run one statement, committed at once; its rows, if it returns any."""
        engine = create_engine(url or self.url("postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            result = connection.exec_driver_sql(statement)
            return list(result) if result.returns_rows else []

    def log(self) -> str:
        file = self.home / "log"
        return file.read_text(errors="replace") if file.exists() else "(no log)"

    def _answers(self) -> bool:
        try:
            return bool(self.execute("SELECT 1"))
        except OperationalError:
            return False

    def _run(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        root = os.getuid() == 0
        with (self.home / "log").open("ab") as log:
            return subprocess.Popen(
                [str(self.programs / program), *arguments],
                cwd=self.home,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
                preexec_fn=die_with_the_tests,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=self._owner.pw_uid if root else None,
                group=self._owner.pw_gid if root else None,
                extra_groups=[] if root else None,
            )
