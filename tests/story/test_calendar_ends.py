"""At the end of the calendar (rules, section 2): a mail whose dates lie beyond the table becomes a case with its
receipt; its dates are not known yet, harm nobody, and are counted when the year is added.

The kind: a table that ends in the midst of the work. Whatever asked it for a date failed, and with it the mail, the
page or the clock that had asked.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from inbox_daemon.commands import cases, checking
from inbox_daemon.commands.deadline import dates
from inbox_daemon.errors import NotAllowed, NotForeseen
from inbox_daemon.mailbox.benched import DONE, take_up_again
from inbox_daemon.order.asks import Ask
from inbox_daemon.order.case import decide
from inbox_daemon.order.paragraphs import p10_rework_due
from inbox_daemon.order.practice import Practice
from inbox_daemon.order.terms import due_day, due_event, is_due_unknown, wake_at
from inbox_daemon.wiring import Desk
from registry_store.records import (
    CalendarChanged,
    CaseNumber,
    ClerkSentRework,
    LetterKind,
    LetterState,
    Outcome,
    OutcomeKind,
    Place,
    State,
    TermPassed,
)
from tests.desk.browser import open_office
from tests.letters.test_late_letters import text_of as words_of
from tests.order import lives
from tests.order.build import at, complete, days, filed, look, with_gap
from tests.simulation.people import form, person
from tests.simulation.posts import NOTHING, Enclosed, written
from tests.simulation.servers import Fate
from tests.simulation.world import World

TUESDAY = at("2027-12-28 10:00")
WEDNESDAY = at("2027-12-29 10:00")
NEXT_YEAR = '[years]\n2028 = "confirmed"\n'
AUTOMATIC = '[order]\nmode = "automatic"\n'


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, TUESDAY, AUTOMATIC)
    yield world
    world.close()


def arrives(
    world: World,
    *without: str,
    words: str = "Прошу включить меня.",
    n: int = 1,
    unreadable: tuple[str, ...] = (),
    bare: bool = False,
) -> None:
    who = person(1)
    forms = (form(who, "application"), form(who, "volunteer", without=without))
    enclosed = NOTHING if bare else Enclosed(() if unreadable else forms, unreadable)
    raw = written(who.address, f"Письмо {n}", words, message_id=f"<m{n}@post.example>")
    world.mailbox.append(world.reader.put(raw, enclosed), world.now)
    world.round()


def goes_on(world: World, moment: str, rounds: int = 1) -> None:
    for _ in range(rounds):
        world.now = at(moment)
        world.round()


def only_case(world: World) -> CaseNumber:
    (case,) = world.store.cases()
    return case.number


def add_the_year(world: World) -> None:
    file = world.home / "calendar.toml"
    file.write_text(NEXT_YEAR, encoding="utf-8")
    world.reconfigure(f'{AUTOMATIC}[calendar]\nfile = "{file}"\n')


def text_of(world: World, kind: LetterKind) -> str:
    (letter,) = [x for x in world.store.letters_in((LetterState.ACCEPTED,)) if x.kind is kind]
    return words_of(letter)


def on_the_bench(world: World) -> list[str]:
    outcomes = [arrival.outcome for arrival in world.store.arrivals()]
    return [outcome.why for outcome in outcomes if outcome is not None and outcome.kind is OutcomeKind.BENCH]


@pytest.mark.parametrize("moment", ["2027-12-29 10:00", "2027-12-31 19:00", "2028-01-01 12:00", "2028-03-01 10:00"])
@pytest.mark.parametrize("what", ["complete", "gap", "unreadable", "stop", "question"])
def test_no_mail_ends_on_the_bench_and_each_filing_is_a_case_with_its_receipt(
    world: World, what: str, moment: str
) -> None:
    world.now = at(moment)
    match what:
        case "complete":
            arrives(world)
        case "gap":
            arrives(world, "iin")
        case "unreadable":
            arrives(world, unreadable=("Арыз.docx: damaged",))
        case "stop":
            arrives(world, words="Прошу исключить меня из реестра волонтеров.", bare=True)
        case _:
            arrives(world, words="Здравствуйте! Как подать заявление в реестр?", bare=True)
    world.round()
    assert on_the_bench(world) == []
    assert world.problems == []
    (arrival,) = world.store.arrivals()
    assert arrival.outcome is not None
    if what in ("complete", "gap", "unreadable"):
        receipt = text_of(world, LetterKind.RECEIPT)
        assert "последний день срока в этом письме не указан" in receipt
        assert "Последний день срока рассмотрения" not in receipt
        assert "5 рабочих дней" in receipt
        case = world.store.case(only_case(world))
        assert case.state is {"complete": State.INCLUDED, "gap": State.INCOMPLETE}.get(what, State.WITH_CLERK)


def test_unknown_dates_refuse_nobody_and_are_counted_when_the_year_is_added(world: World) -> None:
    world.now = WEDNESDAY
    arrives(world, "iin")
    number = only_case(world)
    assert world.store.due_of(number) is None
    for moment in ("2027-12-31 10:00", "2028-01-10 10:00", "2028-02-10 10:00"):
        goes_on(world, moment, rounds=2)
    case = world.store.case(number)
    assert case.state is State.INCOMPLETE
    assert not case.overdue
    assert is_due_unknown(case, world.casework.days)
    assert number in [one.number for one in world.store.cases(states=[State.INCOMPLETE])]
    assert world.problems == []

    world.now = at("2028-02-11 10:00")
    add_the_year(world)
    goes_on(world, "2028-02-11 10:00")
    journal = [line.event for line in world.store.journal(number)]
    told = [event for event in journal if isinstance(event, CalendarChanged)][-1]
    assert told.before is None
    assert told.after is not None
    assert told.after.year == 2028
    goes_on(world, "2028-02-11 10:01")
    assert world.store.case(number).overdue  # review was due in January: a person is called, nobody is refused
    assert world.store.case(number).state is State.WITH_CLERK


def test_added_in_time_the_case_goes_its_way(world: World) -> None:
    world.now = WEDNESDAY
    arrives(world, "iin")
    add_the_year(world)
    goes_on(world, "2027-12-30 10:00")
    number = only_case(world)
    due = world.store.due_of(number)
    assert due is not None
    lead = world.casework.days.before(1, due)
    goes_on(world, f"{lead} 09:30")
    assert world.store.case(number).state is State.AWAITING_REWORK


def test_a_clerk_is_told_that_the_day_of_a_rework_letter_is_not_known(world: World) -> None:
    world.now = WEDNESDAY
    arrives(world, "iin")
    with pytest.raises(NotAllowed) as refused:
        world.casework.carry(ClerkSentRework(world.now, "clerk"), only_case(world), now=world.now)
    assert refused.value.code == "dates_unknown"
    add_the_year(world)
    world.casework.carry(ClerkSentRework(world.now, "clerk"), only_case(world), now=world.now)
    goes_on(world, "2027-12-29 10:01")
    assert world.store.case(only_case(world)).state is State.AWAITING_REWORK


def test_a_rework_letter_that_cannot_be_counted_waits_for_a_person_and_then_for_the_year(world: World) -> None:
    """Review is due in the table, the three days behind it are not."""
    world.now = at("2027-12-24 10:00")
    arrives(world, "iin")
    goes_on(world, "2027-12-30 09:30")
    case = world.store.case(only_case(world))
    assert case.state is State.WITH_CLERK
    assert Ask.DATES_UNKNOWN in case.asks
    add_the_year(world)
    goes_on(world, "2027-12-30 10:00")
    goes_on(world, "2027-12-30 10:01")
    case = world.store.case(only_case(world))
    assert Ask.DATES_UNKNOWN not in case.asks
    assert case.state is State.AWAITING_REWORK


def test_a_letter_that_was_put_off_beyond_the_table_waits_for_the_year(world: World) -> None:
    arrives(world, "iin")
    world.fates = lambda address: Fate.LATER
    world.casework.carry(ClerkSentRework(TUESDAY, "clerk"), only_case(world), now=TUESDAY)
    goes_on(world, "2027-12-28 10:01")
    world.fates = lambda address: Fate.TAKEN
    goes_on(world, "2027-12-29 11:00", rounds=2)
    case = world.store.case(only_case(world))
    assert case.state is State.REWORK_SENT
    assert [x.kind for x in world.store.letters_in((LetterState.WAITING,))] == [LetterKind.REWORK]
    add_the_year(world)
    goes_on(world, "2027-12-29 12:00", rounds=2)
    case = world.store.case(only_case(world))
    assert case.state is State.AWAITING_REWORK
    assert case.rework is not None
    assert case.rework.last_day_printed == world.casework.days.count(3, after=date(2027, 12, 29), ground="").last


def test_nobody_is_refused_on_a_day_that_is_not_known(world: World) -> None:
    """The three days end with the table: the refusal's own day is next year's."""
    arrives(world, "iin")
    world.casework.carry(ClerkSentRework(TUESDAY, "clerk"), only_case(world), now=TUESDAY)
    goes_on(world, "2027-12-28 10:01")
    assert world.store.due_of(only_case(world)) == date(2027, 12, 31)
    goes_on(world, "2028-01-10 10:00", rounds=3)
    assert world.store.case(only_case(world)).state is State.AWAITING_REWORK
    add_the_year(world)
    news = written("news@else.example", "Новости", "Читайте в выпуске.", message_id="<news-1@else.example>")
    world.mailbox.append(news, at("2028-01-11 09:30"))  # what tells, after these leaps, that the clock is right
    goes_on(world, "2028-01-11 10:00", rounds=2)
    assert world.store.case(only_case(world)).state is State.REFUSED


def test_the_clerk_is_warned_once_three_months_before_the_table_ends(world: World) -> None:
    def warned() -> list[str]:
        return [task.detail for task in world.store.tasks() if task.code == Ask.CALENDAR_ENDS]

    goes_on(world, "2027-09-29 10:00")
    assert warned() == []
    goes_on(world, "2027-09-30 10:00", rounds=2)
    goes_on(world, "2027-11-30 10:00")
    assert warned() == ["2027-12-31"]
    add_the_year(world)
    goes_on(world, "2027-12-01 10:00")
    assert warned() == []


def test_mails_that_an_earlier_version_put_on_the_bench_become_cases(world: World) -> None:
    world.now = WEDNESDAY
    who = person(1)
    forms = Enclosed((form(who, "application"), form(who, "volunteer", without=("iin",))))
    raw = world.reader.put(written(who.address, "Арыз", "Прошу.", message_id="<m1@post.example>"), forms)
    mail = world.daemon.intake.archive.keep(raw)
    with world.store.writing() as writing:
        arrival = writing.arrive(mail, Place("INBOX", 1, 1), WEDNESDAY, WEDNESDAY)
        why = "failed 3 times: CalendarEnds: 2028-01-01 is outside the calendar"
        writing.settle(arrival, Outcome(OutcomeKind.BENCH, why=why), WEDNESDAY)
        writing.add_task(None, Ask.UNREADABLE, mail, WEDNESDAY)
        other = writing.arrive("ab" * 32, Place("INBOX", 1, 2), WEDNESDAY, WEDNESDAY)
        writing.settle(other, Outcome(OutcomeKind.BENCH, why="failed 3 times: ValueError"), WEDNESDAY)
    assert world.store.note(DONE) is None
    goes_on(world, "2028-01-20 10:00")
    case = world.store.case(only_case(world))
    assert case.received == WEDNESDAY
    assert on_the_bench(world) == ["failed 3 times: ValueError"]
    assert [task for task in world.store.tasks() if task.detail == mail] == []
    assert take_up_again(world.store, world.now) == 0


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_the_desk_shows_cases_whose_dates_are_not_known(tmp_path: Path, language: str) -> None:
    office = open_office(tmp_path)
    office.watch.now = WEDNESDAY
    for n, sheets in enumerate((complete(), with_gap()), 1):
        office.parts.casework.carry(filed(WEDNESDAY, *sheets, n=n), None, now=WEDNESDAY)
    (gap,) = office.store.cases(states=[State.INCOMPLETE])
    for now in (WEDNESDAY, WEDNESDAY + timedelta(days=40)):
        office.watch.now = now
        browser = office.signed_in(name=f"clerk{now:%d}", language=language)
        for page in (
            "/",
            "/queue",
            f"/cases/{gap.number}",
            "/letters",
            "/tasks",
            f"/cases/{gap.number}/preview/rework",
        ):
            assert browser.get(page).status_code in (200, 409, 422) or page == "/"
        ends = {"kk": "үш ай ішінде аяқталады", "ru": "кончается меньше чем через три месяца"}[language]
        assert ends in browser.get("/").text
        words = {"kk": "әзірге белгісіз", "ru": "пока неизвестен"}[language]
        for page in ("/queue", f"/cases/{gap.number}"):
            assert gap.number in browser.get(page).text
            assert words in browser.get(page).text
    office.store.close()


# ------------------------------------------------------------ the rules alone

CUTS = [date(2026, 10, 23), date(2026, 10, 27), date(2026, 10, 29), date(2026, 11, 2), date(2026, 11, 4)]


@pytest.mark.parametrize("last", CUTS, ids=str)
def test_whatever_happens_to_a_case_beyond_the_table_is_no_accident(last: date) -> None:
    """Every state, every event, a table that ends at any of the days which they ask for."""
    cut, practice = replace(days(), last=last), Practice()
    for case in (make() for make in lives.IN_STATE.values()):
        for event in lives.one_of_each(case):
            try:
                step = decide(case, lives.known(case, event), cut, practice)
            except (NotForeseen, NotAllowed):
                continue
            after = step.case
            due_day(after, cut)
            wake_at(after, cut, practice)
            due_event(after, at("2027-01-10 10:00"), look(at("2027-01-10 09:59")), cut, practice)
            if isinstance(event, TermPassed) and after.state is State.REFUSED:
                assert case.rework is not None
                assert p10_rework_due(case.rework, cut) is not None  # the term can be counted


@pytest.mark.parametrize(
    "asked", ["received 2027-12-29T10:00", "accepted 2027-12-29T10:00", "received 2028-05-01T10:00"]
)
def test_the_command_says_that_a_date_is_not_known(asked: str) -> None:
    found = dates(asked, days(), Practice())
    assert set(found) == {"input", "error"}
    assert "add the year to the calendar file" in found["error"]


def test_a_case_whose_dates_are_not_known_is_shown_by_the_commands(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    world.now = WEDNESDAY
    arrives(world, "iin")
    number = only_case(world)
    desk = Desk(world.settings, world.casework.days, world.store, world.casework)
    monkeypatch.setattr(cases, "load_settings", lambda _: world.settings)
    monkeypatch.setattr(cases, "wire_desk", lambda _: desk)
    for options in (Namespace(config="", all=False, state=None), Namespace(config="", number=number)):
        for as_json in (False, True):
            options.json = as_json
            (cases.run_show if hasattr(options, "number") else cases.run_list)(options)
    said = capsys.readouterr().out
    assert "due not known" in said
    assert "the last day is not known yet" in said
    assert '"due": null' in said


@pytest.mark.parametrize(("today", "good"), [("2027-09-01 10:00", None), ("2027-10-01 10:00", False)])
def test_check_warns_three_months_before_the_end(
    world: World, monkeypatch: pytest.MonkeyPatch, today: str, good: bool | None
) -> None:
    monkeypatch.setattr(checking, "wall_clock", lambda: at(today))
    assert checking._calendar(world.settings)[0] is good
