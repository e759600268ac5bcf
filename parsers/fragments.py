"""Single answers that a person writes in a letter instead of sending the form again: «ИИН: 960315101801».

Only what was asked for is looked for, and only what is sure is taken; everything else is a letter like any
other, for a person to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from parsers.answers import meaning_of
from parsers.catalogue import Field, Kind, catalogue
from parsers.labels import find, labels
from parsers.readings import FormId, Source, Value
from parsers.values.blank import is_blank
from parsers.values.identifiers import check_digit_right

Wanted = tuple[FormId, str]  # form, field

SURE = 0.9  # how like a line's beginning must be to a printed label
READ_IN_WORDS: frozenset[Kind] = frozenset({"text", "year", "date", "number", "iin", "bin", "phone", "email"})
LONGEST = 20_000  # letters of a mail that are looked at
PLACE = "the words of the mail"

_TWELVE_DIGITS = re.compile(r"(?<!\d)\d{12}(?!\d)")


def values_in(text: str, wanted: Sequence[Wanted]) -> Mapping[Wanted, Value]:
    """Return the answers to wanted fields that stand in free words, each under its printed label.

    One number with a right check digit needs no label where one IIN or BIN alone is wanted. A field that is
    answered twice in different ways is left out, and so is one whose label another wanted field shares.
    """
    fields = {one: catalogue().field(*one) for one in wanted}
    asked = {one: field for one, field in fields.items() if field.kind in READ_IN_WORDS}
    found: dict[Wanted, list[Value]] = {}
    lines = text[:LONGEST].splitlines()
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else ""
        for one, answer in _labelled(line, following, asked):
            value = _value(asked[one], answer)
            if value is not None:
                found.setdefault(one, []).append(value)
    identifiers = [one for one, field in asked.items() if field.kind in ("iin", "bin")]
    numbers = {n for n in _TWELVE_DIGITS.findall(text[:LONGEST]) if check_digit_right(n)}
    if len(identifiers) == len(numbers) == 1 and identifiers[0] not in found:
        (number_,) = numbers
        found[identifiers[0]] = [Value(number_, number_, Source("body", PLACE))]
    return {one: values[0] for one, values in found.items() if all(v.value == values[0].value for v in values)}


def _labelled(line: str, following: str, asked: Mapping[Wanted, Field]) -> Iterator[tuple[Wanted, str]]:
    """Yield the field whose label a line begins with, and the words behind it or on the next line."""
    for hit in find(line):
        if hit.like < SURE:
            continue
        named = [
            (form, field)
            for form, field in asked
            if any(e.kind == "field" and e.field is asked[form, field] for e in labels().of[form].get(hit.wording, ()))
        ]
        if len(named) != 1:
            continue
        answer = line[hit.end :].strip()
        yield named[0], answer if not is_blank(answer) else following.strip()
        return


def _value(field: Field, answer: str) -> Value | None:
    if is_blank(answer):
        return None
    meaning = meaning_of(field, answer)
    if meaning.value is None or meaning.doubt is not None or meaning.flaws:
        return None
    return Value(meaning.value, answer, Source("body", PLACE))
