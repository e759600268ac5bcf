"""The tables of the clerk's desk: who may sign in, who is signed in, and who looked at what."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlmodel import Field

from .tables import Table, moment, words


class UserRow(Table, table=True):
    """A person of the ministry. password: argon2id in PHC form, empty until one is chosen."""

    __tablename__ = "users"

    name: str = words(primary_key=True)
    full_name: str = words()
    role: str = words()
    password: str = words()
    totp_secret: str | None = words(nullable=True, comment="base32 (RFC 6238)")
    totp_step: int = Field(default=0, sa_column_kwargs={"comment": "the last time step used: a code counts once"})
    link_sha256: str | None = words(nullable=True, unique=True, comment="of the one-time link")
    link_ends: datetime | None = moment(nullable=True)
    failures: int = Field(default=0, sa_column_kwargs={"comment": "wrong passwords since the last right one"})
    locked_until: datetime | None = moment(nullable=True)
    made_at: datetime = moment()


class SessionRow(Table, table=True):
    """token_sha256: the cookie itself is kept nowhere."""

    __tablename__ = "sessions"

    token_sha256: str = words(primary_key=True)
    user: str = words(ForeignKey("users.name"), index=True)
    csrf: str = words()
    began: datetime = moment()
    seen: datetime = moment()
    ends: datetime = moment(index=True)


class ViewRow(Table, table=True):
    """A name that a user gave to filters of the queue."""

    __tablename__ = "views"

    user: str = words(ForeignKey("users.name"), primary_key=True)
    name: str = words(primary_key=True)
    query: str = words(comment="of the queue's address")


class AuditRow(Table, table=True):
    """Written once, never changed. user has no foreign key: what somebody did outlasts the account."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "case", "id"), Index(None, "user", "id"))

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = moment()
    user: str = words()
    action: str = words()
    case: str | None = words(nullable=True)
    detail: str = words()
    address: str = words()


class CaseNoteRow(Table, table=True):
    """What clerks write to each other about a case. Written once; read_at alone is set later."""

    __tablename__ = "case_notes"
    __table_args__ = (Index(None, "to", "read_at"),)

    id: int | None = Field(default=None, primary_key=True)
    case: str = words(ForeignKey("cases.number"), index=True)
    at: datetime = moment()
    by: str = words()
    to: str = words(comment="the account that is asked; empty: nobody in particular")
    said: str = words()
    answers: int | None = Field(default=None, foreign_key="case_notes.id")
    read_at: datetime | None = moment(nullable=True)
