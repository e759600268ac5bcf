"""From an address to its region, with the traps of old names, streets and namesakes."""

from __future__ import annotations

import pytest

from parsers.regions import region_of, regions


def test_there_are_twenty_regions_and_three_of_them_are_cities() -> None:
    assert len(regions()) == 20
    assert [region.iso for region in regions() if region.kind == "city"] == ["KZ-71", "KZ-75", "KZ-79"]


@pytest.mark.parametrize(
    ("address", "iso"),
    [
        ("Алматы", "KZ-75"),
        ("Алматы облысы, Талғар қ.", "KZ-19"),
        ("Алматинская обл., Талгарский р-н, с. Бесагаш, ул. Жамбыла, 3", "KZ-19"),
        ("г. Алматы, Алатауский район, мкр. Шугыла", "KZ-75"),
        ("г. Алматы, ул. Сатпаева 5", "KZ-75"),
        ("Астана қ., Алматы ауданы", "KZ-71"),
        ("Нур-Султан", "KZ-71"),
        ("ЮКО, г. Шымкент", "KZ-79"),
        ("ВКО, г. Семей", "KZ-10"),
        ("Карагандинская обл., г. Жезказган", "KZ-62"),
        ("Алматинская область, г. Талдыкорган", "KZ-33"),
        ("Абай облысы, Абай ауданы", "KZ-10"),
        ("Ұлытау обл., Сәтбаев қаласы, Абай к. 11", "KZ-62"),
        ("с. Абай, Туркестанская область", "KZ-61"),
        ("Ақтау қ.", "KZ-47"),
        ("Өскемен, Қазақстан к-сі 99/1", "KZ-63"),
    ],
)
def test_an_address_tells_its_region(address: str, iso: str) -> None:
    region = region_of(address)
    assert region is not None
    assert region.iso == iso


@pytest.mark.parametrize(
    "address",
    ["Абай даңғылы 10", "ул. Сатпаева, 5", "Жамбыл көшесі 3", "Казань", "", "Павлодар обл. немесе Атырау обл."],
)
def test_a_street_or_two_regions_tell_nothing(address: str) -> None:
    assert region_of(address) is None
