"""The applicant's own forms, given back: kept, marked, and for nobody else."""

from __future__ import annotations

import email
import email.policy
import io
import zipfile
from dataclasses import replace
from email import message_from_bytes

import pytest
from docx import Document
from docx.oxml.ns import qn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inbox_daemon.letters import words
from inbox_daemon.letters.blank_form import blank_form, file_name, filled_form
from inbox_daemon.letters.enclosed import as_file, enclosed_with
from inbox_daemon.letters.facts import asked_for
from inbox_daemon.letters.filling import in_plain_words
from inbox_daemon.letters.render import LANGUAGES
from inbox_daemon.letters.returned import BY_HAND, LONGEST_ANSWER, MOST_OF_A_FORM, OwnForm, own_forms
from inbox_daemon.letters.samples import (
    FIRST_MAIL,
    SECOND_MAIL,
    incomplete,
    judged,
    mail,
    received,
    sheet,
    table,
    with_gaps,
)
from inbox_daemon.mailbox.noted import sheet_of
from parsers.answers import meaning_of
from parsers.catalogue import FORM_ORDER, Field, catalogue
from parsers.form import forms_in
from parsers.instead import why_hardly
from parsers.readings import FieldValue, FormId, Language
from parsers.understand import understand_file
from parsers.unusual import unlikely
from parsers.values.blank import is_blank, without_rule
from parsers.wording import one_line
from registry_store.records import Answer, Case, CaseKind, Judgement, LetterKind, NewLetter, Sheet, Verdict
from tests.letters.samples import SAMPLES, composed
from tests.parsers.written_forms import written_form

ALL = [(form, language) for form in FORM_ORDER for language in LANGUAGES]
STRANGER = "stranger@post.example"


def asking(case: Case, *missing: str) -> Case:
    """The case with a verdict that calls these fields missing."""
    return replace(case, verdict=Verdict(Judgement.INCOMPLETE, None, missing=missing))


def given_back(case: Case) -> dict[tuple[str, str], OwnForm]:
    return {(own.form, own.language): own for own in own_forms(case, asked_for(case))}


def file_of(own: OwnForm) -> bytes:
    return filled_form(own.form, own.language, own.filling)


def read_back(own: OwnForm) -> Sheet:
    (form,) = understand_file(file_of(own), "form.docx").forms
    assert (form.form, form.language) == (own.form, own.language)
    return sheet_of(form, FIRST_MAIL)


def typed(sheet: Sheet) -> dict[str, FieldValue]:
    """What stands in a sheet by a person's hand, signature and printed sentences left out."""
    form = next(form for form in catalogue().forms.values() if form.id == sheet.form)
    return {
        name: answer.value
        for name, answer in sheet.answers.items()
        if form.by_id[name].kind not in BY_HAND and name != "addressee"
    }


def yellow(own: OwnForm) -> set[str]:
    """The texts of what is yellow: table rows with a yellow cell, and paragraphs with yellow words."""
    body = Document(io.BytesIO(file_of(own))).element.body
    shaded = (row for row in body.iter(qn("w:tr")) for s in row.iter(qn("w:shd")) if s.get(qn("w:fill")) == "FFFF00")
    highlighted = (run.getparent() for run in body.iter(qn("w:r")) for _ in run.iter(qn("w:highlight")))
    return {"".join(t.text or "" for t in one.iter(qn("w:t"))).strip() for one in (*shaded, *highlighted)}


def remarks(own: OwnForm) -> list[str]:
    return [comment.text for comment in Document(io.BytesIO(file_of(own))).comments]


# ------------------------------------------------------------ it is read back as it was

