"""What stands in the place of an answer and is hardly one: a pointer, a shrug, another question's answer."""

from __future__ import annotations

import re

from parsers.asking import said, says, table
from parsers.catalogue import Field
from parsers.values.contacts import email_of, phones_of
from parsers.values.identifiers import check_digit_right, twelve_digits
from parsers.wording import key

SHORT = 6  # words of an answer that may point somewhere else

_ONE_LETTER = re.compile(r"\s*(\S)\1*\s*")
_ABOUT_ONESELF = re.compile(r"residence|experience|name")


def denies(text: str) -> bool:
    """Say whether a sentence of consent says that there is none: «не даю согласие», «келісім бермеймін»."""
    return said("denials", key(text))


def why_hardly(asked: Field, text: str) -> str | None:
    """Return why free words are hardly the answer to what is asked, None where nothing speaks against them."""
    spoken = key(text)
    if not spoken or (_ONE_LETTER.fullmatch(text) and not text.strip().isdigit()):
        return "no words in it"
    if any(says(phrase, spoken) for phrase in table()["nothing"]) and len(spoken) <= SHORT:
        return "perhaps nothing was meant"
    if len(spoken) <= SHORT and said("pointers", spoken):
        return "it points somewhere else"
    if _ABOUT_ONESELF.search(asked.id) and not asked.caption:
        if asked.name and (len(spoken) < 2 or any(letter.isdigit() for letter in text)):
            return "one word, or figures, for a name"
        number = twelve_digits(text)
        phones = [one for one in phones_of(text) if one.startswith("+7")]
        if email_of(text) or phones or (number is not None and check_digit_right(number)):
            return "an answer to another question in it"
    return None
