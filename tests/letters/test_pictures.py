"""docs/letters shows every letter, and says of each what its template says."""

from __future__ import annotations

import importlib.util
import re
import struct
import sys
from email import message_from_bytes, policy
from pathlib import Path
from types import ModuleType

import pytest

from registry_store.records import LetterKind
from tests.letters.samples import SAMPLES, letter

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "letters"
INDEX = (FOLDER / "README.md").read_text(encoding="utf-8")
ROWS = {row[1].strip(): row for row in (line.split("|") for line in INDEX.splitlines()) if len(row) == 8}
PICTURES = sorted(path.name for path in FOLDER.glob("*.png"))


def drawing() -> ModuleType:
    spec = importlib.util.spec_from_file_location("draw_letters", ROOT / "scripts" / "draw_letters.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_index_names_every_picture_and_every_picture_is_there() -> None:
    assert sorted(re.findall(r"\(([a-z0-9-]+\.png)\)", INDEX)) == PICTURES
    assert {f"{name}.png" for name in SAMPLES} <= set(PICTURES)


@pytest.mark.parametrize("kind", LetterKind)
def test_the_index_names_each_letter_as_its_subject_does(kind: LetterKind) -> None:
    row = ROWS[kind.value]
    name = next(name for name, sample in SAMPLES.items() if sample.kind is kind)
    subject = str(message_from_bytes(letter(name).raw, policy=policy.default)["Subject"])
    kazakh, russian = subject.split("] ", 1)[1].split(" / ")
    assert kazakh.startswith(row[2].strip())
    assert russian.startswith(row[3].strip())
    linked = set(re.findall(r"\(([a-z0-9-]+)\.png\)", row[6]))
    assert {name for name, sample in SAMPLES.items() if sample.kind is kind} == {
        n.removesuffix("-dark") for n in linked
    }


def test_the_pictures_are_as_wide_as_drawn_and_small_enough_for_a_repository() -> None:
    drawn = drawing()
    widths = {name: struct.unpack(">I", (FOLDER / name).read_bytes()[16:20])[0] for name in PICTURES}
    phone = round(drawn.PHONE * drawn.SCALE)
    assert {width for name, width in widths.items() if not name.startswith("form-")} == {phone}
    assert sum((FOLDER / name).stat().st_size for name in PICTURES) < 3_000_000


def test_remarks_are_found_in_a_pdf_page_by_page() -> None:
    drawn = drawing()
    words = "ЖСН".encode("utf-16-be").hex().upper().encode()
    pdf = (
        b"1 0 obj\n<</Type/Page/Annots[\n3 0 R 4 0 R ]>>\nendobj\n2 0 obj\n<</Type/Page/Parent 9 0 R>>\nendobj\n"
        b"3 0 obj\n<</Type /Annot /Subtype /Text /Rect[10.5 400 10.6 421.0] /Contents <FEFF" + words + b">>>\nendobj\n"
        b"4 0 obj\n<</Type /Annot /Subtype /Popup /Parent 3 0 R >>\nendobj\n"
    )
    first, second = drawn.notes_of(pdf)
    assert [(note.words, round(note.down, 2)) for note in first] == [("ЖСН", 0.5)]
    assert second == []


def test_what_drawing_needs_is_named_with_the_system_parts() -> None:
    listed = (ROOT / "scripts" / "system-packages.txt").read_text(encoding="utf-8")
    wanted = {*drawing().NEEDED.values(), "fonts-liberation2"}
    assert wanted <= {line.split()[0] for line in listed.splitlines() if line.strip()}
