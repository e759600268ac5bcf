"""Who may enter: passwords (argon2id), growing delays, one-time links, codes, and sessions that end."""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from inbox_daemon.desk.totp import step_of
from inbox_daemon.errors import InboxError
from registry_store.accounts import AuditLine, SignedIn, User
from registry_store.store import Store, Writing

HASHER = PasswordHasher()  # argon2id, RFC 9106's low-memory profile
# One guess costs 64 MB: a crowd of guesses must not take the machine's memory.
AT_ONCE = threading.Semaphore(2)
FREE_FAILURES = 3  # as many may be mistyped without waiting
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=1)
SHORTEST_PASSWORD = 12  # characters
LINK_LIVES = timedelta(hours=24)
NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")
# Who does not exist is verified against this, so that it takes as long.
NOBODYS = HASHER.hash(secrets.token_urlsafe(32))


class AccountRefused(InboxError):
    """An account cannot be made or changed so. code: a key of the desk's sentences."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Sessions:
    """How long a session lives: in all, and without a click."""

    whole: timedelta = timedelta(hours=10)
    idle: timedelta = timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody is in. token: what the cookie holds."""

    user: User
    session: SignedIn
    token: str


def sign_in(
    store: Store, name: str, password: str, code: str, *, now: datetime, sessions: Sessions, address: str
) -> Entered | None:
    """Return a new session, None when name, password or code is wrong or the account still waits.

    Each attempt is counted before the password is looked at, so that guesses sent all at once do not slip by.
    """
    name = name.strip().lower()
    user = _counted(store, name, now)
    with AT_ONCE:
        right = _is_password(NOBODYS if user is None else user.password, password)
    step = 0
    if user is not None and right and user.totp_secret is not None:
        found = step_of(code, user.totp_secret, now, user.totp_step)
        right, step = found is not None, found or 0
    with store.writing() as writing:
        account = None if user is None else writing.user(user.name)
        # Of two requests with one code the second comes too late.
        if account is None or not right or (account.totp_secret is not None and step <= account.totp_step):
            writing.note_audit(AuditLine(now, name[:64], "sign_in_failed", address=address))
            return None
        if HASHER.check_needs_rehash(account.password):
            with AT_ONCE:
                account = replace(account, password=HASHER.hash(password))
        account = replace(account, failures=0, locked_until=None, totp_step=max(step, account.totp_step))
        writing.put_user(account)
        return begin(writing, account, now=now, sessions=sessions, address=address)


def _counted(store: Store, name: str, now: datetime) -> User | None:
    """Return the account and count the attempt; None when there is none or it still waits."""
    with store.writing() as writing:
        user = writing.user(name)
        if user is None or (user.locked_until is not None and now < user.locked_until):
            return None
        failures = user.failures + 1
        wait = min(FIRST_WAIT * 2 ** min(failures - FREE_FAILURES, 20), LONGEST_WAIT)
        locked = now + wait if failures >= FREE_FAILURES else None
        writing.put_user(replace(user, failures=failures, locked_until=locked))
        return user


def begin(writing: Writing, user: User, *, now: datetime, sessions: Sessions, address: str) -> Entered:
    """Begin a session for somebody whose identity is sure."""
    token = secrets.token_urlsafe(32)
    session = SignedIn(digest(token), user.name, secrets.token_urlsafe(32), now, now, now + sessions.whole)
    writing.begin_session(session)
    writing.note_audit(AuditLine(now, user.name, "sign_in", address=address))
    return Entered(user, session, token)


def session_of(store: Store, token: str, *, now: datetime, sessions: Sessions) -> tuple[User, SignedIn] | None:
    """Return who a cookie belongs to, None when its session has ended, by time or by sign-out."""
    session = store.signed_in(digest(token))
    if session is None or now >= session.ends or now - session.seen >= sessions.idle:
        return None
    user = store.user(session.user)
    return None if user is None else (user, session)


def digest(token: str) -> str:
    """Return what is stored of a token: who reads the database cannot enter with it."""
    return hashlib.sha256(token.encode()).hexdigest()


def _is_password(hashed: str, password: str) -> bool:
    try:
        return HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


# ------------------------------------------------------------ making and changing accounts


def checked_name(name: str) -> str:
    """Return an account's name as it is kept. Raises AccountRefused."""
    name = name.strip().lower()
    if not NAME.fullmatch(name):
        message = f"{name!r}: a name has 2 to 64 of the letters a-z, digits and . _ @ -"
        raise AccountRefused(message, "name")
    return name


def with_password(user: User, password: str) -> User:
    """Return the account with a new password; its link is used up. Raises AccountRefused for a weak one."""
    if len(password) < SHORTEST_PASSWORD or len(set(password)) < SHORTEST_PASSWORD // 2:
        message = f"a password has at least {SHORTEST_PASSWORD} characters, not all alike"
        raise AccountRefused(message, "short")
    if user.name in password.lower():
        message = "the password holds the account's name"
        raise AccountRefused(message, "holds_name")
    with AT_ONCE:
        hashed = HASHER.hash(password)
    return replace(user, password=hashed, link_sha256=None, link_ends=None, failures=0, locked_until=None)


def with_link(user: User, now: datetime) -> tuple[User, str]:
    """Return the account with a one-time link's digest, and the token that stands in the link."""
    token = secrets.token_urlsafe(32)
    return replace(user, link_sha256=digest(token), link_ends=now + LINK_LIVES), token


def user_of_link(store: Store, token: str, now: datetime) -> User | None:
    """Return whose one-time link this is, None when it was used or is too old."""
    user = store.user_by_link(digest(token))
    return user if user is not None and user.link_ends is not None and now < user.link_ends else None
