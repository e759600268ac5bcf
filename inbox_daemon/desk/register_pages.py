"""The register: entries with their history, the draft of the next release, and what a clerk decides about an entry."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from starlette.responses import RedirectResponse, Response

from inbox_daemon.desk.asking import Asking
from inbox_daemon.into_register import decide_contacts
from inbox_daemon.order.workdays import almaty_day
from registry_store.errors import EntryChanged, EntryUnknown
from registry_store.folded import words_of
from registry_store.records import Entry
from registry_store.release.publish import PublishError, current_release
from registry_store.release.rows import shows_contacts

PAGE = 50  # entries
EARLIEST = datetime.min.replace(tzinfo=UTC)
# What of an entry may change, and how the desk calls it.
PARTS = ("facts", "programmes", "stop", "undone", "contacts_public")


def register(asking: Asking) -> Response:
    """Entries, newest first; and how the published files differ from what would be published now."""
    store, asked = asking.parts.store, asking.query.get("q", "").strip()
    below = asking.query.get("below", "")
    bare = asked.replace(" ", "").lstrip("№")
    if bare.isdigit() and len(bare) < 10:
        return RedirectResponse(f"/register/{bare}", 303)
    key = bare if bare.isdigit() and len(bare) == 12 else None
    words = () if key else words_of(asked)[:6]
    entries = store.find_entries(words, key, int(below) if below.isdigit() else None, PAGE)
    if asked:
        asking.note("search", detail=asked)
    try:
        release = current_release(asking.parts.public)
    except PublishError:
        release = None
    since = EARLIEST if release is None else release.manifest.as_of
    same = release is not None and release.manifest.register_stamp == store.register_stamp()
    return asking.page(
        "register.html",
        entries=entries,
        asked=asked,
        below=entries[-1].number if len(entries) == PAGE else None,
        release=release,
        changes=() if same or release is None else store.entries_changed_since(since, PAGE),
        same=same,
    )


def entry(asking: Asking) -> Response:
    """One entry, with every version that it ever had."""
    number = int(asking.path["number"])
    try:
        found = asking.parts.store.entry(number)
    except EntryUnknown:
        return asking.page("refused.html", 404, why="no_entry")
    asking.note("entry", found.case, str(number))
    history = asking.parts.store.entry_history(number)
    today = almaty_day(asking.now)
    return asking.page(
        "entry.html",
        entry=found,
        history=list(_changes(history))[::-1],
        shows_contacts=shows_contacts(found, today),
        waits=found.facts.minor_until is not None and today <= found.facts.minor_until,
    )


def _changes(history: Iterable[tuple[datetime, Entry]]) -> Iterable[tuple[datetime, Entry, tuple[str, ...]]]:
    before: Entry | None = None
    for at, version in history:
        changed = () if before is None else tuple(p for p in PARTS if getattr(before, p) != getattr(version, p))
        yield at, version, changed
        before = version


def contacts(asking: Asking) -> Response:
    """The clerk's word on the contacts of a minor: published or held back."""
    number = int(asking.path["number"])
    public = asking.form.get("public") == "yes"
    try:
        decide_contacts(asking.parts.store, number, public=public, now=asking.now)
    except EntryUnknown:
        return asking.page("refused.html", 404, why="no_entry")
    except EntryChanged:
        return asking.page("refused.html", 409, why="entry_changed")
    asking.note("contacts", detail=f"{number} {'public' if public else 'held back'}")
    return RedirectResponse(f"/register/{number}?notice=done", 303)


def release(asking: Asking) -> Response:
    """Publish what the register says now."""
    try:
        made = asking.parts.release(asking.now)
    except PublishError as error:
        asking.note("release", detail=str(error))
        return asking.page("refused.html", 409, why="release")
    asking.note("release", detail=str(made.number))
    return RedirectResponse(f"/register?notice={'released' if made.new else 'release_unchanged'}", 303)
