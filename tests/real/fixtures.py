"""The real servers as pytest fixtures; tests/conftest.py hands them to every test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from inbox_daemon.demo.certificate import make_certificate
from tests.real.dovecot import Account, Dovecot
from tests.real.postgres import MISSING, Postgres, find_programs
from tests.real.smtp_sink import SmtpSink


def _running() -> Iterator[Dovecot]:
    try:
        server = Dovecot()
    except RuntimeError as missing:
        pytest.fail(str(missing), pytrace=False)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A running server. Do not kill this one: others use it. See `mortal_dovecot`."""
    yield from _running()


@pytest.fixture
def account(dovecot: Dovecot) -> Account:
    """A new, empty mailbox on the running server."""
    return dovecot.account()


@pytest.fixture
def mortal_dovecot() -> Iterator[Dovecot]:
    """A server of the test's own, to be killed and frozen."""
    yield from _running()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """cert.pem and key.pem for localhost."""
    made = make_certificate(tmp_path_factory.mktemp("certificate"), datetime.now(UTC))
    return made.certificate, made.key


@pytest.fixture
def sink(certificate: tuple[Path, Path]) -> Iterator[SmtpSink]:
    """A running SMTP server with STARTTLS and login."""
    server = SmtpSink(certificate)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running PostgreSQL."""
    programs = find_programs()
    if programs is None:
        pytest.fail(MISSING, pytrace=False)
    server = Postgres(programs)
    try:
        server.start()
        yield server
    finally:
        server.stop()
