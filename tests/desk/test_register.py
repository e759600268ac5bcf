"""The register's pages: search, history, the next release, contacts of minors, words in one language."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import date, datetime
from html import unescape
from pathlib import Path

import pytest

from inbox_daemon.desk import drafts
from inbox_daemon.finding import words_of_entry
from inbox_daemon.into_register import into_register
from inbox_daemon.order.asks import Ask
from inbox_daemon.order.practice import Practice
from registry_store.accounts import Role
from registry_store.records import (
    Amend,
    Case,
    CaseKind,
    ClerkDecidedContacts,
    ClerkIncluded,
    Contacts,
    Entry,
    EntryFacts,
    Programme,
    PutContacts,
    Region,
    State,
    Step,
    Stop,
    Text,
)
from registry_store.release.package import published_office
from tests.desk.browser import MORNING, DeskOffice, open_office
from tests.order.build import at, case_mail, complete, filed, sheet

PHONE, MAIL = "+77000001122", "jas@post.example"
ASTANA = Region("KZ-71", Text("Астана қаласы", "город Астана"))
BOTH = Text("Үлгі", "Образец")


def entry(number: int, **facts: object) -> Entry:
    said = {"contacts": Contacts(phone=(PHONE,), email=(MAIL,)), "region": ASTANA, "name": BOTH, **facts}
    whole = EntryFacts(kind="volunteer", key=str(number), **said)  # type: ignore[arg-type]
    return Entry(number, 1, "VR-2026-000417", date(2026, 10, 23), whole)


def put(office: DeskOffice, *entries: Entry, now: datetime = MORNING) -> None:
    with office.store.writing() as writing:
        for one in entries:
            writing.put_entry(one, now, (), words_of_entry(one.facts))


MINOR = entry(3, minor_until=date(2026, 12, 31))
SAMPLE = (
    entry(1),
    replace(entry(2, region=None, name=Text(kk="Сәуле")), stop=Stop(date(2026, 10, 20), "VR-2026-000417")),
    MINOR,
    replace(entry(4), undone=True),
    entry(5, name=Text(ru="Ким")),
)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [5, 4, 3, 2, 1]),
        ("state=listed", [5, 3, 1]),
        ("state=stopped", [2]),
        ("state=undone", [4]),
        ("state=contacts_held", [3]),
        ("state=one_language", [5, 2]),
        ("region=KZ-71", [5, 4, 3, 1]),
        ("region=none", [2]),
        ("kind=volunteer&state=stopped", [2]),
        ("kind=group", []),
        ("q=сәуле&state=stopped", [2]),
        ("q=сәуле&state=listed", []),
        ("state=nonsense&kind=' OR 1=1&region=KZ-99", [5, 4, 3, 2, 1]),
        ("below=4", [3, 2, 1]),
        ("below=" + "9" * 400, [5, 4, 3, 2, 1]),
    ],
)
def test_entries_are_found_by_what_they_are(office: DeskOffice, query: str, found: list[int]) -> None:
    put(office, *SAMPLE)
    page = office.signed_in().get(f"/register?{query}")
    assert page.status_code == 200
    assert [n for n in (5, 4, 3, 2, 1) if f'data-row href="/register/{n}"' in page.text] == found


def test_a_list_is_paged_and_keeps_what_it_was_narrowed_to(office: DeskOffice) -> None:
    put(office, *(entry(n) for n in range(1, 61)))
    browser = office.signed_in()
    first = browser.get("/register?state=listed").text
    assert first.count("data-row") == 50
    (link,) = [part.split('"')[0] for part in first.split('href="') if "below=11" in part]
    second = browser.get(unescape(link)).text
    assert second.count("data-row") == 10
    assert 'value="listed" selected' in second


@pytest.mark.parametrize("address", ["/register/999999999999999999999", "/register/7", "/register/0"])
def test_an_entry_that_there_is_not_is_not_found(office: DeskOffice, address: str) -> None:
    assert office.signed_in().get(address).status_code == 404


# ------------------------------------------------------------ the next release


def release(office: DeskOffice) -> Path:
    return Path(office.parts.release(office.watch()).folder)


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_the_next_release_is_told_entry_by_entry(office: DeskOffice, language: str) -> None:
    put(office, entry(1), entry(2), entry(3), entry(4))
    release(office)
    browser = office.signed_in(language=language)
    assert browser.get("/register/draft").text.count("data-row") == 0
    later = at("2026-10-26 10:00")
    put(office, replace(entry(1, name=Text("Басқа", "Другое")), version=2), now=later)
    put(office, replace(entry(2), version=2, stop=Stop(date(2026, 10, 25), "VR-2026-000417")), now=later)
    put(office, replace(entry(3), version=2, undone=True), now=later)
    put(office, replace(entry(4), version=2, contacts_public=False), entry(5), now=later)
    put(office, entry(6, name=Text("960315101801")), now=later)
    page = browser.get("/register/draft").text
    tags = {
        "kk": [
            "өзгерді",
            "тоқтатылды",
            "алынып тасталды",
            "жарияланатыны өзгермейді",
            "қосылды",
            "жарияланбайды: ұяшық",
        ],
        "ru": ["изменено", "прекращено", "снято", "в публикуемом ничего не меняется", "добавлено", "не публикуется: в"],
    }[language]
    rows = page.split("<tr>")[2:]
    assert [tag in row for tag, row in zip(tags, rows, strict=True)] == [True] * 6
    for word in ("Үлгі</del>", "Басқа</ins>", "Образец</del>", "Другое</ins>"):
        assert word in rows[0], "both languages"
    assert page.count("<b>1</b>") == 6


def test_the_next_release_tells_that_the_office_changed_its_words(office: DeskOffice) -> None:
    put(office, entry(1))
    folder = release(office)
    before = office.parts.office
    assert published_office(folder) == before
    browser = office.signed_in()
    assert "Слова вокруг реестра" not in browser.get("/register/draft").text
    assert "тоже изменились" not in browser.get("/register").text
    officer, mailbox = Text("Жаңа Адам", "Новый Человек"), "other@ministry.example"
    moved = DeskOffice(replace(office.parts, office=replace(before, officer=officer, mailbox=mailbox)), office.watch)
    browser = moved.signed_in("dana")
    page = " ".join(browser.get("/register/draft").text.split())
    assert page.count("<b>ответственное лицо</b>") == page.count("<b>почтовый ящик</b>") == 1
    assert "министерство</b>" not in page
    for words in ("Үлгі Үлгі</del>", "Жаңа Адам</ins>", "Образец Образец</del>", "Новый Человек</ins>"):
        assert page.count(words) == 1
    assert page.count(f"{mailbox}</ins>") == 1, "the same in both languages is told once"
    assert "тоже изменились" in browser.get("/register").text


def test_where_the_published_words_cannot_be_told_the_next_release_says_that_they_changed(office: DeskOffice) -> None:
    put(office, entry(1))
    folder = release(office)
    (folder / "register.json").write_text("[", "utf-8")
    other = replace(office.parts.office, mailbox="other@ministry.example")
    page = DeskOffice(replace(office.parts, office=other), office.watch).signed_in().get("/register/draft").text
    assert "от другой версии программы" in page


def test_a_step_that_was_written_before_the_release_but_after_its_look_is_not_lost(office: DeskOffice) -> None:
    """The draft goes by the register's count of changes; the clock of a slow step may lie before the release's."""
    put(office, entry(1))
    release(office)
    put(office, entry(2), now=at("2026-10-23 09:00"))
    assert 'href="/register/2"' in office.signed_in().get("/register/draft").text


def test_a_minor_who_comes_of_age_stands_in_the_next_release(office: DeskOffice) -> None:
    put(office, MINOR)
    release(office)
    office.watch.now = at("2026-12-31 10:00")
    assert office.signed_in("berik").get("/register/draft").text.count("data-row") == 0
    office.watch.now = at("2027-01-01 10:00")
    page = office.signed_in("dana").get("/register/draft").text
    assert "+7 700 000 11 22" in page


def test_many_differences_are_counted_in_the_background_and_only_so_far(
    office: DeskOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "AT_ONCE", 3)
    put(office, entry(1))
    release(office)
    put(office, *(entry(n) for n in range(2, 9)))
    browser = office.signed_in()
    assert "подсчитываются" in browser.get("/register").text
    office.parts.drafts.wait()
    page = browser.get("/register").text
    assert "<b>7</b>добавлено" in page
    assert "Подсчитано 23.10.2026 10:00" in page
    put(office, entry(9))
    assert "идёт новый подсчёт" in browser.get("/register").text, "an old count says that it is old"
    office.parts.drafts.wait()
    assert "<b>8</b>добавлено" in browser.get("/register").text


def test_nothing_published_has_no_draft(office: DeskOffice) -> None:
    assert office.signed_in().get("/register/draft").status_code == 404


# ------------------------------------------------------------ an entry


def test_the_history_tells_who_when_and_by_which_case(tmp_path: Path) -> None:
    office = open_office(tmp_path, Practice(inclusion="clerk"))
    case = office.parts.casework.carry(filed(MORNING, *complete()), None, now=MORNING).case
    said = ClerkIncluded(MORNING, "berik", "seen in the original")
    office.parts.casework.carry(said, case.number, now=MORNING)
    page = office.signed_in().get("/register/1").text
    assert "berik" in page
    assert "seen in the original" in page
    assert page.count(f'href="/cases/{case.number}"') == 2


# ------------------------------------------------------------ contacts of a minor


def included(office: DeskOffice, *entries: Entry) -> None:
    """The register with these, of which the minor was entered by a case."""
    put(office, *entries)
    case = Case(MINOR.case, CaseKind.APPLICATION, State.INCLUDED, 1, received=MORNING, entry=MINOR.number)
    with office.store.writing() as writing:
        event = ClerkIncluded(MORNING, "berik")
        writing.record(0, Step(case), event, at=MORNING, keys=(), wake_at=None, due=None)
        writing.add_task(case.number, Ask.MINOR_CONTACTS, "", MORNING)


def everything(folder: Path) -> str:
    """All that a release says, workbook and all."""
    said = []
    for file in folder.rglob("*"):
        if file.suffix == ".xlsx":
            with zipfile.ZipFile(file) as archive:
                said += [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
        elif file.is_file():
            said.append(file.read_text("utf-8"))
    return " ".join(said)


def test_held_contacts_stand_in_no_file_of_a_release_until_somebody_frees_them(office: DeskOffice) -> None:
    included(office, MINOR)
    browser = office.signed_in()
    for public, there in (("", False), ("yes", True), ("no", False)):
        if public:
            form = {"public": public, "why": "the parents wrote", "version": office.store.entry(3).version}
            assert browser.post("/register/3/contacts", "/register/3", **form).status_code == 303
        said = everything(release(office))
        assert [one in said for one in ("700 000 11 22", "7000001122", MAIL)] == [there, False, there]
    last = office.store.entry_versions(3)[-1]
    assert (last.origin.by, last.origin.why, last.entry.contacts_public) == ("aigerim", "the parents wrote", False)
    assert "the parents wrote" in browser.get("/register/3").text


@pytest.mark.parametrize(
    ("number", "form", "status"),
    [
        (3, {"public": "yes", "why": " "}, 409),
        (3, {"public": "yes", "why": "so", "version": 7}, 409),
        (3, {"why": "so"}, 404),
        (3, {"public": "perhaps", "why": "so"}, 404),
        (1, {"public": "yes", "why": "so"}, 409),  # an adult
        (9, {"public": "yes", "why": "so"}, 404),
    ],
)
def test_contacts_are_freed_only_with_a_reason_and_where_there_is_something_to_decide(
    office: DeskOffice, number: int, form: dict[str, object], status: int
) -> None:
    included(office, entry(1), MINOR)
    browser = office.signed_in()
    assert browser.post(f"/register/{number}/contacts", "/register/3", **form).status_code == status
    assert [office.store.entry(n).version for n in (1, 3)] == [1, 1]


def test_the_word_on_contacts_is_a_step_of_the_case_that_made_the_entry(office: DeskOffice) -> None:
    """The kind of fault: the register changes beside the one door, and no journal tells of it."""
    included(office, MINOR)
    browser = office.signed_in()
    form = {"public": "yes", "why": "the parents wrote", "version": 1}
    assert browser.post("/register/3/contacts", "/register/3", **form).status_code == 303
    line = office.store.journal(MINOR.case)[-1]
    assert line.event == ClerkDecidedContacts(line.event.at, "aigerim", "the parents wrote", 3, True, 1)
    assert line.effects == (PutContacts(3, True, 1),)
    assert office.store.case(MINOR.case).version == line.version == 2
    last = office.store.entry_versions(3)[-1]
    assert (last.entry.contacts_public, last.origin.case) == (True, MINOR.case)
    assert office.store.tasks(case=MINOR.case) == ()
    assert "решено о контактах" in browser.get(f"/cases/{MINOR.case}").text


def test_a_viewer_frees_nothing(office: DeskOffice) -> None:
    put(office, MINOR)
    browser = office.signed_in(role=Role.VIEWER)
    assert browser.post("/register/3/contacts", public="yes", why="so").status_code == 403


@pytest.mark.parametrize(("changed", "said"), [(False, True), (True, None)])
def test_a_yes_to_contacts_is_no_yes_to_others(office: DeskOffice, changed: bool, said: bool | None) -> None:
    put(office, MINOR, replace(MINOR, version=2, contacts_public=True))
    contacts = Contacts(phone=("+77000009999",)) if changed else MINOR.facts.contacts
    case = Case("VR-2026-000418", CaseKind.CHANGE, mails=(case_mail(MORNING),), sheets=(sheet("volunteer"),))
    step = Step(case, (Amend(3, replace(MINOR.facts, contacts=contacts)),))
    with office.store.writing() as writing:
        into_register(writing, step, ClerkIncluded(MORNING, "berik"), MORNING)
    assert office.store.entry(3).contacts_public is said


# ------------------------------------------------------------ one language


def test_words_in_one_language_are_listed_with_what_is_lacking(office: DeskOffice) -> None:
    programme = Programme("programme", Text(kk="Таза өзен"), BOTH, Text(ru="10.11.2026"))
    put(office, replace(entry(1), programmes=(programme,)), entry(2), entry(5, name=Text(ru="Ким")))
    page = office.signed_in().get("/register?state=one_language").text
    assert "название программы или акции (1): <b>нет на русском</b>" in page
    assert "наименование: <b>нет на казахском</b>" in page
    assert 'href="/register/2"' not in page
    assert "проведения" not in page
    assert "нет на русском" in office.signed_in("berik").get("/register/1").text
