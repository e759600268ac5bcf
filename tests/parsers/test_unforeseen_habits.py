"""What applicants do that no form foresees: each read as meant, or shown to a person, never guessed."""

from __future__ import annotations

import pytest

from parsers.form import forms_in
from parsers.readers.text import document_of
from parsers.readings import FilledForm
from parsers.understand import understand
from parsers.values.contacts import contacts_of, phones_of
from parsers.values.people import looks_like_a_name, people_in
from tests.parsers.raw_mails import HEAD
from tests.parsers.test_other_habits import FIELDS, GIVEN, label, read, sure, table, with_choices

APPLICATION = """Заявление о включении в реестр учета волонтерской деятельности
Ким Дана
(полное наименование юридического лица либо Ф.И.О. (при его наличии) физического лица)
прошу включить в реестр учета волонтерской деятельности (волонтер).
Даю согласие на сбор и обработку моих персональных данных.
Контактный телефон: {phone}
Электронная почта: dana@post.example
Дата заполнения: 12.11.2026
{foot}
"""


def application(foot: str, phone: str = "8 701 011 22 33") -> FilledForm:
    (form,) = forms_in(document_of(APPLICATION.format(foot=foot, phone=phone), "body"), signed=False)
    return form


def test_answers_over_their_captions_in_brackets_are_theirs() -> None:
    lines = ["Анкета волонтера"]
    labels = ("Ф.И.О. (при его наличии)", "год рождения", "место жительства", "ИИН", "опыт волонтерской деятельности")
    for name, (_, answer) in zip(labels, GIVEN, strict=False):
        lines += [f"    {answer}", f"({name})"]
    (form,) = forms_in(document_of("\n".join(lines), "body"), signed=False)
    assert sure(form) == {
        "full_name": "Сейтқали Айгерім",
        "birth_year": 1994,
        "residence": "Қостанай қ., Гоголь к-сі 14",
        "iin": "740530100012",
        "volunteering_experience": "2 жыл",
    }


def test_answers_under_captions_in_brackets_are_theirs_too() -> None:
    lines = ["Анкета волонтера", "(Ф.И.О.)", "Ким Дана", "(год рождения)", "1994", "(место жительства)", "г. Костанай"]
    (form,) = forms_in(document_of("\n".join([*lines, "(ИИН)", "740530100012"]), "body"), signed=False)
    assert {name: value.value for name, value in form.fields.items()} == {
        "full_name": "Ким Дана",
        "birth_year": 1994,
        "residence": "г. Костанай",
        "iin": "740530100012",
    }


def test_an_answer_to_the_left_of_its_question_is_not_missing() -> None:
    html = "<p>Анкета волонтера</p>" + table(*((answer, label) for label, answer in GIVEN))
    form = read(html)
    assert not form.fields
    assert {"full_name", "birth_year", "residence", "iin", "contacts"} <= set(form.unsure_blank)


@pytest.mark.parametrize(
    ("role", "chosen"),
    [
        ("Руководитель", [2]),
        ("лидер", [2]),
        ("2-руководитель", [2]),
        ("преподаватель, лидер", [2, 4]),
        ("оқытушы", [4]),
    ],
)
def test_one_of_two_names_of_an_option_is_the_option(role: str, chosen: list[int]) -> None:
    got = sure(read(with_choices("2, 6", role)))
    assert got["volunteer_role"] == chosen
    assert "volunteer_role_other" not in got


def test_a_longer_role_stays_in_the_applicants_own_words() -> None:
    assert sure(read(with_choices("2, 6", "руковожу отрядом")))["volunteer_role_other"] == "руковожу отрядом"


def test_a_network_that_somebody_does_not_use_has_no_name_there() -> None:
    said = "Телефон: 8 701 011 22 33, Instagram: нет, сайт: жоқ, WhatsApp: нет"
    assert contacts_of(said).channels == {"phone": ["+77010112233"]}
    assert contacts_of("инстаграм: dana.kz, 8 701 011 22 33").channels["instagram"] == ["@dana.kz"]


def test_two_numbers_with_a_blank_between_are_two() -> None:
    assert phones_of("87010112233 87010112244") == ["+77010112233", "+77010112244"]
    assert contacts_of("87010112233 87010112244").channels == {"phone": ["+77010112233", "+77010112244"]}
    assert phones_of("8 701 011 22 33") == ["+77010112233"]


