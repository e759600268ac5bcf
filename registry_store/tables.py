"""The tables. A record lies whole in `payload` as JSON; the columns beside it are there to be searched.

Columns marked "index only; derived" repeat or follow from the payload and are written by the store alone.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, MetaData, UniqueConstraint
from sqlmodel import Field, SQLModel

from .columns import Key, Moment, Words

DERIVED = "index only; derived"


class Table(SQLModel):
    """The ground of all tables. Constraints have names, so that a migration can change them on SQLite too."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def words(*rules: Any, **options: Any) -> Any:
    """A text column; NOT NULL unless `nullable=True` is given."""
    return Field(sa_column=Column(Words, *rules, **{"nullable": False, **options}))


def sought(*rules: Any, **options: Any) -> Any:
    """A text column by which is looked up what others wrote; NOT NULL unless `nullable=True` is given."""
    return Field(sa_column=Column(Key, *rules, **{"nullable": False, **options}))


def moment(**options: Any) -> Any:
    """A column for an aware datetime; NOT NULL unless `nullable=True` is given."""
    return Field(sa_column=Column(Moment, **{"nullable": False, **options}))


# ---------------------------------------------------------------- cases


class CaseRow(Table, table=True):
    __tablename__ = "cases"
    __table_args__ = (
        Index(None, "state", "due"),
        Index(None, "state", "number"),
        Index("ix_cases_state_queue_day", "state", "queue_day", "number", "kind", "applicant", "region"),
        # Whole queries of the queue are answered from this index: the rows with their payloads are large.
        Index("ix_cases_queue", "queue_day", "number", "state", "kind", "applicant", "region"),
    )

    number: str = words(primary_key=True)
    version: int
    kind: str = words(comment=DERIVED)
    state: str = words(comment=DERIVED)
    wake_at: datetime | None = moment(nullable=True, index=True, comment=f"{DERIVED} by the Order: when to look again")
    due: date | None = Field(default=None, sa_column_kwargs={"comment": f"{DERIVED} by the Order: what is due first"})
    queue_day: date | None = Field(
        default=None, sa_column_kwargs={"comment": f"{DERIVED}: due, or the last day of all; null for an ended case"}
    )
    applicant: str | None = words(nullable=True, comment=DERIVED)
    region: str | None = words(nullable=True, comment=DERIVED)
    came_on: date | None = Field(default=None, index=True, sa_column_kwargs={"comment": DERIVED})
    decided_on: date | None = Field(default=None, index=True, sa_column_kwargs={"comment": DERIVED})
    undo: str | None = words(nullable=True, comment="Case before the last step, where that can be taken back")
    payload: str = words(comment="Case")


class CaseKeyRow(Table, table=True):
    """By what a mail or a person finds a case: address, identifier, message_id; word, ask, doubt, language."""

    __tablename__ = "case_keys"
    __table_args__ = (Index(None, "kind", "value", "case"),)

    case: str = words(ForeignKey("cases.number"), primary_key=True)
    kind: str = words(primary_key=True, comment=DERIVED)
    value: str = sought(primary_key=True, comment=DERIVED)


class CaseCountRow(Table, table=True):
    """How many cases there are of each kind: see counts.py."""

    __tablename__ = "case_counts"

    what: str = words(primary_key=True, comment=DERIVED)
    value: str = words(primary_key=True, comment=DERIVED)
    n: int = Field(sa_column_kwargs={"comment": DERIVED})


class JournalRow(Table, table=True):
    """Written once, never changed."""

    __tablename__ = "journal"

    case: str = words(ForeignKey("cases.number"), primary_key=True)
    version: int = Field(primary_key=True)
    state: str = words()
    noted_at: datetime = moment()
    event: str = words(comment="[[class, fields]]")
    effects: str = words(comment="[[class, fields], …]")


class TaskRow(Table, table=True):
    __tablename__ = "tasks"

    id: int | None = Field(default=None, primary_key=True)
    case: str | None = words(ForeignKey("cases.number"), nullable=True, index=True)
    code: str = words()
    detail: str = words()
    at: datetime = moment()
    done_at: datetime | None = moment(nullable=True, index=True)


# ---------------------------------------------------------------- the register


class EntryRow(Table, table=True):
    """The newest version of each entry."""

    __tablename__ = "entries"
    __table_args__ = (
        Index(None, "key", "kind"),
        # What is asked of a list is answered from these: the rows with their payloads are large.
        Index("ix_entries_list_kind", "kind", "number", "region", "standing"),
        Index("ix_entries_list_region", "region", "number", "kind", "standing"),
        Index("ix_entries_list_standing", "standing", "number", "kind", "region"),
        Index("ix_entries_list_language", "one_language", "number", "kind", "region", "standing"),
    )

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    version: int
    kind: str = words(comment=DERIVED)
    key: str = sought(comment=DERIVED)
    active_key: str | None = sought(
        nullable=True, unique=True, comment=f"{DERIVED}: kind and key while the entry is active, so at most one is"
    )
    region: str | None = words(nullable=True, comment=f"{DERIVED}: ISO 3166-2")
    standing: str = words(comment=f"{DERIVED}: listed, stopped or undone", server_default="listed")
    one_language: bool = Field(
        default=False,
        sa_column_kwargs={"comment": f"{DERIVED}: some words stand in one language", "server_default": "0"},
    )
    contacts_held_until: date | None = Field(
        default=None,
        index=True,
        sa_column_kwargs={"comment": f"{DERIVED}: the last day on which a minor's contacts are held back"},
    )
    payload: str = words(comment="Entry")


