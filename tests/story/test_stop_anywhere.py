"""Kill it anywhere: whenever the daemon dies, a fresh one goes on, and the end is the same."""

from __future__ import annotations

import email
import functools
import json
import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from inbox_daemon.demo.director import moment
from inbox_daemon.demo.mails import Exchanger, write_mail
from inbox_daemon.demo.people import load_people
from inbox_daemon.folders import FolderMailbox
from inbox_daemon.order.asks import Ask
from inbox_daemon.settings import Settings
from inbox_daemon.wiring import wire
from parsers.readings import Reading
from parsers.understand import understand
from registry_store.records import Case, CaseNumber, Entry, LetterKind, LetterState, OutcomeKind, State
from registry_store.store import Store, open_store
from tests.story.killing import Killed, MortalMailbox, MortalPostman, Reaper, make_mortal

MAILBOX = "volunteer@ministry.example"
EXCHANGER = Exchanger("mx.ministry.example", MAILBOX)

# Somebody complete, a question, somebody who answers the rework letter, somebody silent, a stop of a stranger.
MAILS = (
    ("2026-10-12 10:14", "sarsenova", "application"),
    ("2026-10-12 11:40", "nurlan", "question"),
    ("2026-10-13 11:20", "zhyly_zhurek", "application"),
    ("2026-10-13 17:05", "ospanov", "application"),
    ("2026-10-20 16:45", "zhyly_zhurek", "answer_again"),
    ("2026-10-20 16:46", "zhumabekov", "stop"),
)
# On 15.10 the rework letters leave, on 21.10 one of them has not been answered to the end of the term.
ROUNDS = ("2026-10-12 12:00", "2026-10-13 17:10", "2026-10-15 09:00", "2026-10-20 17:00", "2026-10-21 09:00")


@functools.cache
def read(raw: bytes) -> Reading:
    """Return what is read from a mail; the same mails come again in every run."""
    return understand(raw)


@functools.cache
def mails() -> tuple[tuple[datetime, bytes], ...]:
    """Return the mails of the story. An answer is known by its sender; it need not name the letter."""
    people = load_people()
    return tuple(
        (moment(at), write_mail(people[person].mails[key], EXCHANGER, moment(at), None)) for at, person, key in MAILS
    )


def store_of(home: Path) -> str:
    return f"sqlite:///{home / 'register.db'}"


def settings_of(home: Path) -> Settings:
    """Return settings for a daemon without servers, all of whose files lie in `home`."""
    server = {"host": "localhost", "port": 1, "user": MAILBOX}
    words = ("ministry", "officer", "contacts", "appeal")
    office = {f"{word}_{language}": f"{word} {language}" for word in words for language in ("kk", "ru")}
    return Settings.model_validate(
        {
            "office": {**office, "mailbox": MAILBOX, "register_page": "https://ministry.example/register"},
            "imap": server,
            "smtp": server,
            "store": {"url": store_of(home), "archive": str(home / "archive")},
            "publish": {"folder": str(home / "public")},
            "order": {"mode": "automatic"},
            # Before the clerk is first warned of the review's end: one look more would warn once more.
            "rework": {"lead_days": 3},
            "clock": {"tolerance_hours": 0},  # the story leaps from round to round
        }
    )


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter of the outbox, as far as a kill may change it."""

    case: CaseNumber | None
    kind: LetterKind
    state: LetterState
    accepted_at: datetime | None
    answered: bool  # nobody saw its end, and then the applicant answered it


@dataclass(frozen=True, slots=True)
class End:
    """All that lasts, and all that others have seen. came: copies of each letter by Message-ID."""

    cases: Mapping[CaseNumber, Case]
    journal: Mapping[CaseNumber, tuple[str, ...]]
    tasks: tuple[tuple[CaseNumber | None, str], ...]
    entries: tuple[Entry, ...]
    outcomes: tuple[tuple[str, OutcomeKind | None, tuple[CaseNumber, ...]], ...]
    letters: Mapping[str, Sent]
    came: Counter[str]
    folders: Mapping[str, int]
    published: Any

    @property
    def uncertain(self) -> dict[str, Sent]:
        """The letters of which nobody knows, or knew for a while, whether they left."""
        return {n: one for n, one in self.letters.items() if one.state is LetterState.UNCERTAIN or one.answered}


def work(home: Path, n: int, reaper: Reaper) -> End:
    """Do the n-th round in a folder; when the daemon is killed, a fresh one goes on at the same moment."""
    at = moment(ROUNDS[n])
    with reaper.elsewhere():
        for came, raw in mails():
            if came <= at and (n == 0 or came > moment(ROUNDS[n - 1])):
                FolderMailbox(home / "mail").append(raw, came)
    try:
        _live(home, at, reaper)
    except Killed:
        reaper.revive()
        _live(home, at, reaper)
    with reaper.elsewhere():
        store = open_store(store_of(home))
        try:
            return end_of(store, home)
        finally:
            store.close()


def _live(home: Path, at: datetime, reaper: Reaper) -> None:
    """A daemon's life: it starts, does a round, and ends."""
    mailbox, postman = MortalMailbox(home / "mail", reaper), MortalPostman(home / "sent", reaper)
    daemon = wire(settings_of(home), read=read, now=lambda: at, mailbox=mailbox, postman=postman)
    try:
        daemon.start()
        assert daemon.once().problems == []
    finally:
        daemon.store.close()


