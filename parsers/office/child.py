"""The process that LibreOffice runs in: reads files from its standard input, answers with converted ones.

Started by `convert.py`. It has its own profile in a folder of its own, no network and no sight of other files where
the system lets a process give them up, no macros, no linked content, and dies with the process that started it.
"""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import signal
import struct
import sys
from pathlib import Path
from typing import BinaryIO

from parsers.office.fence import fence
from parsers.office.kit import Kit, convert_by_itself

LENGTH = struct.Struct(">Q")
READY, DONE, REFUSED = b"R", b"D", b"N"

_WORKBOOKS = frozenset(("xls", "xlsx", "ods"))

_NEW_NETWORK, _NEW_USERS = 0x40000000, 0x10000000
_DIE_WITH_PARENT = 1

# What LibreOffice is made of. Neither the whole of /etc nor /proc, /home, /var, /srv: there lie other people's things.
_LOOKED_INTO = (
    *("/usr", "/lib", "/lib64", "/bin", "/opt", "/etc/fonts", "/etc/libreoffice", "/etc/ld.so.cache"),
    *(
        "/etc/localtime",
        "/etc/locale.alias",
        "/etc/nsswitch.conf",
        "/etc/passwd",
        "/var/cache/fontconfig",
        "/var/lib/libreoffice",
        "/var/spool/libreoffice",
    ),
)
_DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")

_PIPES = Path("/tmp")  # where LibreOffice puts a socket to know itself by, whatever TMPDIR says

_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">{}</oor:items>"""
_ITEM = '<item oor:path="/org.openoffice.{}"><prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>'
_VALUES = (
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Writer/Content/Update", "Link", "0"),  # never
    ("Office.Calc/Content/Update", "Link", "2"),  # never
    ("Office.Java/VirtualMachine", "Enable", "false"),
    ("Office.Common/Misc", "UseLocking", "false"),
    ("Office.Common/History", "PickListSize", "0"),
    ("Inet/Settings", "ooInetProxyType", "2"),  # by hand, and to nowhere
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
    ("Inet/Settings", "ooInetNoProxy", ""),
)


def serve(program: Path, home: Path, memory: int, seconds: int) -> None:
    """Answer until the input ends. memory: bytes of the process; seconds: of the processor, a file."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if libc.unshare(_NEW_NETWORK) != 0:
        libc.unshare(_NEW_USERS | _NEW_NETWORK)  # where this fails too, the settings above must do
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    fence([program, *map(Path, _LOOKED_INTO)], [home, *map(Path, _DEVICES)], [_PIPES])
    _allow(seconds)
    office = _Writer(program, home)
    _answer(answers, READY)
    while (question := _frame(sys.stdin.buffer)) is not None:
        ending, _, rest = question.partition(b"\0")
        to, _, data = rest.partition(b"\0")
        _allow(seconds)
        _answer(answers, _converted(office, program, home, ending.decode(), to.decode(), data))


def _profile(folder: Path) -> Path:
    """Make the profile of a LibreOffice that trusts nobody."""
    user = folder / "user"
    user.mkdir(parents=True, exist_ok=True)
    settings = "".join(_ITEM.format(*value) for value in _VALUES)
    (user / "registrymodifications.xcu").write_text(_SETTINGS.format(settings), encoding="utf-8")
    return folder


class _Writer:
    """The LibreOffice of this process, started at the first file that needs it: workbooks have one of their own."""

    def __init__(self, program: Path, home: Path) -> None:
        self._program, self._home = program, home
        self._kit: Kit | None = None

    def convert(self, source: Path, target: Path, to: str) -> bool:
        if self._kit is None:
            self._kit = Kit(self._program, _profile(self._home / "profile"))
        return self._kit.convert(source, target, to)


def _converted(office: _Writer, program: Path, home: Path, ending: str, to: str, data: bytes) -> bytes:
    folder = home / "work"
    folder.mkdir()
    try:
        source, target = folder / f"in.{ending}", folder / f"out.{to}"
        source.write_bytes(data)
        if ending in _WORKBOOKS:
            done = convert_by_itself(program, _profile(home / "calc"), source, target)
        else:
            done = office.convert(source, target, to)
        return DONE + target.read_bytes() if done else REFUSED
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _allow(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _frame(stream: BinaryIO) -> bytes | None:
    head = stream.read(LENGTH.size)
    return stream.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else None


def _answer(stream: BinaryIO, data: bytes) -> None:
    stream.write(LENGTH.pack(len(data)) + data)
    stream.flush()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
