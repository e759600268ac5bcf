"""Letters: finished bytes, and what became of them."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from hashlib import sha256

from sqlmodel import col, func, or_, select, update

from .errors import LetterChanged, LetterUnknown
from .reading import Reads, Within
from .records import CaseNumber, Letter, LetterKind, LetterState, NewLetter, State
from .tables import CaseRow, LetterAddressRow, LetterRow


class LetterReads(Reads):
    def letter(self, id: int) -> Letter:
        """Return one letter. LetterUnknown: there is none."""
        with self._session() as session:
            row = session.get(LetterRow, id)
            if row is None:
                raise LetterUnknown(id)
            return _letter(row)

    def letters(self, case: CaseNumber) -> tuple[Letter, ...]:
        """Return all letters of a case, withdrawn ones too, in the order in which they were composed."""
        query = select(LetterRow).where(LetterRow.case == case).order_by(col(LetterRow.id))
        with self._session() as session:
            return tuple(_letter(row) for row in session.exec(query))

    def message_ids(self, case: CaseNumber) -> tuple[str, ...]:
        """Return the Message-IDs of all letters of a case, withdrawn ones too, oldest first."""
        query = select(LetterRow.message_id).where(LetterRow.case == case).order_by(col(LetterRow.id))
        with self._session() as session:
            return tuple(session.exec(query))

    def letter_by_message_id(self, message_id: str) -> Letter | None:
        with self._session() as session:
            row = session.exec(select(LetterRow).where(LetterRow.message_id == message_id)).first()
            return None if row is None else _letter(row)

    def letters_to(self, address: str, since: datetime) -> tuple[Letter, ...]:
        """Return the letters to an envelope address that were composed at or after `since`, oldest first."""
        to_it = select(LetterAddressRow.letter).where(LetterAddressRow.address == address.lower())
        query = select(LetterRow).where(col(LetterRow.id).in_(to_it), col(LetterRow.created_at) >= since)
        with self._session() as session:
            return tuple(_letter(row) for row in session.exec(query.order_by(col(LetterRow.id))))

    def letters_in(
        self, states: Collection[LetterState], limit: int | None = None, after: int = 0
    ) -> tuple[Letter, ...]:
        """Return the letters in these states in the order in which they were composed. after: only those that
        stand behind the letter of this id."""
        of_states = select(LetterRow).where(col(LetterRow.state).in_(states), col(LetterRow.id) > after)
        query = of_states.order_by(col(LetterRow.id)).limit(limit)
        with self._session() as session:
            return tuple(_letter(row) for row in session.exec(query))

    def count_letters_in(self, states: Collection[LetterState]) -> int:
        """Return how many letters are in these states."""
        query = select(func.count()).select_from(LetterRow).where(col(LetterRow.state).in_(states))
        with self._session() as session:
            return session.exec(query).one()

    def due_letters(self, now: datetime) -> tuple[int, ...]:
        """Return the ids of the waiting letters whose time has come, earliest last day first."""
        query = (
            select(LetterRow.id)
            .where(
                LetterRow.state == LetterState.WAITING,
                LetterRow.not_before <= now,
                or_(col(LetterRow.next_try).is_(None), col(LetterRow.next_try) <= now),
            )
            .order_by(
                col(LetterRow.not_after).is_(None),
                col(LetterRow.not_after),
                col(LetterRow.not_before),
                col(LetterRow.id),
            )
        )
        with self._session() as session:
            return tuple(id for id in session.exec(query) if id is not None)

    def kinds_accepted(self, times: int) -> frozenset[LetterKind]:
        """Return the kinds of which a server has accepted at least this many letters."""
        query = (
            select(LetterRow.kind)
            .where(col(LetterRow.accepted_at).is_not(None))
            .group_by(col(LetterRow.kind))
            .having(func.count() >= times)
        )
        with self._session() as session:
            return frozenset(LetterKind(kind) for kind in session.exec(query))

    def count_letters(self, kinds: Collection[LetterKind], since: datetime, address: str | None = None) -> int:
        """Return how many letters of these kinds were composed at or after `since`, withdrawn ones left out.

        address: only those with this envelope address, in whatever case it is written.
        """
        query = (
            select(func.count())
            .select_from(LetterRow)
            .where(
                col(LetterRow.kind).in_(kinds),
                col(LetterRow.created_at) >= since,
                LetterRow.state != LetterState.WITHDRAWN,
            )
        )
        if address is not None:
            query = query.where(
                col(LetterRow.id).in_(
                    select(LetterAddressRow.letter).where(LetterAddressRow.address == address.lower())
                )
            )
        with self._session() as session:
            return session.exec(query).one()

    def accepted_since(self, moment: datetime) -> tuple[tuple[LetterKind, str, datetime], ...]:
        """Return the kind of every letter that a server has taken after `moment`, its first address, and when."""
        query = select(LetterRow.kind, LetterRow.recipients, LetterRow.accepted_at).where(
            col(LetterRow.accepted_at) > moment
        )
        with self._session() as session:
            found = session.exec(query)
            return tuple((LetterKind(kind), json.loads(to)[0], at) for kind, to, at in found if at is not None)

    def count_accepted(
        self, kinds: Collection[LetterKind], since: datetime, address: str, before: datetime | None = None
    ) -> int:
        """Return how many letters of these kinds a server has taken for this address after `since`. before: only
        those that it took earlier than that."""
        query = (
            select(func.count())
            .select_from(LetterAddressRow)
            .join(LetterRow, col(LetterRow.id) == col(LetterAddressRow.letter))
            .where(
                LetterAddressRow.address == address.lower(),
                col(LetterRow.kind).in_(kinds),
                col(LetterRow.accepted_at) > since,
            )
        )
        if before is not None:
            query = query.where(col(LetterRow.accepted_at) < before)
        with self._session() as session:
            return session.exec(query).one()


class LetterWrites(Within, LetterReads):
    def put_letter(self, letter: NewLetter, case: CaseNumber | None, version: int, at: datetime) -> int:
        """Lay a finished letter into the outbox and return its id.

        Message-IDs are derived from what the letter answers: a second letter with the same one is the
        same letter, nothing is written and the first id comes back.
        """
        first = self._own.exec(select(LetterRow.id).where(LetterRow.message_id == letter.message_id)).first()
        if first is not None:
            return first
        row = LetterRow(
            case=case,
            version=version,
            kind=letter.kind,
            message_id=letter.message_id,
            sha256=sha256(letter.raw).hexdigest(),
            recipients=json.dumps(letter.recipients, ensure_ascii=False),
            state=LetterState.PARKED if letter.needs_yes else LetterState.WAITING,
            created_at=at,
            not_before=letter.not_before,
            not_after=letter.not_after,
            any_hour=letter.any_hour,
            next_try=None,
            accepted_at=None,
            reply="",
            explanation=letter.explanation,
            raw=letter.raw,
        )
        self._own.add(row)
        self._own.flush()
        assert row.id is not None
        addresses = sorted({address.lower() for address in letter.recipients})
        self._own.add_all(LetterAddressRow(letter=row.id, address=address) for address in addresses)
        self._own.flush()
        return row.id

    def mark_letter(
        self,
        id: int,
        state: LetterState,
        *,
        reply: str | None = None,
        accepted_at: datetime | None = None,
        next_try: datetime | None = None,
        tried: bool = False,
        by_hand: bool = False,
        if_state: LetterState | None = None,
    ) -> None:
        """Note what became of a letter. reply, accepted_at: None leaves what is there; next_try: None clears it.

        tried: one more attempt was made. by_hand: a person sends it now, at any hour and after its last day.
        if_state: only when the letter is still in this state.
        LetterChanged: it is not, or it was withdrawn (nothing brings a withdrawn letter back; compose
        anew). LetterUnknown: there is no such letter.
        """
        row = self._own.get(LetterRow, id, populate_existing=True)
        if row is None:
            raise LetterUnknown(id)
        withdrawn = row.state == LetterState.WITHDRAWN and state != LetterState.WITHDRAWN
        if withdrawn or (if_state is not None and row.state != if_state):
            msg = f"letter {id} is {row.state}"
            raise LetterChanged(msg)
        row.state = state
        row.next_try = next_try
        row.tries += 1 if tried else 0
        if by_hand:
            row.any_hour, row.not_after = True, None
        if reply is not None:
            row.reply = reply
        if accepted_at is not None:
            row.accepted_at = accepted_at
        self._own.flush()

    def claim(self, id: int, while_in: Collection[State] | None = None) -> Letter | None:
        """Take a waiting letter for sending; None when it no longer waits. while_in: only while its case is in one of
        these states."""
        waiting = update(LetterRow).where(col(LetterRow.id) == id, col(LetterRow.state) == LetterState.WAITING)
        if while_in is not None:
            cases = select(CaseRow.number).where(col(CaseRow.state).in_(while_in))
            waiting = waiting.where(col(LetterRow.case).in_(cases))
        claimed = self._own.exec(waiting.values(state=LetterState.SENDING))
        return self.letter(id) if claimed.rowcount == 1 else None


def _letter(row: LetterRow) -> Letter:
    assert row.id is not None
    return Letter(
        id=row.id,
        case=row.case,
        version=row.version,
        kind=LetterKind(row.kind),
        message_id=row.message_id,
        sha256=row.sha256,
        recipients=tuple(json.loads(row.recipients)),
        raw=row.raw,
        state=LetterState(row.state),
        created_at=row.created_at,
        not_before=row.not_before,
        not_after=row.not_after,
        any_hour=row.any_hour,
        tries=row.tries,
        next_try=row.next_try,
        accepted_at=row.accepted_at,
        reply=row.reply,
        explanation=row.explanation,
    )
