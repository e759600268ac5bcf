"""Whoever may have written is not refused by itself, whatever their mail was taken for (§11: only silence refuses).

The kind: a doubt was looked for among mails that nobody had settled, by the address and the number of the case alone.
Who wrote from elsewhere, misspelt, or was taken for an automatic reply, a question or somebody new had kept silent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path

import pytest

from inbox_daemon.order.asks import Ask
from parsers.readings import FilledForm
from registry_store.records import CaseNumber, ClerkSentRework, LetterKind, OutcomeKind, State
from tests.simulation.people import Person, form, person
from tests.simulation.posts import Enclosed, written
from tests.story.told import Ministry, filing, ministry

SAULE = replace(person(1), name="Қыдырова Сәуле Ерланқызы", address="saule@post.example")
STRANGER = replace(person(2), name="Ахметов Арман Серікұлы", address="arman@elsewhere.example")
NAMESAKE = replace(person(3), name="Ким Сәуле", address="kim@elsewhere.example")
ELSEWHERE = "aigul77@elsewhere.example"
LETTER_ON, ANSWERED_ON, OVER = "2026-10-05 10:00", "2026-10-07 10:00", "2026-10-14 12:00"


@dataclass(frozen=True)
class Sent:
    """One mail that somebody sends while they have to answer."""

    sender: str = ELSEWHERE
    name: str = ""
    subject: str = ""
    words: str = ""
    file: str = "scan0001.pdf"
    answering: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    forms: tuple[FilledForm, ...] = ()
    unreadable: bool = False


# ------------------------------------------------------------ what the mail is taken for, and its own words


def taken_for_automatic_reply(sent: Sent) -> Sent:
    headers = {"Auto-Submitted": "auto-replied"}
    return replace(sent, subject=sent.subject or "Автоответ: нет на месте", headers=headers)


def taken_for_question(sent: Sent) -> Sent:
    asks = "Здравствуйте! Как подать заявление в реестр волонтеров?"
    return replace(sent, subject=sent.subject or "Вопрос", words=f"{asks}\n{sent.words}")


def taken_for_other(sent: Sent) -> Sent:
    return replace(sent, subject=sent.subject or "Сәлем", words=f"Хабарласыңыз.\n{sent.words}")


def taken_for_somebody_new(sent: Sent) -> Sent:
    words = f"Арыз бен сауалнама қоса беріледі. Заявление и анкета в приложении.\n{sent.words}"
    return replace(sent, subject=sent.subject or "Арыз", words=words, unreadable=True)


def taken_for_a_lone_application(sent: Sent) -> Sent:
    alone = form(SAULE, "application", without=("applicant_name", "signatory_name", "email", "phone"))
    return replace(sent, subject=sent.subject or "Арыз", words=f"Арыз қоса беріледі.\n{sent.words}", forms=(alone,))


TAKEN_FOR: tuple[Callable[[Sent], Sent], ...] = (
    taken_for_automatic_reply,
    taken_for_question,
    taken_for_other,
    taken_for_somebody_new,
    taken_for_a_lone_application,
)

# ------------------------------------------------------------ what the person left in it

Leaves = Callable[[Ministry, CaseNumber], Sent]
MISREAD = SAULE.iin[:5] + str((int(SAULE.iin[5]) + 1) % 10) + SAULE.iin[6:]
TRACES: dict[str, Leaves] = {
    "the address of the filing": lambda story, case: Sent(SAULE.address),
    "the address named": lambda story, case: Sent(words=f"Жауап: {SAULE.address}"),
    "the name beside the address": lambda story, case: Sent(name="Қыдырова Сәуле"),
    "the name in Latin letters": lambda story, case: Sent(name="Saule Kydyrova"),
    "the name with a wrong letter": lambda story, case: Sent(name="Кадырова Сауле"),
    "the name before the at sign": lambda story, case: Sent("saule.kydyrova@elsewhere.example"),
    "the name inflected": lambda story, case: Sent(words="Это ответ Кыдыровой Сауле на ваше письмо."),
    "the surname with an initial": lambda story, case: Sent(name="Қыдырова С."),
    "the name of the file": lambda story, case: Sent(file="Қыдырова Сәуле.pdf", unreadable=True),
    "the surname as the name of the file": lambda story, case: Sent(file="Анкета Кыдырова.pdf", unreadable=True),
    "the IIN": lambda story, case: Sent(words=f"ЖСН {SAULE.iin}"),
    "the IIN in groups": lambda story, case: Sent(words=f"ИИН {SAULE.iin[:6]} {SAULE.iin[6:]}"),
    "the IIN with a digit misread": lambda story, case: Sent(words=f"ЖСН {MISREAD}"),
    "the phone": lambda story, case: Sent(words=f"тел. 8 (700) {SAULE.n:07}"),
    "the number of the case": lambda story, case: Sent(words=f"Сіздің хатыңыз {case} бойынша"),
    "an answer to the letter": lambda story, case: Sent(answering=story.letter(LetterKind.REWORK, case).message_id),
    "an answer to the receipt": lambda story, case: Sent(answering=story.letter(LetterKind.RECEIPT, case).message_id),
}


def comes(story: Ministry, sent: Sent, n: int = 1) -> OutcomeKind:
    """The mail comes, now; return how it ended."""
    raw = written(
        sent.sender,
        sent.subject,
        sent.words or ".",
        message_id=f"<trace-{n}@elsewhere.example>",
        in_reply_to=sent.answering,
        name=sent.name,
        more=sent.headers,
    )
    files = (sent.file,) if sent.unreadable else ()
    story.receives_raw(story.world.reader.put(raw, Enclosed(sent.forms, files)))
    outcome = story.world.store.arrivals()[0].outcome
    assert outcome is not None
    return outcome.kind


def asked(story: Ministry, who: Person = SAULE) -> CaseNumber:
    """Somebody's filing lacks a value, and the rework letter leaves at once."""
    number = story.receives(who, *filing(who, without="residence"))
    assert number is not None
    story.clerk(ClerkSentRework(story.world.now, "clerk", "at once"), number)
    assert story.case(number).state is State.AWAITING_REWORK
    return number


