"""A process that opens strangers' files gives up what it does not need: the network, large files, core dumps.

The network goes by a seccomp filter (Linux): sockets of the internet families cannot be made any more, by this
process or any that it starts. It asks for no privilege and works in containers, where network namespaces
often do not; where the kernel has no seccomp the process goes on without, and says so.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import resource
import socket
from collections.abc import Mapping

LARGEST_FILE = 300_000_000  # bytes that may be written to one file

# What a process that reads files is told of its surroundings: no passwords of the daemon.
_KEPT = ("PATH", "LD_LIBRARY_PATH", "TMPDIR", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TESSDATA_PREFIX", "VIRTUAL_ENV")

_SET_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2  # prctl(2)
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # classic BPF: ld abs word, jeq, jge, ret
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EACCES
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data, little-endian
_OTHER_NUMBERS = 0x40000000  # where x86-64 has the calls of x32 once more
# machine → (AUDIT_ARCH, the number of socket, that of io_uring_setup, which could make sockets too)
_CALLS: Mapping[str, tuple[int, int, int]] = {
    "x86_64": (0xC000003E, 41, 425),
    "aarch64": (0xC00000B7, 198, 425),
}
_FAMILIES = (socket.AF_INET, socket.AF_INET6, 16, 17, 40)  # netlink, packet, vsock


class _Instruction(ctypes.Structure):
    _fields_ = (("code", ctypes.c_uint16), ("yes", ctypes.c_uint8), ("no", ctypes.c_uint8), ("k", ctypes.c_uint32))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("instructions", ctypes.POINTER(_Instruction)))


def surroundings(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the part of the environment that a reading process is given."""
    return {name: environment[name] for name in _KEPT if name in environment}


def confine() -> bool:
    """Give up what is not needed, for good and for all processes started later. False: the network stays."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _lower(resource.RLIMIT_FSIZE, LARGEST_FILE)
    return _without_network()


def _lower(which: int, limit: int) -> None:
    hard = resource.getrlimit(which)[1]
    bound = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(which, (bound, bound))


def _without_network() -> bool:
    if platform.system() != "Linux" or platform.machine() not in _CALLS:
        return False
    architecture, make_socket, ring = _CALLS[platform.machine()]
    allow, refuse = 7 + len(_FAMILIES), 8 + len(_FAMILIES)  # the last two steps; a jump counts from the next step
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 0, refuse - 2, architecture),  # the calls of another architecture have other numbers
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, refuse - 4, 0, _OTHER_NUMBERS),
        (_EQUAL, refuse - 5, 0, ring),
        (_EQUAL, 0, allow - 6, make_socket),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        *((_EQUAL, refuse - 8 - n, 0, int(family)) for n, family in enumerate(_FAMILIES)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    instructions = (_Instruction * len(steps))(*(_Instruction(*step) for step in steps))
    program = _Program(len(steps), instructions)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0) == 0)
