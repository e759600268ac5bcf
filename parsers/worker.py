"""Reading in a child process with limits: whatever a mail does to it, it costs that mail's file alone.

The child is started anew (no fork of a process with threads), kept warm over many mails, and replaced
when it dies, hangs or has served long enough. It has no network and is told nothing of the daemon's
secrets. Its answer is unpickled with nothing allowed but the words of `readings`, so that a child turned
by a hostile file cannot turn its parent.
"""

from __future__ import annotations

import atexit
import io
import os
import pickle
import resource
import struct
import subprocess
import sys
import threading
import time
import traceback
from dataclasses import dataclass, replace
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any, BinaryIO

from parsers import readings
from parsers.confined import confine, surroundings
from parsers.readings import Address, LaidOpen, Mail, NotShown, Reading, Unreadable

_LENGTH = struct.Struct(">Q")
_FULL, _TAKE, _OPEN = b"F", b"T", b"O"
_ALLOWED = frozenset(
    name for name, thing in vars(readings).items() if isinstance(thing, type) and thing.__module__ == readings.__name__
)
HEADERS_AT_MOST = 200_000  # bytes that are looked at when nothing else could be read


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one child. seconds: of the clock and of the processor, a mail; memory, answer, mail: bytes; mails: of a life.

    files_tried_alone, files_seconds: how many attachments are tried one by one, and for how long in all, where
    a mail as a whole could not be read.
    """

    seconds: float = 150.0
    memory: int = 2_000_000_000
    answer: int = 400_000_000
    mail: int = 60_000_000  # larger ones pass no usual mail server; their headers alone are read
    mails: int = 400
    files_tried_alone: int = 20
    files_seconds: float = 300.0


class Worker:
    """A warm child process that reads mails one after the other; safe to share between threads."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._served = 0
        self._why = ""  # the child did not answer the last question

    def read(self, raw: bytes) -> Reading:
        """Return what was read from a mail. Never raises for what the mail is.

        Where the child dies or runs out of time over the whole, each attachment is tried alone; one that
        cannot be read even so is `Unreadable("crashed")`, the others are read as usual.
        """
        if len(raw) > self.limits.mail:
            return Reading(_bare_mail(raw), (), (Unreadable("mail", "too_large", "the whole mail"),))
        with self._lock:
            whole = self._ask(_FULL, frozenset(), raw)
            if whole is not None:
                return whole
            taken = self._ask(_TAKE, frozenset(), raw)
            if taken is None:
                return Reading(_bare_mail(raw), (), (Unreadable("mail", "crashed", self._why),))
            return self._without_the_bad(raw, taken)

    def lay_open(self, raw: bytes) -> LaidOpen:
        """Return a mail with its documents and the pictures of its pages, for a person. Never raises for what it is.

        Attachments over which the child dies are left out, as in `read`. Where it cannot do it even so, what
        `read` returns stands alone; `left_out` says why.
        """
        if len(raw) > self.limits.mail:
            return LaidOpen(self.read(raw), left_out=(NotShown("mail", "too_large", "the whole mail"),))
        with self._lock:
            shown = self._asked(_OPEN, frozenset(), raw)
            if isinstance(shown, LaidOpen):
                return shown
            taken = self._ask(_TAKE, frozenset(), raw)
            if taken is not None and taken.mail.attachments:
                names = [one.name for one in taken.mail.attachments]
                bad = self._bad(_OPEN, raw, len(names))
                rest = self._asked(_OPEN, frozenset(bad), raw) if bad else None
                if isinstance(rest, LaidOpen):
                    crashed = tuple(NotShown(names[n], "crashed", why) for n, why in bad.items())
                    return replace(rest, left_out=(*rest.left_out, *crashed))
            why = self._why
        return LaidOpen(self.read(raw), left_out=(NotShown("mail", "crashed", why),))

    def close(self) -> None:
        """End the child; the next mail starts a new one."""
        with self._lock:
            self._end()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _without_the_bad(self, raw: bytes, taken: Reading) -> Reading:
        bad = self._bad(_FULL, raw, len(taken.mail.attachments))
        rest = self._ask(_FULL, frozenset(bad), raw)
        if rest is None:
            return Reading(taken.mail, (), (*taken.unreadable, Unreadable("mail", "crashed", self._why)))
        crashed = tuple(Unreadable(taken.mail.attachments[n].name, "crashed", why) for n, why in bad.items())
        return Reading(rest.mail, rest.forms, (*rest.unreadable, *crashed), rest.texts)

    def _bad(self, what: bytes, raw: bytes, attachments: int) -> dict[int, str]:
        """Return the places of the attachments over which the child dies alone too, each with the reason."""
        places = range(attachments)
        everything = frozenset(places)
        until = time.monotonic() + self.limits.files_seconds
        bad = dict.fromkeys(places, "not tried alone")
        for n in places[: self.limits.files_tried_alone]:
            if time.monotonic() < until:
                if self._asked(what, everything - {n}, raw) is not None:
                    del bad[n]
                else:
                    bad[n] = self._why
        return bad

    # ------------------------------------------------------------ one question to the child

    def _ask(self, what: bytes, leave_out: frozenset[int], raw: bytes) -> Reading | None:
        answer = self._asked(what, leave_out, raw)
        return answer if isinstance(answer, Reading) else None

    def _asked(self, what: bytes, leave_out: frozenset[int], raw: bytes) -> Reading | LaidOpen | None:
        """Return the child's answer; None when it died, hung, failed or said nonsense."""
        if self._child is None or self._child.poll() is not None or self._served >= self.limits.mails:
            self._end()
            self._start()
        child = self._child
        if child is None or child.stdin is None or child.stdout is None:
            return None
        self._served += 1
        self._why = ""
        clock = threading.Timer(self.limits.seconds, self._too_long, (child,))
        clock.daemon = True
        clock.start()
        try:
            note = ",".join(map(str, sorted(leave_out))).encode()
            for part in (what, note, raw):
                child.stdin.write(_LENGTH.pack(len(part)) + part)
            child.stdin.flush()
            answer = _frame(child.stdout, self.limits.answer)
            if answer:
                reading = _Only(io.BytesIO(answer)).load()
                if isinstance(reading, Reading | LaidOpen):
                    return reading
                if isinstance(reading, Unreadable):
                    self._why = reading.detail
        except (OSError, EOFError, ValueError, pickle.UnpicklingError, TypeError, AttributeError) as fault:
            # The pipe broke or the answer is no Reading: for the caller both are "crashed".
            self._why = self._why or type(fault).__name__
        finally:
            clock.cancel()
        self._end()
        return None

    def _too_long(self, child: subprocess.Popen[bytes]) -> None:
        self._why = f"longer than {self.limits.seconds:.0f} s"
        child.kill()

    def _start(self) -> None:
        self._served = 0
        room = str(Path(__file__).resolve().parent.parent)
        path = os.pathsep.join(one for one in (room, os.environ.get("PYTHONPATH")) if one)
        self._child = subprocess.Popen(
            [sys.executable, "-m", "parsers.worker", str(self.limits.memory), str(self.limits.seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**surroundings(os.environ), "PYTHONPATH": path},
            close_fds=True,
        )

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    _close(pipe)


def read(raw: bytes) -> Reading:
    """Return what was read from a mail, by this process's one shared worker."""
    return _shared().read(raw)


_one: Worker | None = None
_one_lock = threading.Lock()


def _shared() -> Worker:
    global _one
    with _one_lock:
        if _one is None:
            _one = Worker()
            atexit.register(_one.close)
        return _one


class _Only(pickle.Unpickler):
    """Takes nothing but the words of `readings` and plain data."""

    def find_class(self, module: str, name: str) -> Any:
        if module == readings.__name__ and name in _ALLOWED:
            return getattr(readings, name)
        msg = f"{module}.{name} is no word of a reading"
        raise pickle.UnpicklingError(msg)


def _frame(stream: Any, at_most: int) -> bytes:
    """Return one length-prefixed frame; EOFError when the stream ends before, ValueError when it is too long."""
    length: int = _LENGTH.unpack(_exactly(stream, _LENGTH.size))[0]
    if length > at_most:
        raise ValueError(length)
    return _exactly(stream, length)


def _exactly(stream: Any, size: int) -> bytes:
    data: bytes = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


def _close(pipe: Any) -> None:
    try:
        pipe.close()
    except OSError:  # what was still to be written to a dead child
        return


def _bare_mail(raw: bytes) -> Mail:
    """Return a mail of which only the headers were looked at, by the most careful means."""
    head = raw[:HEADERS_AT_MOST].split(b"\r\n\r\n", 1)[0].split(b"\n\n", 1)[0]
    try:
        headers = {name.lower(): str(value) for name, value in BytesHeaderParser().parsebytes(head).items()}
    except (ValueError, TypeError, IndexError, AttributeError, RecursionError):
        headers = {}
    sender = headers.get("from", "")
    address = sender.rsplit("<", 1)[-1].strip(" <>").lower()
    return Mail(
        message_id=headers.get("message-id"),
        in_reply_to=(),
        references=(),
        subject=headers.get("subject", ""),
        sender=Address("", address if "@" in address and len(address) < 320 else ""),
        reply_to=(),
        to=(),
        return_path=headers.get("return-path"),
        received=(),
        authentication_results=(),
        headers={},
        body="",
        body_html="",
        attachments=(),
        defects=("only the headers were read",),
    )


# ---------------------------------------------------------------- the child


def _serve(memory: int, seconds: float) -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing that a library prints gets among the answers
    from parsers.mail import take_apart
    from parsers.understand import understand

    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    confine()
    questions = sys.stdin.buffer
    while True:
        try:
            what, note, raw = (_frame(questions, 1 << 40) for _ in range(3))
        except EOFError:
            return
        _allow(seconds)
        leave_out = frozenset(int(n) for n in note.decode().split(",") if n)
        answer: Reading | LaidOpen | Unreadable
        try:
            if what == _OPEN:
                from parsers.shown.lay_open import laid_open  # OpenCV and pdfium: only where somebody looks

                answer = laid_open(raw, leave_out=leave_out)
            else:
                answer = understand(raw, leave_out=leave_out) if what == _FULL else Reading(take_apart(raw), ())
        except Exception as fault:  # whatever it is, the parent is told and starts another child
            answer = Unreadable("mail", "crashed", _told(fault))
        _answer(answers, pickle.dumps(answer, protocol=5))


def _told(fault: Exception) -> str:
    """Return what went wrong and where in the code, nothing of the mail."""
    where = traceback.extract_tb(fault.__traceback__)[-1:]
    return " in ".join((type(fault).__name__, *(f"{Path(one.filename).name}:{one.lineno}" for one in where)))


def _allow(seconds: float) -> None:
    """Give the next mail so many seconds of the processor; then the system ends the child."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _answer(stream: BinaryIO, data: bytes) -> None:
    stream.write(_LENGTH.pack(len(data)) + data)
    stream.flush()


if __name__ == "__main__":
    _serve(int(sys.argv[1]), float(sys.argv[2]))
