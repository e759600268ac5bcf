"""The demo's story, played once by the real daemon over real IMAP and SMTP, and looked at from all sides."""

from __future__ import annotations

import email
import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from inbox_daemon.calendar import load_calendar
from inbox_daemon.demo import run_demo
from inbox_daemon.demo.director import STORY, ClerkSets, Mails, moment
from inbox_daemon.demo.folder import MARKER, NotTheDemos, make_folder
from inbox_daemon.demo.people import load_people
from inbox_daemon.order.paragraphs import p10_rework_due
from inbox_daemon.order.workdays import almaty
from inbox_daemon.recognition import passes_dmarc
from inbox_daemon.settings import load_settings
from parsers.mail import take_apart
from parsers.values.identifiers import check_digit_right
from registry_store.archive import Archive
from registry_store.records import Case, CaseKind, Entry, Letter, LetterKind, LetterState, OutcomeKind, State
from registry_store.store import Store, open_store


@dataclass(frozen=True, slots=True)
class Played:
    """What one run of the demo left."""

    folder: Path
    status: int
    printed: str
    store: Store

    def cases_of(self, person: str) -> tuple[Case, ...]:
        """The cases of one of the demo's people, in the order in which they were opened."""
        address = load_people()[person].address
        return tuple(self.store.case(number) for number in self.store.cases_by_key("address", address))

    def letter(self, person: str, kind: LetterKind) -> Letter:
        """The one letter of a kind that somebody got."""
        (found,) = (x for case in self.cases_of(person) for x in self.store.letters(case.number) if x.kind is kind)
        return found

    def entry(self, person: str) -> Entry:
        """The entry that somebody's first case made."""
        number = self.cases_of(person)[0].entry
        assert number is not None
        return self.store.entry(number)

    @property
    def release(self) -> Path:
        return (self.folder / "public" / "current").resolve()


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    folder, out = tmp_path_factory.mktemp("demo") / "demo-data", io.StringIO()
    status = run_demo(folder, out=out)
    store = open_store(f"sqlite:///{folder / 'register.db'}")
    yield Played(folder, status, out.getvalue(), store)
    store.close()


def test_the_demo_is_content_with_its_end(played: Played) -> None:
    assert "!!" not in played.printed
    assert played.status == 0


@pytest.mark.parametrize(
    ("person", "states"),
    [
        ("sarsenova", [State.INCLUDED, State.CARRIED_OUT]),
        ("zhumabekov", [State.INCLUDED, State.CARRIED_OUT]),
        ("vasilenko", [State.INCLUDED]),
        ("zhyly_zhurek", [State.INCLUDED]),
        ("zhasyl_dala", [State.INCLUDED]),
        ("kim", [State.INCLUDED]),
        ("aliev", [State.INCLUDED]),
        ("ospanov", [State.REFUSED]),
        ("nurlan", []),
        ("shop", []),
    ],
)
def test_everybody_ends_where_the_order_leads(played: Played, person: str, states: list[State]) -> None:
    assert [case.state for case in played.cases_of(person)] == states


def test_every_mail_has_one_outcome(played: Played) -> None:
    arrivals = played.store.arrivals(limit=None)
    assert Counter(a.outcome.kind for a in arrivals if a.outcome is not None) == {
        OutcomeKind.CASE: 13,
        OutcomeKind.ANSWERED: 1,
        OutcomeKind.DUPLICATE: 1,
        OutcomeKind.REPORT: 1,
        OutcomeKind.AUTOMATIC: 1,
        OutcomeKind.TRAY: 1,
    }
    assert len(arrivals) == sum(isinstance(scene, Mails) for scene in STORY)


def test_the_mail_server_keeps_the_moments_at_which_mails_came(played: Played) -> None:
    came = sorted(arrival.received_at for arrival in played.store.arrivals(limit=None))
    assert came == [moment(scene.at) for scene in STORY if isinstance(scene, Mails)]


