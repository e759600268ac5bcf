"""The fields of a case as one form: what each editor comes up with, and what somebody changed in it.

An editor is drawn with what is stored, and a mark of it goes along. What comes back as it was drawn has not been
touched and is no correction, whatever the case has become meanwhile.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inbox_daemon.acts import meaning_of
from inbox_daemon.desk.labels import day_shown, field_of
from inbox_daemon.desk.words import printable
from inbox_daemon.errors import NotAllowed
from parsers.catalogue import Field, Option
from registry_store.records import Answer, Correction, FieldValue

# The channels of contacts in the order of their boxes, with the words by which the form reader knows them.
CHANNELS = {"phone": "тел.", "email": "e-mail", "website": "сайт", "instagram": "Instagram", "whatsapp": "WhatsApp"}
MANY_LINES = frozenset({"people_list"})
YES_OR_NO = frozenset({"statement", "signature", "stamp"})
SHORT = 80  # characters; longer words get a box of several lines
ABOUT_A_MARK = "was:"
VALUE = "value:"
WHY = "why:"

Typed = Mapping[str, Sequence[str]]  # what a form sends: each name with all its values


@dataclass(frozen=True, slots=True)
class Editor:
    """key: `form.field:language`. shape: choice, channels, tick, lines or line. drawn: the values that it comes up
    with; of channels one each, in their order. now: what was typed before a refusal, else the same."""

    key: str
    shape: str
    drawn: tuple[str, ...]
    now: tuple[str, ...]
    why: str = ""

    @property
    def mark(self) -> str:
        return mark_of(self.drawn)

    @property
    def touched(self) -> bool:
        return self.now != self.drawn or bool(self.why)


def key_of(item: str, language: str) -> str:
    """Return the name under which a field of the newest copy of its form stands in the page's form."""
    return f"{item}:{language}"


def editor_of(item: str, asked: Field, answer: Answer | None, language: str, typed: Typed) -> Editor:
    """Return the editor of a field, with what is stored or, after a refusal, with what was typed."""
    drawn = _drawn(asked, answer)
    key = key_of(item, language)
    why = next((one for one in typed.get(WHY + key, ()) if one.strip()), "")
    now = tuple(typed.get(VALUE + key, ())) if is_touched(key, typed) else drawn
    return Editor(key, _shape(asked, drawn), drawn, now, why)


def _shape(asked: Field, drawn: tuple[str, ...]) -> str:
    if asked.options:
        return "choice"
    if asked.kind == "contacts":
        return "channels"
    if asked.kind in YES_OR_NO:
        return "tick"
    long = any(len(one) > SHORT or "\n" in one for one in drawn)
    return "lines" if long or asked.kind in MANY_LINES else "line"


def _drawn(asked: Field, answer: Answer | None) -> tuple[str, ...]:
    """Return what the editor comes up with. Words that could not be taken apart stand there as they were read."""
    value = "" if answer is None else answer.value
    words = "" if answer is None else answer.text
    if asked.options:
        chosen = {str(one) for one in (value if isinstance(value, list) else [value])}
        return tuple(code for code in map(option_code, asked.options) if code in chosen)
    if asked.kind == "contacts":
        return tuple(", ".join(value.get(one, [])) if isinstance(value, dict) else "" for one in CHANNELS)
    if asked.kind in YES_OR_NO:
        return ("+",) if value is True else ()
    match value:
        case bool() | dict():
            return (words,)
        case list():
            return ("\n".join(map(str, value)),)
        case str() if value and asked.kind == "date":
            return (day_shown(value),)
        case _:
            return (str(value) if value != "" else words,)


def option_code(option: Option) -> str:
    """Return the value under which an option is ticked: its name, else its number."""
    return option.value or str(option.number)


def mark_of(values: Sequence[str]) -> str:
    """Return the mark of what an editor sends. A browser may turn its lines' ends over and drops those at an edge, and
    a page shows no private-use characters: neither is a change."""
    plain = [_plain(str(printable(one))) for one in values]
    return hashlib.sha256("\x1f".join(plain).encode()).hexdigest()[:16]


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def is_touched(key: str, typed: Typed) -> bool:
    """Whether an editor that was on the page sends something else than it was drawn with."""
    mark = next(iter(typed.get(ABOUT_A_MARK + key, ())), None)
    return mark is not None and mark != mark_of(tuple(typed.get(VALUE + key, ())))


def corrections_in(typed: Typed, seen: str) -> tuple[tuple[Correction, ...], str]:
    """Return what somebody changed in the form, with the reasons that they gave. seen: the key of the field that they
    see to be filled, empty for none.

    Raises NotAllowed: a value is none of its field, or a reason stands where nothing was changed.
    """
    keys = [name.removeprefix(ABOUT_A_MARK) for name in typed if name.startswith(ABOUT_A_MARK)]
    touched = [key for key in keys if is_touched(key, typed) and key != seen]
    made = [_correction(key, tuple(typed.get(VALUE + key, ()))) for key in touched]
    whys: dict[str, None] = {}
    for key in keys:
        for why in filter(None, (one.strip() for one in typed.get(WHY + key, ()))):
            if key not in touched and key != seen:
                message = f"{key}: a reason is given, and the value was not changed"
                raise NotAllowed(message, "reason_without_change", key.rpartition(":")[0])
            whys[why] = None
    if seen:
        if is_touched(seen, typed):
            message = f"{seen}: another value is typed in the field that is seen to be right"
            raise NotAllowed(message, "changed_and_seen", seen.rpartition(":")[0])
        item, _, language = seen.rpartition(":")
        made.append(Correction(item, language=language, seen=True))
    return tuple(made), "; ".join(whys)


def _correction(key: str, sent: tuple[str, ...]) -> Correction:
    item, _, language = key.rpartition(":")
    text = _as_words(field_of(item), tuple(map(_plain, sent)))
    value: FieldValue = meaning_of(item, text or "-")
    return Correction(item, value, text, language)


def _as_words(asked: Field | None, sent: tuple[str, ...]) -> str:
    """Return what was typed as one text, which the form reader takes apart as an applicant's."""
    if asked is None or asked.kind != "contacts":
        return " ".join(filter(None, sent))
    return "\n".join(f"{words}: {text}" for words, text in zip(CHANNELS.values(), sent, strict=False) if text)
