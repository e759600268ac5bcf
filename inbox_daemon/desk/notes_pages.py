"""Notes among clerks about a case: written, answered, seen to."""

from __future__ import annotations

from dataclasses import replace

from starlette.responses import RedirectResponse, Response

from inbox_daemon.desk.asking import Asking, within
from inbox_daemon.desk.case_page import case_again
from inbox_daemon.desk.numbers import number_in
from inbox_daemon.errors import NotAllowed
from inbox_daemon.notes import see_to, write_note
from registry_store.accounts import Role
from registry_store.errors import CaseUnknown, NotStored


def write(asking: Asking) -> Response:
    """Keep a note. A clerk writes any; who only looks on may answer what they were asked."""
    form, number, store = asking.form, asking.path["number"], asking.parts.store
    answers = number_in(form.get("answers", ""))
    try:
        asked = None if answers is None else store.case_note(answers)
        if not asking.user.role.may(Role.CLERK) and (asked is None or asked.to != asking.user.name):
            return asking.page("refused.html", 403, why="role")
        to = form.get("to", "").strip() if answers is None else ""
        note = write_note(
            store, number, form.get("words", ""), by=asking.user.name, now=asking.now, to=to, answers=answers
        )
    except CaseUnknown:
        return asking.page("refused.html", 404, why="no_case")
    except NotStored:
        return asking.page("refused.html", 404, why="nowhere")
    except NotAllowed as error:
        return case_again(asking, number, error)
    asking.note("case_note", number, f"{note.id} {note.to}".strip())
    return RedirectResponse(f"/cases/{number}?notice=done#notes", 303)


def seen_to(asking: Asking) -> Response:
    """The one who is asked has read it. Whatever they typed into the box beside the button is their answer."""
    if asking.form.get("words", "").strip() and asking.form.get("answers"):
        try:
            number = asking.parts.store.case_note(int(asking.path["id"])).case
        except NotStored:
            return asking.page("refused.html", 404, why="nowhere")
        return write(replace(asking, path={"number": number}))
    try:
        note = see_to(asking.parts.store, int(asking.path["id"]), by=asking.user.name, now=asking.now)
    except NotStored:
        return asking.page("refused.html", 404, why="nowhere")
    except NotAllowed:
        return asking.page("refused.html", 403, why="role")
    asking.note("case_note_read", note.case, str(note.id))
    return RedirectResponse(within(asking.form.get("back", "/")), 303)
