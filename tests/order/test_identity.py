"""Whose entry it is (rules, section 4). The kind of fault: something is tied or carried out by a number alone, or by an
identity that was asked once, when the mail came, and is another one when it is carried out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from inbox_daemon.errors import NotAllowed
from inbox_daemon.order.asks import Ask
from inbox_daemon.order.identity import Differs, Person, differences, from_holder, of_case, people_in
from registry_store.records import (
    Amend,
    Case,
    CaseKind,
    Category,
    ClerkIncluded,
    ClerkJoined,
    ClerkSawFilled,
    ClerkSetField,
    ClerkStopped,
    ClerkTookOut,
    Event,
    Holder,
    LetterKind,
    Send,
    Sheet,
    Standing,
    State,
    Step,
    StopEntry,
    Text,
)
from tests.order import lives
from tests.order.build import (
    BIN,
    IIN,
    OTHER_IIN,
    SENDER,
    at,
    complete,
    filed,
    new_case,
    sheet,
)

NOW = at("2026-11-03 15:00")
HOLDER = Holder(15, "volunteer", IIN, Text("Қыдырова Сәуле", None), (SENDER,), Standing.LISTED)
ELSEWHERE = "stranger@post.example"
NAMESAKE = {"full_name": "Ким Виктория"}


def waits(*without: str, **answers: object) -> Case:
    """A change that a person must look at: nobody knows whose entry it is."""
    sheets = (sheet("volunteer", *without, answers=answers),)
    return lives.led(new_case(CaseKind.CHANGE), filed(NOW, *sheets, category=Category.CHANGE))


def included(case: Case, holder: Holder = HOLDER, why: str = "") -> Step:
    return lives.step(case, ClerkIncluded(NOW, "aigerim", "", 15, holder=holder, other_person_why=why))


def carried(step: Step) -> list[object]:
    """What a step does to the register, and the letters that tell of it."""
    return [
        e
        for e in step.effects
        if isinstance(e, Amend | StopEntry)
        or (isinstance(e, Send) and e.letter in (LetterKind.CHANGE, LetterKind.STOP))
    ]


@pytest.mark.parametrize(
    ("mine", "theirs", "found"),
    [
        (Person(frozenset({IIN})), Person(frozenset({IIN}), ("Other Name",)), ()),
        (Person(frozenset({IIN})), Person(frozenset({OTHER_IIN})), (Differs.KEY,)),
        (Person(frozenset({IIN, OTHER_IIN})), Person(frozenset({IIN})), (Differs.KEY,)),
        (Person(frozenset({IIN, BIN})), Person(frozenset({BIN})), ()),
        (Person(frozenset({BIN})), Person(frozenset({IIN})), (Differs.KEY,)),
        (Person(names=("Кыдырова Сауле",), addresses=frozenset({SENDER})), lives.PERSON, ()),
        (Person(names=("Сәуле Қыдырова Ермекқызы",), addresses=frozenset({SENDER})), lives.PERSON, ()),
        (Person(names=("Ким Виктория",), addresses=frozenset({SENDER})), lives.PERSON, (Differs.NAME,)),
        (Person(names=("Қыдырова Сәуле",), addresses=frozenset({ELSEWHERE})), lives.PERSON, (Differs.ADDRESS,)),
        (Person(addresses=frozenset({SENDER})), lives.PERSON, ()),
        (Person(), lives.PERSON, (Differs.ADDRESS,)),
    ],
)
def test_number_first_else_name_and_address(mine: Person, theirs: Person, found: tuple[Differs, ...]) -> None:
    assert differences(mine, theirs) == found
    assert differences(theirs, mine) == found


def test_a_typed_number_carries_nothing_out_on_somebody_else() -> None:
    stranger = waits(iin=OTHER_IIN)
    with pytest.raises(NotAllowed) as refused:
        included(stranger)
    assert (refused.value.code, refused.value.detail) == ("other_person", "№ 15")
    assert carried(included(stranger, why="the IIN in the register was misread: the passport is in the file"))
    assert carried(included(waits()))


@pytest.mark.parametrize(
    "holder",
    [
        replace(HOLDER, key="", name=Text("Ким Виктория")),
        replace(HOLDER, key="", addresses=(ELSEWHERE,)),
        replace(HOLDER, key=OTHER_IIN),
    ],
)
def test_without_a_number_name_and_address_must_both_agree(holder: Holder) -> None:
    with pytest.raises(NotAllowed):
        included(waits(), holder)
    stop = lives.led(new_case(CaseKind.TERMINATION), lives.asked_to_stop(entry=None))
    stop = replace(stop, people=("Қыдырова Сәуле",), named=(IIN,) if holder.key else ())
    with pytest.raises(NotAllowed):
        lives.step(stop, ClerkStopped(NOW, "aigerim", "asks so", entry=15, holder=holder))


def test_a_change_makes_no_entry_one_of_another_questionnaire() -> None:
    with pytest.raises(NotAllowed) as refused:
        included(waits(), replace(HOLDER, kind="group"), why="he leads that group")
    assert refused.value.code == "other_kind"


def test_nothing_is_carried_out_on_an_entry_that_was_taken_back() -> None:
    with pytest.raises(NotAllowed) as refused:
        included(waits(), replace(HOLDER, standing=Standing.UNDONE), why="so it is")
    assert refused.value.code == "entry_undone"


ANSWER = filed(at("2026-11-02 10:00"), sheet("volunteer", answers={"iin": OTHER_IIN}), trusted=True)
# A change without its IIN from the address on file, sent back for it: entry 15 is the sender's, as the mail came.
SENT_BACK: Case = lives.led(
    new_case(CaseKind.CHANGE),
    filed(lives.RECEIVED, sheet("volunteer", "iin"), category=Category.CHANGE, entry=15, trusted=True),
    lives.lead_day(),
    lives.accepted(),
)


@pytest.mark.parametrize(
    "event",
    [
        ANSWER,
        ClerkSetField(NOW, "aigerim", "volunteer.iin", OTHER_IIN, OTHER_IIN),
        lives.joined(lives.IN_TERM, sheet("volunteer", answers={"iin": OTHER_IIN})),
    ],
    ids=["answer", "set", "join"],
)
def test_an_entry_never_passes_to_another_person_by_itself(event: Event) -> None:
    """The identity that counts is the one at the moment of carrying out, whatever brings the step on."""
    assert SENT_BACK.state is State.AWAITING_REWORK
    step = lives.step(SENT_BACK, event)
    assert step.case.state is State.WITH_CLERK
    assert step.case.asks == (Ask.OTHER_PERSON,)
    assert (step.case.decided_at, step.case.ground) == (None, "")
    assert carried(step) == []


def test_the_same_answer_of_the_entrys_own_person_is_carried_out_by_itself() -> None:
    step = lives.step(SENT_BACK, filed(at("2026-11-02 10:00"), sheet("volunteer"), trusted=True))
    assert step.case.state is State.CARRIED_OUT
    assert [type(one) for one in carried(step)] == [Amend, Send]


def test_a_gap_seen_filled_needs_name_and_address() -> None:
    """Where no number can be read the address alone makes nobody the entry's person."""
    seen = ClerkSawFilled(NOW, "aigerim", "volunteer.iin")
    namesake = replace(SENT_BACK, sheets=(sheet("volunteer", "iin", answers=NAMESAKE),))
    for case in (SENT_BACK, namesake):
        with pytest.raises(NotAllowed) as refused:
            lives.step(case, seen)
        assert refused.value.code == "key_unknown"