TEXTS = st.one_of(
    st.text(alphabet="абвгдәқңөүіҰҒ АБВ abz 0123456789 .,;:-–()«»\"'/+№%&<>@_!?\n\t", max_size=60),
    st.sampled_from(
        [
            *("Астана қ., Үлгі көшесі, 7-үй", "г. Астана, ул. Үлгі, д. 7", "жоқ", "нет", "3 жыл"),
            *("18:00-ден кейін", "2 раза в неделю", "<w:t>&amp;", "13) бар"),
        ]
    ),
)
WRITTEN: dict[str, st.SearchStrategy[str]] = {
    kind: st.sampled_from(ways)
    for kind, ways in {
        "year": ("1999", "1999 ж.", "15.05.2001", "1999/2000", "тоқсан"),
        "date": ("23.10.2026", "2026 жылғы 23 қазан", "«23» октября 2026 года", "5.3.20", "23 қазан", "ертең"),
        "number": ("12", "12 адам", "1 200", "он двенадцать", "3-5", "көп"),
        "iin": ("010515209990", "010515 209 990", "010515209991", "01051520999", "ЖСН 010515209990"),
        "bin": ("310540000016", "310540 000016", "3105400000", "–"),
        "phone": ("+7 700 000 11 22", "8(700)0001122", "87000001122, 87000001133", "әзірге белгісіз", "112"),
        "email": ("saule@office.example", "Saule@Office.example ", "saule(at)office", "нет"),
        "contacts": (
            "8 700 000 11 22\n8 700 000 11 33",
            "тел./WhatsApp 8 700 000 11 22, saule@office.example",
            "Instagram: @saule\nTelegram: @other\nwww.saule.example",
            "saule@office.example; WhatsApp +7 700 000 11 22",
            "Instagram saule_v",
            "кездесу арқылы",
        ),
    }.items()
}
OWN_WORDS = st.sampled_from(["ымдау тіліне аударма", "помощь животным, 2 раза", "сенбі күндері; 18:00-ден кейін"])
NAMES = st.sampled_from(
    ["Қыдырова Сәуле", "САУЛЕ КЫДЫРОВА", "ИП «Үлгі»", "Ким В.", '«"Бірлік" орталығы» ҚҚ', "О'Генри А.-Б."]
)
PEOPLE = st.lists(st.sampled_from(["Үлгі Алма", "Үлгі Болат", "Ким В. С.", "Дана Ким"]), min_size=1, unique=True)


@st.composite
def sheets(draw: st.DrawFn, form: FormId, language: Language) -> Sheet:
    """One form as a reader may have read it: any of its fields filled in, some of them in doubt."""
    answers: dict[str, Answer] = {}
    for field in catalogue().forms[form].fields:
        if field.kind in BY_HAND or field.id == "addressee" or draw(st.integers(0, 3)) == 0:
            continue
        answer = draw(answers_to(form, field, answers))
        if answer is not None:
            answers[field.id] = answer
    return Sheet(form, language, "form.docx", FIRST_MAIL, answers)


def answers_to(form: FormId, field: Field, before: dict[str, Answer]) -> st.SearchStrategy[Answer | None]:
    if field.kind == "people_list":
        return PEOPLE.map(lambda people: Answer(people, " ".join(people)))
    if field.id == "register_category":
        return st.sampled_from([str(option.value) for option in field.options]).map(lambda v: Answer([v], v))
    if field.options:
        numbers = st.sets(st.sampled_from([option.number for option in field.options]), min_size=1, max_size=4)
        return numbers.map(lambda chosen: Answer(sorted(chosen), ", ".join(map(str, sorted(chosen)))))
    if field.within is not None:
        options = catalogue().field(form, field.within).options
        number = next((option.number for option in options if option.own_words == field.id), None)
        chosen = before[field.within].value if field.within in before else []
        if number is not None and not (isinstance(chosen, list) and number in chosen):
            return st.none()
        return OWN_WORDS.map(lambda text: Answer(text, text))
    return WRITTEN.get(field.kind, NAMES if field.name else TEXTS).map(lambda text: as_read(field, text))


def as_read(field: Field, text: str) -> Answer | None:
    """What the reader makes of a text in the place of a field."""
    text = text if field.kind == "date" else "\n".join(without_rule(line) for line in text.split("\n"))
    if is_blank(text):
        return None
    meaning = meaning_of(field, text)
    if meaning.value is None:
        return None
    doubt = meaning.doubt
    if field.kind == "text":
        doubt = doubt or why_hardly(field, one_line(text)) or next(filter(None, map(unlikely, text.split("\n"))), None)
    return Answer(meaning.value, one_line(text), "table 1, row 1", doubt, meaning.flaws)


