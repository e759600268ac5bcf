"""Our clock is believed while it goes on as it should, or a mail server's stamp agrees (§11)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from inbox_daemon.order.clock_held import clock_is_sure
from tests.order.build import at

NOW = at("2026-10-14 09:00")
TOLERANCE = timedelta(hours=12)


@pytest.mark.parametrize(
    ("sure_at", "stamps", "sure"),
    [
        (None, (), True),
        ("2026-10-14 08:55", (), True),
        ("2026-10-13 21:00", (), True),
        ("2026-10-13 20:59", (), False),
        ("2026-09-16 09:00", (), False),
        ("2026-09-16 09:00", ("2026-09-16 08:50",), False),
        ("2026-09-16 09:00", ("2026-09-16 08:50", "2026-10-14 08:40"), True),
        ("2026-11-11 09:00", (), True),  # it was set back: terms end later, nobody is hurt
    ],
)
def test_the_clock_is_sure(sure_at: str | None, stamps: tuple[str, ...], sure: bool) -> None:
    before = None if sure_at is None else at(sure_at)
    assert clock_is_sure(NOW, before, map(at, stamps), TOLERANCE) is sure
