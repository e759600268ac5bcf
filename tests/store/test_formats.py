from __future__ import annotations

import csv
import json
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZipFile

import openpyxl
import pytest

from registry_store.records import Contacts, Text
from registry_store.release.appendix import LANGUAGES, Language, appendix
from registry_store.release.publish import publish
from registry_store.store import Store

from .samples import MORNING, OFFICE, action, an_entry

FORMULAS = ["=1+1", "+7 701", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "＝1+1", "#N/A"]
EVIL = "<script>alert(1)</script> & \"quoted\", 'single'"


@pytest.fixture
def backend() -> str:
    """A release is made of files: where the register lies makes no difference to them."""
    return "sqlite"


@pytest.fixture
def folder(store: Store, tmp_path: Path) -> Path:
    """A release with an entry for each name that is meant to hurt."""
    with store.writing() as w:
        names = [*FORMULAS, EVIL, "Ұ" * 40_000, "Серікқызы Әйгерім"]
        for number, name in enumerate(names, 1):
            entry = an_entry(number, key="", name=Text(kk=name), contacts=Contacts(), programmes=(action("Су\nТау"),))
            w.put_entry(entry, MORNING)
    return publish(store, tmp_path / "public", MORNING, OFFICE).folder


def read_csv(folder: Path, language: str) -> list[list[str]]:
    with (folder / f"register.{language}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def sheet(folder: Path, language: str) -> Any:
    return openpyxl.load_workbook(folder / "register.xlsx")[language]


@pytest.mark.parametrize(
    ("language", "title", "officer"),
    [
        ("kk", "Волонтерлік қызметті есепке алу тізілімі", "Сәкен Қызметкер"),
        ("ru", "Реестр учета волонтерской деятельности", "Сакен Служащий"),
    ],
)
def test_the_workbook_has_eleven_columns_and_the_rows_of_the_register(
    folder: Path, language: Language, title: str, officer: str
) -> None:
    book = sheet(folder, language)
    rows = list(book.iter_rows(values_only=True))
    assert rows[0][0] == title
    assert "27.10.2026 10:00" in rows[1][0]
    assert officer in rows[1][0]
    assert rows[2] == appendix().headings(language)
    assert rows[3] == tuple(range(1, 12))
    assert len(rows) == 4 + 10
    assert {len(row) for row in rows} == {11}
    assert rows[-1][:2] == (10, "Серікқызы Әйгерім")
    assert rows[-1][7:9] == ("1. Су Тау", "1. Алматы, 1 мамыр")


def test_the_workbook_is_made_for_reading_and_printing(folder: Path) -> None:
    book = sheet(folder, "kk")
    assert (book.freeze_panes, book.page_setup.orientation, book.page_setup.paperSize) == ("B5", "landscape", 9)
    assert (book.print_title_rows, book.page_setup.fitToHeight) == ("$3:$4", 0)
    assert book["B5"].alignment.wrap_text
    heights = [book.row_dimensions[n].height for n in range(1, 15)]
    assert heights[2] >= 4 * 15
    assert heights[12] == 409  # a name of 40,000 letters
    assert heights[13] == 15
    assert book.column_dimensions["F"].width == 30


def test_a_workbook_cell_is_text_and_reads_as_it_was_said(folder: Path) -> None:
    book = sheet(folder, "kk")
    names = [book.cell(5 + n, 2) for n in range(len(FORMULAS))]
    assert [cell.value for cell in names] == FORMULAS
    assert {cell.data_type for cell in names} == {"s"}
    assert [cell.quotePrefix for cell in names] == [True] * 6 + [False]
    assert book.cell(5 + len(FORMULAS) + 1, 2).value == "Ұ" * 32_766 + "…"


def test_a_csv_cell_that_looks_like_a_formula_has_one_apostrophe_in_front(folder: Path) -> None:
    rows = read_csv(folder, "kk")
    assert rows[0] == list(appendix().headings("kk"))
    assert {len(row) for row in rows} == {11}
    assert [row[1] for row in rows[1:8]] == [f"'{name}" for name in FORMULAS[:6]] + ["#N/A"]
    assert rows[8][1] == EVIL
    assert read_csv(folder, "ru")[10][5] == "регион: город Алматы"


def test_json_holds_both_languages_and_the_words_as_they_are(folder: Path) -> None:
    register = json.loads((folder / "register.json").read_text("utf-8"))
    assert (register["schema"], register["as_of"]) == (1, "2026-10-27T05:00:00Z")
    assert [column["n"] for column in register["columns"]] == list(range(1, 12))
    assert register["office"]["officer"] == {"kk": "Сәкен Қызметкер", "ru": "Сакен Служащий"}
    assert [row["number"] for row in register["rows"]] == list(range(1, 11))
    assert {len(row[language]) for row in register["rows"] for language in LANGUAGES} == {11}
    assert [row["kk"][1] for row in register["rows"]][:8] == [*FORMULAS, EVIL]


class Page(HTMLParser):
    """What a reader of the page gets: the cells, the landmarks, the languages."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._in_cell = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        self._in_cell = tag in ("td", "th")

    def handle_endtag(self, tag: str) -> None:
        self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.rows[-1][-1] += data


@pytest.mark.parametrize(
    ("language", "other", "officer"), [("kk", "ru", "Сәкен Қызметкер"), ("ru", "kk", "Сакен Служащий")]
)
def test_a_page_shows_the_register_the_officer_and_the_moment(
    folder: Path, language: str, other: str, officer: str
) -> None:
    text = (folder / f"register.{language}.html").read_text("utf-8")
    page = Page(text)
    assert ("html", {"lang": language}) in page.tags
    assert f'href="register.{other}.html"' in text
    for shown in (officer, "volunteer@example.kz", "27.10.2026 10:00", "+7 7172 00 00 00", "register.xlsx"):
        assert shown in text
    assert page.rows[1] == [str(n) for n in range(1, 12)]
    assert {len(row) for row in page.rows} == {11}
    assert [row[1] for row in page.rows[2:10]] == [*FORMULAS, EVIL]
    assert escape("<script>") in text
    assert "script" not in {tag for tag, _ in page.tags}


def test_a_page_needs_nothing_from_elsewhere_and_names_its_parts(folder: Path) -> None:
    page = Page((folder / "register.kk.html").read_text("utf-8"))
    links = [attrs.get("href") or "" for _, attrs in page.tags if "href" in attrs]
    assert [link for link in links if "//" in link] == []
    assert not {"src"} & {name for _, attrs in page.tags for name in attrs}
    for tag, attribute, value in [("th", "scope", "col"), ("th", "scope", "row"), ("nav", "aria-label", "Тіл")]:
        assert any(name == tag and attrs.get(attribute) == value for name, attrs in page.tags)
    assert {"main", "header", "h1", "caption"} <= {tag for tag, _ in page.tags}


def test_members_of_the_workbook_bear_no_time_of_making(folder: Path) -> None:
    with ZipFile(folder / "register.xlsx") as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties = openpyxl.load_workbook(folder / "register.xlsx").properties
    assert properties.created == properties.modified == datetime(2026, 10, 27, 5, 0)  # noqa: DTZ001