def test_members_numbered_in_two_columns_stand_in_the_order_of_their_numbers() -> None:
    assert people_in(["1. Ким Дана", "3. Ли Анна", "2. Тен Олег", "4. Пак Вера"]) == [
        "Ким Дана",
        "Тен Олег",
        "Ли Анна",
        "Пак Вера",
    ]
    assert people_in(["1. Ким Дана", "1. Ли Анна"]) == ["Ким Дана", "Ли Анна"]


@pytest.mark.parametrize("words", ["Тізім қоса беріледі", "Список прилагается", "Смотри ниже"])
def test_a_sentence_is_nobodys_name(words: str) -> None:
    assert not looks_like_a_name(words)
    assert looks_like_a_name("Асқар Болат ұлы")


@pytest.mark.parametrize("iin", ["74О530100012", "7405301ooo12", "740530 1ООО12"])
def test_letters_typed_for_noughts_are_shown_to_a_person(iin: str) -> None:
    form = read(with_choices("2, 6").replace("740530100012", iin))
    assert form.fields["iin"].value == "740530100012"
    assert form.fields["iin"].doubt


def test_what_stands_under_an_empty_ruled_line_is_shown_to_a_person() -> None:
    form = application("Ким Д.   Ким Дана\n(подпись) Ф.И.О.", phone="____________\n8 701 011 22 33")
    assert form.fields["phone"].value == "+77010112233"
    assert form.fields["phone"].doubt
    assert "phone" not in application("Ким Д.   Ким Дана\n(подпись) Ф.И.О.", phone="____________").fields


@pytest.mark.parametrize("foot", ["Ким Д. / Ким Дана /", "Ким / Ким Дана"])
def test_a_stroke_parts_signature_and_name(foot: str) -> None:
    fields = application(f"{foot}\n(подпись)   Ф.И.О.").fields
    assert (fields["signatory_name"].value, fields["signature"].doubt) == ("Ким Дана", None)


@pytest.mark.parametrize("words", ["Подписано ЭЦП", "подпись имеется", "Петров"])
def test_other_words_than_the_name_are_no_sure_signature(words: str) -> None:
    form = application(f"{words}     Ким Дана\n(подпись)   Ф.И.О.")
    assert form.doubts or form.fields["signature"].doubt or "signature" in form.unsure_blank


def test_a_struck_out_answer_is_put_right_by_the_one_beside_it() -> None:
    html = (
        with_choices("2, 6").replace("Қостанай қ.", "<s>Рудный қ.</s> Қостанай қ.").replace("1994", "<s>1949</s> 1994")
    )
    got = sure(read(html))
    assert (got["residence"], got["birth_year"]) == ("Қостанай қ., Гоголь к-сі 14", 1994)


def test_an_answer_struck_out_as_a_whole_is_shown_to_a_person() -> None:
    assert read(with_choices("2, 6").replace("2 жыл", "<s>2 жыл</s>")).fields["volunteering_experience"].doubt


def test_an_option_underlined_in_part_is_chosen_and_shown_to_a_person() -> None:
    words = [option.words.kk[0] for option in FIELDS["activity_kinds"].options]
    first = " ".join(words[5].split()[:2])
    words[5] = f"<u>{first}</u>{words[5].removeprefix(first)}"
    kinds = read(with_choices("<br>".join(f"{n}) {one}" for n, one in enumerate(words, 1)))).fields["activity_kinds"]
    assert (kinds.value, bool(kinds.doubt)) == ([6], True)


def test_the_date_may_stand_under_the_signature() -> None:
    text = APPLICATION.replace("Дата заполнения: 12.11.2026\n", "")
    foot = "Ким Д.      Ким Дана\n(подпись)   Ф.И.О.\nДата заполнения: 12.11.2026"
    (form,) = forms_in(document_of(text.format(foot=foot, phone="8 701 011 22 33"), "body"), signed=False)
    assert {name: form.fields[name].value for name in ("signature", "signatory_name", "filled_date")} == {
        "signature": True,
        "signatory_name": "Ким Дана",
        "filled_date": "2026-11-12",
    }


