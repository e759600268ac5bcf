"""Shadow, training, the day of going live, a moved day off, and the switch: through the real daemon."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from inbox_daemon.calendar import load_calendar
from inbox_daemon.errors import SettingsError
from inbox_daemon.letters import by_hand
from inbox_daemon.order.asks import Ask
from registry_store.records import (
    ClerkIncluded,
    ClerkSentRework,
    LetterKind,
    LetterState,
    OutcomeKind,
    State,
)
from tests.order.build import at
from tests.simulation.people import person
from tests.simulation.servers import SimulatedMailbox
from tests.simulation.world import World, settings_of
from tests.story.told import AUTOMATIC, Ministry, filing, ministry, words_of

SAULE, ARMAN = person(1), person(2)
SHADOW = '[order]\nmode = "shadow"\n'
TRAINING = '[order]\nmode = "training"\ntraining_letters = 2\n'

# ---------------------------------------------------------------- shadow


def test_a_shadow_reads_and_says_what_it_would_do_and_does_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(SimulatedMailbox, "move", never)
    with ministry(tmp_path, "2026-10-20 11:00", SHADOW) as story:
        complete = story.receives(SAULE, *filing(SAULE))
        with_gap = story.receives(ARMAN, *filing(ARMAN, without="residence"))
        assert complete is not None
        assert with_gap is not None

        done = story.world.round()

        # Both receipts and the inclusion would leave; both mails would be moved.
        assert (done.would_send, done.would_move) == (3, 2)
        assert set(done.would) == {
            f"send the receipt letter of {complete}",
            f"send the inclusion letter of {complete}",
            f"send the receipt letter of {with_gap}",
            f"move mail 1 of 'INBOX' to processed: {complete}",
            f"move mail 2 of 'INBOX' to processed: {with_gap}",
        }
        assert (done.sent, done.moved, done.published) == (0, 0, False)
        assert story.world.mailbox.lying_in("INBOX") == 2
        story.until("2026-11-16 10:00")
        assert story.world.postman.handed == []
        # It knows what the ministry would have decided; no term runs for what was never sent.
        assert story.case(complete).state is State.INCLUDED
        assert LetterKind.REFUSAL not in {one.kind for one in story.world.store.letters(with_gap)}
        assert story.case(with_gap).state is State.WITH_CLERK


@pytest.mark.parametrize(("first", "then"), [(SHADOW, AUTOMATIC), (AUTOMATIC, SHADOW)])
def test_a_shadows_store_is_never_taken_for_the_real_one(tmp_path: Path, first: str, then: str) -> None:
    with ministry(tmp_path, "2026-10-20 11:00", first) as story:
        with pytest.raises(SettingsError, match="store of its own"):
            story.world.reconfigure(then)
        story.world.reconfigure(first)


# ---------------------------------------------------------------- training


def test_in_training_a_case_whose_inclusion_waits_is_not_included_and_not_published(tmp_path: Path) -> None:
    with ministry(tmp_path, "2026-10-20 11:00", TRAINING) as story:
        number = story.receives(SAULE, *filing(SAULE))
        assert number is not None

        assert story.letters(number) == (LetterKind.RECEIPT,)
        assert story.case(number).state is State.COMPLETE
        assert story.case(number).asks == (Ask.CONFIRM_INCLUSION,)
        assert story.published("kk") == []
        # The yes decides: the entry, and a letter that is composed then, with the facts of then.
        story.until("2026-10-21 10:00")
        story.clerk(ClerkIncluded(story.world.now, "clerk"), number)
        assert story.case(number).state is State.INCLUDED
        assert story.left_at(LetterKind.INCLUSION, number) == "2026-10-21 10:00"
        assert len(story.published("kk")) == 1


def test_in_training_a_rework_letter_waits_for_its_yes_and_is_overdue_without_it(tmp_path: Path) -> None:
    with ministry(tmp_path, "2026-10-20 11:00", TRAINING) as story:
        approved = story.receives(SAULE, *filing(SAULE, without="residence"))
        forgotten = story.receives(ARMAN, *filing(ARMAN, without="residence"))
        assert approved is not None
        assert forgotten is not None
        story.until("2026-10-28 10:00")
        for number in (approved, forgotten):
            assert Ask.CONFIRM_REWORK in story.case(number).asks
            assert story.letters(number) == (LetterKind.RECEIPT,)

        # The yes comes a day later than the letter was planned for: it prints the last day that is true now.
        story.clerk(ClerkSentRework(story.world.now, "clerk"), approved)
        assert story.left_at(LetterKind.REWORK, approved) == "2026-10-28 10:00"
        assert "2 ноября 2026 года, понедельник" in words_of(story.letter(LetterKind.REWORK, approved))
        # Without a yes by review due the case is overdue, and nothing goes by itself any more.
        story.until("2026-10-29 10:00")
        assert story.case(forgotten).overdue
        assert Ask.OVERDUE in story.case(forgotten).asks
        story.until("2026-11-16 10:00")
        assert story.letters(forgotten) == (LetterKind.RECEIPT,)


def test_training_ends_for_each_kind_by_itself(tmp_path: Path) -> None:
    with ministry(tmp_path, "2026-10-20 11:00", TRAINING) as story:
        for n in range(1, 6):
            who = person(n)
            number = story.receives(who, *filing(who))
            assert number is not None
            waits = n <= 2
            assert (story.case(number).state is State.COMPLETE) is waits
            if waits:
                story.clerk(ClerkIncluded(story.world.now, "clerk"), number)
            assert LetterKind.INCLUSION in story.letters(number)

        # That inclusions go by themselves says nothing of rework letters.
        number = story.receives(person(9), *filing(person(9), without="residence"))
        assert number is not None
        story.until("2026-10-28 10:00")
        assert LetterKind.REWORK not in story.letters(number)


# ---------------------------------------------------------------- the day of going live


def test_mails_of_before_the_day_of_going_live_are_kept_and_start_nothing_until_the_clerk_says_so(
    tmp_path: Path,
) -> None:
    live = AUTOMATIC + "start_from = 2026-10-20\n"
    with ministry(tmp_path, "2026-10-19 23:59", live) as story:
        old = story.receives(SAULE, *filing(SAULE, without="residence"))
        story.until("2026-10-20 00:00")
        new = story.receives(ARMAN, *filing(ARMAN))
        story.until("2026-10-30 10:00")

        assert old is None
        assert new is not None
        assert {x.case for x in story.world.store.letters_in(tuple(LetterState))} == {new}
        (kept,) = story.world.store.arrivals(OutcomeKind.TRAY)
        assert kept.outcome is not None
        assert "going live" in kept.outcome.why

        # The clerk lets it count, from today.
        taken = story.world.daemon.intake.take_up(kept.id, story.world.now, as_of=story.world.now)
        story.world.round()
        assert story.letters(taken.cases[0]) == (LetterKind.RECEIPT,)
        assert story.world.store.due_of(taken.cases[0]) == date(2026, 11, 6)


# ---------------------------------------------------------------- the calendar


def test_a_day_off_that_is_decreed_while_cases_are_open_moves_their_days_with_a_note(tmp_path: Path) -> None:
    own = tmp_path / "calendar.toml"
    own.write_text("", "utf-8")
    with ministry(tmp_path, "2026-10-20 11:00", f'{AUTOMATIC}[calendar]\nfile = "{own}"\n') as story:
        review = story.receives(SAULE, *filing(SAULE, without="residence"))
        assert review is not None
        assert story.world.store.due_of(review) == date(2026, 10, 28)
        before = load_calendar(own).version

        own.write_text(
            '[[days]]\nday = 2026-10-23\nis = "off"\nkk = "Демалыс"\nru = "Выходной"\nsource = "Decree"\n', "utf-8"
        )
        story.world.restart()
        story.until("2026-10-21 10:00")

        assert load_calendar(own).version != before
        assert story.world.store.due_of(review) == date(2026, 10, 29)
        (note,) = [task for task in story.tasks(review) if task.code == Ask.CALENDAR_CHANGED]
        assert note.detail == "2026-10-28 -> 2026-10-29"
        # The receipt named the old day and has left; what leaves from now on names the new ones.
        story.until("2026-10-28 12:00")
        assert story.left_at(LetterKind.REWORK, review) == "2026-10-28 09:00"
        # A second look at the same calendar tells nothing again.
        assert len([task for task in story.tasks() if task.code == Ask.CALENDAR_CHANGED]) == 1


def test_from_1_december_the_clerk_is_told_once_that_next_year_is_not_confirmed(tmp_path: Path) -> None:
    def alarms(story: Ministry) -> list[str]:
        return [task.detail for task in story.tasks() if task.code == Ask.CALENDAR_MISSING]

    unconfirmed = min(load_calendar().unconfirmed)
    eve = f"{unconfirmed - 1}-11-30 23:59"
    with ministry(tmp_path, eve, AUTOMATIC) as story:
        story.world.round()
        assert alarms(story) == []
        story.until(f"{unconfirmed - 1}-12-01 00:01")
        assert alarms(story) == [str(unconfirmed)]
        story.until(f"{unconfirmed - 1}-12-05 10:00")
        assert alarms(story) == [str(unconfirmed)]


# ---------------------------------------------------------------- silence of the ministry (APC art. 91)


def test_the_clerk_is_warned_thrice_before_silence_counts_as_a_refusal_and_then_it_is_overdue(tmp_path: Path) -> None:
    with ministry(tmp_path, "2026-10-20 11:00", AUTOMATIC) as story:
        number = story.receives(SAULE, filing(SAULE)[0], unreadable=("скан.pdf",))
        assert number is not None
        warned = {}
        for day in (22, 23, 24, 26, 27, 28):
            story.until(f"2026-10-{day} 12:00")
            warned[day] = [t.detail for t in story.tasks(number) if t.code == Ask.DEEMED_REFUSAL]

        # Review is due on Wed 28.10; two working days before is Fri 23.10, since Mon 26.10 is a day off.
        assert warned == {22: [], 23: ["2"], 24: ["2"], 26: ["2"], 27: ["2", "1"], 28: ["2", "1", "0"]}
        assert not story.case(number).overdue
        story.until("2026-10-29 00:01")
        assert story.case(number).overdue


@pytest.mark.parametrize("way", ["included late", "rework letter sent late"])
def test_what_is_overdue_is_decided_by_the_clerk_late(tmp_path: Path, way: str) -> None:
    with ministry(tmp_path, "2026-10-20 11:00", '[order]\nmode = "training"\n') as story:
        without = "" if way == "included late" else "residence"
        number = story.receives(SAULE, *filing(SAULE, without=without))
        assert number is not None
        story.until("2026-10-30 12:00")
        assert story.case(number).state is State.WITH_CLERK
        assert story.case(number).overdue

        if way == "included late":
            story.clerk(ClerkIncluded(story.world.now, "clerk"), number)
            assert story.case(number).state is State.INCLUDED
            assert LetterKind.INCLUSION in story.letters(number)
        else:
            story.clerk(ClerkSentRework(story.world.now, "clerk"), number)
            rework = story.case(number).rework
            assert rework is not None
            assert rework.late
            # The three days run as usual: Mon 2, Tue 3, Wed 4 November.
            assert story.world.store.due_of(number) == date(2026, 11, 4)


# ---------------------------------------------------------------- the switch


def test_one_switch_stops_all_letters_and_what_is_too_late_then_is_the_clerks(tmp_path: Path) -> None:
    with ministry(tmp_path, "2026-10-20 11:00", AUTOMATIC) as story:
        by_hand.stop_all(story.world.store, by="admin", why="the relay is being moved", now=story.world.now)
        complete = story.receives(SAULE, *filing(SAULE))
        with_gap = story.receives(ARMAN, *filing(ARMAN, without="residence"))
        assert complete is not None
        assert with_gap is not None
        story.until("2026-10-29 10:00")
        assert story.world.postman.handed == []
        assert "the relay is being moved" in by_hand.why_stopped(story.world.store)

        by_hand.let_all_go(story.world.store, by="admin")
        story.until("2026-10-29 10:05")
        # Decisions and receipts leave late; a rework letter never leaves by itself after review was due (28.10).
        assert set(story.letters(complete)) == {LetterKind.RECEIPT, LetterKind.INCLUSION}
        assert LetterKind.REWORK not in story.letters(with_gap)
        assert story.case(with_gap).overdue


def test_the_switch_of_the_configuration_stops_letters_from_the_start(tmp_path: Path) -> None:
    with ministry(tmp_path, "2026-10-20 11:00", AUTOMATIC + "[letters]\nstop = true\n") as story:
        story.receives(SAULE, *filing(SAULE))

        assert story.world.postman.handed == []
        assert story.world.round().would_send == 2


def test_training_is_the_mode_of_who_chose_none(tmp_path: Path) -> None:
    assert settings_of(tmp_path).order.mode == "training"
    assert settings_of(tmp_path).order.training_letters == 20
    assert World(tmp_path, at("2026-10-20 11:00")).casework.training == 20
