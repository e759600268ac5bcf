"""What every test can ask for."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.real.fixtures import account, certificate, dovecot, mortal_dovecot, postgres, sink

__all__ = ["account", "certificate", "dovecot", "mortal_dovecot", "postgres", "sink"]

# The same examples at every run: what is found new belongs to scripts/simulate and scripts/torture, not to a change
# that has nothing to do with it. `--hypothesis-profile=default` looks for more.
settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")


@pytest.fixture(autouse=True)
def _no_log_of_a_test_before() -> Iterator[None]:
    """A command sets the log up for its process; here that would be the log of every test that follows."""
    yield
    root = logging.getLogger()
    for handler in [one for one in root.handlers if type(one) is logging.StreamHandler]:
        root.removeHandler(handler)
