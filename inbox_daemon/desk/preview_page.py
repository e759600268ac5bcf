"""A letter before it leaves: as an act would send it now, with what a clerk adds to it."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from inbox_daemon.desk.asking import Asking
from inbox_daemon.desk.case_facts import letter_shown
from inbox_daemon.desk.case_page import ACTS, as_refusal, letter_of, obstacles
from inbox_daemon.desk.said import asked, said_of
from inbox_daemon.errors import NotAllowed, NotForeseen
from inbox_daemon.letters.errors import LetterError
from inbox_daemon.rehearsal import letter_now, why_not
from registry_store.errors import CaseUnknown
from registry_store.records import NOTHING_SAID, Case, ClerkSentRework, LetterKind, Said


def preview(asking: Asking) -> Response:
    """The letter that an act would send, as it would leave now, and the button that sends it. What a clerk adds to a
    rework letter is shown in it first, and sent as it was shown."""
    number, act = asking.path["number"], asking.path["act"]
    try:
        case = asking.parts.store.case(number)
    except CaseUnknown:
        return asking.page("refused.html", 404, why="no_case")
    kind = letter_of(case).get(act) or next((one for one in LetterKind if one.value == act), None)
    if kind is None:
        return asking.page("refused.html", 404, why="nowhere")
    asking.note("preview", number, kind.value)
    said = said_of(asking.form) if kind is LetterKind.REWORK else NOTHING_SAID
    facts: dict[str, Any] = {"case": case, "kind": kind, "said_now": said, "asked": asked(case, said, asking.language)}
    try:
        planned = letter_now(kind, number, asking.parts.casework, asking.now, said)
    except LetterError as error:
        return asking.page("preview.html", **facts, act=act, letter=None, refused=as_refusal(error), why_not="")
    refused = None
    if planned.why_not:
        against = _why_not_said(asking, case, said)
        refused = obstacles(asking, case, (act,)).get(act) or (None if against is None else as_refusal(against))
    return asking.page(
        "preview.html",
        409 if refused is not None and asking.form else 200,
        **facts,
        act=act if act in ACTS else "approve",
        letter=letter_shown(planned.letter.raw),
        explanation=planned.letter.explanation,
        refused=refused,
        why_not=planned.why_not,
        needs_why=act in ACTS and ACTS[act][1],
    )


def _why_not_said(asking: Asking, case: Case, said: Said) -> NotAllowed | NotForeseen | None:
    if said == NOTHING_SAID:
        return None
    return why_not(ClerkSentRework(asking.now, asking.user.name, said=said), case, asking.parts.casework)
