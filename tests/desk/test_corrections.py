"""The fields of a case as one form: what is stored comes up, what is not touched stays, and nothing typed is lost.

The kind: an editor that comes up with less than what is stored, so that saving it takes something away; and a page
of several forms, of which one is sent and what was typed into the others is dropped.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from httpx2 import Response
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from inbox_daemon.acts import meaning_of
from inbox_daemon.desk.case_facts import sheets_shown
from inbox_daemon.desk.corrections import editor_of, is_touched
from inbox_daemon.order.case import decide
from inbox_daemon.order.practice import Practice
from parsers.catalogue import Field, catalogue
from parsers.readings import FieldValue
from registry_store.records import Answer, Case, ClerkSawFilled, ClerkSetField, Judgement, Sheet, State
from tests.desk.browser import MORNING, Browser, DeskOffice, open_office
from tests.desk.page_forms import PageForm, corrections, post
from tests.order.build import FILLED, IIN, application, complete, days, filed, new_case, said, sheet, with_gap

WRONG = "930101400124"  # twelve digits whose check digit is wrong
EVERY = [(form, asked) for form, one in catalogue().forms.items() for asked in one.fields]


@pytest.fixture
def by_hand(tmp_path: Path) -> DeskOffice:
    """An office in which a person says yes to each inclusion."""
    return open_office(tmp_path, Practice(inclusion="clerk"))


def case_of(office: DeskOffice, *sheets: object, n: int = 1) -> Case:
    return office.parts.casework.carry(filed(MORNING, *sheets, n=n), None, now=MORNING).case  # type: ignore[arg-type]


def opened(browser: Browser, case: Case) -> PageForm:
    return corrections(browser.get(f"/cases/{case.number}"))


def events_of(office: DeskOffice, case: Case) -> list[str]:
    return [type(line.event).__name__ for line in office.store.journal(case.number)]


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn")), min_size=1, max_size=60)
LINES = st.lists(WORDS, min_size=1, max_size=4).map("\n".join)


def stored(asked: Field) -> st.SearchStrategy[FieldValue]:
    """Anything that may stand in a store as the value of a field."""
    if asked.options:
        one = st.sampled_from([option.value or option.number for option in asked.options])
        return st.lists(one, min_size=1, unique=True)  # type: ignore[return-value]
    match asked.kind:
        case "contacts":
            channels = st.sampled_from(("phone", "email", "website", "instagram", "whatsapp"))
            return st.dictionaries(channels, st.lists(WORDS, min_size=1, max_size=3))
        case "statement" | "signature" | "stamp":
            return st.booleans()
        case "people_list":
            return st.lists(WORDS, min_size=1, max_size=5)
        case "year":
            return st.integers(1900, 2029) | WORDS
        case "number":
            return st.integers(0, 10**6) | WORDS
        case "date":
            return st.dates().map(lambda day: day.isoformat()) | WORDS
        case _:
            return WORDS | LINES


def changed_in(page: PageForm, answer: Response) -> list[str]:
    """What the desk took for changed, and why it was refused."""
    said = re.findall(r'role="alert">([^<]*)', answer.text)
    sent: dict[str, list[str]] = {}
    for name, value in page.sent:
        sent.setdefault(name, []).append(value)
    return [*said, *(f"{name}: {sent.get(name, [])!r}" for name in sent if is_touched(name.removeprefix("was:"), sent))]


@settings(max_examples=12, phases=(Phase.reuse, Phase.generate), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_field_opened_and_saved_untouched_stays_as_it_is_and_nothing_is_recorded(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """All fields of the catalogue with anything that may be stored in them, read surely or not, through the real page
    and with what a browser would send."""
    sheets = []
    for form, one in catalogue().forms.items():
        doubts = st.sampled_from((None, "struck out"))
        answers = {
            asked.id: Answer(data.draw(stored(asked)), data.draw(WORDS), doubt=data.draw(doubts))
            for asked in one.fields
        }
        sheets.append(replace(sheet(form), answers=answers))
    by_hand = open_office(tmp_path_factory.mktemp("office"), Practice(inclusion="clerk"))
    case = case_of(by_hand, *sheets)
    browser = by_hand.signed_in()
    page = opened(browser, case)
    drawn = {name for name, _ in page.sent if name.startswith("was:")}
    assert drawn == {f"was:{form}.{asked.id}:kk" for form, asked in EVERY}, "every row is there to be corrected"
    answer = post(browser, page)
    assert answer.status_code == 303, changed_in(page, answer)
    assert answer.headers["location"].endswith("notice=unchanged")
    assert by_hand.store.case(case.number) == case
    assert events_of(by_hand, case) == ["Filed"]
    by_hand.store.close()


@pytest.mark.parametrize(("form", "field"), [(form, field) for form, values in FILLED.items() for field in values])
def test_what_is_stored_comes_up_in_its_editor(by_hand: DeskOffice, form: str, field: str) -> None:
    """The brother that the property cannot see: an editor that comes up empty, and is told apart by its mark alone."""
    case = case_of(by_hand, *([sheet(form)] if form == "application" else [application("volunteer"), sheet(form)]))
    lines = [line for one in sheets_shown(case, "ru") for line in one.lines if line.item == f"{form}.{field}"]
    for line in lines:
        assert line.editor is not None
        assert any(line.editor.drawn), line.item


def test_one_more_kind_of_activity_is_added_to_those_that_stand_there(by_hand: DeskOffice) -> None:
    case = case_of(by_hand, *complete())
    browser = by_hand.signed_in()
    page = opened(browser, case)
    key = "value:volunteer.activity_kinds:kk"
    ticked = [value for name, value in page.sent if name == key]
    assert ticked == ["1", "2"]
    assert post(browser, page, page.changed({key: [*ticked, "6"]})).status_code == 303
    (form,) = [one for one in by_hand.store.case(case.number).sheets if one.form == "volunteer"]
    assert form.answers["activity_kinds"].value == [1, 2, 6]
    assert form.answers["volunteer_role"].value == [1], "what was not touched"


def test_a_channel_is_added_to_the_contacts_and_the_others_stay(by_hand: DeskOffice) -> None:
    case = case_of(by_hand, *complete())
    browser = by_hand.signed_in()
    page = opened(browser, case)
    key = "value:volunteer.contacts:kk"
    boxes = [value for name, value in page.sent if name == key]
    assert boxes == ["+77000001122", "saule@post.example", "", "", ""]
    assert post(browser, page, page.changed({key: [*boxes[:2], "", "@saule", "+77000001122"]})).status_code == 303
    (form,) = [one for one in by_hand.store.case(case.number).sheets if one.form == "volunteer"]
    assert form.answers["contacts"].value == {
        "phone": ["+77000001122"],
        "email": ["saule@post.example"],
        "instagram": ["@saule"],
        "whatsapp": ["+77000001122"],
    }


def test_all_rows_that_were_changed_are_saved_by_whichever_button(by_hand: DeskOffice) -> None:
    """Two rows open, one saved: the words in the other were lost."""
    case = case_of(by_hand, application("volunteer"), sheet("volunteer", "iin", "residence"))
    browser = by_hand.signed_in()
    page = opened(browser, case)
    typed = {
        "value:volunteer.iin:kk": IIN,
        "why:volunteer.iin:kk": "seen on the scan",
        "value:volunteer.residence:kk": "Астана, Үлгі көшесі, 7",
    }
    assert post(browser, page, page.changed(typed)).status_code == 303
    after = by_hand.store.case(case.number)
    assert after.state is State.COMPLETE
    event = by_hand.store.journal(case.number)[-1].event
    assert isinstance(event, ClerkSetField)
    assert [one.field for one in event.corrections] == ["volunteer.residence", "volunteer.iin"]
    assert event.why == "seen on the scan"
    shown = browser.get(f"/cases/{case.number}").text
    assert "Үлгі көшесі, 7" in shown[shown.index('id="history"') :], "the history tells all of them"
    undo = {"act": "undo", "why": "a slip", "version": after.version}
    assert browser.post(f"/cases/{case.number}/do", f"/cases/{case.number}", **undo).status_code == 303
    assert by_hand.store.case(case.number).sheets == case.sheets, "one act, taken back whole"


def test_what_is_typed_goes_along_when_another_row_is_seen_to_be_filled(by_hand: DeskOffice) -> None:
    case = case_of(by_hand, application("volunteer"), sheet("volunteer", "iin", "residence"))
    browser = by_hand.signed_in()
    page = opened(browser, case)
    sent = [*page.changed({"value:volunteer.residence:kk": "Астана"}), ("seen", "volunteer.iin:kk")]
    assert ("seen", "volunteer.iin:kk") in page.buttons
    assert page.buttons[0] == ("", ""), "Enter saves, and says of no field that it is filled"
    assert post(browser, page, sent).status_code == 303
    (form,) = [one for one in by_hand.store.case(case.number).sheets if one.form == "volunteer"]
    assert form.answers["residence"].value == "Астана"
    assert form.filled_by_clerk == ("iin",)


def test_a_row_that_is_only_seen_is_told_as_that(by_hand: DeskOffice) -> None:
    case = case_of(by_hand, *with_gap())
    browser = by_hand.signed_in()
    page = opened(browser, case)
    assert post(browser, page, [*page.sent, ("seen", "volunteer.iin:kk")]).status_code == 303
    assert isinstance(by_hand.store.journal(case.number)[-1].event, ClerkSawFilled)


def test_one_value_refused_keeps_everything_that_was_typed_and_saves_none(by_hand: DeskOffice) -> None:
    case = case_of(by_hand, application("volunteer"), sheet("volunteer", "iin", "residence"))
    browser = by_hand.signed_in()
    page = opened(browser, case)
    typed = {"value:volunteer.iin:kk": "12", "value:volunteer.residence:kk": "Астана, 7", "why:volunteer.iin:kk": "?!"}
    answer = post(browser, page, page.changed(typed))
    assert answer.status_code == 409
    again = dict(corrections(answer).sent)
    assert {name: again[name] for name in typed} == typed
    assert by_hand.store.case(case.number) == case


def test_who_was_slower_keeps_what_they_typed_and_takes_nothing_of_the_other_back(by_hand: DeskOffice) -> None:
    case = case_of(by_hand, application("volunteer"), sheet("volunteer", "iin", "residence"))
    browser, other = by_hand.signed_in(), by_hand.signed_in("berik")
    slow = opened(browser, case)
    quick = opened(other, case)
    assert post(other, quick, quick.changed({"value:volunteer.residence:kk": "Алматы"})).status_code == 303
    answer = post(browser, slow, slow.changed({"value:volunteer.iin:kk": IIN}))
    assert answer.status_code == 409
    again = corrections(answer)
    assert dict(again.sent)["value:volunteer.iin:kk"] == IIN
    assert dict(again.sent)["value:volunteer.residence:kk"] == "Алматы", "not what the slower one had seen"
    assert post(browser, again).status_code == 303
    (form,) = [one for one in by_hand.store.case(case.number).sheets if one.form == "volunteer"]
    assert (form.answers["iin"].value, form.answers["residence"].value) == (IIN, "Алматы")


def test_a_reason_in_a_row_that_was_not_changed_is_not_dropped(by_hand: DeskOffice) -> None:
    case = case_of(by_hand, *with_gap())
    browser = by_hand.signed_in()
    page = opened(browser, case)
    answer = post(browser, page, page.changed({"why:volunteer.residence:kk": "she said so"}))
    assert answer.status_code == 409
    assert dict(corrections(answer).sent)["why:volunteer.residence:kk"] == "she said so"


def test_the_row_of_one_language_corrects_that_copy(by_hand: DeskOffice) -> None:
    """A name corrected in the row of the Kazakh copy went into the Russian one, because it was the newer."""
    case = case_of(by_hand, *complete("kk"), *complete("ru"))
    browser = by_hand.signed_in()
    page = opened(browser, case)
    typed = {"value:volunteer.full_name:kk": "Қыдырова Сәуле Үлгіқызы", "value:volunteer.birth_year:ru": "1994"}
    assert post(browser, page, page.changed(typed)).status_code == 303
    forms = {one.language: one for one in by_hand.store.case(case.number).sheets if one.form == "volunteer"}
    assert forms["kk"].answers["full_name"].value == "Қыдырова Сәуле Үлгіқызы"
    assert forms["ru"].answers["full_name"].value == "Қыдырова Сәуле"
    years = [form.answers["birth_year"].value for form in forms.values()]
    assert years == [1994, 1994], "what is no wording is the same in both"


def test_of_two_people_in_one_mail_one_is_corrected_and_the_other_left_alone(by_hand: DeskOffice) -> None:
    other = sheet("volunteer", language="ru", answers={"full_name": "Ким Виктор", "iin": "770411200334"})
    another = sheet("volunteer", language="ru", answers={"full_name": "Ли Анна"})
    case = case_of(by_hand, application("volunteer"), sheet("volunteer"), other, another)
    browser = by_hand.signed_in()
    page = opened(browser, case)
    assert post(browser, page, page.changed({"value:volunteer.birth_year:kk": "1990"})).status_code == 303
    forms = [one for one in by_hand.store.case(case.number).sheets if one.form == "volunteer"]
    assert [one.answers["birth_year"].value for one in forms] == [1990, 1995, 1995]


# ------------------------------------------------------------ a typed number is checked


def test_a_typed_number_with_a_wrong_check_digit_is_a_doubt_until_a_reason_says_that_it_is_right(
    by_hand: DeskOffice,
) -> None:
    """The kind: a clerk's own value that goes past the rules for read ones."""
    case = case_of(by_hand, *with_gap())
    browser = by_hand.signed_in()
    page = opened(browser, case)
    assert post(browser, page, page.changed({"value:volunteer.iin:kk": WRONG})).status_code == 303
    after = by_hand.store.case(case.number)
    assert after.state is State.WITH_CLERK
    assert after.verdict is not None
    assert after.verdict.judgement is Judgement.NEEDS_CLERK
    assert "volunteer.iin.checksum" in after.verdict.notices
    page = opened(browser, case)
    seen = ("seen", "volunteer.iin:kk")
    answer = post(browser, page, [*page.sent, seen])
    assert answer.status_code == 409, "a doubt is overruled only for a reason"
    again = corrections(answer)
    assert (
        post(browser, again, [*again.changed({"why:volunteer.iin:kk": "so in the passport"}), seen]).status_code == 303
    )
    assert by_hand.store.case(case.number).state is State.COMPLETE
    event = by_hand.store.journal(case.number)[-1].event
    assert (type(event).__name__, getattr(event, "why", "")) == ("ClerkSawFilled", "so in the passport")


