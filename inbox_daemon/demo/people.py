"""The made-up people of the demo and what they mail: cast/*.toml, one file for each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from parsers.readings import FormId, Language
from registry_store.records import LetterKind, OutcomeKind, State

Answers = Mapping[str, Any]  # by field: words, numbers of options, people


@dataclass(frozen=True, slots=True)
class FormOf:
    """A form in a language, with the answers that its sender writes in."""

    form: FormId
    language: Language
    answers: Answers


@dataclass(frozen=True, slots=True)
class Sample:
    """One mail of the demo, and what is expected of it.

    forms: what is attached. damaged: the files cannot be opened. answers: the letter that it replies to.
    bounces: the letter that it reports as undeliverable. automatic: a program wrote it. same_as: a second
    copy of that mail. outcome: of the mail; ends: the state that its case has in the end, None without one.
    """

    person: str
    key: str
    sender: str
    short: str
    address: str
    subject: str = ""
    text: str = ""
    forms: tuple[FormOf, ...] = ()
    folder: str = "INBOX"
    damaged: bool = False
    automatic: bool = False
    answers: LetterKind | None = None
    bounces: LetterKind | None = None
    same_as: str | None = None
    outcome: OutcomeKind = OutcomeKind.CASE
    ends: State | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who writes. short: as in the timetable."""

    key: str
    name: str
    short: str
    address: str
    mails: Mapping[str, Sample] = field(default_factory=dict)


def load_people() -> dict[str, Person]:
    """Return everybody by the name of the file. Raises KeyError or ValueError for a file with a mistake."""
    folder = files("inbox_daemon.demo") / "cast"
    found = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda e: e.name)
    return {
        name: _person(name, tomllib.loads(entry.read_text("utf-8")))
        for entry in found
        for name in [entry.name.removesuffix(".toml")]
    }


def _person(key: str, table: Mapping[str, Any]) -> Person:
    person = Person(key, table["name"], table["short"], table["address"])
    mails = {name: _sample(person, name, mail, table) for name, mail in table["mail"].items()}
    return Person(key, person.name, person.short, person.address, mails)


def _sample(person: Person, key: str, mail: Mapping[str, Any], table: Mapping[str, Any]) -> Sample:
    return Sample(
        person=person.key,
        key=key,
        sender=person.name,
        short=person.short,
        address=person.address,
        subject=mail.get("subject", ""),
        text=mail.get("text", "").strip("\n"),
        forms=tuple(_form(name, mail, table) for name in mail.get("forms", ())),
        folder=mail.get("folder", "INBOX"),
        damaged=mail.get("damaged", False),
        automatic=mail.get("automatic", False),
        answers=LetterKind(mail["answers"]) if "answers" in mail else None,
        bounces=LetterKind(mail["bounces"]) if "bounces" in mail else None,
        same_as=mail.get("same_as"),
        outcome=OutcomeKind(mail["outcome"]),
        ends=State(mail["ends"]) if "ends" in mail else None,
    )


def _form(name: str, mail: Mapping[str, Any], table: Mapping[str, Any]) -> FormOf:
    """A form as this mail brings it: the person's answers, some of them otherwise, some left out."""
    language, form = name.split(".")
    instead = mail.get("instead", {}).get(language, {}).get(form, {})
    left_out = {item.removeprefix(f"{name}.") for item in mail.get("without", ()) if item.startswith(f"{name}.")}
    answers = {field: value for field, value in {**table[language][form], **instead}.items() if field not in left_out}
    return FormOf(form, language, answers)  # type: ignore[arg-type]  # written by us, tested
