"""`demo --desk` as somebody types it: the story, then the desk that its account opens, until Ctrl-C."""

from __future__ import annotations

import http.cookiejar
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path

WAITING = ("Төлегенова Меруерт", "Болатов Санжар", "olga.smirnova@example.org", "dinara@example.com")
PATIENCE = 120  # seconds until the story is over, on a busy machine


def test_the_desk_goes_on_with_what_the_demo_left_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "inbox_daemon", "demo", "--desk", "--to", str(tmp_path / "demo-data")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8") as running:
        try:
            assert running.stdout is not None
            said = "".join(_until(running.stdout, "Ctrl-C ends it"))
            found = re.search(r"(http://127\.0\.0\.1:\d+)/\n +account +(.+)\n +password +(.+)\n", said)
            assert found is not None, said
            address, name, password = found.groups()
            _listens(address)
            page = _signed_in(address, name, password)
            assert [words for words in WAITING if words not in page] == []
            running.send_signal(signal.SIGINT)
            rest, _ = running.communicate(timeout=PATIENCE)
        finally:
            running.kill()
    assert running.returncode == 0, rest
    assert "Traceback" not in rest
    assert "!!" not in said


def _until(lines: Iterable[str], last: str) -> Iterator[str]:
    for line in lines:
        yield line
        if last in line:
            return


def _listens(address: str) -> None:
    """Wait until the desk, which has just told its address, answers there."""
    port = int(address.rpartition(":")[2])
    until = time.monotonic() + PATIENCE
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert time.monotonic() < until
        time.sleep(0.1)


def _signed_in(address: str, name: str, password: str) -> str:
    """Return the queue as the demo's account sees it; cookies marked for TLS alone are sent to this machine too."""
    jar = http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(secure_protocols=("https", "http")))
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    entry = re.search(r'name="entry" value="([^"]+)"', browser.open(f"{address}/sign-in", timeout=30).read().decode())
    assert entry is not None
    form = {"entry": entry[1], "name": name, "password": password, "code": "", "next": "/queue"}
    answer = browser.open(f"{address}/sign-in", urllib.parse.urlencode(form).encode(), timeout=30)
    return str(answer.read().decode())