@pytest.mark.parametrize(
    ("person", "kind", "left"),
    [
        # received Mon 12.10 at 19:20: the receipt at once, the decision in office hours
        ("vasilenko", LetterKind.RECEIPT, "2026-10-12 19:21"),
        ("vasilenko", LetterKind.INCLUSION, "2026-10-13 09:00"),
        # received Tue 13.10: review due Tue 20.10, the rework letter one working day before
        ("zhyly_zhurek", LetterKind.REWORK, "2026-10-19 09:00"),
        ("zhyly_zhurek", LetterKind.STILL_INCOMPLETE, "2026-10-20 16:46"),
        ("zhyly_zhurek", LetterKind.INCLUSION, "2026-10-22 09:00"),
        # received Fri 16.10: review due Fri 23.10
        ("ospanov", LetterKind.REWORK, "2026-10-22 09:00"),
        # three working days later, without Sat 24.10, Sun 25.10 and Mon 26.10: Wed 28.10
        ("ospanov", LetterKind.REFUSAL, "2026-10-29 09:00"),
        ("aliev", LetterKind.UNREADABLE, "2026-10-16 09:00"),
        ("kim", LetterKind.INCLUSION, "2026-10-16 10:32"),
        ("sarsenova", LetterKind.CHANGE, "2026-10-22 12:31"),
        ("zhumabekov", LetterKind.STOP, "2026-10-27 10:06"),
    ],
)
def test_each_letter_leaves_at_its_hour(played: Played, person: str, kind: LetterKind, left: str) -> None:
    accepted = played.letter(person, kind).accepted_at
    assert accepted is not None
    assert f"{almaty(accepted):%Y-%m-%d %H:%M}" == left


def test_the_holiday_is_skipped_and_said_so(played: Played) -> None:
    (case,) = played.cases_of("ospanov")
    assert case.rework is not None
    term = p10_rework_due(case.rework, load_calendar())
    assert term is not None
    assert term.last == case.rework.last_day_printed == date(2026, 10, 28)
    assert [day for day, _ in term.skipped] == [date(2026, 10, 24), date(2026, 10, 25), date(2026, 10, 26)]
    assert "── Sat 24.10 weekend, Sun 25.10 Republic Day, Mon 26.10 Republic Day" in played.printed
    assert "answer due Wed 28.10: 3 working days after Thu 22.10 (§10)" in played.printed


def test_letters_of_every_kind_leave_and_each_once(played: Played) -> None:
    accepted = played.store.letters_in(tuple(LetterState))
    assert {letter.kind for letter in accepted} == set(LetterKind) - {LetterKind.REPLY, LetterKind.CLOSED}  # by hand
    assert Counter(letter.state for letter in accepted) == {LetterState.ACCEPTED: 26, LetterState.BOUNCED: 1}
    files = sorted((played.folder / "letters").glob("*.eml"))
    came = [email.message_from_bytes(file.read_bytes())["Message-ID"] for file in files]
    assert sorted(came) == sorted(letter.message_id for letter in accepted)


def test_the_answer_to_the_rework_letter_answers_the_letter_that_came(played: Played) -> None:
    rework = played.letter("zhyly_zhurek", LetterKind.REWORK)
    (case,) = played.cases_of("zhyly_zhurek")
    answer = take_apart(Archive(played.folder / "archive").raw(case.answers[0].mail))
    assert answer.in_reply_to == (rework.message_id,)


def test_changes_and_stops_are_believed_by_the_servers_own_word(played: Played) -> None:
    for person in ("sarsenova", "zhumabekov"):
        case = played.cases_of(person)[-1]
        assert case.kind in (CaseKind.CHANGE, CaseKind.TERMINATION)
        assert case.trusted
        mail = take_apart(Archive(played.folder / "archive").raw(case.mails[0].mail))
        assert passes_dmarc(mail, load_settings(played.folder / "config.toml").trust.authserv_id)


def test_the_register_tells_what_has_become_of_everybody(played: Played) -> None:
    assert [entry.number for entry in played.store.entries()] == [1, 2, 3, 4, 5, 6, 7]
    assert played.entry("sarsenova").version == 2
    assert played.entry("sarsenova").facts.contacts.phone == ("+77470654321",)
    stop = played.entry("zhumabekov").stop
    assert stop is not None
    assert stop.on == date(2026, 10, 23)  # the day of the decision, not that of the mail
    assert [p.kind for p in played.entry("zhasyl_dala").programmes] == ["programme", "action"]
    assert played.entry("kim").facts.key == "910225600181"  # as the clerk put it right


def test_the_workbook_has_eleven_columns_in_both_languages(played: Played) -> None:
    book = load_workbook(played.release / "register.xlsx")
    assert book.sheetnames == ["kk", "ru"]
    for sheet in book.worksheets:
        assert sheet.max_column == 11
        assert [cell.value for cell in sheet[4]] == list(range(1, 12))
        assert [sheet.cell(row, 1).value for row in range(5, sheet.max_row + 1)] == list(range(1, 8))


