"""Our letters: those that wait for a yes, those that did not arrive, and each as it leaves."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from inbox_daemon.desk.asking import Asking
from inbox_daemon.desk.case_facts import letter_shown
from inbox_daemon.desk.mails_pages import as_file
from registry_store.errors import LetterChanged, LetterUnknown
from registry_store.records import LetterState, State

PAGE = 50  # letters of a kind
STUCK = (LetterState.UNCERTAIN, LetterState.FAILED, LetterState.BOUNCED)


def letters(asking: Asking) -> Response:
    """What waits for a yes, what is stuck, what waits for its time."""
    store = asking.parts.store
    return asking.page(
        "letters.html",
        parked=store.letters_in((LetterState.PARKED,), PAGE),
        stuck=store.letters_in(STUCK, PAGE),
        waiting=store.letters_in((LetterState.WAITING, LetterState.SENDING), PAGE),
        complete=store.cases(states=(State.COMPLETE,), limit=PAGE),
    )


def letter(asking: Asking) -> Response:
    """One letter as whoever gets it reads it."""
    try:
        found = asking.parts.store.letter(int(asking.path["id"]))
    except LetterUnknown:
        return asking.page("refused.html", 404, why="nowhere")
    asking.note("letter", found.case, str(found.id))
    return asking.page("letter.html", letter=found, shown=letter_shown(found.raw))


def raw(asking: Asking) -> Response:
    """The letter's bytes, to be stored."""
    try:
        found = asking.parts.store.letter(int(asking.path["id"]))
    except LetterUnknown:
        return asking.page("refused.html", 404, why="nowhere")
    asking.note("download", found.case, f"letter {found.id}")
    return as_file(found.raw, f"{found.case or 'letter'}-{found.kind}-{found.id}.eml")


def let_go(asking: Asking) -> Response:
    """The yes to a parked answer that belongs to no case; letters of cases are approved by deciding the case."""
    number = int(asking.path["id"])
    try:
        found = asking.parts.store.letter(number)
        if found.case is not None:
            return RedirectResponse(f"/cases/{found.case}", 303)
        with asking.parts.store.writing() as writing:
            writing.mark_letter(number, LetterState.WAITING, if_state=LetterState.PARKED)
    except LetterUnknown:
        return asking.page("refused.html", 404, why="nowhere")
    except LetterChanged:
        return asking.page("refused.html", 409, why="letter_changed")
    asking.note("let_go", detail=str(number))
    return RedirectResponse("/letters?notice=done", 303)