def alone(filed: Sheet) -> tuple[Case, tuple[str, ...]]:
    """A case of one form in which whatever is not filled in is asked for."""
    form = next(form for form in catalogue().forms.values() if form.id == filed.form)
    missing = tuple(f"{form.id}.{name}" for name in form.by_id if name not in filed.answers)
    kind = CaseKind.PROGRAMME if form.id in ("programme", "action") else CaseKind.APPLICATION
    return asking(replace(received(), kind=kind, sheets=(filed,)), *missing), missing


@pytest.mark.parametrize(("form", "language"), ALL)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_what_is_given_back_reads_as_the_same_values_with_the_same_fields_missing(
    form: FormId, language: Language, data: st.DataObject
) -> None:
    filed = data.draw(sheets(form, language))
    for own in own_forms(*alone(filed)):
        read = read_back(own)
        assert typed(read) == typed(filed)
        assert (read.doubts, read.unsure_blank) == ((), ())
        surely = {name for name, answer in filed.answers.items() if answer.doubt is None}
        assert [name for name, answer in read.answers.items() if answer.doubt and name in surely] == []


@pytest.mark.parametrize("seed", range(0, 60, 3))
def test_forms_in_all_layouts_are_given_back_in_the_order_s_with_the_same_values(seed: int) -> None:
    written = written_form(seed)
    for form in forms_in(written.document, signed=False):
        filed = sheet_of(form, FIRST_MAIL)
        own = own_forms(*alone(filed))
        assert [typed(read_back(one)) for one in own] == [typed(filed)] * len(own), written.story


@pytest.mark.parametrize(
    "name", ["rework", "rework-one", "rework-two-languages", "still-incomplete", "rework-programme"]
)
def test_a_form_that_is_sent_back_untouched_misses_the_same_again(name: str) -> None:
    case = SAMPLES[name].case
    assert case.verdict is not None
    again = {(own.form, own.language): read_back(own) for own in own_forms(case, asked_for(case))}
    if "application.signature" not in case.verdict.missing:
        again = {key: signed(one) if key[0] == "application" else one for key, one in again.items()}
    kept = tuple(one for one in case.sheets if (one.form, one.language) not in again)
    assert judged(replace(case, sheets=(*kept, *again.values()))).verdict == case.verdict


def signed(application: Sheet) -> Sheet:
    return replace(application, answers={**application.answers, "signature": Answer(True, "")})


# ------------------------------------------------------------ what is kept, what is marked


def test_gaps_are_yellow_and_explained_in_the_language_of_the_form() -> None:
    own = given_back(SAMPLES["rework-two-languages"].case)
    assert set(own) == {(form, language) for form in ("application", "volunteer") for language in LANGUAGES}
    assert yellow(own["volunteer", "kk"]) == {"ЖСН", "Тұрғылықты жері"}
    assert yellow(own["volunteer", "ru"]) == {"ИИН", "Место жительства"}
    kazakh, russian = (remarks(own["volunteer", language]) for language in LANGUAGES)
    assert len(kazakh) == len(russian) == 2
    assert any("дәл 12 цифрдан" in text for text in kazakh)
    assert any("ровно 12 цифр" in text for text in russian)


def test_a_kind_that_is_not_named_is_marked_where_it_is_to_be_named() -> None:
    own = given_back(with_gaps())["volunteer", "kk"]
    option = catalogue().field("volunteer", "activity_kinds").options[-1]
    assert f"13) {option.words.printed('kk')}+" in yellow(own)
    assert words.remark(catalogue().field("volunteer", "activity_other"), "kk") in remarks(own)


def test_an_application_is_signed_anew_even_if_it_was_signed() -> None:
    case = incomplete(sheet("application", "ru", without=("filled_date",)), sheet("volunteer", "ru"))
    own = given_back(case)["application", "ru"]
    assert set(own.filling.gaps) == {"signature", "filled_date"}
    assert words.other_remark("sign_again", "ru") in remarks(own)
    assert "signature" not in read_back(own).answers


