"""What the desk works with, made in wiring.py; tests make their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

from inbox_daemon.casework import Casework
from inbox_daemon.desk.accounts import Sessions
from inbox_daemon.desk.documents import Documents
from inbox_daemon.desk.drafts import Drafts
from inbox_daemon.mailbox.intake import Intake
from parsers.readings import Reading
from registry_store.archive import Archive
from registry_store.release.package import PublicOffice
from registry_store.release.publish import Release
from registry_store.store import Store


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy in front that we believe: from these addresses alone. user_header: names the account, empty: none."""

    addresses: tuple[str, ...] = ()
    user_header: str = ""

    def believes(self, address: str) -> bool:
        """Whether a connection from this address is the proxy's."""
        try:
            given = ip_address(address)
        except ValueError:
            return False
        return any(given in ip_network(one, strict=False) for one in self.addresses)


@dataclass(frozen=True, slots=True)
class DeskParts:
    """read: a mail in the reading worker. documents: mails laid open. release: publishes now, by force or not.
    public: the published files; office: as they name it."""

    store: Store
    casework: Casework
    archive: Archive
    intake: Intake
    read: Callable[[bytes], Reading]
    documents: Documents
    now: Callable[[], datetime]
    release: Callable[[datetime], Release]
    public: Path
    office: PublicOffice
    sessions: Sessions = field(default_factory=Sessions)
    undo: timedelta = timedelta(minutes=10)
    proxy: Proxy = field(default_factory=Proxy)
    shadow: bool = False
    drafts: Drafts = field(default_factory=Drafts)
