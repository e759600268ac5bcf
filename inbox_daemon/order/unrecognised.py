"""What a mail brings of its own in which no form was recognised: readable documents, and personal data in its words.

Whatever the reading made of it, such a mail is looked at by a person, its review clock running (rules, section 4).
"""

from __future__ import annotations

import re

from inbox_daemon.order.identity import people_in
from inbox_daemon.order.meanings import TABLE, has_words
from parsers.quotes import closes, own_words
from parsers.readings import Mail, Reading, Unreadable
from parsers.values.identifiers import check_digit_right

BODY = "body"
CLOSING_LINES = 10  # below «С уважением»: the sender's name and telephone, as under any letter
_TWELVE_DIGITS = re.compile(r"(?<!\d)\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?\d{3}[ -]?\d{3}(?!\d)")
_BORN = re.compile(r"\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[0-6]")  # how an IIN begins: a day, a century
_PHONE = re.compile(r"(?<![\d+])(?:\+?7|8)[ \t\u00a0()-]{0,3}7\d\d(?:[ \t\u00a0()-]{0,2}\d){7}(?!\d)")


def unrecognised(reading: Reading) -> tuple[Unreadable, ...]:
    """Return the parts of a mail that a person must read since no form was recognised in them, `body` its own words.

    Documents count also beside forms: the one that is missed may be among them. Words count where there is no form.
    """
    unread = {file.part for file in reading.unreadable}  # hardly legible words of a picture say nothing
    documents = tuple(part for part, text in reading.texts.items() if part not in unread and _is_document(part, text))
    body = () if reading.forms or not _has_personal_data(own_text(reading.mail)) else (BODY,)
    return tuple(Unreadable(part, "unrecognised") for part in (*body, *documents))


def own_text(mail: Mail) -> str:
    """Return what the sender typed, and in mails that are passed on what theirs did; no quoted letters."""
    return "\n".join((own_words(mail.body, mail.subject), *(own_text(inner) for inner in mail.forwarded)))


def without_closing(text: str) -> str:
    """Return a letter without «С уважением, …» and the few lines below it."""
    lines = text.splitlines()
    ends = (at for at, line in enumerate(lines) if closes(line) and len(lines) - at <= CLOSING_LINES)
    return "\n".join(lines[: next(ends, len(lines))])


def _is_document(part: str, text: str) -> bool:
    """Whether a readable file says something; calendars, visiting cards and the like are no documents."""
    return not part.lower().endswith(tuple(TABLE["no_documents"])) and has_words(text, asking=False)


def _has_personal_data(text: str) -> bool:
    """Whether somebody tells who they are: an IIN or BIN, also a mistyped IIN; or a telephone number and a name."""
    if any(_is_identifier(number) for number in _TWELVE_DIGITS.findall(text)):
        return True
    letter = without_closing(text)
    return bool(_PHONE.search(letter)) and bool(people_in(letter) or _names_itself(letter))


def _is_identifier(number: str) -> bool:
    digits = re.sub(r"\D", "", number)
    return check_digit_right(digits) or bool(_BORN.match(digits))


def _names_itself(text: str) -> bool:
    """Whether a name is told in words: «меня зовут …», «Т.А.Ә.: …»."""
    folded = text.casefold()
    return any(label in folded for label in TABLE["names_itself"])
