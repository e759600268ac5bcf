from __future__ import annotations

from datetime import date
from hashlib import sha256

import pytest

from registry_store.errors import LetterChanged, LetterUnknown
from registry_store.records import Letter, LetterKind, LetterState
from registry_store.store import Store

from .samples import MORNING, hours, letter


def put(store: Store, *letters: object) -> list[int]:
    with store.writing() as w:
        return [w.put_letter(new, None, 0, MORNING) for new in letters]  # type: ignore[arg-type]


def test_a_letter_comes_back_with_the_very_bytes(store: Store) -> None:
    raw = bytes(range(256))
    new = letter(raw=raw, recipients=("a@example.kz", "B@example.kz"), not_after=date(2026, 11, 2), explanation="§10")
    with store.writing() as w:
        id = w.put_letter(new, "VR-2026-000001", 3, hours(1))
    assert store.letter(id) == Letter(
        id=id,
        case="VR-2026-000001",
        version=3,
        kind=LetterKind.RECEIPT,
        message_id="<1@registry.example.kz>",
        sha256=sha256(raw).hexdigest(),
        recipients=("a@example.kz", "B@example.kz"),
        raw=raw,
        state=LetterState.WAITING,
        created_at=hours(1),
        not_before=MORNING,
        not_after=date(2026, 11, 2),
        any_hour=False,
        tries=0,
        next_try=None,
        accepted_at=None,
        reply="",
        explanation="§10",
    )
    assert store.letters("VR-2026-000001") == (store.letter(id),)
    assert store.letter_by_message_id("<1@registry.example.kz>") == store.letter(id)
    assert store.letter_by_message_id("<2@registry.example.kz>") is None


def test_the_same_letter_is_put_once(store: Store) -> None:
    first, second = put(store, letter(), letter(raw=b"composed again"))
    assert first == second
    assert store.letter(first).raw == letter().raw


def test_a_letter_that_needs_a_yes_is_parked(store: Store) -> None:
    (id,) = put(store, letter(needs_yes=True))
    assert store.letter(id).state is LetterState.PARKED
    assert store.due_letters(hours(9)) == ()
    assert store.letters_in({LetterState.PARKED}) == (store.letter(id),)


def test_due_letters_come_in_the_order_of_their_last_day(store: Store) -> None:
    any_day, third, second, again, _not_yet = put(
        store,
        letter(1),
        letter(2, not_after=date(2026, 11, 3)),
        letter(3, not_after=date(2026, 11, 2), not_before=hours(1)),
        letter(4, not_after=date(2026, 11, 2)),
        letter(5, not_after=date(2026, 11, 1), not_before=hours(5)),
    )
    assert store.due_letters(hours(4)) == (again, second, third, any_day)
    with store.writing() as w:
        w.mark_letter(again, LetterState.WAITING, reply="451 later", next_try=hours(4.5), tried=True)
    assert store.due_letters(hours(4)) == (second, third, any_day)
    assert again in store.due_letters(hours(4.5))
    assert (store.letter(again).tries, store.letter(again).reply) == (1, "451 later")


def test_a_letter_is_claimed_once(store: Store) -> None:
    (id,) = put(store, letter())
    claimed = store.claim_letter(id)
    assert claimed is not None
    assert claimed.state is LetterState.SENDING
    assert store.claim_letter(id) is None
    assert store.claim_letter(99) is None


def test_what_became_of_a_letter_is_kept(store: Store) -> None:
    (id,) = put(store, letter())
    with store.writing() as w:
        w.mark_letter(id, LetterState.ACCEPTED, reply="250 Ok", accepted_at=hours(1), tried=True)
        w.mark_letter(id, LetterState.BOUNCED)
    kept = store.letter(id)
    assert (kept.state, kept.reply, kept.accepted_at, kept.tries) == (LetterState.BOUNCED, "250 Ok", hours(1), 1)


def test_a_withdrawn_letter_never_comes_back(store: Store) -> None:
    (id,) = put(store, letter(needs_yes=True))
    with store.writing() as w:
        w.mark_letter(id, LetterState.WITHDRAWN)
    with pytest.raises(LetterChanged, match="withdrawn"), store.writing() as w:
        w.mark_letter(id, LetterState.WAITING)


def test_a_mark_may_ask_for_the_state_that_was_seen(store: Store) -> None:
    (id,) = put(store, letter())
    with pytest.raises(LetterChanged, match="waiting"), store.writing() as w:
        w.mark_letter(id, LetterState.WAITING, if_state=LetterState.PARKED)
    with pytest.raises(LetterUnknown), store.writing() as w:
        w.mark_letter(99, LetterState.WAITING)


def test_letters_are_counted_for_the_brake(store: Store) -> None:
    mine, answer = ("Aigerim@Example.kz",), LetterKind.HOW_TO_APPLY
    with store.writing() as w:
        w.put_letter(letter(1, recipients=mine), None, 0, hours(-25))
        w.put_letter(letter(2, recipients=mine), None, 0, hours(-2))
        w.put_letter(letter(3, recipients=mine, kind=answer), None, 0, hours(-1))
        w.put_letter(letter(4, recipients=("other@example.kz",)), None, 0, hours(-1))
        taken_back = w.put_letter(letter(5, recipients=mine), None, 0, hours(-1))
        w.mark_letter(taken_back, LetterState.WITHDRAWN)
    both = {LetterKind.RECEIPT, answer}
    assert store.count_letters(both, hours(-24)) == 3
    assert store.count_letters({answer}, hours(-24)) == 1
    assert store.count_letters(both, hours(-24), "aigerim@example.KZ") == 2
    assert store.count_letters(both, hours(0)) == 0