@pytest.mark.parametrize(
    ("named", "people", "asks"),
    [
        ((), (), ()),
        ((IIN,), ("Қыдырову Сәуле",), ()),
        ((), ("Кыдырова Сауле", "Қыдырова Сәуле"), ()),
        ((OTHER_IIN,), (), (Ask.OTHER_PERSON,)),
        ((IIN, OTHER_IIN), (), (Ask.OTHER_PERSON,)),
        ((), ("Виктория Ким",), (Ask.OTHER_PERSON,)),
        ((IIN,), ("Қыдырова Сәуле", "Ким Викторию"), (Ask.OTHER_PERSON,)),
    ],
)
def test_a_stop_that_names_somebody_else_waits_for_a_person(
    named: tuple[str, ...], people: tuple[str, ...], asks: tuple[str, ...]
) -> None:
    step = lives.step(new_case(CaseKind.TERMINATION), lives.asked_to_stop(named=named, people=people))
    assert step.case.asks == asks
    assert bool(carried(step)) is (asks == ())


def test_a_change_of_what_was_stopped_meanwhile_waits_for_a_person() -> None:
    answer = filed(at("2026-11-02 10:00"), sheet("volunteer"), trusted=True)
    stopped = replace(answer, holder=replace(HOLDER, standing=Standing.STOPPED))
    step = lives.step(SENT_BACK, stopped)
    assert (step.case.state, step.case.asks, carried(step)) == (State.WITH_CLERK, (Ask.ENTRY_UNKNOWN,), [])


