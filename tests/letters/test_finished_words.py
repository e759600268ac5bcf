"""What no finished letter may hold.

The kind: words of a template that run into each other, marks of ours that were not taken away, places that nothing
was filled into. One receipt had all three: a tag at the end of a line took the end of that line away, so that with
two files the list, its mark and the sentence behind it were one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from importlib.resources import files
from pathlib import Path

import pytest

from inbox_daemon.commands.letters import shown
from inbox_daemon.letters import by_hand
from inbox_daemon.letters import compose as composing
from inbox_daemon.letters.markup import NOT_WORDS, _with_its_end, as_text, blocks
from inbox_daemon.letters.render import Rendered, render
from inbox_daemon.letters.samples import at as moment
from inbox_daemon.letters.samples import received
from inbox_daemon.order.asks import Ask
from registry_store.records import Answer, FileSeen, LetterKind, LetterState, OutcomeKind, Sheet, State
from tests.desk.browser import MORNING, open_office
from tests.letters.samples import SAMPLES, composed
from tests.order.build import at, complete, filed
from tests.simulation.people import form, person
from tests.simulation.posts import NOTHING, Enclosed, written
from tests.simulation.servers import Fate
from tests.simulation.world import World

# One more that is drawn nowhere: dates that the calendar does not reach to.
UNKNOWN_DAY = replace(SAMPLES["receipt"], case=received("2027-12-29T10:00"), leaves=moment("2027-12-29T10:01"))
LETTERS = {**SAMPLES, "receipt-day-unknown": UNKNOWN_DAY}
NAMES = sorted(LETTERS)
COUNTS = (0, 1, 2, 5)
PLACEHOLDER = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|\{[a-z_]*\}|%\([a-z_]+\)s|\bNone\b|\bUndefined\b")
TOGETHER = re.compile(r"[а-яёәғқңөұүһіa-z)»\d][.!?:;,][«(]?[А-ЯЁӘҒҚҢӨҰҮҺІA-Zа-яё]|[а-яёәғқңөұүһі»][А-ЯӘҒҚҢӨҰҮҺІ«]")
WHOLE = re.compile(r"[\w.+-]+@[\w.-]+|https?://\S+|pki\.gov\.kz|[\w.+-]+\.[a-z]{2,}\S*|SHA-256: [0-9a-f]{64}$")


def file_names(count: int) -> tuple[str, ...]:
    return tuple(f"Құжат {'ұзын атаулы ' * (n % 2)}{n}.docx" for n in range(1, count + 1))


def with_files(name: str, count: int) -> tuple[str, str]:
    """Return the text and the HTML of a sample whose mail brought so many files."""
    sample = LETTERS[name]
    seen = tuple(FileSeen(file, f"{n:064x}") for n, file in enumerate(file_names(count), 1))
    unread = tuple(f"{file}: damaged" for file in file_names(count)) if sample.case.unreadable else ()
    case = replace(sample.case, files=seen, unreadable=unread or sample.case.unreadable)
    letter = shown(composed(replace(sample, case=case)))
    assert NOT_WORDS.search(letter.headers["Subject"]) is None
    return letter.text, letter.html


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("name", NAMES)
def test_no_letter_holds_a_mark_of_ours_a_gap_or_words_run_together(name: str, count: int) -> None:
    text, html = with_files(name, count)
    assert NOT_WORDS.search(text + html) is None
    assert PLACEHOLDER.search(text) is None
    for line in text.splitlines():
        said = WHOLE.sub(" ", line)
        assert TOGETHER.search(said) is None, line


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("receipt") and name != "receipt-with-key"])
def test_each_file_of_a_receipt_has_a_line_of_its_own(name: str, count: int) -> None:
    text, html = with_files(name, count)
    lines = [f"- {file} – SHA-256: {n:064x}" for n, file in enumerate(file_names(count), 1)]
    assert [line for line in text.splitlines() if "SHA-256: 0" in line] == [*lines, *lines]
    assert html.count("</code>") == 2 * count


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("- {{ name }}{% if x %} – {{ x }}{% endif %}", True),
        ("words{# why #}", True),
        ("{% if x %}words{% endif %}  ", True),
        ("{% if x %}", False),
        ("  {% endfor %}{% if y %}  ", False),
        ("words {{ x }}", False),
        ("words{% endif -%}", False),
        ("words{% endif +%}", False),
    ],
)
def test_a_tag_keeps_the_end_of_a_line_that_has_words(line: str, kept: bool) -> None:
    assert (_with_its_end(line) != line) is kept
    assert _with_its_end(line).replace("+%}", "%}").replace("+#}", "#}").rstrip() == line.replace("+%}", "%}").rstrip()


def test_a_mark_begins_a_line_wherever_it_stands() -> None:
    assert as_text(blocks("\ue004one\ue004two\n\nthree")) == "- one\n- two\n\nthree"


def sources() -> Iterator[tuple[str, str]]:
    for path in sorted(Path(str(files("templates") / "letters")).glob("*")):
        if path.suffix in (".j2", ".toml"):
            yield path.name, path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "source"), list(sources()))
def test_no_source_of_a_letter_holds_private_characters(name: str, source: str) -> None:
    assert NOT_WORDS.search(source) is None


# ------------------------------------------------------------ a template at fault


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, at("2026-10-23 10:00"), '[order]\nmode = "automatic"\n')
    yield world
    world.close()


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Every letter has a mark that was not taken away."""

    def with_a_mark(kind: LetterKind, facts: object) -> Rendered:
        whole = render(kind, facts)  # type: ignore[arg-type]
        return replace(whole, text=whole.text.replace(". ", ".\ue004", 1))

    monkeypatch.setattr(composing, "render", with_a_mark)
    return monkeypatch


