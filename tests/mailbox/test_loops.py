"""No machine is answered, whatever it writes; and what machines say of our letters refuses nobody wrongly."""

from __future__ import annotations

import email
import shutil
from collections import Counter
from collections.abc import Iterator
from email.policy import default
from itertools import count
from pathlib import Path

import pytest

from inbox_daemon.order.asks import Ask
from registry_store.records import Braked, CaseNumber, LetterKind, LetterState, OutcomeKind, State
from tests.mailbox.machine_mails import MachineMail, machine_mails
from tests.order.build import at
from tests.simulation.people import person
from tests.simulation.posts import written
from tests.story.told import Ministry, filing, ministry

SAULE = person(1)
SENT, TERM_OVER = "2026-10-27 09:00", "2026-11-02 09:00"
MAILS = machine_mails()
USED = 100
# What tells after a sleep of days that the clock is right: a mail that our server stamps then.
NEWS = written("news@else.example", "Новости недели", "Читайте в выпуске.", message_id="<news-1@else.example>")
KEPT = (OutcomeKind.AUTOMATIC, OutcomeKind.REPORT, OutcomeKind.TRAY)


@pytest.fixture(scope="module")
def awaiting(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, CaseNumber]:
    """A ministry in which one case awaits the rework, kept to be gone on with, and the case."""
    home = tmp_path_factory.mktemp("awaiting")
    with ministry(home, "2026-10-20 11:00") as story:
        number = story.receives(SAULE, *filing(SAULE, without="residence"))
        assert number is not None
        story.until("2026-10-28 12:00")
        assert story.case(number).state is State.AWAITING_REWORK
        assert story.left_at(LetterKind.REWORK, number) == SENT
    return home, number


@pytest.fixture
def story(awaiting: tuple[Path, CaseNumber], tmp_path: Path) -> Iterator[Ministry]:
    with ministry(tmp_path, "2026-10-28 12:00") as told:
        told.world.store.close()
        shutil.copytree(awaiting[0], tmp_path, dirs_exist_ok=True)
        told.world.restart()
        for _ in range(USED):  # the server gave these numbers away before
            told.world.mailbox.append(b"", told.world.now, "Elsewhere")
        yield told


def test_there_are_more_than_a_hundred_samples_of_every_sort() -> None:
    counted = Counter(mail.what for mail in MAILS)

    assert counted.total() >= 120
    assert len({(mail.program, mail.subject) for mail in MAILS}) == counted.total()
    assert counted.keys() == {"bounce", "delay", "delivered", "foreign", "reply", "machine", "words"}


@pytest.mark.parametrize("mail", MAILS, ids=lambda mail: f"{mail.what}: {mail.program}")
def test_no_machine_is_answered_and_only_silence_is_refused(
    story: Ministry, awaiting: tuple[Path, CaseNumber], mail: MachineMail
) -> None:
    number = awaiting[1]
    letter = story.letter(LetterKind.REWORK, number)
    before = story.letters(number)

    story.receives_raw(mail.raw(1, applicant=SAULE.address, letter=letter.message_id))

    case = story.case(number)
    told = {task.code for task in story.tasks(number)}
    assert {one.case for one in story.world.store.letters_in(tuple(LetterState))} == {number}
    assert [one.number for one in story.world.store.cases()] == [number]
    story.leap(TERM_OVER, NEWS)
    assert set(story.letters(number)) - set(before) <= {LetterKind.REFUSAL}
    match mail.what:
        case "bounce":  # it reaches its case, and the way to refusal ends
            assert case.state is State.WITH_CLERK
            assert Ask.REWORK_BOUNCED in case.asks
            assert story.case(number).state is State.WITH_CLERK
        case "delay":  # nobody can tell when the applicant was asked: the refusal waits
            assert case.rework is not None
            assert case.rework.delayed
            assert Ask.LETTER_DELAYED in told
            assert story.case(number).state is State.WITH_CLERK
        case "foreign":  # of which letter it speaks cannot be told: a person looks
            assert Ask.LETTER_BOUNCED in {task.code for task in story.tasks()}
            assert case.state is State.AWAITING_REWORK
        case "reply":  # whoever set it up has not kept silent: the term runs on, and a person looks when it is over
            assert case.state is State.AWAITING_REWORK
            assert not case.answers
            assert story.case(number).state is State.WITH_CLERK
            assert Ask.MAIL_IN_DOUBT in story.case(number).asks
        case "words":  # words that add something are the applicant's, whatever a program set above them
            assert story.case(number).state is State.WITH_CLERK
        case _:  # nothing that the applicant wrote: the term runs on
            assert case.state is State.AWAITING_REWORK
            assert not case.answers


def test_no_machine_that_is_a_stranger_is_answered_nor_makes_a_case(tmp_path: Path) -> None:
    with ministry(tmp_path, "2026-10-28 12:00") as story:
        machines = [mail for mail in MAILS if mail.what != "words"]
        for n, mail in enumerate(machines):
            raw = mail.raw(n, applicant=f"stranger{n}@else.example", letter="<never-sent@else.example>")
            story.world.mailbox.append(raw, story.world.now)
        story.world.round()
        story.until("2026-10-30 12:00")

        outcomes = [a.outcome for a in story.world.store.arrivals() if a.outcome is not None]
        assert len(outcomes) == len(machines)
        assert [one.why for one in outcomes if one.kind not in KEPT] == []
        assert story.world.postman.handed == []
        assert list(story.world.store.cases()) == []


# ---------------------------------------------------------------- machines that nothing betrays


