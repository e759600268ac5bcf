"""A process that sees no files but those it needs (Linux's Landlock): what a stranger's document links to stays shut.

A document may ask LibreOffice for a picture or a text by its path on this machine; what it got would be drawn among
the applicant's own words. Landlock asks for no privilege and works in containers; it came with Linux 5.13.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the same numbers on every machine
_VERSION, _BENEATH = 1, 1
_EXECUTE, _READ_FILE, _READ_FOLDER = 1 << 0, 1 << 2, 1 << 3
_FIRST = (1 << 13) - 1  # everything that the first version knows
_MOVE, _CUT = 1 << 13, 1 << 14  # from versions 2 and 3 on
_REMOVE_FILE, _MAKE_SOCKET = 1 << 5, 1 << 9
_OF_A_FILE = _EXECUTE | 1 << 1 | _READ_FILE | _CUT
_SET_NO_NEW_PRIVILEGES = 38


class _Rules(ctypes.Structure):
    _fields_ = (("handled", ctypes.c_uint64),)


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


@cache
def version() -> int:
    """Return which version of Landlock this system has; 0 where there is none."""
    return max(0, int(ctypes.CDLL(None, use_errno=True).syscall(_CREATE, None, 0, _VERSION)))


def fence(read: Iterable[Path], write: Iterable[Path], sockets: Iterable[Path] = ()) -> bool:
    """Leave this thread, and all that it starts, nothing but these files and folders. False: nothing has changed.

    Paths that do not exist are passed over. read: may be looked into and run; sockets: local ones
    may be made and taken away there.
    """
    known = version()
    if known == 0:
        return False
    everything = _FIRST | (_MOVE if known > 1 else 0) | (_CUT if known > 2 else 0)
    libc = ctypes.CDLL(None, use_errno=True)
    asked = _Rules(everything)
    rules = libc.syscall(_CREATE, ctypes.byref(asked), ctypes.sizeof(asked), 0)
    if rules < 0:
        return False
    try:
        for path in read:
            _allow(libc, rules, path, _EXECUTE | _READ_FILE | _READ_FOLDER)
        for path in write:
            _allow(libc, rules, path, everything)
        for path in sockets:
            _allow(libc, rules, path, _REMOVE_FILE | _MAKE_SOCKET)
        if libc.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
            return False
        return bool(libc.syscall(_RESTRICT, rules, 0) == 0)
    finally:
        os.close(rules)


def _allow(libc: ctypes.CDLL, rules: int, path: Path, what: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # not on this system
        return
    try:
        rule = _Beneath(what if path.is_dir() else what & _OF_A_FILE, place)
        libc.syscall(_ADD, rules, _BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(place)
