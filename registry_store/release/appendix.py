"""The form of the register as Appendix 1 prints it, read from templates/public/appendix-1.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Literal

from ..records import Text

Language = Literal["kk", "ru"]
LANGUAGES: tuple[Language, Language] = ("kk", "ru")


@dataclass(frozen=True, slots=True)
class Column:
    """One of the eleven. names: the questionnaires whose name stands here. width: in characters."""

    id: str
    heading: Text
    names: tuple[str, ...]
    width: int


@dataclass(frozen=True, slots=True)
class Appendix:
    """The words of the form; those with "{}" take one value. contacts: also the region, by "region"."""

    title: Text
    columns: tuple[Column, ...]
    contacts: Mapping[str, Text]
    stop: Text
    as_of: Text
    officer: Text
    page_of: Text

    def headings(self, language: Language) -> tuple[str, ...]:
        return tuple(column.heading.in_language(language) for column in self.columns)


def sources() -> Traversable:
    """Return the folder of the register's words and pages."""
    return files("templates") / "public"


@cache
def appendix() -> Appendix:
    """Return Appendix 1."""
    raw: dict[str, Any] = tomllib.loads((sources() / "appendix-1.toml").read_text("utf-8"))
    return Appendix(
        title=Text(**raw["title"]),
        columns=tuple(
            Column(c["id"], Text(c["kk"], c["ru"]), tuple(c.get("names", ())), c["width"]) for c in raw["columns"]
        ),
        contacts={name: Text(**words) for name, words in raw["contacts"].items()},
        stop=Text(**raw["stop"]),
        as_of=Text(**raw["as_of"]),
        officer=Text(**raw["officer"]),
        page_of=Text(**raw["page_of"]),
    )
