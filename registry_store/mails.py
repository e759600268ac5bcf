"""Mails: every copy that was seen, by what it can be recognised, and its one outcome."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import and_, col, delete, func, or_, select, update

from .errors import AlreadySettled, ArrivalUnknown
from .payloads import dump, load
from .reading import Reads, Within
from .records import Arrival, CaseNumber, MailId, MailKeys, Outcome, OutcomeKind, Place
from .tables import ArrivalRow, MailKeyRow, MailRow

AT_ONCE = 5_000  # values that one question to the database asks for
AFTER_ALL = "\U0010ffff"  # after every word with the same beginning
FOR_A_PERSON = (
    col(ArrivalRow.outcome_kind).in_((OutcomeKind.BENCH, OutcomeKind.TRAY)),
    col(ArrivalRow.cleared_at).is_(None),
)


class MailReads(Reads):
    def arrival(self, id: int) -> Arrival:
        """Return one copy of a mail. ArrivalUnknown: there is none."""
        with self._session() as session:
            row = session.get(ArrivalRow, id)
            if row is None:
                raise ArrivalUnknown(id)
            return arrival_of(row)

    def arrival_at(self, place: Place) -> Arrival | None:
        """Return the copy that was seen at this place, the newest if the server used a UID twice."""
        query = select(ArrivalRow).where(
            ArrivalRow.folder == place.folder,
            ArrivalRow.uidvalidity == place.uidvalidity,
            ArrivalRow.uid == place.uid,
        )
        with self._session() as session:
            row = session.exec(query.order_by(col(ArrivalRow.id).desc()).limit(1)).first()
            return None if row is None else arrival_of(row)

    def arrivals_of(self, mail: MailId) -> tuple[Arrival, ...]:
        """Return all copies of a mail in the order in which they were seen."""
        with self._session() as session:
            rows = session.exec(select(ArrivalRow).where(ArrivalRow.mail == mail).order_by(col(ArrivalRow.id)))
            return tuple(arrival_of(row) for row in rows)

    def open_arrivals(self, now: datetime) -> tuple[Arrival, ...]:
        """Return the copies without an outcome whose next try has come, earliest received first."""
        query = select(ArrivalRow).where(
            col(ArrivalRow.outcome_kind).is_(None),
            or_(col(ArrivalRow.next_try).is_(None), col(ArrivalRow.next_try) <= now),
        )
        with self._session() as session:
            rows = session.exec(query.order_by(col(ArrivalRow.received_at), col(ArrivalRow.id)))
            return tuple(arrival_of(row) for row in rows)

    def unmoved_arrivals(self) -> tuple[Arrival, ...]:
        """Return the copies that have their outcome and still lie where they were found."""
        query = select(ArrivalRow).where(
            col(ArrivalRow.outcome_kind).is_not(None), col(ArrivalRow.settled_in).is_(None)
        )
        with self._session() as session:
            return tuple(arrival_of(row) for row in session.exec(query.order_by(col(ArrivalRow.id))))

    def arrivals(self, outcome: OutcomeKind | None = None, limit: int | None = 200) -> tuple[Arrival, ...]:
        """Return copies, newest first. outcome: only those that ended so."""
        query = select(ArrivalRow).order_by(col(ArrivalRow.id).desc()).limit(limit)
        if outcome is not None:
            query = query.where(ArrivalRow.outcome_kind == outcome)
        with self._session() as session:
            return tuple(arrival_of(row) for row in session.exec(query))

    def count_for_a_person(self) -> int:
        """Return how many mails lie on the bench or in the tray that nobody has seen to."""
        with self._session() as session:
            return session.exec(select(func.count()).select_from(ArrivalRow).where(*FOR_A_PERSON)).one()

    def mails_by_message_id(self, message_id: str) -> tuple[tuple[MailId, MailKeys], ...]:
        """Return the mails that carry this Message-ID: more than one, if a program gives it out twice."""
        query = select(MailRow.mail, MailRow.payload).where(MailRow.message_id == message_id)
        with self._session() as session:
            rows = session.exec(query.order_by(col(MailRow.mail)))
            return tuple((mail, load(MailKeys, payload)) for mail, payload in rows)

    def arrivals_down_from(self, id: int, since: datetime, limit: int) -> tuple[Arrival, ...]:
        """Return the copies from the one of this id downwards that were received from `since` on, newest first."""
        query = select(ArrivalRow).where(col(ArrivalRow.id) <= id, col(ArrivalRow.received_at) >= since)
        with self._session() as session:
            rows = session.exec(query.order_by(col(ArrivalRow.id).desc()).limit(limit))
            return tuple(arrival_of(row) for row in rows)

    def unread(self, before: datetime) -> tuple[MailId, ...]:
        """Return the mails received before `before` of which nobody can tell whose they are, earliest first: those
        without an outcome, and those on the bench that were never taken apart and that no person has seen to."""
        query = (
            select(ArrivalRow.mail)
            .where(
                ArrivalRow.received_at < before,
                or_(
                    col(ArrivalRow.outcome_kind).is_(None),
                    and_(*FOR_A_PERSON, col(ArrivalRow.mail).not_in(select(MailRow.mail))),
                ),
            )
            .order_by(col(ArrivalRow.received_at), col(ArrivalRow.id))
        )
        with self._session() as session:
            return tuple(dict.fromkeys(session.exec(query)))

    def mails_with_traces(
        self,
        since: datetime,
        before: datetime,
        traces: Mapping[str, Collection[str]],
        stems: Collection[str] = (),
    ) -> dict[MailId, frozenset[tuple[str, str]]]:
        """Return the mails that carry one of these traces (kind → values), each with those that it carries, earliest
        first: received from `since` until before `before`, and older ones that still wait for a person.

        Kinds: address (of the sender), named (an address in it), identifier, number, reference, token, name (a word
        as it sounds). stems: beginnings of words of kind name.
        """
        found: dict[MailId, set[tuple[str, str]]] = {}
        first: dict[MailId, datetime] = {}
        waits = and_(*FOR_A_PERSON)
        in_time = or_(col(ArrivalRow.received_at) >= since, waits)
        query = (
            select(MailKeyRow.mail, MailKeyRow.kind, MailKeyRow.value, ArrivalRow.received_at)
            .join(ArrivalRow, col(ArrivalRow.mail) == col(MailKeyRow.mail))
            .where(in_time, col(ArrivalRow.received_at) < before)
        )
        asked = [
            query.where(MailKeyRow.kind == kind, col(MailKeyRow.value).in_(some))
            for kind, values in sorted(traces.items())
            for some in batched(sorted({value for value in values if value}), AT_ONCE)
        ]
        asked += [
            query.where(MailKeyRow.kind == "name", col(MailKeyRow.value).between(stem, stem + AFTER_ALL))
            for stem in sorted(set(stems))
        ]
        with self._session() as session:
            for one in asked:
                for mail, kind, value, received_at in session.exec(one):
                    found.setdefault(mail, set()).add((kind, value))
                    first[mail] = min(received_at, first.get(mail, received_at))
        return {mail: frozenset(found[mail]) for mail in sorted(found, key=lambda mail: (first[mail], mail))}


class MailWrites(Within, MailReads):
    def arrive(self, mail: MailId, place: Place, received_at: datetime, seen_at: datetime) -> int:
        """Note that a copy of `mail` lies at `place`; return its id, the same one when it is noted again."""
        query = select(ArrivalRow.id).where(
            ArrivalRow.folder == place.folder,
            ArrivalRow.uidvalidity == place.uidvalidity,
            ArrivalRow.uid == place.uid,
            ArrivalRow.mail == mail,
        )
        first = self._own.exec(query).first()
        if first is not None:
            return first
        row = ArrivalRow(
            mail=mail,
            folder=place.folder,
            uidvalidity=place.uidvalidity,
            uid=place.uid,
            received_at=received_at,
            seen_at=seen_at,
            outcome_kind=None,
            outcome=None,
            outcome_at=None,
            next_try=None,
            last_error="",
            settled_in=None,
            cleared_at=None,
        )
        self._own.add(row)
        self._own.flush()
        assert row.id is not None
        return row.id

    def keys_of_mail(self, mail: MailId, keys: MailKeys) -> None:
        """Note by what a mail can be recognised, in place of what was noted before."""
        row = self._own.get(MailRow, mail) or MailRow(mail=mail)
        row.message_id = keys.message_id
        row.payload = dump(keys)
        self._own.add(row)
        self._own.flush()
        self._own.exec(delete(MailKeyRow).where(col(MailKeyRow.mail) == mail))
        self._own.add_all(MailKeyRow(mail=mail, kind=kind, value=value) for kind, value in sorted(traces_of(keys)))
        self._own.flush()

    def settle(self, arrival_id: int, outcome: Outcome, at: datetime) -> None:
        """Give a copy its one outcome. AlreadySettled: it has one. ArrivalUnknown: there is no such copy."""
        settled = self._own.exec(
            update(ArrivalRow)
            .where(col(ArrivalRow.id) == arrival_id, col(ArrivalRow.outcome_kind).is_(None))
            .values(outcome_kind=outcome.kind, outcome=dump(outcome), outcome_at=at, next_try=None)
        )
        if settled.rowcount != 1:
            arrival = self.arrival(arrival_id)
            msg = f"arrival {arrival_id} ended as {arrival.outcome.kind if arrival.outcome else None}"
            raise AlreadySettled(msg)

    def reopen(self, arrival_id: int) -> None:
        """Take back the outcome of a copy that lies on the bench or in the tray: a person gives it another.

        AlreadySettled: it ended otherwise, or has no outcome.
        """
        reopened = self._own.exec(
            update(ArrivalRow)
            .where(
                col(ArrivalRow.id) == arrival_id,
                col(ArrivalRow.outcome_kind).in_((OutcomeKind.BENCH, OutcomeKind.TRAY)),
            )
            .values(outcome_kind=None, outcome=None, outcome_at=None, next_try=None, settled_in=None, cleared_at=None)
        )
        if reopened.rowcount != 1:
            msg = f"arrival {arrival_id} is neither on the bench nor in the tray"
            raise AlreadySettled(msg)

    def clear(self, arrival_id: int, at: datetime) -> None:
        """Note that a person has seen to a copy on the bench or in the tray and found nothing to do.

        AlreadySettled: it lies in neither.
        """
        cleared = self._own.exec(
            update(ArrivalRow).where(col(ArrivalRow.id) == arrival_id, *FOR_A_PERSON).values(cleared_at=at)
        )
        if cleared.rowcount != 1:
            msg = f"arrival {arrival_id} is neither on the bench nor in the tray, or was seen to"
            raise AlreadySettled(msg)

    def outcome_also(self, mail: MailId, case: CaseNumber) -> None:
        """Note that the copies of a mail concern one more case: the outcome of a split mail lists all."""
        rows = self._own.exec(select(ArrivalRow).where(ArrivalRow.mail == mail, col(ArrivalRow.outcome).is_not(None)))
        for row in rows.all():
            outcome = load(Outcome, row.outcome or "")
            if case not in outcome.cases:
                row.outcome = dump(replace(outcome, cases=(*outcome.cases, case)))
        self._own.flush()

    def failed(self, arrival_id: int, error: str, next_try: datetime) -> int:
        """Note a failed attempt at a copy without an outcome; return how many there were."""
        row = self._own.get(ArrivalRow, arrival_id, populate_existing=True)
        if row is None:
            raise ArrivalUnknown(arrival_id)
        if row.outcome_kind is not None:
            msg = f"arrival {arrival_id} ended as {row.outcome_kind}"
            raise AlreadySettled(msg)
        row.tries += 1
        row.last_error = error
        row.next_try = next_try
        self._own.flush()
        return row.tries

    def moved(self, arrival_id: int, folder: str) -> None:
        """Note the folder that a copy was moved to on the server."""
        moved = self._own.exec(update(ArrivalRow).where(col(ArrivalRow.id) == arrival_id).values(settled_in=folder))
        if moved.rowcount != 1:
            raise ArrivalUnknown(arrival_id)


def traces_of(keys: MailKeys) -> frozenset[tuple[str, str]]:
    """Return by what a mail is found, each a kind (address, token, reference, named …) and a value."""
    found = {("address", keys.sender.lower()), ("token", keys.token or "")}
    found |= {("token", token) for token in keys.tokens}
    found |= {("reference", reference) for reference in (*keys.references, *keys.letters)}
    found |= {("identifier", identifier) for identifier in keys.identifiers}
    found |= {("named", address.lower()) for address in keys.addresses}
    found |= {("number", number) for number in keys.numbers}
    found |= {("name", word) for phrase in keys.phrases for word in phrase.split() if len(word) > 1}
    return frozenset((kind, value) for kind, value in found if value)


def batched(values: Sequence[str], n: int) -> Iterator[Sequence[str]]:
    """Yield the values some at a time."""
    return (values[at : at + n] for at in range(0, len(values), n))


def arrival_of(row: ArrivalRow) -> Arrival:
    """Return the record of a row."""
    assert row.id is not None
    return Arrival(
        id=row.id,
        mail=row.mail,
        place=Place(row.folder, row.uidvalidity, row.uid),
        received_at=row.received_at,
        seen_at=row.seen_at,
        outcome=None if row.outcome is None else load(Outcome, row.outcome),
        outcome_at=row.outcome_at,
        tries=row.tries,
        next_try=row.next_try,
        last_error=row.last_error,
        settled_in=row.settled_in,
        cleared_at=row.cleared_at,
    )
