"""Archives that Python cannot open (.rar, .7z, odd zips), by bsdtar of libarchive: read as one stream, nothing is
written to disk but the archive itself, in a file without a name.

bsdtar turns the archive into a tar on its standard output; who reads it stops when there is enough of it.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, Literal

PACKAGE = "libarchive-tools"
SECONDS = 20  # of the processor, an archive; three times that of the clock
MEMORY = 1_000_000_000  # bytes; a RAR may ask for a dictionary of 4 GB
# libarchive takes a file for a zip when the end of one stands within its last 16 KB, as it does in a stored archive
# of a .docx: so zeros are put behind, which neither RAR nor 7z minds.
_BEHIND = b"\0" * 70_000
_SAID = 4_000  # bytes of its complaints that are looked at


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in an archive. raw_name: its path in bytes as the archive has it. data: None where it is too large."""

    raw_name: bytes
    size: int
    data: bytes | None


class NotOpened(Exception):
    """An archive that cannot be opened, or not to its end."""

    def __init__(self, reason: Literal["encrypted", "damaged", "unsupported", "too_large"], detail: str) -> None:
        super().__init__(detail)
        self.reason: Literal["encrypted", "damaged", "unsupported", "too_large"] = reason
        self.detail = detail


def archives_openable() -> tuple[bool, str]:
    """Return whether .rar and .7z archives can be opened here, and by what, or what to install."""
    program = shutil.which("bsdtar")
    if program is None:
        return False, f"bsdtar is not installed, .rar and .7z go to the clerk unread: apt install {PACKAGE}"
    return True, program


def entries(data: bytes, largest: int) -> Iterator[Entry]:
    """Yield the files of an archive in order; those of more than `largest` bytes without their data.

    Raises NotOpened, also in the middle: what came before is whole. Whoever stops early has the program ended.
    """
    good, said = archives_openable()
    if not good:
        raise NotOpened("unsupported", said)
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.write(_BEHIND)
        file.flush()
        place = f"/dev/fd/{file.fileno()}"
        with _started(["-c", "-f", "-", "--format=pax", f"@{place}"], file, subprocess.PIPE) as program:
            try:
                if program.stdout is not None:
                    yield from _read(program.stdout, largest)
                program.wait(timeout=3 * SECONDS)
            except subprocess.TimeoutExpired as fault:
                raise NotOpened("too_large", "takes too long") from fault
            finally:
                program.kill()
        if program.returncode != 0:
            file.seek(0)
            raise _complaint(place, file)


def _read(stream: IO[bytes], largest: int) -> Iterator[Entry]:
    try:
        with tarfile.open(fileobj=stream, mode="r|", encoding="utf-8", errors="surrogateescape") as tar:
            for member in tar:
                if not member.isreg():
                    continue
                name = member.name.encode("utf-8", "surrogateescape")
                if member.size > largest:
                    yield Entry(name, member.size, None)
                    continue
                content = tar.extractfile(member)
                inside = content.read() if content is not None else b""
                if len(inside) < member.size:
                    return  # the program gave up in the middle, and its exit status says so
                yield Entry(name, member.size, inside)
    except (tarfile.TarError, EOFError):
        return  # likewise


def _complaint(place: str, file: IO[bytes]) -> NotOpened:
    """Ask again for the reason: only when it unpacks does the program tell what is encrypted."""
    with tempfile.TemporaryFile() as told:
        with _started(["--passphrase", "-", "-xOf", place], file, subprocess.DEVNULL, told) as program:
            try:
                program.wait(timeout=3 * SECONDS)
            except subprocess.TimeoutExpired:
                program.kill()
        told.seek(0)
        said = told.read(_SAID).decode("utf-8", "replace").lower()
    if "encrypt" in said or "passphrase" in said or "password" in said:
        return NotOpened("encrypted", "")
    return NotOpened("unsupported" if "unsupported" in said or "not supported" in said else "damaged", "bsdtar")


def _started(
    arguments: list[str], file: IO[bytes], out: int, told: Any = subprocess.DEVNULL
) -> subprocess.Popen[bytes]:
    program = subprocess.Popen(
        ["bsdtar", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=told,
        pass_fds=(file.fileno(),),
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"},
        start_new_session=True,  # no terminal that it could ask for a password
    )
    resource.prlimit(program.pid, resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.prlimit(program.pid, resource.RLIMIT_AS, (MEMORY, MEMORY))
    return program
