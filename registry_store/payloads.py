"""Records ↔ the JSON text in which they lie in the database.

A datetime is written in UTC and must be aware. Events and effects carry the name of their class, so
the names of classes and fields are part of the stored data: renaming one needs a migration.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, TypeVar, cast, get_args

from pydantic import TypeAdapter

from . import records

T = TypeVar("T")

_NAMED: dict[str, type[Any]] = {c.__name__: c for c in (*get_args(records.Event), *get_args(records.Effect))}

_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}  # made at first use: making one takes longer than using it


def dump(value: object) -> str:
    """Return `value` as JSON. A value that does not fit its type is refused here, not met when it is read.

    Half a character (a lone surrogate from a broken mail) becomes "?": no database takes it.
    """
    return _text(_adapter(type(value)).dump_python(value, warnings="error"))


def load(kind: type[T], text: str) -> T:
    """Return the record of type `kind` that `dump` wrote."""
    return cast(T, _adapter(kind).validate_json(text))


def dump_named(values: Iterable[records.Event | records.Effect]) -> str:
    """Return events or effects as a JSON list of [class name, fields]."""
    return _text([[type(v).__name__, _adapter(type(v)).dump_python(v, warnings="error")] for v in values])


def load_named(text: str) -> tuple[Any, ...]:
    """Return what `dump_named` wrote, in the same order."""
    return tuple(_adapter(_NAMED[name]).validate_python(fields) for name, fields in json.loads(text))


def load_event(text: str) -> records.Event:
    """Return the one event of a journal line."""
    (event,) = load_named(text)
    return cast(records.Event, event)


def storable(text: str) -> str:
    """Return `text` as every database takes it: no lone surrogates, no NUL."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    made = _ADAPTERS.get(kind)
    if made is None:
        made = _ADAPTERS[kind] = TypeAdapter(kind)
    return made


def _text(plain: Any) -> str:
    written = json.dumps(plain, ensure_ascii=False, default=_written, separators=(",", ":"))
    return written.encode("utf-8", "replace").decode()


def _written(value: object) -> str:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            msg = f"a datetime without a time zone cannot be stored: {value!r}"
            raise ValueError(msg)
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    msg = f"cannot be stored: {type(value).__name__}"
    raise TypeError(msg)