PRIVATE_FIELDS = (
    *("iin", "leader_iin", "bin", "residence", "leader_residence", "members", "goal", "objectives"),
    *("volunteering_experience", "leader_experience", "coordinator_experience"),
)


def test_nothing_private_is_published(played: Played) -> None:
    secret = {
        words
        for person in load_people().values()
        for sample in person.mails.values()
        for form in sample.forms
        for field, value in form.answers.items()
        if field in PRIVATE_FIELDS
        for words in (value if isinstance(value, list) else [value])
        if len(words) > 6  # «жоқ» and the like stand in many a word
    }
    assert len(secret) > 20
    published = _all_words_of(played.release)
    assert "Сәрсенова Айгерім Болатқызы" in published  # so it was really read
    assert [words for words in sorted(secret) if words in published] == []
    assert "Оспанов" not in published  # refused


def _all_words_of(release: Path) -> str:
    texts = []
    for file in release.iterdir():
        if file.suffix == ".xlsx":
            with zipfile.ZipFile(file) as book:
                texts += [book.read(name).decode() for name in book.namelist()]
        elif file.suffix == ".json":
            texts.append(json.dumps(json.loads(file.read_text("utf-8")), ensure_ascii=False))
        else:
            texts.append(file.read_text("utf-8"))
    return "\n".join(texts)


def test_the_mailbox_is_put_away_and_the_clerk_has_the_rest(played: Played) -> None:
    arrivals = played.store.arrivals(limit=None)
    assert Counter(a.settled_in for a in arrivals) == {"processed": 17, "review": 1}
    assert [task.code for task in played.store.tasks()] == ["letter_bounced", "region_missing", "region_missing"]


def test_the_timetable_fits_a_hundred_columns(played: Played) -> None:
    printed, _, _ = played.printed.partition("Where it lies")  # paths are as long as they are
    assert max(map(len, printed.splitlines())) <= 100
    assert "\x1b" not in played.printed  # no colours where nobody sees them


# ------------------------------------------------------------ its own making


def test_a_wrong_end_is_named_and_fails(tmp_path: Path) -> None:
    out = io.StringIO()
    story = [Mails("2026-10-16 17:05", "ospanov", "application")]
    assert run_demo(tmp_path / "demo", out=out, story=story, last_day=date(2026, 10, 16)) == 1
    assert '!! ospanov\'s mail "application": expected to end refused, found incomplete' in out.getvalue()


def test_a_story_that_cannot_go_on_is_named_and_fails(tmp_path: Path) -> None:
    out = io.StringIO()
    story = [ClerkSets("2026-10-16 10:30", "kim", "volunteer.iin", "910225600181", "nobody has written")]
    assert run_demo(tmp_path / "demo", out=out, story=story, last_day=date(2026, 10, 16)) == 1
    assert "!! vika.kim@example.org: expected one case for the clerk to decide, found 0" in out.getvalue()


def test_a_folder_of_others_is_never_emptied(tmp_path: Path) -> None:
    (tmp_path / "diploma.docx").write_text("four years of work")
    with pytest.raises(NotTheDemos, match="not empty"):
        make_folder(tmp_path)
    assert (tmp_path / "diploma.docx").read_text() == "four years of work"


def test_a_demo_before_is_cleared_away(tmp_path: Path) -> None:
    make_folder(tmp_path / "demo")
    (tmp_path / "demo" / "public").mkdir()
    (tmp_path / "demo" / "public" / "old").write_text("old")
    make_folder(tmp_path / "demo")
    assert sorted(file.name for file in (tmp_path / "demo").iterdir()) == [MARKER, "secret"]


def test_the_people_are_made_up_and_well_made() -> None:
    """Century digits 1, 2, or 5 and 6 with years from 80; companies of years to come; addresses in example domains."""
    for person in load_people().values():
        assert person.address.rpartition("@")[2].endswith(("example", "example.com", "example.net", "example.org"))
        for sample in person.mails.values():
            for form in sample.forms:
                for field in ("iin", "leader_iin"):
                    number = form.answers.get(field)
                    slip = (person.key, sample.key) == ("kim", "application")
                    assert number is None or check_digit_right(number) is not slip
                    assert number is None or number[6] in "12" or (number[6] in "56" and int(number[:2]) >= 80)
                if (number := form.answers.get("bin")) is not None:
                    assert check_digit_right(number)
                    assert 30 <= int(number[:2]) <= 69