class EntryVersionRow(Table, table=True):
    """Every version that an entry ever had (§5, §7). Written once, never changed."""

    __tablename__ = "entry_versions"
    __table_args__ = (Index(None, "stamp", "number"),)

    number: int = Field(foreign_key="entries.number", primary_key=True)
    version: int = Field(primary_key=True)
    at: datetime = moment(index=True)
    stamp: int = Field(
        default=0, sa_column_kwargs={"comment": "the register's count of changes with this one", "server_default": "0"}
    )
    case: str | None = words(nullable=True, comment="behind this version; null where a person decided without one")
    by: str = words(comment="the clerk's account; empty: by itself", server_default="")
    why: str = words(server_default="")
    payload: str = words(comment="Entry")


class EntryWordRow(Table, table=True):
    """Words of the names of the newest version, to search by."""

    __tablename__ = "entry_words"

    word: str = words(primary_key=True, comment=DERIVED)
    number: int = Field(foreign_key="entries.number", primary_key=True, index=True)


class EntryAddressRow(Table, table=True):
    """Addresses on file of the newest version."""

    __tablename__ = "entry_addresses"

    number: int = Field(foreign_key="entries.number", primary_key=True)
    address: str = sought(primary_key=True, index=True)


# ---------------------------------------------------------------- letters


class LetterRow(Table, table=True):
    """The outbox. raw: the finished bytes as they will leave. case has no foreign key: the letters of a new
    case may be put before its first step is recorded."""

    __tablename__ = "letters"
    __table_args__ = (Index(None, "state", "not_before"),)

    id: int | None = Field(default=None, primary_key=True)
    case: str | None = words(nullable=True, index=True)
    version: int
    kind: str = words()
    message_id: str = sought(unique=True)
    sha256: str = words()
    recipients: str = words(comment="JSON list of envelope addresses")
    state: str = words()
    created_at: datetime = moment(index=True)
    not_before: datetime = moment()
    not_after: date | None = None
    any_hour: bool = False
    tries: int = 0
    next_try: datetime | None = moment(nullable=True)
    accepted_at: datetime | None = moment(nullable=True)
    reply: str = words()
    explanation: str = words()
    raw: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class LetterAddressRow(Table, table=True):
    """The envelope addresses of a letter in lower case, to count what goes to one address."""

    __tablename__ = "letter_addresses"

    letter: int = Field(foreign_key="letters.id", primary_key=True)
    address: str = sought(primary_key=True, index=True, comment=DERIVED)


# ---------------------------------------------------------------- mails


class ArrivalRow(Table, table=True):
    """One copy of a mail at one place. The mail is part of the key: a server that hands out a UID twice
    must not cost anybody a mail."""

    __tablename__ = "arrivals"
    __table_args__ = (UniqueConstraint("folder", "uidvalidity", "uid", "mail"),)

    id: int | None = Field(default=None, primary_key=True)
    mail: str = words(index=True)
    folder: str = words()
    uidvalidity: int = Field(sa_type=BigInteger)  # 32 bits without a sign (RFC 9051)
    uid: int = Field(sa_type=BigInteger)
    received_at: datetime = moment()
    seen_at: datetime = moment()
    outcome_kind: str | None = words(nullable=True, index=True, comment=f"{DERIVED}; null until the mail is settled")
    outcome: str | None = words(nullable=True, comment="Outcome")
    outcome_at: datetime | None = moment(nullable=True)
    tries: int = 0
    next_try: datetime | None = moment(nullable=True)
    last_error: str = words()
    settled_in: str | None = words(nullable=True)
    cleared_at: datetime | None = moment(nullable=True, comment="a person saw that there is nothing to do")


class MailRow(Table, table=True):
    """What a mail can be recognised by; no row until it was taken apart."""

    __tablename__ = "mails"

    mail: str = words(primary_key=True)
    message_id: str | None = sought(nullable=True, index=True, comment=DERIVED)
    payload: str = words(comment="MailKeys")


class MailKeyRow(Table, table=True):
    """kind: address, identifier, reference or token; named, number or name: see MailKeys."""

    __tablename__ = "mail_keys"
    __table_args__ = (Index(None, "kind", "value"),)

    mail: str = words(ForeignKey("mails.mail"), primary_key=True)
    kind: str = words(primary_key=True, comment=DERIVED)
    value: str = sought(primary_key=True, comment=DERIVED)


class MailWordRow(Table, table=True):
    """Words of a mail's sender, subject and text, to search by; of the copy that was read."""

    __tablename__ = "mail_words"
    __table_args__ = (Index(None, "word", "arrival"),)

    arrival: int = Field(foreign_key="arrivals.id", primary_key=True)
    word: str = words(primary_key=True, comment=DERIVED)


# ---------------------------------------------------------------- the diary


class LookRow(Table, table=True):
    """§6: every look through the mailbox."""

    __tablename__ = "looks"

    id: int | None = Field(default=None, primary_key=True)
    began: datetime = moment(index=True)
    ended: datetime | None = moment(nullable=True)
    complete: bool = False
    folders: str = words(comment="JSON: folder → mails seen")
    error: str = words()


class CounterRow(Table, table=True):
    """Numbers that only grow: cases of a year, entries, changes of the register."""

    __tablename__ = "counters"

    name: str = words(primary_key=True)
    value: int


class NoteRow(Table, table=True):
    """Small named values of the daemon."""

    __tablename__ = "notes"

    key: str = words(primary_key=True)
    value: str = words()
