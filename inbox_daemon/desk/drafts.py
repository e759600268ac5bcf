"""How the next release would differ, counted: at once where little changed, else in the background and only so far."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import date, datetime

from inbox_daemon.order.workdays import almaty_day
from registry_store.errors import StoreError
from registry_store.release.draft import AT_ONCE, Counted, count
from registry_store.release.publish import Release
from registry_store.store import Store

MOST = 20_000  # entries that are counted; a release that differs in more is looked at by a person anyway
LOG = logging.getLogger(__name__)

Key = tuple[int, int, date]  # release, stamp of the register, day


@dataclass(frozen=True, slots=True)
class Count:
    """The differences as they were at a moment. fresh: nothing has changed since."""

    at: datetime
    counted: Counted
    fresh: bool = True


class Drafts:
    """Keeps the last count. One thread at most counts in the background."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: tuple[Key, Count] | None = None
        self._working: threading.Thread | None = None

    def count(self, store: Store, release: Release, now: datetime) -> Count | None:
        """Return the newest count, an older one while a new one is under way, None while there is none yet."""
        today = almaty_day(now)
        key = (release.number, store.register_stamp(), today)
        with self._lock:
            last = self._last
            if last is not None and last[0] == key:
                return last[1]
            then = almaty_day(release.manifest.as_of)
            stamp = release.manifest.register_stamp
            if len(store.entries_changed_after(stamp, 0, AT_ONCE + 1, (then, today))) <= AT_ONCE:
                return self._counted(key, store, release, now)
            if self._working is None or not self._working.is_alive():
                self._working = threading.Thread(target=self._work, args=(key, store, release, now), daemon=True)
                self._working.start()
        return None if last is None else Count(last[1].at, last[1].counted, fresh=False)

    def wait(self) -> None:
        """Wait until the background has counted."""
        working = self._working
        if working is not None:
            working.join()

    def _work(self, key: Key, store: Store, release: Release, now: datetime) -> None:
        try:
            self._counted(key, store, release, now)
        except StoreError:
            LOG.exception("the next release could not be compared with the published one")

    def _counted(self, key: Key, store: Store, release: Release, now: datetime) -> Count:
        made = Count(now, count(store, release, key[2], MOST))
        self._last = (key, made)
        return made
