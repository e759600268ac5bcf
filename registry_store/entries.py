"""The register: entries, their history, and whose they are."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import Session, col, delete, select
from sqlmodel.sql.expression import SelectOfScalar

from . import counters
from .errors import EntryChanged, EntryExists, EntryUnknown
from .languages import in_one_language
from .payloads import dump, load
from .reading import Reads, Within
from .records import EntriesWanted, Entry, EntryNumber, EntryVersion, LetterState, Origin, Standing
from .tables import CaseRow, EntryAddressRow, EntryRow, EntryVersionRow, EntryWordRow, LetterRow

_ROWS_AT_ONCE = 1000
_ALL_OF_THEM = 10**9
_STAMP = "register stamp"
ALL = EntriesWanted()
RARE = 1000  # entries with a word: above it they are too many to be looked up for each page


class EntryReads(Reads):
    def entry(self, number: EntryNumber) -> Entry:
        """Return the newest version of an entry, an undone one too. EntryUnknown: there is none."""
        with self._session() as session:
            payload = session.exec(select(EntryRow.payload).where(EntryRow.number == number)).first()
        if payload is None:
            raise EntryUnknown(number)
        return load(Entry, payload)

    def entries(self, until: int | None = None) -> Iterator[Entry]:
        """Yield the newest version of every entry by number, undone ones too.

        until: a stamp of the register; entries as they were then, those that came later left out. What others write
        meanwhile is not seen. The entries are fetched as they are asked for; an iteration that is not carried to its
        end must be closed.
        """
        later = () if until is None else self.entries_changed_after(until, limit=_ALL_OF_THEM)
        as_they_were = {number: self.entry_at(number, until) for number in later if until is not None}
        query = select(EntryRow.payload).order_by(col(EntryRow.number))
        with self._session() as session:
            for payload in session.exec(query, execution_options={"yield_per": _ROWS_AT_ONCE}):
                entry: Entry | None = load(Entry, payload)
                if entry is not None and entry.number in as_they_were:
                    entry = as_they_were[entry.number]
                if entry is not None:
                    yield entry

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

    def entry_versions(self, number: EntryNumber) -> tuple[EntryVersion, ...]:
        """Return every version of an entry with who and what is behind it, oldest first."""
        query = select(EntryVersionRow).where(EntryVersionRow.number == number).order_by(col(EntryVersionRow.version))
        with self._session() as session:
            rows = session.exec(query).all()
            return tuple(EntryVersion(r.at, load(Entry, r.payload), Origin(r.case, r.by, r.why)) for r in rows)

    def find_entries(
        self,
        words: Collection[str] = (),
        key: str | None = None,
        below: int | None = None,
        limit: int = 50,
        wanted: EntriesWanted = ALL,
    ) -> tuple[Entry, ...]:
        """Return entries, newest number first. words: beginnings of words of the name; below: smaller numbers only."""
        numbers = _wanted(select(EntryRow.number), wanted).order_by(col(EntryRow.number).desc()).limit(limit)
        if key is not None:
            numbers = numbers.where(EntryRow.key == key)
        if below is not None:
            numbers = numbers.where(col(EntryRow.number) < below)
        with self._session() as session:
            # The rarest word is looked up, of its entries the others are asked; of common words only, entry by entry.
            counted = sorted((_counted(session, word), word) for word in words)
            for place, (count, word) in enumerate(counted):
                if place == 0 and count <= RARE:
                    numbers = numbers.where(col(EntryRow.number).in_(_numbers(word)))
                else:
                    numbers = numbers.where(_numbers(word).where(EntryWordRow.number == EntryRow.number).exists())
            query = select(EntryRow.payload).where(col(EntryRow.number).in_(session.exec(numbers).all()))
            return tuple(load(Entry, payload) for payload in session.exec(query.order_by(col(EntryRow.number).desc())))

    def count_entries(self, wanted: EntriesWanted, most: int = 10_000) -> int:
        """Return how many entries are like this, counted as far as `most`."""
        with self._session() as session:
            rows = _wanted(select(EntryRow.number), wanted).limit(most).subquery()
            return session.exec(select(func.count()).select_from(rows)).one()

    def entries_changed_after(
        self, stamp: int, above: EntryNumber = 0, limit: int = 50, grown: tuple[date, date] | None = None
    ) -> tuple[EntryNumber, ...]:
        """Return the numbers above `above`, smallest first, of the entries written after a stamp of the register.

        grown: also those of minors whose contacts were held back on the first of these days and are no more on the
        second.
        """
        # Each half looks into its own index; asked in one condition, every entry would be looked at.
        # "+ 0": by the stamps and the days, and not along all numbers there are.
        version, held = EntryVersionRow, col(EntryRow.contacts_held_until)
        by_stamp, by_day = col(version.number) + 0, col(EntryRow.number) + 0
        written = select(by_stamp).where(version.stamp > stamp, by_stamp > above).distinct()
        halves = [written.order_by(by_stamp).limit(limit)]
        if grown is not None:
            of_age = select(by_day).where(held >= grown[0], held < grown[1], by_day > above)
            halves.append(of_age.order_by(by_day).limit(limit))
        with self._session() as session:
            found = {one for half in halves for one in session.exec(half)}
        return tuple(sorted(found)[:limit])

    def entry_at(self, number: EntryNumber, stamp: int) -> Entry | None:
        """Return an entry as the register had it at this stamp, None when it had no such entry yet."""
        query = (
            select(EntryVersionRow.payload)
            .where(EntryVersionRow.number == number, EntryVersionRow.stamp <= stamp)
            .order_by(col(EntryVersionRow.version).desc())
        )
        with self._session() as session:
            payload = session.exec(query).first()
            return None if payload is None else load(Entry, payload)

    def addresses_of_entry(self, number: EntryNumber) -> tuple[str, ...]:
        """Return the addresses on file of an entry, sorted, in lower case."""
        query = select(EntryAddressRow.address).where(EntryAddressRow.number == number)
        with self._session() as session:
            return tuple(session.exec(query.order_by(col(EntryAddressRow.address))))

    def register_stamp(self) -> int:
        """Return a number that grows with every change of the register; 0 for an empty one."""
        with self._session() as session:
            return counters.read(session, _STAMP)

    def public_stamp(self, as_of: datetime) -> int:
        """Return the stamp of the register up to which it may be published at `as_of`.

        What a clerk may still undo is not public yet (rules, section 6): a version written by a step that can be
        taken back, while its letter is held, waits, and with it all that was written later.
        """
        held = (
            select(func.min(EntryVersionRow.stamp))
            .join(CaseRow, col(CaseRow.number) == col(EntryVersionRow.case))
            .join(LetterRow, col(LetterRow.case) == col(EntryVersionRow.case))
            .where(
                LetterRow.created_at == EntryVersionRow.at,
                LetterRow.state == LetterState.WAITING,
                LetterRow.not_before > as_of,
                col(CaseRow.undo).is_not(None),
            )
        )
        with self._session() as session:
            first: int | None = session.exec(held).one()
            return counters.read(session, _STAMP) if first is None else first - 1


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
        origin: Origin | None = None,
    ) -> None:
        """Write a new entry, or the next version of one; the versions before stay in history.

        addresses: the addresses on file from now on; None leaves those that are there. words: likewise, of
        the name, to search by. origin: who and what is behind this version; None: the case of the entry.
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
        row.region = None if entry.facts.region is None else entry.facts.region.iso
        row.standing, row.contacts_held_until = entry.standing, entry.contacts_held_until
        row.one_language = bool(in_one_language(entry))
        row.payload = dump(entry)
        self._own.add(row)
        self._own.flush()
        origin = origin or Origin(entry.case)
        self._own.add(
            EntryVersionRow(
                number=entry.number,
                version=entry.version,
                at=at,
                stamp=counters.draw(self._own, _STAMP),
                case=origin.case,
                by=origin.by,
                why=origin.why,
                payload=row.payload,
            )
        )
        if addresses is not None:
            self._put_addresses(entry.number, {address.lower() for address in addresses if address})
        if words is not None:
            self._own.exec(delete(EntryWordRow).where(col(EntryWordRow.number) == entry.number))
            self._own.add_all(EntryWordRow(number=entry.number, word=word) for word in sorted(set(words)))
            self._own.flush()

    def _put_addresses(self, number: EntryNumber, addresses: set[str]) -> None:
        self._own.exec(delete(EntryAddressRow).where(col(EntryAddressRow.number) == number))
        self._own.add_all(EntryAddressRow(number=number, address=address) for address in sorted(addresses))
        self._own.flush()


def _wanted(query: SelectOfScalar[int], wanted: EntriesWanted) -> SelectOfScalar[int]:
    if wanted.kind is not None:
        query = query.where(EntryRow.kind == wanted.kind)
    if wanted.region is not None:
        query = query.where(EntryRow.region == wanted.region if wanted.region else col(EntryRow.region).is_(None))
    if wanted.standing is not None:
        query = query.where(EntryRow.standing == wanted.standing)
    if wanted.held_on is not None:
        query = query.where(col(EntryRow.contacts_held_until) >= wanted.held_on, EntryRow.standing != Standing.UNDONE)
    if wanted.one_language:
        query = query.where(EntryRow.one_language, EntryRow.standing != Standing.UNDONE)
    return query


def _numbers(word: str) -> SelectOfScalar[int]:
    """Select the numbers of the entries whose names have a word with this beginning."""
    return select(EntryWordRow.number).where(col(EntryWordRow.word).between(word, word + "\U0010ffff"))


def _counted(session: Session, word: str) -> int:
    """Return how many entries have a word with this beginning, as far as RARE + 1."""
    return len(session.exec(_numbers(word).limit(RARE + 1)).all())
