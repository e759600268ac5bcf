"""Does the demo end as it should? Every sentence that comes back says what was expected and what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from openpyxl import load_workbook

from inbox_daemon.demo.director import Sent
from inbox_daemon.demo.servers import Delivery, SmtpServer
from registry_store.records import LetterState
from registry_store.release.publish import Release
from registry_store.store import Store

COLUMNS = 11
HEADERS = 4  # rows of a sheet before the first entry
LEFT = (LetterState.ACCEPTED, LetterState.BOUNCED)


def faults(store: Store, sent: Sequence[Sent], delivery: Delivery, smtp: SmtpServer, release: Release) -> list[str]:
    """Return everything that is not as it should be; nothing is right."""
    return [*_mails(store, sent), *_mailbox(sent, delivery), *_letters(store, sent, smtp), *_workbook(store, release)]


def _mails(store: Store, sent: Sequence[Sent]) -> Iterator[str]:
    """Every mail has one outcome, the expected one, and its case ended as expected."""
    copies: Counter[str] = Counter()
    for one in sent:
        name = f'{one.sample.person}\'s mail "{one.sample.key}"'
        arrivals = store.arrivals_of(one.mail)
        n = copies[one.mail]
        copies[one.mail] += 1
        if n >= len(arrivals):
            yield f"{name}: expected to be seen, found nowhere"
            continue
        outcome = arrivals[n].outcome
        found = None if outcome is None else outcome.kind
        if found is not one.sample.outcome:
            yield f"{name}: expected outcome {one.sample.outcome}, found {found}"
        ends = [] if outcome is None else [store.case(number).state for number in outcome.cases]
        expected = [] if one.sample.ends is None else [one.sample.ends]
        if ends != expected:
            yield f"{name}: expected to end {_words(expected)}, found {_words(ends)}"
    seen = len(store.arrivals(limit=None))
    if seen != len(sent):
        yield f"expected {len(sent)} mails in the store, found {seen}"


def _mailbox(sent: Sequence[Sent], delivery: Delivery) -> Iterator[str]:
    """Nothing is left in the watched folders, and nothing got lost on the way."""
    for folder in ("INBOX", "Junk"):
        if left := delivery.count(folder):
            yield f"expected {folder} to be empty, found {left} mails"
    kept = delivery.count("Processed") + delivery.count("Review")
    if kept != len(sent):
        yield f"expected {len(sent)} mails in Processed and Review, found {kept}"


def _letters(store: Store, sent: Sequence[Sent], smtp: SmtpServer) -> Iterator[str]:
    """Every letter that was not withdrawn was accepted and came exactly once; those that a report brought back
    are known to have come back."""
    back = {(one.sample.address, one.sample.bounces) for one in sent}
    for letter in store.letters_in(tuple(LetterState)):
        came_back = any((address, letter.kind) in back for address in letter.recipients)
        expected = LetterState.BOUNCED if came_back else LetterState.ACCEPTED
        if letter.state not in (expected, LetterState.WITHDRAWN):
            yield f"{letter.case} {letter.kind}: expected to be {expected}, found {letter.state}"
    came = Counter(letter.message_id for letter in smtp.letters)
    left = Counter(letter.message_id for letter in store.letters_in(LEFT))
    if came != left:
        odd = sorted(((came - left) + (left - came)).elements())
        yield f"expected each letter that left to have come once, found otherwise: {', '.join(odd)}"


def _workbook(store: Store, release: Release) -> Iterator[str]:
    """The published workbook has Appendix 1 in both languages, a row for each entry."""
    entries = sum(not entry.undone for entry in store.entries())
    book = load_workbook(release.folder / "register.xlsx", read_only=True)
    if book.sheetnames != ["kk", "ru"]:
        yield f"expected the sheets kk and ru, found {_words(book.sheetnames)}"
    for sheet in book.worksheets:
        rows = list(sheet.iter_rows(min_row=HEADERS, values_only=True))
        if not rows or [cell for cell in rows[0] if cell is not None] != list(range(1, COLUMNS + 1)):
            yield f"sheet {sheet.title}: expected {COLUMNS} numbered columns, found {_words(rows[:1])}"
        if len(rows) - 1 != entries:
            yield f"sheet {sheet.title}: expected {entries} rows, found {len(rows) - 1}"
    book.close()


def _words(found: Sequence[object]) -> str:
    return ", ".join(map(str, found)) or "nothing"
