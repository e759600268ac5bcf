"""A warm LibreOffice to send files to: started at the first one, killed when it hangs, started anew."""

from __future__ import annotations

import atexit
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from parsers.office.child import DONE, LENGTH, READY
from parsers.office.kit import program_folder
from parsers.readers.errors import Crashed, Damaged, TooLarge, Unsupported

MISSING = "LibreOffice is not installed (Debian: libreoffice-writer-nogui libreoffice-calc-nogui)"
_FOLDER = "inbox-daemon-office-"


@dataclass(frozen=True, slots=True)
class Limits:
    """start, file: seconds of the clock; processor: seconds of the processor, a file; the rest: bytes, files."""

    start: float = 30.0
    file: float = 20.0
    processor: int = 10
    memory: int = 1_600_000_000
    largest: int = 40_000_000
    answer: int = 80_000_000
    files: int = 200  # of one LibreOffice: it grows slowly


def missing() -> str | None:
    """Return why old office files cannot be read here; None when they can."""
    return None if program_folder() is not None else MISSING


class Office:
    """LibreOffice in a helper process; safe to share between threads."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._home: Path | None = None
        self._served = 0

    def convert(self, data: bytes, ending: str, to: str) -> bytes:
        """Return a file written anew in another format, both told by their endings ("doc", "docx").

        Raises Unsupported (no LibreOffice), TooLarge, Damaged (it cannot open the file), Crashed.
        """
        if len(data) > self.limits.largest:
            raise TooLarge("for LibreOffice")
        with self._lock:
            child = self._warm()
            self._served += 1
            answer = self._ask(child, b"\0".join((ending.encode(), to.encode(), data)))
        if not answer.startswith(DONE):
            raise Damaged("LibreOffice cannot open it")
        return answer[len(DONE) :]

    def close(self) -> None:
        with self._lock:
            self._end()

    def _warm(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is None and self._served < self.limits.files:
            return self._child
        self._end()
        program = program_folder()
        if program is None:
            raise Unsupported(MISSING)
        _sweep()
        self._home = Path(tempfile.mkdtemp(prefix=f"{_FOLDER}{os.getpid()}-"))
        self._child = child = _started(program, self._home, self.limits)
        if self._hear(child, self.limits.start) != READY:
            self._end()
            raise Crashed("LibreOffice does not start")
        return child

    def _ask(self, child: subprocess.Popen[bytes], question: bytes) -> bytes:
        """Return the helper's answer; ends the helper when it gives none in time."""
        try:
            if child.stdin is None:
                raise EOFError
            child.stdin.write(LENGTH.pack(len(question)) + question)
            child.stdin.flush()
            # At its first file it starts: a workbook needs no Writer, 100 MB of memory.
            answer = self._hear(child, self.limits.file + (self.limits.start if self._served == 1 else 0.0))
        except (OSError, EOFError):
            answer = None
        if answer is None:
            self._end()
            raise Crashed("LibreOffice")
        return answer

    def _hear(self, child: subprocess.Popen[bytes], seconds: float) -> bytes | None:
        if child.stdout is None:
            return None
        deadline = time.monotonic() + seconds
        head = _exactly(child.stdout, LENGTH.size, deadline)
        size = LENGTH.unpack(head)[0] if head is not None else -1
        return _exactly(child.stdout, size, deadline) if 0 <= size <= self.limits.answer else None

    def _end(self) -> None:
        child, self._child, self._served = self._child, None, 0
        if child is not None:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)  # with the LibreOffice that it may have started
            child.wait()
            for pipe in (child.stdin, child.stdout):
                _close(pipe)
        if self._home is not None:
            shutil.rmtree(self._home, ignore_errors=True)
            self._home = None


def shared() -> Office:
    """Return this process's one LibreOffice."""
    global _one
    with _one_lock:
        if _one is None:
            _one = Office()
            atexit.register(_one.close)
        return _one


_one: Office | None = None
_one_lock = threading.Lock()


def _started(program: Path, home: Path, limits: Limits) -> subprocess.Popen[bytes]:
    room = str(Path(__file__).resolve().parent.parent.parent)
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-m", "parsers.office.child", program, home, str(limits.memory), str(limits.processor)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        env={
            **kept,
            "PYTHONPATH": room,
            "HOME": str(home),
            "TMPDIR": str(home),
            "LANG": "C.UTF-8",
            "SAL_USE_VCLPLUGIN": "svp",
            "SAL_DISABLE_OPENCL": "1",
            "http_proxy": "http://127.0.0.1:9",
            "https_proxy": "http://127.0.0.1:9",
        },
        close_fds=True,
        start_new_session=True,
    )


def _exactly(stream: IO[bytes], size: int, deadline: float) -> bytes | None:
    """Return so many bytes from a pipe; None when it ends or the time is over before."""
    pieces: list[bytes] = []
    while size > 0:
        left = deadline - time.monotonic()
        ready, _, _ = select.select([stream], [], [], max(0.0, left))
        piece = os.read(stream.fileno(), min(size, 1 << 20)) if ready else b""
        if not piece:
            return None
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _close(pipe: IO[bytes] | None) -> None:
    try:
        if pipe is not None:
            pipe.close()
    except OSError:  # what was still to be written to a dead helper
        return


def _sweep() -> None:
    """Take away the folders of helpers whose process is gone (killed, so that it could not do it itself)."""
    for folder in Path(tempfile.gettempdir()).glob(_FOLDER + "*"):
        pid = folder.name.removeprefix(_FOLDER).partition("-")[0]
        if pid.isdigit() and not Path("/proc", pid).exists():
            shutil.rmtree(folder, ignore_errors=True)