def applies(world: World, *without: str) -> None:
    who = person(1)
    forms = Enclosed((form(who, "application"), form(who, "volunteer", without=without)))
    raw = written(who.address, "Арыз", "Прошу включить меня в реестр.", message_id="<m1@post.example>")
    world.mailbox.append(world.reader.put(raw, forms), world.now)
    world.round()


def asked(world: World) -> set[tuple[str, str]]:
    return {(task.code, task.detail) for task in world.store.tasks()}


def test_a_letter_at_fault_is_held_for_a_person_and_leaves_anew(world: World, broken: pytest.MonkeyPatch) -> None:
    applies(world)
    (case,) = world.store.cases()
    letters = world.store.letters(case.number)
    assert {letter.kind: letter.state for letter in letters} == {
        LetterKind.RECEIPT: LetterState.PARKED,
        LetterKind.INCLUSION: LetterState.PARKED,
    }
    assert all("U+E004" in letter.explanation for letter in letters)
    assert world.postman.handed == []
    assert {(Ask.LETTER_HELD, LetterKind.RECEIPT), (Ask.LETTER_HELD, LetterKind.INCLUSION)} <= asked(world)

    broken.undo()
    for letter in letters:
        by_hand.say_yes(world.casework, letter.id, by="clerk", why="mended", now=world.now)
    world.round()
    sent = [letter for letter in world.store.letters(case.number) if letter.state is LetterState.ACCEPTED]
    assert {letter.kind for letter in sent} == {LetterKind.RECEIPT, LetterKind.INCLUSION}
    assert all(NOT_WORDS.search(shown_text(letter.raw)) is None for letter in sent)


def test_a_letter_that_an_older_version_left_with_a_fault_is_composed_anew_before_it_leaves(
    world: World, broken: pytest.MonkeyPatch
) -> None:
    broken.setattr(composing, "fault_of", lambda rendered: "")
    world.fates = lambda address: Fate.LATER
    applies(world)
    waiting = world.store.letters_in((LetterState.WAITING,))
    assert {one.kind for one in waiting} == {LetterKind.RECEIPT, LetterKind.INCLUSION}
    assert all(NOT_WORDS.search(shown_text(one.raw)) for one in waiting)

    broken.undo()
    world.fates = lambda address: Fate.TAKEN
    world.now += timedelta(hours=2)
    world.round()
    sent = world.store.letters_in((LetterState.ACCEPTED,))
    assert {one.kind for one in sent} == {LetterKind.RECEIPT, LetterKind.INCLUSION}
    assert all(NOT_WORDS.search(shown_text(one.raw)) is None for one in sent)


def test_a_rework_letter_at_fault_starts_no_term(world: World, broken: pytest.MonkeyPatch) -> None:
    applies(world, "iin")
    world.now = at("2026-10-30 09:00")
    world.round()
    (case,) = world.store.cases()
    assert case.state is State.WITH_CLERK
    assert Ask.REWORK_NOT_ACCEPTED in case.asks
    assert (Ask.LETTER_HELD, LetterKind.REWORK) in asked(world)
    assert world.postman.handed == []


def test_a_question_whose_answer_is_at_fault_lies_in_the_tray(world: World, broken: pytest.MonkeyPatch) -> None:
    raw = written(person(1).address, "Вопрос", "Здравствуйте! Как подать заявление?", message_id="<q@post.example>")
    world.mailbox.append(world.reader.put(raw, NOTHING), world.now)
    world.round()
    (arrival,) = world.store.arrivals()
    assert arrival.outcome is not None
    assert arrival.outcome.kind is OutcomeKind.TRAY
    assert world.postman.handed == []


def shown_text(raw: bytes) -> str:
    body = message_from_bytes(raw, policy=policy.default).get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


# ------------------------------------------------------------ pages and published files


def test_a_font_s_own_pictures_reach_no_page_and_no_published_file(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    sheets = complete()
    name = "Қыдырова\uf0b7 Сәуле"
    changed = tuple(replace(one, answers={**one.answers, **named(one, name)}) for one in sheets)
    carried = office.parts.casework.carry(filed(MORNING, *changed), None, now=MORNING)
    browser = office.signed_in()
    for page in ("/", f"/cases/{carried.case.number}", "/register", "/letters", "/tasks", "/mails"):
        text = browser.get(page).text
        assert NOT_WORDS.search(text.replace("\r", "")) is None, page
    office.parts.release(MORNING)
    published = [path for path in (tmp_path / "public").rglob("*") if path.suffix in (".json", ".csv", ".html")]
    assert published
    for path in published:
        text = path.read_text(encoding="utf-8-sig").replace("\r", "")
        assert NOT_WORDS.search(text) is None, path
        assert PLACEHOLDER.search(text) is None or path.suffix == ".json", path
    assert any("Сәуле" in path.read_text(encoding="utf-8-sig") for path in published)
    office.store.close()


def named(one: Sheet, name: str) -> dict[str, Answer]:
    return {"full_name": Answer(name, name)} if "full_name" in one.answers else {}