@pytest.mark.parametrize(
    ("form", "field", "typed", "flaw"),
    [
        ("volunteer", "iin", WRONG, "checksum"),
        ("volunteer", "iin", "111111111111", "checksum"),
        ("group", "leader_iin", WRONG, "checksum"),
        ("organization", "bin", "310740009905", "checksum"),
        ("application", "email", "saule@@post", "email_impossible"),
        ("volunteer", "contacts", "+7 700 000 11 22, saule@post..example", "email_impossible"),
        ("volunteer", "iin", IIN, None),
        ("application", "email", "saule@post.example", None),
    ],
)
def test_the_rules_of_read_values_hold_for_typed_ones(form: str, field: str, typed: str, flaw: str | None) -> None:
    forms: tuple[Sheet, ...] = (
        (application("volunteer"),) if form == "application" else (application(form), sheet(form))
    )
    case = decide(new_case(), filed(MORNING, *forms), days(), Practice(inclusion="clerk")).case
    item = f"{form}.{field}"
    after = decide(case, ClerkSetField(MORNING, "berik", item, meaning_of(item, typed), typed), days(), Practice()).case
    (found,) = [one.answers[field].flaws for one in after.sheets if one.form == form]
    assert found == (() if flaw is None else (flaw,))


def test_an_editor_after_a_refusal_has_what_was_typed_and_no_other() -> None:
    asked = catalogue().field("volunteer", "iin")
    plain = editor_of("volunteer.iin", asked, said(IIN), "kk", {})
    assert (plain.drawn, plain.now, plain.touched) == ((IIN,), (IIN,), False)
    typed = {"was:volunteer.iin:kk": (plain.mark,), "value:volunteer.iin:kk": ("12",)}
    again = editor_of("volunteer.iin", asked, said(IIN), "kk", typed)
    assert (again.now, again.touched) == (("12",), True)
