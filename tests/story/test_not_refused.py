"""Who answered, or never got the letter, is not refused by itself: each told from the letter to the day after the term.

The kind: the way to refusal asked whether *this case* had got a mail that counts. What happened to the person beside
it (a bounce in unknown words, a plea under another number, a new address, an open task) did not stand in its way.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from inbox_daemon.errors import NotAllowed
from inbox_daemon.moving import join, take_out
from inbox_daemon.order.asks import Ask
from inbox_daemon.order.paragraphs import p10_rework_due
from registry_store.payloads import dump
from registry_store.records import (
    CaseNumber,
    ClerkClosed,
    ClerkSentRework,
    ClerkSetAddress,
    LetterKind,
    LetterState,
    OutcomeKind,
    State,
)
from tests.order.build import days
from tests.simulation.people import form, person
from tests.simulation.posts import OFFICE, Enclosed, report, written
from tests.simulation.servers import Fate
from tests.story.told import Ministry, filing, ministry

SAULE = replace(person(1), name="Қыдырова Сәуле Ерланқызы", address="saule@post.example")
LETTER_ON, ANSWERED_ON, LAST_DAY, OVER = "2026-10-05 10:00", "2026-10-07 10:00", "2026-10-08", "2026-10-14 12:00"
PLEA = "Мерзімді ұзартуыңызды сұраймын. Прошу продлить срок, не успеваю."


def asked(story: Ministry, kind: str = "volunteer") -> CaseNumber:
    """Saule's filing lacks a value, and the rework letter leaves at once."""
    gap = {"volunteer": "residence", "group": "leader_residence", "organizer": "residence"}[kind]
    number = story.receives(SAULE, *filing(SAULE, kind, without=gap))  # type: ignore[arg-type]
    assert number is not None
    story.clerk(ClerkSentRework(story.world.now, "clerk", "at once"), number)
    return number


def joins(story: Ministry, number: CaseNumber, other: CaseNumber) -> None:
    """The clerk knows that both are one person's."""
    now, known = story.world.now, "she said so by telephone"
    join(story.world.casework, number, other, by="clerk", why="one person", now=now, other_person_why=known)


def is_with_the_clerk(story: Ministry, number: CaseNumber) -> bool:
    return story.case(number).state is State.WITH_CLERK and LetterKind.REFUSAL not in story.letters(number)


# ------------------------------------------------------------ the letter came back


def bounce(words: str, sender: str = "MAILER-DAEMON@post.example", subject: str = "Undelivered Mail") -> bytes:
    head = (
        f"Return-Path: <>\r\nFrom: {sender}\r\nTo: {OFFICE}\r\nSubject: {subject}\r\nMessage-ID: <b1@post.example>\r\n"
    )
    return f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{words}\r\n".encode()


def without_original_headers(raw: bytes) -> bytes:
    """As many servers send it: the third part is left out."""
    head, _, _ = raw.partition(b"--=_r\r\nContent-Type: text/rfc822-headers")
    return head + b"--=_r--\r\n"


Bounce = Callable[[str, str], bytes]
BOUNCES: dict[str, Bounce] = {
    "RFC 3464 without the headers of the original": lambda case, letter: without_original_headers(
        report(SAULE.address, letter, "failed", 1)
    ),
    "RFC 3464 with a Message-ID that a gateway wrote": lambda case, letter: report(
        SAULE.address, "<rewritten@gateway.example>", "failed", 1
    ),
    "plain English, the recipient": lambda case, letter: bounce(
        f"Your message to {SAULE.address} could not be delivered. User unknown."
    ),
    "plain Russian, the case": lambda case, letter: bounce(
        f"Ваше письмо [{case}] не доставлено: такого получателя нет.", subject="Письмо не доставлено"
    ),
    "plain Kazakh, the recipient": lambda case, letter: bounce(
        f"{SAULE.address} мекенжайына хат жетпеді.", subject="Хат жеткізілмеді"
    ),
    "words that nobody knows, the recipient": lambda case, letter: bounce(
        f"Zprava pro {SAULE.address} se nezdarila.", subject="Vraceno"
    ),
    "words that nobody knows, the Message-ID": lambda case, letter: bounce(f"Retur: {letter}", subject="Retur"),
    "a challenge": lambda case, letter: bounce(
        f"To deliver your letter to {SAULE.address} please confirm that you are human: https://spam.example/abc",
        sender="no-reply@antispam.example",
        subject="Please confirm",
    ),
}


