"""What a clerk types into a field, understood as the form reader understands what an applicant wrote."""

from __future__ import annotations

from parsers.answers import meaning_of
from parsers.catalogue import Field, catalogue
from parsers.readings import FieldValue, FormId
from parsers.values.numbers import figures

YES = frozenset({"yes", "true", "1", "иә", "да", "+", "✓", "v"})
CHECKED = frozenset({"iin", "bin", "email", "contacts"})  # kinds of fields whose values can be wrong in themselves
NO = frozenset({"no", "false", "0", "жоқ", "нет"})


def typed_answer(form: FormId, field: str, text: str) -> FieldValue | None:
    """Return the value of a field for words that a person typed, None when they are no such value.

    Options are given by their numbers, categories by their names. Raises KeyError for an unknown field.
    """
    asked = catalogue().field(form, field)
    match asked.kind:
        case "choice":
            return _options(asked, text)
        case "statement" | "signature" | "stamp":
            word = text.strip().casefold()
            return True if word in YES else False if word in NO else None
        case _:
            meaning = meaning_of(asked, text)
            return None if meaning.doubt else meaning.value


def flaws_of(form: FormId, field: str, value: FieldValue) -> tuple[str, ...]:
    """Return what is wrong with a value itself, by the rules that read values go through. KeyError: no such field."""
    asked = catalogue().field(form, field)
    if asked.kind not in CHECKED:
        return ()
    texts = [value] if isinstance(value, str) else []
    if isinstance(value, dict):
        texts = [text for channel in value.values() for text in channel]
    return tuple(dict.fromkeys(flaw for text in texts for flaw in meaning_of(asked, text).flaws))


def _options(asked: Field, text: str) -> FieldValue | None:
    named = [option.value for option in asked.options if option.value is not None]
    if named:
        words = text.replace(",", " ").split()
        return words if words and set(words) <= set(named) else None
    numbers = sorted(set(figures(text)))
    return numbers if numbers and set(numbers) <= {option.number for option in asked.options} else None
