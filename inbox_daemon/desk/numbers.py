"""Numbers and days as they stand in addresses and forms: what no database could hold is none."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from starlette.convertors import Convertor, register_url_convertor

from inbox_daemon.order.workdays import ALMATY

DIGITS = re.compile(r"[0-9]{1,9}")  # below 2**31, the smallest integer column
CENTURY = 20  # nothing that a clerk types a day for lies in another
DAY = re.compile(r"([0-9]{1,2})[./]([0-9]{1,2})[./]([0-9]{4})")


class _Number(Convertor[int]):
    regex = DIGITS.pattern

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


# "/letters/{id:number}": an address with another thing in its place is no address of ours.
register_url_convertor("number", _Number())


def number_in(text: str) -> int | None:
    """Return the number that somebody typed, None when it is none of ours."""
    return int(text) if DIGITS.fullmatch(text.strip()) else None


def day_in(text: str) -> date | None:
    """Return the day that somebody typed, as 31.12.2026 or 2026-12-31; None for an empty field.

    ValueError: it is no day, or none of this century.
    """
    text = text.strip()
    if not text:
        return None
    found = DAY.fullmatch(text)
    day = date.fromisoformat(text) if found is None else date(int(found[3]), int(found[2]), int(found[1]))
    if day.year // 100 != CENTURY:
        message = f"{text!r} is in another century"
        raise ValueError(message)
    return day


def moment_in(text: str) -> datetime:
    """Return the moment that somebody typed, on the clock of Asia/Almaty, such as 31.12.2026 10:30.

    ValueError: it is none.
    """
    typed, _, clock = text.strip().replace("T", " ").partition(" ")
    day = day_in(typed)
    if day is None:
        message = "no day is given"
        raise ValueError(message)
    return datetime.combine(day, time.fromisoformat(clock.strip().zfill(5)).replace(tzinfo=None), ALMATY)
