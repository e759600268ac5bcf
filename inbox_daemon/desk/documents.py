"""A mail as it was sent, safely: every document as read with its answers marked, every page as a picture.

Strangers' files are opened in the worker process alone. What comes back is text that our own writer escaped and
pictures that were drawn anew; it is kept in memory, up to a bound, and never on disk.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass, field

from markupsafe import Markup

from parsers.readings import LaidOpen, NotShown, PagePicture, Unreadable
from parsers.shown.fragment import as_html, page_html
from registry_store.records import MailId

KEPT = 96 * 1024 * 1024  # bytes of opened mails, the least recently seen let go first
WAITING = 8  # mails that wait to be opened; beyond, what was asked for longest ago is forgotten
PATIENCE = 10.0  # seconds that a browser waits; a scan of many pages takes longer, and is asked for again


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
    left_out: tuple[NotShown, ...]

    @property
    def size(self) -> int:
        """Bytes that it takes, about."""
        texts = sum(len(part.text or "") + sum(map(len, part.pages)) for part in self.parts)
        return 4 * texts + sum(map(len, self.pictures))


@dataclass(slots=True)
class _Opening:
    raw: Callable[[], bytes]
    done: Future[MailShown] = field(default_factory=Future)


class Documents:
    """Opens mails one at a time, each once, and keeps what was opened; safe to share between threads.

    What was asked for last is opened first: a clerk who leafs through many cases waits for the one before them.
    """

    def __init__(self, lay_open: Callable[[bytes], LaidOpen], *, kept: int = KEPT, waiting: int = WAITING) -> None:
        self._lay_open = lay_open
        self._kept, self._waiting = kept, waiting
        self._lock = threading.Lock()
        self._opened: OrderedDict[MailId, MailShown] = OrderedDict()
        self._wanted: OrderedDict[MailId, _Opening] = OrderedDict()
        self._under_way: dict[MailId, _Opening] = {}  # one at most
        self._at_work = False

    def shown(self, mail: MailId, raw: Callable[[], bytes], patience: float = PATIENCE) -> MailShown | None:
        """Return a mail laid open; None where that takes longer than patience, in seconds: ask again.

        raw: gives its bytes when its turn comes; what it raises (the mail is missing or damaged in the archive)
        is raised here.
        """
        with self._lock:
            if (known := self._opened.get(mail)) is not None:
                self._opened.move_to_end(mail)
                return known
            opening = self._under_way.get(mail) or self._put_first(mail, raw)
        try:
            return opening.done.result(patience)
        except (NotYet, CancelledError):
            return None

    def _put_first(self, mail: MailId, raw: Callable[[], bytes]) -> _Opening:
        opening = self._wanted.setdefault(mail, _Opening(raw))
        self._wanted.move_to_end(mail)
        while len(self._wanted) > self._waiting:
            _, forgotten = self._wanted.popitem(last=False)
            forgotten.done.cancel()
        if not self._at_work:
            self._at_work = True
            # A daemon: the desk ends without waiting for pages that nobody will see.
            threading.Thread(target=self._work, name="documents", daemon=True).start()
        return opening

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._wanted:
                    self._at_work = False
                    return
                mail, opening = self._wanted.popitem()
                self._under_way[mail] = opening
            try:
                opened = mail_shown(mail, self._lay_open(opening.raw()))
            except Exception as fault:  # whoever asked is told, and may ask again
                with self._lock:
                    del self._under_way[mail]
                opening.done.set_exception(fault)
                continue
            with self._lock:
                del self._under_way[mail]
                self._opened[mail] = opened
                while len(self._opened) > 1 and sum(one.size for one in self._opened.values()) > self._kept:
                    self._opened.popitem(last=False)
            opening.done.set_result(opened)


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
    said = {(one.part, one.reason) for one in opened.reading.unreadable}
    return MailShown(
        parts=tuple(sorted(parts, key=lambda part: not part.form)),
        pictures=tuple(page.jpeg for page in opened.pages),
        unreadable=opened.reading.unreadable,
        left_out=tuple(one for one in opened.left_out if (one.part, one.reason) not in said),
    )


def _pages(mail: MailId, name: str, pages: Sequence[PagePicture]) -> list[Markup]:
    return [page_html(page, f"/mail/{mail}/pages/{n}") for n, page in enumerate(pages) if page.part == name]