def typed(answers: str) -> FilledForm:
    head = HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
    lines = [f"{label}: {answer}" for label, answer in GIVEN]
    kinds = [
        label("activity_kinds") + ": 2, 6",
        label("volunteer_role") + ": 3",
        f"{label('preferred_time')}: {answers}",
    ]
    (form,) = understand(head + "\n".join(["Волонтер сауалнамасы", *lines, *kinds]).encode()).forms
    return form


@pytest.mark.parametrize(
    "below",
    [
        "Құрметпен,\nСейтқали Айгерім\nтел. 8 701 011 99 99",
        "С уважением, Айгерим Сейткали",
        "Отправлено с iPhone",
        "This e-mail is confidential and intended solely for the addressee.",
        "Best regards,\nAigerim",
    ],
)
def test_what_ends_a_letter_is_no_part_of_the_last_answer(below: str) -> None:
    assert sure(typed(f"кешкі уақытта\n\n{below}"))["preferred_time_other"] == "кешкі уақытта"


def test_a_sentence_below_the_last_answer_is_shown_to_a_person() -> None:
    assert typed("кешкі уақытта\n\nЖауабыңызды күтемін.").fields["preferred_time_other"].doubt


def test_stars_around_words_that_were_bold_are_no_part_of_them() -> None:
    head = HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
    lines = [f"*{label}:* {answer}" for label, answer in GIVEN]
    (form,) = understand(head + "\n".join(["*Волонтер сауалнамасы*", *lines]).encode()).forms
    assert sure(form)["full_name"] == "Сейтқали Айгерім"


def test_a_form_passed_on_as_a_page_is_read_from_the_page() -> None:
    form = (
        f"<p>Волонтер сауалнамасы</p>{table(*GIVEN, (label('activity_kinds'), ''), ('<u>6) қоршаған орта</u>', '+'))}"
    )
    page = f"<div class=gmail_quote>---------- Forwarded message ---------<br>{form}</div>"
    text = "---------- Forwarded message ---------\nВолонтер сауалнамасы\n" + "\n".join(f"{a}\t{b}" for a, b in GIVEN)
    parts = "".join(
        f"--b\r\nContent-Type: text/{kind}; charset=utf-8\r\n\r\n{words}\r\n"
        for kind, words in (("plain", text), ("html", page))
    )
    raw = HEAD + b"Content-Type: multipart/alternative; boundary=b\r\n\r\n" + parts.encode() + b"--b--\r\n"
    (form_read,) = understand(raw).forms
    assert form_read.fields["full_name"].source.place.startswith("table")


@pytest.mark.parametrize("beside", ["тот же номер", "8 701 011 22 33"])
def test_a_row_for_each_channel_is_the_contacts(beside: str) -> None:
    rows = [("Телефон", "8 701 011 22 33"), ("Электронная почта", "dana@post.example"), ("Web-сайт", "-")]
    rows += [("Instagram", "нет"), ("WhatsApp (при наличии)", beside)]
    html = with_choices("2, 6")
    own = table(*rows).removeprefix("<table>").removesuffix("</table>")
    got = sure(read(html.replace(table(GIVEN[-1]).removeprefix("<table>").removesuffix("</table>"), own)))
    assert got["contacts"] == {
        "phone": ["+77010112233"],
        "email": ["dana@post.example"],
        "whatsapp": ["+77010112233"],
    }


def test_rows_of_which_one_asks_something_else_are_shown_to_a_person() -> None:
    rows = (("Телефон", "8 701 011 22 33"), ("Место работы", "школа"))
    form = read(f"<p>Волонтер сауалнамасы</p>{table(*GIVEN[:-1], *rows)}")
    assert "contacts" in form.unsure_blank or form.fields["contacts"].doubt


@pytest.mark.parametrize(
    "rows",
    [
        (("Тегі", "Сейтқали"), ("Аты", "Айгерім"), ("Әкесінің аты", "")),
        (("Фамилия", "Сейтқали"), ("Имя:", "Айгерім"), ("Отчество (при наличии)", "–")),
    ],
)
def test_a_row_for_each_part_of_the_name_is_the_name(rows: tuple[tuple[str, str], ...]) -> None:
    assert sure(read(f"<p>Волонтер сауалнамасы</p>{table(*rows, *GIVEN[1:])}"))["full_name"] == "Сейтқали Айгерім"


