"""A mail as it was sent, safely: every document as read with its answers marked, every page as a picture.

Strangers' files are opened in the worker process alone. What comes back is text that our own writer escaped and
pictures that were drawn anew; it is kept in memory, up to a bound, and never on disk.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass

from markupsafe import Markup

from parsers.readings import LaidOpen, PagePicture, Unreadable
from parsers.shown.fragment import as_html, page_html
from registry_store.records import MailId

KEPT = 96 * 1024 * 1024  # bytes of opened mails, the least recently seen let go first
PATIENCE = 20.0  # seconds that a browser waits; a scan of many pages takes longer, and is asked for again


@dataclass(frozen=True, slots=True)
class PartShown:
    """A file of a mail, or its body. pages: as they look, where it has pages; text: as it was read, None for a
    picture that is a further page of another one's form. form: a form was found in it."""

    name: str
    pages: tuple[Markup, ...]
    text: Markup | None
    form: bool


@dataclass(frozen=True, slots=True)
class MailShown:
    """A mail laid open. pictures: JPEG, in the order in which the pages name them."""

    parts: tuple[PartShown, ...]
    pictures: tuple[bytes, ...]
    unreadable: tuple[Unreadable, ...]
    left_out: tuple[str, ...]

    @property
    def size(self) -> int:
        """Bytes that it takes, about."""
        texts = sum(len(part.text or "") + sum(map(len, part.pages)) for part in self.parts)
        return 4 * texts + sum(map(len, self.pictures))


class Documents:
    """Opens mails one at a time, each once, and keeps what was opened; safe to share between threads."""

    def __init__(self, lay_open: Callable[[bytes], LaidOpen], *, kept: int = KEPT, patience: float = PATIENCE) -> None:
        self._lay_open = lay_open
        self._kept, self._patience = kept, patience
        self._one_by_one = ThreadPoolExecutor(max_workers=1, thread_name_prefix="documents")
        self._lock = threading.Lock()
        self._opened: OrderedDict[MailId, MailShown] = OrderedDict()
        self._under_way: dict[MailId, Future[MailShown]] = {}

    def shown(self, mail: MailId, raw: Callable[[], bytes]) -> MailShown | None:
        """Return a mail laid open; None while it is still being opened: ask again. raw: its bytes, where needed.

        Raises what `raw` raises (the mail is missing or damaged in the archive).
        """
        with self._lock:
            if (known := self._opened.get(mail)) is not None:
                self._opened.move_to_end(mail)
                return known
            under_way = self._under_way.get(mail)
        if under_way is None:
            data = raw()
            with self._lock:
                under_way = self._under_way.get(mail)
                if under_way is None:
                    under_way = self._one_by_one.submit(self._open, mail, data)
                    self._under_way[mail] = under_way
        try:
            return under_way.result(self._patience)
        except NotYet:
            return None

    def _open(self, mail: MailId, raw: bytes) -> MailShown:
        try:
            opened = mail_shown(mail, self._lay_open(raw))
            with self._lock:
                self._opened[mail] = opened
                while len(self._opened) > 1 and sum(one.size for one in self._opened.values()) > self._kept:
                    self._opened.popitem(last=False)
            return opened
        finally:
            with self._lock:
                del self._under_way[mail]


def mail_shown(mail: MailId, opened: LaidOpen) -> MailShown:
    """Return what the pages show of a mail: files with forms first, each in the order in which they came."""
    read = {one.document.part: one for one in opened.documents}
    names = list(dict.fromkeys([*read, *(page.part for page in opened.pages)]))
    parts = [
        PartShown(
            name=name,
            pages=tuple(_pages(mail, name, opened.pages)),
            text=as_html(read[name]) if name in read else None,
            form=name in read and bool(read[name].forms),
        )
        for name in names
    ]
    return MailShown(
        parts=tuple(sorted(parts, key=lambda part: not part.form)),
        pictures=tuple(page.jpeg for page in opened.pages),
        unreadable=opened.reading.unreadable,
        left_out=opened.left_out,
    )


def _pages(mail: MailId, name: str, pages: Sequence[PagePicture]) -> list[Markup]:
    return [page_html(page, f"/mail/{mail}/pages/{n}") for n, page in enumerate(pages) if page.part == name]
