"""A hundred mails through real Dovecot, the daemon killed (-9) ten times at random: every mail has its one
outcome, and no letter is sent twice."""

from __future__ import annotations

import email
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from registry_store.archive import Archive
from registry_store.records import Arrival, CaseKind, LetterKind, LetterState, OutcomeKind, State
from registry_store.store import Store, open_store
from tests.real.dovecot import Account
from tests.real.office import SECRETS, Office, filing, mail, open_office, sha256
from tests.real.smtp_sink import SmtpSink

KILLS, MAILS = 10, 100
SEED = int(os.environ.get("KILL_SEED", "127"))
LONGEST = 120.0  # seconds until a daemon that nobody kills has done all
OPEN_LETTERS = (LetterState.WAITING, LetterState.SENDING)


@dataclass(frozen=True)
class Post:
    """One mail and what becomes of it."""

    raw: bytes
    outcome: OutcomeKind
    state: State | None = None
    folder: str = "INBOX"


def posts() -> list[Post]:
    """A hundred mails: filings with and without gaps, questions, stops, advertisements, and copies of each."""
    made: list[Post] = []
    for n in range(MAILS):
        question = mail(n, subject="Вопрос", body=f"Как мне подать заявление в реестр волонтеров? ({n})")
        stop = mail(n, subject="Прошу исключить из реестра", body=f"Прошу исключить меня из реестра волонтеров. ({n})")
        match n % 10:
            case 0 | 1:
                made.append(Post(filing(n), OutcomeKind.CASE, State.INCLUDED))
            case 2:
                made.append(Post(filing(n, "iin"), OutcomeKind.CASE, State.AWAITING_REWORK))
            case 3 | 4 | 5:
                made.append(Post(question, OutcomeKind.ANSWERED, folder="Junk" if n % 10 == 5 else "INBOX"))
            case 6 | 7:
                made.append(Post(mail(n, subject="Реклама", body=f"Купите наш товар {n}"), OutcomeKind.TRAY))
            case 8:
                made.append(Post(stop, OutcomeKind.CASE, State.WITH_CLERK))
            case _:
                made.append(Post(made[n - 1 - n // 10].raw, OutcomeKind.DUPLICATE))
    return made


@contextmanager
def running(office: Office) -> Iterator[subprocess.Popen[bytes]]:
    """The real service, as systemd would start it, once it says that it works."""
    log = office.folder / "daemon.log"
    command = [sys.executable, "-m", "inbox_daemon", "--config", str(office.config), "--log", "info", "run"]
    before = log.stat().st_size if log.exists() else 0
    with log.open("ab") as out:
        process = subprocess.Popen(command, env={**os.environ, **SECRETS}, stdout=out, stderr=out)
    try:
        until(lambda: b"working the mailbox" in log.read_bytes()[before:], process, log)
        yield process
    finally:
        process.kill()
        process.wait()


def until(done: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + LONGEST
    while not done():
        assert process.poll() is None, f"the daemon ended:\n{log.read_text()[-3000:]}"
        assert time.monotonic() < ends, f"not done within {LONGEST} s:\n{log.read_text()[-3000:]}"
        time.sleep(0.05)


def at_rest(store: Store, expected: int) -> bool:
    """Whether every mail has its outcome and its place, and no letter waits."""
    arrivals = store.arrivals(limit=None)
    done = len(arrivals) == expected and all(a.outcome and a.settled_in for a in arrivals)
    return done and not store.letters_in(OPEN_LETTERS)


def test_killed_ten_times_at_random_a_hundred_mails_have_a_hundred_outcomes(
    account: Account, sink: SmtpSink, tmp_path: Path
) -> None:
    print(f"seed {SEED}: repeat with KILL_SEED={SEED}")
    chance = random.Random(SEED)
    office = open_office(account, sink, tmp_path, datetime.now(UTC).date())
    all_posts = posts()
    store = open_store(office.settings().store.url)
    struck = 0  # kills that found work undone

    for life in range(KILLS):
        for post in all_posts[life * MAILS // KILLS : (life + 1) * MAILS // KILLS]:
            account.append(post.raw, datetime.now(UTC), post.folder)
        with running(office) as daemon:
            time.sleep(chance.uniform(0.0, 1.5))
            os.kill(daemon.pid, signal.SIGKILL)
            daemon.wait()
        struck += not at_rest(store, (life + 1) * MAILS // KILLS)
    with running(office) as daemon:
        until(lambda: at_rest(store, MAILS), daemon, office.folder / "daemon.log")
        daemon.terminate()
        assert daemon.wait(timeout=20) == 0

    assert struck >= KILLS // 2, "the kills came too late to hit anything"
    every_mail_has_one_outcome(store, all_posts)
    every_mail_is_kept_and_put_away(account, office, all_posts)
    every_case_stands_once(store, all_posts)
    no_letter_is_sent_twice(store, sink)
    store.close()


def arrivals_of(store: Store) -> dict[str, list[Arrival]]:
    found: dict[str, list[Arrival]] = {}
    for arrival in reversed(store.arrivals(limit=None)):
        found.setdefault(arrival.mail, []).append(arrival)
    return found


def every_mail_has_one_outcome(store: Store, all_posts: list[Post]) -> None:
    found = arrivals_of(store)
    assert sum(len(copies) for copies in found.values()) == MAILS
    assert Counter(len(copies) for copies in found.values()) == Counter(Counter(p.raw for p in all_posts).values())
    for raw in {p.raw for p in all_posts}:
        kinds = sorted(a.outcome.kind for a in found[sha256(raw)] if a.outcome is not None)
        assert kinds == sorted(p.outcome for p in all_posts if p.raw == raw)
    places = [arrival.place for copies in found.values() for arrival in copies]
    assert len(set(places)) == MAILS


def every_mail_is_kept_and_put_away(account: Account, office: Office, all_posts: list[Post]) -> None:
    archive = Archive(Path(office.settings().store.archive))
    assert sorted(archive.ids()) == sorted({sha256(p.raw) for p in all_posts})
    assert all(sha256(archive.raw(id_)) == id_ for id_ in archive.ids())
    review = [p.raw for p in all_posts if p.outcome is OutcomeKind.TRAY]
    processed = [p.raw for p in all_posts if p.outcome is not OutcomeKind.TRAY]
    assert sorted(account.bodies("Review")) == sorted(review)
    assert sorted(account.bodies("Processed")) == sorted(processed)
    assert list(account.uids("INBOX")) == list(account.uids("Junk")) == []


def every_case_stands_once(store: Store, all_posts: list[Post]) -> None:
    cases = {case.mails[0].mail: case for case in store.cases()}
    filed = {sha256(p.raw): p for p in all_posts if p.outcome is OutcomeKind.CASE}
    assert len(store.cases()) == len(cases) == len(filed)
    uncertain = {
        letter.case for letter in store.letters_in((LetterState.UNCERTAIN,)) if letter.kind is LetterKind.REWORK
    }
    for id_, case in cases.items():
        wanted = State.WITH_CLERK if case.number in uncertain else filed[id_].state
        assert case.state is wanted, case.number
        assert len(case.mails) == 1
        assert case.version == len(store.journal(case.number))
    entries = list(store.entries())
    included = [c for c in cases.values() if c.state is State.INCLUDED]
    assert sorted(e.case for e in entries) == sorted(c.number for c in included)
    assert [e.number for e in entries] == list(range(1, len(entries) + 1))
    assert all(
        c.kind is CaseKind.TERMINATION
        for c in cases.values()
        if c.state is State.WITH_CLERK and c.number not in uncertain
    )


def no_letter_is_sent_twice(store: Store, sink: SmtpSink) -> None:
    came = Counter(str(email.message_from_bytes(taken.raw)["Message-ID"]) for taken in sink.taken)
    accepted = {letter.message_id for letter in store.letters_in((LetterState.ACCEPTED,))}
    uncertain = {letter.message_id for letter in store.letters_in((LetterState.UNCERTAIN,))}
    assert set(came.values()) == {1}
    assert accepted <= set(came) <= accepted | uncertain
    assert len(uncertain) <= KILLS
    others = [s for s in LetterState if s not in (LetterState.ACCEPTED, LetterState.UNCERTAIN)]
    assert store.letters_in(others) == ()
