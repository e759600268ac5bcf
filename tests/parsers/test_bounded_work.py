"""What a damaged letter of many megabytes may cost: work is counted, not timed, so that a busy machine says nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from parsers import align, category, layout
from parsers.catalogue import catalogue
from parsers.form import forms_in
from parsers.readers import html, text
from parsers.readers.errors import TooLarge
from parsers.readers.scans import letters
from parsers.readers.scans.letters import Blob
from parsers.readings import Mark, Paragraph, Run
from parsers.values import people

FORM = "Анкета волонтера\nФ.И.О.: Ким Ольга\nГод рождения: 1990\nИИН: 740530100012\n"


def counted(monkeypatch: pytest.MonkeyPatch, room: object, name: str) -> list[int]:
    """Let a function count how often it is asked."""
    real: Callable[..., Any] = getattr(room, name)
    times = [0]

    def asked(*given: Any, **named: Any) -> Any:
        times[0] += 1
        return real(*given, **named)

    monkeypatch.setattr(room, name, asked)
    return times


def test_category_words_are_compared_only_where_one_may_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    field = catalogue().field("application", "register_category")
    times = counted(monkeypatch, category, "_alike")
    assert [one.number for one in category.named_in(field, "слово " * 5000 + "волонтер")] == [1]
    assert times[0] < 100


def test_whether_a_question_is_answered_is_not_asked_of_every_line(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(f"<tr><td>строка {n}</td></tr>" for n in range(1000))
    table = "".join(f"<tr><td>{line}</td></tr>" for line in FORM.splitlines())
    document = html.document_of(f"<table>{table}{rows}</table>", "body")
    times = counted(monkeypatch, layout, "is_blank")
    assert [form.form for form in forms_in(document, signed=False)] == ["volunteer"]
    assert times[0] < 20_000


def test_a_label_that_stands_thousands_of_times_is_looked_at_a_hundred_times(monkeypatch: pytest.MonkeyPatch) -> None:
    times = counted(monkeypatch, align, "_best_before")
    forms = forms_in(text.document_of(FORM + "Место жительства\n" * 3000, "body"), signed=False)
    assert [form.form for form in forms] == ["volunteer"]
    assert times[0] < 20 * align.REPEATED_AT_MOST


def test_what_is_too_long_for_a_name_is_not_tried_as_one() -> None:
    letters = "а" * 50_000  # its pieces could be parted in a thousand million ways
    assert people.people_in([f"{letters}; {letters}"]) == [f"{letters}; {letters}"]


def test_a_line_of_many_stretches_is_put_together_once() -> None:
    stretches = "".join(f"<!--{n}--><span>а</span>б" for n in range(20_000))
    assert html.document_of(f"<p>{stretches}<b>в</b></p>", "body").blocks[0] == Paragraph(
        (Run("аб" * 20_000), Run("в", frozenset({Mark.BOLD})))
    )


def test_a_page_with_more_lines_than_any_form_is_too_large_and_not_read_for_ten_seconds() -> None:
    with pytest.raises(TooLarge):
        html.document_of("<p>x</p>" * (html.LINES_AT_MOST + 1), "body")


def test_dust_on_paper_is_compared_with_the_lines_near_it_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    times = counted(monkeypatch, letters, "nsmallest")
    writing = [
        Blob(n, 20 * (n % 50), 60 * (n // 50), 20 * (n % 50) + 16, 60 * (n // 50) + 30, 200) for n in range(2500)
    ]
    dust = [Blob(n, 9 * (n % 100), 15 * (n // 100), 9 * (n % 100) + 6, 15 * (n // 100) + 6, 20) for n in range(20_000)]
    lines = letters.strips_of(writing + dust)
    assert sum(len(strip.blobs) for line in lines for strip in line) == 22_500
    assert times[0] < 4 * len(dust)