def test_a_sentence_of_consent_that_was_taken_out_stands_there_again() -> None:
    case = incomplete(sheet("application", "kk", without=("personal_data_consent",)), sheet("volunteer", "kk"))
    own = given_back(case)["application", "kk"]
    assert catalogue().field("application", "personal_data_consent").words.printed("kk") in yellow(own)


def test_only_what_says_the_same_in_both_languages_is_carried_over() -> None:
    kazakh = sheet("volunteer", "kk", without=("volunteering_experience",))
    russian = replace(sheet("volunteer", "ru"), answers={"full_name": Answer("Кыдырова Сауле", "Кыдырова Сауле")})
    given_ru = given_back(incomplete(sheet("application", "kk"), kazakh, russian))["volunteer", "ru"].filling
    neutral = {"birth_year", "iin", "contacts", "activity_kinds", "volunteer_role", "preferred_time"}
    assert set(given_ru.answers) == {"full_name", *neutral}
    assert given_ru.words("contacts") == "+77000001122; saule@office.example; WhatsApp: +77000001122"
    assert set(given_ru.gaps) == {"volunteering_experience"}


def test_a_date_is_carried_over_in_figures_and_kept_in_its_own_words() -> None:
    kazakh = sheet("application", "kk", without=("phone",))
    russian = sheet("application", "ru", without=("phone", "filled_date"))
    own = given_back(incomplete(kazakh, russian, sheet("volunteer", "kk")))
    assert own["application", "kk"].filling.words("filled_date") == "2026 жылғы 22 қазан"
    assert own["application", "ru"].filling.words("filled_date") == "22.10.2026"


def test_copies_of_two_people_share_nothing() -> None:
    other = sheet("volunteer", "ru", without=("birth_year",))
    other = replace(other, answers={**other.answers, "iin": Answer("020202209990", "020202209990")})
    case = incomplete(sheet("application", "kk"), sheet("volunteer", "kk", without=("residence",)), other)
    own = given_back(asking(case, "volunteer.residence"))
    assert "birth_year" not in own["volunteer", "ru"].filling.answers


def test_a_doubtful_value_is_kept_as_read_and_not_marked() -> None:
    filed = sheet("volunteer", "kk", without=("iin",))
    filed = replace(filed, answers={**filed.answers, "birth_year": Answer("тоқсан", "тоқсан", doubt="no year in it")})
    own = given_back(asking(incomplete(sheet("application", "kk"), filed), "volunteer.iin"))["volunteer", "kk"]
    assert own.filling.words("birth_year") == "тоқсан"
    assert set(own.filling.gaps) == {"iin"}
    assert read_back(own).answers["birth_year"].doubt == "no year in it"


def test_a_clerk_s_words_never_go_back_but_a_number_that_he_set_does() -> None:
    note = "өтініш иесімен сөйлестім, кейін жазамын"
    by_clerk = {
        "residence": Answer(note, note, place="clerk", by="A. Clerk"),
        "iin": Answer("010515209990", f"{note} 010515209990", place="clerk", by="A. Clerk"),
    }
    filed = sheet("volunteer", "kk", without=("birth_year",))
    filed = replace(filed, answers={**filed.answers, **by_clerk})
    own = given_back(incomplete(sheet("application", "kk"), filed))["volunteer", "kk"]
    assert own.filling.words("iin") == "010515209990"
    assert own.filling.remarks == {"residence": words.other_remark("not_copied", "kk")}
    with zipfile.ZipFile(io.BytesIO(file_of(own))) as package:
        everything = "".join(package.read(name).decode() for name in package.namelist())
    assert "сөйлестім" not in everything
    assert "Clerk" not in everything


def test_a_field_that_a_clerk_saw_filled_is_no_gap_and_has_a_remark() -> None:
    filed = replace(sheet("volunteer", "ru", without=("iin", "residence")), filled_by_clerk=("residence",))
    own = given_back(incomplete(sheet("application", "ru"), filed))["volunteer", "ru"]
    assert set(own.filling.gaps) == {"iin"}
    assert own.filling.remarks == {"residence": words.other_remark("not_copied", "ru")}