@pytest.mark.parametrize(
    ("trace", "taken_for"),
    [pytest.param(TRACES[name], how, id=f"{name}, {how.__name__}") for name, how in product(TRACES, TAKEN_FOR)],
)
def test_who_left_a_trace_is_not_refused_whatever_the_mail_was_taken_for(
    tmp_path: Path, trace: Leaves, taken_for: Callable[[Sent], Sent]
) -> None:
    with ministry(tmp_path, LETTER_ON) as story:
        number = asked(story)
        story.until(ANSWERED_ON)
        comes(story, taken_for(trace(story, number)))

        story.until(OVER)

        case = story.case(number)
        assert case.state in (State.WITH_CLERK, State.INCLUDED)
        assert LetterKind.REFUSAL not in story.letters(number)


# ------------------------------------------------------------ and who did not write


STRANGERS: dict[str, Sent] = {
    "nobody in particular": Sent(),
    "a name of their own": Sent(name="Ахметов Арман"),
    "the given name alone": Sent(name="Сәуле", words="Сәлем, мен Сәуле."),
    "a namesake by the given name": Sent(name="Ким Сәуле", words="С уважением, Ким Сәуле"),
    "another of the same surname": Sent(name="Қыдырова Гүлнәр"),
    "an IIN of their own": Sent(words=f"ЖСН {STRANGER.iin}"),
    "another case": Sent(words="VR-2026-000999"),
    "words that sound like the name's": Sent(words="Кыдыру, саулет, сауле сауле. Қала сәулеті туралы сауал."),
}


@pytest.mark.parametrize(
    ("stranger", "taken_for"),
    [
        pytest.param(STRANGERS[name], how, id=f"{name}, {how.__name__}")
        for name, how in product(STRANGERS, TAKEN_FOR)
        if how is not taken_for_a_lone_application  # it is of somebody's, and who that is nobody can tell
    ],
)
def test_a_strangers_mail_holds_up_nobody(tmp_path: Path, stranger: Sent, taken_for: Callable[[Sent], Sent]) -> None:
    with ministry(tmp_path, LETTER_ON) as story:
        number = asked(story)
        story.until(ANSWERED_ON)
        comes(story, taken_for(stranger))

        story.until(OVER)

        assert story.case(number).state is State.REFUSED


def test_plain_silence_is_refused_by_itself(tmp_path: Path) -> None:
    with ministry(tmp_path, LETTER_ON) as story:
        number = asked(story)
        story.until(OVER)
        assert story.case(number).state is State.REFUSED


@pytest.mark.parametrize("who", [STRANGER, NAMESAKE])
def test_somebody_elses_filing_holds_up_nobody(tmp_path: Path, who: Person) -> None:
    with ministry(tmp_path, LETTER_ON) as story:
        number = asked(story)
        story.until(ANSWERED_ON)
        story.receives(who, *filing(who))
        story.until(OVER)
        assert story.case(number).state is State.REFUSED


def test_a_filing_of_the_same_name_with_another_iin_is_somebody_elses(tmp_path: Path) -> None:
    with ministry(tmp_path, LETTER_ON) as story:
        number = asked(story)
        story.until(ANSWERED_ON)
        story.receives(replace(STRANGER, name=SAULE.name), *filing(replace(STRANGER, name=SAULE.name)))
        story.until(OVER)
        assert story.case(number).state is State.REFUSED


# ------------------------------------------------------------ what the clerk does then


def test_the_clerk_is_told_which_mail_and_settles_it(tmp_path: Path) -> None:
    with ministry(tmp_path, LETTER_ON) as story:
        number = asked(story)
        story.until(ANSWERED_ON)
        comes(story, taken_for_automatic_reply(Sent(SAULE.address)))
        mail = story.world.store.arrivals()[0].mail
        story.until(OVER)

        assert Ask.MAIL_IN_DOUBT in story.case(number).asks
        task = next(task for task in story.tasks(number) if task.code == Ask.MAIL_IN_DOUBT)
        assert task.detail == mail
        refusal = story.refusal(number)
        assert story.world.clerk(refusal, number) is None  # not before somebody has seen to the mail

        with story.world.store.writing() as writing:
            for open_task in story.tasks(number):
                writing.task_done(open_task.id, story.world.now)
        assert story.world.clerk(story.refusal(number), number) is not None
        assert story.case(number).state is State.REFUSED
