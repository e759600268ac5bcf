"""How the folders of the settings are called on this server: special use, name prefix, delimiter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

JUNK = b"\\junk"  # RFC 6154
UNUSABLE = frozenset({b"\\noselect", b"\\nonexistent"})


@dataclass(frozen=True, slots=True)
class FolderNames:
    """The server's folders. prefix: where own folders must be made ("INBOX." on some servers)."""

    all: frozenset[str]
    junk: tuple[str, ...]
    prefix: str
    delimiter: str

    @classmethod
    def of(cls, client: Any) -> FolderNames:
        """Ask the server (LIST, and NAMESPACE where it is offered)."""
        prefix, delimiter = "", ""
        if client.has_capability("NAMESPACE") and (personal := client.namespace().personal):
            prefix, delimiter = (_text(part) for part in personal[0])
        return cls.sorted_out(client.list_folders(), prefix, delimiter)

    @classmethod
    def sorted_out(
        cls, listed: Iterable[tuple[tuple[bytes, ...], bytes | None, str]], prefix: str, delimiter: str
    ) -> FolderNames:
        """From the rows of LIST: flags, delimiter, name."""
        names: dict[str, frozenset[bytes]] = {}
        for flags, mark, name in listed:
            delimiter = delimiter or _text(mark)
            lower = frozenset(bytes(flag).lower() for flag in flags)
            if not lower & UNUSABLE:
                names["INBOX" if name.upper() == "INBOX" else name] = lower
        junk = tuple(sorted(name for name, flags in names.items() if JUNK in flags))
        return cls(frozenset(names), junk, prefix, delimiter or "/")

    def placed(self, wanted: str) -> str:
        """The name of a folder of the settings on this server, whether it exists yet or not.

        A "/" in the settings stands for the server's own delimiter.
        """
        if wanted.upper() == "INBOX":
            return "INBOX"
        name = wanted.replace("/", self.delimiter)
        if name in self.all or name.startswith(self.prefix):
            return name
        return self.prefix + name

    def watched(self, wanted: str) -> tuple[str, ...]:
        """The existing folders that one watched name of the settings means; "Junk" also means the marked one."""
        name = self.placed(wanted)
        found = (name,) if name in self.all else ()
        return found + tuple(j for j in self.junk if wanted.casefold() == "junk" and j != name)


def _text(part: bytes | str | None) -> str:
    return part.decode("ascii", "replace") if isinstance(part, bytes) else part or ""