@pytest.mark.parametrize("text", ["\x00\x1b[0m", "\ud800", "\ufffe\uffff", "\ue001\ue003", "\u2028\u2029\x85"])
def test_signs_that_no_document_can_hold_do_no_harm(text: str) -> None:
    filed = sheet("volunteer", "kk", without=("iin",))
    filed = replace(filed, answers={**filed.answers, "residence": Answer(f"Астана{text}қ.", f"Астана{text}қ.")})
    own = given_back(incomplete(sheet("application", "kk"), filed))["volunteer", "kk"]
    assert str(read_back(own).answers["residence"].value).replace("[0m", "").split() == ["Астана", "қ."]


def test_an_endless_answer_does_not_make_the_letter_endless() -> None:
    endless = "а" * (LONGEST_ANSWER + 1)
    filed = sheet("volunteer", "kk", without=("iin",))
    filed = replace(filed, answers={**filed.answers, "residence": Answer(endless, endless)})
    own = given_back(incomplete(sheet("application", "kk"), filed))["volunteer", "kk"]
    assert own.filling.remarks == {"residence": words.other_remark("not_copied", "kk")}


@pytest.mark.parametrize(("form", "language"), ALL)
def test_the_same_filing_is_given_back_as_the_same_small_file(form: FormId, language: Language) -> None:
    answers = dict(list(table()["answers"][language].get(form, {}).items())[1:])
    filed = Sheet(form, language, "f", FIRST_MAIL, {k: Answer(v, in_plain_words(v)) for k, v in answers.items()})
    case, missing = alone(filed)
    once, again = ([as_file(one, case.number) for one in enclosed_with(LetterKind.REWORK, case, missing)] for _ in "12")
    assert once
    assert once == again
    assert all(len(file.data) < 20_000 for file in once)


# ------------------------------------------------------------ which forms, in which languages


def test_a_form_printed_in_both_languages_comes_back_in_both() -> None:
    filed = replace(sheet("volunteer", "kk", without=("iin",)), language_any=True)
    case = incomplete(sheet("application", "kk"), filed)
    assert set(given_back(case)) == {("volunteer", "kk"), ("volunteer", "ru")}


def test_a_form_without_gaps_does_not_come_back() -> None:
    assert set(given_back(SAMPLES["rework-one"].case)) == {("volunteer", "kk")}


def test_of_several_programmes_only_those_with_gaps_come_back_each_with_its_own() -> None:
    first = sheet("programme", "ru", without=("goal",))
    second = replace(
        first, answers={**sheet("programme", "ru", without=("methods",)).answers, "name": Answer("Б", "Б")}
    )
    third = replace(first, answers={**sheet("programme", "ru").answers, "name": Answer("В", "В")})
    case = incomplete(first, second, third, kind=CaseKind.PROGRAMME)
    own = own_forms(case, asked_for(case))
    assert [(one.n, set(one.filling.gaps)) for one in own] == [(1, {"goal"}), (2, {"methods"})]
    names = [as_file(one, case.number).name for one in enclosed_with(LetterKind.REWORK, case, asked_for(case))]
    assert names == [f"7 Волонтерская программа (на русском) – {case.number} ({n}).docx" for n in (1, 2)]


def test_of_too_many_programmes_only_a_blank_one_is_enclosed() -> None:
    one = sheet("programme", "ru", without=("goal",))
    names = [f"№ {n}" for n in range(MOST_OF_A_FORM + 1)]
    many = tuple(replace(one, answers={**one.answers, "name": Answer(name, name)}) for name in names)
    case = incomplete(*many, kind=CaseKind.PROGRAMME)
    enclosed = enclosed_with(LetterKind.REWORK, case, asked_for(case))
    assert [(one.form, one.language, one.own) for one in enclosed] == [("programme", "ru", None)]


