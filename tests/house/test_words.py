"""Every word that a person outside reads stands in templates/, and quotations of the Order are the Order's."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tree import ROOT, modules, parsed, text_of

CYRILLIC_WORD = re.compile(r"[Ѐ-ӿ]{2,}")
WORDS_OF_A_SENTENCE = 3
QUOTATION = re.compile(r"§(?P<number>\d+)(?P<between>[^«»§]{0,80})«(?P<words>[^«»]+)»")
ORDER = "docs/order-127.kk.txt"


def docstrings(tree: ast.Module) -> set[int]:
    """The nodes that are docstrings, by identity."""
    homes = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, homes) and node.body and isinstance(node.body[0], ast.Expr)
    }


def sentences(file: Path) -> Iterator[str]:
    tree = parsed(file)
    quoting = docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in quoting:
            # A pattern of alternatives is no sentence: its words stand side by side, not after one another.
            for part in re.split(r"[|()\[\]\n]", node.value):
                if len(CYRILLIC_WORD.findall(part)) >= WORDS_OF_A_SENTENCE:
                    yield f"{file}:{node.lineno}: {part.strip()}"


@pytest.mark.parametrize("file", modules(), ids=str)
def test_no_sentence_for_people_outside_stands_in_python(file: Path) -> None:
    assert list(sentences(file)) == []


def paragraphs_of_the_order() -> dict[int, str]:
    """The Rules' paragraphs by number, white space collapsed. Those of the Order itself come first and have
    the same numbers, so the later one counts."""
    text = (ROOT / ORDER).read_text(encoding="utf-8")
    rules = text[text.index("1-тарау") :]
    found: dict[int, str] = {}
    pieces = re.split(r"(?m)^\s*(\d{1,2})\. ", rules)
    for number, body in zip(pieces[1::2], pieces[2::2], strict=True):
        found.setdefault(int(number), collapsed(body))
    return found


def collapsed(text: str) -> str:
    return " ".join(text.split())


def quotations() -> list[tuple[int, str]]:
    text = collapsed(text_of(Path("inbox_daemon/order/paragraphs.py")))
    return [(int(found["number"]), found["words"]) for found in QUOTATION.finditer(text)]


def test_the_rules_have_their_thirteen_paragraphs() -> None:
    assert sorted(paragraphs_of_the_order()) == list(range(1, 14))


def test_the_paragraphs_are_quoted_at_all() -> None:
    assert {number for number, _ in quotations()} == set(range(3, 14))


@pytest.mark.parametrize(("number", "words"), quotations())
def test_a_quotation_stands_in_its_paragraph_letter_by_letter(number: int, words: str) -> None:
    paragraph = paragraphs_of_the_order()[number]
    for piece in words.split("…"):
        assert collapsed(piece) in paragraph


def test_every_quotation_names_its_paragraph() -> None:
    """So that none slips past the test above."""
    text = collapsed(text_of(Path("inbox_daemon/order/paragraphs.py")))
    assert text.count("«") - text.count("«…»") == len(quotations())  # the module's docstring explains «…»
