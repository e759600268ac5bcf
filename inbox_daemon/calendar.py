"""The working-day calendar: holidays.KZ, the shipped transfers on top, the ministry's own file on top of them."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import holidays

from inbox_daemon.errors import SettingsError
from inbox_daemon.order.workdays import Ground, WorkingDays

SUFFIX = re.compile(r"^(?P<name>.*?) \((?P<suffix>[^)]*)\)$")


def load_calendar(own: Path | None = None) -> WorkingDays:
    """Return the calendar of the shipped file with the ministry's `own` file (same form) on top.

    Raises SettingsError when a file cannot be read or a row is wrong.
    """
    shipped = (resources.files("inbox_daemon") / "calendar.toml").read_text("utf-8")
    tables = [_parse(shipped, "the shipped calendar")]
    words = tables[0]
    if own is not None:
        try:
            tables.append(_parse(own.read_text("utf-8"), str(own)))
        except OSError as error:
            raise SettingsError(str(own), (f"the calendar file cannot be read: {error.strerror}",)) from error
    years = {int(y): state for table in tables for y, state in table.get("years", {}).items()}
    if sorted(years) != list(range(min(years), max(years) + 1)):
        raise SettingsError("calendar", ("[years] has a gap: every year between the first and last is needed",))
    off = _public_holidays(years, words)
    work: dict[date, Ground] = {}
    for table in tables:
        for row in table.get("days", ()):
            day, ground = row["day"], Ground(row["kk"], row["ru"], row.get("en", row["ru"]))
            off.pop(day, None)
            work.pop(day, None)
            (work if row["is"] == "work" else off)[day] = ground
    digest = hashlib.sha256(repr(sorted((d, g.en) for d, g in [*off.items(), *work.items()])).encode()).hexdigest()
    return WorkingDays(
        first=date(min(years), 1, 1),
        last=date(max(years), 12, 31),
        off=off,
        work=work,
        unconfirmed=frozenset(y for y, state in years.items() if state != "confirmed"),
        version=f"holidays {metadata.version('holidays')} + {digest[:12]}",
    )


def _parse(text: str, name: str) -> dict[str, Any]:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(name, (str(error),)) from error
    problems = [
        f'[years] {year} = {state!r}: must be "confirmed" or "unconfirmed"'
        for year, state in table.get("years", {}).items()
        if state not in ("confirmed", "unconfirmed") or not year.isdigit()
    ]
    for number, row in enumerate(table.get("days", ()), 1):
        if not isinstance(row.get("day"), date):
            problems.append(f"[[days]] row {number}: day must be a date such as 2026-05-27")
        if row.get("is") not in ("off", "work"):
            problems.append(f'[[days]] row {number}: is must be "off" or "work"')
        lacking = [key for key in ("kk", "ru") if not row.get(key)]
        problems += [f"[[days]] row {number}: {key} (the ground) is missing" for key in lacking]
    if problems:
        raise SettingsError(name, tuple(problems))
    return table


def _public_holidays(years: Mapping[int, str], words: Mapping[str, Any]) -> dict[date, Ground]:
    known = holidays.country_holidays("KZ", years=sorted(years), language="kk")
    return {day: _ground(name, words) for day, name in known.items() if day.year in years}


def _ground(name: str, words: Mapping[str, Any]) -> Ground:
    """Give a library name in three languages; a name that the table does not know stays as it is."""
    parts = [one.strip() for one in name.split(";")]
    found = [_one_ground(part, words) for part in parts]
    return Ground("; ".join(f.kk for f in found), "; ".join(f.ru for f in found), "; ".join(f.en for f in found))


def _one_ground(name: str, words: Mapping[str, Any]) -> Ground:
    match = SUFFIX.match(name)
    base, suffix = (match["name"], match["suffix"]) if match else (name, "")
    base_words = words["names"].get(base, {"ru": base, "en": base})
    if not suffix:
        return Ground(base, base_words["ru"], base_words["en"])
    tail = words["suffixes"].get(suffix, {"ru": suffix, "en": suffix})
    return Ground(name, f"{base_words['ru']} ({tail['ru']})", f"{base_words['en']} ({tail['en']})")
