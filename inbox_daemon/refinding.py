"""What cases are found by is derived from them: when the deriving changes, all cases are gone through once more."""

from __future__ import annotations

from inbox_daemon.finding import finding_keys
from registry_store.store import Store

FOUND_BY = "found by"  # a note: the version of finding_keys, and the case up to which it was carried
VERSION = "2"  # of finding_keys: another one makes every case be gone through again
DONE = "all"
AT_ONCE = 500  # cases in one round of the daemon: letters and mails do not wait for it


def find_anew(store: Store) -> int:
    """Write the keys of some cases anew, the newest case first, until all are as finding_keys has them today; then
    count them anew.

    Return how many cases were gone through.
    """
    version, _, place = (store.note(FOUND_BY) or "").partition(" ")
    if (version, place) == (VERSION, DONE):
        return 0
    with store.writing() as writing:
        numbers = writing.case_numbers(place if version == VERSION else None, AT_ONCE)
        for number in numbers:
            writing.put_keys(number, finding_keys(writing.case(number)))
        if len(numbers) < AT_ONCE:
            writing.recount()
        writing.put_note(FOUND_BY, f"{VERSION} {numbers[-1] if len(numbers) == AT_ONCE else DONE}")
    return len(numbers)
