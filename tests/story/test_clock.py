"""A clock that runs ahead, or a calendar that is corrected, refuses nobody before the term is over (§11).

The kind: a moment of our own was taken for the truth about the applicant's term, though others may know better.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from inbox_daemon.order.asks import Ask
from registry_store.records import ClerkSentRework, LetterKind, State
from tests.simulation.people import person
from tests.simulation.posts import written
from tests.story.told import AUTOMATIC, Ministry, filing, ministry

SAULE, OTHER = person(1), person(2)
LETTER_ON, LAST_DAY, OVER = "2026-10-05 10:00", "2026-10-08", "2026-10-09 09:00"
NEWS = written("news@else.example", "Новости недели", "Читайте в выпуске.", message_id="<news-1@else.example>")


def asked(story: Ministry) -> str:
    number = story.receives(SAULE, *filing(SAULE, without="residence"))
    assert number is not None
    story.clerk(ClerkSentRework(story.world.now, "clerk", "at once"), number)
    assert story.case(number).state is State.AWAITING_REWORK
    return number


def test_a_clock_four_weeks_ahead_refuses_nobody_and_calls_a_person(tmp_path: Path) -> None:
    with ministry(tmp_path, LETTER_ON) as story:
        number = asked(story)
        story.until("2026-10-06 10:00")
        right = story.world.now

        story.leap("2026-11-03 10:00")
        story.until("2026-11-04 12:00")
        assert story.case(number).state is State.AWAITING_REWORK
        assert [task.code for task in story.tasks() if task.case is None] == [Ask.CLOCK_LEAP]

        story.world.now = right  # the administrator sets it right, and the task is no more
        story.until("2026-10-06 12:00")
        assert story.tasks() == ()
        story.receives(SAULE, *filing(SAULE))
        assert story.case(number).state is State.INCLUDED


def test_a_clerk_cannot_refuse_either_while_the_clock_is_in_doubt(tmp_path: Path) -> None:
    with ministry(tmp_path, LETTER_ON) as story:
        number = asked(story)
        story.until("2026-10-06 10:00")
        story.leap("2026-11-03 10:00")
        assert story.world.clerk(story.refusal(number), number) is None


@pytest.mark.parametrize("how", ["a mail comes", "a person has looked"])
def test_a_daemon_that_slept_refuses_when_the_clock_is_known_to_be_right(tmp_path: Path, how: str) -> None:
    with ministry(tmp_path, LETTER_ON) as story:
        number = asked(story)
        story.until("2026-10-06 10:00")
        story.leap("2026-10-20 10:00")
        assert story.case(number).state is State.AWAITING_REWORK
        if how == "a mail comes":
            story.leap("2026-10-20 10:05", NEWS)
        else:
            (task,) = story.tasks()
            with story.world.store.writing() as writing:
                writing.task_done(task.id, story.world.now)
            story.leap("2026-10-20 10:05")
        assert story.case(number).state is State.REFUSED
        assert story.tasks() == ()


def test_a_mail_that_came_before_the_leap_proves_nothing(tmp_path: Path) -> None:
    with ministry(tmp_path, LETTER_ON) as story:
        number = asked(story)
        story.until("2026-10-06 10:00")
        story.world.mailbox.append(NEWS, story.world.now)
        story.leap("2026-11-03 10:00")
        assert story.case(number).state is State.AWAITING_REWORK


@pytest.mark.parametrize(("off", "wrong"), [(LAST_DAY, True), ("2026-10-12", False)])
def test_a_day_declared_off_later_proposes_to_revoke_a_refusal_that_it_made_too_early(
    tmp_path: Path, off: str, wrong: bool
) -> None:
    with ministry(tmp_path, LETTER_ON) as story:
        number = asked(story)
        story.until(OVER)
        story.until("2026-10-09 10:00")
        assert story.case(number).state is State.REFUSED
        assert LetterKind.REFUSAL in story.letters(number)

        own = tmp_path / "own.toml"
        own.write_text(
            f'[[days]]\nday = {off}\nis = "off"\nkk = "Демалыс"\nru = "Выходной"\nsource = "Decree"\n', "utf-8"
        )
        story.world.reconfigure(f'{AUTOMATIC}[calendar]\nfile = "{own}"\n')
        story.world.round()

        assert (story.case(number).state is State.WITH_CLERK) is wrong
        assert (Ask.REVOKE_REFUSAL in story.case(number).asks) is wrong
