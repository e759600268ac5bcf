"""Archives that bsdtar opens, and gzip: files made by real programs where there are any."""

from __future__ import annotations

import base64
import gzip
import io
import random
import subprocess
import tarfile
from pathlib import Path

import pytest

from parsers import archives
from parsers.containers import Limits, unpack
from parsers.readings import Attachment
from parsers.worker import Worker
from tests.parsers.files import as_docx
from tests.parsers.paper import filled
from tests.parsers.rar_written import rar5
from tests.parsers.raw_mails import multipart, part

FILES = {"Құжаттар/Арыз.pdf": b"%PDF-1.7 a" * 50, "сауалнама.pdf": b"%PDF-1.7 b"}
TEXT = b"Content-Type: text/plain; charset=utf-8\r\n\r\nhello"
# Made by 7-Zip 16.02 from a text file with the password "secret": its data, and with -mhe=on its names too.
LOCKED_7Z = """
N3q8ryccAATZfvcQEAAAAAAAAABqAAAAAAAAAE5WNuRjv4zJnSBetKBwvFP+ca6WAQQGAAEJEAAHCwEAAiQG8QcBElMPc2982QEyvAQUHz1gS+3aFiEh
AQABAAwPCwAICgGp0tvjAAAFARkBABETABAEQARLBDcELgB0AHgAdAAAABkAFAoBAOX9xmpled0BFQYBACCApIEAAA=="""
LOCKED_NAMES_7Z = """
N3q8ryccAASpnsjHgAAAAAAAAAAuAAAAAAAAAEJnb7R0pEExMWnB0wElWlNYtW+pU/0Uf99SbzFPbasAcrZN34amDiSEI3R/rC4PHSeGyaHxMk7IEYy/
VxOsVW1P7TRJQ9RRui2KewljE9t+dn0kJYp5DWCol6CZ4m5xKUrcO/fUkP3OJOYN3TznDynvw9+y0lrxiEfFhxFvTZaTJ6WsOBcGEAEJcAAHCwEAASQG
8QcBElMPMW+2jBja4RF91daXHv3BdQxqCgFo8FtIAAA="""


def packed(folder: Path, files: dict[str, bytes], kind: str = "7zip") -> bytes:
    """An archive made by bsdtar itself."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    command = ["bsdtar", f"--format={kind}", "-cf", "-", "--", *files]
    return subprocess.run(
        command, cwd=folder, capture_output=True, check=True, env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
    ).stdout


def opened(
    data: bytes, limits: Limits | None = None, name: str = "a"
) -> tuple[dict[str, bytes], list[tuple[str, str]]]:
    files, closed = unpack((Attachment(name, "", data),), limits)
    return {one.name: one.data for one in files}, [(one.part, one.reason) for one in closed]


@pytest.mark.parametrize("kind", ["7zip", "ustar", "pax", "gnutar"])
def test_archives_of_bsdtar_are_opened_whatever_they_are_called(tmp_path: Path, kind: str) -> None:
    assert opened(packed(tmp_path, FILES, kind), name="form.docx") == (
        {"Арыз.pdf": FILES["Құжаттар/Арыз.pdf"], "сауалнама.pdf": FILES["сауалнама.pdf"]},
        [],
    )


def test_a_rar_is_opened_and_its_files_tell_where_they_were() -> None:
    files, closed = unpack((Attachment("a.rar", "", rar5([*FILES.items(), ("__MACOSX/x", b"y")])),))
    assert [(one.name, one.within, one.data) for one in files] == [
        ("Арыз.pdf", ("a.rar",), FILES["Құжаттар/Арыз.pdf"]),
        ("сауалнама.pdf", ("a.rar",), FILES["сауалнама.pdf"]),
    ]
    assert closed == ()


@pytest.mark.parametrize(
    "data",
    [base64.b64decode(LOCKED_7Z), base64.b64decode(LOCKED_NAMES_7Z), rar5([("a.pdf", b"x" * 16)], locked=True)],
    ids=["7z", "7z with its names", "rar"],
)
def test_a_locked_archive_is_named_so(data: bytes) -> None:
    assert opened(data) == ({}, [("a", "encrypted")])


def test_a_damaged_archive_is_named_so(tmp_path: Path) -> None:
    whole = packed(tmp_path, {"a.pdf": b"%PDF-1.7" + random.Random(1).randbytes(30_000)})
    assert opened(whole[: len(whole) // 2]) == ({}, [("a", "damaged")])
    assert opened(rar5([("a.pdf", b"x" * 9000)])[:5000])[1][-1] == ("a", "damaged")
    assert opened(b"Rar!\x1a\x07\x01\x00nonsense")[1] == [("a", "damaged")]
    assert opened(b"7z\xbc\xaf\x27\x1cnonsense")[1] == [("a", "damaged")]


@pytest.mark.parametrize(
    "limits", [Limits(entries=3), Limits(total=5_000), Limits(free=500, ratio=2)], ids=["entries", "bytes", "ratio"]
)
def test_a_bomb_is_not_unpacked_further_than_the_limits(tmp_path: Path, limits: Limits) -> None:
    data = packed(tmp_path, {f"{n}.pdf": b"%PDF" * 500 for n in range(9)} | {"large.pdf": b"%PDF" * 9000})
    files, closed = opened(data, limits)
    assert closed == [("a", "too_large")]
    assert sum(map(len, files.values())) < 20_000


def test_a_file_of_a_rar_that_was_changed_on_the_way_is_damaged_and_the_others_are_read() -> None:
    data = rar5([("a.txt", b"The sum is of these words"), ("b.txt", b"and of these")])
    assert opened(data.replace(b"these words", b"other words")) == ({"b.txt": b"and of these"}, [("a.txt", "damaged")])


def test_links_and_devices_in_an_archive_are_passed_over() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, kind in (("l", tarfile.SYMTYPE), ("h", tarfile.LNKTYPE), ("d", tarfile.CHRTYPE)):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "/etc/passwd"
            tar.addfile(member)
        member = tarfile.TarInfo("../../a.pdf")
        member.size = 4
        tar.addfile(member, io.BytesIO(b"%PDF"))
    assert opened(out.getvalue()) == ({"a.pdf": b"%PDF"}, [])


def test_gzip_is_opened_bounded() -> None:
    assert opened(gzip.compress(b"%PDF-1.7"), name="a.pdf.gz") == ({"a.pdf": b"%PDF-1.7"}, [])
    assert opened(gzip.compress(b"%PDF-1.7" * 99)[:-12])[1] == [("a", "damaged")]
    assert opened(gzip.compress(b"\0" * 1_000_000), Limits(free=1000, ratio=50))[1] == [("a", "too_large")]


def test_without_bsdtar_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    (closed,) = unpack((Attachment("a.rar", "", rar5([("a.pdf", b"x")])),))[1]
    assert (closed.reason, "apt install libarchive-tools" in closed.detail) == ("unsupported", True)
    assert archives.archives_openable()[0] is False


def test_a_form_in_a_rar_in_a_7z_is_read_by_the_confined_worker(tmp_path: Path) -> None:
    form = as_docx(filled("volunteer").document)
    data = packed(tmp_path, {"ішкі.rar": rar5([("сауалнама.docx", form)])})
    mail = multipart(TEXT, part(data, b"Content-Type: application/octet-stream; name=a.zip\r\n"))
    with Worker() as worker:
        reading = worker.read(mail)
    assert [(one.form, one.part) for one in reading.forms] == [("volunteer", "сауалнама.docx")]
    assert reading.unreadable == ()