def other(*sheets: Sheet, sender: str = SENDER, number: str = "VR-2026-000418") -> Case:
    case = lives.led(new_case(), filed(lives.RECEIVED, *sheets, n=6, sender=sender))
    return replace(case, number=number)


def join(theirs: Case, why: str = "") -> ClerkJoined:
    number, mails, sheets = theirs.number, theirs.mails, theirs.sheets
    return ClerkJoined(
        NOW, "aigerim", "one", number, theirs.received, mails, sheets, there=theirs, other_person_why=why
    )


def test_only_one_persons_cases_are_joined() -> None:
    here = lives.incomplete()
    stranger = other(*complete(), sender=ELSEWHERE)
    with pytest.raises(NotAllowed) as refused:
        lives.step(here, join(stranger))
    assert (refused.value.code, refused.value.detail) == ("other_person", stranger.number)
    assert len(lives.step(here, join(stranger, "she writes from work, said on the phone")).case.mails) == 2
    assert len(lives.step(here, join(other(*complete()))).case.mails) == 2


def test_a_case_is_not_joined_to_itself() -> None:
    here = lives.incomplete()
    with pytest.raises(NotAllowed) as refused:
        lives.step(here, join(here))
    assert refused.value.code == "same_case"


@pytest.mark.parametrize("to", [lives.incomplete().number, "VR-2026-000418"])
def test_what_is_taken_out_goes_to_its_own_applicants_case(to: str) -> None:
    stranger = other(*complete(), sender=ELSEWHERE)
    took = ClerkTookOut(NOW, "aigerim", "two people", (0, 1), ("1".zfill(64),), to, there=stranger)
    code = "same_case" if to == lives.incomplete().number else "other_person"
    with pytest.raises(NotAllowed) as refused:
        lives.step(lives.incomplete(), took)
    assert refused.value.code == code


def test_names_are_found_in_what_people_write() -> None:
    text = "Добрый день!\nПрошу исключить меня, Иванову Анну Петровну, из Реестра.\nС уважением, Ким Виктория"
    assert people_in("Анна Иванова", text) == ("Анна Иванова", "Иванову Анну Петровну", "Ким Виктория")


def test_the_copies_that_count_say_who_it_is() -> None:
    case = replace(
        lives.incomplete_change(), sheets=(sheet("volunteer"), sheet("volunteer", answers={"iin": OTHER_IIN}))
    )
    assert of_case(case).keys == {OTHER_IIN}
    assert from_holder(case, HOLDER) == (Differs.KEY,)
