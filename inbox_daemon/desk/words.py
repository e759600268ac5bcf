"""The desk's words: gettext catalogues in templates/desk/locale, and the templates that print them."""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from inbox_daemon.desk.choosing import part_shown
from inbox_daemon.desk.labels import refused_about, title_of
from inbox_daemon.desk.told import audit_about, mail_of, outcome_about, task_about
from inbox_daemon.letters.words import day_in_words
from inbox_daemon.order.workdays import almaty
from parsers.readings import Language

LANGUAGES: tuple[Language, Language] = ("kk", "ru")
PRIVATE_USE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
UNKNOWN_SIGN = "▯"


@cache
def catalog(language: Language) -> Catalog:
    """Return the catalogue of a language as it stands in its .po file."""
    raw = (files("templates") / "desk" / "locale" / f"{language}.po").read_bytes()
    return read_po(io.BytesIO(raw), locale=language)


@cache
def translations(language: Language) -> gettext.GNUTranslations:
    """Return the catalogue, compiled in memory: a .po file is all that is kept."""
    compiled = io.BytesIO()
    write_mo(compiled, catalog(language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def said(language: Language, kind: str, code: object) -> str:
    """Return the sentence of a code, such as said("ru", "ask", Ask.UNSURE); the code itself where it has none."""
    text = str(code.value if isinstance(code, Enum) else code)
    key = f"{kind}:{text}"
    words = translations(language).gettext(key)
    return text if words == key else words


def doubt_said(language: Language, reason: str) -> str:
    """Return a reader's reason for a doubt, which is a few English words, as a sentence; a general one for a reason
    that the catalogue does not know."""
    code = "_".join(re.sub(r"\d+", "", reason).lower().split())
    words = said(language, "reading", code)
    return said(language, "reading", "other") if words == code else words


@cache
def pages(language: Language) -> Environment:
    """Return the environment of all pages in one language. A name that is not there is an error, never a gap."""
    environment = Environment(
        loader=PackageLoader("templates", "desk"),
        undefined=StrictUndefined,
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=printable,
    )
    # The extension adds these two; jinja2's types do not know of them.
    environment.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]

    def in_words(kind: str, code: object) -> str:
        return said(language, kind, code)

    environment.globals.update(
        language=language,
        languages=LANGUAGES,
        said=in_words,
        title=lambda form: title_of(form, language),
    )
    environment.filters.update(
        day=lambda value: "" if value is None else day_in_words(value, language),
        moment=lambda value: "" if value is None else moment_in_words(value),
        doubt=lambda reason: doubt_said(language, reason),
        part=lambda value: part_shown(value, language),
        task_about=lambda task: task_about(task, language, in_words),
        outcome_about=lambda why: outcome_about(why, in_words),
        audit_about=lambda line: audit_about(line, in_words),
        task_mail=mail_of,
        refused_about=lambda refused: refused_about(refused, language),
        said_pair=lambda code, kind, counts=None: _pair(language, kind, code, counts),
        short=lambda value: "" if value is None else short_day(value),
    )
    return environment


def printable(value: object) -> object:
    """Return a value without private-use characters: a font's own pictures, which a page can only show as a gap."""
    if isinstance(value, str) and PRIVATE_USE.search(value):
        shown = PRIVATE_USE.sub(UNKNOWN_SIGN, value)
        return Markup(shown) if isinstance(value, Markup) else shown
    return value


def _pair(language: Language, kind: str, code: object, counts: Mapping[str, int] | None) -> tuple[str, str]:
    """A choice of a list: the code, and its sentence with how many there are."""
    value = str(code.value if isinstance(code, Enum) else code)
    number = "" if not counts or value not in counts else f" ({counts[value]})"
    return value, f"{said(language, kind, code)}{number}"


def moment_in_words(moment: datetime) -> str:
    """Return a moment on the clock of Asia/Almaty, as both languages write it."""
    return f"{almaty(moment):%d.%m.%Y %H:%M}"


def short_day(day: date) -> str:
    """Return a day in digits, as both languages write it."""
    return f"{day:%d.%m.%Y}"


def render(language: Language, template: str, facts: Mapping[str, Any]) -> str:
    """Return a page. Raises jinja2.UndefinedError when the template names what is not in `facts`."""
    return pages(language).get_template(template).render(facts)