def end_of(store: Store, home: Path) -> End:
    """Return what a round has left."""
    outbox = store.letters_in(tuple(LetterState))
    files = [email.message_from_bytes(file.read_bytes()) for file in (home / "sent").glob("*.eml")]
    cases = {case.number: case for case in store.cases()}
    arrivals = store.arrivals(limit=None)
    return End(
        cases=cases,
        journal={n: tuple(f"{type(s.event).__name__} {s.state}" for s in store.journal(n)) for n in cases},
        tasks=tuple((task.case, task.code) for task in store.tasks()),
        entries=tuple(store.entries()),
        outcomes=tuple(sorted((a.mail, a.outcome.kind, a.outcome.cases) for a in arrivals if a.outcome is not None)),
        letters={
            one.message_id: Sent(one.case, one.kind, one.state, one.accepted_at, one.reply.startswith("it left:"))
            for one in outbox
        },
        came=Counter(str(file["Message-ID"]) for file in files),
        folders={one.name: len(list(one.glob("*.eml"))) for one in (home / "mail").iterdir() if one.is_dir()},
        published=json.loads((home / "public" / "current" / "register.json").read_text("utf-8"))["rows"],
    )


@dataclass(frozen=True, slots=True)
class Quiet:
    """A run that nobody kills. before: the folder as it was before each round; ends: what each left;
    moments: at which the daemon might have died in it."""

    before: tuple[Path, ...]
    ends: tuple[End, ...]
    moments: tuple[tuple[str, ...], ...]


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Quiet:
    folder = tmp_path_factory.mktemp("quiet")
    (folder / "0" / "mail" / "INBOX").mkdir(parents=True)
    before, ends, moments = [folder / "0"], [], []
    for n in range(len(ROUNDS)):
        shutil.copytree(before[n], folder / str(n + 1), symlinks=True)
        reaper = Reaper()
        with pytest.MonkeyPatch.context() as patched:
            make_mortal(patched, reaper)
            ends.append(work(folder / str(n + 1), n, reaper))
        before.append(folder / str(n + 1))
        moments.append(tuple(reaper.passed))
    return Quiet(tuple(before), tuple(ends), tuple(moments))


def test_the_story_itself_ends_as_it_should(quiet: Quiet) -> None:
    end = quiet.ends[-1]
    assert [case.state for _, case in sorted(end.cases.items())] == [
        State.INCLUDED,
        State.INCLUDED,
        State.REFUSED,
        State.WITH_CLERK,
    ]
    assert {letter.state for letter in end.letters.values()} == {LetterState.ACCEPTED}
    assert set(end.came.values()) == {1}
    assert end.folders == {"INBOX": 0, "Processed": 6}


