"""Dates, numbers, identifiers, contacts, lists of people, blanks: what the words mean."""

from __future__ import annotations

import pytest

from parsers.values.blank import is_blank, without_rule
from parsers.values.contacts import contacts_of, email_of, phone_of
from parsers.values.dates import date_of
from parsers.values.identifiers import is_valid, twelve_digits
from parsers.values.numbers import count_of
from parsers.values.people import people_in


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("03.09.2026", "2026-09-03"),
        ("3.9.2026 ж.", "2026-09-03"),
        ("28.09.2006 г.", "2006-09-28"),
        ("2026-10-05", "2026-10-05"),
        ("05/10/26", "2026-10-05"),
        ("2026 жылғы «25» қыркүйек", "2026-09-25"),
        ("2026 ж. 4 қараша", "2026-11-04"),
        ("4 қыркүйек 2026 ж.", "2026-09-04"),
        ("4 кыркуйек 2026 ж.", "2026-09-04"),
        ("«25» мая 2021 года", "2021-05-25"),
        ("5 сент. 2026г.", "2026-09-05"),
        ('"_14_" ___октября____ 20_26_ года', "2026-10-14"),
        ('20_26_ жылғы "_24_" ___қыркүйек____', "2026-09-24"),
        ("пятое октября две тысячи двадцать шестого года", "2026-10-05"),
        ("екі мың жиырма алтыншы жылғы он бесінші қыркүйек", "2026-09-15"),
    ],
)
def test_a_date_is_read_in_every_way_people_write_it(text: str, day: str) -> None:
    read = date_of(text)
    assert read is not None
    assert read.day is not None
    assert (read.day.isoformat(), read.doubt) == (day, None)


@pytest.mark.parametrize("text", ['20___ жылғы "__" ___________', '"__" ___________ 20___ года', "______", "жоқ"])
def test_an_untouched_pattern_is_no_date(text: str) -> None:
    assert date_of(text) is None


@pytest.mark.parametrize(
    "text", ["31.02.2026", "қазан 2026", '"14" октября 20__ года', "2026", "01.02.2026, 03.02.2026"]
)
def test_half_a_date_or_two_are_a_doubt(text: str) -> None:
    read = date_of(text)
    assert read is not None
    assert read.doubt is not None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12 адам", 12),
        ("1 200 человек", 1200),
        ("он екі", 12),
        ("двадцать пять (25)", 25),
        ("150", 150),
        ("жүз елу", 150),
    ],
)
def test_numbers_in_figures_and_in_words(text: str, number: int) -> None:
    assert count_of(text) == (number, None)


def test_two_numbers_are_a_doubt_and_none_is_none() -> None:
    assert count_of("10-15") == (10, "more than one number")
    assert count_of("көп") is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("860220244961", "860220244961"),
        ("860 220 244 961", "860220244961"),
        ("ЖСН: 860220 244961", "860220244961"),
        ("8 6 0 2 2 0 2 4 4 9 6 1", "860220244961"),
        ("86022024496", None),
        ("8602202449611", None),
        ("35O140OOOO14", None),
        ("жоқ", None),
    ],
)
def test_twelve_digits_or_nothing(text: str, number: str | None) -> None:
    assert twelve_digits(text) == number


@pytest.mark.parametrize("number", ["960315101801", "740530100012", "910723600012", "991101500019"])
def test_an_iin_with_the_right_check_digit_is_valid_also_by_the_second_pass(number: str) -> None:
    assert is_valid(number, "iin")
    assert not is_valid(number, "bin")


@pytest.mark.parametrize("number", ["881102200013", "960315102600", "000000000000", "470530100012", "88110220001"])
def test_a_wrong_iin_is_not_valid(number: str) -> None:
    assert not is_valid(number, "iin")


@pytest.mark.parametrize("number", ["350140000014", "361242000013", "350350000016", "360660000013"])
def test_a_bin_is_told_by_its_fifth_digit(number: str) -> None:
    assert is_valid(number, "bin")
    assert not is_valid(number, "iin")


@pytest.mark.parametrize("number", ["350140000017", "351340000014", "350040000010", "111111111111"])
def test_a_wrong_bin_is_not_valid(number: str) -> None:
    assert not is_valid(number, "bin")


