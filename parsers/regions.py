"""From an address in free words to the region of Kazakhstan: for the register's column 6.

A region that is named decides; a town only where no region is named, or where its own law outranks an old
name («ЮКО, г. Шымкент» is the city of Shymkent). What stands in the name of a street tells nothing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from parsers.wording import Word, key, words

_WORDS = tomllib.loads((files("parsers") / "regions.toml").read_text(encoding="utf-8"))["words"]
_STREET_BEFORE, _STREET_AFTER, _DISTRICT, _VILLAGE, _REGION_WORD, _CITY_WORD = (
    frozenset(key(word)[0] for word in _WORDS[name])
    for name in ("street_before", "street_after", "district", "village", "region", "city")
)
_BREAK = re.compile(r"[,;\n()]")


@dataclass(frozen=True, slots=True)
class Region:
    """iso: ISO 3166-2, e.g. "KZ-71"; kind: "region" or "city"."""

    iso: str
    kind: str
    kk: str
    ru: str


@dataclass(frozen=True, slots=True)
class _Name:
    region: Region
    key: tuple[str, ...]
    strength: int  # 3: the region's full name; 2: a short or old one, a city; 1: a town; 0: a town of many


def region_of(address: str) -> Region | None:
    """Return the region an address lies in, None when it does not tell or names two."""
    found: dict[int, list[Region]] = {}
    for part in _BREAK.split(address):
        for region, strength in _named(part):
            found.setdefault(strength, []).append(region)
    cities = {
        region for strength, regions in found.items() if strength >= 1 for region in regions if region.kind == "city"
    }
    outright = set(found.get(3, []))
    if len(cities) == 1 and not (outright - cities - _parents(next(iter(cities)))):
        return next(iter(cities))
    for strength in (3, 1, 2, 0):
        here = set(found.get(strength, []))
        if strength == 3 and len(here) == 1:
            return _moved(next(iter(here)), set(found.get(1, [])))
        if len(here) == 1:
            return next(iter(here))
        if here:
            return None
    return None


# Towns that were in another region before 2018 or 2022: an old paper names the old region beside them.
_DIVIDED = {"KZ-10": "KZ-63", "KZ-33": "KZ-19", "KZ-62": "KZ-35", "KZ-79": "KZ-61"}


def _moved(named: Region, towns: set[Region]) -> Region | None:
    others = {town for town in towns if town != named}
    if not others:
        return named
    newer = [town for town in others if _DIVIDED.get(town.iso) == named.iso]
    return newer[0] if len(others) == 1 and newer else (None if not newer else newer[0])


def _parents(city: Region) -> set[Region]:
    return {region for region in regions() if _DIVIDED.get(city.iso) == region.iso}


@cache
def regions() -> tuple[Region, ...]:
    """Return the twenty regions, in the order of their codes."""
    return tuple(Region(entry["iso"], entry["kind"], entry["kk"], entry["ru"]) for entry in _table())


@cache
def region_by_code(iso: str) -> Region | None:
    """Return the region of an ISO 3166-2 code, None when there is none."""
    return next((region for region in regions() if region.iso == iso), None)


@cache
def _table() -> tuple[dict[str, str], ...]:
    return tuple(tomllib.loads((files("parsers") / "regions.toml").read_text(encoding="utf-8"))["region"])


@cache
def _names() -> dict[str, tuple[_Name, ...]]:
    by_first: dict[str, list[_Name]] = {}
    for region, entry in zip(regions(), _table(), strict=True):
        for text, strength in _entries(region, entry):
            spoken = tuple(word.text for word in words(text.rstrip("*")))
            by_first.setdefault(spoken[0], []).append(_Name(region, spoken, strength))
    return {first: tuple(sorted(names, key=lambda name: -len(name.key))) for first, names in by_first.items()}


def _entries(region: Region, entry: dict[str, str]) -> Iterator[tuple[str, int]]:
    yield from ((region.kk, 3), (region.ru, 3))
    for name in entry["names"]:
        full = any(word.text in _REGION_WORD for word in words(name))
        yield name, 3 if full and region.kind == "region" else 2
    for town in entry["towns"]:
        yield town, 0 if town.endswith("*") else 1


def _named(part: str) -> Iterator[tuple[Region, int]]:
    spoken = words(part)
    n = 0
    while n < len(spoken):
        match = next((name for name in _names().get(spoken[n].text, ()) if _stands_at(name, spoken, n)), None)
        if match is None:
            n += 1
            continue
        end = n + len(match.key)
        if match.strength == 3 or not _is_other_thing(part, spoken, n, end):
            yield match.region, match.strength
        n = end


def _stands_at(name: _Name, spoken: tuple[Word, ...], n: int) -> bool:
    return tuple(word.text for word in spoken[n : n + len(name.key)]) == name.key


def _is_other_thing(part: str, spoken: tuple[Word, ...], start: int, end: int) -> bool:
    """«ул. Абая», «Абай көшесі», «Алатауский район», «Жамбыл ауылы»: no region is meant."""
    before = spoken[start - 1].text if start else ""
    after = spoken[end].text if end < len(spoken) else ""
    # «қ.» is a town and «к.» a street, though they are compared as one letter.
    town = end < len(spoken) and part[spoken[end].start : spoken[end].end] in ("қ", "Қ")
    if town or before in _CITY_WORD or after in _CITY_WORD:
        return False
    if before in _STREET_BEFORE or after in _STREET_AFTER or after in _DISTRICT or before in _DISTRICT:
        return True
    if after in _VILLAGE or before in _VILLAGE:
        return True
    return any(word.text in _STREET_BEFORE for word in spoken[:start]) or any(
        word.text in _STREET_AFTER for word in spoken[end:]
    )
