"""The register: entries, their history, and whose they are."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlmodel import Session, col, delete, select
from sqlmodel.sql.expression import SelectOfScalar

from . import counters
from .errors import EntryChanged, EntryExists, EntryUnknown
from .payloads import dump, load
from .reading import Reads, Within
from .records import Entry, EntryNumber
from .tables import EntryAddressRow, EntryRow, EntryVersionRow, EntryWordRow

_ROWS_AT_ONCE = 1000
_STAMP = "register stamp"
RARE = 1000  # entries with a word: above it they are too many to be looked up for each page


class EntryReads(Reads):
    def entry(self, number: EntryNumber) -> Entry:
        """Return the newest version of an entry, an undone one too. EntryUnknown: there is none."""
        with self._session() as session:
            payload = session.exec(select(EntryRow.payload).where(EntryRow.number == number)).first()
        if payload is None:
            raise EntryUnknown(number)
        return load(Entry, payload)

    def entries(self) -> Iterator[Entry]:
        """Yield the newest version of every entry by number, undone ones too.

        What others write meanwhile is not seen. The entries are fetched as they are asked for; an
        iteration that is not carried to its end must be closed.
        """
        query = select(EntryRow.payload).order_by(col(EntryRow.number))
        with self._session() as session:
            for payload in session.exec(query, execution_options={"yield_per": _ROWS_AT_ONCE}):
                yield load(Entry, payload)

    def entry_history(self, number: EntryNumber) -> tuple[tuple[datetime, Entry], ...]:
        """Return every version of an entry with the moment it was written, oldest first (§5, §7)."""
        query = (
            select(EntryVersionRow.at, EntryVersionRow.payload)
            .where(EntryVersionRow.number == number)
            .order_by(col(EntryVersionRow.version))
        )
        with self._session() as session:
            return tuple((at, load(Entry, payload)) for at, payload in session.exec(query))

    def entries_by_key(self, kind: str | None, key: str) -> tuple[Entry, ...]:
        """Return the entries of an IIN or BIN, newest first. kind: of this questionnaire only."""
        query = select(EntryRow.payload).where(EntryRow.key == key).order_by(col(EntryRow.number).desc())
        if kind is not None:
            query = query.where(EntryRow.kind == kind)
        with self._session() as session:
            return tuple(load(Entry, payload) for payload in session.exec(query))

    def entries_by_address(self, address: str) -> tuple[Entry, ...]:
        """Return the entries that have this address on file, newest first."""
        query = (
            select(EntryRow.payload)
            .join(EntryAddressRow, col(EntryAddressRow.number) == col(EntryRow.number))
            .where(EntryAddressRow.address == address.lower())
            .order_by(col(EntryRow.number).desc())
        )
        with self._session() as session:
            return tuple(load(Entry, payload) for payload in session.exec(query))

    def find_entries(
        self, words: Collection[str] = (), key: str | None = None, below: int | None = None, limit: int = 50
    ) -> tuple[Entry, ...]:
        """Return entries, newest number first. words: beginnings of words of the name; below: smaller numbers only."""
        query = select(EntryRow.payload).order_by(col(EntryRow.number).desc()).limit(limit)
        if key is not None:
            query = query.where(EntryRow.key == key)
        if below is not None:
            query = query.where(col(EntryRow.number) < below)
        with self._session() as session:
            # The rarest word is looked up, of its entries the others are asked; of common words only, entry by entry.
            counted = sorted((_counted(session, word), word) for word in words)
            for place, (count, word) in enumerate(counted):
                if place == 0 and count <= RARE:
                    query = query.where(col(EntryRow.number).in_(_numbers(word)))
                else:
                    query = query.where(_numbers(word).where(EntryWordRow.number == EntryRow.number).exists())
            return tuple(load(Entry, payload) for payload in session.exec(query))

    def entries_changed_since(self, moment: datetime, limit: int = 500) -> tuple[tuple[datetime, Entry], ...]:
        """Return the versions of entries that were written after `moment`, oldest first."""
        query = (
            select(EntryVersionRow.at, EntryVersionRow.payload)
            .where(col(EntryVersionRow.at) > moment)
            .order_by(col(EntryVersionRow.at), col(EntryVersionRow.number))
            .limit(limit)
        )
        with self._session() as session:
            return tuple((at, load(Entry, payload)) for at, payload in session.exec(query))

    def addresses_of_entry(self, number: EntryNumber) -> tuple[str, ...]:
        """Return the addresses on file of an entry, sorted, in lower case."""
        query = select(EntryAddressRow.address).where(EntryAddressRow.number == number)
        with self._session() as session:
            return tuple(session.exec(query.order_by(col(EntryAddressRow.address))))

    def register_stamp(self) -> int:
        """Return a number that grows with every change of the register; 0 for an empty one."""
        with self._session() as session:
            return counters.read(session, _STAMP)


class EntryWrites(Within, EntryReads):
    def new_entry_number(self) -> EntryNumber:
        """Return the next number of the register: in the order of inclusion, never used again."""
        return counters.draw(self._own, "entry")

    def put_entry(
        self,
        entry: Entry,
        at: datetime,
        addresses: Collection[str] | None = None,
        words: Collection[str] | None = None,
    ) -> None:
        """Write a new entry, or the next version of one; the versions before stay in history.

        addresses: the addresses on file from now on; None leaves those that are there. words: likewise, of
        the name, to search by.
        EntryExists: another active entry has this kind and key. EntryChanged: the version is not the
        one after that in the register.
        """
        had = self._own.get(EntryRow, entry.number)
        if had is not None and entry.version != had.version + 1:
            msg = f"entry {entry.number} is at version {had.version}, this is version {entry.version}"
            raise EntryChanged(msg)
        # An entry without an IIN or BIN cannot be told from another one; then only a clerk can.
        active_key = f"{entry.facts.kind} {entry.facts.key}" if entry.active and entry.facts.key else None
        if active_key is not None:
            query = select(EntryRow.number).where(EntryRow.active_key == active_key, EntryRow.number != entry.number)
            other = self._own.exec(query).first()
            if other is not None:
                msg = f"entry {other} is active for the same {entry.facts.kind}"
                raise EntryExists(msg)
        row = had or EntryRow(number=entry.number, version=entry.version)
        row.version = entry.version
        row.kind, row.key, row.active_key = entry.facts.kind, entry.facts.key, active_key
        row.payload = dump(entry)
        self._own.add(row)
        self._own.flush()
        self._own.add(EntryVersionRow(number=entry.number, version=entry.version, at=at, payload=row.payload))
        if addresses is not None:
            self._put_addresses(entry.number, {address.lower() for address in addresses if address})
        if words is not None:
            self._own.exec(delete(EntryWordRow).where(col(EntryWordRow.number) == entry.number))
            self._own.add_all(EntryWordRow(number=entry.number, word=word) for word in sorted(set(words)))
            self._own.flush()
        counters.draw(self._own, _STAMP)

    def _put_addresses(self, number: EntryNumber, addresses: set[str]) -> None:
        self._own.exec(delete(EntryAddressRow).where(col(EntryAddressRow.number) == number))
        self._own.add_all(EntryAddressRow(number=number, address=address) for address in sorted(addresses))
        self._own.flush()


def _numbers(word: str) -> SelectOfScalar[int]:
    """Select the numbers of the entries whose names have a word with this beginning."""
    return select(EntryWordRow.number).where(col(EntryWordRow.word).between(word, word + "\U0010ffff"))


def _counted(session: Session, word: str) -> int:
    """Return how many entries have a word with this beginning, as far as RARE + 1."""
    return len(session.exec(_numbers(word).limit(RARE + 1)).all())
