"""Habits beyond the made-up forms: letters pasted from a mail program, lists in other words, marks on the number."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from parsers.catalogue import Field, catalogue
from parsers.readings import FilledForm
from parsers.understand import understand, understand_file
from tests.parsers.raw_mails import HEAD

FIELDS = {one.id: one for one in catalogue().forms["volunteer"].fields}
GIVEN = (
    ("Т.А.Ә. (бар болған кезде)", "Сейтқали Айгерім"),
    ("Туған жылы", "1994"),
    ("Тұрғылықты жері", "Қостанай қ., Гоголь к-сі 14"),
    ("ЖСН", "740530100012"),
    ("Волонтерлік қызметтегі тәжірибесі", "2 жыл"),
    ("Телефон, электрондық пошта, Web-сайт, Instagram, WhatsApp", "8 701 011 22 33"),
)
IN_OTHER_WORDS = (
    "оказание социальных услуг незащищённым слоям населения",
    "обслуживание пожилых людей, доступная среда",
    "помощь пострадавшим от стихийных бедствий",
    "содействие исполнительным органам в чрезвычайных ситуациях",
    "поиск пропавших без вести",
    "охрана природы и благоустройство",
    "сохранение памятников истории",
    "просвещение, наука, культура",
    "развитие физкультуры и активного отдыха",
    "пропаганда здоровья",
    "волонтёрские лагеря, конкурсы, конференции",
    "дружба народов",
    "другие виды (указать конкретно)",
)


def label(name: str) -> str:
    return FIELDS[name].words.kk[0]


def options(field: Field, pattern: str, chosen: tuple[int, ...], on: str, off: str) -> str:
    """Return the options one to a line; pattern: with {n}, {words} and {mark}."""
    return "<br>".join(
        pattern.format(n=o.number, words=o.words.kk[0], mark=on if o.number in chosen else off) for o in field.options
    )


def table(*rows: tuple[str, ...]) -> str:
    return (
        "<table>" + "".join("<tr>" + "".join(f"<td>{one}</td>" for one in row) + "</tr>" for row in rows) + "</table>"
    )


def with_choices(kinds: str, role: str = "3", time: str = "1") -> str:
    given = (*GIVEN, (label("activity_kinds"), kinds), (label("volunteer_role"), role), (label("preferred_time"), time))
    return f"<p>Волонтер сауалнамасы</p>{table(*given)}"


def read(html: str) -> FilledForm:
    reading = understand(HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + html.encode())
    assert [form.form for form in reading.forms] == ["volunteer"]
    return reading.forms[0]


def sure(form: FilledForm) -> dict[str, object]:
    assert form.doubts == form.unsure_blank == ()
    assert {name: value.doubt for name, value in form.fields.items() if value.doubt} == {}
    return {name: value.value for name, value in form.fields.items()}


@pytest.mark.parametrize(
    ("pattern", "on", "off"),
    [
        ("{mark} {n}) {words}", "☒", "☐"),
        ("{mark} {n}) {words}", "[x]", "[ ]"),
        ("{mark} {words}", "✔", "▢"),
        ("{mark} {n}. {words}", "🗹", "☐"),
        ("{mark} {n}) {words}", "☑️", "⬜"),
    ],
)
def test_boxes_of_all_sorts_before_numbered_options_in_one_cell(pattern: str, on: str, off: str) -> None:
    kinds = options(FIELDS["activity_kinds"], pattern, (2, 6), on, off)
    got = sure(read(with_choices(kinds)))
    assert got["activity_kinds"] == [2, 6]
    assert "activity_other" not in got


@pytest.mark.parametrize(
    "look", ["text-decoration:underline", "background:yellow", "color:#ff0000", "font-weight:bold"]
)
@pytest.mark.parametrize(
    "pattern", ["<span style='{mark}'>{n})</span> {words}", "<span style='{mark}'>{n}) {words}</span>"]
)
def test_an_option_whose_number_or_words_look_otherwise_is_chosen(look: str, pattern: str) -> None:
    kinds = options(FIELDS["activity_kinds"], pattern, (2, 6), look, "color:#1f1f1f")
    assert sure(read(with_choices(kinds)))["activity_kinds"] == [2, 6]


def test_a_whole_list_in_other_words_is_known_by_its_numbers() -> None:
    kinds = "<br>".join(f"{n}) {words}{' +' if n in (2, 9) else ''}" for n, words in enumerate(IN_OTHER_WORDS, 1))
    got = sure(read(with_choices(kinds)))
    assert got["activity_kinds"] == [2, 9]
    assert "activity_other" not in got


def test_a_list_with_a_number_too_few_is_not_known_by_its_numbers() -> None:
    kinds = "<br>".join(f"{n}) {words}{' +' if n == 2 else ''}" for n, words in enumerate(IN_OTHER_WORDS[:-1], 1))
    form = read(with_choices(kinds))
    assert form.unsure_blank or form.doubts or any(value.doubt for value in form.fields.values())


def test_numbers_in_a_column_of_their_own_choose_nothing() -> None:
    rows = [
        (str(o.number), o.words.kk[0], "иә" if o.number in (2, 6) else "жоқ") for o in FIELDS["activity_kinds"].options
    ]
    html = f"<p>Волонтер сауалнамасы</p>{table(*GIVEN)}<p>{label('activity_kinds')}</p>{table(*rows)}"
    html += table((label("volunteer_role"), "3"), (label("preferred_time"), "1"))
    assert sure(read(html))["activity_kinds"] == [2, 6]


def test_a_request_to_name_something_names_nothing() -> None:
    time = (
        "1) еңбек демалысы/ каникул уақытында +<br>2) мереке күндері<br>3) жазғы уақытта<br>4) басқа уақытта (указать)"
    )
    got = sure(read(with_choices("2, 6", time=time)))
    assert got["preferred_time"] == [1]
    assert "preferred_time_other" not in got


def test_the_same_answer_beside_both_languages_is_one_answer() -> None:
    russian = ("Ф.И.О.", "Год рождения", "Место жительства", "ИИН", "Опыт волонтерства", "Контакты")
    rows = [(kk, answer, ru, answer) for (kk, answer), ru in zip(GIVEN, russian, strict=True)]
    rows += [(label(name), "2", FIELDS[name].words.ru[0], "2") for name in ("activity_kinds", "volunteer_role")]
    rows.append((label("preferred_time"), "2", FIELDS["preferred_time"].words.ru[0], "2"))
    got = sure(read(f"<p>Волонтер сауалнамасы / Анкета волонтера</p>{table(*rows)}"))
    assert (got["full_name"], got["residence"]) == ("Сейтқали Айгерім", "Қостанай қ., Гоголь к-сі 14")


def test_short_labels_in_both_languages_with_a_stroke_between_are_labels() -> None:
    html = with_choices("2, 6").replace("Т.А.Ә. (бар болған кезде)", "Т.А.Ә. / ФИО")
    assert sure(read(html))["full_name"] == "Сейтқали Айгерім"


def test_what_stands_behind_the_end_of_a_page_is_read() -> None:
    html = f"<html><body><p>Сәлем!</p></body></html>{with_choices('2, 6')}"
    assert sure(read(html))["activity_kinds"] == [2, 6]


def test_of_a_list_to_choose_from_only_what_is_chosen_is_read() -> None:
    role = "<select><option>басшы/көшбасшы</option><option selected>менеджер</option></select>"
    assert sure(read(with_choices("2, 6", role)))["volunteer_role"] == [3]


def test_options_copied_out_into_one_line_are_chosen() -> None:
    words = [o.words.kk[0] for o in FIELDS["activity_kinds"].options]
    assert sure(read(with_choices(f"{words[1]}; {words[5]}")))["activity_kinds"] == [2, 6]


def test_two_telephones_under_each_other_are_two() -> None:
    html = with_choices("2, 6").replace("8 701 011 22 33", "8 701 011 22 33<br>8 702 011 22 44")
    assert sure(read(html))["contacts"] == {"phone": ["+77010112233", "+77020112244"]}


WEB_ARCHIVE = (
    b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"; type="text/html"\r\n\r\n--x\r\n'
    b'Content-Location: file:///C:/a.htm\r\nContent-Type: text/html; charset="utf-8"\r\n\r\n%s\r\n--x--\r\n'
)


@pytest.mark.parametrize("name", ["form.doc", "form.mht", "form.htm"])
@pytest.mark.parametrize(
    "written",
    [
        lambda page: page.encode("utf-16"),
        lambda page: page.encode("utf-8"),
        lambda page: WEB_ARCHIVE % page.encode(),
    ],
)
def test_a_page_that_word_saved_is_read_whatever_it_is_called(name: str, written: Callable[[str], bytes]) -> None:
    reading = understand_file(written(f"<html><body>{with_choices('2, 6')}</body></html>"), name)
    assert [form.form for form in reading.forms] == ["volunteer"]
    assert sure(reading.forms[0])["activity_kinds"] == [2, 6]
