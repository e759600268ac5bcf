"""A ministry's desk on a busy morning: cases with flags of all kinds, made by real mails and real events."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from inbox_daemon.casework import LetterMark
from inbox_daemon.demo.mails import Exchanger, write_mail
from inbox_daemon.demo.people import load_people
from inbox_daemon.mailbox.mailbox import Arrived
from parsers.readings import Reading
from registry_store.records import (
    Case,
    CaseKind,
    Category,
    ClerkSentRework,
    LetterAccepted,
    LetterKind,
    LetterReported,
    LetterState,
    Place,
    ReviewTermPassed,
    StopAsked,
    Wrote,
)
from tests.desk.browser import MORNING, OFFICE, DeskOffice, open_office
from tests.order.build import OTHER_IIN, at, case_mail, complete, filed, said, sheet, with_gap

TRAINING = 20  # letters of each kind wait for a yes: the mode in which a ministry begins
# Who of the demo's people writes what, and when: read by the real reader from the real bytes.
MAILS = (
    ("2026-10-20 10:05", "sarsenova", "application"),  # complete
    ("2026-10-20 11:20", "zhyly_zhurek", "application"),  # an organisation with gaps
    ("2026-10-20 15:40", "kim", "application"),  # a wrong check digit: a person looks
    ("2026-10-21 09:30", "aliev", "application"),  # files that cannot be opened
    ("2026-10-21 11:40", "nurlan", "question"),  # its answer waits for a yes
    ("2026-10-22 03:12", "shop", "offer"),  # to the tray
    ("2026-10-22 16:30", "zhasyl_dala", "application"),
)
BROKEN = (
    b"From: broken@post.example\r\nSubject: =?utf-8?q?=D0=A5=D0=B0=D1=82?=\r\nMessage-ID: <b@post.example>\r\n\r\n?\r\n"
)


def fill(folder: Path) -> None:
    """Make the filled store in `folder`; it is copied for each test."""
    office = open_office(folder, training=TRAINING)
    _mails(office)
    _a_broken_mail(office)
    _events(office)
    office.store.close()
    with sqlite3.connect(folder / "register.db") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _mails(office: DeskOffice) -> None:
    people, exchanger = load_people(), Exchanger("mx.ministry.example", OFFICE.mailbox)
    for uid, (when, person, key) in enumerate(MAILS, 1):
        raw, came = write_mail(people[person].mails[key], exchanger, at(when), None), at(when)
        intake = office.parts.intake
        arrival = intake.keep(Arrived(Place("INBOX", 1, uid), raw, came), came)
        intake.work(office.store.arrival(arrival), came)


def _a_broken_mail(office: DeskOffice) -> None:
    """A mail on which the reader fails three times: the bench."""
    came = at("2026-10-22 12:00")
    intake = replace(office.parts.intake, read=_fails)
    arrival = intake.keep(Arrived(Place("INBOX", 1, 90), BROKEN, came), came)
    for _ in range(3):
        intake.work(office.store.arrival(arrival), came)


def _fails(raw: bytes) -> Reading:
    message = f"no structure in {len(raw)} bytes"
    raise ValueError(message)


def _events(office: DeskOffice) -> None:
    """What is quicker told by its events: a late case, a bounce, a question, a stop, a minor, a doubt."""
    carry = office.parts.casework.carry

    def came(n: int, *sheets: object, when: str = "2026-10-21 10:00", **other: object) -> Case:
        event = filed(at(when), *sheets, n=n, sender=f"person{n}@post.example", **other)  # type: ignore[arg-type]
        return carry(event, None, now=at(when)).case

    late = came(101, *with_gap("ru"), when="2026-10-14 10:00")
    carry(ReviewTermPassed(at("2026-10-21 18:30"), at("2026-10-22 09:00")), late.number, now=at("2026-10-22 09:00"))

    bounced = came(102, *with_gap())
    sent = carry(ClerkSentRework(at("2026-10-21 12:00"), "berik"), bounced.number, now=at("2026-10-21 12:00")).case
    (letter,) = [one for one in office.store.letters(sent.number) if one.kind is LetterKind.REWORK]
    taken = LetterAccepted(at("2026-10-21 12:01"), LetterKind.REWORK, letter.message_id, "250 ok")
    mark = LetterMark(letter.id, LetterState.ACCEPTED, "250 ok", at("2026-10-21 12:01"))
    carry(taken, sent.number, now=at("2026-10-21 12:01"), letter=mark)
    back = LetterReported(at("2026-10-21 12:05"), LetterKind.REWORK, letter.message_id, "failed", "cd" * 32, "5.2.2")
    mark = LetterMark(letter.id, LetterState.BOUNCED, "5.2.2 mailbox full", tried=False)
    carry(back, sent.number, now=at("2026-10-21 12:05"), letter=mark)

    asked = came(103, *with_gap(), when="2026-10-22 10:00")
    wrote = Wrote(at("2026-10-22 11:00"), case_mail(at("2026-10-22 11:00"), 203, forms=False), Category.QUESTION)
    carry(wrote, asked.number, now=at("2026-10-22 11:00"))

    unknown = StopAsked(
        at("2026-10-22 12:00"), at("2026-10-22 12:00"), case_mail(MORNING, 104, forms=False), None, False, None
    )
    carry(unknown, None, now=at("2026-10-22 12:00"), kind=CaseKind.TERMINATION)

    young = sheet("volunteer", answers={"birth_year": 2012})
    came(105, complete()[0], young, when="2026-10-22 13:00")
    doubtful = sheet(
        "volunteer", answers={"full_name": said("Қыдырова Сәуле", doubt="two names in one cell"), "iin": OTHER_IIN}
    )
    came(106, with_gap()[0], doubtful, when="2026-10-22 14:00")
    with office.store.writing() as writing:
        writing.add_task(None, "brake", "receipt", MORNING - timedelta(hours=1))
