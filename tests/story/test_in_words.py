"""An answer to the rework letter that brings no form but the missing value in words (§11)."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry_store.records import ClerkSentRework, LetterKind, State
from tests.simulation.people import person
from tests.story.told import filing, ministry

SAULE = person(1)


@pytest.mark.parametrize(
    "words", ["Менің ЖСН: {iin}", "Прошу включить меня в реестр учета волонтерской деятельности.\nМой ИИН: {iin}"]
)
def test_a_missing_value_in_words_is_taken_whatever_else_the_mail_asks_for(tmp_path: Path, words: str) -> None:
    with ministry(tmp_path, "2026-10-05 10:00") as story:
        number = story.receives(SAULE, *filing(SAULE, without="iin"))
        assert number is not None
        story.clerk(ClerkSentRework(story.world.now, "clerk", "at once"), number)
        story.until("2026-10-06 10:00")

        rework = story.letter(LetterKind.REWORK, number)
        answered = story.receives(SAULE, words=words.format(iin=SAULE.iin), answering=rework)

        assert answered in (number, None)
        assert story.case(number).state is State.INCLUDED
