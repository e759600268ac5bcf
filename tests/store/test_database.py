"""The database itself: who may read it, who may write at once, what a kill leaves, how it grows up."""

from __future__ import annotations

import multiprocessing
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from multiprocessing.pool import ThreadPool
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

from registry_store import engines
from registry_store.errors import CaseChanged, NotStored, StoreBusy, StoreError
from registry_store.records import State, Step
from registry_store.store import Store, open_store
from registry_store.tables import Table

from .conftest import ON_SQLITE
from .samples import MORNING, filed, letter, open_case

ROOT = Path(__file__).parents[2]
SPAWN = multiprocessing.get_context("spawn")


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def by_hand(url: str, statement: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def tables(url: str) -> dict[str, int]:
    """How many rows each table has."""
    engine = create_engine(url)
    with engine.connect() as connection:
        names = inspect(connection).get_table_names()
        found = {name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in names}
    engine.dispose()
    return found


def test_the_migrations_make_the_tables_of_the_code(url: str, store: Store) -> None:
    engine = create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == []
    engine.dispose()


def test_a_closed_store_opens_again_with_all_that_was_in_it(url: str, store: Store) -> None:
    case = open_case(store)
    store.close()
    again = open_store(url)
    assert again.cases() == (case,)
    again.close()


@ON_SQLITE
def test_the_database_is_for_its_owner_alone_and_survives_a_power_cut(url: str, store: Store) -> None:
    open_case(store)
    for file in file_of(url).parent.iterdir():
        assert file.stat().st_mode & 0o077 == 0, file.name
    with store.writing() as w:
        pragma = w._own.connection().exec_driver_sql
        assert [pragma(f"PRAGMA {p}").scalar() for p in ("journal_mode", "synchronous", "foreign_keys")] == [
            "wal",
            2,
            1,
        ]


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("sqlite://", "must lie in a file"),
        ("sqlite:////no/such/folder/register.db", "no folder /no/such/folder"),
        ("nothing", "no usable database URL"),
        ("oracel://x", "SQLite .* or in PostgreSQL .*, not in oracel"),
        ("mysql://x", "SQLite .* or in PostgreSQL .*, not in mysql"),
        ("", "no usable database URL"),
    ],
)
def test_a_useless_url_is_explained(url: str, says: str) -> None:
    with pytest.raises(StoreError, match=says):
        open_store(url)


def test_a_password_in_the_url_is_not_shown() -> None:
    with pytest.raises(StoreError) as caught:
        open_store("oracel://clerk:s3cret@db/register")
    assert "s3cret" not in str(caught.value)


@ON_SQLITE
def test_a_file_that_is_no_database_is_refused(url: str) -> None:
    file_of(url).write_text("Дорогой дневник! " * 100)
    with pytest.raises(StoreError, match="not a database"):
        open_store(url)


def test_a_database_of_a_newer_version_is_refused_and_left_alone(url: str, store: Store) -> None:
    store.close()
    by_hand(url, "UPDATE alembic_version SET version_num = '9999'")
    before = tables(url)
    with pytest.raises(StoreError, match="newer version"):
        open_store(url)
    assert tables(url) == before


def test_somebody_elses_database_is_refused(new_url: str) -> None:
    by_hand(new_url, "CREATE TABLE recipes (name TEXT)")
    with pytest.raises(StoreError, match="recipes"):
        open_store(new_url)
    assert tables(new_url) == {"recipes": 0}


STARTED = """
import sys
from registry_store.store import open_store
from tests.store.samples import open_case
store = open_store(sys.argv[1])
print(*(open_case(store).number for _ in range(10)))
store.close()
"""


def test_processes_that_start_together_migrate_once_and_share_the_numbers(new_url: str) -> None:
    command = [sys.executable, "-c", STARTED, new_url]
    started = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    drawn = [number for one in started for number in one.communicate()[0].split()]
    assert sorted(drawn) == [f"VR-2026-{n:06d}" for n in range(1, 21)]


def _count_up(url: str, number: str, times: int) -> int:
    """Take `times` steps with a case, looking again whenever somebody was faster; return how often."""
    store = open_store(url)
    beaten = 0
    for _ in range(times):
        while True:
            case = store.case(number)
            step = Step(replace(case, version=case.version + 1))
            try:
                with store.writing() as w:
                    w.record(case.version, step, filed(), at=MORNING, keys=[], wake_at=None, due=None)
                break
            except CaseChanged:
                beaten += 1
    store.close()
    return beaten


