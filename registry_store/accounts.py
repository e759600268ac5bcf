"""Accounts of the clerk's desk, their sessions, and the audit log. Passwords and codes are checked elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import col, delete, select, update

from .desk_tables import AuditRow, SessionRow, UserRow
from .errors import StoreError
from .reading import Reads, Within
from .records import CaseNumber


class UserUnknown(StoreError):
    """Nobody has this name."""


class UserExists(StoreError):
    """Somebody has this name already."""


class Role(StrEnum):
    """What an account may do; each may do all that those before it may."""

    VIEWER = "viewer"  # sees the cases
    CLERK = "clerk"  # decides them
    CHIEF = "chief"  # takes decisions back, releases the register, sees who looked at what
    ADMINISTRATOR = "administrator"  # accounts; decides nothing more than a chief

    def may(self, needed: Role) -> bool:
        """Whether this role reaches as far as the needed one."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True, slots=True)
class User:
    """One account. password: argon2id in PHC form, empty until one is chosen. totp_secret: base32, None without.

    totp_step: the last time step whose code was used. failures: wrong passwords since the last right one.
    """

    name: str
    full_name: str
    role: Role
    password: str = ""
    totp_secret: str | None = None
    totp_step: int = 0
    link_sha256: str | None = None
    link_ends: datetime | None = None
    failures: int = 0
    locked_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session. token_sha256: of the cookie. ends: the absolute end; seen: the last request."""

    token_sha256: str
    user: str
    csrf: str
    began: datetime
    seen: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class AuditLine:
    """Who did or looked at what, when, from where."""

    at: datetime
    user: str
    action: str
    case: CaseNumber | None = None
    detail: str = ""
    address: str = ""


class AccountReads(Reads):
    def user(self, name: str) -> User | None:
        """Return the account of this name, None when there is none."""
        with self._session() as session:
            row = session.get(UserRow, name)
            return None if row is None else _user(row)

    def users(self) -> tuple[User, ...]:
        """Return all accounts by name."""
        with self._session() as session:
            return tuple(_user(row) for row in session.exec(select(UserRow).order_by(col(UserRow.name))))

    def user_by_link(self, link_sha256: str) -> User | None:
        """Return the account that a one-time link was made for, used links left out."""
        with self._session() as session:
            row = session.exec(select(UserRow).where(UserRow.link_sha256 == link_sha256)).first()
            return None if row is None else _user(row)

    def signed_in(self, token_sha256: str) -> SignedIn | None:
        """Return a session, ended ones too; None when there is none."""
        with self._session() as session:
            row = session.get(SessionRow, token_sha256)
            if row is None:
                return None
            return SignedIn(row.token_sha256, row.user, row.csrf, row.began, row.seen, row.ends)

    def audit(
        self, *, case: CaseNumber | None = None, user: str | None = None, before: int | None = None, limit: int = 100
    ) -> tuple[tuple[int, AuditLine], ...]:
        """Return lines of the audit log with their numbers, newest first; before: only with smaller numbers."""
        query = select(AuditRow).order_by(col(AuditRow.id).desc()).limit(limit)
        if case is not None:
            query = query.where(AuditRow.case == case)
        if user is not None:
            query = query.where(AuditRow.user == user)
        if before is not None:
            query = query.where(col(AuditRow.id) < before)
        with self._session() as session:
            return tuple((row.id or 0, _line(row)) for row in session.exec(query))


class AccountWrites(Within, AccountReads):
    def add_user(self, user: User, at: datetime) -> None:
        """Make an account. UserExists: the name is taken."""
        if self._own.get(UserRow, user.name) is not None:
            raise UserExists(user.name)
        row = UserRow(name=user.name, full_name="", role="", password="", link_ends=None, locked_until=None, made_at=at)
        _fill(row, user)
        self._own.add(row)
        self._own.flush()

    def put_user(self, user: User) -> None:
        """Write an account anew. UserUnknown: there is none of this name."""
        row = self._own.get(UserRow, user.name)
        if row is None:
            raise UserUnknown(user.name)
        _fill(row, user)
        self._own.flush()

    def remove_user(self, name: str) -> None:
        """Take an account and its sessions away; the audit log keeps what it did. UserUnknown: there is none."""
        self.end_sessions(name)
        if self._own.exec(delete(UserRow).where(col(UserRow.name) == name)).rowcount != 1:
            raise UserUnknown(name)

    def begin_session(self, signed_in: SignedIn) -> None:
        """Note that somebody signed in; sessions that are over are cleared away."""
        self._own.exec(delete(SessionRow).where(col(SessionRow.ends) < signed_in.began))
        self._own.add(
            SessionRow(
                token_sha256=signed_in.token_sha256,
                user=signed_in.user,
                csrf=signed_in.csrf,
                began=signed_in.began,
                seen=signed_in.seen,
                ends=signed_in.ends,
            )
        )
        self._own.flush()

    def session_seen(self, token_sha256: str, at: datetime) -> None:
        """Note the last request of a session."""
        self._own.exec(update(SessionRow).where(col(SessionRow.token_sha256) == token_sha256).values(seen=at))

    def end_session(self, token_sha256: str) -> None:
        self._own.exec(delete(SessionRow).where(col(SessionRow.token_sha256) == token_sha256))

    def end_sessions(self, user: str) -> None:
        """Sign somebody out everywhere."""
        self._own.exec(delete(SessionRow).where(col(SessionRow.user) == user))

    def note_audit(self, line: AuditLine) -> None:
        """Write one line into the audit log."""
        self._own.add(
            AuditRow(
                at=line.at,
                user=line.user,
                action=line.action,
                case=line.case,
                detail=line.detail,
                address=line.address,
            )
        )
        self._own.flush()


def _fill(row: UserRow, user: User) -> None:
    row.full_name, row.role, row.password = user.full_name, user.role, user.password
    row.totp_secret, row.totp_step = user.totp_secret, user.totp_step
    row.link_sha256, row.link_ends = user.link_sha256, user.link_ends
    row.failures, row.locked_until = user.failures, user.locked_until


def _user(row: UserRow) -> User:
    return User(
        name=row.name,
        full_name=row.full_name,
        role=Role(row.role),
        password=row.password,
        totp_secret=row.totp_secret,
        totp_step=row.totp_step,
        link_sha256=row.link_sha256,
        link_ends=row.link_ends,
        failures=row.failures,
        locked_until=row.locked_until,
    )


def _line(row: AuditRow) -> AuditLine:
    return AuditLine(row.at, row.user, row.action, row.case, row.detail, row.address)