def test_a_language_that_is_missing_has_its_blank_form_enclosed() -> None:
    case = SAMPLES["rework-language"].case
    assert case.verdict is not None
    assert "volunteer.in_ru" in case.verdict.missing
    own, blank = enclosed_with(LetterKind.REWORK, case, asked_for(case))
    assert (own.form, own.language, own.own is None) == ("volunteer", "kk", False)
    assert (blank.form, blank.language, blank.own is None) == ("volunteer", "ru", True)
    file = as_file(blank, case.number)
    assert (file.name, file.data) == (file_name("volunteer", "ru"), blank_form("volunteer", "ru"))


# ------------------------------------------------------------ for nobody else


def strangers_answer(answers: dict[str, Answer]) -> Case:
    """Somebody who knows the case's number answers the rework letter with a form of his own."""
    case = with_gaps()
    his = Sheet("volunteer", "ru", "form.docx", SECOND_MAIL, answers)
    came = replace(mail("2026-10-30T16:00", SECOND_MAIL), sender=STRANGER)
    return judged(replace(case, mails=(*case.mails, came), sheets=(*case.sheets, his), reply_to=STRANGER))


def test_who_only_knows_the_number_of_a_case_gets_nothing_of_its_applicant() -> None:
    case = strangers_answer({"full_name": Answer("Х", "Х")})
    own = given_back(case)
    assert set(own) == {("volunteer", "ru")}
    assert set(own["volunteer", "ru"].filling.answers) == {"full_name"}
    enclosed = enclosed_with(LetterKind.REWORK, case, asked_for(case))
    assert [(one.form, one.language) for one in enclosed if one.own is None] == [("application", "kk")]


def test_a_stranger_who_names_his_own_address_gets_nothing_by_that() -> None:
    own = given_back(strangers_answer({"contacts": Answer({"email": [STRANGER]}, STRANGER)}))
    assert {field for one in own.values() for field in one.filling.answers} == {"contacts"}


def test_values_in_words_from_a_stranger_are_in_no_form_that_goes_back() -> None:
    case = with_gaps()
    words_of = Sheet("volunteer", "kk", "body", SECOND_MAIL, {"birth_year": Answer(1999, "1999")}, completes=True)
    came = mail("2026-10-30T16:00", SECOND_MAIL, forms=False)
    mine = replace(case, mails=(*case.mails, came), sheets=(*case.sheets, words_of))
    assert given_back(judged(mine))["volunteer", "kk"].filling.words("birth_year") == "1999"
    his = replace(mine, mails=(*case.mails, replace(came, sender=STRANGER)))
    assert "birth_year" not in given_back(judged(his))["volunteer", "kk"].filling.answers


def test_an_address_that_the_applicant_named_himself_may_have_his_forms() -> None:
    case = with_gaps()
    assert given_back(case)
    assert given_back(replace(case, reply_to="Saule@Office.example")) == given_back(case)
    assert given_back(replace(case, reply_to=STRANGER)) == {}


def test_forms_of_several_people_in_one_filing_go_back_to_nobody() -> None:
    case = with_gaps()
    assert case.verdict is not None
    mixed = replace(case, verdict=replace(case.verdict, unsure=("several_applicants",)))
    blank = enclosed_with(LetterKind.REWORK, mixed, asked_for(mixed))
    assert [(one.form, one.language, one.own) for one in blank] == [
        ("application", "kk", None),
        ("volunteer", "kk", None),
    ]


def test_a_form_with_answers_goes_to_one_address_only() -> None:
    with_answers = {
        name: made for name in SAMPLES if "own, gaps marked" in (made := composed(SAMPLES[name])).explanation
    }
    assert set(with_answers) >= {"rework", "still-incomplete", "rework-programme"}
    for name, made in with_answers.items():
        assert made.recipients == (SAMPLES[name].case.reply_to,)


def test_a_letter_that_gives_a_form_back_says_what_yellow_means() -> None:
    sample = SAMPLES["rework"]
    said = plain(composed(sample))
    assert "Толтырылмаған жерлер сары түспен белгіленген" in said
    assert "Незаполненные места выделены желтым цветом" in said
    assert "желтым" not in plain(composed(replace(sample, case=replace(sample.case, reply_to=STRANGER))))


def plain(letter: NewLetter) -> str:
    body = message_from_bytes(letter.raw, policy=email.policy.default).get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())