def test_no_step_of_two_processes_is_lost(backend: str, url: str, store: Store) -> None:
    number = open_case(store).number
    # A server cannot tell lines of one process from those of several, and processes are slow to start.
    with SPAWN.Pool(2) if backend == "sqlite" else ThreadPool(2) as pool:
        pool.starmap(_count_up, [(url, number, 20)] * 2)
    assert store.case(number).version == 41
    assert [line.version for line in store.journal(number)] == list(range(1, 42))


def test_a_second_writer_waits_and_then_sees_what_the_first_wrote(store: Store) -> None:
    seen: list[str | None] = []

    def second() -> None:
        with store.writing() as w:
            seen.append(w.note("said"))

    with store.writing() as w:
        assert w.note("said") is None
        waits = threading.Thread(target=second)
        waits.start()
        waits.join(0.3)
        assert waits.is_alive()
        w.put_note("said", "by the first")
    waits.join()
    assert seen == ["by the first"]


def test_a_writer_does_not_wait_for_ever(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0.2)
    store = open_store(url)

    def second() -> None:
        with store.writing() as w:
            w.put_note("said", "too late")

    with store.writing() as w, ThreadPoolExecutor(1) as other:
        w.put_note("said", "by the first")
        with pytest.raises(StoreBusy, match="the database does not answer"):
            other.submit(second).result()
    assert store.note("said") == "by the first"
    store.close()


def test_a_reader_waits_for_nobody_and_sees_one_moment(store: Store) -> None:
    with store.writing() as w:
        w.put_note("said", "first")
    with store.snapshot() as then:
        with store.writing() as w:
            w.put_note("said", "second")
            assert store.note("said") == then.note("said") == "first"
        assert (then.note("said"), store.note("said")) == ("first", "second")


@pytest.mark.parametrize("number", [2**31, 2**63])
def test_a_number_that_no_column_holds_is_nobodys(store: Store, number: int) -> None:
    with pytest.raises(NotStored):
        store.letter(number)
    with pytest.raises(NotStored), store.writing() as w:
        w.task_done(number, MORNING)


def test_threads_may_share_the_store(store: Store) -> None:
    with ThreadPoolExecutor(4) as threads:
        numbers = list(threads.map(lambda _: open_case(store).number, range(20)))
    assert len(set(numbers)) == 20


def test_a_letter_is_claimed_by_one_of_many(store: Store) -> None:
    with store.writing() as w:
        id = w.put_letter(letter(), None, 0, MORNING)
    together = threading.Barrier(4)

    def claim(_: int) -> bool:
        together.wait()
        return store.claim_letter(id) is not None

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(claim, range(4))) == 1


KILLED = """
import os, signal, sys
from registry_store.records import Step
from registry_store.store import open_store
from tests.store.samples import MORNING, a_case, filed, letter, open_case
store = open_store(sys.argv[1])
open_case(store)
with store.writing() as w:
    case = a_case(w.new_case_number(2026))
    w.put_letter(letter(raw=b"x" * 5_000_000), case.number, 1, MORNING)
    w.record(0, Step(case), filed(), at=MORNING, keys=[("iin", "1")], wake_at=None, due=None)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_kill_in_the_middle_of_a_step_leaves_the_store_whole(url: str) -> None:
    died = subprocess.run([sys.executable, "-c", KILLED, url], cwd=ROOT)
    assert died.returncode == -signal.SIGKILL
    store = open_store(url)
    assert [c.number for c in store.cases({State.RECEIVED})] == ["VR-2026-000001"]
    assert (store.letters("VR-2026-000002"), store.cases_by_key("iin", "1")) == ((), ())
    assert open_case(store).number == "VR-2026-000002"
    store.close()


STEPS_WITHOUT_END = """
import sys
from registry_store.store import open_store
from tests.store.samples import open_case
store = open_store(sys.argv[1])
while True:
    print(open_case(store).number, flush=True)
"""


@ON_SQLITE
def test_what_was_committed_before_a_kill_is_there_and_whole(url: str) -> None:
    command = [sys.executable, "-c", STEPS_WITHOUT_END, url]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        told = [child.stdout.readline().strip() for _ in range(25)]
        child.kill()
    store = open_store(url)
    numbers = [case.number for case in store.cases()]
    assert numbers[:25] == told
    assert numbers == [f"VR-2026-{n:06d}" for n in range(1, len(numbers) + 1)]
    assert {len(store.journal(number)) for number in numbers} == {1}
    assert store.cases_by_key("address", "aigerim@example.kz") == tuple(numbers)
    store.close()