@pytest.mark.parametrize("came", BOUNCES.values(), ids=BOUNCES)
def test_a_bounce_reaches_the_case_however_it_names_it(tmp_path: Path, came: Bounce) -> None:
    with ministry(tmp_path, LETTER_ON) as story:
        number = asked(story)
        story.until(ANSWERED_ON)
        story.receives_raw(came(number, story.letter(LetterKind.REWORK, number).message_id))

        told = story.case(number).state is State.WITH_CLERK or story.tasks(number) != ()
        assert told  # now, and not when the term is over
        story.until(OVER)
        assert is_with_the_clerk(story, number)


@pytest.mark.parametrize("came", BOUNCES.values(), ids=BOUNCES)
def test_a_bounce_that_comes_after_the_refusal_proposes_to_revoke_it(tmp_path: Path, came: Bounce) -> None:
    with ministry(tmp_path, LETTER_ON) as story:
        number = asked(story)
        letter = story.letter(LetterKind.REWORK, number).message_id
        story.until(OVER)
        assert story.case(number).state is State.REFUSED

        story.receives_raw(came(number, letter))

        told = {task.code for task in story.tasks(number)} | set(story.case(number).asks)
        assert told & {Ask.REVOKE_REFUSAL, Ask.PERHAPS_BOUNCED}


def test_a_bounce_of_somebody_elses_letter_holds_up_nobody(tmp_path: Path) -> None:
    with ministry(tmp_path, LETTER_ON) as story:
        number = asked(story)
        story.until(ANSWERED_ON)
        story.receives_raw(bounce("nobody@else.example: user unknown. Your message could not be delivered."))
        story.until(OVER)
        assert story.case(number).state is State.REFUSED


def test_a_bounced_receipt_is_an_open_task_that_holds_the_refusal(tmp_path: Path) -> None:
    with ministry(tmp_path, LETTER_ON) as story:
        number = asked(story)
        receipt = story.letter(LetterKind.RECEIPT, number)
        story.until(ANSWERED_ON)
        story.receives_raw(report(SAULE.address, receipt.message_id, "failed", 1))
        story.until(OVER)
        assert is_with_the_clerk(story, number)
        assert Ask.TASK_OPEN in story.case(number).asks


# ------------------------------------------------------------ two cases of one person


@pytest.mark.parametrize("answers", ["neither", "the other case's letter"])
def test_a_plea_of_somebody_with_two_cases_holds_both(tmp_path: Path, answers: str) -> None:
    with ministry(tmp_path, LETTER_ON) as story:
        first, second = asked(story), asked(story, "group")
        story.until(ANSWERED_ON)
        rework = story.letter(LetterKind.REWORK, second)
        answering = None if answers == "neither" else rework
        story.receives(SAULE, subject="Мерзім / Срок", words=PLEA, answering=answering)
        (last,) = story.world.store.arrivals(limit=1)
        assert last.outcome is not None
        assert last.outcome.kind is not OutcomeKind.ANSWERED

        story.until(OVER)

        assert is_with_the_clerk(story, first)
        assert is_with_the_clerk(story, second)


def test_a_plea_in_answer_to_the_letter_of_a_case_that_is_included_holds_the_open_one(tmp_path: Path) -> None:
    with ministry(tmp_path, LETTER_ON) as story:
        done = story.receives(SAULE, *filing(SAULE))
        assert done is not None
        number = asked(story, "group")
        story.until(ANSWERED_ON)
        letter = story.letter(LetterKind.INCLUSION, done)
        story.receives(SAULE, subject="Re: Тізілім", words=PLEA, answering=letter)
        story.until(OVER)
        assert is_with_the_clerk(story, number)


# ------------------------------------------------------------ joined and split

