"""The few calls of LibreOfficeKit that we need, by ctypes: LibreOffice inside this process.

Chosen over a socket to a running soffice: nothing listens anywhere, no python3-uno of the right Python is
needed, a conversion costs the conversion alone, and killing the process ends all of it. The two tables
of functions below only ever grow at their end (LibreOfficeKit.h: "unstable" begins far behind these).
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

_HOOK = "libreofficekit_hook_2"
_START_ME_AGAIN = 81  # what soffice.bin says after it has made a new profile
_LIBRARIES = ("libmergedlo.so", "libsofficeapp.so")
_USUAL = ("/usr/lib/libreoffice/program", "/usr/lib64/libreoffice/program", "/usr/local/lib/libreoffice/program")


class _Office(ctypes.Structure):
    pass


class _File(ctypes.Structure):
    pass


_OfficeP, _FileP = ctypes.POINTER(_Office), ctypes.POINTER(_File)


class _OfficeTable(ctypes.Structure):
    _fields_ = (
        ("size", ctypes.c_size_t),
        ("destroy", ctypes.CFUNCTYPE(None, _OfficeP)),
        ("load", ctypes.CFUNCTYPE(_FileP, _OfficeP, ctypes.c_char_p)),
        ("error", ctypes.CFUNCTYPE(ctypes.c_void_p, _OfficeP)),
        ("load_with", ctypes.CFUNCTYPE(_FileP, _OfficeP, ctypes.c_char_p, ctypes.c_char_p)),
    )


class _FileTable(ctypes.Structure):
    _fields_ = (
        ("size", ctypes.c_size_t),
        ("destroy", ctypes.CFUNCTYPE(None, _FileP)),
        (
            "save_as",
            ctypes.CFUNCTYPE(ctypes.c_int, _FileP, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p),
        ),
    )


_Office._fields_ = (("table", ctypes.POINTER(_OfficeTable)),)
_File._fields_ = (("table", ctypes.POINTER(_FileTable)),)


def program_folder() -> Path | None:
    """Return the folder with LibreOffice's libraries; None where it is not installed."""
    return next((folder for folder in _folders() if any((folder / name).is_file() for name in _LIBRARIES)), None)


def _folders() -> Iterator[Path]:
    command = shutil.which("soffice") or shutil.which("libreoffice")
    if command is not None:
        yield Path(command).resolve().parent
    yield from map(Path, _USUAL)
    yield from sorted(Path("/opt").glob("libreoffice*/program"), reverse=True)


class Kit:
    """LibreOffice started inside this process. Raises OSError when it does not start."""

    def __init__(self, program: Path, profile: Path) -> None:
        library = ctypes.CDLL(str(next(path for name in _LIBRARIES if (path := program / name).is_file())))
        hook = getattr(library, _HOOK)
        hook.restype, hook.argtypes = _OfficeP, (ctypes.c_char_p, ctypes.c_char_p)
        self._office = hook(str(program).encode(), profile.as_uri().encode())
        if not self._office:
            msg = "LibreOffice does not start"
            raise OSError(msg)

    def convert(self, source: Path, target: Path, to: str) -> bool:
        """Write `source` anew as `target` in the format `to`; False when LibreOffice cannot open or write it."""
        table = self._office.contents.table.contents
        opened = table.load_with(self._office, source.as_uri().encode(), b"Batch=true,MacroSecurityLevel=3")
        if not opened:
            return False
        try:
            done: int = opened.contents.table.contents.save_as(opened, target.as_uri().encode(), to.encode(), None)
        finally:
            opened.contents.table.contents.destroy(opened)
        return done == 1 and target.is_file()


def convert_by_itself(program: Path, profile: Path, source: Path, target: Path) -> bool:
    """Do the same by a LibreOffice of its own, started for this file.

    For workbooks: Calc cannot make its view within LibreOfficeKit where LibreOffice comes without a screen
    (7.4, libreoffice-calc-nogui), and dies of it.
    """
    command = [str(program / "soffice.bin"), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    command += ["--convert-to", target.suffix.removeprefix("."), "--outdir", str(target.parent), str(source)]
    for _ in range(2):
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
        if done.returncode != _START_ME_AGAIN:
            break
    written = target.with_stem(source.stem)
    return written.is_file() and bool(written.rename(target))
