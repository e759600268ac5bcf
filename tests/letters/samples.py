"""The sample letters as the tests use them, from one office by one calendar."""

from __future__ import annotations

from functools import cache

from inbox_daemon.calendar import load_calendar
from inbox_daemon.letters.compose import compose_answer
from inbox_daemon.letters.samples import (
    Sample,
    answered,
    at,
    compose_sample,
    included,
    received,
    sample_office,
    samples,
    table,
)
from inbox_daemon.order.practice import Practice
from inbox_daemon.order.workdays import WorkingDays
from registry_store.records import LetterKind, NewLetter, Send

OFFICE = sample_office()
PRACTICE = Practice()
MAIL = "a3" * 32
SAMPLES = dict(samples())
RECEIVED, ANSWERED, INCLUDED = received(), answered(), included()
SHEETS = RECEIVED.sheets
# What the applicant wrote: it may go back in a form, and must never stand in a letter's words.
SECRETS = (
    *(
        str(table()["answers"][language]["volunteer"][field])
        for language in ("kk", "ru")
        for field in ("iin", "full_name", "residence", "volunteering_experience", "activity_other")
    ),
    "+77000001122",
    "8 700 000 11 22",
)


@cache
def days() -> WorkingDays:
    return load_calendar()


@cache
def letter(name: str) -> NewLetter:
    """Compose a sample."""
    return composed(SAMPLES[name])


def composed(sample: Sample) -> NewLetter:
    return compose_sample(sample, days=days())


def how_to_apply(to: str = "asks@post.example", answers: str | None = "<q1@post.example>") -> NewLetter:
    moment = at("2026-10-23T10:05")
    send = Send(LetterKind.HOW_TO_APPLY, moment)
    return compose_answer(send, mail=MAIL, to=to, answers=answers, office=OFFICE, now=moment)
