"""Mails as a person looks for them: by how they ended, by whom and what they name, by their words; page by page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session, col, delete, select
from sqlmodel.sql.expression import SelectOfScalar

from .mails import AFTER_ALL, FOR_A_PERSON, arrival_of
from .payloads import load
from .reading import Reads, Within
from .records import Arrival, MailId, MailKeys, OutcomeKind
from .tables import ArrivalRow, MailKeyRow, MailRow, MailWordRow

RARE = 1000  # copies with a word: above it they are too many to be looked up for each page


@dataclass(frozen=True, slots=True)
class MailsWanted:
    """Which mails. outcome: that ended so. identifier: an IIN or BIN that they name. address: of the sender, in lower
    case. words: beginnings of words of the sender's name, the subject and the text, all of them."""

    outcome: OutcomeKind | None = None
    identifier: str | None = None
    address: str | None = None
    words: tuple[str, ...] = ()


class MailFinding(Reads):
    def find_mails(self, wanted: MailsWanted, before: int | None, limit: int) -> tuple[Arrival, ...]:
        """Return copies of mails, newest first. before: only those that were seen before the copy of this id."""
        found = select(ArrivalRow).order_by(col(ArrivalRow.id).desc()).limit(limit)
        if wanted.outcome is not None:
            found = found.where(ArrivalRow.outcome_kind == wanted.outcome)
        if before is not None:
            found = found.where(col(ArrivalRow.id) < before)
        for kind, value in (("identifier", wanted.identifier), ("address", wanted.address)):
            if value is not None:
                mails = select(MailKeyRow.mail).where(MailKeyRow.kind == kind, MailKeyRow.value == value)
                found = found.where(col(ArrivalRow.mail).in_(mails))
        with self._session() as session:
            # The rarest word is looked up, of its mails the others are asked; of common words only, mail by mail.
            counted = sorted((_counted(session, word), word) for word in wanted.words)
            for place, (count, word) in enumerate(counted):
                if place == 0 and count <= RARE:
                    found = found.where(col(ArrivalRow.id).in_(_with_word(word)))
                else:
                    found = found.where(_with_word(word).where(MailWordRow.arrival == ArrivalRow.id).exists())
            return tuple(arrival_of(row) for row in session.exec(found))

    def for_a_person(self, limit: int = 100, after: int = 0) -> tuple[Arrival, ...]:
        """Return what lies on the bench or in the tray and nobody has seen to, oldest first. after: only those that
        were seen after the copy of this id."""
        query = select(ArrivalRow).where(*FOR_A_PERSON, col(ArrivalRow.id) > after)
        with self._session() as session:
            return tuple(arrival_of(row) for row in session.exec(query.order_by(col(ArrivalRow.id)).limit(limit)))

    def keys_of_mails(self, mails: Collection[MailId]) -> dict[MailId, MailKeys]:
        """Return by what these mails can be recognised, without those that were not taken apart."""
        query = select(MailRow.mail, MailRow.payload).where(col(MailRow.mail).in_(mails))
        with self._session() as session:
            return {mail: load(MailKeys, payload) for mail, payload in session.exec(query)}


class MailWords(Within, MailFinding):
    def words_of_mail(self, arrival: int, words: Collection[str]) -> None:
        """Note the words by which a copy of a mail is found, in place of what was noted before."""
        self._own.exec(delete(MailWordRow).where(col(MailWordRow.arrival) == arrival))
        self._own.add_all(MailWordRow(arrival=arrival, word=word) for word in sorted(set(words)))
        self._own.flush()


def _with_word(word: str) -> SelectOfScalar[int]:
    return select(MailWordRow.arrival).where(col(MailWordRow.word).between(word, word + AFTER_ALL))


def _counted(session: Session, word: str) -> int:
    """Return how many copies have a word with this beginning, as far as RARE + 1."""
    return len(session.exec(_with_word(word).limit(RARE + 1)).all())
