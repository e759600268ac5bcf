"""The administrator's page tells how to keep a copy and how to come back from it: followed to the letter."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from registry_store.archive import Archive
from registry_store.records import Place
from registry_store.store import Store, open_store
from tests.real.postgres import USER, Postgres

from .conftest import ON_SQLITE
from .samples import MORNING, an_entry, hours

PAGE = Path(__file__).parents[2] / "docs" / "administrator.md"
RAW = b"Subject: x\r\n\r\nhello"


def script(home: Path, backup: Path, section: str, n: int = 0) -> str:
    """The n-th lines to type of a section of the page."""
    text = PAGE.read_text(encoding="utf-8").partition(f"## {section}\n")[2].partition("\n## ")[0]
    found = re.findall(r"```\n(.*?)```", text, re.DOTALL)[n]
    typed = str(found).replace("/var/lib/inbox-daemon", str(home)).replace("/backup", str(backup))
    return typed.replace("/opt/inbox-daemon/.venv/bin/python", sys.executable)


@ON_SQLITE
def test_a_copy_made_while_the_daemon_works_comes_back_whole(store: Store, url: str, tmp_path: Path) -> None:
    home, backup = tmp_path, tmp_path / "backup"
    backup.mkdir()
    mail = Archive(home / "archive").keep(RAW)
    with store.writing() as w:
        w.put_entry(an_entry(1, key="1"), MORNING)
        w.arrive(mail, Place("INBOX", 1, 1), MORNING, hours(1))
    stamp = store.register_stamp()
    with store.writing() as w:  # somebody writes: the copy has what was committed
        w.put_entry(an_entry(2, key="2"), MORNING)
        subprocess.run(["sh", "-euc", script(home, backup, "Backup and restore")], check=True)
    store.close()
    shutil.rmtree(home / "archive")
    for file in home.glob("register.db*"):
        file.unlink()

    (copy,) = backup.glob("register-*.db")
    shutil.copy(copy, home / "register.db")
    shutil.copytree(backup / "archive", home / "archive")
    restored = open_store(url)
    try:
        assert restored.register_stamp() == stamp
        assert Archive(home / "archive").raw(restored.arrivals_of(mail)[0].mail) == RAW
        assert restored.entry(1) == an_entry(1, key="1")
    finally:
        restored.close()


def test_postgresql_is_copied_and_comes_back_as_the_page_says(postgres: Postgres, tmp_path: Path) -> None:
    url, backup = postgres.made(), tmp_path / "backup"
    backup.mkdir()
    there = {"PGHOST": str(postgres.home), "PGUSER": USER, "PATH": f"{postgres.programs}:{os.environ['PATH']}"}

    def typed(n: int) -> None:
        lines = script(tmp_path, backup, "PostgreSQL", n).replace("2026-11-21", "$(date +%F)")
        lines = re.sub(r"\bregister$", postgres.name(url), lines, flags=re.MULTILINE)
        lines = lines.replace("--dbname=register", f"--dbname={postgres.name(url)}")
        subprocess.run(["sh", "-euc", lines], check=True, env=there)

    mail = Archive(tmp_path / "archive").keep(RAW)
    store = open_store(url)
    with store.writing() as w:
        w.put_entry(an_entry(1, key="1"), MORNING)
        arrival = w.arrive(mail, Place("INBOX", 1, 1), MORNING, hours(1))
    with store.writing() as w:  # somebody writes: the copy has what was committed
        w.put_entry(an_entry(2, key="2"), MORNING)
        typed(1)
    store.close()
    assert Archive(backup / "archive").raw(mail) == RAW

    postgres.execute("CREATE TABLE made_later (n integer)", url)
    typed(2)
    assert postgres.execute("SELECT to_regclass('made_later')", url) == [(None,)]
    restored = open_store(url)
    assert [entry.number for entry in restored.entries()] == [1]
    with restored.writing() as w:
        assert w.arrive(mail, Place("INBOX", 2, 2), MORNING, hours(1)) == arrival + 1, "numbers go on"
    restored.close()
    postgres.drop(url)
