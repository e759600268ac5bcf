"""Column types that mean the same in every database."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator

from .payloads import storable

LONGEST_KEY = 400  # letters


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC. SQLite knows no time zones; there the zone is put back when read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"a datetime without a time zone cannot be stored: {value!r}"
            raise ValueError(msg)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text of any length from anywhere; what no database takes (half characters, NUL) is taken out."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


class Key(Words):
    """Text from anywhere that is looked up by. What is too long for an index of PostgreSQL (a third of its pages, some
    2,700 bytes; one mail's Message-ID may have more) is kept and sought by its beginning and its SHA-256."""

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        text = super().process_bind_param(value, dialect)
        if text is None or len(text) <= LONGEST_KEY:
            return text
        return f"{text[: LONGEST_KEY - 65]}#{sha256(text.encode()).hexdigest()}"
