"""The register as two web pages that need no sign-in (§9) and name the officer (§6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from .appendix import Appendix, Language
from .rows import Row

PAGES: Mapping[Language, str] = {"kk": "register.kk.html", "ru": "register.ru.html"}
_OTHER: Mapping[Language, Language] = {"kk": "ru", "ru": "kk"}
_CHUNK = 200  # pieces of a page that are written at once


@dataclass(frozen=True, slots=True)
class Download:
    """A file that the pages offer. kind: what it is called there ("XLSX")."""

    name: str
    kind: str
    kilobytes: int


def write_page(
    path: Path,
    rows: Iterable[Row],
    count: int,
    language: Language,
    facts: Mapping[str, Any],
    downloads: Iterable[Download],
    form: Appendix,
) -> None:
    """Write the page of one language, row by row. facts: what else the templates print (office, as_of, as_of_iso)."""
    stream = (
        _pages()
        .get_template(PAGES[language])
        .stream(
            facts,
            language=language,
            other_language=_OTHER[language],
            other_page=PAGES[_OTHER[language]],
            title=form.title.in_language(language),
            headings=form.headings(language),
            rows=(row.cells(language) for row in rows),
            count=count,
            files=tuple(downloads),
        )
    )
    stream.enable_buffering(_CHUNK)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(stream)


def _pages() -> Environment:
    return Environment(
        loader=PackageLoader("templates", "public"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
