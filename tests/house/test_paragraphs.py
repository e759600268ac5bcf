"""A lawyer finds each paragraph in one file of ours, and from there everything that carries it out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from inbox_daemon.commands import main
from inbox_daemon.order import paragraphs
from inbox_daemon.order.drawing import paragraph
from tests.order import test_the_order

ROOT = Path(__file__).parents[2]
NUMBERS = range(3, 14)


@pytest.mark.parametrize("number", NUMBERS)
def test_each_paragraph_is_there_with_its_sentence_and_every_place_it_names(number: int) -> None:
    block = paragraph(number)

    quoted = re.match(rf"§{number} «([^»]+)»: ", block)
    assert quoted is not None
    named = re.findall(r"\b(?:inbox_daemon|registry_store|parsers|templates)/[\w/.-]*\w", block)
    assert named
    assert [place for place in named if not (ROOT / place).exists()] == []
    for function in re.findall(r"`(\w+)`", block):
        assert hasattr(paragraphs, function)


@pytest.mark.parametrize("number", NUMBERS)
def test_each_paragraph_has_a_test_of_its_name(number: int) -> None:
    named = [name for name in vars(test_the_order) if name.startswith(f"test_paragraph_{number}_")]

    assert len(named) == 1


@pytest.mark.parametrize("number", NUMBERS)
def test_the_table_is_printed_for_one_paragraph(number: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["table", "--paragraph", str(number)]) == 0

    printed = capsys.readouterr().out
    assert printed.startswith(f"§{number} «")
    assert {ground for ground in re.findall(r"\[(.+)\]$", printed, re.MULTILINE)} <= {f"§{number}"}


def test_the_table_of_paragraph_11_has_the_refusal(capsys: pytest.CaptureFixture[str]) -> None:
    main(["table", "--paragraph", "11"])

    assert re.search(r"awaiting_rework +x TermPassed +-> refused", capsys.readouterr().out)