@pytest.mark.parametrize(
    "text",
    ["+7 701 041 94 38", "8(701)0419438", "87010419438", "8 701 041-94-38", "+7 (701) 041-94-38", "701 041 94 38"],
)
def test_a_phone_becomes_e164(text: str) -> None:
    assert phone_of(text) == "+77010419438"


def test_an_extension_is_no_part_of_the_number() -> None:
    assert phone_of("8 (7172) 00-12-34 ішкі 12") == "+77172001234"


@pytest.mark.parametrize(
    ("text", "channels"),
    [
        ("ұялы тел. 8 701 041 94 38\ne-mail: a@b.example", {"phone": ["+77010419438"], "email": ["a@b.example"]}),
        ("87010419438 a@b.example", {"phone": ["+77010419438"], "email": ["a@b.example"]}),
        ("тел./WhatsApp 87010419438", {"phone": ["+77010419438"], "whatsapp": ["+77010419438"]}),
        ("87010419438 (WhatsApp)", {"phone": ["+77010419438"], "whatsapp": ["+77010419438"]}),
        ("WhatsApp: 87010419438", {"whatsapp": ["+77010419438"]}),
        ("тел. 87010419438, WhatsApp: сол нөмір", {"phone": ["+77010419438"], "whatsapp": ["+77010419438"]}),
        ("instagram @dala.kz", {"instagram": ["@dala.kz"]}),
        ("инстаграм: https://www.instagram.com/dala/", {"instagram": ["@dala"]}),
        ("Instagram: dala.kz", {"instagram": ["@dala.kz"]}),
        ("Telegram: @dala_tg", {}),
        ("Web-сайт: www.dala.example.org", {"website": ["www.dala.example.org"]}),
        ("сайт dala.example.org; эл. пошта: a@b.example", {"website": ["dala.example.org"], "email": ["a@b.example"]}),
        ("8701 041 94 38, 8702 041 94 38", {"phone": ["+77010419438", "+77020419438"]}),
        ("жоқ", {}),
    ],
)
def test_contacts_are_told_apart(text: str, channels: dict[str, list[str]]) -> None:
    assert contacts_of(text).channels == channels


def test_a_name_with_an_at_sign_and_no_network_is_doubtful() -> None:
    assert contacts_of("87010419438, @dala").doubt is not None


@pytest.mark.parametrize(
    ("text", "flaws"), [("a@b.example", ()), ("қайрат@b.example", ()), ("kaiраt@b.example", ("email_impossible",))]
)
def test_an_address_of_mixed_alphabets_is_impossible(text: str, flaws: tuple[str, ...]) -> None:
    assert email_of(text) == (text, flaws)


@pytest.mark.parametrize(
    ("lines", "people"),
    [
        (["1. Абенов Мирас", "2. Ким Наталья", "3."], ["Абенов Мирас", "Ким Наталья"]),
        (["1) Абенов Мирас 2) Ким Наталья"], ["Абенов Мирас", "Ким Наталья"]),
        (["Абенов М.А., Ким Наталья; Иванов Иван"], ["Абенов М.А.", "Ким Наталья", "Иванов Иван"]),
        (["– Абенов Мирас", "– Ким Наталья"], ["Абенов Мирас", "Ким Наталья"]),
        (["1.", "2.", "3. ______"], []),
    ],
)
def test_people_are_listed_without_their_numbers(lines: list[str], people: list[str]) -> None:
    assert people_in(lines) == people


@pytest.mark.parametrize(
    "text",
    [
        "",
        "____",
        "–",
        "-",
        "....",
        "«___»",
        "Click or tap here to enter text.",
        "Click ог tap here to enter text.",
        "Мәтінді енгізіңіз",
    ],
)
def test_nothing_written_is_blank(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", ["жоқ", "нет", "0", "+", "к"])
def test_the_shortest_answer_is_not_blank(text: str) -> None:
    assert not is_blank(text)


def test_the_ruled_line_is_no_part_of_the_answer() -> None:
    assert without_rule("___Искаков К.Н.___") == "Искаков К.Н."
    assert without_rule("olga_p@mail.example____") == "olga_p@mail.example"