def parrot(address: str, n: int, answering: str | None) -> bytes:
    """The answer of a machine that looks like a person's: a new subject, a new Message-ID, no header."""
    words = f"Спасибо за письмо! Как подать заявление в реестр волонтеров? Письмо {n}."
    return written(address, f"Вопрос {n}", words, message_id=f"<parrot-{n}@loop.example>", in_reply_to=answering)


def test_a_machine_that_answers_each_letter_like_a_person_gets_three_receipts_a_day(tmp_path: Path) -> None:
    """It files a form in answer to each letter; each would have its receipt."""
    with ministry(tmp_path, "2026-10-20 11:00") as story:
        numbers = count()
        number = story.receives(SAULE, *filing(SAULE, without="residence"))
        assert number is not None
        for _ in range(20):
            story.world.now = story.world.now.replace(minute=(story.world.now.minute + 2) % 60)
            story.receives(
                SAULE,
                *filing(SAULE, without="residence"),
                subject=f"Арыз {next(numbers)}",
                answering=story.letter(LetterKind.RECEIPT, number),
            )

        assert story.letters(number).count(LetterKind.RECEIPT) == 3
        # The clerk is called once, and the journal of the case says what was not written.
        effects = [effect for line in story.world.store.journal(number) for effect in line.effects]
        held = [effect for effect in effects if isinstance(effect, Braked)]
        assert len(held) == 18
        assert {effect.why for effect in held} == {"3 such letters to one address in 24 hours"}
        brakes = [task for task in story.tasks() if task.code == Ask.BRAKE]
        assert len(brakes) == 1
        # A new day, a new count; and what the Order asks for was never held back.
        story.until("2026-10-27 12:00")
        assert LetterKind.REWORK in story.letters(number)


def test_a_machine_that_asks_and_asks_is_answered_once(tmp_path: Path) -> None:
    with ministry(tmp_path, "2026-10-20 11:00") as story:
        for n in range(30):
            last = story.world.postman.handed[-1].message_id if story.world.postman.handed else None
            story.receives_raw(parrot("machine@loop.example", n, last))

        assert len(story.world.postman.handed) == 1


def test_many_people_at_once_are_all_answered_in_their_turn(tmp_path: Path) -> None:
    """Nobody's first letter of a day is dropped: what is too much for a quarter of an hour waits."""
    with ministry(tmp_path, "2026-10-20 11:00") as story:
        for n in range(130):
            story.world.mailbox.append(parrot(f"machine{n}@loop.example", n, None), at("2026-10-20 11:00"))
        story.world.round()

        assert len(story.world.postman.handed) == 100
        assert story.tasks() == ()
        story.until("2026-10-20 11:20")
        assert len(story.world.postman.handed) == 130
        assert len({handed.recipients for handed in story.world.postman.handed}) == 130


def test_two_daemons_that_write_to_each_other_fall_silent(tmp_path: Path) -> None:
    """Our own letters come back as they are, from an address that nobody set a header for."""
    with ministry(tmp_path, "2026-10-20 11:00") as story:
        story.receives_raw(parrot("office@other.example", 0, None))
        for n in range(1, 10):
            text = f"Құрметті арыз иесі! Уважаемый заявитель! Ваше письмо получено ({n}). Заполните анкету."
            last = story.world.postman.handed[-1].message_id
            raw = written(
                "office@other.example", "Тізілім / Реестр", text, message_id=f"<d{n}@x.example>", in_reply_to=last
            )
            story.receives_raw(raw)
        story.until("2026-10-22 12:00")

        assert len(story.world.postman.handed) <= 3


def test_a_machine_that_sends_our_own_form_back_is_told_of_its_gaps_three_times_a_day(tmp_path: Path) -> None:
    """What is returned for rework comes back as it left, in answer to each letter, like a person's mail."""
    with ministry(tmp_path, "2026-10-20 11:00") as story:
        number = story.receives(SAULE, *filing(SAULE, without="residence"))
        assert number is not None
        story.until("2026-10-28 10:00")
        for minute in range(10, 50, 2):
            story.leap(f"2026-10-28 10:{minute}")
            again = filing(SAULE, without="residence")
            story.receives(SAULE, *again, answering=story.letter(story.letters(number)[-1], number))

        assert story.letters(number).count(LetterKind.STILL_INCOMPLETE) == 3
        assert Ask.BRAKE in {task.code for task in story.tasks()}
        # It answered in time, whatever it is: the way to refusal has ended.
        story.until("2026-11-04 10:00")
        assert story.case(number).state is State.WITH_CLERK


def test_a_machine_that_answers_the_letter_about_a_stop_stops_nobody_again(tmp_path: Path) -> None:
    """Its subject is ours, with «Re:» before it; its words are a thank-you."""
    wish = "Волонтерлік қызметімді тоқтатамын. Прошу исключить меня из реестра."
    with ministry(tmp_path, "2026-10-20 11:00") as story:
        story.receives(SAULE, *filing(SAULE))
        stop = story.receives(SAULE, subject="Тоқтату туралы", words=wish)
        assert stop is not None
        letter = story.letter(LetterKind.STOP, stop)
        subject = str(email.message_from_bytes(letter.raw, policy=default)["Subject"])
        before = len(story.world.postman.handed)
        for words in ("Спасибо за письмо!", "Рақмет!", ""):
            story.receives(SAULE, subject=f"Re: {subject}", words=words, answering=letter)

        assert len(story.world.postman.handed) == before
        assert story.letters(stop).count(LetterKind.STOP) == 1