def test_crosses_beside_some_kinds_and_ticks_beside_others_are_shown_to_a_person() -> None:
    signs = {2: "+", 3: "х", 6: "+"}
    kinds = "<br>".join(
        f"{o.number}) {o.words.kk[0]} {signs.get(o.number, '')}" for o in FIELDS["activity_kinds"].options
    )
    assert read(with_choices(kinds)).fields["activity_kinds"].doubt


@pytest.mark.parametrize(
    "title", ["<p>САУАЛНАМА</p>", "<p>ВОЛОНТЕР</p><p>САУАЛНАМАСЫ</p>", "<p>Волонтер сауалнамасы Ким Дана</p>"]
)
def test_a_title_may_fill_two_lines_or_name_whose_form_it_is(title: str) -> None:
    form = read(with_choices("2, 6").replace("<p>Волонтер сауалнамасы</p>", title))
    assert bool(form.doubts) == ("ВОЛОНТЕР" not in title.upper())


def test_a_question_copied_out_before_its_answer_is_no_part_of_it() -> None:
    html = with_choices("2, 6").replace("2 жыл", "Волонтерлік қызметтегі тәжірибесі: 2 жыл")
    assert sure(read(html))["volunteering_experience"] == "2 жыл"


def test_figures_that_are_no_options_are_shown_to_a_person() -> None:
    assert read(with_choices("2, 6", time="1-5")).fields["preferred_time_other"].doubt


CATEGORIES = (
    "волонтер, группа волонтеров, волонтерские организации, координатор и организатор волонтерской деятельности"
)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (f"({CATEGORIES}) – группа волонтеров", "group"),
        (f"({CATEGORIES}): 2", "group"),
        (f"({CATEGORIES.replace('группа волонтеров', 'ГРУППА ВОЛОНТЕРОВ')}).", "group"),
    ],
)
def test_a_category_that_stands_out_among_all_is_shown_to_a_person(said: str, meant: str) -> None:
    text = APPLICATION.replace("(волонтер).", said).format(foot="", phone="8 701 011 22 33")
    (form,) = forms_in(document_of(text, "body"), signed=False)
    category = form.fields["register_category"]
    assert (category.value, bool(category.doubt)) == ([meant], True)


def test_all_categories_left_as_printed_are_no_choice() -> None:
    text = APPLICATION.replace("(волонтер).", f"({CATEGORIES}).").format(foot="", phone="8 701 011 22 33")
    (form,) = forms_in(document_of(text, "body"), signed=False)
    assert "register_category" not in form.fields
    assert "register_category" not in form.unsure_blank


@pytest.mark.parametrize("words", ["Не даю согласие на сбор", "Келісім бермеймін на сбор"])
def test_a_consent_turned_round_is_shown_to_a_person(words: str) -> None:
    text = APPLICATION.replace("Даю согласие на сбор", words).format(foot="", phone="8 701 011 22 33")
    (form,) = forms_in(document_of(text, "body"), signed=False)
    consent = form.fields.get("personal_data_consent")
    assert consent is None or consent.doubt
    assert not application("").fields["personal_data_consent"].doubt


def test_the_applicants_name_may_stand_before_its_caption() -> None:
    text = APPLICATION.replace("Ким Дана\n(полное", "Ким Дана (полное").format(foot="", phone="8 701 011 22 33")
    (form,) = forms_in(document_of(text, "body"), signed=False)
    assert form.fields["applicant_name"].value == "Ким Дана"


def test_a_month_may_stand_in_figures_in_the_gap_for_its_name() -> None:
    text = APPLICATION.replace("12.11.2026", '"12" ____11____ 2026 года').format(foot="", phone="8 701 011 22 33")
    (form,) = forms_in(document_of(text, "body"), signed=False)
    assert form.fields["filled_date"].value == "2026-11-12"


@pytest.mark.parametrize("said", ["Я, Ким Дана,", "от гражданки Ким Дана", "Мен, Ким Дана,", "Ким Дана"])
def test_the_applicants_name_is_read_without_the_words_around_it(said: str) -> None:
    text = APPLICATION.replace("Ким Дана\n(полное", f"{said}\n(полное").format(foot="", phone="8 701 011 22 33")
    (form,) = forms_in(document_of(text, "body"), signed=False)
    assert form.fields["applicant_name"].value == "Ким Дана"
