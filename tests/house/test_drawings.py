"""What the documentation draws is what the code decides."""

from __future__ import annotations

from pathlib import Path

from inbox_daemon.order.drawing import as_mermaid

ROOT = Path(__file__).parents[2]


def test_the_drawn_table_is_the_table_that_decides() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    assert as_mermaid() in page, "run scripts/draw-case-table"
