"""What is chosen among printed options, whatever the way of marking."""

from __future__ import annotations

import pytest

from parsers.catalogue import catalogue
from parsers.marks import Chosen, Seen, chosen, reading_of
from parsers.readings import Mark

KINDS = catalogue().field("volunteer", "activity_kinds").options
ROLES = catalogue().field("volunteer", "volunteer_role").options
TIMES = catalogue().field("volunteer", "preferred_time").options
U, S, B = frozenset({Mark.UNDERLINE}), frozenset({Mark.STRIKE}), frozenset({Mark.BOLD})
PLAIN: frozenset[Mark] = frozenset()


def seen(**marked: object) -> list[Seen]:
    """All thirteen kinds printed; n3="+" puts a sign beside the third, n3=U underlines it, n3=True ticks its box."""
    kinds = []
    for n in range(1, 14):
        mark = marked.get(f"n{n}")
        kinds.append(
            Seen(
                n,
                mark if isinstance(mark, frozenset) else PLAIN,
                mark if isinstance(mark, bool) else None,
                (mark,) if isinstance(mark, str) else (),
            )
        )
    return kinds


@pytest.mark.parametrize(
    ("marked", "answer"),
    [
        ({}, Chosen()),
        ({"n3": "+", "n6": "✓"}, Chosen((3, 6))),
        ({"n3": "да", "n6": "нет"}, Chosen((3,))),
        ({"n3": "V", "n6": "–", "n7": "____", "n8": "жоқ"}, Chosen((3,))),
        ({"n3": "3"}, Chosen((3,))),
        ({"n13": "+, перевод"}, Chosen((13,), "перевод")),
        ({"n13": "перевод"}, Chosen((13,), "перевод")),
        ({"n3": U, "n6": U}, Chosen((3, 6))),
        ({"n3": B}, Chosen((3,))),
        ({f"n{n}": S for n in range(1, 14) if n != 5}, Chosen((5,))),
        ({"n3": True, "n6": False}, Chosen((3,))),
        ({f"n{n}": "____" for n in range(1, 14)} | {"n4": U}, Chosen((4,))),
    ],
)
def test_marks_beside_and_on_the_kinds(marked: dict[str, object], answer: Chosen) -> None:
    assert chosen(KINDS, seen(**marked), (), complete=True) == answer


@pytest.mark.parametrize(
    ("text", "numbers", "words"),
    [
        ("3,11", (3, 11), ""),
        ("5), 6)", (5, 6), ""),
        ("7; 8", (7, 8), ""),
        ("3 5 6 13 (ветеринарная помощь)", (3, 5, 6, 13), "ветеринарная помощь"),
        ("1-3", (1, 2, 3), ""),
        ("6 және 9", (6, 9), ""),
    ],
)
def test_numbers_in_one_place(text: str, numbers: tuple[int, ...], words: str) -> None:
    assert chosen(KINDS, seen(), [text], complete=True) == Chosen(numbers, words)


@pytest.mark.parametrize(
    ("text", "numbers", "words"),
    [
        ("в праздничные дни, в другое время (в любое время)", (2, 4), "в любое время"),
        ("3, 4 (по субботам)", (3, 4), "по субботам"),
        ("после работы, с 18:00", (), "после работы, с 18:00"),
        ("18:00-ден кейін", (), "18:00-ден кейін"),
        ("мереке күндері; жазғы уақытта", (2, 3), ""),
    ],
)
def test_options_written_out_and_own_words(text: str, numbers: tuple[int, ...], words: str) -> None:
    assert chosen(TIMES, (), [text], complete=True) == Chosen(numbers, words)


def test_rows_taken_out_leave_the_chosen_ones() -> None:
    left = [one for one in seen() if one.number in (4, 6)]
    assert chosen(KINDS, left, (), complete=True) == Chosen((4, 6))


def test_rows_not_recognised_are_not_taken_out() -> None:
    left = [one for one in seen() if one.number in (4, 6)]
    assert chosen(KINDS, left, (), complete=False).doubt is not None


def test_a_role_in_own_words_chooses_no_option() -> None:
    printed = [Seen(n, PLAIN, None, ()) for n in range(1, 7)]
    assert chosen(ROLES, printed, ["Аудармашы"], complete=True) == Chosen((), "Аудармашы")


def test_two_ways_that_differ_are_a_doubt() -> None:
    assert chosen(KINDS, seen(n3="+", n6=U), (), complete=True).doubt is not None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("+", "yes"),
        ("√", "yes"),
        ("X", "yes"),
        ("иә", "yes"),
        ("[x]", "yes"),
        ("☐", "no"),
        ("-", "blank"),
        ("жоқ", "no"),
    ],
)
def test_a_sign_says_yes_or_no(text: str, says: str) -> None:
    assert reading_of(text)[0] == says


def test_a_sign_behind_which_another_option_stands_is_doubted() -> None:
    answer = chosen(KINDS, seen(n9="v", n11="v 12) халықтар арасындағы татулықты нығайтуға"), (), complete=True)
    assert answer.doubt == "words beside option 11"


def test_a_sign_with_a_word_or_two_is_no_doubt() -> None:
    assert chosen(KINDS, seen(n9="+ иә, қатысамын"), (), complete=True) == Chosen((9,))
