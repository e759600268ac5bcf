"""From the words in a field's place to its value, kind by kind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from parsers.catalogue import Field
from parsers.layout import Piece
from parsers.members import members_in_columns
from parsers.readings import FieldValue, Source, Value
from parsers.values.blank import is_blank, is_no, without_rule
from parsers.values.contacts import contacts_of, email_of, phones_of
from parsers.values.dates import date_of
from parsers.values.identifiers import check_digit_right, twelve_digits
from parsers.values.numbers import count_of, figures
from parsers.values.people import looks_like_a_name, people_in
from parsers.wording import key, one_line

# What the Order's own empty pattern consists of: «20___ жылғы "__" ___________».
_DATE_WORDS = frozenset(("жылгы", "жыл", "жылы", "года", "год", "ж", "г", "20"))
NOTHING_LIKE_IT = frozenset(("no date in it", "no number in it", "no year in it", "no phone number in it"))
_LETTER_O = re.compile(r"(?<=[\doOоО])[oOоО]|[oOоО](?=[oOоО]*\d)")  # Latin and Cyrillic
_RULED = re.compile(r"_{2,}|\.{4,}|…|^\s*[-–—]\s*$")
YEARS = range(1900, 2030)
LONGEST = 4_000  # letters of an answer in which a number, a date or an address is looked for
NO_IS_BLANK = frozenset(("residence", "leader_residence", "org_name"))


@dataclass(frozen=True, slots=True)
class Meaning:
    """A value, None when nothing is filled in; unsure: something is written that we cannot place."""

    value: FieldValue | None = None
    doubt: str | None = None
    flaws: tuple[str, ...] = field(default=())


def answer_of(asked: Field, pieces: Sequence[Piece], part: str) -> Value | None:
    """Return the value of a field that is no choice, None when it is blank."""
    answers = [piece for piece in pieces if piece.where not in ("before", "left") and not is_blank(piece.text)]
    if not answers:
        return None
    # What was struck out was put right by what stands beside it; where nothing does, a person looks.
    unstruck = [piece.unstruck for piece in answers if not is_blank(piece.unstruck)]
    texts = unstruck or [piece.text for piece in answers]
    text = "\n".join(without_rule(one) if asked.kind != "date" else one for one in texts)
    meaning = meaning_of(asked, text)
    if meaning.value is None:
        return None
    source = Source(part, answers[0].line.place)
    if asked.kind == "people_list" and meaning.doubt is not None and (members := members_in_columns(answers)):
        return Value(members, one_line("; ".join(members)), source)
    doubt = meaning.doubt or (None if unstruck else "struck out")
    return Value(meaning.value, one_line(text), source, doubt, meaning.flaws)


def first_answer(asked: Field, pieces: Sequence[Piece], part: str) -> Value | None:
    """Return the value as `answer_of` does, but what stands beside the label goes before what stands under it.

    A ruled line left empty is an answer too: what stands under it may be somebody else's.
    """
    near = [piece for piece in pieces if piece.where in ("inline", "right")]
    typed = asked.kind in ("year", "date", "number", "iin", "bin", "phone", "email")
    value = answer_of(asked, near, part)
    if value is not None and typed:
        return value
    ruled = value is None and any(_RULED.search(piece.text) for piece in near)
    if ruled and not typed:
        return None
    value = answer_of(asked, pieces, part)
    if typed and value is not None and (value.doubt in NOTHING_LIKE_IT or "email_impossible" in value.flaws):
        return None
    return replace(value, doubt=value.doubt or "under a ruled line left empty") if ruled and value else value


def _text(asked: Field, text: str) -> Meaning:
    if is_no(text) and (asked.name or asked.id in NO_IS_BLANK):
        return Meaning()
    return Meaning(one_line(text))


def _year(asked: Field, text: str) -> Meaning:
    read = date_of(text)
    if read is not None and read.day is not None:
        return Meaning(read.day.year, read.doubt if read.day.year in YEARS else "not a year of birth")
    years = [number for number in figures(text) if number in YEARS]
    if years:
        return Meaning(years[0], "more than one year" if len(set(years)) > 1 else None)
    if is_no(text):
        return Meaning()
    return Meaning(one_line(text), "no year in it")


def _date(asked: Field, text: str) -> Meaning:
    read = date_of(text)
    if read is None:
        written = not is_no(text) and bool(set(key(text)) - _DATE_WORDS)
        return Meaning(one_line(text), "no date in it") if written else Meaning()
    if read.day is None:
        return Meaning(one_line(text.replace("_", " ")), read.doubt)
    return Meaning(read.day.isoformat(), read.doubt)


def _number(asked: Field, text: str) -> Meaning:
    found = count_of(text)
    if found is not None:
        return Meaning(found[0], found[1])
    return Meaning() if is_no(text) else Meaning(one_line(text), "no number in it")


def _identifier(asked: Field, text: str) -> Meaning:
    number = twelve_digits(text)
    if number is None:
        # Another count of digits is not filled (truth); two whole numbers are somebody's doubt.
        many = len([c for c in text if c.isdigit()]) >= 24
        zeros = twelve_digits(_LETTER_O.sub("0", text))
        if zeros is not None and not many:
            return Meaning(zeros, "a letter among the digits")
        return Meaning(one_line(text), "more than one number") if many else Meaning()
    return Meaning(number, None, () if check_digit_right(number) else ("checksum",))


def _phone(asked: Field, text: str) -> Meaning:
    numbers = phones_of(text)
    if numbers:
        return Meaning(numbers[0])
    return Meaning() if is_no(text) else Meaning(one_line(text), "no phone number in it")


def _email(asked: Field, text: str) -> Meaning:
    found = email_of(text)
    if found is not None:
        return Meaning(found[0], None, found[1])
    return Meaning() if is_no(text) else Meaning(one_line(text), None, ("email_impossible",))


def _contacts(asked: Field, text: str) -> Meaning:
    found = contacts_of(text)
    if found.channels:
        return Meaning(found.channels, found.doubt, found.flaws)
    return Meaning({}, found.doubt) if found.doubt and not is_no(text) else Meaning()


def _people(asked: Field, text: str) -> Meaning:
    people = people_in(text.split("\n"))
    doubt = None if all(map(looks_like_a_name, people)) else "not the name of a person"
    lines = [line for line in text.split("\n") if len(key(line)) > 1]
    numbered = sum(1 for line in lines if key(line)[0].isdigit())
    if 1 < numbered < len(lines):
        doubt = "a line without a number among numbered ones"
    return Meaning(people, doubt) if people else Meaning()


_READ = {
    "text": _text,
    "year": _year,
    "date": _date,
    "number": _number,
    "iin": _identifier,
    "bin": _identifier,
    "phone": _phone,
    "email": _email,
    "contacts": _contacts,
    "people_list": _people,
}


def meaning_of(asked: Field, text: str) -> Meaning:
    """Return what a text means as the answer to a field that is no choice, box or sentence."""
    if len(text) <= LONGEST or asked.kind in ("text", "people_list"):
        return _READ[asked.kind](asked, text)
    meaning = _READ[asked.kind](asked, text[:LONGEST])
    return Meaning(meaning.value or one_line(text), meaning.doubt or "a very long answer", meaning.flaws)