def test_there_are_moments_of_every_kind_to_die_in(quiet: Quiet) -> None:
    seen = {name for names in quiet.moments for name in names}
    around = {f"{when} {act}" for act in ("send", "move", "rename", "replace") for when in ("before", "after")}
    assert seen == {"commit", *around}


@pytest.mark.parametrize("n", range(len(ROUNDS)), ids=ROUNDS)
def test_killed_at_any_moment_the_end_is_the_same(quiet: Quiet, tmp_path: Path, n: int) -> None:
    faults: list[str] = []
    for at, name in enumerate(quiet.moments[n], 1):
        home = tmp_path / str(at)
        shutil.copytree(quiet.before[n], home, symlinks=True)
        reaper = Reaper(at)
        with pytest.MonkeyPatch.context() as patched:
            make_mortal(patched, reaper)
            end = work(home, n, reaper)
            assert at == reaper.struck_at
            if end == quiet.ends[n]:
                continue  # nothing but this reaches the next round
            for later in range(n + 1, len(ROUNDS)):
                end = work(home, later, reaper)
        faults += [f"killed at {at}, {name}: {fault}" for fault in differences(end, quiet.ends[-1])]
    assert faults == []


def differences(end: End, quiet: End) -> list[str]:
    """Return what is otherwise than in a run that nobody killed. A letter that is known to be uncertain may
    have left or not, and its case may be with the clerk for that reason; nothing else may differ."""
    faults = [f"letter {letter} came {n} times" for letter, n in end.came.items() if n > 1]
    faults += [f"letter {letter} came, and the outbox has none such" for letter in end.came.keys() - end.letters.keys()]
    faults += [
        f"letter {name} is {letter.state}, and came {end.came[name]} times"
        for name, letter in end.letters.items()
        if (letter.state is LetterState.ACCEPTED) != (end.came[name] == 1) and name not in end.uncertain
    ]
    if len(end.uncertain) != 1:
        return [*faults, f"a kill may make one letter uncertain, found {len(end.uncertain)}, and the end differs"]
    (unsure,) = end.uncertain.values()
    faults += [
        f"{number} ended otherwise: {end.cases.get(number)}"
        for number, case in quiet.cases.items()
        if number != unsure.case and end.cases.get(number) != case
    ]
    if (end.outcomes, end.folders) != (quiet.outcomes, quiet.folders):
        faults.append(f"mails ended otherwise: {end.outcomes}, {end.folders}")
    return [*faults, *_about_the_case(unsure, end, quiet)]


def _about_the_case(unsure: Sent, end: End, quiet: End) -> list[str]:
    """A rework letter that may have left stops the way to refusal and calls the clerk; other letters only tell,
    so their case ends as it would have, with a task for the clerk; but nobody is refused while a task is open."""
    task = (unsure.case, Ask.LETTER_FAILED) in end.tasks
    if unsure.case is None:
        return [] if task else ["nobody asks the clerk about the letter"]
    case, before = end.cases[unsure.case], quiet.cases[unsure.case]
    if unsure.kind is not LetterKind.REWORK:
        held = before.state is State.REFUSED and case.state is State.WITH_CLERK and Ask.TASK_OPEN in case.asks
        faults = [] if held or case.state is before.state else [f"{case.number} is {case.state}, not {before.state}"]
        return faults if task else [*faults, f"{case.number}: nobody asks the clerk about the letter"]
    if case.state is State.REFUSED:
        return [f"{case.number} is refused though nobody knows whether the rework letter left"]
    asked = any("Failed" in line and line.endswith(State.WITH_CLERK) for line in end.journal[case.number])
    return [] if asked else [f"{case.number}: nobody asks the clerk about the rework letter"]
