"""Our letters: those that wait for a yes, those that did not arrive, and each as it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from inbox_daemon.desk.asking import Asking, listed
from inbox_daemon.desk.broken import as_refusal
from inbox_daemon.desk.case_facts import letter_shown
from inbox_daemon.desk.labels import region_named
from inbox_daemon.desk.mails_pages import as_file
from inbox_daemon.desk.numbers import moment_in, number_in
from inbox_daemon.desk.queue_page import Line, after_place, line_of, place_of
from inbox_daemon.errors import InboxError, NotAllowed
from inbox_daemon.finding import region_of_case
from inbox_daemon.letters import by_hand
from inbox_daemon.order.workdays import almaty_day
from registry_store.errors import LetterChanged, LetterUnknown, StoreError
from registry_store.queue import Wanted
from registry_store.records import Case, Letter, LetterKind, LetterState, State

PAGE = 50  # letters of a kind
# The acts on one letter: in which states, and whether only without a case.
ACTS = {
    "left": ((LetterState.UNCERTAIN,), False),
    "again": ((LetterState.UNCERTAIN, LetterState.FAILED, LetterState.BOUNCED), False),
    "yes": ((LetterState.PARKED,), True),
    "drop": ((LetterState.PARKED, LetterState.WAITING), True),
}
# The shelves of the page beside "complete", which holds cases.
SHELVES: Mapping[str, tuple[LetterState, ...]] = {
    "parked": (LetterState.PARKED,),
    "stuck": (LetterState.UNCERTAIN, LetterState.FAILED, LetterState.BOUNCED),
    "waiting": (LetterState.WAITING, LetterState.SENDING),
}
COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of what lies on a shelf. more: the address of the next one, None when this is the last."""

    name: str
    lies: tuple[Letter, ...] | tuple[Line, ...]
    more: str | None


def letters(asking: Asking, status: int = 200, refused: NotAllowed | None = None) -> Response:
    """What waits for a yes, what is stuck, what waits for its time; and whether all letters are stopped.

    A shelf that is asked for stands alone, and goes on from page to page.
    """
    store, asked = asking.parts.store, asking.query.get("shelf", "")
    names = (COMPLETE, *SHELVES)
    chosen = (asked,) if asked in names else names
    shelves = [_shelf(asking, name, asking.query.get("after", "") if asked in names else "") for name in chosen]
    shown = sum(len(shelf.lies) for shelf in shelves)
    asking.note("list", detail=listed("letters", {"shelf": asked} if asked in names else {}, shown))
    return asking.page(
        "letters.html",
        status,
        refused=refused,
        stopped=by_hand.why_stopped(store),
        alone=asked in names,
        shelves=shelves,
    )


def _shelf(asking: Asking, name: str, after: str) -> Shelf:
    store = asking.parts.store
    if name == COMPLETE:
        cases, place = store.queue(Wanted(states=frozenset({State.COMPLETE})), place_of(after), PAGE)
        more = None if place is None else urlencode({"shelf": name, **after_place(place)})
        return Shelf(name, tuple(_line(asking, case) for case in cases), more and f"/letters?{more}")
    found = store.letters_in(SHELVES[name], PAGE + 1, number_in(after) or 0)
    more = urlencode({"shelf": name, "after": found[PAGE - 1].id}) if len(found) > PAGE else None
    return Shelf(name, found[:PAGE], more and f"/letters?{more}")


def _line(asking: Asking, case: Case) -> Line:
    """Return a complete case as somebody must see it before they say yes: whose it is, from where, until when."""
    line = line_of(case, almaty_day(asking.now), asking.parts.casework.days)
    return replace(line, region=region_named(region_of_case(case), asking.language))


def letter(asking: Asking) -> Response:
    """One letter as whoever gets it reads it."""
    try:
        found = asking.parts.store.letter(int(asking.path["id"]))
    except LetterUnknown:
        return asking.page("refused.html", 404, why="nowhere")
    asking.note("letter", found.case, str(found.id))
    return _page(asking, found)


def _page(
    asking: Asking,
    found: Letter,
    status: int = 200,
    refused: NotAllowed | None = None,
    typed: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    """The letter, and what its state lets a clerk do; whether the Order allows it, the rule says."""
    decides = found.case is not None and found.kind is not LetterKind.REPLY
    acts = [name for name, (states, alone) in ACTS.items() if found.state in states and not (alone and decides)]
    shown = letter_shown(found.raw)
    return asking.page("letter.html", status, letter=found, shown=shown, acts=acts, refused=refused, typed=typed)


def raw(asking: Asking) -> Response:
    """The letter's bytes, to be stored."""
    try:
        found = asking.parts.store.letter(int(asking.path["id"]))
    except LetterUnknown:
        return asking.page("refused.html", 404, why="nowhere")
    asking.note("download", found.case, f"letter {found.id}")
    return as_file(found.raw, f"{found.case or 'letter'}-{found.kind}-{found.id}.eml")


def do(asking: Asking) -> Response:
    """What a clerk does with one letter: it left, send it again, let it go, drop it. The record needs the reason."""
    number, form, casework = int(asking.path["id"]), asking.form, asking.parts.casework
    act, why, by = form.get("act", ""), form.get("why", "").strip(), asking.user.name
    try:
        found = asking.parts.store.letter(number)
    except LetterUnknown:
        return asking.page("refused.html", 404, why="nowhere")
    try:
        if not why:
            message = "the record needs the reason"
            raise NotAllowed(message, "why_missing")
        match act:
            case "left":
                by_hand.has_left(casework, number, _moment(form.get("left_at", "")), by=by, why=why, now=asking.now)
            case "again":
                by_hand.send_again(casework, number, by=by, why=why, now=asking.now)
            case "yes":
                by_hand.say_yes(casework, number, by=by, why=why, now=asking.now)
            case "drop":
                by_hand.drop(casework, number, by=by, why=why, now=asking.now)
            case _:
                return asking.page("refused.html", 404, why="nowhere")
    except LetterChanged as error:
        return _page(asking, asking.parts.store.letter(number), 409, refused=as_refusal(error), typed=form)
    except (InboxError, StoreError) as error:
        return _page(asking, found, 409, refused=as_refusal(error), typed=form)
    asking.note("letter_act", found.case, f"{number} {act}")
    return RedirectResponse(f"/letters/{number}?notice=done", 303)


def switch(asking: Asking) -> Response:
    """Stop all letters, with the reason, or let them go again."""
    store, act, why = asking.parts.store, asking.form.get("act", ""), asking.form.get("why", "").strip()
    match act:
        case "stop" if not why:
            return letters(asking, 409, NotAllowed("the record needs the reason", "why_missing"))
        case "stop":
            by_hand.stop_all(store, by=asking.user.name, why=why, now=asking.now)
        case "go":
            by_hand.let_all_go(store, by=asking.user.name)
        case _:
            return asking.page("refused.html", 404, why="nowhere")
    asking.note("letters_switch", detail=f"{act} {why}".strip())
    return RedirectResponse("/letters?notice=done", 303)


def _moment(text: str) -> datetime:
    """Return a moment on the clock of Asia/Almaty, as a browser's field writes it."""
    try:
        return moment_in(text)
    except ValueError as error:
        message = f"{text!r} is no moment"
        raise NotAllowed(message, "no_value", text) from error
