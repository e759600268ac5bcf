"""A letter that leaves on another day than it was composed for says what is true on that day.

The kind: bytes that were finished on one day and left on another, so that the last day in them was too near, or over.
Whatever kept them: a server that puts letters off, the minutes in which an act can be undone, the switch that stops
letters, a daemon that was down, a pace that made them wait.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from inbox_daemon.letters import by_hand
from inbox_daemon.letters.words import day_in_words
from inbox_daemon.order.asks import Ask
from inbox_daemon.order.case import decide
from inbox_daemon.order.leaving import says_another_day
from inbox_daemon.order.paragraphs import p10_last_day_if_sent, p10_rework_due
from inbox_daemon.order.workdays import almaty_day
from registry_store.records import (
    ClerkSentRework,
    Letter,
    LetterKind,
    LetterLeavesLate,
    LetterState,
    Said,
    State,
    Step,
    Text,
)
from tests.order import lives
from tests.order.build import at, day, days
from tests.simulation.people import form, person
from tests.simulation.posts import Enclosed, written
from tests.simulation.servers import Fate
from tests.simulation.world import World

FRIDAY = at("2026-10-23 10:00")
MONDAY = at("2026-11-02 10:00")
WHO = person(1)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, FRIDAY, '[order]\nmode = "automatic"\n')
    yield world
    world.close()


def arrives(world: World, *without: str, n: int = 1, answers: str = "") -> None:
    forms = Enclosed((form(WHO, "application"), form(WHO, "volunteer", without=without)))
    subject = f"Re: [{answers}]" if answers else "Арыз"
    raw = written(WHO.address, subject, "Прошу включить меня в реестр.", message_id=f"<m{n}@post.example>")
    world.mailbox.append(world.reader.put(raw, forms), world.now)
    world.round()


def goes_on(world: World, moment: datetime) -> None:
    world.now = moment
    world.round()


def only(world: World, kind: LetterKind, state: LetterState = LetterState.ACCEPTED) -> Letter:
    (found,) = [one for one in world.store.letters_in((state,)) if one.kind is kind]
    return found


def text_of(letter: Letter) -> str:
    body = message_from_bytes(letter.raw, policy=policy.default).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def check_rework(world: World, left: date) -> Letter:
    """The one rework letter that left: it tells a day that is three working days away, and that day counts."""
    letter = only(world, LetterKind.REWORK)
    last = p10_last_day_if_sent(left, days()).last
    assert letter.accepted_at is not None
    assert almaty_day(letter.accepted_at) == left
    assert day_in_words(last, "kk") in text_of(letter)
    assert day_in_words(last, "ru") in text_of(letter)
    (case,) = world.store.cases()
    assert case.rework is not None
    assert case.rework.last_day_printed == last
    assert case.rework.message_id == letter.message_id
    term = p10_rework_due(case.rework, days())
    assert term is not None
    assert term.last == last
    assert case.state is State.AWAITING_REWORK
    dated = message_from_bytes(letter.raw)["Date"]
    assert almaty_day(parsedate_to_datetime(str(dated))) == left
    assert letter.message_id == f"<{case.number.lower()}.{letter.version}.1@{letter.message_id.split('@')[1]}"
    withdrawn = [x for x in world.store.letters(case.number) if x.state is LetterState.WITHDRAWN]
    assert all(x.message_id != letter.message_id for x in withdrawn)
    return letter


def sent_by_a_clerk(world: World, moment: datetime, hold: timedelta = timedelta()) -> None:
    world.now = moment
    (case,) = world.store.cases()
    said = Said(Text("Өтініш", "Просьба"))
    world.casework.carry(ClerkSentRework(moment, "clerk", said=said), case.number, now=moment, hold=hold)


def test_a_rework_letter_put_off_by_the_server_for_days(world: World) -> None:
    arrives(world, "iin")
    sent_by_a_clerk(world, at("2026-10-27 10:00"))
    world.fates = lambda address: Fate.LATER
    for hour in range(0, 72, 12):
        goes_on(world, at("2026-10-27 10:01") + timedelta(hours=hour))
    world.fates = lambda address: Fate.TAKEN
    goes_on(world, at("2026-10-30 12:00"))
    letter = check_rework(world, date(2026, 10, 30))
    assert "Просьба" in text_of(letter)  # the clerk's own words go with it


def test_a_rework_letter_whose_undo_minutes_led_over_midnight(world: World) -> None:
    arrives(world, "iin")
    sent_by_a_clerk(world, at("2026-10-28 23:55"), hold=timedelta(minutes=10))
    goes_on(world, at("2026-10-29 00:06"))
    check_rework(world, date(2026, 10, 29))


def test_letters_stopped_over_a_weekend(world: World) -> None:
    arrives(world, "iin")
    by_hand.stop_all(world.store, by="chief", why="a test", now=world.now)
    sent_by_a_clerk(world, at("2026-10-30 12:00"))
    goes_on(world, at("2026-10-30 12:01"))
    by_hand.let_all_go(world.store, by="chief")
    goes_on(world, at("2026-11-02 09:30"))
    check_rework(world, date(2026, 11, 2))


def test_a_daemon_that_was_down_when_its_letter_was_to_leave(world: World) -> None:
    """The letter goes by itself: on the lead day in the morning, sent on the next one."""
    arrives(world, "iin")
    world.fates = lambda address: Fate.LATER
    goes_on(world, at("2026-10-30 09:00"))
    world.fates = lambda address: Fate.TAKEN
    goes_on(world, MONDAY)
    check_rework(world, date(2026, 11, 2))


def test_after_review_due_a_letter_of_the_clerk_s_is_recorded_as_late(world: World) -> None:
    arrives(world, "iin")
    world.fates = lambda address: Fate.LATER
    sent_by_a_clerk(world, at("2026-10-29 10:00"))
    goes_on(world, at("2026-10-29 10:01"))
    world.fates = lambda address: Fate.TAKEN
    world.now = at("2026-11-04 10:00")
    world.daemon.outbox.send_due(lambda: world.now)
    check_rework(world, date(2026, 11, 4))
    (case,) = world.store.cases()
    assert case.rework is not None
    assert case.rework.late


def test_a_letter_sent_once_more_tells_no_day_that_is_too_near(world: World) -> None:
    """The line was cut; days later the clerk sends it again."""
    arrives(world, "iin")
    world.fates = lambda address: Fate.CUT_TAKEN
    sent_by_a_clerk(world, at("2026-10-27 10:00"))
    goes_on(world, at("2026-10-27 10:01"))
    world.fates = lambda address: Fate.TAKEN
    uncertain = only(world, LetterKind.REWORK, LetterState.UNCERTAIN)
    by_hand.send_again(world.casework, uncertain.id, by="clerk", why="not in the log", now=at("2026-10-30 10:00"))
    goes_on(world, at("2026-10-30 10:01"))
    check_rework(world, date(2026, 10, 30))


def test_a_decision_that_leaves_on_another_day_bears_that_day(world: World) -> None:
    world.fates = lambda address: Fate.LATER
    arrives(world)
    planned = only(world, LetterKind.INCLUSION, LetterState.WAITING)
    world.fates = lambda address: Fate.TAKEN
    goes_on(world, at("2026-10-27 10:00"))
    left = only(world, LetterKind.INCLUSION)
    assert left.message_id != planned.message_id
    assert world.store.letter(planned.id).state is LetterState.WITHDRAWN
    assert parsedate_to_datetime(str(message_from_bytes(left.raw)["Date"])).date() == date(2026, 10, 27)
    # what happened on its day stays as it was
    assert re.findall(r"Тізілімге қосылған күні: (.+)", text_of(left)) == re.findall(
        r"Тізілімге қосылған күні: (.+)", text_of(planned)
    )


def test_a_receipt_keeps_its_review_day_but_promises_none_that_is_over(world: World) -> None:
    world.fates = lambda address: Fate.LATER
    arrives(world, "iin")
    receipt = only(world, LetterKind.RECEIPT, LetterState.WAITING)
    goes_on(world, at("2026-10-28 10:00"))
    assert world.store.letter(receipt.id).state is LetterState.WAITING
    world.fates = lambda address: Fate.TAKEN
    goes_on(world, at("2026-11-09 10:00"))
    left = only(world, LetterKind.RECEIPT)
    assert "Последний день" not in text_of(left)
    assert left.message_id != receipt.message_id


def test_what_is_still_missing_is_not_told_when_the_term_is_over(world: World) -> None:
    arrives(world, "iin", "residence")
    sent_by_a_clerk(world, at("2026-10-27 10:00"))
    goes_on(world, at("2026-10-27 10:01"))
    (case,) = world.store.cases()
    world.now = at("2026-10-28 10:00")
    world.fates = lambda address: Fate.LATER
    arrives(world, "iin", n=2, answers=case.number)
    world.fates = lambda address: Fate.TAKEN
    planned = only(world, LetterKind.STILL_INCOMPLETE, LetterState.WAITING)
    goes_on(world, at("2026-10-30 10:00"))
    left = only(world, LetterKind.STILL_INCOMPLETE)
    assert left.message_id != planned.message_id
    assert day_in_words(date(2026, 10, 30), "ru") in text_of(left)


def test_a_letter_that_cannot_be_composed_anew_is_a_person_s(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    arrives(world, "iin")
    world.fates = lambda address: Fate.LATER
    sent_by_a_clerk(world, at("2026-10-27 10:00"))
    goes_on(world, at("2026-10-27 10:01"))
    world.fates = lambda address: Fate.TAKEN

    def fails(kind: LetterKind, facts: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("inbox_daemon.letters.compose.render", fails)
    goes_on(world, at("2026-10-30 10:00"))
    (case,) = world.store.cases()
    assert case.state is State.WITH_CLERK
    assert Ask.REWORK_NOT_ACCEPTED in case.asks
    assert world.store.letters_in((LetterState.ACCEPTED,))[0].kind is LetterKind.RECEIPT


def test_a_letter_that_its_case_no_longer_knows_is_taken_back_once(world: World) -> None:
    """A row of the outbox that belongs to no letter of the case: it neither leaves nor is asked about each minute."""
    arrives(world, "iin")
    world.fates = lambda address: Fate.LATER
    sent_by_a_clerk(world, at("2026-10-27 10:00"))
    goes_on(world, at("2026-10-27 10:01"))
    world.fates = lambda address: Fate.TAKEN
    letter = only(world, LetterKind.REWORK, LetterState.WAITING)
    assert letter.case is not None
    case = world.store.case(letter.case)
    assert case.rework is not None
    other = replace(case, version=case.version + 1, rework=replace(case.rework, message_id="<other@ministry.example>"))
    event = LetterLeavesLate(world.now, LetterKind.UNREADABLE, "<none@ministry.example>")
    with world.store.writing() as writing:
        writing.record(case.version, Step(other), event, at=world.now, keys=(), wake_at=None, due=None)
    for minute in range(3):
        goes_on(world, at("2026-10-30 10:00") + timedelta(minutes=minute))
    assert world.store.letter(letter.id).state is LetterState.WITHDRAWN
    events = [type(line.event) for line in world.store.journal(letter.case)]
    assert events.count(LetterLeavesLate) == 2  # the one that the test made, and one more


# ------------------------------------------------------------ the rule alone


@pytest.mark.parametrize(
    ("leaves", "stale"),
    [("2026-10-27", False), ("2026-10-28", False), ("2026-10-29", True), ("2026-11-02", True)],
)
def test_a_rework_letter_is_stale_where_its_day_is_nearer_than_three_working_days(leaves: str, stale: bool) -> None:
    case = lives.rework_sent()
    assert case.rework is not None
    case = replace(case, rework=replace(case.rework, last_day_printed=day("2026-11-02")))
    assert says_another_day(case, LetterKind.REWORK, day("2026-10-27"), day(leaves), days()) is stale


def test_a_letter_that_is_no_longer_the_case_s_own_changes_nothing() -> None:
    late = LetterLeavesLate(at("2026-11-04 10:00"), LetterKind.REWORK, "<another@ministry.example>")
    for case in (lives.rework_sent(), lives.awaiting(), lives.with_clerk(), lives.included()):
        step = decide(case, late, days())
        assert step.effects == ()
        assert replace(step.case, version=case.version) == case
