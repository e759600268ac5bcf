"""What the words in an answer's place say of the question: twelve digits with a right check digit are an IIN."""

from __future__ import annotations

from functools import lru_cache

from parsers.catalogue import Field, Kind
from parsers.understanding.blocks import Stretch
from parsers.understanding.geometry import Geometry
from parsers.values.blank import is_blank
from parsers.values.contacts import email_of, phones_of
from parsers.values.dates import date_of
from parsers.values.identifiers import check_digit_right, twelve_digits
from parsers.values.numbers import count_of, figures
from parsers.values.people import looks_like_a_name, people_in
from parsers.wording import one_line

YEARS = range(1900, 2030)
LOOKED_AT = 200  # letters of an answer


@lru_cache(maxsize=4096)
def kinds_of(text: str) -> frozenset[str]:
    """Return the kinds of value that a text is plainly one of."""
    found = set()
    number = twelve_digits(text)
    if number is not None:
        found.add("iin" if check_digit_right(number) else "twelve")
    if "@" in text and email_of(text) is not None:
        found.add("email")
    if number is None and phones_of(text):
        found.add("phone")
    read = date_of(text)
    if read is not None and read.day is not None:
        found.add("date")
    if any(n in YEARS for n in figures(text)) and len(text) < 30:
        found.add("year")
    if count_of(text) is not None and len(text) < 40 and number is None:
        found.add("number")
    if looks_like_a_name(one_line(text).rstrip(".,;_ ")):
        found.add("name")
    people = people_in(text.split("\n"))
    if len(people) == 1 and looks_like_a_name(people[0]):
        found.add("name")
    if len(people) > 1 and all(map(looks_like_a_name, people)):
        found.add("people")
    return frozenset(found)


# What each kind of question gains by each kind of value, and loses by others that it cannot have.
GAIN: dict[Kind, dict[str, float]] = {
    "iin": {"iin": 2.5, "twelve": 2.0, "email": -2, "name": -2, "phone": -1.5, "date": -2},
    "bin": {"iin": 2.5, "twelve": 2.0, "email": -2, "name": -2, "phone": -1.5, "date": -2},
    "phone": {"phone": 2.0, "iin": -2, "email": -1, "name": -2, "date": -2},
    "email": {"email": 2.5, "iin": -2, "name": -2, "date": -2},
    "contacts": {"phone": 1.5, "email": 1.5, "iin": -2, "name": -1.5, "date": -1},
    "year": {"year": 1.5, "date": 1.5, "iin": -2, "email": -2, "name": -2},
    "date": {"date": 2.0, "iin": -2, "email": -2, "name": -2},
    "number": {"number": 1.0, "iin": -2, "email": -2, "name": -2},
    "people_list": {"people": 1.5, "name": 1.5, "iin": -2, "email": -2},
}


def kinds_near(stretch: Stretch, geometry: Geometry) -> frozenset[str]:
    """Return the kinds of value that the words nearest to a stretch are, none where nothing is written."""
    text = _nearest(stretch, geometry)
    return frozenset() if text is None else kinds_of(text[:LOOKED_AT])


def evidence(asked: Field, kinds: frozenset[str]) -> float:
    """Return what these kinds of value in the answer's place say for (above 0) or against a question for this field."""
    table = GAIN.get(asked.kind)
    if table is not None:
        gains = [table[kind] for kind in kinds if kind in table]
        return max(gains, default=0.0) if max(gains, default=0.0) > 0 else min(gains, default=0.0)
    if asked.name:
        return 0.8 if "name" in kinds else -1.5 if kinds & {"iin", "email", "phone", "date"} else 0.0
    if asked.kind == "text":
        return -1.5 if kinds & {"iin", "email"} else 0.0
    return 0.0


def _nearest(stretch: Stretch, geometry: Geometry) -> str | None:
    behind = geometry.behind(stretch)
    if not is_blank(behind):
        return behind.strip(" :\t–—-_?")
    for lines in (geometry.right(stretch), geometry.below(stretch)):
        text = "\n".join(line.text for line in lines)
        if not is_blank(text):
            return text
    return None
