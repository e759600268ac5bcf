"""A case that was sent for rework and came back."""

from __future__ import annotations

from inbox_daemon.casework import LetterMark
from registry_store.records import Case, ClerkSentRework, LetterAccepted, LetterKind, LetterState, Sheet
from tests.desk.browser import MORNING, DeskOffice
from tests.order.build import application, at, filed, sheet

# The first filing lacks the IIN; then the name is gone and the house another; then all is there.
SECOND = (sheet("volunteer", "full_name", answers={"residence": "Астана, Үлгі көшесі, 9"}),)
THIRD = (sheet("volunteer", answers={"residence": "Алматы"}),)


def reworked(office: DeskOffice, *again: tuple[Sheet, ...]) -> Case:
    """A case that was sent for rework and came back, once for each group of forms."""
    carry = office.parts.casework.carry
    first = (application("volunteer"), sheet("volunteer", "iin"))
    case = carry(filed(MORNING, *first), None, now=MORNING).case
    sent = at("2026-10-23 12:00")
    case = carry(ClerkSentRework(sent, "berik"), case.number, now=sent).case
    (letter,) = [one for one in office.store.letters(case.number) if one.kind is LetterKind.REWORK]
    mark = LetterMark(letter.id, LetterState.ACCEPTED, "250 ok", sent)
    taken = LetterAccepted(sent, LetterKind.REWORK, letter.message_id, "250 ok")
    carry(taken, case.number, now=sent, letter=mark)
    for n, sheets in enumerate(again, 2):
        came = at(f"2026-10-27 1{n}:00")
        office.watch.now = came
        case = carry(filed(came, *sheets, n=n), case.number, now=came).case
    return case
