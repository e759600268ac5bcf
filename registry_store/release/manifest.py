"""What a release says of itself, for the website's job and for the next release."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any

from ..records import EntryNumber

SCHEMA = 1  # of the manifest and the files; grows when a program that reads them must change
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class FileFacts:
    """size in bytes."""

    sha256: str
    size: int

    @classmethod
    def of(cls, path: Path) -> FileFacts:
        with path.open("rb") as file:
            return cls(file_digest(file, "sha256").hexdigest(), path.stat().st_size)


@dataclass(frozen=True, slots=True)
class Manifest:
    """register_stamp: which state of the store the release was built from. held_back: entries that are not
    published because an IIN or BIN stands in their cells. changes_on: the first day on which the same
    entries would be published otherwise (a minor has come of age), None if there is none. made_from:
    SHA-256 of the words, pages and office that it was made with. files: all but the manifest, by name."""

    schema: int
    as_of: datetime
    register_stamp: int
    rows: int
    held_back: tuple[EntryNumber, ...]
    changes_on: date | None
    made_from: str
    files: Mapping[str, FileFacts]

    def write(self, folder: Path) -> None:
        plain = asdict(self) | {
            "as_of": self.as_of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "changes_on": self.changes_on and self.changes_on.isoformat(),
            "files": {name: {"sha256": facts.sha256, "bytes": facts.size} for name, facts in self.files.items()},
        }
        (folder / MANIFEST).write_text(json.dumps(plain, ensure_ascii=False, indent=1) + "\n", "utf-8")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Return the manifest of a release. OSError: there is none. ValueError: it is damaged or of another schema."""
        try:
            plain: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
            return cls(
                schema=plain["schema"],
                as_of=datetime.fromisoformat(plain["as_of"]),
                register_stamp=plain["register_stamp"],
                rows=plain["rows"],
                held_back=tuple(plain["held_back"]),
                changes_on=date.fromisoformat(plain["changes_on"]) if plain["changes_on"] else None,
                made_from=plain["made_from"],
                files={name: FileFacts(facts["sha256"], facts["bytes"]) for name, facts in plain["files"].items()},
            )
        except (KeyError, TypeError, AttributeError) as e:
            msg = f"not a manifest of ours: {e!r}"
            raise ValueError(msg) from e

    def whole(self, folder: Path) -> bool:
        """Are all files there in their full size?"""
        return all(
            (folder / name).is_file() and (folder / name).stat().st_size == facts.size
            for name, facts in self.files.items()
        )
