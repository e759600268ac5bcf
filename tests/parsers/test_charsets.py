"""Which text do these bytes hold?"""

from __future__ import annotations

import pytest

from parsers.charsets import repaired, text_of

KAZAKH = "Волонтерлік қызметті есепке алу тізіліміне қосуды сұраймын. Құрметпен, Әділет Өмірұлы"
RUSSIAN = "Прошу включить меня в реестр учета волонтерской деятельности. С уважением, Щербакова Юлия"
NAMES = ("Заявление.docx", "анкета волонтера", "ДОКУМЕНТЫ", "Новый документ (2).docx", "Щеглова Эльвира", "Резюме")
RUSSIAN_CODECS = ("cp1251", "koi8-r", "utf-8", "cp866")


@pytest.mark.parametrize("codec", [*RUSSIAN_CODECS, "iso8859-5", "mac-cyrillic", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize(
    "declared", [None, "us-ascii", "iso-8859-1", "utf-8", "koi8-r", "windows-1251", "X-UNKNOWN", ""]
)
def test_russian_is_read_whatever_the_label_says(codec: str, declared: str | None) -> None:
    assert text_of(RUSSIAN.encode(codec), declared) == RUSSIAN


@pytest.mark.parametrize("codec", ["kz1048", "ptcp154", "utf-8", "utf-16"])
@pytest.mark.parametrize("declared", [None, "windows-1251", "utf-8"])
def test_kazakh_is_read_from_its_own_encodings_also_under_the_label_windows_1251(
    codec: str, declared: str | None
) -> None:
    assert text_of(KAZAKH.encode(codec), declared) == KAZAKH


@pytest.mark.parametrize("codec", ["cp1251", "koi8-r", "utf-8"])
@pytest.mark.parametrize("name", NAMES)
def test_a_short_name_is_enough_to_tell_the_encoding(name: str, codec: str) -> None:
    assert text_of(name.encode(codec)) == name


@pytest.mark.parametrize("name", NAMES)
def test_a_likely_encoding_helps_where_a_name_is_short(name: str) -> None:
    assert text_of(name.encode("cp866"), candidates=("cp866",)) == name


@pytest.mark.parametrize("name", ["Заявление Мұқанова.docx", "Құжаттар", "Арыз.docx"])
@pytest.mark.parametrize("wrong", ["cp1251", "latin-1"])
def test_utf_8_that_was_once_read_wrongly_is_repaired(name: str, wrong: str) -> None:
    mangled = "".join(bytes((byte,)).decode(wrong, "replace") for byte in name.encode())
    mangled = mangled.replace("\ufffd", "\x98")  # the one sign that windows-1251 leaves open comes through as it is
    assert repaired(mangled) == name


@pytest.mark.parametrize(
    ("right", "wrong"), [("cp1251", "latin-1"), ("cp1251", "cp1252"), ("cp866", "cp437"), ("cp866", "cp1251")]
)
def test_other_encodings_that_were_once_read_wrongly_are_repaired(right: str, wrong: str) -> None:
    mangled = "".join(bytes((byte,)).decode(wrong, "replace") for byte in "Анкета волонтера.docx".encode(right))
    assert repaired(mangled) == "Анкета волонтера.docx"


@pytest.mark.parametrize(
    "text", [KAZAKH, RUSSIAN, *NAMES, "семьи", "Müller Straße", "ТОО «ЭиБ»", "№ 5 — 20 °C", "chào", "数据"]
)
def test_what_was_right_is_left_alone(text: str) -> None:
    assert text_of(text.encode()) == text
    assert repaired(text) == text


@pytest.mark.parametrize(
    "declared", ["rot13", "idna", "punycode", "zlib", "undefined", "unicode_escape", "\udcff", "utf-7"]
)
def test_a_codec_that_is_no_charset_is_not_believed(declared: str) -> None:
    assert text_of(RUSSIAN.encode(), declared) == RUSSIAN


def test_a_letter_cut_in_two_at_the_end_is_dropped() -> None:
    assert text_of("Заявление".encode()[:-1]) == "Заявлени"


@pytest.mark.parametrize("data", [b"", b"\xff", b"\xff\xfe", b"\x00\x00", b"\xd0", bytes(range(256)), b"\xfe\xff\xd8"])
def test_any_bytes_give_some_text(data: bytes) -> None:
    assert isinstance(text_of(data), str)
