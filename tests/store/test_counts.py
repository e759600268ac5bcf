"""The kept counts are what counting gives: after any lives, after a restore, after the migration."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry_store.counts import OF_OPEN_CASES
from registry_store.database import migrations
from registry_store.records import OPEN_STATES, Case, CaseKind, Judgement, State, Step, Verdict
from registry_store.store import Rehearsal, Store, open_store

from .conftest import ON_SQLITE
from .samples import MORNING, a_case, filed, hours, open_case

FIRST, LAST = date(2000, 1, 1), date.max
DUE = date(2026, 11, 2)
ASKS = ("unsure", "overdue", "whose")


def kept(store: Store) -> dict[str, dict[Any, int]]:
    told: dict[str, dict[Any, int]] = {what: dict(store.open_by(what)) for what in (*OF_OPEN_CASES, "ask")}
    told |= {f"due {state}": dict(store.open_by_due(LAST, frozenset({state}))) for state in OPEN_STATES}
    told |= {"came": dict(store.came_by_day(FIRST, LAST)), "decided": dict(store.decided_by_day(FIRST, LAST))}
    return told


def counted(store: Store) -> dict[str, dict[Any, int]]:
    """The same, case by case from what is stored."""
    told: dict[str, Counter[Any]] = {
        what: Counter()
        for what in (*OF_OPEN_CASES, "ask", "came", "decided", *(f"due {state}" for state in OPEN_STATES))
    }
    with store._session() as session:
        rows = session.execute(sa.text("SELECT * FROM cases")).mappings().all()
        keys = session.execute(sa.text("SELECT value FROM case_keys WHERE kind = 'ask'")).scalars().all()
    told["ask"].update(keys)
    for row in rows:
        if State(row["state"]) in OPEN_STATES:
            for what in OF_OPEN_CASES:
                told[what].update([row[what]] if row[what] else [])
            told[f"due {row['state']}"][date.fromisoformat(str(row["queue_day"]))] += 1
        for what in ("came", "decided"):
            told[what].update([date.fromisoformat(str(row[f"{what}_on"]))] if row[f"{what}_on"] else [])
    return {what: dict(counts) for what, counts in told.items()}


@st.composite
def changes(draw: st.DrawFn) -> dict[str, Any]:
    """What the next step makes of a case."""
    return {
        "state": draw(st.sampled_from(State)),
        "kind": draw(st.sampled_from(CaseKind)),
        "applicant": draw(st.sampled_from((None, "volunteer", "group"))),
        "asks": tuple(draw(st.sets(st.sampled_from(ASKS)))),
        "region": draw(st.sampled_from((None, "KZ-71", "KZ-75"))),
        "due": draw(st.sampled_from((None, DUE, DUE + timedelta(1)))),
        "decided": draw(st.booleans()),
    }


def take(store: Store, case: Case, what: dict[str, Any]) -> Case:
    verdict = Verdict(Judgement.COMPLETE, what["applicant"])
    after = replace(
        case,
        version=case.version + 1,
        state=what["state"],
        kind=what["kind"],
        verdict=verdict,
        asks=what["asks"],
        decided_at=hours(30) if what["decided"] else None,
    )
    keys = [("ask", ask) for ask in what["asks"]] + [("word", "same")]
    with store.writing() as w:
        w.record(
            case.version,
            Step(after),
            filed(),
            at=MORNING,
            keys=keys,
            wake_at=None,
            due=what["due"],
            region=what["region"],
        )
    return after


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(lives=st.lists(st.lists(changes(), min_size=1, max_size=5), min_size=1, max_size=3))
def test_whatever_happens_the_counts_are_right(
    lives: list[list[dict[str, Any]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('counts') / 'register.db'}")
    try:
        for life in lives:
            case = open_case(store)
            for what in life:
                case = take(store, case, what)
            assert kept(store) == counted(store)
        assert sum(kept(store)["came"].values()) == len(lives), "something was counted"
    finally:
        store.close()


def test_a_step_that_is_undone_counts_nothing(store: Store) -> None:
    open_case(store)
    before = kept(store)
    with Rehearsal(store).writing() as w:
        number = w.new_case_number(2026)
        w.record(0, Step(a_case(number)), filed(), at=MORNING, keys=[("ask", "unsure")], wake_at=None, due=DUE)
        assert w._own.execute(sa.text("SELECT n FROM case_counts WHERE what = 'ask'")).scalar() == 1
    assert kept(store) == before == counted(store)


def test_cases_that_came_by_another_way_are_counted_anew(store: Store) -> None:
    open_case(store, state=State.WITH_CLERK)
    with store.writing() as w:
        w._own.execute(sa.text("UPDATE cases SET state = 'incomplete', region = 'KZ-71'"))
    assert kept(store) != counted(store)
    with store.writing() as w:
        w.recount()
    assert kept(store) == counted(store)


@ON_SQLITE
def test_a_copy_that_is_restored_counts_on(store: Store, url: str, tmp_path: Path) -> None:
    take(store, open_case(store), {**BASE, "state": State.WITH_CLERK})
    store.close()
    shutil.copy(tmp_path / "register.db", tmp_path / "copy.db")
    again = open_store(f"sqlite:///{tmp_path / 'copy.db'}")
    try:
        take(again, open_case(again), {**BASE, "asks": ("unsure",)})
        assert kept(again) == counted(again)
        assert again.open_by("ask") == {"unsure": 1}
    finally:
        again.close()


BASE: dict[str, Any] = {
    "state": State.INCOMPLETE,
    "kind": CaseKind.CHANGE,
    "applicant": "volunteer",
    "asks": (),
    "region": "KZ-71",
    "due": DUE,
    "decided": False,
}


def test_the_migration_counts_what_is_there(new_url: str) -> None:
    engine = sa.create_engine(new_url)
    with engine.begin() as connection:
        config = migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, "0006")
        for n, (state, day) in enumerate((("with_clerk", DUE), ("incomplete", date.max), ("closed", None))):
            connection.execute(
                sa.text(
                    "INSERT INTO cases (number, version, kind, state, payload, queue_day, region, came_on, decided_on)"
                    " VALUES (:n, 1, 'change', :state, '{}', :day, 'KZ-71', '2026-10-20', :decided)"
                ),
                {"n": f"VR-2026-{n:06d}", "state": state, "day": day, "decided": None if day else "2026-10-21"},
            )
        connection.execute(sa.text("INSERT INTO case_keys VALUES ('VR-2026-000000', 'ask', 'unsure')"))
    engine.dispose()
    store = open_store(new_url)
    try:
        assert kept(store) == counted(store)
        assert store.open_by("state") == {"incomplete": 1, "with_clerk": 1}
    finally:
        store.close()
