"""What did the sender write now, and what is quoted?"""

from __future__ import annotations

import re

import pytest

from parsers import quotes
from parsers.quotes import own_words

LETTER = "> Арыз бен сауалнаманы жіберіңіз\n> министрлік"


@pytest.mark.parametrize(
    "line",
    [
        "ср, 14 окт. 2026 г. в 20:56, Волонтер <volunteer@mki.gov.kz>:",
        "ср, 14 окт. 2026 г. в 20:56, Волонтер\n<volunteer@mki.gov.kz>:",
        "14.10.2026, 20:56, «Волонтер» <volunteer@mki.gov.kz>:",
        "Среда, 14 октября 2026, 20:56 +05:00 от Волонтер <volunteer@mki.gov.kz>:",
        "14.10.2026 20:56, Волонтер пишет:",
        "2026 ж. 14 қазан, 20:56 Волонтер жазды:",
        "On Wed, Oct 14, 2026 at 8:56 PM Volunteer <volunteer@mki.gov.kz> wrote:",
        "-----Original Message-----",
        "-------- Исходное сообщение --------",
        "От: Волонтер\nОтправлено: 14 октября 2026 г. 20:56\nКому: Айжан\nТема: Тізілім",
        "From: Volunteer\nSent: Wednesday\nTo: Aizhan\nSubject: x",
        "Кімнен: Волонтер\nЖіберілді: 14 қазан\nКімге: Айжан\nТақырыбы: Тізілім",
    ],
)
@pytest.mark.parametrize("quoted", [LETTER, LETTER.replace("> ", "")])
def test_the_letter_that_is_answered_is_left_out(line: str, quoted: str) -> None:
    assert own_words(f"Рақмет!\n\n{line}\n\n{quoted}") == "Рақмет!"


def test_answers_between_the_quoted_lines_are_kept() -> None:
    assert own_words("> Жасыңыз нешеде?\n16\n> Мекенжай?\nАбай к. 5") == "16\nАбай к. 5"


@pytest.mark.parametrize(
    "line",
    [
        "---------- Forwarded message ---------",
        "-------- Пересылаемое сообщение --------",
        "Начало переадресованного сообщения:",
    ],
)
def test_a_letter_passed_on_is_kept(line: str) -> None:
    body = f"{line}\nОт: Айжан\nДата: 14 окт. 2026 г.\nКому: әкімдік\n\nМені тізілімге қосыңыз"
    assert "Мені тізілімге қосыңыз" in own_words(body)


def test_under_a_forwarding_subject_the_block_of_another_letter_is_kept() -> None:
    body = "От: Айжан\nОтправлено: 14 октября\nКому: әкімдік\nТема: x\n\nМені тізілімге қосыңыз"
    assert "Мені тізілімге қосыңыз" in own_words(body, "FW: арыз")
    assert own_words(body, "RE: арыз") == ""


@pytest.mark.parametrize(
    "ending",
    [
        "--\nӘділет\nБас маман\nтел. 8 (7172) 00-12-34",
        "-- \nОтдел регистрации волонтеров",
        "Отправлено из мобильной Почты Mail.ru",
        "Sent from my iPhone",
        "Отправлено с iPhone",
    ],
)
def test_signature_block_and_advertisement_are_left_out(ending: str) -> None:
    assert own_words(f"Құжаттар қоса берілді.\n\n{ending}") == "Құжаттар қоса берілді."


@pytest.mark.parametrize(
    "body",
    [
        "Прошу включить меня.\nПочта: a@post.example: отвечайте сюда",
        "Мои данные:\nEmail: a@post.example\nтел: 8701",
        "От: Иванова\nпрошу включить",
        "Туған күні: 12.05.2006\nаты: Әділет",
        "-- өтінім --\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12",
    ],
)
def test_what_only_looks_like_a_quotation_is_kept(body: str) -> None:
    assert own_words(body) == body


class Counted:
    """A pattern that counts how often it is tried."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern = pattern
        self.tried = 0

    def match(self, text: str) -> re.Match[str] | None:
        self.tried += 1
        return self.pattern.match(text)


@pytest.mark.parametrize(
    "line",
    [
        "AOYbAQALAAAAAAAAAAAAAACAAU8AAABjb250ZW50LnhtbFBLAQIUAxQAAAAIAAAAIQCXevq6owAA",  # a file that lost its header
        "7 " + "a@b " * 250,
        "2026 жылғы 5 қазан 10:00 " + "a@b.example " * 60 + ":",
    ],
)
def test_the_patterns_of_a_quoted_letter_are_not_tried_on_thousands_of_lines(
    line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = tuple(map(Counted, quotes._ANSWERED))
    monkeypatch.setattr(quotes, "_ANSWERED", counted)
    assert own_words("\n".join([line] * 18_000)).count("\n") == 17_999
    assert sum(pattern.tried for pattern in counted) <= len(counted)


def test_a_ruled_line_left_empty_in_a_form_is_no_signature_mark() -> None:
    below = "Какое время удобно для Вас для волонтерской деятельности?\n2"
    form = f"Кратко опишите свою роль в качестве волонтера:\n__________\n{below}"
    assert own_words(form) == form
    assert own_words("Прошу принять.\n________\nКим Дана\nтел. 8 701 011 22 33") == "Прошу принять."
