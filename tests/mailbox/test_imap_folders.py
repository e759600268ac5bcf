"""How the folders of the settings are found on servers of every habit."""

from __future__ import annotations

import pytest

from inbox_daemon.mailbox.imap_folders import FolderNames

PLAIN = [((), b"/", "INBOX"), ((), b"/", "Junk"), ((), b"/", "Processed")]
MARKED = [((), b"/", "INBOX"), ((b"\\Junk",), b"/", "Спам"), ((b"\\Trash",), b"/", "Корзина")]
UNDER_INBOX = [((), b".", "INBOX"), ((b"\\Junk",), b".", "INBOX.spam"), ((), b".", "INBOX.Processed")]
BOTH = [((), b"/", "INBOX"), ((), b"/", "Junk"), ((b"\\JUNK",), b"/", "Bulk Mail")]
CLOSED = [((), b"/", "Inbox"), ((b"\\Noselect", b"\\Junk"), b"/", "Junk")]


@pytest.mark.parametrize(
    ("listed", "wanted", "watched"),
    [
        (PLAIN, "INBOX", ("INBOX",)),
        (PLAIN, "inbox", ("INBOX",)),
        (PLAIN, "Junk", ("Junk",)),
        (PLAIN, "Архив", ()),
        (MARKED, "Junk", ("Спам",)),
        (MARKED, "junk", ("Спам",)),
        (MARKED, "Корзина", ("Корзина",)),
        (BOTH, "Junk", ("Junk", "Bulk Mail")),
        (CLOSED, "INBOX", ("INBOX",)),
        (CLOSED, "Junk", ()),
    ],
)
def test_a_watched_name_means_these_folders(
    listed: list[tuple[tuple[bytes, ...], bytes, str]], wanted: str, watched: tuple[str, ...]
) -> None:
    assert FolderNames.sorted_out(listed, "", "").watched(wanted) == watched


@pytest.mark.parametrize(
    ("wanted", "placed"),
    [
        ("Processed", "INBOX.Processed"),
        ("Review", "INBOX.Review"),
        ("INBOX.Review", "INBOX.Review"),
        ("Done/2026", "INBOX.Done.2026"),
        ("Inbox", "INBOX"),
    ],
)
def test_a_server_that_keeps_all_folders_under_inbox_gets_its_prefix(wanted: str, placed: str) -> None:
    names = FolderNames.sorted_out(UNDER_INBOX, "INBOX.", ".")
    assert names.placed(wanted) == placed
    assert names.watched("Junk") == ("INBOX.spam",)
