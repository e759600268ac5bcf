"""A letter before it leaves: as an act would send it now, with what a clerk adds to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.responses import RedirectResponse, Response

from inbox_daemon.acts import Act, carry, event_of
from inbox_daemon.casework import CaseMoved
from inbox_daemon.desk.asking import Asking
from inbox_daemon.desk.broken import as_refusal
from inbox_daemon.desk.carrying_out import carrying_out
from inbox_daemon.desk.case_facts import letter_shown
from inbox_daemon.desk.case_page import ACTS, asks_still, is_about_an_entry, letter_of
from inbox_daemon.desk.numbers import number_in
from inbox_daemon.desk.said import asked, said_of
from inbox_daemon.errors import InboxError, NotAllowed
from inbox_daemon.letters.errors import LetterError
from inbox_daemon.rehearsal import letter_now, why_not
from registry_store.errors import CaseUnknown, StoreError
from registry_store.records import NOTHING_SAID, Case, CaseNumber, LetterKind, Said


def preview(asking: Asking) -> Response:
    """The letter that an act would send, as it would leave now, and the button that sends it. What a clerk adds to a
    rework letter stands in the same form as that button: what is typed goes with the letter."""
    number, act = asking.path["number"], asking.path["act"]
    try:
        case = asking.parts.store.case(number)
    except CaseUnknown:
        return asking.page("refused.html", 404, why="no_case")
    kind = letter_of(case).get(act) or next((one for one in LetterKind if one.value == act), None)
    if kind is None:
        return asking.page("refused.html", 404, why="nowhere")
    if is_about_an_entry(case, act):
        return carrying_out(asking, case, act)
    asking.note("preview", number, kind.value)
    said = said_of(asking.form) if kind is LetterKind.REWORK else NOTHING_SAID
    moved, seen_refused = False, None
    if asking.form.get("filled"):
        try:
            _seen(asking, number)
        except CaseMoved:
            moved = True
        except (InboxError, StoreError) as error:
            seen_refused = as_refusal(error)
        else:
            case = asking.parts.store.case(number)
            if not asks_still(case):
                return RedirectResponse(f"/cases/{number}?notice=done", 303)
            still = {one.item for one in asked(case, NOTHING_SAID, asking.language)}
            said = replace(said, about=tuple(one for one in said.about if one.item in still))
    facts: dict[str, Any] = {
        "case": case,
        "kind": kind,
        "said_now": said,
        "asked": asked(case, said, asking.language),
        "act": act if act in ACTS else "approve",
        "typed": asking.form,
        "moved": moved,
        "notice": "done" if asking.form.get("filled") and not moved and seen_refused is None else "",
        "needs_why": act in ACTS and ACTS[act][1],
        "entry_meant": None,
        "about_an_entry": False,
        "overruled": False,
    }
    try:
        planned = letter_now(kind, number, asking.parts.casework, asking.now, said, reason=act.replace("-", "_"))
    except LetterError as error:
        return asking.page("preview.html", **facts, letter=None, refused=as_refusal(error), why_not="")
    refused = seen_refused
    if refused is None and planned.why_not:
        refused = _against(asking, case, facts["act"], kind, said)
    return asking.page(
        "preview.html",
        409 if moved or (refused is not None and asking.form) else 200,
        **facts,
        letter=letter_shown(planned.letter.raw),
        explanation=planned.letter.explanation,
        refused=refused,
        why_not=planned.why_not,
    )


def _seen(asking: Asking, number: CaseNumber) -> None:
    """The clerk sees that something which the letter asks for is filled."""
    form = asking.form
    act = Act("filled", by=asking.user.name, why=form.get("why", "").strip(), arguments=(form["filled"],))
    carry(act, number, asking.parts.casework, asking.now, number_in(form.get("version", "")), asking.parts.undo)
    asking.note("act", number, "filled")


def _against(asking: Asking, case: Case, act: str, kind: LetterKind, said: Said) -> NotAllowed | None:
    """Return what the Order says against the act that would send the letter."""
    arguments = (kind.value,) if act == "approve" else ()
    try:
        event = event_of(Act(act, asking.user.name, "", arguments, said=said), case, asking.parts.store, asking.now)
        error = why_not(event, case, asking.parts.casework)
    except InboxError as found:
        return as_refusal(found)
    return None if error is None else as_refusal(error)
