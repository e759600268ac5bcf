"""What the next release would say otherwise than the one that is published, entry by entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ..records import Entry, EntryNumber, Text
from ..store import Store
from .appendix import Appendix, appendix
from .package import PublicOffice, day_of, made_from, published_office
from .publish import Release
from .rows import Row, row

AT_ONCE = 200  # entries that are looked at together


class Differs(StrEnum):
    """How the row of an entry differs."""

    ADDED = "added"
    CHANGED = "changed"
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"  # undone: the row goes
    HELD = "held"  # an IIN or BIN stands in a cell: not published until that is put right
    UNSEEN = "unseen"  # the entry changed, its row did not


@dataclass(frozen=True, slots=True)
class ColumnDiffers:
    """One of the eleven columns in both languages: as published, and as it would be."""

    heading: Text
    before: Text
    after: Text


@dataclass(frozen=True, slots=True)
class EntryDiffers:
    number: EntryNumber
    name: Text
    how: Differs
    columns: tuple[ColumnDiffers, ...]


def differs(before: Entry | None, then: date, after: Entry, now: date, form: Appendix) -> EntryDiffers:
    """Return how the row of an entry on the day `now` differs from the one that was published on `then`."""
    old, new = _row(before, then, form), _row(after, now, form)
    columns = _columns(old, new, form) if old is not None and new is not None else ()
    return EntryDiffers(after.number, after.facts.name, _how(old, new, before, after, bool(columns)), columns)


def draft(
    store: Store, published: Release, today: date, above: EntryNumber = 0, limit: int = 50
) -> tuple[EntryDiffers, ...]:
    """Return one page of the differences, by number: of the entries that were written since, and of the minors who
    came of age since."""
    stamp, then, form = published.manifest.register_stamp, day_of(published.manifest.as_of), appendix()
    numbers = store.entries_changed_after(stamp, above, limit, grown=(then, today))
    return tuple(differs(store.entry_at(n, stamp), then, store.entry(n), today, form) for n in numbers)


@dataclass(frozen=True, slots=True)
class OfficeDiffers:
    """What the files say of the office: as published, and as it would be. what: a field of `PublicOffice`."""

    what: str
    before: Text
    after: Text


def office_differs(published: Release, office: PublicOffice) -> tuple[OfficeDiffers, ...] | None:
    """Return which words of the office would change; None when the release was made with the words of today.

    Empty: not the office's, but the fixed words or pages (a newer version of this program), or it cannot be told.
    """
    if published.manifest.made_from == made_from(office):
        return None
    before = published_office(published.folder)
    if before is None:
        return ()
    pairs = [(name, getattr(before, name), getattr(office, name)) for name in ("ministry", "officer", "contacts")]
    pairs.append(("mailbox", Text(before.mailbox, before.mailbox), Text(office.mailbox, office.mailbox)))
    return tuple(OfficeDiffers(name, old, new) for name, old, new in pairs if old != new)


@dataclass(frozen=True, slots=True)
class Counted:
    """How many entries differ in which way. whole: all of them were looked at, and not only the first."""

    of: Mapping[Differs, int]
    whole: bool


def count(store: Store, published: Release, today: date, most: int) -> Counted:
    """Count the differences of the first `most` entries that changed."""
    found: Counter[Differs] = Counter()
    for page in _pages(store, published, today):
        found.update(one.how for one in page)
        if found.total() >= most:
            return Counted(found, whole=len(page) < AT_ONCE)
    return Counted(found, whole=True)


def _pages(store: Store, published: Release, today: date) -> Iterator[tuple[EntryDiffers, ...]]:
    above = 0
    while page := draft(store, published, today, above, AT_ONCE):
        yield page
        above = page[-1].number


def _row(entry: Entry | None, on: date, form: Appendix) -> Row | None:
    """Return the row that is published, None when there is none."""
    if entry is None or entry.undone:
        return None
    made = row(entry, on, form)
    return made if isinstance(made, Row) else None


def _columns(old: Row, new: Row, form: Appendix) -> tuple[ColumnDiffers, ...]:
    cells = zip(form.columns, old.kk, old.ru, new.kk, new.ru, strict=True)
    return tuple(
        ColumnDiffers(column.heading, Text(kk, ru), Text(kk_now, ru_now))
        for column, kk, ru, kk_now, ru_now in cells
        if (kk, ru) != (kk_now, ru_now)
    )


def _how(old: Row | None, new: Row | None, before: Entry | None, after: Entry, changed: bool) -> Differs:
    if new is None:
        if not after.undone:
            return Differs.HELD
        return Differs.UNSEEN if old is None else Differs.WITHDRAWN
    if old is None:
        return Differs.ADDED
    if not changed:
        return Differs.UNSEEN
    return Differs.STOPPED if after.stop is not None and before is not None and before.stop is None else Differs.CHANGED
