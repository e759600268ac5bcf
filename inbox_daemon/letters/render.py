"""From a letter's template to its subject, its text part and its HTML part."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from inbox_daemon.letters import words
from inbox_daemon.letters.markup import Block, LetterMarks, Marked, as_text, blocks, clean, finalize, marked
from parsers.readings import Language
from registry_store.records import LetterKind

LANGUAGES: tuple[Language, Language] = ("kk", "ru")  # Kazakh first

Facts = Mapping[str, object]

# What is not torn apart at the end of a line.
HELD_TOGETHER = re.compile(
    r"""\b\d{1,2}[ ][^\W\d_]+[ ]\d{4}[ ][^\W\d_]+\.?   # a day in Russian: its number, month and year
      | \b\d{4}[ ][^\W\d_]+[ ]\d{1,2}[ ][^\W\d_]+      # in Kazakh: its year, number and month
      | (?:№[ ])?(?<![^\s(\[«])[^\s«»-]{1,12}(?:-[^\s«»-]{1,12}){1,2}(?!\S)  # short words with hyphens
      | №[ ]\S{1,20}""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter's words. subject is one line without the case number."""

    subject: str
    text: str
    html: str


def render(kind: LetterKind, facts: Mapping[Language, Facts]) -> Rendered:
    """Return the letter in both languages; facts: what the templates may print, for each language.

    Raises jinja2.UndefinedError when a template names a fact that is not there.
    """
    subject = " / ".join(clean(_block(kind, "subject", language, facts[language])) for language in LANGUAGES)
    kk, ru = (blocks(_block(kind, "body", language, facts[language])) for language in LANGUAGES)
    return Rendered(subject, _text(kk, ru), _html(subject, kk, ru))


def _block(kind: LetterKind, part: str, language: Language, facts: Facts) -> str:
    template = _letters().get_template(f"{kind.value}.j2")
    context = template.new_context({**facts, "language": language})
    return "".join(template.blocks[f"{part}_{language}"](context))


def _text(kk: tuple[Block, ...], ru: tuple[Block, ...]) -> str:
    return _frames().get_template("frame.txt.j2").render(kk=Marked(as_text(kk)), ru=Marked(as_text(ru)))


def _html(subject: str, kk: tuple[Block, ...], ru: tuple[Block, ...]) -> str:
    return _frames().get_template("frame.html.j2").render(subject=subject, kk=kk, ru=ru)


@cache
def _letters() -> Environment:
    """The bodies: marks instead of HTML, so nothing is escaped here; the HTML frame escapes every span."""
    environment = Environment(
        loader=PackageLoader("templates", "letters"),
        undefined=StrictUndefined,
        autoescape=False,
        finalize=finalize,
        extensions=[LetterMarks],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        day=_day,
        short_day=words.day_in_digits,
        counted=_counted,
        link=lambda value: marked(value, "link"),
        code=lambda value: marked(value, "code"),
    )
    return environment


@cache
def _frames() -> Environment:
    environment = Environment(
        loader=PackageLoader("templates", "letters"),
        undefined=StrictUndefined,
        autoescape=lambda name: name is not None and name.endswith(".html.j2"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["unbroken"] = _unbroken
    return environment


def _unbroken(text: str) -> Markup:
    """Return HTML in which days, and numbers with their endings and signs, stay in one line; no dash begins one."""
    parts, end = [], 0
    text = text.replace(" –", "\u00a0–")
    for found in HELD_TOGETHER.finditer(text):
        held = Markup('<span style="white-space:nowrap">{}</span>').format(found[0])
        parts += [escape(text[end : found.start()]), held]
        end = found.end()
    return Markup().join([*parts, escape(text[end:])])


@pass_context
def _day(context: Context, day: date) -> str:
    return words.day_in_words(day, context["language"])


@pass_context
def _counted(context: Context, number: int, noun: str) -> str:
    return words.counted(number, noun, context["language"])
