"""inbox-daemon letter: samples on the terminal, as JSON and as files."""

from __future__ import annotations

import json
import stat
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from inbox_daemon.commands import WRONG_USE, letters, main
from inbox_daemon.commands.letters import as_words
from inbox_daemon.letters.samples import at, mail, sheet
from inbox_daemon.settings import load_settings
from inbox_daemon.wiring import wire_desk
from registry_store.records import Category, Filed, LetterKind
from tests.letters.samples import OFFICE, SAMPLES, letter

ROOT = Path(__file__).parents[2]


def run(folder: Path, *words: str) -> int:
    """Run the command where no configuration lies."""
    return main(["--config", str(folder / "none.toml"), "letter", *words])


@pytest.mark.parametrize("kind", LetterKind)
def test_every_kind_is_shown_without_a_configuration(
    kind: LetterKind, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, kind.value.replace("_", "-"), "--sample") == 0
    shown = capsys.readouterr().out
    assert f"To: {'saule@post.example'}" in shown
    assert "Құрметпен" in shown
    assert "С уважением" in shown
    assert f"VR-2026-000417 {kind.value}:" in shown


def test_each_sample_is_shown_by_its_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, sample in SAMPLES.items():
        assert run(tmp_path, sample.kind.value, "--sample", name) == 0
        assert capsys.readouterr().out.rstrip("\n") == as_words(letter(name))


def test_an_unknown_sample_names_those_that_there_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "refusal", "--sample", "rework") == WRONG_USE
    assert "There are: refusal" in capsys.readouterr().err


def test_a_case_needs_a_configuration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "receipt", "--case", "VR-2026-000001") == WRONG_USE
    assert "none.toml" in capsys.readouterr().err


def test_a_case_is_shown_as_its_own_office_would_write_now(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    example = (ROOT / "config.example.toml").read_text(encoding="utf-8").replace("/var/lib/inbox-daemon", str(tmp_path))
    config = tmp_path / "config.toml"
    config.write_text(example, encoding="utf-8")
    monkeypatch.setattr(letters, "wall_clock", lambda: at("2026-10-28T11:00"))
    desk = wire_desk(load_settings(config))
    moment = at("2026-10-23T10:00")
    sheets = (sheet("application", "kk"), sheet("volunteer", "kk", without=("iin",)))
    event = Filed(moment, moment, moment, mail("2026-10-23T10:00"), Category.APPLICATION, sheets)
    number = desk.casework.carry(event, None, now=moment).case.number
    before = [one.sha256 for one in desk.store.letters(number)]
    assert main(["--config", str(config), "letter", "rework", "--case", number, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["from"].endswith("<volunteer@mki.gov.kz>")
    assert told["leaves"].startswith("2026-10-28T11:00")
    assert [one["name"] for one in told["enclosures"]] == [f"2 Волонтер сауалнамасы (қазақша) – {number}.docx"]
    assert main(["--config", str(config), "letter", "refusal", "--case", number]) == WRONG_USE
    assert "no rework letter was sent" in capsys.readouterr().err
    assert [one.sha256 for one in desk.store.letters(number)] == before


def test_json_tells_the_letter_and_its_enclosures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "rework", "--sample", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["recipients"] == ["saule@post.example"]
    assert told["from"].endswith(f"<{OFFICE.mailbox}>")
    assert told["subject"].startswith("[VR-2026-000417] ")
    assert told["would_not_leave"] is None
    assert [len(one["sha256"]) for one in told["enclosures"]] == [64, 64]
    assert "own, gaps marked" in told["explanation"]


def test_a_mail_is_written_as_one_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    to = tmp_path / "letter.EML"
    assert run(tmp_path, "rework", "--sample", "--to", str(to)) == 0
    assert to.read_bytes() == letter("rework").raw
    assert stat.S_IMODE(to.stat().st_mode) == 0o600


def test_a_folder_gets_the_mail_its_parts_its_enclosures_and_the_reasons(tmp_path: Path) -> None:
    to = tmp_path / "a" / "b"
    assert run(tmp_path, "rework", "--sample", "--to", str(to)) == 0
    message = message_from_bytes(letter("rework").raw, policy=policy.default)
    enclosed = {str(part.get_filename()): part.get_content() for part in message.iter_attachments()}
    parts = {"letter.eml", "letter.txt", "letter.html", "explanation.txt"}
    assert {path.name for path in to.iterdir()} == parts | set(enclosed)
    assert len(enclosed) == 2
    assert all((to / name).read_bytes() == data for name, data in enclosed.items())
    assert {stat.S_IMODE(path.stat().st_mode) for path in to.iterdir()} == {0o600}
    assert (to / "letter.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert (to / "explanation.txt").read_text(encoding="utf-8").startswith("VR-2026-000417 rework:")


def test_long_lines_are_wrapped_for_a_terminal_and_no_word_is_lost() -> None:
    wide, narrow = as_words(letter("rework")), as_words(letter("rework"), 60)
    assert wide.split() == narrow.split()
    assert max(len(line) for line in narrow.splitlines()) <= 60
