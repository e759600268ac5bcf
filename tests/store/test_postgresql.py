"""What is PostgreSQL's own: lines that break, servers that let nobody write, languages, encodings."""

from __future__ import annotations

import sys

import pytest

from registry_store.errors import StoreBusy, StoreError
from registry_store.store import Store, open_store
from tests.real.postgres import Postgres

from .samples import open_case

IN_SOME_LANGUAGE = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = 'public' AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'
"""


@pytest.fixture
def backend() -> str:
    """This one alone."""
    return "postgresql"


def cut_all_lines(postgres: Postgres, url: str) -> None:
    name = postgres.name(url)
    postgres.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")


def test_text_is_compared_byte_by_byte_whatever_the_language(postgres: Postgres, store: Store, url: str) -> None:
    assert postgres.execute("SELECT 'ә' < 'б', 'ә' COLLATE \"C\" < 'б'", url) == [(True, False)], (
        "it makes a difference"
    )
    assert postgres.execute(IN_SOME_LANGUAGE, url) == []
    postgres.execute("ALTER TABLE entry_words ALTER COLUMN word TYPE text", url)
    assert postgres.execute(IN_SOME_LANGUAGE, url) == [("entry_words", "word")]
    open_store(url).close()
    assert postgres.execute(IN_SOME_LANGUAGE, url) == []


def test_a_line_that_breaks_takes_its_step_back_and_the_next_one_finds_a_new_line(
    postgres: Postgres, store: Store, url: str
) -> None:
    first = open_case(store).number

    def write_into_a_line_that_is_cut() -> None:
        with store.writing() as w:
            w.put_note("said", w.new_case_number(2026))
            cut_all_lines(postgres, url)
            w.new_case_number(2026)

    with pytest.raises(StoreBusy, match="the database does not answer"):
        write_into_a_line_that_is_cut()
    assert (store.note("said"), [case.number for case in store.cases()]) == (None, [first])
    cut_all_lines(postgres, url)
    assert open_case(store).number == "VR-2026-000002"


def test_a_server_that_lets_nobody_write_is_busy(postgres: Postgres, store: Store, url: str) -> None:
    postgres.execute(f"ALTER DATABASE {postgres.name(url)} SET default_transaction_read_only = on")
    cut_all_lines(postgres, url)
    with pytest.raises(StoreBusy, match="read-only"):
        open_case(store)
    assert store.cases() == ()


def test_a_database_in_another_encoding_is_refused(postgres: Postgres) -> None:
    postgres.execute("CREATE DATABASE bytes ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE 'C' LOCALE_PROVIDER libc")
    url = postgres.url("bytes")
    try:
        with pytest.raises(StoreError, match=r"in SQL_ASCII, .* createdb --encoding=UTF8"):
            open_store(url)
    finally:
        postgres.drop(url)


def test_a_database_that_is_not_there_is_said_in_one_line_without_a_password(postgres: Postgres) -> None:
    with pytest.raises(StoreError, match='"nothing" does not exist') as caught:
        open_store(postgres.url("nothing").replace("registry@", "registry:s3cret@"))
    assert "s3cret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_server_that_is_not_there_is_said(new_url: str) -> None:
    with pytest.raises(StoreError, match=r"cannot be opened: .* Is the server running"):
        open_store(new_url.replace("/pg-", "/no-"))


def test_a_missing_driver_is_said_with_what_to_install(new_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"needs the Python package psycopg .* pip install 'psycopg\[binary\]'"):
        open_store(new_url)
