"""What to write into a form beside its printed words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from registry_store.records import Answer, FieldValue

# In the order in which they are read back right. A bare value does not tell the last two apart; their names
# are the same in both languages.
CHANNELS = {"phone": "", "email": "", "website": "", "instagram": "Instagram: ", "whatsapp": "WhatsApp: "}


@dataclass(frozen=True, slots=True)
class Filling:
    """answers: by field, as they were read or set. gaps: the fields to mark in yellow, each with the words
    of the remark beside it (empty for none). remarks: words beside fields that are not marked. note: a line
    above the form, on its first page."""

    answers: Mapping[str, Answer] = field(default_factory=dict)
    gaps: Mapping[str, str] = field(default_factory=dict)
    remarks: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    def words(self, field_id: str) -> str:
        """Return an answer as it was written, empty when there is none."""
        answer = self.answers.get(field_id)
        if answer is None:
            return ""
        return answer.text or in_plain_words(answer.value)

    def chosen(self, field_id: str) -> frozenset[int | str]:
        """Return the options that were chosen: their numbers, or the values of the four categories."""
        answer = self.answers.get(field_id)
        if answer is None or not isinstance(answer.value, list):
            return frozenset()
        return frozenset(answer.value)

    def people(self, field_id: str) -> tuple[str, ...]:
        """Return the people of a list."""
        answer = self.answers.get(field_id)
        if answer is None or not isinstance(answer.value, list):
            return ()
        return tuple(str(one) for one in answer.value)

    def remark(self, field_id: str) -> str:
        """Return the words to put beside a field, empty for none."""
        return self.gaps.get(field_id) or self.remarks.get(field_id, "")


def in_plain_words(value: FieldValue) -> str:
    """Return a value as a person would write it in either language; empty for a yes or no."""
    match value:
        case bool():  # a signature or a consent: given by hand, never by us
            return ""
        case dict():
            given = ((name, value.get(channel)) for channel, name in CHANNELS.items())
            return "; ".join(name + ", ".join(found) for name, found in given if found)
        case list():
            return ", ".join(map(str, value))
        case _:
            return str(value)


EMPTY = Filling()
