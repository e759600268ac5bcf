"""A clerk's own words in a letter: they explain and answer, and ask for nothing that the Order does not ask for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from inbox_daemon.errors import NotAllowed
from inbox_daemon.order.own_words import LONGEST, LONGEST_EXPLANATION, LONGEST_LINE, own_words
from registry_store.payloads import dump_named, load_event
from registry_store.records import (
    ClerkReplied,
    ClerkSawFilled,
    ClerkSentRework,
    ClerkSetAddress,
    Explained,
    LetterKind,
    Said,
    Send,
    State,
    Step,
    Text,
)
from tests.order import lives
from tests.order.build import application, at, filed, new_case, sheet
from tests.order.lives import led, step

NOW = at("2026-10-24 22:00")
IIN_SAID = Said(Text(ru="Please sign it."), (Explained("volunteer.iin", Text(ru="Eleven digits stand there.")),))


def sent(said: Said) -> ClerkSentRework:
    return ClerkSentRework(NOW, "aigerim", said=said)


def letters(done: Step) -> list[Send]:
    return [one for one in done.effects if isinstance(one, Send)]


@pytest.mark.parametrize("state", [s for s in State if s is not State.RECEIVED])
def test_a_reply_changes_nothing_in_a_case_and_leaves_at_any_hour(state: State) -> None:
    case = lives.IN_STATE[state]()
    mail = case.mails[-1].mail
    done = step(case, ClerkReplied(NOW, "aigerim", mail, Text(ru=" Yes.  \n\n Do. ")))
    assert replace(done.case, version=case.version) == case
    (letter,) = letters(done)
    assert (letter.letter, letter.mail, letter.any_hour) == (LetterKind.REPLY, mail, True)
    assert letter.said.remark == Text(ru="Yes.\nDo.")


def test_a_reply_answers_a_mail_of_its_own_case_alone() -> None:
    with pytest.raises(NotAllowed) as refused:
        step(lives.incomplete(), ClerkReplied(NOW, "aigerim", "ff" * 32, Text(ru="Yes.")))
    assert refused.value.code == "no_mail_to_answer"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (Text(), "nothing_said"),
        (Text(" ", "\n"), "nothing_said"),
        (Text("a" * (LONGEST_LINE + 1)), "too_long"),
        (Text(None, "a\n" * LONGEST), "too_long"),
    ],
)
def test_words_are_said_and_fit_into_a_letter(words: Text, code: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        own_words(words)
    assert refused.value.code == code


def test_a_rework_letter_bears_the_clerks_words_and_so_does_the_journal() -> None:
    event = sent(IIN_SAID)
    done = step(lives.incomplete(), event)
    (letter,) = letters(done)
    assert letter.said == IIN_SAID
    assert done.case.rework is not None
    assert done.case.rework.said == IIN_SAID
    assert load_event(dump_named([event])) == event


@pytest.mark.parametrize("item", ["volunteer.full_name", "volunteer.passport", "group", "programme.goal"])
def test_nobody_asks_for_what_is_there_or_what_no_form_asks_for(item: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        step(lives.incomplete(), sent(Said(about=(Explained(item, Text(ru="Send it.")),))))
    assert refused.value.code == "not_asked_for"


def test_an_explanation_is_short() -> None:
    long = Text(ru="a" * (LONGEST_EXPLANATION + 1))
    with pytest.raises(NotAllowed):
        step(lives.incomplete(), sent(Said(about=(Explained("volunteer.iin", long),))))


def test_a_letter_composed_anew_keeps_the_words_that_still_fit() -> None:
    about = (*IIN_SAID.about, Explained("volunteer.residence", Text(ru="The town is enough.")))
    two_gaps = filed(lives.RECEIVED, application("volunteer"), sheet("volunteer", "iin", "residence"))
    case = led(new_case(), two_gaps, sent(replace(IIN_SAID, about=about)))
    assert case.state is State.REWORK_SENT
    (moved,) = letters(step(case, ClerkSetAddress(NOW, "aigerim", "saule@office.example", "said so")))
    assert moved.said.about == about
    (again,) = letters(step(case, ClerkSawFilled(NOW, "aigerim", "volunteer.iin")))
    assert again.said == Said(IIN_SAID.remark, about[1:])


@pytest.mark.parametrize(
    "stored",
    ['[["ClerkSentRework",{"at":"2026-10-24T17:00:00+00:00","by":"aigerim","why":""}]]'],
)
def test_a_journal_of_before_is_read_without_words(stored: str) -> None:
    assert load_event(stored) == sent(Said())
