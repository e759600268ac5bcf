"""The administrator's page tells how to keep a copy and how to come back from it: followed to the letter."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from registry_store.archive import Archive
from registry_store.records import Place
from registry_store.store import Store, open_store

from .conftest import ON_SQLITE
from .samples import MORNING, an_entry, hours

PAGE = Path(__file__).parents[2] / "docs" / "administrator.md"
RAW = b"Subject: x\r\n\r\nhello"


def commands(home: Path, backup: Path) -> str:
    section = PAGE.read_text(encoding="utf-8").partition("## Backup and restore")[2]
    found = re.search(r"```\n(.*?)```", section, re.DOTALL)
    assert found is not None
    script = found[1].replace("/var/lib/inbox-daemon", str(home)).replace("/backup", str(backup))
    return script.replace("/opt/inbox-daemon/.venv/bin/python", sys.executable)


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
        subprocess.run(["sh", "-euc", commands(home, backup)], check=True)
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
