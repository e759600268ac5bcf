"""What to write into a form beside its printed words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from registry_store.records import Answer, FieldValue


@dataclass(frozen=True, slots=True)
class Filling:
    """answers: by field, as they were read or set. gaps: the fields to mark, each with the words of the
    remark beside it (empty for none)."""

    answers: Mapping[str, Answer] = field(default_factory=dict)
    gaps: Mapping[str, str] = field(default_factory=dict)

    def words(self, field_id: str) -> str:
        """Return an answer as it was written, empty when there is none."""
        answer = self.answers.get(field_id)
        if answer is None:
            return ""
        return answer.text or _as_words(answer.value)

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


def _as_words(value: FieldValue) -> str:
    match value:
        case bool():  # a signature or a consent: given by hand, never by us
            return ""
        case dict():
            return ", ".join(one for channel in value.values() for one in channel)
        case list():
            return ", ".join(map(str, value))
        case _:
            return str(value)


EMPTY = Filling()
