"""One person with two open cases: forms sent about one of them are no silence in the other (§11)."""

from __future__ import annotations

from pathlib import Path

import pytest

from inbox_daemon.order.asks import Ask
from parsers.readings import QuestionnaireId
from registry_store.records import ClerkRevoked, ClerkSentRework, LetterKind, State
from tests.simulation.people import person
from tests.story.told import filing, ministry

SAULE = person(1)


@pytest.mark.parametrize(
    ("second", "state"),
    [("volunteer", State.WITH_CLERK), ("organizer", State.REFUSED)],
    ids=["the same kind: a person says which was meant", "another kind: another matter"],
)
def test_who_answers_about_one_case_is_not_refused_in_the_other(
    tmp_path: Path, second: QuestionnaireId, state: State
) -> None:
    with ministry(tmp_path, "2026-10-05 10:00") as story:
        old = story.receives(SAULE, *filing(SAULE, without="residence"))
        assert old is not None
        story.until("2026-10-20 10:00")
        assert story.case(old).state is State.REFUSED
        new = story.receives(SAULE, *filing(SAULE, second, without="residence"))
        assert new not in (None, old)
        assert new is not None
        story.clerk(ClerkRevoked(story.world.now, "court", "a ruling"), old)
        for number in (old, new):
            story.clerk(ClerkSentRework(story.world.now, "clerk", "at once"), number)
        story.until("2026-10-22 10:00")
        story.receives(SAULE, *filing(SAULE), answering=story.letter(LetterKind.REWORK, old))
        assert story.case(old).state is State.INCLUDED

        story.until("2026-11-02 10:00")

        assert story.case(new).state is state
        assert (Ask.MAIL_IN_DOUBT in story.case(new).asks) is (state is State.WITH_CLERK)


def test_who_asks_to_stop_is_not_refused_meanwhile_though_it_was_taken_for_their_entry(tmp_path: Path) -> None:
    with ministry(tmp_path, "2026-10-05 10:00") as story:
        story.receives(SAULE, *filing(SAULE))
        new = story.receives(SAULE, *filing(SAULE, "organizer", without="residence"))
        assert new is not None
        story.clerk(ClerkSentRework(story.world.now, "clerk", "at once"), new)
        story.until("2026-10-06 10:00")
        words = "Волонтерлік қызметімді тоқтатамын. Прошу исключить меня из реестра, прекращаю деятельность."
        rework = story.letter(LetterKind.REWORK, new)
        story.receives(SAULE, subject="Тоқтату / Прекращение", words=words, answering=rework)

        story.until("2026-10-20 10:00")

        assert story.case(new).state is State.WITH_CLERK
