"""Is anything written here? Underscores, dots, dashes and untouched placeholders are nothing."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from parsers.asking import bracket, is_instruction
from parsers.lines import BOX_EMPTY, BOX_TICKED, PICTURE
from parsers.wording import key, one_line

_NOTHING = re.compile(rf"[\s_.…·:;,\-–—―‒‑−=/|\\*«»\"“”„'`()\[\]<>№{BOX_EMPTY}{BOX_TICKED}{PICTURE}☐□]*")
_GAP = re.compile(r"_{2,}|\.{4,}|…{2,}")
_NO = frozenset({("жок",), ("нет",), ("no",), ("не", "имеется"), ("не", "имею"), ("отсутствует",), ("йок",)})


@cache
def _placeholders() -> frozenset[tuple[str, ...]]:
    text = (files("parsers") / "placeholders.txt").read_text(encoding="utf-8")
    return frozenset(key(line) for line in text.splitlines() if line and not line.startswith("#"))


def is_blank(text: str) -> bool:
    """Say whether nobody has written anything: empty, a ruled line, dots, a lone dash, a placeholder, «(указать)»."""
    return (
        _NOTHING.fullmatch(text) is not None
        or key(text) in _placeholders()
        or (text.lstrip()[:1] in ("(", "[") and _NOTHING.fullmatch(without_instruction(text)) is not None)
    )


def without_instruction(text: str) -> str:
    """Return the text without how to fill the place in, «(нақты түрін көрсетіңіз)», where it begins so."""
    found = bracket(text)
    return text[found[1] :] if found is not None and is_instruction(found[0]) else text


def is_no(text: str) -> bool:
    """Say whether the answer is «жоқ» / «нет» and nothing more."""
    return key(text) in _NO


def without_rule(text: str) -> str:
    """Return the answer without the ruled line it was written on: «___Искаков К.Н.___»."""
    return one_line(_GAP.sub(" ", text)).strip("_").strip()
