"""A worker that is watched: what a mail costs of processor and memory, and whether anything failed over it.

Everything is told by the system (Linux, /proc) about the worker's process and those that it starts
(LibreOffice, Tesseract), so that nothing in the code under torture has to be trusted.
"""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from parsers.readings import Reading
from parsers.worker import Limits, Worker

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_EVERY = 0.02  # seconds between two looks at the processes that a worker has started


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one mail. cpu: seconds of all processes together; memory: bytes at the peak beyond those before."""

    cpu: float
    memory: int


class WatchedWorker(Worker):
    """A worker that counts the questions its child did not answer."""

    def __init__(self, limits: Limits | None = None) -> None:
        super().__init__(limits)
        self.unanswered: list[str] = []  # why, each time

    def _ask(self, what: bytes, leave_out: frozenset[int], raw: bytes) -> Reading | None:
        reading = super()._ask(what, leave_out, raw)
        if reading is None:
            self.unanswered.append(self._why or "it ended")
        return reading

    def measured(self, raw: bytes) -> tuple[Reading, Cost]:
        """Read a mail and tell what it cost. The child must have been started before."""
        if self._child is None:
            msg = "a cold worker cannot be measured"
            raise ValueError(msg)
        pid = self._child.pid
        _forget_peak(pid)
        others = _Others(pid)
        cpu, memory = _cpu(pid), _status(pid, "VmRSS")
        with others:
            reading = self.read(raw)
        child: subprocess.Popen[bytes] | None = self._child  # another one by now, or none
        now = child.pid if child is not None else pid
        peak = _status(now, "VmHWM") - (memory if now == pid else 0)
        spent = _cpu(now) - (cpu if now == pid else 0.0)
        return reading, Cost(max(0.0, spent), max(0, peak) + max(0, others.peak - others.before))


class _Others:
    """Looks again and again at the memory of a process's children, until told to stop."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._command = _command(pid)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.before = self.peak = self._now()

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(_EVERY):
            self.peak = max(self.peak, self._now())

    def _now(self) -> int:
        # A process that is not yet another program (vfork, as of `subprocess`) is the very memory of the one that
        # started it, and counted there; even what /proc calls private to it is that one's.
        return sum(memory_of(one) for one in _descendants(self._pid) if _command(one) != self._command)


def memory_of(pid: int) -> int:
    """Return the resident bytes of a process, 0 when it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:  # it has just ended
        return b""


def _descendants(pid: int) -> Iterator[int]:
    try:
        children = [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:  # it has just ended
        return
    for child in children:
        yield child
        yield from _descendants(child)


def _cpu(pid: int) -> float:
    """Return the seconds that a process and all its children, the ended ones too, have had of the processor."""
    total = 0
    for one in (pid, *_descendants(pid)):
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += sum(int(field) for field in fields[11:15])  # utime stime cutime cstime
    return total / _TICKS


def _status(pid: int, name: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:")), 0)


def _forget_peak(pid: int) -> None:
    Path(f"/proc/{pid}/clear_refs").write_text("5")