ANSWERS: dict[str, Callable[[Ministry, CaseNumber], CaseNumber | None]] = {
    "a file that cannot be read": lambda story, other: story.receives(
        SAULE, sender="x1@else.example", answering=story.letter(LetterKind.RECEIPT, other), unreadable=("scan.pdf",)
    ),
    "words": lambda story, other: story.receives(
        SAULE, sender="x1@else.example", answering=story.letter(LetterKind.RECEIPT, other), words="Сәлем, жауап."
    ),
    "a plea": lambda story, other: story.receives(
        SAULE, sender="x1@else.example", answering=story.letter(LetterKind.RECEIPT, other), words=PLEA
    ),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_to_the_letter_of_a_case_that_was_joined_is_one_to_the_case_that_goes_on(
    tmp_path: Path, answer: Callable[[Ministry, CaseNumber], CaseNumber | None]
) -> None:
    with ministry(tmp_path, "2026-10-05 10:00") as story:
        other = story.receives(SAULE, sender="x2@else.example", unreadable=("арыз.pdf",))
        assert other is not None
        number = story.receives(SAULE, *filing(SAULE, without="residence"))
        assert number not in (None, other)
        assert number is not None
        join(
            story.world.casework,
            number,
            other,
            by="clerk",
            why="one filing",
            now=story.world.now,
            other_person_why="by telephone",
        )
        story.clerk(ClerkSentRework(story.world.now, "clerk", "at once"), number)
        assert story.case(number).state is State.AWAITING_REWORK
        story.until(ANSWERED_ON)

        assert answer(story, other) == number

        story.until(OVER)
        assert is_with_the_clerk(story, number)


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_to_the_letter_of_the_case_that_was_split_holds_the_one_split_off(
    tmp_path: Path, answer: Callable[[Ministry, CaseNumber], CaseNumber | None]
) -> None:
    other_person = replace(person(7), name="Ахметов Арман", address=SAULE.address)
    with ministry(tmp_path, "2026-10-05 10:00") as story:
        both = story.receives(SAULE, *filing(other_person), *filing(SAULE, without="residence"))
        assert both is not None
        case = story.case(both)
        hers = tuple(n for n, s in enumerate(case.sheets) if SAULE.name in str([a.value for a in s.answers.values()]))
        assert len(hers) == 2
        step = take_out(story.world.casework, both, hers, None, by="clerk", why="two", now=story.world.now)
        number = step.case.number
        story.world.round()
        story.clerk(ClerkSentRework(story.world.now, "clerk", "at once"), number)
        assert story.case(number).state is State.AWAITING_REWORK
        story.until(ANSWERED_ON)
        answer(story, both)
        story.until(OVER)
        assert is_with_the_clerk(story, number)


def test_words_in_a_case_that_is_joined_during_the_term_are_no_silence(tmp_path: Path) -> None:
    with ministry(tmp_path, LETTER_ON) as story:
        number = asked(story)
        other = story.receives(SAULE, sender="x2@else.example", unreadable=("арыз.pdf",))
        assert other not in (None, number)
        assert other is not None
        letter = story.letter(LetterKind.RECEIPT, other)
        story.receives(SAULE, sender="x2@else.example", words=PLEA, answering=letter)
        story.until(ANSWERED_ON)
        join(
            story.world.casework,
            number,
            other,
            by="clerk",
            why="one person",
            now=story.world.now,
            other_person_why="by telephone",
        )
        story.until(OVER)
        assert is_with_the_clerk(story, number)


# ------------------------------------------------------------ uncertain letters, open tasks, addresses


def test_a_plea_while_the_letter_is_uncertain_stays_the_clerks_when_it_is_reported_delivered(tmp_path: Path) -> None:
    with ministry(tmp_path, LETTER_ON) as story:
        number = story.receives(SAULE, *filing(SAULE, without="residence"))
        assert number is not None
        story.world.fates = lambda address: Fate.CUT_TAKEN
        story.clerk(ClerkSentRework(story.world.now, "clerk", "at once"), number)
        story.world.fates = lambda address: Fate.TAKEN
        assert Ask.REWORK_NOT_ACCEPTED in story.case(number).asks
        story.until("2026-10-06 10:00")
        story.receives(SAULE, subject="Мерзім", words=PLEA)
        assert Ask.WROTE in {task.code for task in story.tasks(number)}
        rework = next(one for one in story.world.store.letters(number) if one.kind is LetterKind.REWORK)
        story.until("2026-10-06 12:00")
        story.receives_raw(report(SAULE.address, rework.message_id, "delivered", 1))

        story.until("2026-10-16 12:00")

        assert is_with_the_clerk(story, number)


# What another event settles: the rework letter that was sent, the year that was added to the calendar.
SETTLED_ALONE = (Ask.DEEMED_REFUSAL, Ask.CALENDAR_ENDS)


@pytest.mark.parametrize("code", [ask for ask in Ask if ask not in SETTLED_ALONE])
def test_any_open_task_of_the_case_holds_the_refusal(tmp_path: Path, code: Ask) -> None:
    with ministry(tmp_path, LETTER_ON) as story:
        number = asked(story)
        with story.world.store.writing() as writing:
            writing.add_task(number, code, "", story.world.now)
        story.until(OVER)
        assert is_with_the_clerk(story, number)


def test_a_new_address_during_the_term_gets_the_letter_anew_and_three_new_days(tmp_path: Path) -> None:
    with ministry(tmp_path, LETTER_ON) as story:
        number = asked(story)
        first = story.letter(LetterKind.REWORK, number)
        story.until(f"{LAST_DAY} 10:00")
        story.clerk(ClerkSetAddress(story.world.now, "clerk", "new@post.example", "by telephone"), number)

        second = story.letter(LetterKind.REWORK, number)
        assert second.id != first.id
        assert second.recipients == ("new@post.example",)
        case = story.case(number)
        assert case.rework is not None
        term = p10_rework_due(case.rework, days())
        assert term is not None
        assert str(term.last) == "2026-10-13"
        story.until("2026-10-13 18:00")
        assert story.case(number).state is State.AWAITING_REWORK
        story.until("2026-10-14 12:00")
        assert story.case(number).state is State.REFUSED  # the silence is that of the new address


def test_the_same_address_set_again_begins_no_new_term(tmp_path: Path) -> None:
    with ministry(tmp_path, LETTER_ON) as story:
        number = asked(story)
        story.until(ANSWERED_ON)
        story.clerk(ClerkSetAddress(story.world.now, "clerk", SAULE.address.upper(), "seen again"), number)
        assert story.letters(number).count(LetterKind.REWORK) == 1
        story.until(OVER)
        assert story.case(number).state is State.REFUSED


def test_a_letter_to_an_old_address_is_no_ground_of_a_clerks_refusal(tmp_path: Path) -> None:
    with ministry(tmp_path, LETTER_ON) as story:
        number = asked(story)
        story.until(ANSWERED_ON)
        story.receives(SAULE, subject="Мерзім", words=PLEA)
        assert story.case(number).state is State.WITH_CLERK
        story.clerk(ClerkSetAddress(story.world.now, "clerk", "new@post.example", "by telephone"), number)
        story.until(OVER)
        with pytest.raises(NotAllowed) as refused:
            story.clerk(story.refusal(number), number)
        assert refused.value.code == "readdressed"
        story.clerk(ClerkSentRework(story.world.now, "clerk", "to the new one"), number)
        assert story.letter(LetterKind.REWORK, number).recipients == ("new@post.example",)
        assert story.case(number).state is State.AWAITING_REWORK


# ------------------------------------------------------------ found after the refusal


def stamped(story: Ministry, when: str, **how: object) -> bytes:
    """A mail that our server had at a moment of the term."""
    base = {"subject": "Арыз", "body": "Құжаттар қоса беріледі.", "message_id": "<late-1@else.example>"}
    moment = story.world.now.fromisoformat(f"{when}+05:00")
    return written(**{"sender": SAULE.address, **base, **how}, stamped=moment)  # type: ignore[arg-type]


FOUND: dict[str, tuple[dict[str, object], Enclosed]] = {
    "all forms, from the address on file": ({}, Enclosed(filing(SAULE))),
    "all forms, from elsewhere": ({"sender": "x9@else.example"}, Enclosed(filing(SAULE))),
    "all forms without the IIN, from elsewhere": (
        {"sender": "x9@else.example"},
        Enclosed(filing(SAULE, without="iin")),
    ),
    "the questionnaire alone": ({"sender": "x9@else.example"}, Enclosed((form(SAULE, "volunteer"),))),
    "a scan from elsewhere, by name": (
        {"sender": "x9@else.example", "name": "Қыдырова Сәуле"},
        Enclosed((), ("scan.pdf",)),
    ),
    "a plea": ({"subject": "Мерзім", "body": PLEA}, Enclosed()),
    "words from elsewhere, by IIN": (
        {"sender": "x9@else.example", "subject": "Сәлем", "body": f"ЖСН {SAULE.iin}"},
        Enclosed(),
    ),
    "a stop": ({"subject": "Тоқтату", "body": "Прошу исключить меня из реестра, отзываю заявление."}, Enclosed()),
}


@pytest.mark.parametrize(("how", "holds"), FOUND.values(), ids=FOUND)
@pytest.mark.parametrize("when", ["2026-10-06T10:00", "2026-10-08T23:30"])
def test_what_came_in_time_and_is_found_after_the_refusal_proposes_to_revoke_it(
    tmp_path: Path, when: str, how: dict[str, object], holds: Enclosed
) -> None:
    with ministry(tmp_path, LETTER_ON) as story:
        number = asked(story)
        story.until(OVER)
        assert story.case(number).state is State.REFUSED

        story.receives_raw(story.world.reader.put(stamped(story, when, **how), holds), "Junk")

        case = story.case(number)
        assert case.state is State.WITH_CLERK
        assert Ask.REVOKE_REFUSAL in case.asks


@pytest.mark.parametrize(("how", "holds"), list(FOUND.values())[:2], ids=list(FOUND)[:2])
def test_a_filing_that_came_in_time_opens_no_new_case(tmp_path: Path, how: dict[str, object], holds: Enclosed) -> None:
    with ministry(tmp_path, LETTER_ON) as story:
        number = asked(story)
        story.until(OVER)
        raw = story.world.reader.put(stamped(story, "2026-10-08T23:30", **how), holds)
        assert story.receives_raw(raw, "Junk") == number
        assert [case.number for case in story.world.store.cases()] == [number]


@pytest.mark.parametrize(("how", "holds"), FOUND.values(), ids=FOUND)
def test_what_came_late_leaves_the_refusal_as_it_is_or_is_the_clerks(
    tmp_path: Path, how: dict[str, object], holds: Enclosed
) -> None:
    with ministry(tmp_path, LETTER_ON) as story:
        number = asked(story)
        story.until(OVER)
        story.receives_raw(story.world.reader.put(stamped(story, "2026-10-12T10:00", **how), holds))
        assert Ask.REVOKE_REFUSAL not in story.case(number).asks


def test_a_refusal_does_not_stand_over_an_answer_in_time(tmp_path: Path) -> None:
    with ministry(tmp_path, LETTER_ON) as story:
        number = asked(story)
        story.until(OVER)
        raw = stamped(story, "2026-10-08T23:30")
        story.receives_raw(story.world.reader.put(raw, Enclosed(filing(SAULE))), "Junk")
        stands = ClerkClosed(story.world.now, "clerk", "it was sent", "refusal_stands")
        with pytest.raises(NotAllowed) as refused:
            story.clerk(stands, number)
        assert refused.value.code == "answered"


# ------------------------------------------------------------ what a clerk joins and takes out


def test_a_joined_case_was_in_time_by_what_our_own_server_stamped(tmp_path: Path) -> None:
    """INTERNALDATE is that of a later move between folders; Received of our own server tells when it came."""
    with ministry(tmp_path, LETTER_ON) as story:
        number = asked(story)
        story.until("2026-10-09 00:10")
        raw = stamped(story, "2026-10-08T23:50", sender="x9@else.example")
        other = story.receives_raw(story.world.reader.put(raw, Enclosed((), ("scan.pdf",))))
        assert other not in (None, number)
        assert other is not None
        join(
            story.world.casework,
            number,
            other,
            by="clerk",
            why="hers",
            now=story.world.now,
            other_person_why="by telephone",
        )
        assert [answer.in_time for answer in story.case(number).answers] == [True]
        assert story.world.store.letters_in((LetterState.SENDING,)) == ()


def test_forms_that_a_clerk_takes_out_into_a_case_were_in_time_by_what_our_own_server_stamped(tmp_path: Path) -> None:
    another = replace(person(7), name="Ахметов Арман", address="arman@post.example")
    with ministry(tmp_path, LETTER_ON) as story:
        number = asked(story)
        other = story.receives(another, *filing(another, without="residence"))
        assert other not in (None, number)
        assert other is not None
        answered = story.letter(LetterKind.RECEIPT, other).message_id
        story.until("2026-10-09 00:10")
        raw = stamped(story, "2026-10-08T23:50", sender=another.address, in_reply_to=answered)
        assert story.receives_raw(story.world.reader.put(raw, Enclosed((*filing(another), *filing(SAULE))))) == other
        case = story.case(other)
        hers = tuple(n for n, s in enumerate(case.sheets) if SAULE.name in str([a.value for a in s.answers.values()]))
        take_out(story.world.casework, other, hers, number, by="clerk", why="hers", now=story.world.now)
        assert [answer.in_time for answer in story.case(number).answers] == [True]


def test_the_moment_of_a_mail_of_an_older_version_is_found_in_the_journal(tmp_path: Path) -> None:
    """Stores of before have no such moment beside the mail of a case; its journal has it."""
    with ministry(tmp_path, LETTER_ON) as story:
        number = asked(story)
        story.until("2026-10-09 00:10")
        raw = stamped(story, "2026-10-08T23:50", sender="x9@else.example")
        other = story.receives_raw(story.world.reader.put(raw, Enclosed((), ("scan.pdf",))))
        assert other is not None
        old = story.case(other)
        mails = tuple(replace(mail, submitted=None) for mail in old.mails)
        with sqlite3.connect(story.world.home / "register.db") as link:  # as it lay there
            lain = dump(replace(old, mails=mails))
            link.execute("UPDATE cases SET payload = ? WHERE number = ?", (lain, other))
        link.close()
        assert story.case(other).mails[0].submitted is None
        join(
            story.world.casework,
            number,
            other,
            by="clerk",
            why="hers",
            now=story.world.now,
            other_person_why="by telephone",
        )
        assert [answer.in_time for answer in story.case(number).answers] == [True]
