"""What a filing says that an earlier one did not."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_daemon.desk.difference import FormDifference, before_rework, difference, likely_pairing, rounds, until
from inbox_daemon.desk.edits import Did, Edit, edits, put_in, taken_out, words
from inbox_daemon.order.completeness import is_blank
from registry_store.records import Case, CaseKind, FieldValue, Judgement, Resubmission, Sheet
from tests.order.build import FILLED, IIN, OTHER_IIN, application, at, case_mail, judged, said, sheet

FIRST, SECOND, THIRD = ("01" * 32, "02" * 32, "03" * 32)
TEXTS = st.text(alphabet="аб жқ,;.()«»@1-\n", max_size=40)
SIDES = st.lists(st.sampled_from(["бір", "екі", "үш", " ", ", ", "жоқ"]), max_size=14).map(tuple)


def joined(pieces: tuple[Edit, ...]) -> str:
    return "".join(one.text for one in pieces)


def applied(old: str, pieces: tuple[Edit, ...]) -> str:
    """Carry the edits out on the old text: what is kept or taken out must stand there."""
    new = ""
    for one in pieces:
        if one.did is not Did.PUT_IN:
            assert old.startswith(one.text)
            old = old.removeprefix(one.text)
        if one.did is not Did.TAKEN_OUT:
            new += one.text
    assert old == ""
    return new


@given(TEXTS)
def test_words_joined_are_the_text(text: str) -> None:
    assert "".join(words(text)) == text


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert edits(words(text), words(text)) == ((Edit(Did.KEPT, text),) if text else ())


@given(SIDES, SIDES)
def test_the_edits_carried_out_on_the_old_text_give_the_new_one(old: tuple[str, ...], new: tuple[str, ...]) -> None:
    pieces = edits(old, new)
    assert applied("".join(old), pieces) == "".join(new)
    assert joined(taken_out(pieces)) == "".join(old)
    assert joined(put_in(pieces)) == "".join(new)
    assert all(one.text for one in pieces)
    assert all(one.did != other.did for one, other in pairwise(pieces))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("Астана, Үлгі көшесі, 7", "Астана, Үлгі көшесі, 9", "Астана, Үлгі көшесі, [-7][+9]"),
        ("жоқ", "2 жыл, Қызыл Жарты Ай", "[-жоқ][+2 жыл, Қызыл Жарты Ай]"),
        ("Сәуле Қыдыр", "Әсел Қыдырова", "[-Сәуле Қыдыр][+Әсел Қыдырова]"),  # the space between tears nothing apart
        ("a@post.example", "b@post.example", "[-a@post.example][+b@post.example]"),
    ],
)
def test_words_are_told_as_a_person_would(old: str, new: str, told: str) -> None:
    signs = {Did.KEPT: "{}", Did.TAKEN_OUT: "[-{}]", Did.PUT_IN: "[+{}]"}
    assert "".join(signs[one.did].format(one.text) for one in edits(words(old), words(new))) == told


@pytest.mark.parametrize("count", [60, 150, 200, 50_000])
def test_no_text_takes_long(count: int) -> None:
    one = words("бір екі " * count)
    other = words("екі екі бір " * count)
    began = time.perf_counter()
    pieces = edits(one, other)
    assert time.perf_counter() - began < 1
    assert applied("".join(one), pieces) == "".join(other)


def test_a_page_of_text_is_still_told_word_by_word() -> None:
    page = " ".join(f"сөз{n % 56}" for n in range(280))
    pieces = edits(words(page), words(page.replace("сөз7 ", "басқа ").replace("сөз9 ", "")))
    assert sum(one.did is Did.TAKEN_OUT for one in pieces) == 10
    assert sum(one.did is Did.PUT_IN for one in pieces) == 5


# ------------------------------------------------------------ filings


def between(old: tuple[Sheet, ...], new: tuple[Sheet, ...], **other: object) -> tuple[FormDifference, ...]:
    return difference(old, new, judged(*new), "ru", **other)  # type: ignore[arg-type]


def lines(forms: tuple[FormDifference, ...], *statuses: str) -> dict[str, tuple[str, str]]:
    return {line.item: (line.status, line.counts) for one in forms for line in one.of(*statuses)}


CHANGES = ("changed", "came", "gone")
VALUES: dict[str, st.SearchStrategy[FieldValue]] = {
    "full_name": st.sampled_from(["Қыдырова Сәуле", "Қыдырова Сәуле Ерлан қызы"]),
    "birth_year": st.integers(1950, 2012),
    "iin": st.sampled_from([IIN, OTHER_IIN]),
    "residence": TEXTS,
    "activity_kinds": st.lists(st.integers(1, 13), max_size=4, unique=True).map(sorted),
    "contacts": st.builds(
        lambda phone, email: {"phone": phone, "email": email},
        st.lists(st.sampled_from(["+77000001122", "+77000003344"]), max_size=2, unique=True),
        st.lists(st.just("saule@post.example"), max_size=1),
    ),
}
FORMS = st.fixed_dictionaries({}, optional=VALUES).map(
    lambda given: replace(sheet("volunteer"), answers={name: said(value) for name, value in given.items()})
)


@given(FORMS)
def test_a_form_does_not_differ_from_itself(one: Sheet) -> None:
    forms = between((one,), (replace(one),))
    assert lines(forms, *CHANGES) == {}
    assert all(line.old == line.new for form in forms for line in form.lines)


@given(FORMS, FORMS)
def test_what_is_shown_of_two_forms_is_what_each_says(old: Sheet, new: Sheet) -> None:
    there = between((replace(old, mail=FIRST),), (replace(old, mail=FIRST), replace(new, mail=SECOND)))
    back = between((replace(new, mail=FIRST),), (replace(new, mail=FIRST), replace(old, mail=SECOND)))
    if is_blank(new) or is_blank(old):
        return  # a copy that is blank throughout replaces nothing
    for one, other in zip(there[0].lines, back[0].lines, strict=True):
        assert (joined(one.old), joined(one.new)) == (joined(other.new), joined(other.old))
        mirrored = {"came": "gone", "gone": "came"}
        assert other.status == mirrored.get(one.status, one.status)


def test_what_vanished_and_is_asked_for_counts_as_missing_and_what_is_not_does_not() -> None:
    first = (application("volunteer", mail=FIRST, answers={"stamp": True}), sheet("volunteer", mail=FIRST))
    again = (
        application("volunteer", "email", mail=SECOND, answers={"stamp": False}),
        sheet("volunteer", "iin", mail=SECOND, answers={"residence": "Астана, Үлгі көшесі, 9"}),
    )
    assert lines(between(first, (*first, *again)), *CHANGES) == {
        "application.email": ("gone", "missing"),
        "application.stamp": ("gone", "optional"),
        "volunteer.iin": ("gone", "missing"),
        "volunteer.residence": ("changed", ""),
    }


def test_a_value_that_stands_in_the_other_copy_is_not_missing() -> None:
    first = (
        application("volunteer", mail=FIRST),
        sheet("volunteer", mail=FIRST),
        sheet("volunteer", mail=FIRST, language="ru"),
    )
    again = sheet("volunteer", "iin", mail=SECOND)
    assert lines(between(first, (*first, again)), *CHANGES) == {"volunteer.iin": ("gone", "elsewhere")}


def test_while_a_file_cannot_be_read_nothing_is_called_missing() -> None:
    first = (sheet("volunteer", mail=FIRST),)
    new = (*first, sheet("volunteer", "iin", mail=SECOND))
    forms = difference(first, new, judged(*new, unreadable=("scan.pdf",)), "ru")
    assert lines(forms, *CHANGES) == {"volunteer.iin": ("gone", "unjudged")}


def test_a_form_that_was_not_sent_again_still_counts() -> None:
    first = (application("volunteer", mail=FIRST), sheet("volunteer", "iin", mail=FIRST))
    forms = between(first, (*first, sheet("volunteer", mail=SECOND)))
    assert [(one.form, one.how) for one in forms] == [("application", "unsent"), ("volunteer", "compared")]
    assert lines(forms, *CHANGES) == {"volunteer.iin": ("came", "")}


def test_values_in_words_complete_their_form_and_take_nothing_out() -> None:
    first = (application("volunteer", mail=FIRST), sheet("volunteer", "iin", mail=FIRST))
    told = Sheet("volunteer", "ru", "body", SECOND, {"iin": said(IIN)}, completes=True)
    assert lines(between(first, (*first, told)), *CHANGES) == {"volunteer.iin": ("came", "")}


def test_the_kazakh_copy_stands_beside_the_russian_one() -> None:
    both = (
        sheet("volunteer", answers={"birth_year": 1995}),
        sheet("volunteer", language="ru", answers={"birth_year": 1996}),
    )
    forms = between(both, both, pairing="kk-ru")
    assert [(one.old and one.old.language, one.new and one.new.language) for one in forms] == [("kk", "ru")]
    assert lines(forms, *CHANGES) == {"volunteer.birth_year": ("changed", "")}


def test_an_answer_in_the_other_language_is_compared_all_the_same() -> None:
    first = (sheet("volunteer", "iin", mail=FIRST),)
    forms = between(first, (*first, sheet("volunteer", mail=SECOND, language="ru")))
    assert {one.language for one in forms} == {"kk", "ru"}, "both copies count"
    assert [one.how for one in forms] == ["unsent", "new"]
    crossed = between(first, (*first, sheet("volunteer", mail=SECOND, language="ru")), pairing="kk-ru")
    assert lines(crossed, *CHANGES) == {"volunteer.iin": ("came", "")}


@pytest.mark.parametrize(
    ("languages", "pairing"),
    [("kk kk", "each"), ("kk ru", "kk-ru"), ("ru kk", "ru-kk"), ("kk+ru ru", "each"), ("kk kk+ru", "each")],
)
def test_copies_of_one_language_are_laid_side_by_side_where_there_are_such(languages: str, pairing: str) -> None:
    sheets = tuple(
        sheet("volunteer", mail=mail, language=one)
        for mail, written in zip((FIRST, SECOND), languages.split(), strict=True)
        for one in written.split("+")
    )
    assert likely_pairing(Case("VR-2026-000417", CaseKind.APPLICATION, sheets=sheets), 1, 2) == pairing


def test_of_several_programmes_those_of_one_name_belong_together() -> None:
    def programme(name: str, mail: str, **answers: FieldValue) -> Sheet:
        return sheet("programme", mail=mail, answers={"name": name, **answers})

    first = (programme("Таза өзен", FIRST), programme("Жасыл қала", FIRST))
    new = (*first, programme("Жасыл қала", SECOND, participants_count=50))
    forms = difference(first, new, judged(*new), "ru")
    assert sorted(one.how for one in forms) == ["compared", "unsent"]
    assert list(lines(forms, *CHANGES)) == ["programme.participants_count"]


def test_rounds_are_the_mails_that_brought_forms_and_the_first_stands_beside_the_last() -> None:
    mails = tuple(case_mail(at(f"2026-10-2{n} 10:00"), n) for n in (1, 2, 3))
    sheets = tuple(sheet("volunteer", mail=one.mail) for one in mails)
    case = Case("VR-2026-000417", CaseKind.APPLICATION, mails=mails, sheets=sheets)
    assert [one.number for one in rounds(case)] == [1, 2, 3]
    assert before_rework(case) == 2, "nothing was sent back"
    answers = tuple(Resubmission(one.at, one.mail, Judgement.INCOMPLETE, in_time=True) for one in mails[1:])
    assert before_rework(replace(case, answers=answers)) == 1
    assert until(case, 2) == sheets[:2]


def test_each_form_of_the_catalogue_can_be_compared() -> None:
    for form in FILLED:
        forms = between((sheet(form, mail=FIRST),), (sheet(form, mail=FIRST), sheet(form, mail=SECOND)))
        assert lines(forms, *CHANGES) == {}, form
