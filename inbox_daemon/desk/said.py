"""A clerk's own words in a rework letter, as the page's form has them: `ru:volunteer.iin`, and `ru:` for the remark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from inbox_daemon.desk.labels import LANGUAGE_GAP, field_of, label_of
from inbox_daemon.order.own_words import asked_for
from parsers.readings import Language
from registry_store.records import Case, Explained, Said, Text


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that the letter asks for. may_be_filled: its form was sent, so a clerk may see it to be filled."""

    item: str
    label: str
    kk: str
    ru: str
    may_be_filled: bool


def said_of(form: Mapping[str, str]) -> Said:
    """Return the words of a form; what is empty is not said."""
    texts: dict[str, Text] = {}
    for name in form:
        language, colon, item = name.partition(":")
        if colon and language in ("kk", "ru"):
            texts[item] = Text(form.get(f"kk:{item}", "").strip() or None, form.get(f"ru:{item}", "").strip() or None)
    said = {item: text for item, text in texts.items() if text != Text()}
    return Said(said.pop("", None), tuple(Explained(item, said[item]) for item in sorted(said)))


def asked(case: Case, said: Said, language: Language) -> list[Asked]:
    """Return what the letter asks for, with what the clerk adds to each."""
    sent, words = {sheet.form for sheet in case.sheets}, {one.item: one.words for one in said.about}
    items = () if case.verdict is None else dict.fromkeys(asked_for(case.verdict))
    return [
        Asked(
            item,
            label_of(item, language),
            words.get(item, Text()).kk or "",
            words.get(item, Text()).ru or "",
            field_of(item) is not None and item.partition(".")[0] in sent,
        )
        for item in items
        if not item.partition(".")[2].startswith(LANGUAGE_GAP)
    ]
