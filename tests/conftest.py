"""What every test can ask for."""

from __future__ import annotations

from hypothesis import settings

from tests.real.fixtures import account, certificate, dovecot, mortal_dovecot, sink

__all__ = ["account", "certificate", "dovecot", "mortal_dovecot", "sink"]

# The same examples at every run: what is found new belongs to scripts/simulate and scripts/torture, not to a change
# that has nothing to do with it. `--hypothesis-profile=default` looks for more.
settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")
