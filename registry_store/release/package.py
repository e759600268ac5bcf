"""One release: all its files, built whole from the store into one folder."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from ..records import EntryNumber, Text
from ..store import Snapshot
from .appendix import LANGUAGES, Appendix, appendix, sources
from .manifest import SCHEMA, FileFacts, Manifest
from .rows import Held, Row, row, shows_contacts
from .site import PAGES, Download, write_page
from .spool import Spool
from .text_formats import write_csv, write_json
from .workbook import write_workbook

WORKBOOK = "register.xlsx"
JSON = "register.json"
CSV = {"kk": "register.kk.csv", "ru": "register.ru.csv"}
_ALMATY = ZoneInfo("Asia/Almaty")


@dataclass(frozen=True, slots=True)
class PublicOffice:
    """Who keeps the register, as the published files name them (§6). mailbox: where applications go."""

    ministry: Text
    officer: Text
    contacts: Text
    mailbox: str


class _Reading:
    """Rows as they leave the register, and what is noticed on the way."""

    def __init__(self, register: Snapshot, until: int, day: date, form: Appendix) -> None:
        self._register, self._until, self._day, self._form = register, until, day, form
        self.held: list[EntryNumber] = []
        self.changes_on: date | None = None

    def __iter__(self) -> Iterator[Row]:
        for entry in self._register.entries(self._until):
            if entry.undone:
                continue
            of_age = entry.facts.minor_until
            if of_age is not None and not shows_contacts(entry, self._day):
                shown_on = of_age + timedelta(days=1)
                self.changes_on = min(self.changes_on or shown_on, shown_on)
            made = row(entry, self._day, self._form)
            if isinstance(made, Held):
                self.held.append(made.number)
            else:
                yield made


def day_of(moment: datetime) -> date:
    """Return the day in Kazakhstan."""
    return moment.astimezone(_ALMATY).date()


def made_from(office: PublicOffice) -> str:
    """Return the SHA-256 of what a release is made with beside the entries: words, pages, office, schema."""
    digest = sha256(json.dumps([SCHEMA, asdict(office)], sort_keys=True).encode())
    for file in sorted(sources().iterdir(), key=lambda file: file.name):
        if file.name.endswith((".toml", ".html")):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def published_office(folder: Path) -> PublicOffice | None:
    """Return the office as a release names it; None where that cannot be read (whoever reads it may be told less)."""
    head = []
    try:
        with (folder / JSON).open(encoding="utf-8") as file:
            for line in file:
                if line.startswith(' "rows":'):
                    break
                head.append(line)
        said = json.loads("".join(head).rstrip().removesuffix(",") + "\n}")["office"]
        ministry, officer, contacts = (Text(**said[name]) for name in ("ministry", "officer", "contacts"))
        return PublicOffice(ministry, officer, contacts, said["mailbox"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def build(folder: Path, register: Snapshot, as_of: datetime, office: PublicOffice) -> Manifest:
    """Write a whole release into the empty `folder`, synced to disk; return its manifest.

    The register is read once, row by row. The same register, moment and office give the same bytes.
    """
    form = appendix()
    until = register.public_stamp(as_of)
    reading = _Reading(register, until, day_of(as_of), form)
    rows = Spool(folder / ".rows", reading)
    _write_files(folder, rows, as_of, office, form)
    rows.remove()
    manifest = Manifest(
        schema=SCHEMA,
        as_of=as_of,
        register_stamp=until,
        rows=rows.count,
        held_back=tuple(reading.held),
        changes_on=reading.changes_on,
        made_from=made_from(office),
        files={path.name: FileFacts.of(path) for path in sorted(folder.iterdir())},
    )
    manifest.write(folder)
    _settle(folder)
    return manifest


def _write_files(folder: Path, rows: Spool, as_of: datetime, office: PublicOffice, form: Appendix) -> None:
    said = f"{as_of.astimezone(_ALMATY):%d.%m.%Y %H:%M}"
    about = {
        language: f"{form.as_of.in_language(language).format(said)}. "
        + form.officer.in_language(language).format(
            f"{office.officer.in_language(language)}, {office.contacts.in_language(language)}"
        )
        for language in LANGUAGES
    }
    iso = as_of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    write_workbook(folder / WORKBOOK, rows, as_of, Text(**about), form)
    head = {"schema": SCHEMA, "as_of": iso, "office": asdict(office)}
    write_json(folder / JSON, rows, head, form)
    for language in LANGUAGES:
        write_csv(folder / CSV[language], rows, language, form)
    for language in LANGUAGES:
        kinds = {WORKBOOK: "XLSX", CSV[language]: "CSV", JSON: "JSON"}
        downloads = [Download(name, kind, _kilobytes(folder / name)) for name, kind in kinds.items()]
        named = {name: getattr(office, name).in_language(language) for name in ("ministry", "officer", "contacts")}
        facts = {"as_of": said, "as_of_iso": iso, "office": named | {"mailbox": office.mailbox}}
        write_page(folder / PAGES[language], rows, rows.count, language, facts, downloads, form)


def _kilobytes(path: Path) -> int:
    return -(-path.stat().st_size // 1000)


def _settle(folder: Path) -> None:
    """Let everybody read the release, and have it on disk before anything points to it."""
    for path in (*folder.iterdir(), folder):
        path.chmod(0o755 if path is folder else 0o644)
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
