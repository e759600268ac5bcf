"""The register: entries with their history, the draft of the next release, and what a clerk decides about an entry."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from inbox_daemon.desk.asking import Asking


def release(asking: Asking) -> Response:
    """Publish what the register says now."""
    made = asking.parts.release(asking.now)
    asking.note("release", detail=str(made.number))
    return RedirectResponse(f"/register?notice={'released' if made.new else 'release_unchanged'}", 303)
