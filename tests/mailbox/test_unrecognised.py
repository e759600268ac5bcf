"""A mail in which no form was recognised becomes a case with the clerk, its review clock running, and no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from inbox_daemon.order.asks import Ask
from registry_store.records import LetterKind, OutcomeKind, State
from tests.simulation.posts import written
from tests.story.told import Ministry, ministry

ALIYA = "aliya.primer@else.example"
TOLD = "ФИО: Примерова Алия\nИИН 900827526259\nСколько Вам лет? 36\nКогда свободны? по субботам"


def only_case(story: Ministry) -> str:
    (case,) = story.world.store.cases()
    return case.number


@pytest.mark.parametrize("subject", ["Вопрос", "Как подать заявление?", "Изменение сведений", "Дайджест"])
def test_whoever_tells_who_they_are_gets_a_case_with_the_clerk_and_a_receipt(tmp_path: Path, subject: str) -> None:
    """The kind of fault: questions of a form were taken for the sender's; the sender was told how to apply, and the
    application lay in Processed without a case."""
    with ministry(tmp_path, "2026-10-20 11:00") as story:
        story.receives_raw(written(ALIYA, subject, TOLD, message_id="<told@else.example>"))
        number = only_case(story)
        case = story.case(number)
        assert case.state is State.WITH_CLERK
        assert Ask.UNSURE in case.asks
        assert story.world.store.due_of(number) is not None  # the review clock runs
        story.until("2026-10-23 12:00")
        # Neither an answer to a question, nor word that a file could not be opened, nor a rework letter by itself.
        assert set(story.letters(number)) == {LetterKind.RECEIPT}
        assert story.case(number).state is State.WITH_CLERK


def test_a_question_without_anything_of_its_own_is_answered_as_ever(tmp_path: Path) -> None:
    with ministry(tmp_path, "2026-10-20 11:00") as story:
        asked = written(ALIYA, "Вопрос", "Как подать заявление в реестр волонтеров?", message_id="<q@else.example>")
        story.receives_raw(asked)
        assert list(story.world.store.cases()) == []
        outcomes = [arrival.outcome for arrival in story.world.store.arrivals()]
        assert [one.kind for one in outcomes if one is not None] == [OutcomeKind.ANSWERED]
