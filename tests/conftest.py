"""What every test can ask for."""

from __future__ import annotations

from tests.real.fixtures import account, certificate, dovecot, mortal_dovecot, sink

__all__ = ["account", "certificate", "dovecot", "mortal_dovecot", "sink"]
